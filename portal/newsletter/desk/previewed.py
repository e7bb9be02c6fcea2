"""What a newsletter's preview shows: whose copy, which of its faces, which parts are theirs. Shared by the page on
which it is written and the preview's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import abort

from portal.audience.models import Interest
from portal.audience.queries import Rule, parse
from portal.audience.queries.catalogue import keeping
from portal.audience.queries.names import knowing
from portal.config import settings
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.newsletter import emails
from portal.newsletter.actions import checks, preview
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.actions.frames import SCHEMES
from portal.newsletter.actions.preview import Copy, Shown, Unreadable
from portal.newsletter.actions.schedule import Order
from portal.newsletter.emails import Hands
from portal.newsletter.queries import preview as readers
from portal.newsletter.queries.preview import EVERY, Reader
from portal.staff.models import Recruiter
from portal.staff.models.roles import PEOPLE, SEND
from portal.writing.models import Piece, Version
from portal.writing.queries import homes
from portal.writing.queries.source import read

LOOKS = {"mail": _l("Mail"), "phone": _l("On a phone"), "text": _l("As text"), "page": _l("On the web")}
"""The faces of a newsletter, in order."""
FIRST = "first"
"""In the place of a member's number: the first of those whom the newsletter is for."""


@dataclass(frozen=True)
class Asked:
    """What an address asks to see: a reader (a member's number, or the key of one we invent), a face, in light or
    dark."""

    reader: str = EVERY
    look: str = "mail"
    scheme: str = "light"

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Asked":
        """From an address's arguments; what is unknown becomes the usual."""
        look, scheme = values.get("look", ""), values.get("scheme", "")
        return cls(
            reader=values.get("as", "")[:20] or EVERY,
            look=look if look in LOOKS else "mail",
            scheme=scheme if scheme in SCHEMES else "light",
        )

    @property
    def query(self) -> dict[str, str]:
        """The same as arguments, without what is usual."""
        usual = Asked()
        every = {"as": self.reader, "look": self.look, "scheme": self.scheme}
        return {name: value for name, value in every.items() if value not in {usual.reader, usual.look, usual.scheme}}


@dataclass(frozen=True)
class Pane:
    """All that the preview shows. `copy`: None where the words cannot be laid out (`problem` says why)."""

    asked: Asked
    version: Version
    copy: Copy | None = None
    problem: Unreadable | None = None
    invented: Sequence[Reader] = ()
    before: int | None = None
    after: int | None = None
    parts: Sequence[Shown] = ()
    head: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def pane(
    me: Recruiter, piece: Piece, version: Version, asked: Asked, now: datetime, entries: Sequence[Interest],
    sources: Mapping[str, str],
) -> Pane:  # fmt: skip
    """A preview of a version, as its reader would get it. 403 for who asks for a member and may not look at members,
    404 for one that there is not. `sources`: `texts` of that version."""
    rule = _rule(sources[""]) if asked.reader.isdecimal() else None
    with knowing(readers.names(entries)), keeping():
        try:
            one = look(me, piece, version, asked.reader, now, sources, entries)
        except Unreadable as problem:
            return Pane(asked, version, problem=problem)
        invented, parts = preview.readers(one.draft), preview.shown(one, now)
    reader, data = one.reader, preview.opened(preview.build(one, now))
    before, after = readers.beside(rule, int(reader.key), now) if rule and reader.member else (None, None)
    return Pane(
        asked, version, one, invented=invented, before=before, after=after,
        parts=parts,
        head={"sender": data["from"].addresses[0].display_name, "subject": str(data["subject"]),
              "preview": one.draft.words.preheader},
        note=preview.untranslated(one.draft) if reader.member else "",
    )  # fmt: skip


def look(
    me: Recruiter, piece: Piece, version: Version, key: str, now: datetime,
    sources: Mapping[str, str], entries: Sequence[Interest],
) -> Copy:  # fmt: skip
    """A version as one reader gets it. Raises Unreadable; 403 and 404 as above."""
    member = _member(me, key)
    language = member.language if member else version.language or settings().language
    draft = preview.drawn(piece.slug, sources, language, now, entries, _hands(me, piece, sources[""]))
    return preview.copy(draft, member or _invented(draft, key), now)


def texts(piece: Piece, version: Version | None) -> dict[str, str]:
    """What a piece says now, by language, but in that of a version what it says; in one statement."""
    found = {"": "", **homes.texts(piece)}
    return found | {version.language: version.text} if version else found


def first(text: str, now: datetime) -> str:
    """The number of the first member whom a newsletter that says this is for; who gets every part, if there is none."""
    return str(readers.beside(_rule(text), 0, now)[1] or EVERY)


def _hands(me: Recruiter, piece: Piece, text: str) -> Hands | None:
    """Through whose hands it would go if this recruiter sent it; for who sends nothing, only what the words say."""
    if not me.may(SEND):
        return None
    said = str(read(text).front.get("sender") or "")
    owner, sender = readers.hands(piece.owner_id, said)
    return Order(by=me, sender=sender, wrote=owner).hands()


def _member(me: Recruiter, key: str) -> Reader | None:
    if not (key.isascii() and key.isdecimal()):
        return None
    if not me.may(PEOPLE):
        abort(403, _("Your role at the desk does not include looking at members. You can look as an invented reader."))
    return readers.member(int(key[:12]), me) or abort(404)


def _invented(draft: Draft, key: str) -> Reader:
    """Who is meant; where parts have changed meanwhile and there is none, who gets every part."""
    found = {reader.key: reader for reader in preview.readers(draft)}
    return found.get(key) or found[EVERY]


def _rule(text: str) -> Rule:
    """Whom the newsletter is for; everybody while no segment is chosen that there is."""
    segment = checks.chosen(read(text))
    return segment.rule if segment else parse(emails.EVERYONE)
