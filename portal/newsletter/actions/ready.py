"""A newsletter on its way to being sent: what it says about whom, by whom and when, and what still stands against it.
Changes nothing but by `choose`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.audience.files.segments import Segment
from portal.audience.files.segments_each import Each, one
from portal.audience.queries.diff import Diff, Sending, diff
from portal.config import settings
from portal.content import compose
from portal.newsletter import emails
from portal.newsletter.actions import drafting, needs, preview
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.actions.needs import Need
from portal.staff.models import Recruiter
from portal.staff.queries import senders
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import Piece, Version
from portal.writing.queries import homes
from portal.writing.queries.source import Source, read


@dataclass(frozen=True)
class Ready:
    """A newsletter as it says now. `each`: the segment that it names, None if there is none of that name; `draft`: in
    the house's language, None where its words cannot be laid out; `languages`: those that it is translated into."""

    piece: Piece
    version: Version
    source: Source
    each: Each | None
    sender: Recruiter | None
    draft: Draft | None
    languages: frozenset[str]

    @property
    def subject(self) -> str:
        """What it is called at the desk."""
        return str(self.source.front.get("subject") or self.piece.slug)

    @property
    def chosen(self) -> str:
        """The slug of whom it is for; "" while nobody is chosen."""
        return str(self.source.front.get("segment") or "")

    @property
    def said_sender(self) -> str:
        """The name that it is to go out under; "" for the house's."""
        return str(self.source.front.get("sender") or "")

    @property
    def segment(self) -> Segment | None:
        """Whom it is for, as far as that can be used."""
        return self.each.segment if self.each else None

    @property
    def about(self) -> str:
        """What its mails are about."""
        return emails.about(self.piece.slug)

    def send_at(self) -> datetime | None:
        """When it says that it goes out."""
        when = self.source.front.get("send_at")
        return when if isinstance(when, datetime) and when.tzinfo else _moment(when)

    def audience(self, at: datetime) -> Diff | None:
        """Whom it would reach at a time, with its parts and then each language; None while nobody is chosen."""
        if self.segment is None:
            return None
        rules = drafting.rules(self.draft) if self.draft else []
        return diff(Sending(self.segment.rule, "newsletter", at, self.about), rules)


def _moment(said: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def ready(piece: Piece, version: Version, now: datetime) -> Ready:
    """Where a newsletter stands that says a version."""
    source = read(version.text, piece.slug)
    chosen, sender = str(source.front.get("segment") or ""), str(source.front.get("sender") or "")
    texts = homes.texts(piece) | {"": version.text}
    try:
        draft = preview.drawn(piece.slug, texts, settings().language, now)
    except preview.Unreadable:
        draft = None
    return Ready(
        piece=piece,
        version=version,
        source=source,
        each=one(settings().content_dir, chosen) if chosen else None,
        sender=senders.named(sender) if sender else None,
        draft=draft,
        languages=frozenset(language for language in texts if language),
    )


def needed(found: Ready, me: Recruiter, match: int, now: datetime) -> list[Need]:
    """Everything that somebody has to do before it can be sent, in the order of the steps. `match`: how many the
    segment selects."""
    lacks = needs.of_piece(found.piece)
    lacks += needs.of_segment(found.chosen, found.each, me)
    if found.segment and found.draft:
        lacks += needs.of_words([found.draft], found.segment, match, now)
        lacks += needs.of_before(found.piece.slug, found.segment, me.time_zone)
    lacks += needs.of_sender(found.piece.slug, found.sender, found.said_sender, me)
    return [*dict.fromkeys(lacks), *needs.of_house()]


def choose(piece: Piece, by: Recruiter, now: datetime, **said: Any) -> bool:
    """Have it say something else about whom, by whom or when, and nothing else than before. None: not say it any more.
    False: somebody saved other words in this moment."""
    version = writing.current(piece)
    if version is None:
        return False
    source = read(version.text, piece.slug)
    front: Mapping[str, Any] = {**source.front, **said}
    saved = versions.save(piece, compose(front, source.body), by, now, base_id=version.id)
    return saved.won
