"""Telling warm people of an opening first: the segment that a newsletter to them begins with."""

from datetime import datetime

from portal.alerts.queries import warm
from portal.audience.actions import segments
from portal.audience.files import all_segments
from portal.audience.queries.building import same
from portal.config import settings
from portal.jobs.queries.wanted import Wanted
from portal.languages import gettext as _
from portal.staff.models import Recruiter

LONGEST = 80


def segment_of(wanted: Wanted, by: Recruiter, now: datetime) -> str:
    """The slug of a segment of everybody whom an opening is for and who is warm: one that there is, or a new one of
    this recruiter's. Raises ContentError if the files of segments have mistakes, and what `segments.create` raises.
    """
    rule = warm.rule(wanted.slug)
    for slug, segment in all_segments(settings().content_dir).items():
        if same(segment.rule, rule):
            return slug
    name = _("In touch, and right for: %(title)s", title=wanted.title)[:LONGEST]
    about = _("Whom this opening is for, of those who were in touch with us in the last twelve months.")
    return segments.create(name, segments.text(name, about, rule), by, now).slug
