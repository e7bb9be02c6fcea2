"""A newsletter of the desk: its words become an issue, after the checks that a file goes through."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from portal.config import settings
from portal.content import ContentError, Problem, Text, parse_text
from portal.db import db
from portal.insights.files import desk
from portal.newsletter.files.issues import IssueFront, TranslationFront, bring, check_one
from portal.newsletter.models import Issue
from portal.writing.files import name_of
from portal.writing.models import Piece
from portal.writing.queries import homes


def settle(piece: Piece, now: datetime) -> Issue:
    """Make what a piece of the desk says now, in every language, the issue that can be sent.

    Raises ContentError, whose problems name the file that it would be ("x.md", "x.de.md").
    """
    bring(checked(piece))
    return db.session.scalars(select(Issue).filter_by(slug=piece.slug)).one()


def checked(piece: Piece, said: Mapping[str, str] | None = None) -> list[Text]:
    """What a piece says now, one text for each language, the house's own first. `said`: the same, for who has it at
    hand. Raises ContentError."""
    folder, known = settings().content_dir, desk()
    texts: list[Text] = []
    problems: list[Problem] = []
    for language, source in sorted((homes.texts(piece) if said is None else said).items()):
        file, front = f"{name_of(piece.slug, language)}.md", TranslationFront if language else IssueFront
        try:
            text = parse_text(source, front, slug=piece.slug, language=language or None, file=file)
        except ContentError as error:
            problems += error.problems
            continue
        texts.append(text)
        problems += check_one(folder, text, known)
    if not problems and not any(text.language is None for text in texts):
        problems = [Problem(f"{piece.slug}.md", 1, "there are no words yet: write them")]
    if problems:
        raise ContentError(sorted(set(problems)))
    return texts
