"""Things at the desk that belong to somebody, for the addresses in `test_access_desk.py`."""

from collections.abc import Callable
from datetime import datetime

from portal.staff.models import Recruiter

Make = Callable[[Recruiter, datetime], str | int]
OBJECTS: dict[str, Make] = {}
"""By the beginning of a rule up to its first placeholder ("/desk/segments/<slug>"): makes a thing of the owner's and
returns what stands in the placeholder."""
REST: dict[str, str] = {}
"""Further placeholders and what stands in their place, the same everywhere."""


def filled(rule: str, owner: Recruiter, now: datetime) -> str:
    """The rule's address with what belongs to the owner. The longest beginning that is known counts."""
    known = [begin for begin in OBJECTS if rule == begin or rule.startswith(begin + "/")]
    if known:
        begin = max(known, key=len)
        head, _, placeholder = begin.rpartition("/")
        rule = rule.replace(f"{head}/{placeholder}", f"{head}/{OBJECTS[begin](owner, now)}", 1)
    for placeholder, value in REST.items():
        rule = rule.replace(placeholder, value)
    return rule
