"""Parts that are asked again when the message is built: what does not hold any more is left out, in the message and in
the row; of nothing at all there is no mail."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import event, literal, select
from sqlalchemy.engine import Engine

from portal import clock
from portal.db import db
from portal.mail import outbox, sending
from portal.mail.encoding import field
from portal.mail.models import Delivery, Mailing
from portal.mail.outbox import Piece, Words
from portal.mail.seams import Tailored
from portal.mail.transport import Transport
from portal.members.models import Member
from tests import factories
from tests.faults.smtp_server import FakeSmtp

Smtp = Callable[..., FakeSmtp]
HOLDS = Callable[[int], Tailored | None]


@pytest.fixture
def holds(app: Flask) -> Iterator[Callable[[HOLDS], list[Sequence[int]]]]:
    """Have a function say what holds of each delivery; gives what was told before each batch."""
    before = app.extensions["outbox"]
    told: list[Sequence[int]] = []

    def use(of: HOLDS) -> list[Sequence[int]]:
        def tailor(ids: Sequence[int], now: datetime) -> Mapping[int, Tailored]:
            return {id: found for id in ids if (found := of(id))}

        app.extensions["outbox"] = replace(before, tailor=tailor, told=lambda found, now: told.append(sorted(found)))
        return told

    yield use
    app.extensions["outbox"] = before


def queued(count: int, now: datetime, again: bool = True, picked: bool = False) -> tuple[Mailing, list[Member]]:
    """Three parts, the last two asked again, to so many members."""
    members = [factories.member(name=f"P{n}", agreed_to=["newsletter"]) for n in range(count)]
    because = f"Because {field('why_0', 'it fits')}."
    parts = ("Hello.", because, "Another.")
    pieces = [Piece(f"<p>{words}</p>", words, again=again and n > 0) for n, words in enumerate(parts)]
    words = Words("newsletter", "newsletter", "S", "P", pieces, "You.", most=3 if picked else None)
    mailing = outbox.freeze(words, now)
    if picked:
        outbox.queue_picked([(mailing.id, member.id, [2, 0, 1]) for member in members], now)
    else:
        outbox.queue_all([mailing], select(literal(mailing.id), Member.id, literal(7)), now, now)
    db.session.commit()
    return mailing, members


def deliver(mailing: Mailing, server: FakeSmtp) -> int:
    with Transport(server.url) as transport:
        return sending.send(mailing.id, transport, clock.now)


def texts(server: FakeSmtp) -> list[list[str]]:
    """The lines of ours in each message."""
    found = []
    for message in server.messages:
        body = message_from_bytes(message.data, policy=default).get_body(("plain",))
        assert body is not None
        lines = body.get_content().splitlines()
        found.append([line for line in lines if line.startswith(("Hello", "Because", "Another"))])
    return found


def of(member: Member) -> Delivery:
    db.session.expire_all()
    return db.session.scalars(select(Delivery).filter_by(member_id=member.id)).one()


@pytest.mark.parametrize(("picked", "order"), [(False, [0, 2]), (True, [2, 0])])
def test_what_does_not_hold_is_left_out_of_message_and_row(
    app: Flask, smtp: Smtp, now: datetime, holds: Callable[[HOLDS], list[Sequence[int]]], picked: bool, order: list[int]
) -> None:
    mailing, (member,) = queued(1, now, picked=picked)
    told = holds(lambda id: Tailored(order, {}))
    with smtp() as server:
        assert deliver(mailing, server) == 1
    words = {0: "Hello.", 2: "Another."}
    assert texts(server) == [[words[position] for position in order]]
    assert of(member).parts == tuple(order)
    assert told == [[of(member).id]]


def test_values_that_only_these_parts_have_are_filled_in(
    app: Flask, smtp: Smtp, now: datetime, holds: Callable[[HOLDS], list[Sequence[int]]]
) -> None:
    mailing, _ = queued(2, now)
    first = db.session.scalars(select(Delivery.id)).first()
    holds(lambda id: Tailored([0, 1], {"why_0": "you chose it"} if id == first else {}))
    with smtp() as server:
        deliver(mailing, server)
    assert [lines[1] for lines in texts(server)] == ["Because you chose it.", "Because it fits."]


def test_when_nothing_holds_there_is_no_mail_and_its_reason_has_a_name(
    app: Flask, smtp: Smtp, now: datetime, holds: Callable[[HOLDS], list[Sequence[int]]]
) -> None:
    mailing, members = queued(3, now)
    second = of(members[1]).id
    holds(lambda id: Tailored([] if id == second else [0, 1, 2], {}))
    with smtp() as server:
        assert deliver(mailing, server) == 2
    assert (of(members[1]).state, of(members[1]).reason) == ("skipped", "nothing_new")
    assert of(members[1]).ended_at is not None
    assert [of(members[n]).state for n in (0, 2)] == ["accepted", "accepted"]
    assert of(members[0]).parts == (0, 1, 2)


def test_whole_batches_of_nothing_end(
    app: Flask, smtp: Smtp, now: datetime, monkeypatch: pytest.MonkeyPatch,
    holds: Callable[[HOLDS], list[Sequence[int]]],
) -> None:  # fmt: skip
    monkeypatch.setattr(sending, "BATCH", 2)
    mailing, members = queued(7, now)
    last = of(members[6]).id
    holds(lambda id: Tailored([0] if id == last else [], {}))
    with smtp() as server:
        assert deliver(mailing, server) == 1
    assert [of(member).state for member in members] == ["skipped"] * 6 + ["accepted"]


def test_what_nobody_can_say_anything_of_waits(
    app: Flask, smtp: Smtp, now: datetime, monkeypatch: pytest.MonkeyPatch,
    holds: Callable[[HOLDS], list[Sequence[int]]],
) -> None:  # fmt: skip
    monkeypatch.setattr(sending, "BATCH", 2)
    mailing, members = queued(5, now)
    fourth = of(members[3]).id
    holds(lambda id: None if id != fourth else Tailored([0, 1, 2], {}))
    with smtp() as server:
        assert deliver(mailing, server) == 1
    assert [of(member).state for member in members] == ["queued"] * 3 + ["accepted"] + ["queued"]


def test_mail_that_is_not_asked_again_pays_nothing(
    app: Flask, smtp: Smtp, now: datetime, holds: Callable[[HOLDS], list[Sequence[int]]]
) -> None:
    mailing, members = queued(2, now, again=False)
    told = holds(lambda id: pytest.fail("nobody was to be asked"))
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with smtp() as server:
            assert deliver(mailing, server) == 2
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert told == []
    assert not any("SET mask" in statement for statement in statements)
    assert [of(member).parts for member in members] == [(0, 1, 2)] * 2
