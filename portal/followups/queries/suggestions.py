"""Whom to write to this week, and why: as they were chosen, without those who may not be written to any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.audience.models import Eligibility
from portal.audience.queries import rows
from portal.audience.queries.hiding import hidden
from portal.audience.queries.preferences import today
from portal.db import db
from portal.followups.models import Letter, Suggestion
from portal.followups.queries.standing import PURPOSE
from portal.insights.models import Insight
from portal.insights.queries import said
from portal.languages import day, ngettext
from portal.languages import gettext as _
from portal.members.models import Member
from portal.staff.models import Recruiter

MOST = 5


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody to write to. `why`: sentences; `attach`: what fits to be attached, "" if nothing does."""

    id: int
    member: Member
    why: Sequence[str]
    attach: str


def monday(zone: str, now: datetime) -> date:
    """The Monday of the week that it is there."""
    here = today(zone, now)
    return here - timedelta(days=here.weekday())


def of(me: Recruiter, now: datetime) -> list[Suggested]:
    """This week's of one recruiter that still stand: not dismissed, not written to since, and who may be written to."""
    week = monday("UTC", now)
    written = select(Letter.member_id).where(Letter.sent_at >= datetime.combine(week, datetime.min.time(), now.tzinfo))
    found = db.session.execute(
        select(Suggestion, Member)
        .join(Member, Member.id == Suggestion.member_id)
        .join(Eligibility, Eligibility.member_id == Member.id)
        .where(Suggestion.recruiter_id == me.id, Suggestion.week == week, Suggestion.dismissed_at.is_(None))
        .where(rows.reason(PURPOSE, now).is_(None), Member.id.not_in(written))
        .order_by(Suggestion.id)
    ).all()
    unseen = hidden(me, [member.id for _row, member in found])
    titles = _titles([row.why["insight"] for row, _member in found if "insight" in row.why])
    return [
        Suggested(row.id, member, list(_why(row.why, member, titles)), _attach(row.why, titles))
        for row, member in found
        if member.id not in unseen
    ]


def _titles(slugs: Sequence[str]) -> dict[str, str]:
    if not slugs:
        return {}
    insights = db.session.scalars(select(Insight).where(Insight.slug.in_(slugs))).all()
    return {insight.slug: insight.title for insight in said(insights)}


def _attach(why: dict[str, object], titles: dict[str, str]) -> str:
    slug = str(why.get("insight", ""))
    return f"insight:{slug}" if slug in titles else ""


def _why(why: dict[str, object], member: Member, titles: dict[str, str]) -> list[str]:
    """The reasons in words, the strongest first."""
    found = []
    if "reply" in why:
        found.append(_("Asked for more by a button on %(day)s, and waits.", day=_day(why["reply"])))
    if str(why.get("insight")) in titles:
        title = titles[str(why["insight"])]
        found.append(_("There is something new on what interests them: “%(title)s”.", title=title))
    if years := int(str(why.get("years", 0))):
        found.append(ngettext("Joined a year ago this week.", "Joined %(num)s years ago this week.", years))
    if "written" in why:
        found.append(_("The last letter from here was on %(day)s.", day=_day(why["written"])))
    elif "never" in why:
        found.append(_("Nobody here has written to them personally yet."))
    return found


def _day(value: object) -> str:
    return day(date.fromisoformat(str(value)))
