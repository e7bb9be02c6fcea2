"""What openings for machines have to be, as rules written from the vendors' documentation (job-feeds.md §2.8) and
RFC 4287. Each function returns what is wrong, in words; nothing when all is well."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as Tree

from babel import Locale

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PROPERTIES = {
    "@context", "@type", "title", "description", "datePosted", "hiringOrganization", "jobLocation",
    "applicantLocationRequirements", "baseSalary", "directApply", "employmentType", "identifier", "jobLocationType",
    "validThrough", "url", "jobStartDate",
}  # fmt: skip
EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
UNITS = {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
COUNTRIES = set(Locale("en").territories.values())
REQUIRED = ("title", "date", "referencenumber", "requisitionid", "url", "company", "description")
CUSTOMARY = {
    "city",
    "state",
    "country",
    "postalcode",
    "salary",
    "category",
    "experience",
    "expirationdate",
    "remotetype",
}
ENTITY = re.compile(r"&#?\w+;")


def _moment(value: Any) -> datetime | None:
    """An ISO 8601 or RFC 3339 moment with its zone."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def markup(given: dict[str, Any], words: str, all_remote: bool, now: datetime) -> Iterator[str]:
    """JobPosting as Google wants it. `words`: what can be read on the page; `all_remote`: whether all of the work is."""
    yield from (f"unknown property {name}" for name in given.keys() - PROPERTIES)
    if given.get("@context") != "https://schema.org/" or given.get("@type") != "JobPosting":
        yield "it is no JobPosting of schema.org"
    for name in ("title", "description", "datePosted", "hiringOrganization"):
        if not given.get(name):
            yield f"{name} is required"
    if "<p>" not in given.get("description", ""):
        yield "the description is HTML with paragraphs"
    if _moment(given.get("datePosted")) is None:
        yield "datePosted is a moment with its zone"
    until = given.get("validThrough")
    if until is not None and ((ends := _moment(until)) is None or ends <= now):
        yield "validThrough is a moment that is to come"
    if given.get("hiringOrganization", {}).get("name", "") not in words:
        yield "the organisation is named on the page"
    if given.get("title", "") not in words:
        yield "the title stands on the page"
    if not isinstance(given.get("directApply"), bool):
        yield "directApply is true or false"
    yield from (f"employmentType {one}" for one in _many(given.get("employmentType")) if one not in EMPLOYMENT)
    number = given.get("identifier", {})
    if number.get("@type") != "PropertyValue" or not number.get("name") or not number.get("value"):
        yield "identifier is a PropertyValue with name and value"
    yield from _where(given, words, all_remote)
    yield from _salary(given.get("baseSalary"), words)


def _where(given: dict[str, Any], words: str, all_remote: bool) -> Iterator[str]:
    living, places = _many(given.get("applicantLocationRequirements")), _many(given.get("jobLocation"))
    kind = given.get("jobLocationType")
    if kind not in {None, "TELECOMMUTE"}:
        yield "jobLocationType knows TELECOMMUTE only"
    if (kind == "TELECOMMUTE") != all_remote:
        yield "TELECOMMUTE is for what is all remote, and says so"
    if not places and not (kind and living):
        yield "jobLocation is required, unless TELECOMMUTE says where one may live"
    if living and not kind:
        yield "applicantLocationRequirements goes with TELECOMMUTE"
    for one in living:
        if one.get("@type") != "Country" or one.get("name") not in COUNTRIES:
            yield f"no country: {one}"
        elif one["name"] not in words and "anywhere" not in words:
            yield f"{one['name']} is not said on the page"
    for one in places:
        address = one.get("address", {})
        if one.get("@type") != "Place" or address.get("@type") != "PostalAddress":
            yield "jobLocation is a Place with a PostalAddress"
        if not re.fullmatch("[A-Z]{2}", address.get("addressCountry", "")):
            yield "addressCountry has two letters"
        if address.get("addressLocality", "") not in words:
            yield f"{address.get('addressLocality')} is not said on the page"


