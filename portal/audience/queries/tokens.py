"""Who and what the signed links at the foot of a mail mean. They live for years, so their form never changes."""

from portal import links
from portal.audience.models import ANSWERS, ASKED

LETTERS = {purpose[0]: purpose for purpose in ASKED}
"""How a token names its purpose: n, j, c. One letter, so that no mail software folds the address (E-07)."""

REPLIES = {answer[0]: answer for answer in ANSWERS}
"""The same of an answer: m, n, l."""
SAMPLE = 0
"""No delivery has this number: in copies that go to nobody in earnest, buttons to answer by show what they lead to."""


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


def reply(delivery_id: int, answer: str) -> str:
    """The token of a button to answer by, one of ANSWERS; of a SAMPLE, too."""
    return links.sign("reply", f"{delivery_id:x}{answer[0]}")


def read_reply(token: str) -> tuple[int, str] | None:
    """Which delivery (SAMPLE: none) and which answer; None as above."""
    value = links.verify("reply", token)
    return (int(value[:-1], 16), REPLIES[value[-1]]) if value else None


def reply_urls(delivery_id: int) -> dict[str, str]:
    """The merge fields of the buttons to answer by (emails.reply_piece): `reply_more_url` and its like."""
    return {f"reply_{answer}_url": links.absolute(f"/reply/{reply(delivery_id, answer)}") for answer in ANSWERS}
