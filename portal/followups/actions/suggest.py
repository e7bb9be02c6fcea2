"""Choosing for each recruiter, once a week, five people to write to; fewer if fewer deserve it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from portal.audience.queries.hiding import hidden
from portal.db import changed, db, insert_into
from portal.followups.models import Suggested, Suggestion
from portal.followups.queries.candidates import Candidate, candidates
from portal.followups.queries.suggestions import MOST, monday
from portal.staff.models import Recruiter
from portal.staff.models.roles import PEOPLE
from portal.staff.queries import colleagues


def wanted(now: datetime) -> list[Recruiter]:
    """Recruiters who have none made for this week yet. Two statements: it is asked every minute."""
    week = monday("UTC", now)
    done = set(db.session.scalars(select(Suggested.recruiter_id).filter_by(week=week)))
    return [one for one in colleagues() if one.may(PEOPLE) and one.id not in done]


def make(recruiters: Sequence[Recruiter], now: datetime) -> int:
    """Choose for these recruiters, in turn, so that none takes all the best. Returns how many were chosen.

    May run twice and at once: who was first has made them. Nobody is suggested to two in a week.
    """
    week = monday("UTC", now)
    mine = [one for one in sorted(recruiters, key=lambda one: one.id) if _claim(one, week)]
    if not mine:
        return 0
    found = candidates(week, now)
    ids = [each.member_id for each in found]
    unseen = {one.id: hidden(one, ids) for one in mine}
    count = 0
    for _turn in range(MOST):
        for one in mine:
            best = _best(found, one, unseen[one.id])
            if best is not None:
                found.remove(best)
                count += _keep(best, one, week)
    return count


def _claim(one: Recruiter, week: date) -> bool:
    row = insert_into(Suggested).values(week=week, recruiter_id=one.id).on_conflict_do_nothing()
    return changed(row) == 1


def _best(found: Sequence[Candidate], one: Recruiter, unseen: set[int]) -> Candidate | None:
    """The best of those whom this recruiter knows, else of those whom nobody else does."""
    seen = [each for each in found if each.member_id not in unseen]
    known = (each for each in seen if one.id in each.known_to)
    return next(known, None) or next((each for each in seen if not each.known_to), None) or next(iter(seen), None)


def _keep(each: Candidate, one: Recruiter, week: date) -> int:
    row = insert_into(Suggestion).values(recruiter_id=one.id, week=week, member_id=each.member_id, why=each.why)
    return changed(row.on_conflict_do_nothing())


def dismiss(row: Suggestion, now: datetime) -> None:
    """Take one off the list."""
    row.dismissed_at = now
