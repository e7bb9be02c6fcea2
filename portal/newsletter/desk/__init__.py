"""This slice's doors at the desk, each with its guard."""

from portal.newsletter.desk import campaigns, confirm, copy, index, preview, preview_helps, send, who
from portal.web.access import Guard

DOORS = [
    (index.bp, Guard.DESK),
    (who.bp, Guard.DESK),
    (send.bp, Guard.DESK),
    (confirm.bp, Guard.DESK),
    (campaigns.bp, Guard.DESK),
    (campaigns.of_newsletter, Guard.DESK),
    (copy.bp, Guard.PUBLIC),
    (preview.bp, Guard.DESK),
    (preview_helps.bp, Guard.DESK),
]
