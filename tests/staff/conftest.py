"""Passwords are hashed at no cost here; what they cost is looked at in `test_passwords.py`."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from portal.staff.actions import passwords


@pytest.fixture(autouse=True)
def cheap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real hasher, made quick."""
    if "dear" not in request.keywords:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(passwords, "HASHER", hasher)
        monkeypatch.setattr(passwords, "NOBODYS", hasher.hash("nobody's password"))
    return
