"""Boards are asked, and what they list becomes openings: carefully, as nobody must lose one by a feed's bad day."""

from portal.jobs.actions.syncing.closing import Moved, close_waiting
from portal.jobs.actions.syncing.looking import EVERY, TASK, Order, claim, due, let_go, order
from portal.jobs.actions.syncing.runs import settle

__all__ = ["EVERY", "TASK", "Moved", "Order", "claim", "close_waiting", "due", "let_go", "order", "settle"]
