"""What stands on the desk's pages for what is in the tables: roles, purposes, time zones."""

from functools import cache
from zoneinfo import available_timezones

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

ROLE_WORDS = {
    "author": _l("Author"),
    "recruiter": _l("Recruiter"),
    "manager": _l("Hiring manager"),
    "admin": _l("Admin"),
}
ROLE_NOTES = {
    "author": _l("Writes insights, newsletters and openings. Somebody else sends newsletters and publishes openings."),
    "recruiter": _l("Also sees members and writes to them, sends to segments they may use, and publishes openings."),
    "manager": _l("Has their own openings, and says whether mail may go out under their name."),
    "admin": _l("Does everything, invites colleagues, sees the audit log, and goes live."),
}
PURPOSES = {
    "newsletter": _l("Newsletters"),
    "check_ins": _l("Personal letters"),
    "job_alerts": _l("Mail about openings"),
    "applications": _l("Mail about applications"),
}
"""What mail may go out under somebody's name for."""
_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zones() -> dict[str, list[tuple[str, str]]]:
    """Time zones to choose from, by part of the world: the name, and the city in it."""
    found: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for zone in sorted(available_timezones()):
        region, _slash, city = zone.partition("/")
        if region in _REGIONS:
            found.setdefault(region, []).append((zone, city.replace("_", " ")))
    return found


def about_words(about: str) -> str:
    """One mail that somebody lends their name to: "issue:2026-12-a-quiet-month"."""
    kind, _colon, which = about.partition(":")
    if kind == "issue":
        return _("The newsletter %(slug)s", slug=which)
    return _("One letter") if kind == "letter" else about
