"""One app for property tests, whose examples can't each have a fixture."""

import tempfile
from functools import cache
from pathlib import Path

from flask import Flask

from portal import create_app
from tests.conftest import make_config


@cache
def shared_app() -> Flask:
    """An app that no example changes."""
    return create_app(make_config(Path(tempfile.mkdtemp())))
