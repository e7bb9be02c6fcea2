"""Going live, and what an admin turns on for the whole desk."""

from datetime import datetime

from sqlalchemy import update

from portal.db import changed, db
from portal.staff.actions.audit import note
from portal.staff.models import House, Recruiter
from portal.staff.queries import house


def go_live(by: Recruiter | None, now: datetime) -> bool:
    """End the trial: from here on mail that stands on consent reaches members. False: somebody has done it already.
    `by`: None for a command."""
    trial = update(House).where(House.id == 1, House.live_at.is_(None))
    if not changed(trial.values(live_at=now, live_by=by.id if by else None)):
        return False
    note(by, "house.live", "house", 1, now)
    return True


def switch(name: str, on: bool, by: Recruiter, now: datetime) -> None:
    """Turn `approval` or `spreading` on or off. Raises KeyError for another name."""
    if name not in {"approval", "spreading"}:
        raise KeyError(name)
    row = house()
    if getattr(row, name) != on:
        setattr(row, name, on)
        db.session.flush()
        note(by, f"house.{name}", "house", 1, now, on=on)
