"""An issue is the words; a campaign is an issue sent to a segment at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Issue(Base):
    """The words of one newsletter, as they stand now. What was sent is in the campaign's mailing."""

    __tablename__ = "issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    segment: Mapped[str] = mapped_column(String(60))
    sender: Mapped[str | None] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class IssueTranslation(Base):
    """The words of an issue in another language than it was written in."""

    __tablename__ = "issue_translation"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Campaign(Base):
    """One sending. `page` is the public copy in the archive, frozen with the mail and free of personal words.

    `mailing_id`, `subject` and `page` are in the house's language; for who reads another there are editions.
    """

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"), unique=True)
    segment: Mapped[str] = mapped_column(String(60))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    subject: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(Text)
    send_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Edition(Base):
    """A campaign for the members who read `language`: mail and page, in the words of a translation where there is one
    (`translated`), else in those of the issue, and it says so."""

    __tablename__ = "edition"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"), unique=True)
    translated: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200))
    preview: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(Text)
