"""A newsletter begins, as a new one or as a copy of another, and one that was never sent goes away."""

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.content import compose
from portal.newsletter.queries import board
from portal.staff.actions import audit
from portal.staff.models import Recruiter
from portal.writing.actions import versions
from portal.writing.models import Piece
from portal.writing.queries import homes, slug_of
from portal.writing.queries.source import read

GREETING = {"en": "Hello [[name|there]],", "de": "Hallo [[name|du]],", "pt": "Olá [[name|a ti]],"}
"""What a new newsletter begins with, by the house's language."""
TRIES = 50
KEPT = ("subject", "preview", "segment", "sender")
"""What a copy says like the other: all but when it goes."""


def begin(subject: str, language: str, by: Recruiter, now: datetime, segment: str = "") -> Piece:
    """A new newsletter of theirs at the desk. `language`: the house's; `segment`: whom it goes to, if that is known.
    Raises versions.TakenError."""
    front = {"subject": subject, **({"segment": segment} if segment else {}), "sender": by.name}
    text = compose(front, GREETING.get(language, GREETING["en"]) + "\n")
    return _start(subject, text, by, now)


def copy(piece: Piece, by: Recruiter, now: datetime) -> Piece:
    """A new newsletter that says what another says, in every language. Raises versions.TakenError."""
    texts = homes.texts(piece)
    source = read(texts.pop("", "---\n---\n"), piece.slug)
    front = {name: source.front.get(name) for name in KEPT}
    made = _start(str(front["subject"] or piece.slug), compose(front, source.body), by, now)
    for language, text in texts.items():
        versions.save(made, text, by, now, base_id=None, language=language)
    return made


def delete(piece: Piece, by: Recruiter, now: datetime) -> None:
    """Take one that was never sent out of the list. Its versions stay, and its address stays taken."""
    piece.removed_at = now
    audit.note(by, "newsletter.delete", piece.kind, piece.slug, now)


def _start(subject: str, text: str, by: Recruiter, now: datetime) -> Piece:
    """At an address made of the month and the subject, with a number behind it where that is taken."""
    month = now.astimezone(ZoneInfo(by.time_zone)).strftime("%Y-%m")
    slug = f"{month}-{slug_of(subject)}"
    for n in range(1, TRIES):
        name = slug if n == 1 else f"{slug}-{n}"
        if not board.taken(name):
            return versions.start(board.KIND, name, text, by, now)
    raise versions.TakenError(slug)
