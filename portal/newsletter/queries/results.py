"""What became of a campaign, and how fast it goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, false, func, select

from portal.db import db
from portal.mail.models import OPEN, Delivery
from portal.newsletter.models import Campaign, Issue
from portal.newsletter.queries.campaigns import held, mailing_ids, phase

LATELY = timedelta(minutes=5)
"""The stretch of time by which the rate is measured."""
STILL = timedelta(minutes=2)
"""After so long without any of it that is due having begun, something is wrong with the mail server or the worker."""
UNDER_WAY = ("scheduled", "sending", "waiting")
GOT = ("accepted", "unknown", "complained")
HANDED = ("accepted", "failed", "unknown")
SAMPLE = 300
"""Deliveries by which the rate is measured."""


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
    """All of it, in four statements: the many that are settled are only counted."""
    ids = mailing_ids(campaign)
    mine = Delivery.mailing_id.in_(ids)
    rows = select(Delivery.state, Delivery.reason, func.count()).where(mine)
    states = {(state, why): n for state, why, n in db.session.execute(rows.group_by(Delivery.state, Delivery.reason))}
    open_ = _open(campaign, mine, now)
    held, turn, due = (open_.get(kind, _Open(0, None, None)) for kind in ("held", "turn", "due"))
    queued = states.get(("queued", None), 0)
    seen = {key: n for key, n in states.items() if key[0] != "queued"}
    seen |= {("queued", "held"): held.number} if held.number else {}
    seen |= {("queued", None): queued - held.number} if queued > held.number else {}
    stage = phase(campaign, seen, now)
    a_minute, newest = _pace(mine, now)
    late = due.first is not None and due.first < now - STILL
    asleep = newest is None or newest < now - STILL
    return Result(
        campaign, ids, stage, states, held.number, held.last, turn.number, turn.last, a_minute,
        stage == "sending" and late and asleep, now,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Open:
    number: int
    first: datetime | None
    last: datetime | None


def _open(campaign: Campaign, mine: ColumnElement[bool], now: datetime) -> dict[str, _Open]:
    """What is queued, by what it waits for: the member's hours, its turn, or only the mail server."""
    turn = Delivery.not_before > now if campaign.spread_hours and campaign.send_at <= now else false()
    kind = case((held(now), "held"), (turn, "turn"), else_="due").label("kind")
    first, last = func.min(Delivery.not_before), func.max(Delivery.not_before)
    rows = select(kind, func.count(), first, last).where(OPEN, mine, Delivery.state == "queued").group_by(kind)
    return {kind: _Open(*rest) for kind, *rest in db.session.execute(rows)}


def _pace(mine: ColumnElement[bool], now: datetime) -> tuple[int, datetime | None]:
    """How many were handed over a minute, of late, and when the last was; out of the last ones in their order."""
    last = select(Delivery.ended_at).where(mine, Delivery.state.in_(HANDED)).order_by(Delivery.id.desc()).limit(SAMPLE)
    ended = [at for at in db.session.scalars(last) if at]
    recent = [at for at in ended if at > now - LATELY]
    if not recent:
        return 0, max(ended, default=None)
    span = LATELY if len(recent) < SAMPLE else max(now - min(recent), timedelta(seconds=1))
    return round(len(recent) / (span / timedelta(minutes=1))), max(ended)


def campaign_of(id: int) -> tuple[Campaign, Issue] | None:
    """A campaign with its issue."""
    rows = select(Campaign, Issue).join(Issue, Issue.id == Campaign.issue_id).where(Campaign.id == id)
    row = db.session.execute(rows).first()
    return (row[0], row[1]) if row else None


def of_issue(slug: str) -> Sequence[Campaign]:
    """Every campaign of an issue, the newest first."""
    rows = select(Campaign).join(Issue, Issue.id == Campaign.issue_id).where(Issue.slug == slug)
    return db.session.scalars(rows.order_by(Campaign.id.desc())).all()
