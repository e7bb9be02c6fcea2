"""This slice's doors at the desk; of its editor `wiring.py` makes one more."""

from portal.insights.desk import board, publish
from portal.insights.desk.editor import EDITOR
from portal.web.access import Guard

__all__ = ["DOORS", "EDITOR"]
DOORS = [(board.bp, Guard.DESK), (publish.bp, Guard.DESK)]
