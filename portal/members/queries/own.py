"""What this slice holds about a member: the account, where one is signed in, links in mails, the download itself."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Row, literal, null, select

from portal.db import db
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import moment
from portal.members.models import AccountLink, Archive, Member, Renewal, SignInRequest
from portal.members.queries.addresses import shown
from portal.members.queries.held import Data, Entry, Section
from portal.sessions import BrowserSession

TABLES = (
    "member", "member_word", "words_due", "change", "account_link", "sign_in_request", "browser_session", "archive",
    "renewal",
)  # fmt: skip
LINKS = {
    "asked": _l("A request to sign in that we have not answered yet"),
    "confirm": _l("A link to confirm that you join"),
    "sign_in": _l("A link to sign in"),
    "already_in": _l("A link to sign in, as you were a member already"),
    "raise": _l("A link to ask for more mail"),
    "address": _l("A link to change to another address"),
    "address_back": _l("A link to change back to the address you had"),
    "demo": _l("A link to look around as you, in the demo"),
}


def export(member: Member, now: datetime) -> list[Section]:
    """Everything of the account. What changed is told by audience, which knows what it is called."""
    both = select(Archive, Renewal).select_from(Member).where(Member.id == member.id)
    both = both.outerjoin(Archive, Archive.member_id == Member.id).outerjoin(Renewal, Renewal.member_id == Member.id)
    archive, renewal = db.session.execute(both).first() or (None, None)
    return [
        _account(member, renewal or Renewal()), _browsers(member), _links(member), _archive(archive, member.time_zone)
    ]  # fmt: skip


def iso(value: datetime | None) -> str | None:
    """A time as it stands in the JSON."""
    return value.isoformat() if value else None


def _account(member: Member, asked: Renewal) -> Section:
    zone = member.time_zone
    times = [
        (_("You asked to join"), member.created_at),
        (_("You confirmed"), member.confirmed_at),
        (_("You last did something here"), member.contact_at),
        (_("We asked whether to keep you"), asked.first_at),
        (_("We asked a last time"), asked.last_at),
        (_("You said that we may keep you"), asked.kept_at),
    ]
    entries = [
        Entry(_("Name"), [member.name]),
        Entry(_("Mail address"), [shown(member.address)]),
        *(Entry(name, [moment(at, zone)]) for name, at in times if at),
        Entry(_("Your number"), [_("%(number)s. It stands in the links of your mails.", number=member.id)]),
    ]
    data: Data = {
        "member": member.id,
        "name": member.name,
        "address": member.address,
        "joined_at": iso(member.created_at),
        "confirmed_at": iso(member.confirmed_at),
        "last_contact_at": iso(member.contact_at),
        "asked_to_keep_at": iso(asked.first_at),
        "asked_last_at": iso(asked.last_at),
        "kept_at": iso(asked.kept_at),
    }
    about = _("Who you are here. You told us when you joined.")
    return Section("account", _("Your account"), about, entries, data)


def _browsers(member: Member) -> Section:
    rows = select(BrowserSession).filter_by(member_id=member.id).order_by(BrowserSession.seen_at.desc())
    found, zone = list(db.session.scalars(rows)), member.time_zone
    entries = [Entry(row.called, [_seen(row, zone), _("From the network %(net)s.", net=row.network)]) for row in found]
    data: Data = [
        {
            "browser": row.browser,
            "network": row.network,
            "started_at": iso(row.started_at),
            "seen_at": iso(row.seen_at),
            "ended_at": iso(row.ended_at),
        }
        for row in found
    ]
    about = _("Kept so that you can see and end them; deleted once they are over.")
    return Section("browsers", _("Where you are signed in"), about, entries, data)


def _seen(row: BrowserSession, zone: str) -> str:
    since, last = moment(row.started_at, zone), moment(row.seen_at, zone)
    if row.ended_at:
        return _("Signed in %(since)s, ended %(end)s.", since=since, end=moment(row.ended_at, zone))
    return _("Signed in %(since)s, last used %(last)s.", since=since, last=last)


def _links(member: Member) -> Section:
    """Links that were mailed, and requests for one that the worker has not answered yet. Never the secrets."""
    row = AccountLink
    mailed = select(row.purpose, row.created_at, row.expires_at, row.used_at, row.network, row.code_tries)
    nothing = null().cast(row.used_at.type)
    asked = select(literal("asked"), SignInRequest.asked_at, nothing, nothing, SignInRequest.network, literal(0))
    both = mailed.filter_by(member_id=member.id).union_all(asked.filter_by(address_key=member.address_key))
    found = db.session.execute(both.order_by(row.created_at.desc())).all()
    entries = [Entry(str(LINKS.get(each.purpose, each.purpose)), list(_link(each, member.time_zone))) for each in found]
    data: Data = [
        {
            "purpose": each.purpose,
            "created_at": iso(each.created_at),
            "expires_at": iso(each.expires_at),
            "used_at": iso(each.used_at),
            "network": each.network,
            "wrong_codes": each.code_tries,
        }
        for each in found
    ]
    about = _("Links that we mailed you. Each works once, and is deleted a week after it was used or ran out.")
    return Section("links", _("Links to sign in"), about, entries, data)


def _link(row: Row[str, datetime, datetime | None, datetime | None, str, int], zone: str) -> Iterator[str]:
    asked = moment(row.created_at, zone)
    yield _("Asked for on %(when)s, from the network %(net)s.", when=asked, net=row.network)
    if row.used_at:
        yield _("Used on %(when)s.", when=moment(row.used_at, zone))
    elif row.expires_at:
        yield _("Not used; good until %(when)s.", when=moment(row.expires_at, zone))


def _archive(row: Archive | None, zone: str) -> Section:
    entries = [Entry(_("You asked for it"), [moment(row.asked_at, zone)])] if row else []
    if row and row.built_at:
        entries.append(Entry(_("It was made"), [moment(row.built_at, zone)]))
    data: Data = {"asked_at": iso(row.asked_at), "made_at": iso(row.built_at), "bytes": row.size} if row else None
    about = _("The file with all of this. It is deleted seven days after it was made.")
    return Section("archive", _("Your download"), about, entries, data)
