"""This slice's doors at the desk, each with its guard."""

from portal.alerts.desk import people
from portal.web.access import Guard

DOORS = [(people.bp, Guard.DESK)]
