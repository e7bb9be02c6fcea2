"""How insights are edited, for `writing.desk`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from portal import markdown
from portal.config import settings
from portal.insights import files
from portal.insights.forms import InsightForm, TranslationForm
from portal.insights.queries import board, policy
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.markdown import MarkdownError
from portal.staff.models import Recruiter
from portal.writing.models import Piece
from portal.writing.queries import findings
from portal.writing.queries.editor import Editor, Frame
from portal.writing.queries.findings import ERROR, HINT, Finding
from portal.writing.queries.source import Source

LENGTHS = {"title": 160, "summary": 400, "author": 80}


def to_mend(piece: Piece, source: Source, now: datetime) -> list[Finding]:
    """What there is to mend in an insight, what keeps it from being published first."""
    found = of_words(source)
    if not source.broken:
        found += _unknown(source)
        if not source.language and not source.front.get("interests"):
            mend = _("Tick what it is about below, so that it finds those who asked for it.")
            found.append(Finding(HINT, _("It has no topic yet."), mend, field="interests"))
        dead = files.dead_links(settings().content_dir, source.as_text(), files.desk())
        found += [Finding(ERROR, one.words[:1].upper() + one.words[1:] + ".", line=one.line) for one in dead]
    return sorted(found, key=lambda one: one.level != ERROR)


def of_words(source: Source) -> list[Finding]:
    """The same as far as the words themselves tell: not where they lead."""
    found = findings.of_text(source)
    return found if source.broken else [*_front(source), *found, *_for_newsletters(source)]


def _front(source: Source) -> Iterator[Finding]:
    said = source.front
    names = {"title": _("title"), "summary": _("summary"), "author": _("author")}
    for key, most in LENGTHS.items():
        if source.language and key == "author":
            continue
        words = said.get(key)
        if not words:
            yield Finding(ERROR, _("It has no %(field)s yet.", field=names[key]), field=key)
        elif len(str(words)) > most:
            mend = _("Shorten it to %(most)s characters.", most=most)
            yield Finding(ERROR, _("The %(field)s is too long.", field=names[key]), mend, field=key)
    if not source.body.strip():
        yield Finding(ERROR, _("There are no words yet."), _("Write them below the title."), field="body")
    if not source.language and (updated := said.get("updated")) and not _day(updated):
        yield Finding(ERROR, _("“%(day)s” is no day.", day=updated), _("Write it as 2026-03-01."), field="updated")


def _unknown(source: Source) -> Iterator[Finding]:
    known = {slug for pairs in board.choices().values() for slug, _name in pairs}
    for slug in source.front.get("interests") or () if not source.language else ():
        if slug not in known:
            mend = _("Untick it, or add it to the list of interests.")
            yield Finding(ERROR, _("Nobody can choose the interest “%(slug)s”.", slug=slug), mend, field="interests")


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _for_newsletters(source: Source) -> Iterator[Finding]:
    """What a newsletter may have and a page may not, since it has no reader to be about."""
    try:
        for block in markdown.split(source.body):
            if block.kind != "text":
                mend = _("Take it out: a page says the same to everybody.")
                yield Finding(ERROR, _("“::: %(kind)s” is for newsletters.", kind=block.kind), mend, block.line)
        for name, _fallback, line in markdown.merge_fields(source.body):
            mend = _("Take it out: a page does not know who reads it.")
            yield Finding(ERROR, _("“[[%(name)s]]” is for newsletters.", name=name), mend, line)
    except MarkdownError:
        return  # `of_text` says what is wrong


def _frames(slug: str, language: str) -> Sequence[Frame]:
    path = f"/desk/insights/{slug}/preview/"
    return (
        Frame("light", _("As a page"), path, "?scheme=light"),
        Frame("dark", _("In the dark, on a phone"), path, "?scheme=dark", 375),
    )


def _values(me: Recruiter, piece: Piece, source: Source, now: datetime) -> dict[str, Any]:
    insight = board.row_of(piece.slug)
    return {"insight": insight, "state": board.state(insight, now.date())}


EDITOR = Editor(
    kind=board.KIND,
    path="/desk/insights",
    name=_l("Insight"),
    page="insights/desk/edit.html",
    panel="insights/desk/panel.html",
    form=lambda language: TranslationForm if language else InsightForm,
    may_edit=policy.may_edit,
    findings=to_mend,
    shows=lambda source: findings.shows(source) and bool(source.body.strip()),
    frames=_frames,
    values=_values,
    then={"publish": lambda slug: f"/desk/insights/{slug}/publish"},
)
