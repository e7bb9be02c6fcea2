"""People of an imported file whom nobody may mail, and the links that may be handed to them."""

from collections.abc import Iterator

from sqlalchemy import select

from portal import links
from portal.audience.models import Invitation
from portal.db import db


def all_() -> Iterator[Invitation]:
    """All of them, oldest first; read some hundred at a time, for printing only."""
    rows = select(Invitation).order_by(Invitation.id).execution_options(yield_per=500)
    return iter(db.session.scalars(rows))


def url(invitation: Invitation) -> str:
    """The personal link. Raises LookupError when the key it was made with is gone from the settings."""
    return links.absolute(f"/invited/{links.derive('invited', invitation.nonce, invitation.token_hash)}")


def find(token: str) -> Invitation | None:
    """Whose link it is; None if it is nobody's, or over."""
    return db.session.scalar(select(Invitation).filter_by(token_hash=links.digest(token)))
