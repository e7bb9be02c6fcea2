"""What a feed left unclear, a person settles: of one opening, or of all on its board whose words are the same."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal import content
from portal.audience.models import Interest, Place, Team
from portal.db import db, insert_into
from portal.jobs.files.front import Pay
from portal.jobs.models import (
    ANYWHERE,
    FIELDS,
    Board,
    BoardRule,
    Posting,
    PostingCountry,
    PostingInterest,
    PostingPlace,
    Settled,
)
from portal.jobs.queries.rules import key
from portal.members.models import LEVELS, WORK_MODES
from portal.staff.actions import audit
from portal.staff.models import Recruiter


class UnknownValue(ValueError):
    """Nobody can say that of an opening."""


def settle(posting: Posting, field: str, value: Any, remember: bool, by: Recruiter | int | None, now: datetime) -> int:
    """Say what `field` (one of FIELDS) of an opening is; `value` as in `Settled`. Returns for how many it holds now.

    `remember`: also of all others of its board that say the same, now and later, until somebody says otherwise of one.
    Raises UnknownValue, and ValueError where there are no words to remember it by.
    """
    value = known(field, value)
    who = by.id if isinstance(by, Recruiter) else by
    ids = [posting.id]
    if remember:
        says = key(posting.said.get(field, ""))
        if posting.board_id is None or not says:
            raise ValueError("Its board says nothing here that others could say too.")
        _rule(posting.board_id, field, says, value, who, now)
        db.session.execute(delete(Settled).filter_by(posting_id=posting.id, field=field))
        ids = _same(posting.board_id, field, says)
    else:
        row = {"posting_id": posting.id, "field": field, "value": value, "recruiter_id": who, "at": now}
        said = insert_into(Settled).values(row)
        db.session.execute(said.on_conflict_do_update(index_elements=["posting_id", "field"], set_=_later(row)))
    put(ids, field, value, now)
    content.touch()
    audit.note(by, "opening.settle", "job", posting.slug, now, what=field, count=len(ids))
    return len(ids)


def known(field: str, value: Any) -> Any:
    """A value as it is kept, in a fixed order. Raises UnknownValue."""
    if field not in FIELDS:
        raise UnknownValue(f"{field} is not one of {', '.join(FIELDS)}.")
    many = [value] if isinstance(value, str) else list(value or ())
    if field == "countries":
        strange = [code for code in many if code != ANYWHERE and not (len(code) == 2 and code.isupper())]
    else:
        strange = sorted(set(many) - _choices(field))
    if strange or not many:
        raise UnknownValue(f"{', '.join(strange) or 'nothing'} cannot be said of an opening's {field}.")
    if field in {"team", "level"}:
        if len(many) > 1:
            raise UnknownValue(f"An opening has one {field}.")
        return many[0]
    return [ANYWHERE] if ANYWHERE in many else sorted(set(many))


def put(posting_ids: Collection[int], field: str, value: Any, now: datetime) -> None:
    """Write a known value into these openings."""
    ids = list(posting_ids)
    columns: dict[str, Any] = {"changed_at": now}
    if field == "work_modes":
        columns["work_modes"] = frozenset(value)
    elif field == "level":
        columns["level"] = value
    elif field == "team":
        columns["team_id"] = db.session.scalar(select(Team.id).filter_by(slug=value))
    elif field == "places":
        _link(PostingPlace, "place_id", ids, db.session.scalars(select(Place.id).where(Place.slug.in_(value))).all())
    elif field == "interests":
        rows = db.session.scalars(select(Interest.id).where(Interest.slug.in_(value))).all()
        _link(PostingInterest, "interest_id", ids, rows)
    else:
        _link(PostingCountry, "country", ids, value)
    db.session.flush()
    db.session.execute(update(Posting).where(Posting.id.in_(ids)).values(columns))


def _choices(field: str) -> set[str]:
    if field == "work_modes":
        return set(WORK_MODES)
    if field == "level":
        return set(LEVELS)
    model: Any = {"team": Team, "places": Place, "interests": Interest}[field]
    return set(db.session.scalars(select(model.slug)))


def _link(table: Any, column: str, ids: Sequence[int], values: Sequence[Any]) -> None:
    db.session.execute(delete(table).where(table.posting_id.in_(ids)))
    if rows := [{"posting_id": id, column: value} for id in ids for value in values]:
        db.session.execute(insert(table), rows)


def _rule(board_id: int, field: str, says: str, value: Any, who: int | None, now: datetime) -> None:
    row = {"board_id": board_id, "field": field, "says": says, "value": value, "recruiter_id": who, "at": now}
    said = insert_into(BoardRule).values(row)
    db.session.execute(said.on_conflict_do_update(index_elements=["board_id", "field", "says"], set_=_later(row)))


def _later(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("value", "recruiter_id", "at")}


def _same(board_id: int, field: str, says: str) -> list[int]:
    """The openings of a board whose words on a field are these, but those of which somebody said it singly."""
    singly = select(Settled.posting_id).where(Settled.field == field)
    rows = select(Posting.id, Posting.said).where(Posting.board_id == board_id, Posting.id.not_in(singly))
    return [id for id, said in db.session.execute(rows) if key(said.get(field, "")) == says]


def settle_pay(posting: Posting, pay: Pay | None, unsaid: str, by: Recruiter | int | None, now: datetime) -> None:
    """Say what an opening of a board pays, or why that is not said. From when it first says either, members hear of
    it."""
    posting.pay_min, posting.pay_max = (pay.min, pay.max) if pay else (None, None)
    posting.pay_currency, posting.pay_per = (pay.currency, pay.per) if pay else (None, None)
    posting.pay_unsaid, posting.changed_at = unsaid, now
    if posting.publish_at is None and posting.closed_at is None and posting.tells_pay:
        board = db.session.get(Board, posting.board_id)
        posting.publish_at, posting.opens_at = now, now + timedelta(hours=board.early_hours if board else 0)
    content.touch()
    audit.note(by, "opening.settle", "job", posting.slug, now, what="pay", count=1)
