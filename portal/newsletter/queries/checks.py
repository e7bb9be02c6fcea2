"""What can be said of a newsletter's words by looking at them, each with its mend; and of how few get a part."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select

from portal.audience.models import Eligibility
from portal.audience.queries import Rule, segment_clause
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.mail.encoding import FIELD
from portal.markdown import MarkdownError, line
from portal.writing.queries.findings import ERROR, HINT, WARNING, Finding, of_text
from portal.writing.queries.source import Source

SUBJECT, PREVIEW = 50, 90
"""Characters that most inboxes show of a subject on a phone, and of the line below it."""
MOST = 200
FIELDS = ("name",)
_LINK = re.compile(r"(?<!!)\[(?P<words>[^\[\]]*)\]\([^()\s]+[^()]*\)")
_EMPTY = {
    "en": {"here", "click here", "this", "link", "more", "read more", "this link"},
    "de": {"hier", "klick hier", "klicke hier", "link", "mehr", "mehr lesen", "weiterlesen"},
    "pt": {"aqui", "clica aqui", "link", "mais", "ler mais", "saber mais"},
}
"""Words of a link that say nothing of where it leads, for who hears links one by one."""


def of_words(source: Source) -> list[Finding]:
    """Subject, preview line and text."""
    found = of_text(source)
    if source.broken:
        return found
    return sorted([*_head(source), *found, *_links(source)], key=lambda one: (one.level != ERROR, one.line or 0))


def few(rules: Sequence[Rule], now: datetime) -> list[int]:
    """Of each rule how many it selects if they are so few that each could be told apart, else 0; in one statement."""
    least = settings().min_segment
    some = [select(Eligibility.member_id).where(segment_clause(rule, now)).limit(least).subquery() for rule in rules]
    counted = db.session.execute(select(*(select(func.count()).select_from(one).scalar_subquery() for one in some)))
    return [count if count < least else 0 for count in counted.one()]


def _head(source: Source) -> Iterator[Finding]:
    subject, preview = (str(source.front.get(name) or "") for name in ("subject", "preview"))
    if not subject:
        yield Finding(ERROR, _("There is no subject yet."), _("Say in a few words what is in it."), field="subject")
    if not preview:
        mend = _("Inboxes show it beside the subject; without one they take the first words of the text.")
        yield Finding(ERROR, _("There is no preview line yet."), mend, field="preview")
    for name, words in (("subject", subject), ("preview", preview)):
        if len(words) > MOST:
            mend = _("Shorten it: at most %(most)s are sent.", most=MOST)
            yield Finding(ERROR, _("This has %(count)s characters.", count=len(words)), mend, field=name)
    try:
        plain = FIELD.sub(lambda found: found[2] or found[1], line(subject, FIELDS))
    except MarkdownError as error:
        yield Finding(ERROR, error.message, field="subject")
        return
    yield from _cut(plain, SUBJECT, "subject")
    yield from _cut(preview, PREVIEW, "preview")


def _cut(words: str, most: int, field: str) -> Iterator[Finding]:
    """Where a phone would cut it, unless that is near its end."""
    if most + 5 < len(words) <= MOST:
        kept = words[:most].rpartition(" ")[0] or words[:most]
        said = {
            "subject": _("On a phone the subject ends about here: “%(kept)s …”", kept=kept),
            "preview": _("On a phone the preview line ends about here: “%(kept)s …”", kept=kept),
        }[field]
        yield Finding(HINT, said, _("Put first what matters."), field=field)


def _links(source: Source) -> Iterator[Finding]:
    empty = _EMPTY.get(source.language or settings().language, set())
    for number, text in enumerate(source.body.split("\n"), 1):
        for found in _LINK.finditer(text):
            words = " ".join(found["words"].split()).strip(".:!…").casefold()
            if not words:
                mend = _("Write between the square brackets where it leads.")
                yield Finding(ERROR, _("A link has no words."), mend, number)
            elif words in empty:
                mend = _("Name what is there: who hears only the links does not know where this one leads.")
                yield Finding(WARNING, _("A link says only “%(words)s”.", words=found["words"].strip()), mend, number)
