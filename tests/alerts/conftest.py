"""What these tests share."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that reaches a database."""
    said: list[str] = []
    listener = lambda *args: said.append(args[2])  # noqa: E731
    event.listen(Engine, "before_cursor_execute", listener)
    yield said
    event.remove(Engine, "before_cursor_execute", listener)
