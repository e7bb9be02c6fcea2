"""The caught mail, read from the catcher's Maildir as it stands, and what the clock would set going."""

import mailbox
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from babel.lists import format_list
from babel.units import format_unit
from sqlalchemy import Row, func, or_, select

from portal.config import settings
from portal.db import db
from portal.languages import gettext as _
from portal.languages import locale, moment
from portal.mail.models import Delivery
from portal.members.models import Member
from portal.members.queries.held import Entry, Section
from portal.newsletter.models import Campaign, Edition

KEY = re.compile(r"(\d{1,12})\.M(\d{1,6})P\d+Q(\d+)\.[\w.\\-]+")
"""The file name that the standard library's Maildir gives: seconds, microseconds, process, count, host."""
ENVELOPE_TO = re.compile(rb"^X-RcptTo: (.*)$", re.MULTILINE)
HEAD_BYTES = 16_384
WAITING = ("queued", "deferred")


@dataclass(frozen=True, slots=True)
class Head:
    """One line of the list of mails."""

    key: str
    to: str
    sender: str
    subject: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Caught:
    """One mail, taken apart. `headers` as they were sent; `links` are (words, address), each address once."""

    head: Head
    envelope_to: str
    headers: str
    text: str
    html: str | None
    links: Sequence[tuple[str, str]]


def maildir() -> Path:
    """Where the catcher puts what it catches."""
    return settings().var_dir / "maildir"


def keys(to: str = "") -> list[str]:
    """The mails, newest first; only those to an address that contains `to`. Opens no file it has opened before."""
    box = _box()
    if box is None:
        return []
    found = sorted(((_order(key), key) for key in box.keys() if KEY.fullmatch(key)), reverse=True)  # noqa: SIM118
    wanted = to.strip().casefold()
    return [key for _, key in found if not wanted or wanted in _envelope_to(path(key))]


def heads(keys: Sequence[str]) -> list[Head]:
    """The lines of these mails."""
    return [_head(path(key)) for key in keys]


def raw(key: str) -> bytes | None:
    """A mail as the catcher wrote it, or None if there is none of that name."""
    box = _box()
    if box is None or not KEY.fullmatch(key) or key not in box:
        return None
    return box.get_bytes(key)


def read(key: str) -> Caught | None:
    """A mail taken apart, or None."""
    data = raw(key)
    if data is None:
        return None
    message = message_from_bytes(data, _class=EmailMessage, policy=policy.default)
    html = _body(message, "html")
    links = _Links(html).found if html else []
    headers = data.split(b"\n\n", 1)[0].decode("ascii", "replace")
    return Caught(_head(path(key)), _envelope_to(path(key)), headers, _body(message, "plain") or "", html, links)


def due(now: datetime) -> int:
    """How many deliveries wait for nothing but a worker."""
    rows = select(func.count()).where(Delivery.state.in_(WAITING), Delivery.not_before <= now)
    return db.session.scalar(rows) or 0


def coming(now: datetime) -> Sequence[Row[str, datetime, int]]:
    """Newsletters still to go out, the next first: (subject, when, how many people)."""
    editions = select(Edition.mailing_id).where(Edition.campaign_id == Campaign.id)
    rows = (
        select(Campaign.subject, Campaign.send_at, func.count(Delivery.id))
        .join(Delivery, or_(Delivery.mailing_id == Campaign.mailing_id, Delivery.mailing_id.in_(editions)))
        .where(Campaign.send_at > now, Campaign.cancelled_at.is_(None), Delivery.state.in_(WAITING))
        .group_by(Campaign.id)
    )
    return db.session.execute(rows.order_by(Campaign.send_at)).all()


def in_words(shift: timedelta) -> str:
    """How far the clock was moved: "35 days and 2 hours", or nothing."""
    counts = {"day": shift.days, "hour": shift.seconds // 3600}
    return format_list([format_unit(n, unit, locale=locale()) for unit, n in counts.items() if n], locale=locale())


def _box() -> "mailbox.Maildir | None":
    try:
        return mailbox.Maildir(maildir(), create=False)
    except mailbox.NoSuchMailboxError:
        return None


def path(key: str) -> Path:
    """The file of a mail."""
    return maildir() / "new" / key


def _order(key: str) -> tuple[int, ...]:
    found = KEY.fullmatch(key)
    return tuple(map(int, found.groups())) if found else ()


@lru_cache(maxsize=50_000)  # a caught mail never changes
def _envelope_to(path: Path) -> str:
    """To whom the mail went, by its envelope; cheap, since a search asks every file."""
    found = ENVELOPE_TO.search(_start(path))
    return found[1].decode("utf-8", "replace").casefold() if found else ""


@lru_cache(maxsize=2_000)
def _head(path: Path) -> Head:
    head = BytesHeaderParser(policy=policy.default).parsebytes(_start(path))
    date = head["Date"].datetime if head["Date"] else None
    return Head(path.name, str(head["To"] or ""), str(head["From"] or ""), str(head["Subject"] or ""), date)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).split(b"\n\n", 1)[0] + b"\n"


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else None


class _Links(HTMLParser):
    """The links of a mail. They stand beside the frame too, because the frame's sandbox lets nobody out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: str | None = None
        self._words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open, self._words = dict(attrs).get("href"), []

    def handle_data(self, data: str) -> None:
        if self._open:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or not self._open:
            return
        known = {address for _, address in self.found}
        if self._open not in known and urlsplit(self._open).scheme in {"http", "https"}:
            self.found.append((" ".join("".join(self._words).split()) or self._open, self._open))
        self._open = None


def held(member: Member, now: datetime) -> list[Section]:
    """What the demo keeps beside what a real Rapport does: the mails that never left this machine."""
    if not settings().demo:
        return []
    found = heads(to_address(member.address))
    entries = [Entry(head.subject, [moment(head.date, member.time_zone)] if head.date else []) for head in found]
    about = _("This is a demo: mails to you were caught on this machine, and anybody can read them here.")
    return [Section("caught", _("Caught mails"), about, entries, [head.subject for head in found])]


def to_address(address: str) -> list[str]:
    """The mails to exactly this address."""
    return [key for key in keys(address) if _envelope_to(path(key)) == address.casefold()]
