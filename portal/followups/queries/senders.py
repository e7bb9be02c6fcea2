"""Under whose name a personal letter may go out: one's own, and of those who have allowed it."""

from collections.abc import Sequence

from portal.staff.models import Recruiter


def choices(me: Recruiter) -> Sequence[Recruiter]:
    """Oneself first."""
    return [me]
