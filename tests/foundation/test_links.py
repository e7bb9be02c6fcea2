"""Signed and secret tokens: bound to their purpose, and valid for years through a rotation of keys."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import links
from portal.config import Config
from tests.conftest import KEY, make_config

NEW = "another-key-for-tests-9876543210-zyxwvut"


@pytest.fixture
def rotated(tmp_path: Path, make_app: Callable[[Config], Flask]) -> Flask:
    """An app after its key was changed."""
    return make_app(make_config(tmp_path, secret_key=NEW, secret_keys_old=KEY))


def test_a_token_says_its_value_for_its_purpose_only(app: Flask) -> None:
    token = links.sign("unsubscribe", "2an")
    assert links.verify("unsubscribe", token) == "2an"
    assert links.verify("preferences", token) is None


@given(st.text(max_size=40))
def test_nothing_else_is_taken_for_a_token(text: str) -> None:
    from tests.foundation.conftest import shared_app

    with shared_app().app_context():
        assert links.verify("unsubscribe", text) is None


def test_each_octet_of_a_token_counts(app: Flask) -> None:
    token = links.sign("unsubscribe", "2an")
    for at in range(len(token)):
        other = "A" if token[at] != "A" else "B"
        changed = token[:at] + other + token[at + 1 :]
        if at == len(token) - 1:
            continue  # the last letter of base64 may hold bits that mean nothing
        assert links.verify("unsubscribe", changed) is None, at


def test_the_address_stays_short_enough_for_its_header(app: Flask) -> None:
    token = links.sign("unsubscribe", f"{10_000_000:x}n")
    assert len(f"https://careers.somecompany.example/unsubscribe/{token}") < 75


def test_old_links_survive_a_new_key(app: Flask, rotated: Flask) -> None:
    token, secret = links.sign("unsubscribe", "2an"), links.derive("confirm", "nonce")
    stored, known = links.digest(secret), links.keyed_hash("address", "a@example.org")
    with rotated.app_context():
        assert links.verify("unsubscribe", token) == "2an"
        assert links.derive("confirm", "nonce", stored) == secret
        assert known in links.keyed_hashes("address", "a@example.org")
        assert links.sign("unsubscribe", "2an") != token, "the old key verifies, it never signs"


def test_a_key_that_is_gone_is_gone(app: Flask, tmp_path: Path, make_app: Callable[[Config], Flask]) -> None:
    token, secret = links.sign("unsubscribe", "2an"), links.derive("confirm", "nonce")
    with make_app(make_config(tmp_path, secret_key=NEW)).app_context():
        assert links.verify("unsubscribe", token) is None
        with pytest.raises(LookupError):
            links.derive("confirm", "nonce", links.digest(secret))
