"""Session rows: a browser that is signed in. Stored hashed, limited in time, seen and ended by their owner."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, changed, db
from portal.languages import gettext as _
from portal.links import digest

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=5)


class BrowserSession(Base):
    """One signed-in browser of a member."""

    __tablename__ = "browser_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(String(120))
    network: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def lives(self, now: datetime) -> bool:
        """Neither ended, nor idle for 14 days, nor 90 days old (W-12)."""
        return self.ended_at is None and now - self.seen_at < IDLE and now - self.started_at < ABSOLUTE

    @property
    def called(self) -> str:
        """What `browser` says, in the language that is spoken: "Firefox on Linux"."""
        browser, _on, system = self.browser.partition(" on ")
        browser = _("A browser") if browser == "A browser" else browser
        return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


def start(member_id: int, browser: str, network: str, now: datetime) -> str:
    """Begin a session; returns the cookie's value, of which only the hash is kept (W-10)."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        BrowserSession(
            token_hash=digest(token),
            member_id=member_id,
            browser=browser[:120],
            network=network,
            started_at=now,
            seen_at=now,
        )
    )
    return token


def find(token: str, now: datetime) -> BrowserSession | None:
    """The living session of a cookie, or None."""
    found = db.session.scalar(select(BrowserSession).where(BrowserSession.token_hash == digest(token)))
    return found if found and found.lives(now) else None


def of_member(member_id: int, now: datetime) -> list[BrowserSession]:
    """A member's living sessions, the last used first."""
    rows = select(BrowserSession).filter_by(member_id=member_id, ended_at=None)
    return [s for s in db.session.scalars(rows.order_by(BrowserSession.seen_at.desc())) if s.lives(now)]


def end(member_id: int, now: datetime, only: int | None = None) -> int:
    """End a member's sessions, or one of them by its id. Returns how many ended."""
    statement = update(BrowserSession).filter_by(member_id=member_id, ended_at=None).values(ended_at=now)
    if only is not None:
        statement = statement.where(BrowserSession.id == only)
    return changed(statement)
