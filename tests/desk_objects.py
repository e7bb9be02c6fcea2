"""Things at the desk that belong to somebody, for the addresses in `test_access_desk.py`."""

import re
from collections.abc import Callable
from datetime import datetime

from portal import sessions
from portal.content import compose, compose_yaml
from portal.db import db
from portal.newsletter.models import Approval
from portal.staff.actions import links as staff_links
from portal.staff.actions import senders
from portal.staff.models import Recruiter
from portal.writing import queries as writing
from portal.writing.actions import versions
from tests import factories
from tests.jobs import openings

Make = Callable[[Recruiter, datetime], str | int | tuple[str | int, ...]]


def _reply(owner: Recruiter, now: datetime) -> int:
    return factories.reply(at=now).id


def _browser(owner: Recruiter, now: datetime) -> int:
    sessions.start_desk(owner.id, "Safari", "-", "password", now)
    db.session.flush()
    return sessions.of_recruiter(owner.id, now)[0].id


def _permission(owner: Recruiter, now: datetime) -> int:
    return senders.ask(factories.recruiter(), owner.id, now, purpose="newsletter").id


def _colleague(owner: Recruiter, now: datetime) -> int:
    return factories.recruiter().id


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


def _member(owner: Recruiter, now: datetime) -> int:
    return factories.member(name="Mira", agreed_to=["check_ins"]).id


def _note(owner: Recruiter, now: datetime) -> tuple[int, int]:
    member = factories.member(name="Mira")
    return member.id, factories.note(member=member, recruiter=owner).id


def _detail(owner: Recruiter, now: datetime) -> tuple[int, str]:
    member = factories.member(name="Mira")
    return member.id, factories.detail(member=member, recruiter=owner).key


def _letter(owner: Recruiter, now: datetime) -> int:
    return factories.letter(member=factories.member(name="Mira", agreed_to=["check_ins"]), recruiter=owner).id


def _suggestion(owner: Recruiter, now: datetime) -> int:
    return factories.suggestion(member=factories.member(name="Mira"), recruiter=owner).id


