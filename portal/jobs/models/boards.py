"""Boards that openings come from, what people settled about what a board leaves unclear, and what each sync found."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

FIELDS = ("work_modes", "team", "level", "places", "countries", "interests")
"""What a rule or a person may settle, since feeds leave it unclear."""


class Board(Base):
    """One company's board at one source, from `content/boards.yml`; `removed_at`: it stands there no more.

    `etag`, `modified`: of the last answer, so that an unchanged one costs nothing. `waiting`: external ids of openings
    that are gone from it, too many to close without a person's word (`asked_at`: since when). `good_at`: when
    an answer was last read in full. `busy_until`: whoever looks at it now is done, or dead, by then.
    """

    __tablename__ = "board"
    __table_args__ = (UniqueConstraint("source", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    url: Mapped[str | None] = mapped_column(String(500))
    early_hours: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    pay_unsaid: Mapped[str] = mapped_column(String(200), default="", server_default="")
    mode_field: Mapped[str | None] = mapped_column(String(80))
    etag: Mapped[str | None] = mapped_column(String(200))
    modified: Mapped[str | None] = mapped_column(String(60))
    good_at: Mapped[datetime | None]
    waiting: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    asked_at: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class BoardRule(Base):
    """What a board's words mean here: whoever settled one opening said so for all of that board that say the same.
    `says`: the words, as they are compared; `value`: of `field`, as in `Settled`."""

    __tablename__ = "board_rule"
    __table_args__ = (UniqueConstraint("board_id", "field", "says"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"))
    field: Mapped[str] = mapped_column(String(12))
    says: Mapped[str] = mapped_column(String(200))
    value: Mapped[Any] = mapped_column(JSON)
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    at: Mapped[datetime]


class Settled(Base):
    """What a person said of one opening of a feed: it stands, whatever the feed says next. `value`: for `work_modes` a
    list of them, for `team`, `level` a slug, for `places`, `interests` slugs, for `countries` codes."""

    __tablename__ = "settled"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    at: Mapped[datetime]


class SyncRun(Base):
    """What one sync of a board found: `counts` (listed, new, changed, same, unclear, missing, closed), `rows` of the
    table that a person reads, and `problem`, one sentence, when nothing could be done with the answer."""

    __tablename__ = "sync_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id"), index=True)
    at: Mapped[datetime]
    problem: Mapped[str] = mapped_column(String(500), default="", server_default="")
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
