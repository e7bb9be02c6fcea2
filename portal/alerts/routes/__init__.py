"""The doors of this slice that members and mails lead to, with who may come through."""

from portal.alerts.routes import early, feeds, fit, openings
from portal.web.access import Guard

DOORS = [
    (openings.bp, Guard.MEMBER),
    (early.bp, Guard.TOKEN),
    (fit.bp, Guard.TOKEN),
    (feeds.bp, Guard.TOKEN),
]