def _newsletter_version(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("issue", _newsletter(owner, now))
    latest = writing.current(piece) if piece else None
    assert piece
    assert latest
    return piece.slug, latest.id


def _newsletter_beside(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("issue", _newsletter(owner, now))
    assert piece
    return piece.slug, versions.save(piece, "---\n---\n\nOthers.\n", owner, now, base_id=None).version.id


def _insight(owner: Recruiter, now: datetime) -> str:
    return versions.start("insight", f"insight-{owner.id}", compose({"title": "Ours"}, "Hello.\n"), owner, now).slug


def _insight_version(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("insight", _insight(owner, now))
    latest = writing.current(piece) if piece else None
    assert piece
    assert latest
    return piece.slug, latest.id


def _insight_beside(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("insight", _insight(owner, now))
    assert piece
    return piece.slug, versions.save(piece, "---\n---\n\nOthers.\n", owner, now, base_id=None).version.id


def _opening(owner: Recruiter, now: datetime) -> str:
    return versions.start("job", f"opening-{owner.id}", compose({"title": "Ours"}, "Hello.\n"), owner, now).slug


def _opening_version(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("job", _opening(owner, now))
    latest = writing.current(piece) if piece else None
    assert piece
    assert latest
    return piece.slug, latest.id


def _opening_beside(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("job", _opening(owner, now))
    assert piece
    return piece.slug, versions.save(piece, "---\n---\n\nOthers.\n", owner, now, base_id=None).version.id


def _published(owner: Recruiter, now: datetime) -> str:
    """An opening of the owner's that everybody can see."""
    slug = versions.start("job", f"published-{owner.id}", openings.text(), owner, now).slug
    return factories.posting(slug=slug).slug


def _listed(owner: Recruiter, now: datetime) -> str:
    """An opening that comes from a board, and is nobody's."""
    return factories.posting(board_id=factories.board(name=f"board-{owner.id}").id, external_id="1").slug


def _sendable(owner: Recruiter, now: datetime) -> str:
    """A newsletter that only misses the button, to a segment of the owner's with somebody in it."""
    rule = compose_yaml({"name": "Ours", "about": "Some.", "rule": {"all": []}})
    segment = versions.start("segment", f"segment-{owner.id}", rule, owner, now)
    factories.member(name="Mira", agreed_to=["newsletter"])
    front = {"subject": "Ours", "preview": "A letter", "segment": segment.slug}
    return versions.start("issue", f"ready-{owner.id}", compose(front, "Hello.\n"), owner, now).slug


def _approval(owner: Recruiter, now: datetime) -> tuple[str, int]:
    piece = writing.find("issue", _sendable(owner, now))
    latest = writing.current(piece) if piece else None
    assert piece
    assert latest
    row = Approval(slug=piece.slug, version_id=latest.id, segment=f"segment-{owner.id}", rule={"all": []}, send_at=now,
                   asked_by=owner.id, asked_at=now)  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return piece.slug, row.id


def _campaign(owner: Recruiter, now: datetime) -> int:
    return factories.campaign(recruiter=owner).id


OBJECTS: dict[str, Make] = {
    "/desk/newsletters/<slug>/send/confirm": _sendable,
    "/desk/newsletters/<slug>/held/<which>": lambda owner, now: (_sendable(owner, now), "all"),
    "/desk/newsletters/<slug>/approvals/<int:id>": _approval,
    "/desk/campaigns/<int:id>": _campaign,
    "/desk/campaigns/<int:id>/<act>": lambda owner, now: (_campaign(owner, now), "pause"),
    "/desk/insights/<slug>": _insight,
    "/desk/insights/<slug>/versions/<int:id>": _insight_version,
    "/desk/insights/<slug>/preview/<int:version>": _insight_version,
    "/desk/insights/<slug>/beside/<int:id>": _insight_beside,
    "/desk/jobs/<slug>": _opening,
    "/desk/jobs/<slug>/versions/<int:id>": _opening_version,
    "/desk/jobs/<slug>/preview/<int:version>": _opening_version,
    "/desk/jobs/<slug>/beside/<int:id>": _opening_beside,
    "/desk/jobs/<slug>/close": _published,
    "/desk/jobs/<slug>/reopen": _published,
    "/desk/jobs/<slug>/facts": _listed,
    "/desk/boards/<int:id>": lambda owner, now: factories.board(name=f"board-{owner.id}").id,
    "/desk/jobs/<slug>/people": lambda owner, now: factories.posting().slug,
    "/desk/jobs/<slug>/early": lambda owner, now: factories.posting().slug,
    "/desk/look/<scheme>.css": lambda owner, now: "dark",
    "/desk/newsletters/<slug>/versions/<int:id>": _newsletter_version,
    "/desk/newsletters/<slug>/beside/<int:id>": _newsletter_beside,
    "/desk/members/<int:id>": _member,
    "/desk/members/<int:id>/notes/<int:note_id>": _note,
    "/desk/members/<int:id>/details/<key>": _detail,
    "/desk/letters/<int:id>": _letter,
    "/desk/suggestions/<int:id>": _suggestion,
    "/desk/segments/<slug>": _segment,
    "/desk/newsletters/<slug>": _newsletter,
    "/desk/pieces/<kind>/<slug>": lambda owner, now: ("issue", _newsletter(owner, now)),
    "/desk/invited/<token>": _invited,
    "/desk/account/browsers/<int:id>": _browser,
    "/desk/account/sender/<int:id>": _permission,
    "/desk/team/<int:id>": _colleague,
    "/desk/replies/<int:id>": _reply,
}
"""By the beginning of a rule up to its first placeholder ("/desk/segments/<slug>"): makes a thing of the owner's and
returns what stands in the placeholder, or in each of several."""
REST: dict[str, str] = {"<int:version>": "1"}
"""Further placeholders and what stands in their place, the same everywhere."""


def filled(rule: str, owner: Recruiter, now: datetime) -> str:
    """The rule's address with what belongs to the owner. The longest beginning that is known counts."""
    known = [begin for begin in OBJECTS if rule == begin or rule.startswith(begin + "/")]
    if known:
        begin = max(known, key=len)
        made = OBJECTS[begin](owner, now)
        for value in made if isinstance(made, tuple) else (made,):
            rule = re.sub("<[^>]*>", str(value), rule, count=1)
    for placeholder, value in REST.items():
        rule = rule.replace(placeholder, value)
    return rule
