"""The journal of erasures: outside the database, before the commit, replayed after an older backup was put back."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from portal import links
from portal.audience.actions.erase import lift
from portal.audience.actions.replay import Replayed, replay
from portal.audience.models import Suppression
from portal.cli import portal as command
from portal.config import Config, settings
from portal.db import db, scrub
from portal.members.actions import journal
from portal.members.actions.erase import erase
from portal.members.models import Member
from tests import factories
from tests.privacy.everything import NEEDLES, somebody
from tests.privacy.scanning import found_in, in_tables


def members() -> int:
    return db.session.scalar(select(func.count()).select_from(Member)) or 0


def gone(member: Member, now: datetime) -> None:
    erase(member, "you", now)
    db.session.commit()


def test_an_older_backup_does_not_bring_people_back(
    config: Config, make_app: Callable[[Config], Flask], now: datetime
) -> None:
    file, backup = config.var_dir / "portal.db", config.var_dir / "backup.db"
    with make_app(config).app_context():
        member = somebody(now)
        db.session.commit()
        scrub()
        shutil.copy(file, backup)
        gone(member, now)
        db.session.remove()
        db.engine.dispose()
    for log in config.var_dir.glob("portal.db-*"):
        log.unlink()
    shutil.move(backup, file)

    with make_app(config).app_context():
        assert in_tables(NEEDLES)  # they are back
        assert replay(now) == Replayed(1, 0, 0)
        db.session.commit()
        assert in_tables(NEEDLES) == []
        assert members() == 1  # Jonas
        assert replay(now) == Replayed(0, 0, 0)


def test_a_line_says_nothing_about_a_person_and_is_there_before_the_commit(app: Flask, now: datetime) -> None:
    member = somebody(now)
    db.session.commit()
    id = member.id
    erase(member, "you", now)
    raw = journal.path().read_bytes()
    assert json.loads(raw).keys() == {"at", "member", "hash"}
    assert json.loads(raw)["member"] == id
    assert found_in(raw, NEEDLES) == set()
    assert journal.path().stat().st_mode & 0o077 == 0
    db.session.rollback()


def test_number_and_hash_must_both_fit(app: Flask, now: datetime) -> None:
    """Numbers are given anew after an older backup was put back, and people come back by themselves."""
    ana, jonas = factories.member(address="ana@example.org"), factories.member(address="jonas@example.org")
    late = factories.member(address="late@example.org", created_at=now + timedelta(days=1))
    of = {person: links.keyed_hash("suppression", person.address_key) for person in (ana, jonas, late)}
    journal.write(journal.Line(now, ana.id, of[jonas]))
    journal.write(journal.Line(now, ana.id + 1000, of[ana]))
    journal.write(journal.Line(now, late.id, of[late]))
    assert replay(now) == Replayed(0, 3, 1)
    assert members() == 3


def test_a_restore_brings_the_hash_back_that_keeps_imports_out_unless_they_came_back(app: Flask, now: datetime) -> None:
    ana = factories.member(address="ana@example.org")
    gone(ana, now)
    db.session.delete(db.session.scalars(select(Suppression)).one())
    assert replay(now) == Replayed(0, 1, 0)
    lift("ana@example.org", now)
    assert db.session.scalars(select(Suppression)).all() == []
    assert replay(now) == Replayed(0, 0, 0)


def test_half_a_line_after_a_power_cut_spoils_no_other(app: Flask, now: datetime) -> None:
    journal.path().write_bytes(b'{"at": "2026-01-0')
    gone(factories.member(), now)
    assert [line.member is not None for line in journal.read()] == [True]


def test_without_a_journal_nobody_is_erased(app: Flask, now: datetime) -> None:
    member = factories.member()
    db.session.commit()
    journal.path().mkdir()
    with pytest.raises(journal.JournalError, match="cannot be written"):
        erase(member, "you", now)
    db.session.rollback()
    assert members() == 1


def test_the_command_says_how_many(app: Flask, config: Config, tmp_path: Path, now: datetime) -> None:
    member = factories.member(address="ana@example.org")
    journal.write(journal.Line(now, member.id, links.keyed_hash("suppression", "ana@example.org")))
    db.session.commit()
    env = {f"PORTAL_{name.upper()}": value for name, value in _settings(config).items()}
    done = CliRunner().invoke(command, ["db", "replay-erasures"], env=env, catch_exceptions=False)
    assert done.output.startswith("Erased again: 1. Addresses kept out again: 0.") or "Erased again: 1." in done.output
    assert members() == 0
    assert settings().var_dir == tmp_path


def _settings(config: Config) -> dict[str, str]:
    return {
        "base_url": config.base_url,
        "secret_key": config.secret_key.get_secret_value(),
        "smtp_url": config.smtp_url.get_secret_value(),
        "mail_from": config.mail_from,
        "org_name": config.org_name,
        "postal_address": config.postal_address,
        "var_dir": str(config.var_dir),
    }
