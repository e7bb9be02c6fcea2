"""What an account works by: links in mails, requests to sign in, the archive to download."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class AccountLink(Base):
    """A single-use link in an account mail: confirm, sign in, raise preferences, or the demo's.

    The secret itself is derived from `nonce` when the mail is built; only its hash is stored (W-01).
    `asked_by` is the hash of a cookie in the browser that asked (W-04); elsewhere the page shows a code. Without it
    any browser will do. `leads_to` is where one goes after signing in, a path of ours.
    """

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="SET NULL"), index=True)
    nonce: Mapped[str] = mapped_column(String(24))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    leads_to: Mapped[str | None] = mapped_column(String(200))
    code_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    network: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignInRequest(Base):
    """Somebody typed an address to sign in with. The worker answers and deletes it, so that the request itself
    does the same work whether or not we know the address (W-05)."""

    __tablename__ = "sign_in_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(String(320))
    asked_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    network: Mapped[str] = mapped_column(String(64))
    leads_to: Mapped[str | None] = mapped_column(String(200))
    asked_at: Mapped[datetime]


class Archive(Base):
    """What a member asked to download: everything held about them, made by the worker and kept here for some days, as
    web and worker may be two machines. One a member.

    `content` is none while it waits to be made for the first time, and again when its days are over. `built_at`: as of
    when it says what is held.
    """

    __tablename__ = "archive"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]
    built_at: Mapped[datetime | None] = mapped_column(index=True)
    size: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
