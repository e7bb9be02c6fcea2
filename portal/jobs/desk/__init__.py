"""This slice's doors at the desk; of its editor `wiring.py` makes one more."""

from portal.jobs.desk import board, boards, closing, facts, publish, unclear
from portal.jobs.desk.editor import EDITOR
from portal.web.access import Guard

__all__ = ["DOORS", "EDITOR"]
DOORS = [
    (board.bp, Guard.DESK),
    (publish.bp, Guard.DESK),
    (closing.bp, Guard.DESK),
    (unclear.bp, Guard.DESK),
    (facts.bp, Guard.DESK),
    (boards.bp, Guard.DESK),
]
