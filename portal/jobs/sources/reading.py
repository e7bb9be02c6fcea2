"""Reading values that somebody else wrote: each function takes anything, and gives what can be relied on or nothing."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from portal.jobs.sources.found import Found, LeftOut, Pay, Problem

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_MOST_PAY = 2_000_000_000
LEVELS = re.compile(
    r"\b(apprentice|trainee|intern|graduate|entry|junior|mid|intermediate|experienced|senior|staff|lead|principal|head)"
    r"\b",
    re.IGNORECASE,
)
"""Words in a title that tell of the level: somebody here says what each of them means."""


def text(value: Any, most: int = 200) -> str:
    """A string or number as one tidy line of at most so many characters; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    line = " ".join(_CONTROL.sub(" ", str(value)).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def words(value: Any, most: int = 160) -> str:
    """The same of words for people, which some feeds escape for HTML."""
    return text(unescape(value) if isinstance(value, str) else value, most)


def identity(value: Any) -> str:
    """An id, whole; "" where there is none, or one that nobody would use."""
    found = text(value, 201)
    return found if len(found) <= 200 else ""


def html(value: Any) -> str:
    """HTML as such: some feeds escape it once or twice. Words without a tag become paragraphs."""
    found = value if isinstance(value, str) else ""
    for _ in range(3):
        if _TAG.search(found) or ("&lt;" not in found and "&amp;lt;" not in found):
            break
        found = unescape(found)
    if _TAG.search(found) or not found.strip():
        return found
    return "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", found) if part.strip()).replace("\n", "<br>")


def items(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def inside(value: Any, *steps: str) -> Any:
    """What stands in objects in objects; None as soon as one is missing."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def listing(value: Any) -> list[Any]:
    """The list that an answer has to be. Raises Problem."""
    if not isinstance(value, list):
        raise Problem("shape")
    return value


def address(value: Any) -> str:
    """A web address, or nothing."""
    found = text(value, 501)
    try:
        parts = urlsplit(found)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return found if good and len(found) <= 500 else ""


def when(value: Any) -> datetime | None:
    """A time in UTC: of ISO 8601, of RFC 822 as in RSS, or of milliseconds as Lever counts them. Without a
    zone it is taken for UTC."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        found = text(value, 60)
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            moment = parsedate_to_datetime(found)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def pay(low: Any, high: Any, currency: Any, per: str | None) -> Pay | None:
    """A range in whole units of a currency; None unless all of it makes sense. Only the least is said: that is the most
    we know of."""
    least, most = _amount(low), _amount(high)
    most = most if most is not None else least
    code = text(currency, 4).upper()
    if most is None or per is None or not re.fullmatch("[A-Z]{3}", code) or (least is not None and least > most):
        return None
    return Pay(least, most, code, per)


def _amount(value: Any) -> int | None:
    if isinstance(value, str):
        value = float(value) if re.fullmatch(r"\d{1,12}(\.\d{1,4})?", value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return int(value) if 0 < value < _MOST_PAY else None


def level_in(title: str) -> str:
    """The first word of a title that tells of its level, as words to make a rule of; "" if there is none."""
    found = LEVELS.search(title)
    return f"title: {found[1].lower()}" if found else ""


def named(field: str, value: Any) -> str:
    """A feed's words with their field's name before them, as rules and people see them; "" without words."""
    found = words(value, 180)
    return f"{field}: {found}" if found else ""


def nameless(id: str, title: str) -> LeftOut | None:
    """Why something cannot be an opening of ours: it has no id, or no title."""
    if not id:
        return LeftOut(None, title, "no_id")
    return None if title else LeftOut(id, "", "no_title")


def opening(id: Any, title: Any, **more: Any) -> Found | LeftOut:
    """An opening, or why it is none."""
    known, called = identity(id), words(title)
    if wrong := nameless(known, called):
        return wrong
    more["level"] = more.get("level") or level_in(called)
    return Found(known, called, **more)
