"""Openings in `content/jobs/`, and those of the desk; how we choose somebody, in `content/process/`."""

from portal.content import Kind
from portal.jobs.files import process
from portal.jobs.files.front import JobFront
from portal.jobs.files.postings import check, desk, late
from portal.jobs.files.settling import checked, live, settle
from portal.jobs.files.syncing import sync

__all__ = ["KINDS", "JobFront", "check", "checked", "desk", "late", "live", "settle", "sync"]

KINDS = [
    Kind("process", "process/*.yml", process.check, process.sync),
    Kind("opening", "jobs/*.md", check, sync, linked=True, late=late),
]
