"""Who and what the signed links at the foot of a mail mean. They live for years, so their form never changes."""

from portal import links
from portal.audience.models import ASKED

LETTERS = {purpose[0]: purpose for purpose in ASKED}
"""How a token names its purpose: n, j, c. One letter, so that no mail software folds the address (E-07)."""


def preferences(member_id: int) -> str:
    """The token of the page on which whoever holds a mail may lower."""
    return links.sign("preferences", f"{member_id:x}")


def read_preferences(token: str) -> int | None:
    """Whose it is; None if it is forged, cut short or for something else."""
    value = links.verify("preferences", token)
    return int(value, 16) if value else None


def unsubscribe(member_id: int, purpose: str) -> str:
    """The token that leaves a purpose."""
    return links.sign("unsubscribe", f"{member_id:x}{purpose[0]}")


def read_unsubscribe(token: str) -> tuple[int, str] | None:
    """Whose it is and which purpose it leaves; None as above."""
    value = links.verify("unsubscribe", token)
    return (int(value[:-1], 16), LETTERS[value[-1]]) if value else None


def why(delivery_id: int) -> str:
    """The token of the page that says why somebody got a mail."""
    return links.sign("why", f"{delivery_id:x}")


def read_why(token: str) -> int | None:
    """Which delivery; None as above."""
    value = links.verify("why", token)
    return int(value, 16) if value else None
