"""The sentences that people agree to, by version. A consent names the version it was given in.

A version that was ever shown is never changed and never removed: a new wording is a new version, and CURRENT.
"""

CURRENT = "2026-11"

_LEAVE = "You can take this back at any time, by the link in each mail."
WORDINGS: dict[str, dict[str, str]] = {
    "2026-11": {
        "newsletter": f"You agree that {{org}} sends you its newsletter by mail, "
        f"in all never more mails in 30 days than the number you set. {_LEAVE}",
        "job_alerts": f"You agree that {{org}} writes to you by mail about openings that fit what you chose. {_LEAVE}",
        "check_ins": f"You agree that somebody at {{org}} writes you a personal note by mail now and then, "
        f"or asks how something went. {_LEAVE}",
    },
}


def sentence(purpose: str, org: str, version: str = CURRENT) -> str:
    """What one agrees to. Raises KeyError for a purpose or a version that there never was."""
    return WORDINGS[version][purpose].replace("{org}", org)
