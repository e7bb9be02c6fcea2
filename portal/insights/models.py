"""Articles. The words come from `content/insights/`; what they look like is worked out once, at sync."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

WORDS_A_MINUTE = 220


class Insight(Base):
    """An article with its rendered page."""

    __tablename__ = "insight"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400))
    author: Mapped[str] = mapped_column(String(80))
    published: Mapped[date] = mapped_column(index=True)
    updated: Mapped[date | None]
    members_only: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    @property
    def minutes(self) -> int:
        """About how long reading it takes."""
        return max(1, round(len(self.source.split()) / WORDS_A_MINUTE))

    @property
    def changed(self) -> date:
        """When its words last changed."""
        return self.updated or self.published


class InsightInterest(Base):
    """An article is about an interest."""

    __tablename__ = "insight_interest"
    __table_args__ = (Index("ix_insight_interest_interest_id", "interest_id"),)

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interest.id"), primary_key=True)


class Translation(Base):
    """The words of an insight or of a page in another language than it was written in (`kind`: its table)."""

    __tablename__ = "translation"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400))
    html: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
