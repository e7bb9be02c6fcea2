"""This slice's doors at the desk, each with its guard."""

from portal.alerts.desk import early, people
from portal.web.access import Guard

DOORS = [(people.bp, Guard.DESK), (early.bp, Guard.DESK)]
