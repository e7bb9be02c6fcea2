"""Greenhouse, its Job Board API.

It has no field for the work mode; an employer who wants one exposes a field of their own, which a board's `mode_field`
names. Its content is escaped, at times twice. Posts without `internal_job_id` are doors for whoever may fit some day.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from portal.jobs.sources import places
from portal.jobs.sources import reading as of
from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked, Found, LeftOut, Pay, Problem, gathered

ACCEPT = "application/json"
SECONDS = 10.0
ALONE = True
WANTS_URL = False
MODES = {
    "remote": "remote", "fully remote": "remote", "hybrid": "hybrid", "on-site": "onsite", "onsite": "onsite",
    "on site": "onsite", "in office": "onsite", "in-office": "onsite", "office": "onsite",
}  # fmt: skip
"""What employers write into a field that they named as the one for the work mode; a rule says the rest."""
_PER = re.compile(r"\b(?:(annual|year|yearly|annum)|(month|monthly)|(day|daily)|(hour|hourly))\b", re.IGNORECASE)


def address(board: Asked) -> str:
    """Where a board's list is."""
    at = board.url or f"https://boards-api.greenhouse.io/v1/boards/{quote(board.name, safe='')}/jobs"
    return f"{at}{'&' if '?' in at else '?'}content=true&pay_transparency=true"


def read(document: Document, board: Asked, get: Get) -> Answer:
    """The openings of a list. Raises Problem, also where it says that it has more than it has."""
    said = document.json()
    jobs = of.listing(of.inside(said, "jobs"))
    total = of.inside(said, "meta", "total")
    if isinstance(total, int) and total != len(jobs):
        raise Problem("half")
    return gathered(_each(jobs, board))


def _each(jobs: list[Any], board: Asked) -> Iterator[Found | LeftOut]:
    for job in jobs:
        if not isinstance(job, Mapping):
            yield LeftOut(None, "", "no_id")
        elif "internal_job_id" in job and job["internal_job_id"] is None:
            yield LeftOut(of.identity(job.get("id")) or None, of.words(job.get("title")), "no_opening")
        else:
            yield _one(job, board)


def _one(job: Mapping[str, Any], board: Asked) -> Found | LeftOut:
    where = of.inside(job, "location", "name")
    spots = places.spots(where)
    modes, said = _modes(job, board.mode_field)
    departments = [of.words(one.get("name")) for one in of.items(job.get("departments"))]
    return of.opening(
        job.get("id"),
        job.get("title"),
        html=of.html(job.get("content")),
        spots=spots,
        place_words=places.said(where),
        modes=modes,
        mode_words=said or places.said(where),
        countries=places.countries(spots),
        department=of.named("department", ", ".join(filter(None, departments))),
        pay=_pay(of.items(job.get("pay_input_ranges"))),
        apply_url=of.address(job.get("absolute_url")),
        published=of.when(job.get("first_published")),
    )


def _modes(job: Mapping[str, Any], field: str | None) -> tuple[frozenset[str], str]:
    """What the employer's own field says, if it is mapped and says it plainly; and its words."""
    for one in of.items(job.get("metadata")):
        if field and of.text(one.get("name")).casefold() == field.casefold():
            value = one.get("value")
            words = [of.words(each) for each in (value if isinstance(value, list) else [value])]
            modes = [MODES.get(word.casefold()) for word in words]
            plain = frozenset(mode for mode in modes if mode) if all(modes) else frozenset()
            return plain, of.named(of.text(one.get("name")), ", ".join(filter(None, words)))
    return frozenset(), ""


def _pay(ranges: list[Mapping[str, Any]]) -> Pay | None:
    """One range over all of them, if they are of one currency and say for how long a time."""
    found = []
    for one in ranges:
        said = {match.lastindex for match in _PER.finditer(f"{of.text(one.get('title'))} {of.text(one.get('blurb'))}")}
        per = ("year", "month", "day", "hour")[(said.pop() or 1) - 1] if len(said) == 1 else None
        cents = [one.get("min_cents"), one.get("max_cents")]
        low, high = (n / 100 if isinstance(n, int) and not isinstance(n, bool) else None for n in cents)
        found.append(of.pay(low, high, one.get("currency_type"), per))
    known = [pay for pay in found if pay]
    if not known or len(known) != len(found) or len({(pay.currency, pay.per) for pay in known}) > 1:
        return None
    lows = [pay.low for pay in known if pay.low is not None]
    return Pay(min(lows, default=None), max(pay.high for pay in known), known[0].currency, known[0].per)
