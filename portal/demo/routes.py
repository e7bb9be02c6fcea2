"""The demo's own pages: the caught mail, and the clock. Refused everywhere else."""

from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from portal import clock, content
from portal.db import db
from portal.demo import queries
from portal.demo.files.boards import listing
from portal.demo.forms import STEPS, ClockForm
from portal.jobs.queries.coming import turns
from portal.languages import gettext as _
from portal.languages import ngettext, number
from portal.web.headers import mail_frame

bp = Blueprint("demo", __name__, url_prefix="/dev", template_folder="templates")
ON_A_PAGE = 25
TURNS = 5


@bp.get("/outbox")
def outbox() -> str:
    """The caught mail, newest first; `?to=` keeps what went to an address."""
    to = request.args.get("to", "")[:320]
    page = max(1, request.args.get("page", 1, int))
    keys = queries.keys(to)
    above = (page - 1) * ON_A_PAGE
    return render_template(
        "demo/outbox.html",
        to=to,
        page=page,
        mails=queries.heads(keys[above : above + ON_A_PAGE]),
        count=len(keys),
        first=len(keys) - above,
        more=len(keys) > above + ON_A_PAGE,
    )


@bp.get("/outbox/<key>")
def mail(key: str) -> str:
    """One mail: as it looks, its links, its text, its headers."""
    return render_template("demo/mail.html", mail=queries.read(key) or abort(404))


@bp.get("/outbox/<key>/html")
def frame(key: str) -> Response:
    """The HTML part, for the sandboxed frame."""
    caught = queries.read(key)
    if caught is None or caught.html is None:
        abort(404)
    return mail_frame(caught.html)


@bp.get("/outbox/<key>/raw")
def raw(key: str) -> Response:
    """The bytes, as a file to save."""
    data = queries.raw(key) or abort(404)
    name = {"Content-Disposition": f'attachment; filename="{key.split(".")[0]}.eml"'}
    return Response(data, mimetype="message/rfc822", headers=name)


@bp.get("/board/v1/boards/fennel/jobs")
def board() -> AnyResponse:
    """The list of the demo's own board, which this demo asks as it would ask a vendor's."""
    response = jsonify(listing())
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/clock")
def time() -> str:
    """What time it is here, and what comes next."""
    now = clock.now()
    return render_template(
        "demo/clock.html",
        form=ClockForm(),
        steps=STEPS,
        now=now,
        ahead=queries.in_words(clock.shift()),
        due=queries.due(now),
        coming=queries.coming(now),
        turns=turns(now, TURNS),
    )


@bp.post("/clock")
def move() -> AnyResponse:
    """Move the time, then start everything that is due by then. The worker does it; this only wakes it."""
    form = ClockForm()
    if not form.validate_on_submit():
        abort(400)
    clock.move(STEPS[form.by.data or ""][1])
    now = clock.now()
    due = queries.due(now)
    for sweep in current_app.extensions["sweeps"].values():
        sweep(now)
    content.touch()
    db.session.commit()
    fallen = ngettext("One mail falls due now.", "%(count)s mails fall due now.", due, count=number(due))
    flash(fallen if due else _("Nothing was due."), "ok")
    return redirect(url_for("demo.time"))
