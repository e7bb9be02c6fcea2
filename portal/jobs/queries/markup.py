"""An opening for search engines: JobPosting of schema.org as Google wants it, and only what is true and on the page.

What cannot be said truly is left out; where that leaves out what they require (a place, or where who works remotely may
live), there is no markup at all rather than a wrong one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel import Locale

from portal.audience.models import Place
from portal.audience.queries.options import countries
from portal.config import settings
from portal.jobs.models import ANYWHERE, Posting
from portal.jobs.queries.cards import countries_of, places_of
from portal.links import absolute

Markup = dict[str, Any]
_UNIT = {"hour": "HOUR", "day": "DAY", "month": "MONTH", "year": "YEAR"}


def job_posting(posting: Posting, now: datetime) -> Markup | None:
    """The object, or None where there is nothing to offer, or something required is not known. Two statements."""
    if posting.state_at(now) != "open" or posting.opens_at is None or not posting.vacancy:
        return None
    where = _where(posting, places_of([posting.id])[posting.id], countries_of([posting.id])[posting.id])
    if not where:
        return None
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.title,
        "description": posting.html,
        "datePosted": posting.opens_at.isoformat(),
        "url": absolute(f"/jobs/{posting.slug}"),
        "identifier": {"@type": "PropertyValue", "name": settings().org_name, "value": posting.slug},
        "hiringOrganization": {"@type": "Organization", "name": settings().org_name, "sameAs": settings().base_url},
        "directApply": _direct(posting),
        **where,
        **_pay(posting),
        **_times(posting),
    }


def _where(posting: Posting, places: Sequence[Place], codes: Sequence[str]) -> Markup:
    """TELECOMMUTE only where all of the work is remote: there is no word for hybrid, so the place stays and the text
    says it."""
    if posting.work_modes == {"remote"}:
        living = _living(codes)
        if living:
            return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": living}
        return {"jobLocationType": "TELECOMMUTE", "jobLocation": _locations(places)} if places else {}
    return {"jobLocation": _locations(places)} if places else {}


def _living(codes: Sequence[str]) -> list[Markup]:
    """Countries by their English names. Anywhere is every one of them: there is no word for the world."""
    names = Locale("en").territories
    if ANYWHERE in codes:
        codes = sorted(code for _group, options in countries() for code, _name in options)
    return [{"@type": "Country", "name": names.get(code, code)} for code in codes]


def _locations(places: Sequence[Place]) -> list[Markup]:
    return [
        {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressCountry": place.country}
            | ({} if place.whole_country else {"addressLocality": place.name}),
        }
        for place in places
    ]


def _pay(posting: Posting) -> Markup:
    if posting.pay_max is None or posting.pay_per is None:
        return {}
    value: Markup = {"@type": "QuantitativeValue", "unitText": _UNIT[posting.pay_per]}
    if posting.pay_min == posting.pay_max:
        value |= {"value": posting.pay_max}
    else:
        value |= {"minValue": posting.pay_min} if posting.pay_min is not None else {}
        value |= {"maxValue": posting.pay_max}
    return {"baseSalary": {"@type": "MonetaryAmount", "currency": posting.pay_currency, "value": value}}


def _times(posting: Posting) -> Markup:
    ends = min((at for at in (posting.closes_at, posting.closed_at) if at), default=None)
    until = {"validThrough": ends.isoformat()} if ends else {}
    return until | ({"jobStartDate": posting.starts_on.isoformat()} if posting.starts_on else {})


def _direct(posting: Posting) -> bool:
    """Whether one applies on this site; elsewhere we cannot know how short the way is."""
    return posting.apply_url.startswith(absolute("/"))
