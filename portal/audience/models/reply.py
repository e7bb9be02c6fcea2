"""What members answer by a button in a mail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, BigId

ANSWERS = ("more", "not_now", "less")


class Reply(Base):
    """One answer to one mail: `more` ("Tell me more"), `not_now` or `less` ("Less like this"), perhaps with words.

    One for each delivery; the last counts. `handled_at`: when somebody at the desk had seen to it.
    """

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint(f"answer IN {ANSWERS}", name="answer"),
        Index("ix_reply_mailing_id", "mailing_id", "answer"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), unique=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str] = mapped_column(String(7))
    words: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("recruiter.id"))
