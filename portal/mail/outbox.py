"""From words to a frozen message, and a row for everybody it is meant for. `sending.py` takes the rows from there."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, literal, select

from portal.config import settings
from portal.db import changed, db, insert_into
from portal.languages import current, speaking
from portal.mail import message, parts, shell
from portal.mail.encoding import encode_html, encode_text
from portal.mail.models import FREE, MAX_FRAGMENTS, Delivery, Fragment, Mailing, Shell
from portal.queue import enqueue

SENDER_ID = "rapport"
MAX_BYTES = 90_000
"""Most octets of HTML: Gmail cuts a message near 102 KB (E-32)."""


class TooLong(ValueError):
    """The message would be cut off by mail programs. Its text says how much is too much."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message, in both its forms; merge fields stand in it as fields.

    `rule`: who gets it, a rule of audience as JSON holds it, and then it ends in a link to why, unless it is `plain`;
    none: everybody who gets the message. `again`: it is asked once more when the mail is built (`Seams.tailor`).
    """

    html: str
    text: str
    rule: dict[str, Any] | None = None
    again: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What a slice says by mail. `why` is the sentence at the foot that says why one gets it.

    `purpose` is one of audience's; mail for `account` and `applications` has no list links. `pieces` are sent in
    order, each to those whose delivery names it. `rule` and `segment` (its slug) say whom all of it is for,
    `about` what it says ("issue:…"): nobody gets two mails about the same.
    `lang` is the language that is spoken where they are made. `most`: each gets at most so many of the pieces, named by
    picks instead of a mask, so that there may be more of them than MAX_FRAGMENTS.
    """

    kind: str
    purpose: str
    subject: str
    preheader: str
    pieces: Sequence[Piece]
    why: str
    lang: str = field(default_factory=current)
    from_name: str | None = None
    reply_to: str | None = None
    list_name: str | None = None
    browser_url: str | None = None
    rule: dict[str, Any] | None = None
    segment: str | None = None
    about: str | None = None
    most: int | None = None


def freeze(words: Words, now: datetime) -> Mailing:
    """Keep a message as it will be sent; nothing changes it from here on. Raises TooLong, ValueError.

    The mailing has its id; its deliveries come by `queue_one` or `queue_all`.
    """
    mailing = _mailing(words, _kept(_around(words)), now)
    size = message.size(frozen(mailing), words.most)
    if size > MAX_BYTES:
        raise TooLong(f"The mail is {size // 1000} KB; the most is {MAX_BYTES // 1000} KB: shorten it or split it.")
    db.session.add(mailing)
    db.session.flush()
    return mailing


def weigh(words: Words, now: datetime) -> int:
    """The most octets of HTML that anybody would get, without keeping anything. Raises TooLong for too many parts."""
    return message.size(frozen(preview(words, now)), words.most)


def preview(words: Words, now: datetime) -> Mailing:
    """The mailing that `freeze` would keep, kept nowhere: to be looked at. Raises TooLong for too many parts."""
    return _mailing(words, _around(words), now)


def _mailing(words: Words, around: Shell, now: datetime) -> Mailing:
    limit = MAX_FRAGMENTS if words.most is None else parts.MOST
    if len(words.pieces) > limit:
        raise TooLong(f"The message has {len(words.pieces)} parts that differ by person; the most is {limit}.")
    config, account = settings(), words.purpose == "account"
    with speaking(words.lang):
        encoded = [_encoded(i, piece) for i, piece in enumerate(words.pieces)]
    return Mailing(
        uid=secrets.token_hex(5),
        kind=words.kind,
        purpose=words.purpose,
        subject=words.subject,
        from_name=words.from_name or config.org_name,
        from_address=config.account_from if account else config.mail_from,
        reply_to=words.reply_to or (config.mail_from if account else None),
        domain=config.mail_domain,
        list_name=words.list_name,
        segment=words.segment,
        rule=words.rule,
        about=words.about,
        shell=around,
        created_at=now,
        fragments=[
            Fragment(position=i, html=html, text=text, rule=piece.rule, again=piece.again)
            for i, (piece, (html, text)) in enumerate(zip(words.pieces, encoded, strict=True))
        ],
    )


def _encoded(position: int, piece: Piece) -> tuple[bytes, bytes]:
    return shell.encode_fragment(piece.html, piece.text, None if piece.rule is None or piece.plain else position)


def _around(words: Words) -> Shell:
    """This message's shell, kept nowhere yet."""
    around = shell.shell(
        "account" if words.purpose in FREE else "list",
        lang=words.lang,
        organisation=settings().org_name,
        postal_address=settings().postal_address,
        subject=words.subject,
        preheader=words.preheader,
        reason=words.why,
        view_url=words.browser_url,
    )
    sides = {
        "html_before": encode_html(around.html_before),
        "html_after": encode_html(around.html_after),
        "text_before": encode_text(around.text_before),
        "text_after": encode_text(around.text_after),
    }
    return Shell(digest=hashlib.sha256(b"\0\0".join(sides.values())).digest(), **sides)


