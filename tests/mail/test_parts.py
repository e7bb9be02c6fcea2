"""Mail with more parts than a mask has bits: a delivery names its own one after the other."""

from datetime import datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.db import db
from portal.mail import outbox, parts
from portal.mail.message import MAX_FIELD, BadRecipient, Frozen, Recipient, prepare, size
from portal.mail.models import Delivery, Fragment
from portal.mail.outbox import Piece, TooLong, Words
from portal.mail.shell import Shell, shell
from tests import factories
from tests.mail.samples import frozen, newsletter, parsed, recipient, text_of, written

MANY = 300


def many(count: int, most: int | None, html: str = "<p>No {n}.</p>", subject: str = "Openings") -> Words:
    """A message of so many pieces."""
    pieces = [Piece(html.format(n=n), f"No {n}.", {"interest": [f"x-{n}"]}, again=True) for n in range(count)]
    return Words("digest", "job_alerts", subject, "Some of them", pieces, "You asked for it.", most=most)


@given(st.lists(st.integers(0, parts.MOST - 1), max_size=40))
def test_positions_survive_being_packed(positions: list[int]) -> None:
    packed = parts.pack(positions)
    assert len(packed) == 2 * len(positions)
    assert parts.unpack(packed) == tuple(positions)
    assert parts.named(0, packed) == tuple(positions)
    assert parts.as_named(positions, b"") == (0, packed)


@given(st.sets(st.integers(0, 62)))
def test_a_mask_names_the_same_positions_in_their_order(positions: set[int]) -> None:
    mask, picks = parts.as_named(positions, None)
    assert picks is None
    assert parts.named(mask, None) == tuple(sorted(positions))


def test_the_higher_octet_comes_first() -> None:
    assert parts.pack([1, 258]) == b"\x00\x01\x01\x02"


def text(message: bytes) -> str:
    return text_of(parsed(message))


def test_a_message_has_the_picked_parts_in_the_order_of_the_picks() -> None:
    pieces = [written(f"Part {n}.") for n in range(MANY)]
    ready = prepare(frozen_of(pieces))
    built = text(ready.build(to(picks=parts.pack([299, 7, 64]))))
    assert [line for line in built.splitlines() if line.startswith("Part")] == ["Part 299.", "Part 7.", "Part 64."]


def test_picks_and_a_mask_that_name_the_same_give_the_same_octets() -> None:
    ready = prepare(newsletter())
    assert ready.build(recipient(mask=0, picks=parts.pack([0, 1, 3]))) == ready.build(recipient(mask=0b1011))


@pytest.mark.parametrize("picks", [parts.pack([4]), b"\x00"], ids=["no such part", "half a position"])
def test_picks_that_name_no_part_fail_this_one_message(picks: bytes) -> None:
    ready = prepare(newsletter())
    with pytest.raises(BadRecipient):
        ready.build(recipient(picks=picks))
    assert ready.build(recipient())


def test_each_layout_is_made_once() -> None:
    ready = prepare(newsletter())
    for n in range(3):
        ready.build(recipient(delivery_id=n, picks=parts.pack([0, 3])))
        ready.build(recipient(delivery_id=n))
    assert set(ready._layouts) == {parts.pack([0, 3]), 0b1011}


def test_the_size_counts_what_one_person_gets_at_most() -> None:
    pieces = [written(f"{'x' * n * 10} end") for n in range(1, 101)]
    whole, few = frozen_of(pieces), frozen_of(pieces[-8:])
    assert size(whole, 8) == size(few) < size(whole)
    assert size(frozen_of([written("Hello [[name|there]]")]), 1) > MAX_FIELD


def test_more_parts_than_a_mask_has_bits_are_frozen_only_for_picks(app: Flask, now: datetime) -> None:
    with pytest.raises(TooLong, match="300 parts"):
        outbox.freeze(many(MANY, None), now)
    mailing = outbox.freeze(many(MANY, 8), now)
    rows = db.session.scalars(select(Fragment).filter_by(mailing_id=mailing.id)).all()
    assert len(rows) == MANY
    assert all(row.again for row in rows)


def test_the_largest_that_somebody_may_get_must_not_be_cut_off(app: Flask, now: datetime) -> None:
    large = "<p>" + "x" * 20_000 + "{n}</p>"
    with pytest.raises(TooLong):
        outbox.freeze(many(20, 8, large), now)
    assert outbox.weigh(many(20, 3, large), now) > 60_000
    outbox.freeze(many(20, 3, large), now)


def test_a_plain_piece_has_a_rule_and_no_link_to_why(app: Flask, now: datetime) -> None:
    rule = {"interest": ["x"]}
    pieces = [Piece("<p>A</p>", "A", rule), Piece("<p>B</p>", "B", rule, plain=True)]
    mailing = outbox.preview(Words("k", "newsletter", "S", "P", pieces, "Why."), now)
    linked, plain = mailing.fragments
    assert b"why_url" in linked.html
    assert b"why_url" not in plain.html
    assert plain.rule == rule


def test_picked_deliveries_are_queued_all_at_once_and_read_back(app: Flask, now: datetime) -> None:
    members = [factories.member() for _ in range(3)]
    mailing = outbox.freeze(many(MANY, 8), now)
    rows = [(mailing.id, member.id, [n, 299 - n]) for n, member in enumerate(members)]
    assert outbox.queue_picked(rows, now) == 3
    assert outbox.queue_picked([], now) == 0
    db.session.commit()
    found = db.session.scalars(select(Delivery).order_by(Delivery.member_id)).all()
    assert [delivery.parts for delivery in found] == [(0, 299), (1, 298), (2, 297)]
    assert {delivery.state for delivery in found} == {"queued"}


def frozen_of(pieces: list[tuple[bytes, bytes]]) -> Frozen:
    return frozen(_around(), pieces)


def _around() -> Shell:
    return shell(
        "list", lang="en", organisation="Fennel & Rowe", postal_address="Rua do Ensaio 1", subject="Openings",
        preheader="Some", reason="You asked for it.",
    )  # fmt: skip


def to(**values: object) -> Recipient:
    return recipient(mask=0, **values)
