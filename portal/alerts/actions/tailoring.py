"""What still holds of a mail with openings when it is built (P3), and the words that differ by person. Changes nothing.

An opening is left out that is not for them any more, that would be said otherwise now, or that they have heard of by
another mail since.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Row, select

from portal import links
from portal.alerts import emails
from portal.alerts.queries import announced, tokens
from portal.alerts.queries.announced import Parts
from portal.alerts.queries.fitting import Fit, Person, fits, person
from portal.alerts.queries.items import Item, items
from portal.alerts.queries.matching import PURPOSE
from portal.alerts.queries.reasons import because
from portal.audience.queries import catalogue
from portal.audience.queries.copies import PAGE
from portal.db import db
from portal.jobs.queries.wanted import Wanted, by_slugs
from portal.languages import LANGUAGES, speaking
from portal.mail.encoding import encode_text
from portal.mail.models import Delivery, Mailing
from portal.mail.seams import Tailored
from portal.members.models import Member

_Due: TypeAlias = "Row[Delivery, str, datetime, str | None]"


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read for a batch. `told`: by which delivery who has heard of what; `changed`: openings that a mailing
    would say otherwise now, by mailing and slug; `about`: about how many openings each delivery is."""

    wanted: Mapping[str, Wanted]
    people: Mapping[int, Person]
    parts: Mapping[int, Parts]
    told: Mapping[tuple[int, int], int | None]
    changed: Collection[tuple[int, str]]
    about: Mapping[int, int]


def tailor(ids: Sequence[int], now: datetime) -> dict[int, Tailored]:
    """Of each delivery the parts that hold, and its values. One that was sent before is as it was; a copy for somebody
    at the desk has all its parts. Those of members who are gone are left out. About a dozen statements."""
    rows = _read(ids)
    known = _known(rows)
    found = {row.Delivery.id: _copy(row.Delivery) for row in rows if row.Delivery.recruiter_id is not None}
    by_language: dict[str, list[_Due]] = defaultdict(list)
    for row in rows:
        if row.Delivery.member_id in known.people:
            by_language[row.language or ""].append(row)
    for language, some in by_language.items():
        with speaking(language), catalogue.at_once():
            said = {item.slug: item for item in items(list(known.wanted.values()), now)}
            found |= {row.Delivery.id: _tailored(row, known, said, now) for row in some}
    return found


def _read(ids: Sequence[int]) -> Sequence[_Due]:
    rows = (
        select(Delivery, Mailing.purpose, Mailing.created_at, Member.language)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Member, Member.id == Delivery.member_id)
        .where(Delivery.id.in_(ids))
    )
    return db.session.execute(rows.execution_options(populate_existing=True)).all()


def _known(rows: Sequence[_Due]) -> _Known:
    since = {row.Delivery.mailing_id: row.created_at for row in rows}
    parts = announced.parts(announced.used(row.Delivery for row in rows))
    slugs = {slug for of in parts.values() for named in of.values() for slug in named}
    wanted = {one.slug: one for one in by_slugs(slugs)}
    ids = [row.Delivery.member_id for row in rows if row.Delivery.member_id is not None]
    return _Known(
        wanted,
        person(ids),
        parts,
        announced.told(ids, [one.id for one in wanted.values()]),
        set(_changed(parts, wanted, since)),
        announced.about([row.Delivery.id for row in rows]),
    )


def _changed(
    parts: Mapping[int, Parts], wanted: Mapping[str, Wanted], since: Mapping[int, datetime]
) -> Iterator[tuple[int, str]]:
    """Compared word by word, but only where an opening was touched since: most changes are about what no mail says."""
    for mailing_id, at in since.items():
        alone = {slugs[0]: position for position, slugs in parts[mailing_id].items() if len(slugs) == 1}
        touched = {slug for slug in alone if slug in wanted and (wanted[slug].changed_at or at) >= at}
        texts = announced.texts(mailing_id, [alone[slug] for slug in touched]) if touched else {}
        for slug in touched:
            if texts[alone[slug]] not in _said(wanted[slug], at):
                yield mailing_id, slug


def _said(one: Wanted, at: datetime) -> list[bytes]:
    """What a mail of that time would say of it, in each language."""
    said = []
    for language in LANGUAGES:
        with speaking(language):
            said += [encode_text(emails.piece(item).text + "\n\n") for item in items([one], at)]
    return said


def _copy(delivery: Delivery) -> Tailored:
    return Tailored(delivery.parts, {"fit_url": links.absolute(PAGE)})


def _tailored(row: _Due, known: _Known, said: Mapping[str, Item], now: datetime) -> Tailored:
    delivery, sent = row.Delivery, row.Delivery.state != "queued"
    parts, person = known.parts[delivery.mailing_id], known.people[delivery.member_id]
    shown = {slug for p in delivery.parts for slug in parts.get(p, ()) if slug in known.wanted}
    fit = {slug: found for slug in shown if (found := fits(known.wanted[slug], person, now))}
    holds = shown if sent else {slug for slug in fit if _may(delivery, known, slug)}
    kept = [p for p in delivery.parts if p not in parts or not holds.isdisjoint(parts[p])]
    values = _values(delivery, {slug: known.wanted[slug].id for slug in shown}, fit)
    if row.purpose != PURPOSE:
        return Tailored(kept, values)
    order = [said[slug] for p in kept for slug in parts.get(p, ()) if slug in said]
    if not order:
        return Tailored((), values)
    rest = known.about.get(delivery.id, 0) - len(shown)
    kept = [p for p in kept if p in parts or p == emails.GREETING or rest > 0]
    return Tailored(kept, values | emails.values(order, max(0, rest)))


def _may(delivery: Delivery, known: _Known, slug: str) -> bool:
    """Whether nothing stands against it but what they chose."""
    by = known.told.get((delivery.member_id or 0, known.wanted[slug].id), delivery.id)
    return by == delivery.id and (delivery.mailing_id, slug) not in known.changed


def _values(delivery: Delivery, ids: Mapping[str, int], fit: Mapping[str, Fit]) -> dict[str, str]:
    urls = {
        emails.early_url(id): links.absolute(f"/openings/{tokens.opening(id, delivery.id)}") for id in ids.values()
    }  # fmt: skip
    reasons = {emails.because(ids[slug]): because(found) for slug, found in fit.items()}
    return {"fit_url": links.absolute(f"/fit/{tokens.fit(delivery.id)}"), **urls, **reasons}
