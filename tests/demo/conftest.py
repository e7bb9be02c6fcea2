"""A demo's app without its processes: settings that say demo, and a Maildir to put mail into."""

import mailbox
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.config import Config
from tests.conftest import make_config
from tests.pages import PageClient


@pytest.fixture
def demo(config: Config, make_app: Callable[[Config], Flask]) -> Iterator[Flask]:
    """The app of a demo, in its context."""
    app = make_app(make_config(config.var_dir, demo=True))
    with app.app_context():
        yield app


@pytest.fixture
def visitor(demo: Flask) -> PageClient:
    """A browser in the demo that checks every page it gets."""
    client: Any = demo.test_client()
    return client


@pytest.fixture
def catch(demo: Flask, tmp_path: Path) -> Callable[[bytes], str]:
    """Put a mail where the catcher would; returns its name."""
    box = mailbox.Maildir(tmp_path / "maildir")

    def put(data: bytes) -> str:
        return str(box.add(data))

    return put
