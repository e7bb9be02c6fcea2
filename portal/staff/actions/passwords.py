"""Passwords: argon2id, fifteen characters at least, and none that is guessed first (W-08)."""

from collections.abc import Iterable
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.languages import gettext as _
from portal.staff.actions.obvious import is_obvious

LEAST, MOST = 15, 200
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's measure: 19 MiB a try, which a small machine bears. A hash by another is renewed at the next sign-in."""
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$EDgXnOTJTAfmTbwDPUT3xA$8HR62VLPgC76hiSOx6d5xy6WEnPFknyTCRsxN+BNZ0Y"
"""What is compared when there is no such account, so that it takes as long (W-05). No password fits."""


def problem(password: str, own: Iterable[str]) -> str | None:
    """What is wrong with a password that somebody would like to have, in one sentence; None: nothing.

    `own`: names and addresses of the person and of the house.
    """
    if len(password) < LEAST:
        return _(
            "Write at least %(least)s characters. Four or five words that do not belong together are good.", least=LEAST
        )
    if len(password) > MOST:
        return _("Write at most %(most)s characters.", most=MOST)
    if is_obvious(password, own):
        return _("This one is easy to guess: it is made of common words, names or rows of keys. Take others.")
    return None


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_same(password))


def fits(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; without a hash it is not, and takes as long."""
    try:
        return HASHER.verify(stored or NOBODYS, _same(password[:MOST])) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_old(stored: str) -> bool:
    """Whether a hash was made by another measure than today's."""
    return HASHER.check_needs_rehash(stored)


def _same(password: str) -> str:
    """One spelling for what looks the same, however a keyboard writes its accents."""
    return normalize("NFKC", password)
