"""The sentences that people agree to, by version. A consent names the version that was shown when it was given.

A version that was ever shown is never changed and never removed: a new wording is a new version, and CURRENT. Each
language is a version of its own, as what somebody agreed to is what they read: "2026-11-de" is "2026-11" in German.
"""

from portal.languages import LANGUAGES
from portal.languages import current as spoken
from portal.languages import lazy_gettext as _l

CURRENT = "2026-11"

_LEAVE = "You can take this back at any time, by the link in each mail."
_LEAVE_DE = "Du kannst das jederzeit zurücknehmen, über den Link in jeder E-Mail."
_LEAVE_PT = "Podes voltar atrás a qualquer momento, pelo link em cada e-mail."
WORDINGS: dict[str, dict[str, str]] = {
    "2026-11": {
        "newsletter": f"You agree that {{org}} sends you its newsletter by mail, "
        f"in all never more mails in 30 days than the number you set. {_LEAVE}",
        "job_alerts": f"You agree that {{org}} writes to you by mail about openings that fit what you chose. {_LEAVE}",
        "check_ins": f"You agree that somebody at {{org}} writes you a personal note by mail now and then, "
        f"or asks how something went. {_LEAVE}",
    },
    "2026-11-de": {
        "newsletter": f"Du bist einverstanden, dass {{org}} dir den Newsletter per E-Mail schickt, "
        f"insgesamt nie mehr E-Mails in 30 Tagen, als du eingestellt hast. {_LEAVE_DE}",
        "job_alerts": f"Du bist einverstanden, dass {{org}} dir per E-Mail von offenen Stellen schreibt, "
        f"die zu dem passen, was du ausgewählt hast. {_LEAVE_DE}",
        "check_ins": f"Du bist einverstanden, dass dir hin und wieder jemand von {{org}} eine persönliche Nachricht "
        f"per E-Mail schreibt oder dich fragt, wie etwas gelaufen ist. {_LEAVE_DE}",
    },
    "2026-11-pt": {
        "newsletter": f"Concordas que {{org}} te envie a sua newsletter por e-mail, "
        f"no total nunca mais e-mails em 30 dias do que o número que definires. {_LEAVE_PT}",
        "job_alerts": f"Concordas que {{org}} te escreva por e-mail sobre vagas que correspondem ao que escolheste. "
        f"{_LEAVE_PT}",
        "check_ins": f"Concordas que alguém de {{org}} te escreva de vez em quando uma mensagem pessoal por e-mail, "
        f"ou te pergunte como correu alguma coisa. {_LEAVE_PT}",
    },
}

IMPORTED = "import"
"""The version of a consent that was given elsewhere, in words that we do not know, and brought here. No page shows it
to agree to, so that it is none of WORDINGS."""
_BROUGHT = {
    "newsletter": _l(
        "You agreed elsewhere that %(org)s sends you its newsletter by mail: %(way)s. That agreement was brought here."
    ),
    "job_alerts": _l(
        "You agreed elsewhere that %(org)s writes to you by mail about openings: %(way)s. "
        "That agreement was brought here."
    ),
    "check_ins": _l(
        "You agreed elsewhere that somebody at %(org)s writes you a personal note by mail now and then: %(way)s. "
        "That agreement was brought here."
    ),
}


def current() -> str:
    """The version to show now: today's words, in the language that is spoken."""
    said = f"{CURRENT}-{spoken()}"
    return said if said in WORDINGS else CURRENT


def language(version: str) -> str:
    """The language that a version is written in."""
    tail = version.rpartition("-")[2]
    return tail if tail in LANGUAGES else "en"


def sentence(purpose: str, org: str, version: str = CURRENT, way: str = "") -> str:
    """What one agrees to. Raises KeyError for a purpose or a version that there never was.

    `way`: for an agreement that was brought here (IMPORTED), how it was given: `Consent.given_from`.
    """
    if version == IMPORTED:
        return str(_BROUGHT[purpose]) % {"org": org, "way": way}
    return WORDINGS[version][purpose].replace("{org}", org)
