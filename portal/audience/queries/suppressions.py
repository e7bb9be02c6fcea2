"""Addresses that we must not write to."""

from collections.abc import Iterable

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


def among(address_keys: Iterable[str]) -> dict[str, set[str]]:
    """Of these addresses, those that nothing may be written to, and why: one statement for some thousand."""
    of = {hash_: key for key in address_keys for hash_ in links.keyed_hashes("suppression", key)}
    found: dict[str, set[str]] = {}
    for row in db.session.execute(
        select(Suppression.address_hash, Suppression.reason).where(Suppression.address_hash.in_(of))
    ):
        found.setdefault(of[row.address_hash], set()).add(row.reason)
    return found
