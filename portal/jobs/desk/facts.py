"""What an opening that comes from a board is, field by field: what its board says, and what people here said."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from portal import clock
from portal.db import db
from portal.jobs.actions.lacking import SENTENCES
from portal.jobs.actions.settling import UnknownValue, settle, settle_pay
from portal.jobs.files.front import Pay
from portal.jobs.forms.words import Facts
from portal.jobs.models import ANYWHERE, Posting
from portal.jobs.queries import board, rules
from portal.jobs.queries.unclear import unclear
from portal.jobs.queries.wanted import Wanted, by_ids
from portal.languages import gettext as _
from portal.staff.models.roles import OPENINGS_ANY
from portal.web.desk import current_recruiter, needs, render

bp = Blueprint("job_facts", __name__, template_folder="../templates", url_prefix="/desk/jobs/<slug>/facts")
KEYS = {"work_modes": "work_modes", "team": "team", "level": "level", "places": "locations",
        "countries": "applicants_from", "interests": "interests"}  # fmt: skip
"""By the field that is settled: the key of the front matter that says the same."""


@bp.get("")
@needs(OPENINGS_ANY)
def show(slug: str) -> str:
    """All of it."""
    posting = _posting(slug)
    return _page(posting, Facts(formdata=None, data=Facts.held(_front(posting))))


@bp.post("")
@needs(OPENINGS_ANY)
def save(slug: str) -> ResponseReturnValue:
    """Settle what differs from what is known. What is left empty stays as it is."""
    posting, form, me, now = _posting(slug), Facts(), current_recruiter(), clock.now()
    before, said = Facts.held(_front(posting)), form.said()
    held = Facts.held(said)
    if form.pay_max.errors or not _pays(posting, form, said):
        db.session.rollback()
        return _page(_posting(slug), form), 422
    for field, key in KEYS.items():
        if said[key] and held[key] != before[key]:
            value = [ANYWHERE] if said[key] == "anywhere" else said[key]
            try:
                settle(posting, field, value, False, me, now)
            except UnknownValue:
                db.session.rollback()
                form[key].errors = [str(SENTENCES[key])]
                return _page(_posting(slug), form), 422
    db.session.commit()
    flash(_("Saved. It stands, whatever the board says next."), "ok")
    return redirect(url_for(".show", slug=slug), 303)


def _pays(posting: Posting, form: Facts, said: dict[str, Any]) -> bool:
    """Write down the pay, where it differs; False, with what is wrong at the field."""
    before = _front(posting)
    if not said["pay"] and not said["pay_unsaid"]:
        return True
    if (said["pay"], said["pay_unsaid"] or "") == (before["pay"], before["pay_unsaid"]):
        return True
    try:
        pay = Pay.model_validate(said["pay"]) if said["pay"] else None
    except ValidationError:
        form.pay_max.errors = [str(SENTENCES["pay"])]
        return False
    if len(said["pay_unsaid"] or "") > 200:
        form.pay_unsaid.errors = [str(SENTENCES["pay_unsaid"])]
        return False
    settle_pay(posting, pay, "" if pay else said["pay_unsaid"], current_recruiter(), clock.now())
    return True


def _posting(slug: str) -> Posting:
    """An opening that comes from a board; others have words of their own."""
    posting = board.row_of(slug)
    return posting if posting and posting.board_id is not None else abort(404)


def _front(posting: Posting) -> dict[str, Any]:
    """What is known of it, as a front matter would say it."""
    one = _wanted(posting)
    pay = {"min": posting.pay_min, "max": posting.pay_max, "currency": posting.pay_currency, "per": posting.pay_per}
    anywhere = ANYWHERE in one.countries
    return {
        "work_modes": sorted(one.work_modes), "team": one.team, "level": one.level, "locations": sorted(one.places),
        "applicants_from": "anywhere" if anywhere else sorted(one.countries), "interests": sorted(one.interests),
        "pay": {k: v for k, v in pay.items() if v is not None} or None, "pay_unsaid": posting.pay_unsaid,
    }  # fmt: skip


def _wanted(posting: Posting) -> Wanted:
    return by_ids([posting.id])[0]


def _page(posting: Posting, form: Facts) -> str:
    found = board.there(posting.slug, None, clock.now()) or abort(404)
    return render(
        "jobs/desk/facts.html", posting=posting, form=form, row=found[1],
        unclear=unclear(_wanted(posting)), settled=rules.settled([posting.id]).get(posting.id, {}),
    )  # fmt: skip
