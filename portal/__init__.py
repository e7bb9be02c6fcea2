"""Rapport: a talent-community portal and newsletter that a company hosts itself."""

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config as config_
from portal import logs, queue
from portal.config import Config, data_dir
from portal.db import db

csrf = CSRFProtect()


def create_app(config: Config | None = None) -> Flask:
    """The whole start-up, top to bottom. Raises ConfigError when the settings can't be used."""
    from portal import wiring  # here, so that importing `portal.config` does not load every slice
    from portal.web import access, caching, errors, headers, language, requests, templating

    config = config or config_.load()
    config.var_dir.mkdir(parents=True, exist_ok=True)
    logs.init(config.log_json)

    app = Flask("portal", static_folder="web/static", template_folder="web/templates")
    app.config.from_mapping(config.flask())
    app.extensions["portal"] = config
    app.extensions |= {"outbox": wiring.OUTBOX, "criteria": wiring.CRITERIA, "content": wiring.CONTENT}
    app.extensions |= {"holders": wiring.HOLDERS, "typed": wiring.TYPED, "timelines": wiring.TIMELINES}
    app.extensions |= {"sent_by": wiring.SENT_BY, "uses": wiring.USES}
    app.extensions |= {"related": wiring.RELATED, "fitting": wiring.FITTING}
    app.extensions |= {"rooms": wiring.ROOMS, "desk_hint": wiring.DESK_HINT}
    app.extensions |= {"handovers": wiring.HANDOVERS, "reachable": wiring.REACHABLE}
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.proxies, x_proto=config.proxies)  # type: ignore[method-assign]

    db.init_app(app)
    Migrate(app, db, directory=str(data_dir("migrations")))
    queue.init_app(app, config.queue, wiring.TASKS, wiring.SWEEPS)

    requests.init_app(app, config)
    csrf.init_app(app)
    access.init_app(app, wiring.LOAD_MEMBER, wiring.LOAD_RECRUITER, wiring.USED)
    language.init_app(app, config)
    caching.init_app(app, config)
    headers.init_app(app, config)
    errors.init_app(app)
    templating.init_app(app)
    for blueprint, guard in wiring.BLUEPRINTS:
        access.guard(app, blueprint, guard)
    for view in requests.ANYWHERE:
        csrf.exempt(app.view_functions[view])
    return app
