"""Openings as they stand in a mail, a feed or a list: in words, in the language that is spoken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_currency
from sqlalchemy import select

from portal.audience.models import Place
from portal.audience.queries.names import called
from portal.audience.queries.options import country
from portal.audience.queries.words import MODE_WORDS, PER_WORDS, listed
from portal.config import settings
from portal.db import db
from portal.jobs.models import ANYWHERE, Posting
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.languages import locale
from portal.members.models import WORK_MODES


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
    """These openings, in their order. Two statements, one inside `catalogue.at_once`."""
    rows = select(
        Posting.id, Posting.pay_min, Posting.pay_max, Posting.pay_currency, Posting.pay_per, Posting.pay_unsaid,
        Posting.changed_at,
    )  # fmt: skip
    said = {row.id: row for row in db.session.execute(rows.where(Posting.id.in_([one.id for one in wanted])))}
    names = called(Place, sorted({slug for one in wanted for slug in one.places}))
    return [
        Item(
            id=one.id,
            slug=one.slug,
            title=one.title,
            where=where(one, [names.get(slug, slug) for slug in sorted(one.places)]),
            pay=pay(*said[one.id][1:6]),
            closes=_last_day(one),
            first_until=one.opens_at if one.state_at(now) == "early" else None,
            since=one.publish_at,
            changed_at=said[one.id].changed_at,
        )
        for one in wanted
        if one.id in said
    ]


def where(one: Wanted, places: Sequence[str]) -> str:
    """How and where the work is done: "Remote from Portugal or Spain, or hybrid in Lisbon"."""
    ways = [_remote(sorted(one.countries))] if "remote" in one.work_modes else []
    modes = either([str(MODE_WORDS[mode]) for mode in WORK_MODES if mode in one.work_modes - {"remote"}])
    named = listed(places, "or")
    if modes and places:
        ways.append(_("%(modes)s in %(places)s", modes=modes, places=named))
    elif modes:
        ways.append(modes)
    if not ways:
        return _("%(places)s; it is not said yet how the work is done", places=named) if places else ""
    said = _("%(one)s, or %(other)s", one=ways[0], other=ways[1]) if len(ways) > 1 else ways[0]
    return said[:1].upper() + said[1:]


def _remote(codes: Sequence[str]) -> str:
    if ANYWHERE in codes:
        return _("remote from anywhere")
    if codes:
        return _("remote from %(countries)s", countries=listed([country(code) for code in codes], "or"))
    return str(MODE_WORDS["remote"])


def either(names: Sequence[str]) -> str:
    """ "a, b or c", all of them."""
    return str(format_list(list(names), style="or", locale=locale()))


def pay(low: int | None, high: int | None, currency: str | None, per: str | None, unsaid: str) -> str:
    """ "€52,000 to €64,000 a year"; or why it is not said."""
    if high is None or currency is None or per is None:
        return unsaid
    most = _money(high, currency)
    if low is None or low == high:
        return _("%(money)s %(per)s", money=most, per=PER_WORDS[per])
    return _("%(least)s to %(most)s %(per)s", least=_money(low, currency), most=most, per=PER_WORDS[per])


def _money(amount: int, currency: str) -> str:
    whole = Locale.parse(locale()).currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(amount, currency, whole, locale=locale(), currency_digits=False))


def _last_day(one: Wanted) -> date | None:
    """What closes at midnight is open on the day before."""
    if one.closes_at is None:
        return None
    return (one.closes_at - timedelta(seconds=1)).astimezone(ZoneInfo(settings().time_zone)).date()
