"""This slice's doors at the desk, and what keeps the words that are typed behind them."""

from portal.followups.desk import letters, people, remembering, sending, suggesting
from portal.web.access import Guard, Typed

DOORS = [
    (people.bp, Guard.DESK),
    (remembering.bp, Guard.DESK),
    (letters.bp, Guard.DESK),
    (sending.bp, Guard.DESK),
    (suggesting.bp, Guard.DESK),
]
TYPED: dict[str, Typed] = {"letters.new": letters.keep_typed, "letters.edit": letters.keep_typed}
"""By endpoint."""
