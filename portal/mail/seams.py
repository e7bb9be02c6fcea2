"""What audience knows and mail needs; wiring.py hands it over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where a delivery goes, and the values of its merge fields."""

    address: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tailored:
    """What still holds of a delivery: the positions of its fragments, in order (none: there is nothing left to say),
    and values of merge fields beside those of its addressee."""

    parts: Sequence[int]
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seams:
    """The functions that stand between a delivery and its member.

    `refusal(now)`: an expression over deliveries, NULL when this one may go now, else the named reason.
    `hold(now)`: an expression over deliveries, NULL when this one may go now, else until when it waits.
    `refresh(now)`: brings up to date what `hold` reads.
    `take(delivery_id, now)`: take a slot of the member's budget; False if there is none (P4). Part of the claim: the
    caller commits, or rolls both back. Never asked for FREE purposes.
    `give_back(delivery_ids)`: free the slots of deliveries that came to nothing.
    `settle(delivery_ids)`: told after each batch which deliveries took a slot or gave it back.
    `fields(ids)`: the addressee of each delivery; one that is missing has gone.
    `tailor(ids, now)`: of deliveries of a mailing with fragments that are asked `again`: what still holds of each (P3);
    one that is missing waits.
    `told(found, now)`: told before a batch of these begins what each is going to say.
    `nothing(which, now)`: told that some deliveries, of those that this condition names, came to nothing just now.
    """

    refusal: Callable[[datetime], ColumnElement[str | None]]
    hold: Callable[[datetime], ColumnElement[datetime | None]]
    refresh: Callable[[datetime], object]
    take: Callable[[int, datetime], bool]
    give_back: Callable[[Sequence[int]], object]
    settle: Callable[[Sequence[int]], object]
    fields: Callable[[Sequence[int]], Mapping[int, Addressee]]
    tailor: Callable[[Sequence[int], datetime], Mapping[int, Tailored]]
    told: Callable[[Mapping[int, Tailored], datetime], object]
    nothing: Callable[[ColumnElement[bool], datetime], object]


def seams() -> Seams:
    """Those of this app."""
    found: Seams = current_app.extensions["outbox"]
    return found
