"""What one attempt means for a delivery: ended, tried again later, or uncertain."""

import random
from datetime import datetime, timedelta
from typing import Any

from portal.mail.transport import Outcome

BACKOFF = (5, 10, 20, 40, 60)
"""Minutes until the next try, then hourly (E-27)."""
GIVE_UP = timedelta(hours=72)
"""And one try for each number above at least: between two of them the member's hours may lie, and days."""


def columns(outcome: Outcome, attempts: int, first_at: datetime, account: bool, now: datetime) -> dict[str, Any]:
    """The columns of a delivery that say what became of its attempt number `attempts`, which `first_at` began."""
    said = {"reply": f"{outcome.code or ''} {outcome.reply}".strip()[:300], "lease_until": None}
    if outcome.state in {"relay_down", "withdrawn"}:  # nobody's attempt
        return said | {"state": "queued", "attempts": attempts - 1}
    if outcome.state == "unknown" and account:  # somebody waits for it; a second copy has the same Message-ID
        return said | {"state": "deferred", "not_before": now}
    if outcome.state == "deferred" and (now - first_at < GIVE_UP or attempts <= len(BACKOFF)):
        minutes = BACKOFF[min(attempts, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311  # spreads retries
        return said | {"state": "deferred", "not_before": now + timedelta(minutes=minutes)}
    state = "failed" if outcome.state == "deferred" else outcome.state
    return said | {"state": state, "ended_at": now}
