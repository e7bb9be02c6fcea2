"""Rate limits, counted in the database so that they hold over all processes.

Own code: Flask-Limiter has no store in SQL, and Rapport must not need Redis.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal import links
from portal.db import Base, db, insert_into


class TooMany(Exception):
    """Somebody has to wait this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Limit(tuple[str, int, timedelta]):
    """What is counted (a person, a network, all), how often it may happen, in which time."""

    def __new__(cls, who: str, most: int, within: timedelta) -> "Limit":
        return super().__new__(cls, (who, most, within))


class Count(Base):
    """How often something happened in one window. The key is a keyed hash: no address is stored."""

    __tablename__ = "throttle"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    hits: Mapped[int] = mapped_column(default=1)


def spend(action: str, limits: Iterable[Limit], now: datetime) -> None:
    """Count one `action` against every limit. Raises TooMany, with the time until the window ends.

    Counted in a transaction of its own: a request that fails later has still been made.
    """
    with db.engine.begin() as connection:
        for who, most, within in limits:
            step = int(within.total_seconds())
            ends = datetime.fromtimestamp((int(now.timestamp()) // step + 1) * step, now.tzinfo)
            # the length is in the key: in the last hour of a day, its window ends with the day's
            key = links.keyed_hash("throttle", f"{action} {who} {step}")
            row = insert_into(Count).values(key=key, ends_at=ends, hits=1)
            counted = row.on_conflict_do_update(
                index_elements=["key", "ends_at"], set_={"hits": Count.__table__.c.hits + 1}
            ).returning(Count.__table__.c.hits)
            if (connection.execute(counted).scalar() or 0) > most:
                connection.commit()
                raise TooMany(max(1, int((ends - now).total_seconds())))


def forget(now: datetime) -> None:
    """Delete windows that are over. Run by the sweep; commits with it."""
    db.session.execute(delete(Count).where(Count.ends_at < now))
