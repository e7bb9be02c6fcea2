"""What an opening of the desk still needs, each as one sentence to who writes it; and how a new one begins."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from portal.config import settings
from portal.content import NOTHING, compose
from portal.jobs.files.front import JobFront
from portal.jobs.files.postings import of_database
from portal.jobs.files.settling import linked
from portal.jobs.files.words import SECTIONS, needs
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import speaking
from portal.staff.models import Recruiter
from portal.writing.files.links import dead_links
from portal.writing.queries import findings
from portal.writing.queries.findings import ERROR, Finding
from portal.writing.queries.source import Source

TIMES = ("publish", "early_access", "closes", "closed")
"""Said when it is published, not while it is written."""
SENTENCES = {
    "title": _l("You need to give it a title, of at most 160 characters."),
    "team": _l("You need to choose its team."),
    "level": _l("You need to choose its level."),
    "interests": _l("You need to tick what it is about, so that it finds those who asked for it."),
    "work_modes": _l("You need to tick how the work can be done: remote, hybrid, on site."),
    "locations": _l("You need to tick where the work is done, as it is not only remote."),
    "applicants_from": _l("You need to say where one may live who works remotely: countries by name, or anywhere."),
    "pay": _l("You need to say what it pays, in whole numbers and the smaller first; or why you do not."),
    "pay_unsaid": _l("You need to shorten why the pay is not said: at most 200 characters."),
    "process": _l("You need to choose how you decide."),
    "apply_url": _l("You need to say where people apply: an address such as https://example.org/apply."),
    "vacancy": _l("You need to say whether there is a place to fill: true or false."),
    "starts": _l("You need to write the first day as a day, such as 2026-03-01."),
    "questions": _l("You need to shorten the questions: at most ten, each of at most 200 characters."),
}  # fmt: skip
FIELDS = {"pay": "pay_max", "process": "way"}
"""The form's field for a key, where they differ."""


def of_piece(source: Source) -> list[Finding]:
    """What there is to mend in an opening, what keeps it from being published first."""
    found = findings.of_text(source, opening=True)
    if source.broken:
        return found
    front = source.front
    questions = front.get("questions")
    asked = [str(one) for one in questions] if isinstance(questions, list) else []
    wanted = needs(settings().content_dir, str(front.get("title") or ""), source.body, asked)
    unread = {one.line for one in found if one.level == ERROR}
    lacks = [*_front(source), *_unknown(source)]
    lacks += [Finding(ERROR, str(n.words), line=n.line, field=n.key) for n in wanted if n.line not in unread]
    dead = dead_links(settings().content_dir, source.as_text(), linked() if "](/" in source.body else NOTHING)
    lacks += [Finding(ERROR, one.words[:1].upper() + one.words[1:] + ".", line=one.line) for one in dead]
    return sorted([*lacks, *found], key=lambda one: one.level != ERROR)


def _front(source: Source) -> Iterator[Finding]:
    """What is missing or wrong above the words, each field once."""
    said = {"publish": "2026-01-01", "closes": "2026-12-31"} | {k: v for k, v in source.front.items() if k not in TIMES}
    try:
        JobFront.model_validate(said)
    except ValidationError as invalid:
        for key in dict.fromkeys(str(error["loc"][0]) for error in invalid.errors()):
            words = SENTENCES.get(key) or _l("You need to take out “%(key)s”, which nobody knows.", key=key)
            yield Finding(ERROR, str(words), field=FIELDS.get(key, key))


def _unknown(source: Source) -> Iterator[Finding]:
    """What was chosen and is not there (any more)."""
    for key, there in of_database().items():
        said: Any = source.front.get(key)
        for slug in said if isinstance(said, list) else [said] if said else []:
            if slug not in there:
                close = get_close_matches(str(slug), there, 1)
                mend = _("Did you mean %(slug)s?", slug=close[0]) if close else ""
                words = _("You need to choose something else than “%(slug)s”, which is not there.", slug=slug)
                yield Finding(ERROR, words, mend, field=FIELDS.get(key, key))


def begin(title: str, by: Recruiter) -> str:
    """The text with which an opening begins: the four sections, to be filled in, and whom to ask for adjustments."""
    with speaking(settings().language):
        parts = [f"## {section}" for section in SECTIONS]
        ask = _("If you need something changed on the way, ask %(name)s for adjustments. No reasons are needed.",
                name=f"[{by.name}](mailto:{by.reply_to or by.address})")  # fmt: skip
        parts.append(ask)
    return compose({"title": title, "interests": [], "work_modes": [], "vacancy": True}, "\n\n".join(parts) + "\n")
