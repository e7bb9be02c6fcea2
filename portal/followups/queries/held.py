"""What this slice holds about a member, in words and as data (P12): they read every note and every detail."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, select, union_all

from portal.db import db
from portal.followups.models import Detail, Letter, Note, Suggestion
from portal.followups.queries.details import KEYS
from portal.languages import day, moment
from portal.languages import gettext as _
from portal.members.models import Member
from portal.members.queries.held import Data, Entry, Section
from portal.members.queries.own import iso
from portal.staff.models import Recruiter

TABLES = ("note", "detail", "letter", "suggestion")
KEPT: tuple[Any, ...] = (Note, Detail, Letter, Suggestion)


def export(member: Member, now: datetime) -> list[Section]:
    """Everything."""
    tell: tuple[Callable[[Any, str], Section], ...] = (_notes, _details, _letters, _suggestions)
    return [say(found, member.time_zone) for say, found in zip(tell, _read(member.id), strict=True)]


def _read(member_id: int) -> list[list[Any]]:
    """The rows of each of KEPT with the name of who is behind it, the newest first, in one statement: each number is
    joined to the rows of one table only."""
    numbers = union_all(*(select(literal(n).label("n")) for n in range(len(KEPT)))).subquery()
    by = func.coalesce(*(table.recruiter_id for table in KEPT))
    rows = select(*KEPT, Recruiter.name).select_from(numbers)
    for n, table in enumerate(KEPT):
        rows = rows.outerjoin(table, and_(numbers.c.n == n, table.member_id == member_id))
    found = db.session.execute(rows.join(Recruiter, Recruiter.id == by)).all()
    return [
        sorted(((row[n], row.name) for row in found if row[n]), key=lambda pair: pair[0].id, reverse=True)
        for n in range(len(KEPT))
    ]


def _notes(found: Sequence[tuple[Note, str]], zone: str) -> Section:
    entries = [
        Entry(_("%(name)s, %(when)s", name=name, when=moment(note.at, zone)), note.words.splitlines())
        for note, name in found
    ]
    data: Data = [{"at": iso(note.at), "by": name, "words": note.words} for note, name in found]
    about = _("What somebody here wrote down after they had to do with you.")
    return Section("notes", _("Notes about you"), about, entries, data)


def _details(found: Sequence[tuple[Detail, str]], zone: str) -> Section:
    entries = [
        Entry(
            str(KEYS.get(detail.key, detail.key)),
            [detail.words, _("Known from: %(source)s, %(day)s.", source=detail.source, day=day(detail.learnt_on)),
             _("Written down by %(name)s on %(when)s.", name=name, when=moment(detail.at, zone))],
        )
        for detail, name in found
    ]  # fmt: skip
    data: Data = [
        {
            "key": detail.key, "words": detail.words, "source": detail.source, "by": name, "at": iso(detail.at),
            "known_since": detail.learnt_on.isoformat(),
        }
        for detail, name in found
    ]  # fmt: skip
    about = _("What we remember of you, so that a letter to you can begin where we left off.")
    return Section("details", _("What we remember of you"), about, entries, data)


def _letters(found: Sequence[tuple[Letter, str]], zone: str) -> Section:
    """Drafts too: they are about the person, sent or not."""
    entries = [
        Entry(
            letter.subject or _("No subject yet"),
            [
                _("Sent by %(name)s on %(when)s.", name=name, when=moment(letter.sent_at, zone))
                if letter.sent_at
                else _("A draft of %(name)s that was not sent.", name=name),
                *letter.source.splitlines(),
            ],
        )
        for letter, name in found
    ]
    data: Data = [
        {
            "by": name, "subject": letter.subject, "words": letter.source, "attached": letter.attached,
            "begun_at": iso(letter.created_at), "sent_at": iso(letter.sent_at),
        }
        for letter, name in found
    ]  # fmt: skip
    about = _(
        "Letters that somebody here wrote to you, as they were typed. The mails themselves are among the messages."
    )
    return Section("letters", _("Letters to you"), about, entries, data)


def _suggestions(found: Sequence[tuple[Suggestion, str]], zone: str) -> Section:
    entries = [
        Entry(_("To %(name)s, in the week of %(day)s", name=name, day=day(row.week)), [_said(row)])
        for row, name in found
    ]
    data: Data = [
        {"week": row.week.isoformat(), "to": name, "why": row.why, "dismissed_at": iso(row.dismissed_at)}
        for row, name in found
    ]
    about = _("When Rapport reminded somebody here that you might be glad to hear from them, and why.")
    return Section("suggestions", _("Reminders to write to you"), about, entries, data)


def _said(row: Suggestion) -> str:
    words = {
        "reply": _("you had asked for more"),
        "insight": _("something new was written on what interests you"),
        "years": _("you had joined in the same week of an earlier year"),
        "written": _("the last letter was long ago"),
        "never": _("nobody had written to you personally yet"),
    }
    return _("Because: %(reasons)s.", reasons="; ".join(words[name] for name in words if name in row.why))
