"""Things at the desk that belong to somebody, for the addresses in `test_access_desk.py`."""

from collections.abc import Callable
from datetime import datetime

from portal.content import compose, compose_yaml
from portal.staff.actions import links as staff_links
from portal.staff.models import Recruiter
from portal.writing.actions import versions
from tests import factories

Make = Callable[[Recruiter, datetime], str | int]


def _reply(owner: Recruiter, now: datetime) -> int:
    return factories.reply(at=now).id


def _invited(owner: Recruiter, now: datetime) -> str:
    waiting = factories.recruiter(joined_at=None)
    link = staff_links.make(waiting, "invite", owner.id, now)
    return staff_links.derived(link.purpose, link.nonce)


def _newsletter(owner: Recruiter, now: datetime) -> str:
    front = {"subject": "Measure twice", "preview": "A letter", "segment": "everyone"}
    return versions.start("issue", f"letter-{owner.id}", compose(front, "Hello.\n"), owner, now).slug


def _segment(owner: Recruiter, now: datetime) -> str:
    text = compose_yaml({"name": "Everybody", "about": "All of them.", "rule": {"all": []}})
    return versions.start("segment", f"segment-{owner.id}", text, owner, now).slug


OBJECTS: dict[str, Make] = {
    "/desk/segments/<slug>": _segment,
    "/desk/newsletters/<slug>": _newsletter,
    "/desk/invited/<token>": _invited,
    "/desk/replies/<int:id>": _reply,
}
"""By the beginning of a rule up to its first placeholder ("/desk/segments/<slug>"): makes a thing of the owner's and
returns what stands in the placeholder."""
REST: dict[str, str] = {"<int:version>": "1"}
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
