"""Errors: one plain page per status, JSON for machines. Routes raise; this is the one place that answers."""

import logging

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import HTTPException, SecurityError

from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import ngettext
from portal.web import access, requests
from portal.web.throttle import TooMany

log = logging.getLogger(__name__)
WORDS = {
    400: (_l("This did not arrive whole"), _l("Go back, reload the page and try again.")),
    401: (_l("Please sign in"), _l("This page is only for you. Sign in and you are brought back to it.")),
    403: (_l("This is not open to you"), _l("If you think it should be, write to us and say which page it was.")),
    404: (_l("There is no such page"), _l("The address may be old or cut short. Start again from the first page.")),
    405: (_l("That is not possible here"), _l("Go back and use the button on the page.")),
    410: (_l("This page is gone"), _l("It was here once. Start again from the first page.")),
    413: (_l("That is too large"), _l("Send at most 256 KB at once. Nothing was saved.")),
    429: (_l("A little too often"), _l("You can try again soon.")),
    500: (_l("Something broke on our side"), _l("Nothing was half saved. Try again in a minute.")),
    503: (_l("We cannot answer right now"), _l("Nothing was lost. Try again in a minute.")),
    507: (_l("Our disk is full"), _l("Nothing was saved, and nothing was lost. Try again later.")),
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(ProgrammingError, _database)
    app.register_error_handler(SQLAlchemyError, _gone)
    app.register_error_handler(Exception, _bug)


def answer(status: int, words: str | None = None, retry_after: int | None = None) -> Response:
    """An error's answer: its page, or JSON where a machine asks. `words` replaces the advice."""
    title, advice = (str(said) for said in WORDS.get(status, WORDS[500 if status >= 500 else 400]))
    if _machine():
        response = jsonify(error={"status": status, "title": title, "detail": words or advice})
    else:
        reference = g.get("request_id") if status >= 500 else None
        door = ("/desk/sign-in", "/desk") if access.is_desk(request.path) else ("/sign-in", "/")
        values = {"status": status, "title": title, "advice": words or advice, "reference": reference}
        page = render_template("error.html", sign_in=door[0], first=door[1], **values)
        response = make_response(page)
    response.status_code = status
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _machine() -> bool:
    if request.path.startswith(("/api/", "/hooks/")):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _http(error: HTTPException) -> Response | AnyResponse:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # no page: without a host of ours there are no addresses to put into it
        return Response(_("This is not the address of this site.") + "\n", 400, mimetype="text/plain")
    own = error.description if error.description != type(error).description else None
    if error.code == 413 and request.endpoint in requests.LARGE:
        most = requests.LARGE[request.endpoint] // 1024 // 1024
        own = _(
            "Send at most %(most)s MB at once. Nothing was saved; go back, and what you sent is still there.", most=most
        )
    response = answer(error.code, own)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers.setdefault(name, value)
    return response


def _stale_form(_error: CSRFError) -> Response:
    return answer(400, _("This form was open too long, or cookies are off. Reload the page and send it again."))


def _too_many(error: TooMany) -> Response:
    minutes = (error.seconds + 59) // 60
    words = ngettext(
        "This was asked for many times in a short while. Please try again in a minute.",
        "This was asked for many times in a short while. Please try again in %(num)s minutes.",
        minutes,
    )
    return answer(429, words, error.seconds)


def _database(error: Exception) -> Response:
    db.session.rollback()
    log.error("database: %s", error.__cause__ or error)
    words = str(error.__cause__ or error).lower()
    if "full" in words or "no space" in words:
        return answer(507, retry_after=300)
    if "no such table" in words or "no such column" in words or "does not exist" in words:
        return answer(503, _("The database does not match this version of Rapport: run `portal db upgrade`."), 300)
    return answer(503, retry_after=30)


def _gone(error: Exception) -> Response:
    """A row that was there when the request began: if its owner was erased meanwhile, that is no bug."""
    db.session.rollback()
    if access.ended_meanwhile():
        return answer(401, _("You were signed out while this was on its way, so nothing of it was kept."))
    return _bug(error)


def _bug(error: Exception) -> Response:
    db.session.rollback()
    log.exception("unexpected error", exc_info=error)
    return answer(500)
