"""A newsletter as one reader would get it, from the words of versions: laid out by the code that schedules, built by
the code that sends. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from portal.audience.models import Interest
from portal.audience.queries import Rule, SegmentError, say
from portal.audience.queries.catalogue import keeping
from portal.audience.queries.names import knowing
from portal.audience.queries.segments import conditions
from portal.config import settings
from portal.languages import gettext as _
from portal.languages import speaking
from portal.mail import outbox
from portal.mail.encoding import FIELD
from portal.mail.message import Recipient
from portal.mail.models import Mailing
from portal.markdown import MarkdownError
from portal.newsletter import emails
from portal.newsletter.actions.drafting import Draft, lay_out
from portal.newsletter.models import Issue, IssueTranslation
from portal.newsletter.queries import preview
from portal.newsletter.queries.preview import Reader
from portal.writing.queries.source import Source, read


class Unreadable(Exception):
    """Words that cannot be laid out: one sentence with the mend, and the line of the body where it is known."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.words, self.line = words, line


@dataclass(frozen=True)
class Copy:
    """One reader's copy. `mask`: bit n says that part n of the draft is in it."""

    draft: Draft
    mailing: Mailing
    reader: Reader
    mask: int

    def has(self, position: int) -> bool:
        """Whether a part is in it."""
        return bool(self.mask >> position & 1)


@dataclass(frozen=True)
class Shown:
    """A part in the list beside a preview: what it begins with, for whom it is (None: everybody), whether this reader
    gets it and why. `line`: where it stands in the body."""

    kind: str
    title: str
    label: str | None
    got: bool
    why: str
    line: int


def drawn(
    slug: str,
    sources: Mapping[str, str],
    language: str,
    now: datetime,
    entries: Sequence[Interest] | None = None,
    hands: emails.Hands | None = None,
) -> Draft:
    """A newsletter for who reads `language`, whatever is still missing in it. `sources`: texts by Version's language,
    the house's ("") among them. `entries`: `preview.interests()`, for who has them at hand. Raises Unreadable."""
    other = sources.get(language) if language != settings().language else None
    entries = preview.interests() if entries is None else entries
    issue = _issue(read(sources[""], slug))
    text = _translation(read(other, slug, language)) if other else None
    try:
        with speaking(language), knowing(preview.names(entries)):
            return lay_out(issue, text, now, language, hands)
    except MarkdownError as error:
        raise Unreadable(error.message, error.line) from None
    except (SegmentError, outbox.TooLong) as error:
        raise Unreadable(str(error)) from None


def trouble(source: Source) -> Unreadable | None:
    """Why words cannot be laid out, found without the database; None if they can."""
    if source.broken:
        return Unreadable(source.broken[0].words)
    try:
        emails.check(str(source.front.get("subject") or ""), source.body)
    except MarkdownError as error:
        return Unreadable(error.message, error.line)
    return None


def _issue(source: Source) -> Issue:
    """An issue of these words, in no session."""
    if source.broken:
        raise Unreadable(source.broken[0].words)
    said = {name: str(source.front.get(name) or "") for name in ("subject", "preview", "segment")}
    return Issue(slug=source.slug, sender=source.front.get("sender"), source=source.body, **said)


def _translation(source: Source) -> IssueTranslation:
    issue = _issue(source)
    return IssueTranslation(language=source.language, subject=issue.subject, preview=issue.preview, source=issue.source)


def copy(draft: Draft, reader: Reader, now: datetime) -> Copy:
    """What one reader would get of it now. Raises Unreadable for too many parts."""
    with keeping():
        mask = sum(1 << n for n, part in enumerate(draft.parts) if preview.gets(part.rule, reader, now))
    try:
        return Copy(draft, outbox.preview(draft.words, now), reader, mask)
    except outbox.TooLong as error:
        raise Unreadable(str(error)) from None


def build(one: Copy, now: datetime) -> bytes:
    """The bytes that the relay would get, but for links, which lead nowhere, and what differs with each sending."""
    return outbox.sample(one.mailing, recipient(one, now))


def recipient(one: Copy, now: datetime) -> Recipient:
    """The reader as who gets it, with links that lead to nobody's own pages."""
    reader = one.reader
    return Recipient(0, reader.address, reader.name, now, one.mask, preview.stand_ins(reader.name))


def opened(data: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    found: EmailMessage = message_from_bytes(data, policy=default)
    return found


def shown(one: Copy, now: datetime) -> list[Shown]:
    """Its parts as a list, in the language that is spoken now: each block of the words once, however many parts it
    makes; a part that only says that there is no translation is left out."""
    found: list[Shown] = []
    for n, part in enumerate(one.draft.parts):
        if found and found[-1].line == part.line:
            found[-1] = replace(found[-1], got=found[-1].got or one.has(n))
            continue
        label = say(part.rule) if part.label else whom(part)
        why = preview.because(part.rule, one.reader, now) if label else ""
        found.append(Shown(part.kind, title(part), label, one.has(n), why, part.line))
    return found


def whom(part: emails.Part) -> str | None:
    """For whom a list of openings is; None for other parts."""
    return _("Members for whom any of these openings is.") if part.kind == emails.JOBS else None


def title(part: emails.Part) -> str:
    """What a part is known by: its first line."""
    first = next((line.strip() for line in part.piece.text.splitlines() if line.strip()), "")
    return FIELD.sub(lambda found: found[2] or str(emails.FIELDS.get(found[1], "")), first)[:80]


def readers(draft: Draft) -> list[Reader]:
    """The readers that we invent for it, in the language that is spoken now."""
    named = {say(part.rule).rstrip("."): part.rule for part in draft.parts if part.label}
    others = [part.rule for part in draft.parts if not part.label]
    about = {slug for rule in others for slug in _interests(rule)}
    return preview.invented(list(named.items()), sorted(about), draft.language)


def _interests(rule: Rule) -> list[str]:
    return [slug for _, each in conditions(rule) if each.name == "interest" for slug in each.value]


def subject(draft: Draft) -> str:
    """As it will stand in the archive, for everybody to read."""
    with speaking(draft.language):
        return FIELD.sub(lambda found: found[2] or str(emails.FIELDS[found[1]]), draft.words.subject)


def untranslated(draft: Draft) -> str:
    """What there is to say where a draft is not in its reader's language; nothing where it is."""
    if draft.translated or draft.language == settings().language:
        return ""
    return _("There is no translation yet, so they get it as it was written, and it says so.")
