"""This slice's public doors, each with its guard."""

from portal.jobs.routes import feeds, public
from portal.web.access import Guard

DOORS = [
    (public.bp, Guard.PUBLIC),
    (feeds.bp, Guard.PUBLIC),
]
