"""Personal letters: one person writes to one person."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Letter(Base):
    """A letter to one member, a draft until it has a mailing. `recruiter_id` wrote and sends it; `sender_id` is under
    whose name. `attached`: an insight's slug (later also an opening's), by kind: "insight:remote-hybrid-on-site"."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), index=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"))
    subject: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    attached: Mapped[str | None] = mapped_column(String(100))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"), unique=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
