"""A content folder of a test's own, and what a person gets of an issue."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from portal.audience.queries import fields
from portal.cli import portal as command
from portal.config import Config
from portal.db import db
from portal.mail import outbox
from portal.mail.message import Recipient
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from tests.conftest import make_config

HEAD = "---\nsubject: Measure twice\npreview: A letter\nsegment: everyone\n---\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small content folder."""
    folder = tmp_path / "content"
    for name in ("issues", "segments", "insights", "pages"):
        (folder / name).mkdir(parents=True)
    (folder / "interests.yml").write_text(
        "groups:\n- slug: data\n  name: Data\n  interests:\n"
        "  - {slug: data-engineering, name: Data engineering}\n  - {slug: calibration, name: Calibration}\n"
    )
    (folder / "places.yml").write_text("places:\n- {slug: lisbon, name: Lisbon, country: PT}\n")
    (folder / "segments" / "everyone.yml").write_text("name: Everyone\nabout: All of us.\nrule: {all: []}\n")
    return folder


@pytest.fixture
def config(config: Config, tmp_path: Path, content: Path) -> Config:
    """Settings with that folder."""
    return make_config(tmp_path, content_dir=content)


@pytest.fixture
def issue(content: Path) -> Callable[..., str]:
    """Write an issue; returns its name."""

    def write(body: str, name: str = "october", head: str = HEAD) -> str:
        (content / "issues" / f"{name}.md").write_text(head + body)
        return name

    return write


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Callable[..., Result]:
    """The `portal` command on this test's instance."""
    config = app.extensions["portal"]
    names = ("base_url", "smtp_url", "mail_from", "org_name", "postal_address", "var_dir", "content_dir")
    values = {name: getattr(config, name) for name in names} | {"secret_key": config.keys[0]}
    values["smtp_url"] = config.smtp_url.get_secret_value()
    settings = tmp_path / "portal.env"
    settings.write_text("\n".join(f'PORTAL_{name.upper()}="{value}"' for name, value in values.items()))

    def run(*words: str) -> Result:
        db.session.commit()
        done = CliRunner().invoke(command, ["--env-file", str(settings), *words])
        db.session.expire_all()
        assert "Traceback" not in done.output
        return done

    return run


@pytest.fixture
def got(app: Flask) -> Callable[[Member], EmailMessage]:
    """What one member gets of the only campaign, as their mail program sees it."""

    def build(member: Member) -> EmailMessage:
        row = db.session.scalars(select(Delivery).filter_by(member_id=member.id)).one()
        person = fields([row.id])[row.id]
        when = datetime(2026, 11, 21, 9).astimezone()
        recipient = Recipient(row.id, person.address, person.name, when, row.mask, person.values)
        data = outbox.sample(db.session.get_one(Mailing, row.mailing_id), recipient)
        return cast(EmailMessage, message_from_bytes(data, policy=default))

    return build
