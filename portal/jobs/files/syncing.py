"""Openings come into the database: those of files as their files say, those of the desk as they were published."""

from datetime import datetime
from pathlib import Path

from portal.content import ContentError, Problem, Synced
from portal.jobs.files.postings import KIND, desk, loaded
from portal.jobs.files.rows import TakenError, bring
from portal.jobs.files.settling import anew, linked
from portal.writing.actions import homes
from portal.writing.queries.homes import at_desk


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's openings into the database; one whose file is gone is closed. Those of the desk say what they
    said, with links to where our pages are now. Raises ContentError."""
    openings, problems = loaded(folder, {**linked(), **desk()})
    if problems:
        raise ContentError(problems)
    kept, elsewhere = homes.record(folder, KIND, now), at_desk(KIND)
    own = [one for one in openings if one.text.slug not in elsewhere]
    try:
        done = bring(own, now, elsewhere)
    except TakenError as taken:
        words = "an opening from a board has this address: give the file another name"
        raise ContentError([Problem(str(folder / "jobs" / f"{slug}.md"), 1, words) for slug in taken.args]) from None
    return homes.merged([*done, *anew()], kept)
