"""What this slice holds about a member: what they chose and agreed to, who changed it, what was asked in their name.
What was sent to them is in `sent.py`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Row, literal, null, select, union_all

from portal.audience.models import AddressChange, Consent, Invitation, JoinRequest, Suppression
from portal.audience.queries import sent
from portal.audience.queries.preferences import Preferences, changed, of, values
from portal.audience.queries.said import value
from portal.audience.queries.suppressions import of_address
from portal.audience.queries.wording import sentence
from portal.audience.queries.words import PURPOSE_WORDS, TITLES
from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import moment
from portal.members.models import Change, Member
from portal.members.queries import changes
from portal.members.queries.held import Data, Entry, Section
from portal.members.queries.own import iso

TABLES = (
    "profile", "member_interest", "member_place", "member_team", "member_skill", "eligibility", "slot", "consent",
    "join_request", "suppression", "address_change", "invitation", "delivery", "mailing", "fragment", "mail_shell",
    "reply",
)  # fmt: skip
WAYS = {
    "join": _l("with the form to join"),
    "preferences": _l("on your preferences"),
    "unsubscribe": _l("with the link in a mail"),
    "one-click": _l("with the button of your mail program"),
    "import": _l("before we had this site"),
    "why": _l("on the page that says why you got a mail"),
}
BY = {
    "you": _l("You, signed in"),
    "link": _l("Somebody with the link in a mail to you"),
    "import": _l("We, when people were brought here from a file"),
    "retention": _l("We, when your data had been here long enough"),
}
OWN = {"name": _l("Name"), "address": _l("Mail address")}
KINDS = {
    "join": _l("A request to join with your address"),
    "address": _l("Another address that was asked for"),
    "invitation": _l("An invitation that nobody mailed"),
    "bounced": _l("We write nothing: mail to your address came back"),
    "complained": _l("We write nothing but about your account: a mail of ours was reported as unwanted"),
    "do_not_write": _l("We write nothing but about your account: somebody asked us not to"),
    "erased": _l("You had been erased once"),
}


def export(member: Member, now: datetime) -> list[Section]:
    """Everything, the most asked for first."""
    consents = db.session.scalars(select(Consent).filter_by(member_id=member.id).order_by(Consent.id.desc())).all()
    chosen = of(member, consents={row.purpose: row for row in consents if row.withdrawn_at is None})
    told = _consents(consents, member.time_zone)
    return [_chosen(chosen), told, *sent.export(member), _changes(member, chosen, now), _asked(member)]


def _chosen(p: Preferences) -> Section:
    whole = {name: list(_whole(name, p)) or [value(name, p)] for name in TITLES}
    entries = [Entry(str(title), whole[name]) for name, title in TITLES.items()]
    about = _(
        "What you told us, and what follows from it: whether you may be written to now. "
        "Your pay floor is compared with openings and shown to nobody."
    )
    return Section("preferences", _("Your preferences"), about, entries, values(p))


def _whole(name: str, p: Preferences) -> Iterator[str]:
    """The whole of what a sentence would shorten."""
    if name in ("interests", "places", "unwanted_teams", "hidden_teams"):
        yield from (entry.name for entry in getattr(p, name) if entry.chosen)
    elif name == "skills":
        yield from p.skills
    elif name in ("hidden_people", "next_wish"):
        yield from getattr(p, name).splitlines()


def _consents(found: Sequence[Consent], zone: str) -> Section:
    entries = [Entry(str(PURPOSE_WORDS[row.purpose]), list(agreed(row, zone))) for row in found]
    data: Data = [
        {
            "purpose": row.purpose,
            "wording": row.wording,
            "words": words(row),
            "given_at": iso(row.given_at),
            "given_by": row.given_by,
            "given_from": row.given_from,
            "withdrawn_at": iso(row.withdrawn_at),
            "withdrawn_by": row.withdrawn_by,
            "withdrawn_from": row.withdrawn_from,
        }
        for row in found
    ]
    about = _(
        "Without an agreement we send you nothing but what your account needs. You can take each back at any time."
    )
    return Section("consents", _("What you agreed to"), about, entries, data)


def words(row: Consent) -> str:
    """The very words that were agreed to."""
    return sentence(row.purpose, settings().org_name, row.wording, way=row.given_from)


def agreed(row: Consent, zone: str) -> Iterator[str]:
    """An agreement in sentences: what, when, how, and whether it still holds."""
    yield _("“%(words)s”", words=words(row))
    way = str(WAYS.get(row.given_by, row.given_by))
    yield _("Given on %(when)s, %(way)s.", when=moment(row.given_at, zone), way=way)
    if row.given_from:
        yield _("What we noted of where: %(net)s.", net=row.given_from)
    if row.withdrawn_at:
        way = str(WAYS.get(row.withdrawn_by or "", row.withdrawn_by or ""))
        yield _("Taken back on %(when)s, %(way)s.", when=moment(row.withdrawn_at, zone), way=way)
    else:
        yield _("It holds until you take it back.")


def _changes(member: Member, chosen: Preferences, now: datetime) -> Section:
    found = changes.of_member(member.id)
    entries = []
    for row in found:
        said = [line for name in row.after if (line := _change(name, row, chosen, now))]
        when = _("%(when)s. %(who)s.", when=moment(row.at, member.time_zone), who=str(BY.get(row.by, row.by)))
        entries.append(Entry(when, [*said, _("Taken back later.")] if row.undone_at else said))
    data: Data = [
        {"at": iso(row.at), "by": row.by, "before": row.before, "after": row.after, "undone_at": iso(row.undone_at)}
        for row in found
    ]
    about = _("Kept so that you can see who changed what, and take it back.")
    return Section("changes", _("Who changed what"), about, entries, data)


def _change(name: str, row: Change, chosen: Preferences, now: datetime) -> str:
    """One changed field in words: "Level: any level → Senior"."""
    title = str(TITLES.get(name) or OWN.get(name) or name)
    said = [_said(name, side[name], chosen, now) for side in (row.before, row.after) if name in side]
    return f"{title}: {' → '.join(said)}"


def _said(name: str, plain: Any, chosen: Preferences, now: datetime) -> str:
    if name not in TITLES or name == "next_wish":
        return str(plain or "–")
    return value(name, changed(chosen, {name: plain}, now))


def _asked(member: Member) -> Section:
    found = db.session.execute(_requests(member)).all()
    entries = [Entry(str(KINDS.get(row.kind, row.kind)), list(_request(row, member.time_zone))) for row in found]
    data: Data = [
        {"kind": row.kind, "at": iso(row.at), "address": row.address, "name": row.name, "network": row.network}
        for row in found
    ]
    about = _("What was asked for with your address, and what keeps us from writing to it.")
    return Section("requests", _("Requests and stops"), about, entries, data)


def _request(row: "Row[str, datetime, str | None, str | None, str | None]", zone: str) -> Iterator[str]:
    yield moment(row.at, zone)
    if row.address:
        yield _("Address: %(address)s.", address=row.address)
    if row.name:
        yield _("Name: %(name)s.", name=row.name)
    if row.network:
        yield _("From the network %(net)s.", net=row.network)


def _requests(member: Member) -> "CompoundSelect[str, datetime, str | None, str | None, str | None]":
    """What refers to a member or to their address, in one statement: what, when, which address and name, whence."""
    join, wish, invited, stop = JoinRequest, AddressChange, Invitation, Suppression
    nothing = null().cast(join.name.type)
    both = [
        select(literal("join").label("kind"), join.asked_at.label("at"), join.address, join.name, join.network).where(
            (join.member_id == member.id) | (join.address == member.address)
        ),
        select(literal("address"), wish.asked_at, wish.address, nothing, wish.network).where(
            wish.member_id == member.id
        ),
        select(literal("invitation"), invited.created_at, invited.address, invited.name, nothing).where(
            invited.address_key == member.address_key
        ),
        select(stop.reason, stop.since, nothing, nothing, nothing).where(of_address(member.address_key)),
    ]
    return union_all(*both)
