"""Fixtures of the mail tests: a fake relay and a transport that talks to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from portal.mail.transport import Transport
from tests.faults.smtp_server import FakeSmtp


@pytest.fixture
def transport() -> Iterator[Callable[..., Transport]]:
    """A transport to a fake server, closed at the end. Its timeouts are short, so that a hang takes a second."""
    with ExitStack() as opened:

        def connect(server: FakeSmtp, **options: Any) -> Transport:
            options = {"hostname": "rapport.example.org", "command_timeout": 1, "content_timeout": 1} | options
            return opened.enter_context(Transport(options.pop("url", server.url), **options))

        yield connect
