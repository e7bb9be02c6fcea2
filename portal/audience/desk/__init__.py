"""This slice's doors at the desk, each with its guard."""

from portal.audience.desk import replies, segments, segments_more
from portal.web.access import Guard

DOORS = [(replies.bp, Guard.DESK), (segments.bp, Guard.DESK), (segments_more.bp, Guard.DESK)]
