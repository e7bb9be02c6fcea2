"""Mail of openings for many members at once: one frozen mailing a language, and a delivery for each that names its own.

Members are told under a lock of their settings, so that of two workers the second sees what the first has told.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from portal.alerts import emails
from portal.alerts.models import AlertSetting, Announcement
from portal.alerts.queries import announced
from portal.alerts.queries.items import items
from portal.alerts.queries.many import Found
from portal.audience.queries import catalogue
from portal.config import settings
from portal.db import changed, db, insert_into
from portal.jobs.queries.wanted import Wanted
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.models import Delivery


@dataclass
class Edition:
    """The mail of one run: which openings it can show, and the mailings that were frozen for it so far, by language.
    `kind`: of emails."""

    kind: str
    wanted: Sequence[Wanted]
    mailings: dict[str, int] = field(default_factory=dict)

    def position(self, one: Wanted) -> int:
        """Where an opening stands in each of its mailings."""
        return self._positions[one.id]

    def __post_init__(self) -> None:
        self._positions = {one.id: n for n, one in enumerate(self.wanted, emails.GREETING + 1)}

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


def unheard(found: Sequence[Found]) -> list[Found]:
    """The same without what each has heard of. Since `hold`."""
    postings = {one.id for each in found for one in each.wanted}
    told = announced.told([each.member_id for each in found], postings)
    left = [
        Found(each.member_id, each.language, [one for one in each.wanted if (each.member_id, one.id) not in told])
        for each in found
    ]
    return [each for each in left if each.wanted]


def tell(found: Sequence[Found], edition: Edition, now: datetime) -> dict[int, int]:
    """Queue a mail for each with the first of what is for them, and write down that they heard of all of it; the
    deliveries by member."""
    if not found:
        return {}
    outbox.queue_picked([_row(each, edition, now) for each in found], now)
    ids = [each.member_id for each in found]
    rows = select(Delivery.member_id, Delivery.id).where(
        Delivery.mailing_id.in_(list(edition.mailings.values())), Delivery.member_id.in_(ids)
    )
    deliveries = {member_id or 0: id for member_id, id in db.session.execute(rows)}
    _announce(found, deliveries, now)
    return deliveries


def _row(each: Found, edition: Edition, now: datetime) -> tuple[int, int, list[int]]:
    shown = each.wanted[: settings().digest_items]
    more = [edition.last] if len(each.wanted) > len(shown) else []
    parts = [emails.GREETING, *(edition.position(one) for one in shown), *more]
    return edition.mailing(each.language, now), each.member_id, parts


def _announce(found: Sequence[Found], deliveries: dict[int, int], now: datetime) -> None:
    new = insert_into(Announcement)
    again = {name: new.excluded[name] for name in ("delivery_id", "early", "at", "held_at", "reason")}
    rows = [
        {
            "member_id": each.member_id, "posting_id": one.id, "delivery_id": deliveries[each.member_id],
            "early": one.state_at(now) == "early", "at": now, "held_at": None, "reason": None,
        }
        for each in found
        for one in each.wanted
    ]  # fmt: skip
    upsert = new.on_conflict_do_update(index_elements=["member_id", "posting_id"], set_=again)
    db.session.execute(upsert, rows)
