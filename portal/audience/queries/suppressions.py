"""Addresses that we must not write to."""

from sqlalchemy import ColumnElement, select

from portal import links
from portal.audience.models import Suppression
from portal.db import db


def of_address(address_key: str) -> ColumnElement[bool]:
    """The suppressions of an address: written under an earlier key of ours they still hold."""
    return Suppression.address_hash.in_(links.keyed_hashes("suppression", address_key))


def reasons(address_key: str) -> set[str]:
    """Why nothing may be written to an address; empty if it may."""
    return set(db.session.scalars(select(Suppression.reason).where(of_address(address_key))))