def _kept(shell: Shell) -> Shell:
    """The row of a shell, shared by every message that looks the same."""
    sides = {name: getattr(shell, name) for name in ("html_before", "html_after", "text_before", "text_after")}
    row = insert_into(Shell).values(digest=shell.digest, **sides)
    db.session.execute(row.on_conflict_do_nothing())  # another may just have
    return db.session.scalars(select(Shell).filter_by(digest=shell.digest)).one()


def frozen(mailing: Mailing) -> message.Frozen:
    """A mailing's row as what `message.prepare` takes."""
    bulk = mailing.purpose not in FREE
    return message.Frozen(
        from_name=mailing.from_name,
        from_address=mailing.from_address,
        reply_to=mailing.reply_to,
        subject=mailing.subject,
        kind=mailing.kind,
        uid=mailing.uid,
        domain=mailing.domain,
        list_id=f"{mailing.purpose.replace('_', '-')}.{mailing.domain}" if bulk else None,
        list_name=mailing.list_name or mailing.from_name,
        feedback_id=f"{mailing.uid}:{mailing.kind}:{mailing.domain}:{SENDER_ID}" if bulk else None,
        one_click=bulk,
        bulk=mailing.kind == "newsletter",
        html_before=mailing.shell.html_before,
        html_after=mailing.shell.html_after,
        text_before=mailing.shell.text_before,
        text_after=mailing.shell.text_after,
        fragments=tuple((f.html, f.text) for f in mailing.fragments),
    )


def sample(mailing: Mailing, recipient: message.Recipient, mask: int | None = None) -> bytes:
    """The bytes that one recipient would get, for looking at."""
    ready = message.prepare(frozen(mailing))
    return ready.build(recipient if mask is None else replace(recipient, mask=mask))


def queue_one(mailing: Mailing, member_id: int, now: datetime) -> Delivery:
    """Queue a message for one person, whole, and wake the worker when this is committed."""
    delivery = Delivery(
        mailing_id=mailing.id,
        member_id=member_id,
        state="queued",
        mask=(1 << len(mailing.fragments)) - 1,
        not_before=now,
    )
    db.session.add(delivery)
    db.session.flush()
    enqueue("mail.send", mailing.id)
    return delivery


def queue_staff(mailing: Mailing, recruiter_ids: Collection[int], now: datetime, mask: int | None = None) -> int:
    """Queue a message, whole or with the parts of a mask, for people at the desk: a copy to look at, or a mail about an
    account there. No consent, budget or hours stand against it, only that somebody has left. Returns for how many."""
    all_or_some = (1 << len(mailing.fragments)) - 1 if mask is None else mask
    db.session.add_all(
        Delivery(mailing_id=mailing.id, recruiter_id=id, state="queued", mask=all_or_some, not_before=now)
        for id in sorted(set(recruiter_ids))
    )
    db.session.flush()
    enqueue("mail.send", mailing.id)
    return len(set(recruiter_ids))


def queue_all(
    mailings: Sequence[Mailing], chosen: Select[*tuple[Any, ...]], not_before: datetime, now: datetime
) -> int:
    """A row for everybody in `chosen`, a SELECT of (mailing id, member id, mask of fragments), by one INSERT … SELECT:
    nobody is missed or taken twice, however many mailings (one a language) they are divided among (P6). A fourth column
    says from when on somebody may get it, if that is not `not_before`, the first of these times, for all.

    Who may not be written to is found out when it is due, not now: much can change until then.
    """
    people = chosen.subquery()
    mailing_id, member_id, mask, *turn = people.c
    begins = turn[0] if turn else literal(not_before, Delivery.not_before.type)
    rows = select(mailing_id, member_id, literal("queued"), mask, begins, literal(0))
    columns = ["mailing_id", "member_id", "state", "mask", "not_before", "attempts"]
    ordered = rows.order_by(member_id)  # as the indexes stand: four times as quick on SQLite
    count = changed(insert(Delivery).from_select(columns, ordered))
    for mailing in mailings if not_before <= now else ():
        enqueue("mail.send", mailing.id)
    return count


def queue_picked(rows: Iterable[tuple[int, int, Sequence[int]]], now: datetime) -> int:
    """A row for each (mailing id, member id, positions of fragments in the order in which they are shown). Returns how
    many; wakes the worker when this is committed."""
    common = {"state": "queued", "mask": 0, "not_before": now, "attempts": 0}
    given = [(mailing_id, member_id, parts.pack(positions)) for mailing_id, member_id, positions in rows]
    names = ("mailing_id", "member_id", "picks")
    if given:
        db.session.execute(insert(Delivery), [dict(zip(names, row, strict=True)) | common for row in given])
    for mailing_id in sorted({row[0] for row in given}):
        enqueue("mail.send", mailing_id)
    return len(given)
