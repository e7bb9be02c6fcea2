"""An instance with a content folder of the test's own."""

from pathlib import Path

import pytest

from portal.config import Config
from tests.conftest import make_config
from tests.content import folders
from tests.jobs import openings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With all that an opening names."""
    return openings.furnish(folders.make(tmp_path))


@pytest.fixture
def config(config: Config, folder: Path) -> Config:
    """Settings with that folder."""
    return make_config(config.var_dir, content_dir=folder)
