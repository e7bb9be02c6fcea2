"""Mail of openings for many members at once: one frozen mailing a language, and a delivery for each that names its own.

Members are told under a lock of their settings, so that of two workers the second sees what the first has told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from portal.alerts import emails
from portal.alerts.models import AlertSetting, Announcement
from portal.alerts.queries.items import items
from portal.alerts.queries.many import Bits, listed
from portal.audience.models import Eligibility
from portal.audience.queries import catalogue
from portal.config import settings
from portal.db import Base, changed, db, insert_into
from portal.jobs.queries.wanted import Wanted
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.models import Delivery


@dataclass(slots=True)
class Found:
    """A member who agreed to hear of openings, the language of their mail, and what is for them, the best first."""

    member_id: int
    language: str
    wanted: list[Wanted]


class Edition:
    """The mail of one run: which openings it can show, which of them are early, and the mailings frozen for it
    so far, by language. `kind`: of emails."""

    def __init__(self, kind: str, wanted: Sequence[Wanted], now: datetime) -> None:
        self.kind, self.wanted, self.mailings = kind, wanted, dict[str, int]()
        self.early = {one.id for one in wanted if one.state_at(now) == "early"}
        self._positions = {one.id: n for n, one in enumerate(wanted, emails.GREETING + 1)}

    def position(self, one: Wanted) -> int:
        """Where an opening stands in each of its mailings."""
        return self._positions[one.id]

    @property
    def last(self) -> int:
        """Where it stands that there are more."""
        return len(self.wanted) + emails.GREETING + 1

    def mailing(self, language: str, now: datetime) -> int:
        """The mailing for who reads a language, frozen when it is first needed."""
        if language not in self.mailings:
            with speaking(language), catalogue.at_once():
                words = emails.words(items(self.wanted, now), self.kind, settings().digest_items)
            self.mailings[language] = outbox.freeze(words, now).id
        return self.mailings[language]


def hold(ids: Collection[int]) -> None:
    """Nobody else tells these members anything until the transaction ends."""
    if db.engine.dialect.name == "postgresql":
        rows = select(AlertSetting.member_id).where(AlertSetting.member_id.in_(ids)).order_by(AlertSetting.member_id)
        db.session.execute(rows.with_for_update())
        return
    mine = update(AlertSetting).where(AlertSetting.member_id == min(ids)).values(hour=AlertSetting.hour)
    changed(mine.execution_options(synchronize_session=False))  # SQLite has one writer at a time


def found(wanted: Sequence[Wanted], bits: Bits) -> list[Found]:
    """What is for each of these members, who read which language; in the order of their numbers."""
    rows = select(Eligibility.member_id, Eligibility.language).where(Eligibility.member_id.in_(list(bits)))
    return [
        Found(row.member_id, row.language, listed(wanted, bits[row.member_id]))
        for row in db.session.execute(rows.order_by(Eligibility.member_id))
    ]


def tell(found: Sequence[Found], edition: Edition, now: datetime) -> dict[int, int]:
    """Queue a mail for each with the first of what is for them, and write down what they heard of; the deliveries by
    member. The rest of a digest is only counted: its run says up to when they have heard of all."""
    if not found:
        return {}
    outbox.queue_picked([_row(each, edition, now) for each in found], now)
    ids = [each.member_id for each in found]
    rows = select(Delivery.member_id, Delivery.id).where(
        Delivery.mailing_id.in_(list(edition.mailings.values())), Delivery.member_id.in_(ids)
    )
    deliveries = {member_id or 0: id for member_id, id in db.session.execute(rows)}
    _announce(found, deliveries, edition, now)
    return deliveries


def _row(each: Found, edition: Edition, now: datetime) -> tuple[int, int, list[int]]:
    shown = each.wanted[: settings().digest_items]
    more = [edition.last] if len(each.wanted) > len(shown) else []
    parts = [emails.GREETING, *(edition.position(one) for one in shown), *more]
    return edition.mailing(each.language, now), each.member_id, parts


def _announce(found: Sequence[Found], deliveries: Mapping[int, int], edition: Edition, now: datetime) -> None:
    most = settings().digest_items if edition.kind == emails.DIGEST else None
    rows = [
        {
            "member_id": each.member_id, "posting_id": one.id, "delivery_id": deliveries[each.member_id],
            "early": one.id in edition.early, "at": now, "held_at": None, "reason": None,
        }
        for each in found
        for one in each.wanted[:most]
    ]  # fmt: skip
    write(Announcement, ("member_id", "posting_id"), rows)


def write(table: type[Base], key: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or bring those up to date that are there by their key. All have the same columns; not by the mapper,
    which takes longer than the database where they are many."""
    if not rows:
        return
    new = insert_into(table).values({name: bindparam(name) for name in rows[0]})
    again = {name: new.excluded[name] for name in rows[0] if name not in key}
    db.session.connection().execute(new.on_conflict_do_update(index_elements=key, set_=again), rows)
