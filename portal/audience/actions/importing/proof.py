"""Who agreed to what, as far as a row proves it: a time that was, and a way, for a purpose (P2).

Without both, nobody may write to them. What the row's program knew about leaving and blocking counts before that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.audience.actions.importing import values
from portal.audience.models import ASKED

LONGEST_WAY = 60
REASONS = {
    "no_time": "no time at which they agreed",
    "bad_time": "the time at which they agreed cannot be read, or has not come yet",
    "no_way": "no word on how they agreed",
    "no_purpose": "no word on what they agreed to",
    "not_confirmed": "asked to be on the list, but never confirmed it",
    "disabled": "was switched off where they come from",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator says for every row: how they agreed, unless it says so itself, and to what."""

    way: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody agreed to a purpose, then, in that way."""

    purpose: str
    given_at: datetime
    way: str


@dataclass(slots=True)
class Proven:
    """What a row proves. `reason`: why nothing, of REASONS; `notes`: (our column, what is wrong with it).

    `stop`: blocked (must not be written to), or left (they unsubscribed there).
    """

    proofs: list[Proof]
    reason: str | None
    notes: list[tuple[str, str]]
    stop: str | None = None


def read(cell: Callable[[str], str | None], rules: Rules, now: datetime) -> Proven:
    """What a row proves. `cell`: our column → what stands in it; None where the file has no such column."""
    status, subscription = cell("status"), cell("subscription_status")
    if cell("do_not_write") or (status and status.casefold() == "blocklisted"):
        return Proven([], None, [], "blocked")
    if subscription and subscription.casefold() == "unsubscribed":
        return Proven([], None, [], "left")
    if status is not None and status.casefold() != "enabled":
        return Proven([], "disabled", [])
    if subscription is not None and subscription.casefold() != "confirmed":
        return Proven([], "not_confirmed", [])
    found = Proven([], None, [])
    for purpose, column, way_column in _claimed(cell, rules, found):
        _prove(found, purpose, column, way_column, cell, rules, now)
    found.reason = None if found.proofs else found.reason or "no_time"
    return found


def _claimed(cell: Callable[[str], str | None], rules: Rules, found: Proven) -> Iterator[tuple[str, str, str]]:
    """Purposes that the row says something about, with the columns that hold their time and way."""
    to, strange = values.words(cell("consent_to") or "", values.TO)
    found.notes += [("consent_to", f"“{word[:60]}” is none of {', '.join(ASKED)}") for word in strange]
    wanted = rules.purposes if cell("consent_to") is None else to
    for purpose in ASKED:
        if cell(f"{purpose}_since"):
            yield purpose, f"{purpose}_since", f"{purpose}_way"
        elif cell("consent_time") and purpose in wanted:
            yield purpose, "consent_time", "consent_way"
    if cell("consent_time") and not wanted:
        found.reason = "no_purpose"


def _prove(
    found: Proven, purpose: str, column: str, way_column: str, cell: Callable[[str], str | None], rules: Rules,
    now: datetime,
) -> None:  # fmt: skip
    try:
        given_at = values.time(cell(column) or "", now)
    except ValueError as error:
        found.notes.append((column, str(error)))
        found.reason = found.reason or "bad_time"
        return
    way = " ".join((cell(way_column) or cell("consent_way") or rules.way).split())
    if not way or len(way) > LONGEST_WAY:
        found.notes += [(way_column, f"say in at most {LONGEST_WAY} characters how they agreed")] if way else []
        found.reason = found.reason or "no_way"
        return
    found.proofs.append(Proof(purpose, given_at, way))
