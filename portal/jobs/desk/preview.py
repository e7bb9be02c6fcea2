"""An opening's words as the page that they would be."""

from datetime import datetime

from flask import render_template

from portal.jobs.files.front import LAST, maybe, moment
from portal.jobs.queries import draft
from portal.writing.queries.source import Source


def as_page(source: Source, html: str, now: datetime) -> str:
    """The public page of an opening that says this. `html`: its words, laid out."""
    closes = maybe(lambda value: moment(value, at=LAST), source.front.get("closes"))
    opening = draft.page_of(source, html, closes, now)
    return render_template("jobs/show.html", opening=opening, markup=None)
