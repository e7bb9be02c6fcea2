"""What may be asked of this slice."""

from portal.audience.queries.consent import live
from portal.audience.queries.eligibility import may_write, refusal
from portal.audience.queries.facts import Facts, facts
from portal.audience.queries.fields import fields
from portal.audience.queries.recipients import Reach, count, missing, reach, recipients, small
from portal.audience.queries.rhythm import held_until, hold
from portal.audience.queries.segments import Rule, SegmentError, dump, matches, parse, say, segment_clause

__all__ = [
    "Facts",
    "Reach",
    "Rule",
    "SegmentError",
    "count",
    "dump",
    "facts",
    "fields",
    "held_until",
    "hold",
    "live",
    "matches",
    "may_write",
    "missing",
    "parse",
    "reach",
    "recipients",
    "refusal",
    "say",
    "segment_clause",
    "small",
]
