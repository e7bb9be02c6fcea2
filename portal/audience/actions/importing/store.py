"""Some hundred people at once into the database, by a few statements for all of them.

Whoever is a member stays as they are: what they have here is their own. Whoever was erased, or must not be written to,
does not come back. Who cannot be mailed becomes an invitation that nobody mails.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import delete, select

from portal import links
from portal.audience.actions import eligibility, rhythm
from portal.audience.actions.importing.people import Person
from portal.audience.actions.importing.proof import Proof
from portal.audience.models import (
    Consent,
    Invitation,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    MemberTeam,
    Suppression,
)
from portal.audience.queries import suppressions
from portal.audience.queries.wording import IMPORTED
from portal.config import settings
from portal.db import Base, db, insert_into
from portal.members.models import EVERY_DAY, Change, Member

Row: TypeAlias = dict[str, Any]
CHUNK = 500
TIMES = {"time_zone", "mail_hours", "weekdays", "pause_until"}
MEMBER, INVITED = "member", "invited"


class Meanwhile(Exception):
    """Somebody of these was erased while they were brought in. Roll back and take them again: then it is known."""


def sort(people: Collection[Person]) -> dict[str, str]:
    """What becomes of each, by address key; changes nothing. Keys must be distinct."""
    keys = [person.address.key for person in people]
    members = select(Member.address_key).where(Member.address_key.in_(keys), Member.confirmed_at.is_not(None))
    here = set(db.session.scalars(members))
    asked = set(db.session.scalars(select(Invitation.address_key).where(Invitation.address_key.in_(keys))))
    barred = suppressions.among(keys)
    return {person.address.key: _sorted(person, here, asked, barred) for person in people}


def _sorted(person: Person, here: set[str], asked: set[str], barred: dict[str, set[str]]) -> str:
    key = person.address.key
    if key in here:
        return "already_member"
    if key in barred:
        return "erased" if "erased" in barred[key] else "suppressed"
    if person.stop:
        return person.stop
    if person.proofs:
        return MEMBER
    return "already_invited" if key in asked else INVITED


def take(people: Collection[Person], run_id: int, now: datetime) -> dict[str, str]:
    """Bring them in; returns what became of each, by address key. Never mails anybody.

    The caller has written the run's row in this transaction, which on SQLite keeps everybody else out. Elsewhere an
    erasure may have come between: then this raises Meanwhile.
    """
    became = sort(people)
    proven, unproven, blocked = (
        [p for p in people if became[p.address.key] == x] for x in (MEMBER, INVITED, "blocked")
    )
    joined = _join(proven, now)
    for person in proven:
        if person.address.key not in joined:
            became[person.address.key] = "already_member"  # they joined by themselves a moment ago
    _invite(unproven, run_id, now)
    if suppressions.among(person.address.key for person in (*proven, *unproven)):
        raise Meanwhile
    _bar(blocked, now)
    return became


def _join(people: Sequence[Person], now: datetime) -> set[str]:
    """Make them members who agreed to what they proved; returns the address keys of those who are."""
    if not people:
        return set()
    rows = sorted((_member(person, now) for person in people), key=lambda row: str(row["address_key"]))
    new = insert_into(Member)
    values = {name: new.excluded[name] for name in rows[0] if name != "address_key"}
    claim = Member.confirmed_at.is_(None)  # somebody typed this address, and nobody has confirmed it
    upsert = new.on_conflict_do_update(index_elements=["address_key"], set_=values, where=claim)
    made = db.session.execute(upsert.returning(Member.id, Member.address_key), rows)
    ids = {row.address_key: row.id for row in made}
    theirs = [(ids[person.address.key], person) for person in people if person.address.key in ids]
    for id, person in theirs:
        if TIMES & set(person.own):
            rhythm.keep(id, now)
    _add(Consent, [_consent(id, proof) for id, person in theirs for proof in person.proofs])
    _add(Change, [_change(id, person, now) for id, person in theirs])
    _choices(theirs)
    _forget(ids)
    eligibility.refresh(ids.values())
    return set(ids)


def _choices(theirs: Sequence[tuple[int, Person]]) -> None:
    kinds = {"unwanted_teams": "not_wanted", "hidden_teams": "hidden_from"}
    interests, places, teams, skills = list[Row](), list[Row](), list[Row](), list[Row]()
    for id, person in theirs:
        interests += [{"member_id": id, "interest_id": one} for one in person.chosen["interests"]]
        places += [{"member_id": id, "place_id": one} for one in person.chosen["places"]]
        for name, kind in kinds.items():
            teams += [{"member_id": id, "team_id": one, "kind": kind} for one in person.chosen[name]]
        skills += [{"member_id": id, "key": key, "name": name} for key, name in person.skills.items()]
    _add(MemberInterest, interests)
    _add(MemberPlace, places)
    _add(MemberTeam, teams)
    _add(MemberSkill, skills)


def _add(table: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        db.session.execute(insert_into(table).on_conflict_do_nothing(), rows)


def _member(person: Person, now: datetime) -> Row:
    own, since = person.own, [proof.given_at for proof in person.proofs]
    opens, closes = own.get("mail_hours", (0, 24))
    return {
        "address": person.address.written,
        "address_key": person.address.key,
        "name": person.name,
        "language": own.get("language", settings().language),
        "career_stage": own.get("career_stage", "open"),
        "work_modes": own["work_modes"],
        "levels": own["levels"],
        "lives_in": own.get("lives_in"),
        "available_from": own.get("available_from"),
        "mails_per_month": own.get("mails_per_month", settings().mails_per_month),
        "time_zone": own.get("time_zone", settings().time_zone),
        "mail_opens": opens,
        "mail_closes": closes,
        "weekdays": own.get("weekdays", EVERY_DAY),
        "pause_until": own.get("pause_until"),
        "created_at": now,
        "confirmed_at": own.get("joined", min(since)),
        "contact_at": own.get("last_contact", max(since)),
    }


def _consent(id: int, proof: Proof) -> Row:
    return {
        "member_id": id, "purpose": proof.purpose, "wording": IMPORTED, "given_at": proof.given_at,
        "given_by": "import", "given_from": proof.way,
    }  # fmt: skip


def _change(id: int, person: Person, now: datetime) -> Row:
    """What their history of changes says of it."""
    purposes = [proof.purpose for proof in person.proofs]
    after = {"name": person.name, "address": person.address.written} | dict.fromkeys(purposes, True)
    return {"member_id": id, "at": now, "by": "import", "before": dict.fromkeys(purposes, False), "after": after}


def _invite(people: Collection[Person], run_id: int, now: datetime) -> None:
    rows = []
    for person in sorted(people, key=lambda each: each.address.key):
        nonce = links.nonce()
        rows.append({
            "import_id": run_id, "address": person.address.written, "address_key": person.address.key,
            "name": person.name, "reason": person.reason, "nonce": nonce,
            "token_hash": links.digest(links.derive("invited", nonce)), "created_at": now,
        })  # fmt: skip
    _add(Invitation, rows)


def _bar(people: Collection[Person], now: datetime) -> None:
    """Their address was blocked where they come from: so it is here."""
    keys = [person.address.key for person in people]
    _add(Suppression, [
        {"address_hash": links.keyed_hash("suppression", key), "reason": "do_not_write", "since": now} for key in keys
    ])  # fmt: skip
    _forget(keys)


def _forget(keys: Collection[str]) -> None:
    """Invitations that are needed no more."""
    gone = delete(Invitation).where(Invitation.address_key.in_(keys))
    db.session.execute(gone.execution_options(synchronize_session=False))
