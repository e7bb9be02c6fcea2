"""Session rows: a browser that is signed in. Stored hashed, limited in time, seen and ended by their owner.

Members and recruiters have a table and a cookie each, so that no row of one kind ever opens a door of the other.
"""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, changed, db
from portal.languages import gettext as _
from portal.links import digest

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
DESK_IDLE = timedelta(hours=12)
DESK_ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)


class _Browser:
    """What both kinds of sessions are made of."""

    idle: ClassVar[timedelta]
    absolute: ClassVar[timedelta]

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    browser: Mapped[str] = mapped_column(String(120))
    network: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def lives(self, now: datetime) -> bool:
        """Neither ended, nor idle, nor old, each by its own measure (W-12)."""
        return self.ended_at is None and now - self.seen_at < self.idle and now - self.started_at < self.absolute

    @property
    def called(self) -> str:
        """What `browser` says, in the language that is spoken: "Firefox on Linux"."""
        browser, _on, system = self.browser.partition(" on ")
        browser = _("A browser") if browser == "A browser" else browser
        return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


class BrowserSession(_Browser, Base):
    """One signed-in browser of a member: idle for 14 days at most, 90 days in all."""

    __tablename__ = "browser_session"
    idle, absolute = IDLE, ABSOLUTE

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)


class DeskSession(_Browser, Base):
    """One signed-in browser of a recruiter: a working day idle at most, a week in all.

    `proved_at`: when they last showed who they are, by password and second factor or at their identity provider; what
    cannot be taken back wants that to be fresh. `way`: password, oidc or demo.
    """

    __tablename__ = "desk_session"
    idle, absolute = DESK_IDLE, DESK_ABSOLUTE

    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiter.id"), index=True)
    proved_at: Mapped[datetime]
    way: Mapped[str] = mapped_column(String(8))


def start(member_id: int, browser: str, network: str, now: datetime) -> str:
    """Begin a member's session; returns the cookie's value, of which only the hash is kept (W-10)."""
    token = secrets.token_urlsafe(32)
    db.session.add(BrowserSession(member_id=member_id, **_columns(token, browser, network, now)))
    return token


def start_desk(recruiter_id: int, browser: str, network: str, way: str, now: datetime) -> str:
    """The same for a recruiter, who has just proved who they are."""
    token = secrets.token_urlsafe(32)
    columns = _columns(token, browser, network, now)
    db.session.add(DeskSession(recruiter_id=recruiter_id, proved_at=now, way=way, **columns))
    return token


def prove_desk(session: DeskSession, way: str, now: datetime) -> str:
    """A recruiter has shown again who they are: the session is fresh, and has a new secret (7.2.4); returns it."""
    token = secrets.token_urlsafe(32)
    session.token_hash, session.proved_at, session.seen_at, session.way = digest(token), now, now, way
    return token


def _columns(token: str, browser: str, network: str, now: datetime) -> dict[str, object]:
    when = {"started_at": now, "seen_at": now}
    return {"token_hash": digest(token), "browser": browser[:120], "network": network, **when}


def find(token: str, now: datetime) -> BrowserSession | None:
    """The living session of a member's cookie, or None."""
    found = db.session.scalar(select(BrowserSession).where(BrowserSession.token_hash == digest(token)))
    return found if found and found.lives(now) else None


def find_desk(token: str) -> DeskSession | None:
    """The session of a recruiter's cookie, also one that is over: what was typed under it is kept for its owner."""
    return db.session.scalar(select(DeskSession).where(DeskSession.token_hash == digest(token)))


def of_member(member_id: int, now: datetime) -> list[BrowserSession]:
    """A member's living sessions, the last used first."""
    rows = select(BrowserSession).filter_by(member_id=member_id, ended_at=None)
    return [s for s in db.session.scalars(rows.order_by(BrowserSession.seen_at.desc())) if s.lives(now)]


def of_recruiter(recruiter_id: int, now: datetime) -> list[DeskSession]:
    """A recruiter's living sessions, the last used first."""
    rows = select(DeskSession).filter_by(recruiter_id=recruiter_id, ended_at=None)
    return [s for s in db.session.scalars(rows.order_by(DeskSession.seen_at.desc())) if s.lives(now)]


def end(member_id: int, now: datetime, only: int | None = None) -> int:
    """End a member's sessions, or one of them by its id. Returns how many ended."""
    statement = update(BrowserSession).filter_by(member_id=member_id, ended_at=None).values(ended_at=now)
    if only is not None:
        statement = statement.where(BrowserSession.id == only)
    return changed(statement)


def end_desk(recruiter_id: int, now: datetime, only: int | None = None, but: int | None = None) -> int:
    """End a recruiter's sessions: all, one by its id, or all but one. Returns how many ended."""
    statement = update(DeskSession).filter_by(recruiter_id=recruiter_id, ended_at=None).values(ended_at=now)
    if only is not None:
        statement = statement.where(DeskSession.id == only)
    if but is not None:
        statement = statement.where(DeskSession.id != but)
    return changed(statement)
