"""What the signed links in mail of openings, in feeds and on pages stand for. Their form never changes."""

from dataclasses import dataclass

from portal import links

OF_MEMBER = "m"
"""Begins what stands in a token for a member: in their feed and on their page there is no delivery."""


@dataclass(frozen=True, slots=True)
class Whose:
    """The number of a delivery, or of a member."""

    number: int
    of_member: bool


def opening(posting_id: int, delivery_id: int) -> str:
    """The token of one opening in one mail: it shows that opening while it is early, and nobody's data."""
    return links.sign("opening", f"{delivery_id:x}.{posting_id:x}")


def opening_of(posting_id: int, member_id: int) -> str:
    """The same in a member's feed or on their page."""
    return links.sign("opening", f"{OF_MEMBER}{member_id:x}.{posting_id:x}")


def read_opening(token: str) -> int | None:
    """Which posting; None if it is forged, cut short or for something else."""
    value = links.verify("opening", token)
    return int(value.rpartition(".")[2], 16) if value else None


def fit(delivery_id: int) -> str:
    """The token of the page that corrects what an opening in a mail stood upon."""
    return links.sign("fit", f"{delivery_id:x}")


def fit_of(member_id: int) -> str:
    """The same in a member's feed or on their page."""
    return links.sign("fit", f"{OF_MEMBER}{member_id:x}")


def read_fit(token: str) -> Whose | None:
    """Whose it is; None as above."""
    value = links.verify("fit", token)
    return Whose(int(value.removeprefix(OF_MEMBER), 16), value.startswith(OF_MEMBER)) if value else None


def feed(nonce: str) -> str:
    """The token of a member's private feed and calendar, which ends with its nonce."""
    return links.sign("feed", nonce)


def read_feed(token: str) -> str | None:
    """The nonce; None as above."""
    return links.verify("feed", token)
