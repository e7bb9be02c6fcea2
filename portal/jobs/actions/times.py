"""Openings move on by their times: draft, early, open, closed; and back, if somebody moved their times."""

from datetime import datetime

from sqlalchemy import and_, or_, update

from portal.db import changed
from portal.jobs.models import Posting
from portal.jobs.queries.states import is_early, is_open


def advance(now: datetime) -> dict[str, int]:
    """Give every opening the state that its times say, in bulk. Returns how many came to each state, where any did."""
    over = or_(Posting.closes_at <= now, Posting.closed_at <= now)
    planned = or_(Posting.publish_at.is_(None), Posting.opens_at.is_(None), Posting.publish_at > now)
    by_state = {
        "draft": and_(planned, or_(Posting.closed_at.is_(None), Posting.closed_at > now)),
        "early": is_early(now),
        "open": is_open(now),
        "closed": or_(and_(Posting.publish_at <= now, over), Posting.closed_at <= now),
    }
    moved = {}
    for state, holds in by_state.items():
        rows = update(Posting).where(Posting.state != state, holds).values(state=state)
        moved[state] = changed(rows.execution_options(synchronize_session=False))
    return {state: count for state, count in moved.items() if count}
