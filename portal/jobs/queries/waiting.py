"""What boards leave unclear, as questions to a person: one for all openings of a board whose words are the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.db import db
from portal.jobs.models import Board, Posting
from portal.jobs.queries.rules import key
from portal.jobs.queries.states import not_closed
from portal.jobs.queries.unclear import unclear
from portal.jobs.queries.wanted import by_ids


@dataclass(frozen=True)
class Listed:
    """An opening that comes from a board, and what of it nobody knows."""

    id: int
    slug: str
    title: str
    said: dict[str, str]
    board_id: int | None
    board: str
    unclear: Sequence[str]


@dataclass(frozen=True)
class Question:
    """What `field` is of these openings. `says`: the board's own words, the same in all; "" where it says nothing, and
    then it is asked of each opening by itself."""

    field: str
    board: str
    says: str
    openings: Sequence[Listed]

    @property
    def first(self) -> Listed:
        """The one by which all are settled."""
        return self.openings[0]


def listed(now: datetime) -> list[Listed]:
    """Every opening of a board that nothing has ended and of which something is unclear, the newest first."""
    rows = (
        select(Posting.id, Posting.slug, Posting.title, Posting.said, Posting.board_id, Board.title)
        .join(Board, Board.id == Posting.board_id)
        .where(not_closed(now))
    )
    found = db.session.execute(rows.order_by(Posting.created_at.desc(), Posting.id.desc())).all()
    lacks = {one.id: unclear(one) for one in by_ids([row[0] for row in found])}
    return [Listed(*row, lacks[row[0]]) for row in found if lacks[row[0]]]


def count(now: datetime) -> int:
    """Of how many openings something is unclear."""
    return len(listed(now))


def counts(openings: Sequence[Listed]) -> dict[str, int]:
    """Of how many of them each field is unclear, what keeps most people away first."""
    found = Counter(field for one in openings for field in one.unclear)
    order = ("work_modes", "pay", "places", "countries", "interests", "team", "level")
    return {field: found[field] for field in order if found[field]}


def questions(openings: Sequence[Listed], field: str) -> list[Question]:
    """What there is to ask about a field: first what settles most openings at once."""
    groups: dict[tuple[int | None, str], list[Listed]] = {}
    for n, one in enumerate(openings):
        if field in one.unclear:
            says = key(one.said.get(field, "")) if field != "pay" else ""
            groups.setdefault((one.board_id, says or f"\0{n}"), []).append(one)
    return sorted(_asked(field, groups), key=lambda question: -len(question.openings))


def _asked(field: str, groups: dict[tuple[int | None, str], list[Listed]]) -> Iterator[Question]:
    for (_board, says), openings in groups.items():
        words = " ".join(openings[0].said.get(field, "").split()) if not says.startswith("\0") else ""
        yield Question(field, openings[0].board, words, openings)
