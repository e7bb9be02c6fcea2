"""An opening as it would be read, from words that may not be whole: no row of any database."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from portal.audience.models import Interest, Place, Team
from portal.config import settings
from portal.db import db
from portal.jobs.models import ANYWHERE, Posting, Process
from portal.jobs.queries import said
from portal.jobs.queries.cards import Card
from portal.jobs.queries.page import OpeningPage, apply_of
from portal.jobs.queries.steps import steps
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.members.models import LEVELS, PER, WORK_MODES
from portal.writing.queries.source import Source

Fitting: TypeAlias = Callable[[Wanted, datetime], int]
"""How many members an opening is for. What `wiring.FITTING` is."""


def page_of(source: Source, html: str, closes: datetime | None, now: datetime) -> OpeningPage:
    """What its page would be made of if it were published now. `closes`: until when it would be open."""
    front = source.front
    posting = _posting(source, html, closes, now)
    team = db.session.scalar(select(Team).filter_by(slug=str(front.get("team"))))
    places = db.session.scalars(select(Place).where(Place.slug.in_(_many(front, "locations"))).order_by(Place.position))
    about = db.session.scalars(select(Interest).where(Interest.slug.in_(_many(front, "interests"))))
    process = db.session.get(Process, str(front.get("process")))
    zone, living = ZoneInfo(settings().time_zone), front.get("applicants_from")
    codes = [ANYWHERE] if living == "anywhere" else _many(front, "applicants_from")
    card = Card(
        posting, team=team.said if team else "", level=said.level(posting.level), modes=said.modes(posting.work_modes),
        places=[place.said for place in places], pay=said.pay(posting), lead=said.leads([posting])[0],
        living=said.countries(codes) if "remote" in posting.work_modes and codes else "",
    )  # fmt: skip
    return OpeningPage(
        card=card, state="open", opens_at=now.astimezone(zone), closes_at=closes.astimezone(zone) if closes else None,
        interests=[(interest.slug, interest.said) for interest in about], process=process.name if process else "",
        steps=steps(process, now.astimezone(zone).date()), apply=apply_of(posting.apply_url), readings=(), similar=(),
        zone=settings().time_zone,
    )  # fmt: skip


def _posting(source: Source, html: str, closes: datetime | None, now: datetime) -> Posting:
    front, pay = source.front, source.front.get("pay")
    pay = pay if isinstance(pay, Mapping) and isinstance(pay.get("max"), int) and pay.get("per") in PER else {}
    level = front.get("level")
    return Posting(
        slug=source.slug, title=str(front.get("title") or _("Untitled")), level=level if level in LEVELS else None,
        work_modes=frozenset(mode for mode in _many(front, "work_modes") if mode in WORK_MODES),
        pay_min=pay.get("min") if isinstance(pay.get("min"), int) else None, pay_max=pay.get("max"),
        pay_currency=str(pay.get("currency") or "EUR") if pay else None, pay_per=pay.get("per"),
        pay_unsaid=str(front.get("pay_unsaid") or ""), vacancy=front.get("vacancy") is not False,
        starts_on=_day(front.get("starts")), publish_at=now, opens_at=now, closes_at=closes,
        apply_url=str(front.get("apply_url") or ""), questions=_many(front, "questions"), source=source.body, html=html,
        changed_at=now, created_at=now,
    )  # fmt: skip


def _many(front: Mapping[str, Any], key: str) -> list[str]:
    value = front.get(key)
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def wanted(source: Source, now: datetime) -> Wanted:
    """Whom it would want, if it were published now for all to see."""
    posting, living = _posting(source, "", None, now), source.front.get("applicants_from")
    codes = [ANYWHERE] if living == "anywhere" else _many(source.front, "applicants_from")
    places = _many(source.front, "locations")
    if not codes and "remote" in posting.work_modes:
        codes = list(db.session.scalars(select(Place.country).where(Place.slug.in_(places))))
    return Wanted(
        id=0, slug=source.slug, title=posting.title, team=str(source.front.get("team") or "") or None,
        level=posting.level, work_modes=posting.work_modes, places=frozenset(places), countries=frozenset(codes),
        interests=frozenset(_many(source.front, "interests")), pay_yearly=posting.pay_yearly,
        pay_currency=posting.pay_currency, tells_pay=posting.tells_pay, starts_on=posting.starts_on,
        publish_at=now, opens_at=now, closes_at=None, closed_at=None,
    )  # fmt: skip


def fitting(source: Source, now: datetime) -> int:
    """How many members would hear of it, if it were published now."""
    count: Fitting = current_app.extensions["fitting"]
    return count(wanted(source, now), now)
