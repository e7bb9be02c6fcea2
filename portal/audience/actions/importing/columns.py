"""Which column of a file holds what: by its name, or as the operator says. What is used for nothing is named."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.audience.actions.importing.problems import BadColumns
from portal.audience.models import ASKED

LISTMONK = ("uuid", "email", "name", "attributes", "status", "created_at", "updated_at")
"""The columns of listmonk's own export of subscribers."""
LISTMONK_WAY = "listmonk, confirmed"

KNOWN: dict[str, tuple[str, ...]] = {
    "address": ("address", "email", "emailaddress", "mail", "mailaddress", "emailadresse", "mailadresse",
                "correioeletronico", "enderecodeemail", "adresse"),
    "name": ("name", "fullname", "displayname", "nome", "firstname", "givenname", "vorname"),
    "language": ("language", "lang", "locale", "sprache", "idioma", "lingua"),
    "interests": ("interests", "interest", "topics", "tags", "interessen", "themen", "interesses"),
    "skills": ("skills", "kenntnisse", "competencias"),
    "work_modes": ("workmodes", "workmode", "arbeitsweise", "modalidade"),
    "places": ("places", "place", "locations", "location", "orte", "ort", "city", "locais", "local", "cidade"),
    "lives_in": ("livesin", "country", "land", "pais"),
    "levels": ("levels", "level", "seniority"),
    "career_stage": ("careerstage",),
    "available_from": ("availablefrom",),
    "unwanted_teams": ("unwantedteams",),
    "hidden_teams": ("hiddenteams",),
    "mails_per_month": ("mailspermonth",),
    "time_zone": ("timezone", "zeitzone", "fusohorario"),
    "mail_hours": ("mailhours",),
    "weekdays": ("weekdays",),
    "pause_until": ("pauseuntil",),
    "joined": ("joined", "joinedat", "membersince"),
    "last_contact": ("lastcontact",),
    "consent_to": ("consentto", "purposes", "purpose"),
    "consent_time": ("consenttime", "consentat", "consentdate", "confirmtime", "confirmedat", "optintime", "optinat",
                     "optindate", "optintimestamp"),
    "consent_way": ("consentway", "consentmethod", "consentsource", "optinway", "optinmethod", "optinsource"),
    **{f"{purpose}_{what}": (f"{purpose}{what}".replace("_", ""),) for purpose in ASKED for what in ("since", "way")},
    "do_not_write": ("donotwrite",),
    "status": (),
    "subscription_status": (),
}  # fmt: skip
"""Our columns, and by which names a file's are taken for them, the likeliest first. The last two are listmonk's."""


@dataclass(frozen=True, slots=True)
class Where:
    """A column of the file, by its place; or one entry of a JSON object in it."""

    index: int
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """What is read from where. `shown`: what the file calls it; `unused`: columns that are read for nothing."""

    of: dict[str, Where]
    shown: dict[str, str]
    unused: tuple[str, ...]
    listmonk: bool


def match(header: Sequence[str], given: Iterable[tuple[str, str]]) -> Columns:
    """Find our columns in a header; `given`: pairs (ours, theirs) that the operator named, "" for "read it nowhere".

    Raises BadColumns.
    """
    places = {name.casefold(): index for index, name in enumerate(header)}
    listmonk = set(LISTMONK) <= set(places)
    found = _listmonk(places) if listmonk else _guessed(header)
    for ours, theirs in given:
        if ours not in KNOWN:
            raise BadColumns(f"There is nothing called “{ours}” to fill: choose one of {', '.join(KNOWN)}.")
        found.pop(ours, None)
        if theirs:
            found[ours] = _where(theirs, places, header)
    if "address" not in found:
        raise BadColumns(
            f"No column is known to hold the mail address: name it by --map address=COLUMN. There are {_some(header)}."
        )
    used = {where.index for where in found.values()}
    shown = {ours: header[w.index] + (f".{w.key}" if w.key else "") for ours, w in found.items()}
    unused = tuple(name or f"column {n}" for n, name in enumerate(header, 1) if n - 1 not in used)
    return Columns(found, shown, unused, listmonk)


def _guessed(header: Sequence[str]) -> dict[str, Where]:
    keys = {_key(name): index for index, name in reversed(list(enumerate(header)))}
    first = {ours: next((keys[guess] for guess in guesses if guess in keys), None) for ours, guesses in KNOWN.items()}
    return {ours: Where(index) for ours, index in first.items() if index is not None}


def _listmonk(places: dict[str, int]) -> dict[str, Where]:
    """Whether somebody confirmed, and when, is no part of listmonk's own export; docs/import.md has the query."""
    theirs = {
        "address": "email",
        "name": "name",
        "status": "status",
        "subscription_status": "subscription_status",
        "consent_time": "subscription_updated_at",
    }
    return {ours: Where(places[name]) for ours, name in theirs.items() if name in places}


def _where(theirs: str, places: dict[str, int], header: Sequence[str]) -> Where:
    name, _, key = theirs.partition(".")
    if theirs.casefold() in places:
        return Where(places[theirs.casefold()])
    if key and name.casefold() in places:
        return Where(places[name.casefold()], key)
    raise BadColumns(f"The file has no column “{theirs}”. There are {_some(header)}.")


def _some(header: Sequence[str]) -> str:
    named = [name for name in header if name]
    return ", ".join(named[:12]) + (f" and {len(named) - 12} more" if len(named) > 12 else "")


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)
