"""What became of a campaign, and how fast it goes on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, false, func, select

from portal.db import db
from portal.mail.models import Delivery
from portal.newsletter.models import Campaign, Issue
from portal.newsletter.queries.campaigns import held, mailing_ids, phase

LATELY = timedelta(minutes=5)
"""The stretch of time by which the rate is measured."""
STILL = timedelta(minutes=2)
"""After so long without any of it that is due having begun, something is wrong with the mail server or the worker."""
UNDER_WAY = ("scheduled", "sending", "waiting")
GOT = ("accepted", "unknown", "complained")


@dataclass(frozen=True, slots=True)
class Result:
    """`states`: how many deliveries by (state, reason), their sum everybody whom the segment selected; `held`: of those
    that are queued, how many wait for the hours of their member, until at the latest `held_until`; `turn`: how many
    wait for their turn of a mail that is spread, which the last has at `last_turn`.

    `a_minute`: how many were handed over, of late; `stands`: what is due is not being sent.
    """

    campaign: Campaign
    mailing_ids: Sequence[int]
    phase: str
    states: Mapping[tuple[str, str | None], int]
    held: int
    held_until: datetime | None
    turn: int
    last_turn: datetime | None
    a_minute: int
    stands: bool
    now: datetime

    @property
    def total(self) -> int:
        """Everybody whom the segment selected."""
        return sum(self.states.values())

    @property
    def reached(self) -> int:
        """How many have got it, as far as one can tell."""
        return sum(number for (state, _), number in self.states.items() if state in GOT)

    @property
    def left(self) -> int:
        """How many may still get it."""
        return sum(number for (state, _), number in self.states.items() if state in {"queued", "deferred", "sending"})

    @property
    def due(self) -> int:
        """How many of these go as soon as the mail server takes them."""
        return self.left - self.held - self.turn

    @property
    def done_at(self) -> datetime | None:
        """When what is due will have gone, at this rate; None while there is none."""
        if self.phase != "sending" or not self.a_minute or not self.due:
            return None
        return self.now + timedelta(minutes=-(-self.due // self.a_minute))

    @property
    def under_way(self) -> bool:
        """Whether the page is worth looking at again soon."""
        return self.phase in UNDER_WAY


def result(campaign: Campaign, now: datetime) -> Result:
    """All of it, in two statements."""
    ids = mailing_ids(campaign)
    waits = case((held(now), "held"), (_turn(campaign, now), "turn"), else_="due")
    kind = case((Delivery.state == "queued", waits), else_="").label("kind")
    columns = (
        Delivery.state,
        Delivery.reason,
        kind,
        func.count(),
        func.count().filter(Delivery.ended_at > now - LATELY, Delivery.state != "skipped"),
        func.min(Delivery.not_before),
        func.max(Delivery.not_before),
        func.max(func.coalesce(Delivery.ended_at, Delivery.first_at)),
    )
    rows = select(*columns).where(Delivery.mailing_id.in_(ids)).group_by(Delivery.state, Delivery.reason, kind)
    states: Counter[tuple[str, str | None]] = Counter()
    seen: Counter[tuple[str, str | None]] = Counter()
    waiting: Counter[str] = Counter()
    until: dict[str, datetime] = {}
    lately, oldest, newest = 0, now, None
    for state, reason, how, number, recent, first, last, moved in db.session.execute(rows):
        states[state, reason] += number
        seen[state, "held" if how == "held" else reason] += number
        lately += recent
        newest = max(filter(None, (newest, moved)), default=None)
        if state == "queued":
            waiting[how], until[how] = number, last
            oldest = first if how == "due" else oldest
    stage = phase(campaign, seen, now)
    asleep = newest is None or newest < now - STILL
    return Result(
        campaign, ids, stage, states, waiting["held"], until.get("held"), waiting["turn"], until.get("turn"),
        round(lately / (LATELY / timedelta(minutes=1))),
        stage == "sending" and waiting["due"] > 0 and oldest < now - STILL and asleep,
        now,
    )  # fmt: skip


def _turn(campaign: Campaign, now: datetime) -> ColumnElement[bool]:
    """Of a delivery: its turn comes later, since the mail is spread over hours."""
    return Delivery.not_before > now if campaign.spread_hours and campaign.send_at <= now else false()


def campaign_of(id: int) -> tuple[Campaign, Issue] | None:
    """A campaign with its issue."""
    rows = select(Campaign, Issue).join(Issue, Issue.id == Campaign.issue_id).where(Campaign.id == id)
    row = db.session.execute(rows).first()
    return (row[0], row[1]) if row else None


def of_issue(slug: str) -> Sequence[Campaign]:
    """Every campaign of an issue, the newest first."""
    rows = select(Campaign).join(Issue, Issue.id == Campaign.issue_id).where(Issue.slug == slug)
    return db.session.scalars(rows.order_by(Campaign.id.desc())).all()
