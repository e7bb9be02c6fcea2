"""Insights in `content/insights/`, and those that are written at the desk."""

from portal.insights.files.insights import InsightFront, check, desk
from portal.insights.files.settling import live, settle
from portal.insights.files.syncing import sync
from portal.writing.files.links import dead_links

__all__ = ["InsightFront", "check", "dead_links", "desk", "live", "settle", "sync"]
