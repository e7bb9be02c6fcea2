"""A piece has one home: a file in the content folder, or the desk. Its words are versions, none of which is lost."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

FILE, DESK = "file", "desk"
WAYS = ("file", "auto", "saved", "restored", "conflict", "kept")


class Piece(Base):
    """Something that is written: `kind` is insight, issue, job or segment, `slug` its address and its file's name.

    `home`: where it is edited. `file_digest`: of the file (the first language's) as it was last read or written.
    """

    __tablename__ = "piece"
    __table_args__ = (UniqueConstraint("kind", "slug"), CheckConstraint("home IN ('file', 'desk')", name="home"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(80))
    home: Mapped[str] = mapped_column(String(4))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    file_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Version(Base):
    """The words of a piece at a time: the whole text of its file, front matter and all, in one language ("" for the
    house's own).

    Versions with a `number` are one line, and the highest is what the piece says now. One without stands beside the
    line: words of somebody whom another overtook (`conflict`), or whose session had ended (`kept`), until
    somebody has decided about them (`settled_at`). `base_id`: the version that they had before them. `page`: the opened
    page of the editor that they came from, so that nobody is overtaken by themselves. `grows`: sent by the editor
    itself, so the next that it sends may take its place.
    """

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("piece_id", "language", "number"),
        CheckConstraint(f"way IN {WAYS}", name="way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="", server_default="")
    number: Mapped[int | None]
    way: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    recruiter_id: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"), index=True)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    page: Mapped[str | None] = mapped_column(String(16))
    grows: Mapped[bool] = mapped_column(default=False, server_default=false())
