"""What each role may do. For which things, each slice's `queries/policy.py` says."""

WRITE = "write"
"""Write insights and newsletters, and bring pictures in."""
SEGMENTS = "segments"
"""Build segments and see how many they select."""
PEOPLE = "people"
"""See members by name, search them, keep notes, write to one of them."""
SEND = "send"
"""Send a newsletter to a segment of one's own, or of the house."""
SEND_ANY = "send_any"
"""Send to any segment, and pause or cancel what others send."""
APPROVE = "approve"
"""Say yes to what somebody else wants to send."""
OPENINGS = "openings"
"""Begin openings and write their words: one's own, or any where the role writes anyway."""
PUBLISH = "publish_openings"
"""Publish one's own openings, close them, open them again."""
OPENINGS_ANY = "openings_any"
"""The same with anybody's, and say what boards leave unclear."""
ADMIN = "admin"
"""Invite, change roles, see the audit log, go live, export."""

ROLES = ("author", "recruiter", "manager", "admin")
RIGHTS: dict[str, frozenset[str]] = {
    "author": frozenset({WRITE, SEGMENTS, OPENINGS}),
    "recruiter": frozenset({WRITE, SEGMENTS, PEOPLE, SEND, APPROVE, OPENINGS, PUBLISH, OPENINGS_ANY}),
    "manager": frozenset({OPENINGS, PUBLISH}),
    "admin": frozenset({WRITE, SEGMENTS, PEOPLE, SEND, SEND_ANY, APPROVE, OPENINGS, PUBLISH, OPENINGS_ANY, ADMIN}),
}


def may(role: str, right: str) -> bool:
    """Whether a role has a right. An unknown role has none."""
    return right in RIGHTS.get(role, frozenset())
