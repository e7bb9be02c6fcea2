"""Openings as they stand in a mail, a feed or a list: in words, in the language that is spoken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from portal.audience.models import Place
from portal.audience.queries.names import called
from portal.audience.queries.words import MODE_WORDS, listed
from portal.config import settings
from portal.jobs.models import Posting
from portal.jobs.queries.said import countries, modes, pay, upper
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    """An opening in words. `closes`: the last day; `first_until`: members hear of it before everybody, until then;
    `since`: when it was published. Empty: nothing is said of it."""

    id: int
    slug: str
    title: str
    where: str
    pay: str
    closes: date | None
    first_until: datetime | None
    since: datetime | None
    changed_at: datetime


def items(wanted: Sequence[Wanted], now: datetime) -> list[Item]:
    """These openings, in their order. One statement, none inside `catalogue.at_once`."""
    names = called(Place, sorted({slug for one in wanted for slug in one.places}))
    return [
        Item(
            id=one.id,
            slug=one.slug,
            title=one.title,
            where=where(one, [names.get(slug, slug) for slug in sorted(one.places)]),
            pay=pay(cast(Posting, one)) or one.pay_unsaid,  # the same four columns
            closes=_last_day(one),
            first_until=one.opens_at if one.state_at(now) == "early" else None,
            since=one.publish_at,
            changed_at=one.changed_at or now,
        )
        for one in wanted
    ]


def where(one: Wanted, places: Sequence[str]) -> str:
    """How and where the work is done: "Remote from Portugal or Spain, or hybrid in Lisbon"."""
    ways = [_remote(one)] if "remote" in one.work_modes else []
    if there := modes(one.work_modes - {"remote"}):
        there = there[:1].lower() + there[1:]
        ways.append(_("%(modes)s in %(places)s", modes=there, places=listed(places, "or")) if places else there)
    if not ways and places:
        return _("%(places)s; it is not said yet how the work is done", places=listed(places, "or"))
    return upper(_("%(one)s, or %(other)s", one=ways[0], other=ways[1]) if len(ways) > 1 else "".join(ways))


def _remote(one: Wanted) -> str:
    living = countries(one.countries)
    return _("remote from %(countries)s", countries=living) if living else str(MODE_WORDS["remote"])


def _last_day(one: Wanted) -> date | None:
    """What closes at midnight is open on the day before."""
    if one.closes_at is None:
        return None
    return (one.closes_at - timedelta(seconds=1)).astimezone(ZoneInfo(settings().time_zone)).date()
