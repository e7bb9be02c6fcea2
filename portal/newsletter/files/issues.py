"""Newsletter issues: read from their files, checked with the line of each mistake, brought into the database."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import select

from portal.config import settings
from portal.content import (
    NOTHING,
    ContentError,
    Desk,
    Front,
    Problem,
    Synced,
    Text,
    files,
    language_of,
    near,
    read_text,
)
from portal.db import db
from portal.insights import files as insight_files
from portal.markdown import MarkdownError
from portal.newsletter import emails
from portal.newsletter.models import Issue, IssueTranslation
from portal.writing.actions import homes
from portal.writing.queries.homes import at_desk

KIND = "issue"
Words = Annotated[str, Field(min_length=1, max_length=200)]


class TranslationFront(Front):
    """The front matter of an issue in another language (x.de.md): whom it goes to and when, the issue says."""

    subject: Words
    preview: Words


class IssueFront(TranslationFront):
    """The front matter of an issue."""

    segment: str
    sender: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    send_at: AwareDatetime | None = None


def read(path: Path) -> Text:
    """One issue's file, or a translation of one. Raises ContentError."""
    return read_text(path, TranslationFront if language_of(path) else IssueFront)


def check(folder: Path, desk: Desk = NOTHING) -> list[Problem]:
    """Every mistake in the issues of a content folder."""
    problems: list[Problem] = []
    for path in files(folder / "issues", "*.md"):
        try:
            problems += check_one(folder, read(path), desk)
        except ContentError as error:
            problems += error.problems
    return problems


def check_one(folder: Path, text: Text, desk: Desk = NOTHING) -> list[Problem]:
    """The mistakes in one issue, against the segments, interests and insights of its content folder and the desk."""
    problems = []
    known = sorted({path.stem for path in files(folder / "segments", "*.yml")} | set(desk.get("segments", ())))
    if text.language is None and text.front.segment not in known:
        mend = near(text.front.segment, known, f"choose one of {', '.join(known)}" if known else "write one first")
        problems.append(text.at(("segment",), f"there is no segment {text.front.segment}: {mend}"))
    try:
        emails.check(text.front.subject, text.body)
    except MarkdownError as error:
        problems.append(text.problem(error.line or 1, error.message))
        return problems
    problems += [text.problem(line, words) for line, words in emails.unknown_values(text.body, folder)]
    return problems + insight_files.dead_links(folder, text, desk)


def bring(texts: Sequence[Text]) -> list[Synced]:
    """Bring one issue into the database, with its translations: these, and no others."""
    [first] = [text for text in texts if text.language is None]
    return [_bring(first), *_bring_translations(first.slug, [text for text in texts if text.language])]


def _bring(text: Text) -> Synced:
    front = text.front
    issue = db.session.scalar(select(Issue).filter_by(slug=text.slug))
    if issue is not None and issue.digest == _digest(text):
        return Synced(KIND, text.slug, "same")
    change = "changed" if issue else "new"
    issue = issue or Issue(slug=text.slug)
    issue.subject, issue.preview, issue.segment = front.subject, front.preview, front.segment
    issue.sender, issue.source, issue.digest = front.sender, text.body, _digest(text)
    db.session.add(issue)
    db.session.flush()
    return Synced(KIND, text.slug, change)


def _bring_translations(slug: str, texts: Sequence[Text]) -> list[Synced]:
    issue = db.session.scalars(select(Issue).filter_by(slug=slug)).one()
    rows = {row.language: row for row in db.session.scalars(select(IssueTranslation).filter_by(issue_id=issue.id))}
    done = []
    for text in texts:
        row = rows.pop(text.language or "", None)
        change = "new" if row is None else "same" if row.digest == _digest(text) else "changed"
        row = row or IssueTranslation(issue_id=issue.id, language=text.language)
        row.subject, row.preview, row.source = text.front.subject, text.front.preview, text.body
        row.digest = _digest(text)
        db.session.add(row)
        done.append(Synced(KIND, f"{slug}.{text.language}", change))
    for language, row in rows.items():
        db.session.delete(row)
        done.append(Synced(KIND, f"{slug}.{language}", "removed"))
    db.session.flush()
    return done


def _digest(text: Text) -> bytes:
    return hashlib.sha256(f"{text.front.model_dump_json()}\0{text.body}".encode()).digest()


def take(path: Path) -> Issue:
    """The issue of one file with its translations, checked and brought into the database. Raises ContentError."""
    texts = [read(each) for each in (path, *files(path.parent, f"{path.stem}.*.md"))]
    known = insight_files.desk()
    if problems := [problem for text in texts for problem in check_one(settings().content_dir, text, known)]:
        raise ContentError(problems)
    bring(texts)
    return db.session.scalars(select(Issue).filter_by(slug=path.stem)).one()


def planned(text: Text) -> datetime | None:
    """When an issue itself says that it goes out."""
    when: datetime | None = text.front.send_at
    return when


def sync(folder: Path, now: datetime) -> list[Synced]:
    """Bring the folder's issues into the database. One that was removed stays: it may have been sent. Those of the
    desk stay as they are."""
    kept, elsewhere = homes.record(folder, KIND, now), at_desk(KIND)
    texts = map(read, files(folder / "issues", "*.md"))
    own = [text for text in texts if text.slug not in elsewhere]
    done = [one for _, texts in groupby(own, key=lambda text: text.slug) for one in bring(list(texts))]
    return homes.merged(done, kept)