def _salary(given: Any, words: str) -> Iterator[str]:
    if given is None:
        return
    value = given.get("value", {})
    if given.get("@type") != "MonetaryAmount" or value.get("@type") != "QuantitativeValue":
        yield "baseSalary is a MonetaryAmount of a QuantitativeValue"
    if not re.fullmatch("[A-Z]{3}", given.get("currency") or ""):
        yield "the currency has three letters"
    if value.get("unitText") not in UNITS:
        yield "unitText is a period"
    amounts = [value[name] for name in ("minValue", "value", "maxValue") if name in value]
    if not amounts or amounts != sorted(amounts) or ("value" in value) == ("maxValue" in value):
        yield "a value, or a least and a most"
    yield from (f"{amount} is not said on the page" for amount in amounts if f"{amount:,}" not in words)


def atom(data: bytes, address: str) -> Iterator[str]:
    """A feed of RFC 4287 that can be followed."""
    feed = Tree.fromstring(data)
    if feed.tag != f"{ATOM}feed" or feed.findtext(f"{ATOM}id") != address:
        yield "it is a feed, and its id is where it is"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    if links.get("self") != address or not str(links.get("alternate")).startswith("http"):
        yield "it says where it is, and of which page it is the feed"
    if not feed.findtext(f"{ATOM}title") or feed.find(f"{ATOM}author/{ATOM}name") is None:
        yield "it has a title and an author"
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in entries]
    if len(set(ids)) < len(ids) or not all(id.startswith("http") for id in ids):
        yield "each entry has an id of its own, an absolute address"
    moments = [feed.findtext(f"{ATOM}updated"), *(entry.findtext(f"{ATOM}updated") for entry in entries)]
    if None in [_moment(moment) for moment in moments] or moments[0] != max(moments[1:] or moments, key=str):
        yield "updated is a moment with its zone, the feed's that of its newest entry"
    for entry in entries:
        if not entry.findtext(f"{ATOM}title") or entry.find(f"{ATOM}link[@rel='alternate']") is None:
            yield "an entry has a title and leads to its page"
        content = entry.find(f"{ATOM}content")
        if content is None or content.get("type") != "html" or "<" not in (content.text or ""):
            yield "an entry has its whole text as HTML"
        if str(entry.findtext(f"{ATOM}published")) > str(entry.findtext(f"{ATOM}updated")):
            yield "nothing is published after it was updated"


def indeed(data: bytes) -> Iterator[str]:
    """Indeed's XML."""
    text = data.decode("utf-8")
    source = Tree.fromstring(data)
    if source.tag != "source" or [one.tag for one in source][:2] != ["publisher", "publisherurl"]:
        yield "a source with its publisher and publisherurl first"
    if ENTITY.search(text):
        yield f"no HTML entities: {ENTITY.findall(text)[:3]}"
    numbers = [job.findtext("referencenumber") for job in source.findall("job")]
    if len(set(numbers)) < len(numbers):
        yield "each entry has a referencenumber of its own"
    leaves = [one for job in source.findall("job") for one in job] + [one for one in source if one.tag != "job"]
    if len(re.findall(r"<(\w+)><!\[CDATA\[.*?\]\]></\1>", text, re.DOTALL)) != len(leaves):
        yield "every value is a CDATA section"
    for job in source.findall("job"):
        given = {one.tag: one.text or "" for one in job}
        yield from (f"{name} is required" for name in REQUIRED if not given.get(name))
        yield from (f"unknown element {name}" for name in given.keys() - {*REQUIRED, *CUSTOMARY})
        for name in ("date", "expirationdate"):
            if name in given and _moment(given[name]) is None:
                yield f"{name} is an ISO 8601 moment"
        if not given.get("url", "").startswith("http"):
            yield "url is absolute"
        if re.search(r"<(?!/?(p|br|ul|ol|li|strong|em|h[2-6])>)", given.get("description", "")):
            yield "the description is simple HTML without attributes"


def sitemap(data: bytes) -> Iterator[str]:
    """The map of sitemaps.org."""
    places = Tree.fromstring(data)
    if places.tag != f"{MAP}urlset":
        yield "an urlset"
    found = [place.findtext(f"{MAP}loc") or "" for place in places]
    if len(set(found)) < len(found) or not all(place.startswith("http") for place in found):
        yield "each place once, as an absolute address"
    for place in places:
        if not re.fullmatch(r"|\d{4}-\d\d-\d\d", place.findtext(f"{MAP}lastmod") or ""):
            yield "lastmod is a day"
