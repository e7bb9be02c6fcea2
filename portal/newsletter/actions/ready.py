"""A newsletter on its way to being sent: what it says about whom, by whom and when, and what still stands against it.
Changes nothing but by `decide`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.audience.files.segments import Segment
from portal.audience.files.segments_each import Each, one
from portal.audience.queries import SegmentError
from portal.audience.queries.diff import Diff, Sending, diff
from portal.config import settings
from portal.content import compose
from portal.languages import speaking
from portal.mail import outbox
from portal.markdown import MarkdownError
from portal.newsletter import emails
from portal.newsletter.actions import drafting, needs
from portal.newsletter.actions.drafting import Draft
from portal.newsletter.actions.needs import Need
from portal.newsletter.models import Issue
from portal.newsletter.queries import letters
from portal.newsletter.queries.letters import Around
from portal.staff.models import Recruiter
from portal.staff.queries.senders import Choice
from portal.writing.actions import versions
from portal.writing.models import Piece, Version
from portal.writing.queries.source import Source, read


@dataclass(frozen=True)
class Letter:
    """A newsletter as it says now. `said`: its texts, by language; `each`: the segment that it names, None if there is
    none of that name."""

    piece: Piece
    version: Version
    source: Source
    said: Mapping[str, str]
    each: Each | None

    @property
    def subject(self) -> str:
        """What it is called at the desk."""
        return str(self.source.front.get("subject") or self.piece.slug)

    @property
    def chosen(self) -> str:
        """The slug of whom it is for; "" while nobody is chosen."""
        return str(self.source.front.get("segment") or "")

    @property
    def sender_name(self) -> str:
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

    @property
    def send_at(self) -> datetime | None:
        """When it says that it goes out."""
        said = self.source.front.get("send_at")
        try:
            found = datetime.fromisoformat(str(said)) if said else None
        except ValueError:
            return None
        return found if found and found.tzinfo else None

    def at(self, now: datetime) -> datetime:
        """When it would go out if somebody pressed the button now."""
        return max(self.send_at or now, now)

    def draft(self, now: datetime) -> Draft | None:
        """In the house's language; None where its words cannot be laid out."""
        front = {name: str(self.source.front.get(name) or "") for name in ("subject", "preview", "segment")}
        issue = Issue(slug=self.piece.slug, sender=self.sender_name or None, source=self.source.body, **front)
        house = settings().language
        try:
            with speaking(house):
                return None if self.source.broken else drafting.lay_out(issue, None, now, house)
        except (MarkdownError, SegmentError, outbox.TooLong):
            return None

    def audience(self, at: datetime, draft: Draft | None = None, *, when: bool = True) -> Diff | None:
        """Whom it would reach at a time, with the draft's parts and then each language; None while nobody is chosen."""
        if self.segment is None:
            return None
        rules = drafting.rules(draft) if draft else []
        return diff(Sending(self.segment.rule, "newsletter", at, self.about), rules, when=when)


def letter(slug: str, among: Sequence[Each] | None = None) -> Letter | None:
    """A newsletter that was not removed. `among`: all segments, for who has them at hand."""
    found = letters.words(slug)
    if found is None:
        return None
    piece, said = found
    source = read(said[""].text, slug)
    chosen = str(source.front.get("segment") or "")
    if among is not None:
        each = next((one for one in among if one.slug == chosen), None)
    else:
        each = one(settings().content_dir, chosen) if chosen else None
    return Letter(piece, said[""], source, {language: version.text for language, version in said.items()}, each)


def sender_of(letter: Letter, people: Sequence[Choice]) -> Choice | None:
    """Under whose name it goes, with what they said to that; None for the house's, or nobody's."""
    found = [one for one in people if one.recruiter.name == letter.sender_name]
    return found[0] if len(found) == 1 else None


def needed(
    letter: Letter, draft: Draft | None, match: int, me: Recruiter, people: Sequence[Choice], around: Around,
    now: datetime,
) -> list[Need]:  # fmt: skip
    """Everything that somebody has to do before it can be sent, in the order of the steps. `match`: how many the
    segment selects."""
    lacks = needs.of_piece(letter.piece, letter.said)
    lacks += needs.of_segment(letter.chosen, letter.each, me)
    if letter.segment:
        lacks += needs.of_words([draft] if draft else [], letter.segment, match, now)
    if letter.segment and around.first:
        lacks.append(needs.again(letter.subject, letter.segment, around.first, me.time_zone))
    lacks += needs.of_sender(sender_of(letter, people), letter.sender_name)
    return [*dict.fromkeys(lacks), *needs.of_house(around.house)]


def decide(letter: Letter, by: Recruiter, now: datetime, **said: Any) -> bool:
    """Have it say something else about whom, by whom or when, and nothing else than before. None: not say it any more.
    False: somebody saved other words in this moment."""
    front = {**letter.source.front, **said}
    saved = versions.save(letter.piece, compose(front, letter.source.body), by, now, base_id=letter.version.id)
    return saved.won
