"""Passwords are hashed at no cost here; what they cost is looked at in `test_passwords.py`."""

import pytest
from argon2 import PasswordHasher

from portal.staff.actions import passwords


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hasher, made quick."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "NOBODYS", hasher.hash("nobody's password"))
