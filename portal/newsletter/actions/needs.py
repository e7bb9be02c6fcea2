"""What stands against sending a newsletter, each as one sentence with its mend: the same at the desk, on the command
line, and in the moment in which it is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.audience.files import Segment
from portal.audience.files.segments_each import Each
from portal.content import ContentError, Problem
from portal.languages import LANGUAGES, moment, ngettext, number
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.mail import outbox
from portal.markdown import MarkdownError
from portal.newsletter import emails, files
from portal.newsletter.actions.drafting import Draft, lacking
from portal.newsletter.models import Campaign
from portal.newsletter.queries import policy
from portal.staff.models import House, Recruiter
from portal.staff.queries.senders import Choice
from portal.writing.files import name_of
from portal.writing.models import DESK, Piece
from portal.writing.queries.source import Source, read

UNWRITTEN = {
    "subject": _l("Write a subject."),
    "preview": _l("Write a preview line: inboxes show it beside the subject."),
}


@dataclass(frozen=True)
class Need:
    """Something to do first. `path`: where, below the newsletter's address ("", "/who", "/send#sender") or from the
    root. `blocks`: nothing is sent until then; else it is only worth knowing."""

    words: str
    path: str = ""
    blocks: bool = True


class NotReady(Exception):
    """Why an issue can't be scheduled, in sentences that say what to do."""

    def __init__(self, *needs: Need) -> None:
        super().__init__(" ".join(need.words for need in needs))
        self.needs = needs


class AlreadySent(NotReady):
    """It was sent to that segment before: `first`."""

    def __init__(self, first: Campaign, need: Need) -> None:
        super().__init__(need)
        self.first = first


def of_words(drafts: Sequence[Draft], segment: Segment, match: int, now: datetime) -> list[Need]:
    """What the words lack for the people of a segment, of whom there are `match`."""
    nobody = _("Nobody is in “%(segment)s” now: choose other people.", segment=segment.name)
    found = [] if match else [Need(nobody, "/who")]
    for name, count in {name: n for each in drafts for name, n in lacking(each, segment, now).items()}.items():
        said = ngettext(
            "One member has no %(field)s: write %(mend)s, or leave the field out.",
            "%(count)s members have no %(field)s: write %(mend)s, or leave the field out.",
            count, count=number(count), field=name, mend=f"[[{name}|something else]]",
        )  # fmt: skip
        found.append(Need(said))
    return found + [Need(words) for words in dict.fromkeys(_too_long(drafts, now)) if words]


def _too_long(drafts: Sequence[Draft], now: datetime) -> Collection[str]:
    sizes, most, found = [], outbox.MAX_BYTES, []
    for each in drafts:
        try:
            sizes.append(outbox.weigh(each.words, now))
        except outbox.TooLong as error:  # too many parts
            found.append(str(error))
    if sizes and max(sizes) > most:
        size = max(sizes) // 1000
        found.append(_("The mail is %(size)s KB; the most is %(most)s KB: shorten it or split it.", size=size,
                       most=most // 1000))  # fmt: skip
    return found


def of_piece(piece: Piece, said: Mapping[str, str]) -> list[Need]:
    """What is wrong with the words themselves (`said`, by language), with the line in which it stands in the editor."""
    if piece.home != DESK:
        return []
    sources = {
        f"{name_of(piece.slug, language)}.md": read(text, piece.slug, language) for language, text in said.items()
    }
    try:
        files.checked(piece, said)
    except ContentError as error:
        wrong = [problem for problem in error.problems if not problem.words.startswith("`segment`")]
        return [_problem(sources[p.file], p) for p in wrong] or _body(sources)
    return []


def _problem(source: Source, problem: Problem) -> Need:
    """A mistake in a text, in words for who fills in a form rather than a file."""
    for field, words in UNWRITTEN.items():
        if problem.words in {f"`{field}` is missing: add it", f"`{field}` is empty: fill it in"}:
            return Need(str(words), f"?language={source.language}" if source.language else "")
    return _line(source, source.line(problem.line), problem.words)


def _body(sources: Mapping[str, Source]) -> list[Need]:
    """The same of words that are not checked any further while nobody is chosen who gets them."""
    found = []
    for source in sources.values():
        try:
            emails.check(str(source.front.get("subject") or ""), source.body)
        except MarkdownError as error:
            found.append(_line(source, error.line, error.message))
    return found


def _line(source: Source, line: int | None, said: str) -> Need:
    words = said[:1].upper() + said[1:].rstrip(".")
    path = f"?language={source.language}" if source.language else ""
    if line is None:
        return Need(f"{words}.", path)
    if source.language:
        language = LANGUAGES[source.language]
        return Need(_("%(language)s, line %(line)s: %(words)s.", language=language, line=line, words=words), path)
    return Need(_("Line %(line)s: %(words)s.", line=line, words=words), path)


def of_segment(chosen: str, found: Each | None, me: Recruiter) -> list[Need]:
    """Whether it says to whom, and whether that is somebody's to send to. `chosen`: what it says."""
    if not chosen:
        return [Need(_("Choose who gets it."), "/who")]
    if found is None:
        return [Need(_("There is no segment “%(slug)s” any more: choose who gets it.", slug=chosen), "/who")]
    if found.segment is None:
        return [Need(_("The rule of “%(name)s” cannot be used: mend it, or choose others.", name=found.name),
                     f"/desk/segments/{found.slug}")]  # fmt: skip
    if not policy.may_send(me, found.piece):
        if found.owner:
            words = _("“%(name)s” belongs to %(owner)s: only they or an admin can send to it.", name=found.name,
                      owner=found.owner)  # fmt: skip
        else:
            words = _("Your role at the desk does not include sending. A recruiter can send it.")
        return [Need(words, "/who")]
    return []


def of_sender(sender: Choice | None, said: str) -> list[Need]:
    """Whether it may go out under the name that it says (`sender`: who that is, None: nobody at the desk)."""
    if not said:
        return []
    if sender is None:
        return [Need(_("Nobody at the desk is called %(name)s: choose under whose name it goes.", name=said),
                     "/send#sender")]  # fmt: skip
    if sender.allowed:
        return []
    return [Need(_("%(name)s has not allowed mail under their name: ask them, or choose another name.", name=said),
                 "/send#sender")]  # fmt: skip


def of_house(house: House) -> list[Need]:
    """Whether members are reached at all yet."""
    if house.live_at is not None:
        return []
    words = _("This is still the trial: it reaches only members whose address is that of somebody at the desk. An "
              "admin ends the trial by going live.")  # fmt: skip
    return [Need(words, "/desk/team", blocks=False)]


def again(title: str, segment: Segment, first: Campaign, zone: str = "UTC") -> Need:
    """That it was sent, or will be, with the date of the first. `title`: what the newsletter is called."""
    words = _(
        "“%(issue)s” goes to “%(segment)s” already: campaign %(id)s, %(when)s. Cancel it first, or choose another "
        "segment.",
        issue=title, segment=segment.name, id=first.id, when=moment(first.send_at, zone),
    )  # fmt: skip
    return Need(words, f"/desk/campaigns/{first.id}")
