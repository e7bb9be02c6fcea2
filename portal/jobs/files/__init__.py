"""Openings in `content/jobs/`, and those of the desk; how we choose somebody, in `content/process/`."""

from portal.jobs.files.front import JobFront
from portal.jobs.files.postings import check, desk, late
from portal.jobs.files.settling import checked, live, settle
from portal.jobs.files.syncing import sync

__all__ = ["JobFront", "check", "checked", "desk", "late", "live", "settle", "sync"]
