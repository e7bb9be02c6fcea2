"""Who changes what the short rows are made of brings them up to date: in every module, at once, and on upgrading."""

import ast
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from pydantic import SecretStr
from sqlalchemy import text

from portal.audience.actions import consent, eligibility
from portal.audience.models import Eligibility
from portal.audience.models.eligibility import CONSENT_BITS
from portal.audience.queries.wording import CURRENT
from portal.config import Config
from portal.db import db
from tests import factories
from tests.audience.people import NOW
from tests.audience.test_eligibility_rows import rows, truth
from tests.conftest import make_config

PORTAL = Path(__file__).resolve().parents[2] / "portal"
TRUTH = {"Member", "Consent", "Suppression", "Slot", "MemberInterest", "MemberPlace", "choice"}
"""Tables that the rows are made of; `choice`, as a variable, is one of the last two."""
WRITES = {"insert", "update", "delete", "insert_into", "_insert", "_add"}
BLOCKS = {"consent.give", "consent.withdraw", "rhythm.keep", "choose", "slots.take", "slots.give_back"}
"""Actions that write and leave the refresh to whoever calls them, who does it once when all is done."""
REFRESHES = {"eligibility.refresh", "kept", "preferences.save", "save"}
WITHOUT = {
    "audience/actions/choices.py": "a block",
    "audience/actions/consent.py": "a block",
    "audience/actions/rhythm.py": "a block",
    "audience/actions/erase.py": "the person goes, and their row with them",
    "members/actions/account.py": "deletes who never confirmed",
    "members/actions/contact.py": "when they were last here is in no row",
    "members/actions/erase.py": "the person goes, and their row with them",
}


def called(node: ast.expr) -> str:
    """`eligibility.refresh` of a call to it."""
    return ast.unparse(node)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def changes(call: ast.Call) -> bool:
    """Whether a call changes what rows are made of."""
    name = called(call.func)
    on_table = name in WRITES and bool(call.args) and called(call.args[0]).split(".")[0] in TRUTH
    return on_table or name in BLOCKS


def test_every_module_that_changes_the_truth_brings_the_rows_up_to_date() -> None:
    changing = {}
    for path in sorted(PORTAL.rglob("*.py")):
        found = list(calls(path))
        if any(map(changes, found)):
            changing[str(path.relative_to(PORTAL))] = any(called(call.func) in REFRESHES for call in found)
    assert {module for module, refreshes in changing.items() if not refreshes} == set(WITHOUT)
    assert len(changing) > len(WITHOUT) + 5, "the search finds what it looks for"


@pytest.mark.postgres
def test_of_two_at_once_the_second_sees_what_the_first_did(
    config: Config, postgres_migrated: str, make_app: Callable[[Config], Flask]
) -> None:
    app = make_app(config.model_copy(update={"database_url": SecretStr(postgres_migrated)}))
    with app.app_context():
        id = factories.member().id
        db.session.commit()

        def agree(purpose: str) -> None:
            consent.give(id, purpose, CURRENT, "join", "", NOW)
            eligibility.refresh([id])

        def meanwhile() -> None:
            with app.app_context():
                agree("check_ins")
                db.session.commit()

        agree("newsletter")
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join(0.5)
        assert other.is_alive(), "it waits"
        db.session.commit()
        other.join(20)
        row = db.session.get_one(Eligibility, id, populate_existing=True)
        assert row.consents == CONSENT_BITS["newsletter"] + CONSENT_BITS["check_ins"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def before(request: pytest.FixtureRequest, tmp_path: Path, make_app: Callable[[Config], Flask]) -> Iterator[None]:
    """A database as it was before there were rows."""
    values = {"database_url": request.getfixturevalue("postgres_url")} if request.param == "postgresql" else {}
    with make_app(make_config(tmp_path, **values)).app_context():
        upgrade(revision="0016")
        yield


@pytest.mark.usefixtures("before")
def test_upgrading_makes_the_rows_of_those_who_are_there() -> None:
    at = "2026-03-01 09:00:00+00:00" if db.engine.dialect.name == "postgresql" else "2026-03-01 09:00:00.000000"
    for statement in OLD:
        db.session.execute(text(statement), {"at": at} if ":at" in statement else {})
    db.session.commit()
    upgrade()
    assert rows() == truth()
    assert {(row["member_id"], row["consents"], row["suppressed"], row["interests_0"]) for row in rows().values()} == {
        (1, 5, 2, 3),
        (2, 0, 0, 2),
    }


OLD = [
    "INSERT INTO member (id, address, address_key, name, language, career_stage, work_modes, mails_per_month, "
    "created_at, confirmed_at) VALUES (1, 'a', 'a', '', 'en', 'open', 5, 1, :at, :at), "
    "(2, 'b', 'b', '', 'pt', 'looking', 0, 4, :at, :at), (3, 'c', 'c', '', 'en', 'open', 0, 4, :at, NULL)",
    "INSERT INTO interest (id, slug, name, group_slug, group_name, position, retired) VALUES "
    "(4, 'x', 'X', 'g', 'G', 0, false), (7, 'y', 'Y', 'g', 'G', 1, true)",
    "INSERT INTO member_interest (member_id, interest_id) VALUES (1, 4), (1, 7), (2, 7), (3, 4)",
    "INSERT INTO place (id, slug, name, country, position, retired) VALUES (9, 'p', 'P', 'PT', 0, false)",
    "INSERT INTO member_place (member_id, place_id) VALUES (2, 9)",
    "INSERT INTO consent (member_id, purpose, wording, given_at, given_by, given_from) VALUES "
    "(1, 'newsletter', '1', :at, 'join', ''), (1, 'check_ins', '1', :at, 'join', '')",
    "INSERT INTO consent (member_id, purpose, wording, given_at, given_by, given_from, withdrawn_at) VALUES "
    "(2, 'newsletter', '1', :at, 'join', '', :at)",
    "INSERT INTO suppression (address_hash, member_id, reason, since) VALUES ('x', 1, 'bounced', :at)",
]
