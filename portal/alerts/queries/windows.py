"""The window of an early opening, member by member: when each heard of it, or why not yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from portal.alerts.models import AlertSetting, Announcement
from portal.alerts.queries.matching import who
from portal.audience.models import Eligibility
from portal.audience.queries.hiding import hidden
from portal.config import settings
from portal.db import db
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import ngettext
from portal.mail.models import Delivery
from portal.members.models import Member
from portal.staff.models import Recruiter

IN_TIME, HOURS, JOINED, LATE, WAITS, QUEUED = "in_time", "hours", "joined", "late", "waits", "queued"
HELD = "held_"
"""Begins the outcome of what was held back; the reason follows."""
WORDS = {
    HOURS: _l("Heard later: mail may only come in the hours they set"),
    JOINED: _l("Heard later: they joined, or chose what it meets, only then"),
    LATE: _l("Heard later than that"),
    WAITS: _l("Not yet: waits for the hours they set"),
    QUEUED: _l("Not yet: is being sent"),
    f"{HELD}over_budget": _l("Held back: no mail left of the number they set for 30 days"),
    f"{HELD}paused": _l("Held back: they have paused mail"),
    f"{HELD}no_consent": _l("Held back: they took their agreement back"),
    f"{HELD}suppressed": _l("Held back: we may not write to their address"),
    f"{HELD}trial": _l("Held back: not reached during the trial"),
    f"{HELD}nothing_new": _l("Held back: it had changed, or they had, when the mail was built"),
    f"{HELD}failed": _l("Held back: the mail server did not take the mail"),
}
PAGE = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_Row: TypeAlias = "Row[*tuple[Any, ...]]"


@dataclass(frozen=True, slots=True)
class Heard:
    """One member's window. `at`: when they heard, or are to; `minutes` after it was published, if they have."""

    member_id: int
    name: str
    outcome: str
    at: datetime | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """All of them. `counts`: by outcome, in the order of WORDS; `feed`: how many get no mail, but have it in their
    feed; `rows`: one page, of an outcome if one was asked for, without whom hides from who asks; `more`: whether others
    follow."""

    counts: Mapping[str, int]
    feed: int
    rows: Sequence[Heard]
    more: bool


def words(outcome: str) -> str:
    """An outcome, to who reads it at the desk."""
    minutes = settings().early_minutes
    if outcome == IN_TIME:
        return ngettext("Heard within one minute", "Heard within %(num)s minutes", minutes)
    return str(WORDS.get(outcome) or _("Held back"))


def window(wanted: Wanted, me: Recruiter, now: datetime, outcome: str = "", page: int = 1) -> Window:
    """Everybody who was told before others. Four statements."""
    told = _told(wanted)
    kind = told.subquery().c
    counted = select(kind.outcome, func.count().label("number")).group_by(kind.outcome)
    found = {row.outcome: row.number for row in db.session.execute(counted)}
    order = [IN_TIME, *WORDS, *sorted(found.keys() - {IN_TIME, *WORDS})]
    rows = told.where(_outcome(wanted) == outcome) if outcome else told
    some = db.session.execute(rows.order_by(Delivery.first_at, Announcement.member_id)
                              .limit(PAGE + 1).offset((page - 1) * PAGE)).all()  # fmt: skip
    unseen = hidden(me, [row.id for row in some])
    return Window(
        {name: found[name] for name in order if name in found},
        _feed(wanted, now),
        [_heard(row, wanted) for row in some[:PAGE] if row.id not in unseen],
        len(some) > PAGE,
    )


def _told(wanted: Wanted) -> "Select[*tuple[Any, ...]]":
    mine = Announcement.posting_id == wanted.id, Announcement.early
    return (
        select(Member.id, Member.name, _outcome(wanted).label("outcome"), Delivery.first_at, Delivery.not_before)
        .select_from(Announcement)
        .join(Member, Member.id == Announcement.member_id)
        .outerjoin(Delivery, Delivery.id == Announcement.delivery_id)
        .where(*mine)
    )


def _outcome(wanted: Wanted) -> ColumnElement[str]:
    """Measured from when it was published."""
    limit = (wanted.publish_at or LONG_AGO) + timedelta(minutes=settings().early_minutes)
    return case(
        (Announcement.held_at.is_not(None), HELD + func.coalesce(Announcement.reason, "nothing_new")),
        (Delivery.first_at <= limit, IN_TIME),
        (Delivery.first_at.is_not(None) & Delivery.held_from.is_not(None), HOURS),
        (Delivery.first_at.is_not(None) & (Announcement.at > limit), JOINED),
        (Delivery.first_at.is_not(None), LATE),
        (Delivery.held_from.is_not(None), WAITS),
        else_=QUEUED,
    )


def _feed(wanted: Wanted, now: datetime) -> int:
    feed = select(AlertSetting.member_id).where(AlertSetting.every == "feed")
    rows = who(wanted, now).where(Eligibility.member_id.in_(feed)).subquery()
    return db.session.scalars(select(func.count()).select_from(rows)).one()


def _heard(row: _Row, wanted: Wanted) -> Heard:
    waits = row.outcome in {WAITS, QUEUED}
    at = row.not_before if waits else None if row.outcome.startswith(HELD) else row.first_at
    minutes = int((row.first_at - (wanted.publish_at or LONG_AGO)).total_seconds() // 60) if at and not waits else None
    return Heard(row.id, row.name, row.outcome, at, minutes)
