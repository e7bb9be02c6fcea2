"""What stands in the way of sending a newsletter, or could be better: found while it is written, each with its mend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from portal import markdown
from portal.audience.files import Segment
from portal.audience.files.segments import parse_segment
from portal.audience.models import Interest
from portal.audience.queries import say
from portal.audience.queries.names import knowing
from portal.audience.queries.segments import Group
from portal.config import settings
from portal.content import SLUG, ContentError
from portal.content.reading import read_source
from portal.insights import files as insight_files
from portal.languages import gettext as _
from portal.languages import ngettext, number
from portal.mail import outbox
from portal.newsletter import emails
from portal.newsletter.actions import preview
from portal.newsletter.actions.drafting import Draft, lacking
from portal.newsletter.queries import board, checks, letters
from portal.newsletter.queries import preview as readers
from portal.writing.models import DESK
from portal.writing.queries.findings import ERROR, HINT, WARNING, Finding, of_problems
from portal.writing.queries.source import Source


@dataclass(frozen=True)
class Checked:
    """What is found with the database at hand. `kilobytes`: what the mail weighs at most; None where it cannot be laid
    out. `segment`: whom it is for, None while nobody is chosen."""

    findings: Sequence[Finding]
    kilobytes: int | None = None
    segment: Segment | None = None

    @property
    def most(self) -> int:
        """What it may weigh."""
        return outbox.MAX_BYTES // 1000


def of_reach(source: Source, house: Source, now: datetime) -> Checked:
    """What depends on who reads it, on what there is to link to, and on what it weighs. `house`: the words in the
    house's language, which say whom it is for. At most thirteen statements."""
    entries = readers.interests()
    texts = {"": house.text, source.language: source.text}
    try:
        draft = preview.drawn(source.slug, texts, source.language or settings().language, now, entries)
        weight = outbox.weigh(draft.words, now)
    except preview.Unreadable:
        return Checked(())
    except outbox.TooLong as error:
        return Checked([Finding(ERROR, str(error))])
    segment = chosen(house)
    found = [*_weight(weight), *_links(source), *_fences(source, entries), *_no_openings(source, draft)]
    if segment:
        with knowing(readers.names(entries)):
            found += [*_lacking(draft, segment, now), *_small(draft, segment, now)]
    return Checked(found, weight // 1000, segment)


def chosen(house: Source) -> Segment | None:
    """The segment that a newsletter names, if there is one of that name. One statement."""
    slug = str(house.front.get("segment") or "")
    path = settings().content_dir / "segments" / f"{slug}.yml"
    if not SLUG.fullmatch(slug):
        return None
    piece, version = letters.segment(slug) or (None, None)
    try:
        if piece and piece.home == DESK:
            version = version if piece.removed_at is None else None
            return parse_segment(version.text, slug, {}) if version else None
        return parse_segment(read_source(path), slug, {}) if path.is_file() else None
    except ContentError:
        return None


def _weight(weight: int) -> Iterator[Finding]:
    most = outbox.MAX_BYTES
    if weight > most:
        said = _("The mail is %(size)s KB; the most is %(most)s KB.", size=weight // 1000, most=most // 1000)
        yield Finding(ERROR, said, _("Mail programs would cut it off. Shorten it, or make two of it."))
    elif weight > most * 0.8:
        said = _("The mail is %(size)s KB of at most %(most)s KB.", size=weight // 1000, most=most // 1000)
        yield Finding(WARNING, said, _("There is not much room left."))


def _links(source: Source) -> list[Finding]:
    """Links that lead nowhere."""
    folder = settings().content_dir
    text = replace(source.as_text(), line=source.first)
    return of_problems(source, insight_files.dead_links(folder, text, board.linked(source.body)))


def _fences(source: Source, entries: Sequence[Interest]) -> Iterator[Finding]:
    """Interests that nobody can choose."""
    known = {entry.slug for entry in entries if not entry.retired}
    for block in markdown.split(source.body):
        for slug in filter(None, block.args.get("interest", "").split(",")):
            if slug not in known:
                said = _("Nobody can choose the interest “%(slug)s”.", slug=slug)
                close = get_close_matches(slug, known, 1)
                mend = (
                    _("Did you mean %(slug)s?", slug=close[0]) if close else _("Put the part in anew, from the list.")
                )
                yield Finding(ERROR, said, mend, max(1, block.line - 1))


def _no_openings(source: Source, draft: Draft) -> Iterator[Finding]:
    """A list of openings that would have none in it."""
    line = next((block.line for block in markdown.split(source.body) if block.kind == emails.JOBS), None)
    if line is not None and not any(part.kind == emails.JOBS for part in draft.parts):
        mend = _("You can leave it there: what is open when you send it goes in.")
        yield Finding(HINT, _("No opening is open to everybody now, so “::: jobs” puts nothing in."), mend, line)


def _lacking(draft: Draft, segment: Segment, now: datetime) -> Iterator[Finding]:
    for name, count in lacking(draft, segment, now).items():
        said = ngettext(
            "One member of “%(segment)s” has given no %(field)s.",
            "%(count)s members of “%(segment)s” have given no %(field)s.",
            count, count=number(count), segment=segment.name, field=name,
        )  # fmt: skip
        yield Finding(ERROR, said, _("Add what stands in its place: %(field)s", field=f"[[{name}|there]]"))


def _small(draft: Draft, segment: Segment, now: datetime) -> Iterator[Finding]:
    """Groups so small that each of their people could be told apart."""
    parts = list({part.label: part for part in draft.parts if part.label}.values())
    rules = [segment.rule, *(Group("all", (segment.rule, part.rule)) for part in parts)]
    whole, *others = checks.few(rules, now)
    mend = _("So few could be told apart. Choose more people, unless that is meant.")
    if whole:
        yield Finding(WARNING, ngettext("Only one member is in “%(segment)s”.",
                                        "Only %(count)s members are in “%(segment)s”.",
                                        whole, count=whole, segment=segment.name), mend)  # fmt: skip
    for part, count in zip(parts, others, strict=True):
        if count and count != whole:
            said = ngettext("Only one member of “%(segment)s” gets this part: %(whom)s",
                            "Only %(count)s members of “%(segment)s” get this part: %(whom)s",
                            count, count=count, segment=segment.name, whom=say(part.rule))  # fmt: skip
            yield Finding(WARNING, said, mend, part.line)
