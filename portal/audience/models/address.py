"""A change of address on its way, and the way back from it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class AddressChange(Base):
    """A member wants to be written to at another address; `before` is the one they had when it was changed.

    The worker answers it, as with a request to join: until then it has no `link_id`. When it is changed, the worker
    tells the address before (`told_at`); `back_id` is the link in that mail, which undoes the change. Deleted when both
    links have long been dead.
    """

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("account_link.id", ondelete="SET NULL"), unique=True)
    back_id: Mapped[int | None] = mapped_column(ForeignKey("account_link.id", ondelete="SET NULL"), unique=True)
    address: Mapped[str] = mapped_column(String(320))
    before: Mapped[str] = mapped_column(String(320), default="")
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    network: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
