"""An instance with a content folder of the test's own, and the `portal` command on it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import portal
from portal.config import Config
from tests.conftest import make_config
from tests.content import folders
from tests.content.running import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folders.make(tmp_path)


@pytest.fixture
def config(config: Config, folder: Path) -> Config:
    """Settings with that folder."""
    return make_config(config.var_dir, content_dir=folder)


@pytest.fixture
def run(config: Config, tmp_path: Path) -> Run:
    """The command, on this test's settings; in a process of its own it would say the same."""
    names = ("base_url", "mail_from", "org_name", "postal_address", "trusted_hosts", "var_dir", "content_dir")
    values = {name: getattr(config, name) for name in names}
    values |= {"secret_key": config.keys[-1], "smtp_url": config.smtp_url.get_secret_value()}
    file = tmp_path / "portal.env"
    file.write_text("".join(f'PORTAL_{name.upper()}="{value}"\n' for name, value in values.items()))

    def run(*words: str) -> Result:
        done = CliRunner().invoke(portal, ["--env-file", str(file), *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run
