"""Public pages are rendered once, kept while nothing changed, and cached by anyone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, Response, abort, request
from pydantic import SecretStr
from sqlalchemy import create_engine, select, text

from portal import content
from portal.config import Config
from portal.db import db
from portal.web import caching
from portal.web.caching import public, public_by
from tests.conftest import make_config
from tests.pages import PageClient


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    """What was rendered, by a few public pages of an app that has not served anything yet."""
    done: list[str] = []

    @app.get("/kept")
    @public
    def kept() -> Response:
        done.append("kept")
        return Response(f"version {len(done)}", mimetype="text/plain")

    @app.get("/by")
    @public_by("page")
    def by() -> Response:
        done.append(request.args.get("page", ""))
        return Response("page " + done[-1], mimetype="text/plain")

    @app.get("/gone")
    @public
    def gone() -> str:
        done.append("gone")
        abort(410)

    return done


def test_a_page_is_rendered_once(client: PageClient, rendered: list[str]) -> None:
    first, second = client.get("/kept"), client.get("/kept")
    assert first.data == second.data == b"version 1"
    assert rendered == ["kept"]
    for answer in (first, second):
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Content-Length"] == "9"
        assert answer.content_type == "text/plain; charset=utf-8"
        assert answer.headers["Vary"] == "Accept-Language"  # never Cookie: anyone may cache it
        assert "Set-Cookie" not in answer.headers
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    own = {"X-Request-Id", "Date"}
    assert {k: v for k, v in first.headers if k not in own} == {k: v for k, v in second.headers if k not in own}


def test_what_did_not_change_is_not_sent_again(client: PageClient, rendered: list[str]) -> None:
    etag = client.get("/kept").headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get("/kept", headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
        assert "Content-Length" not in answer.headers
    assert client.get("/kept", headers={"If-None-Match": '"other"'}).status_code == 200
    assert rendered == ["kept"]


def test_a_visitor_who_has_the_page_already_gets_304_from_a_fresh_process_too(
    client: PageClient, rendered: list[str], app: Flask
) -> None:
    etag = client.get("/by?page=2").headers["ETag"]
    app.extensions["pages"].kept.clear()
    answer = client.get("/by?page=2", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert rendered == ["2", "2"]


def test_head_is_get_without_the_body(client: PageClient, rendered: list[str]) -> None:
    fresh, kept = client.head("/kept"), client.head("/kept")
    assert fresh.data == kept.data == b""
    assert fresh.headers["Content-Length"] == kept.headers["Content-Length"] == "9"
    assert client.get("/kept").data == b"version 1"


def test_a_change_is_seen_at_once(client: PageClient, rendered: list[str]) -> None:
    before = client.get("/kept")
    content.touch()
    db.session.commit()
    after = client.get("/kept", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.data) == (200, b"version 2")


def test_a_change_that_was_rolled_back_is_none(client: PageClient, rendered: list[str]) -> None:
    client.get("/kept")
    content.touch()
    db.session.rollback()
    assert client.get("/kept").data == b"version 1"


def test_what_time_changes_is_seen_within_a_minute(client: PageClient, rendered: list[str]) -> None:
    with time_machine.travel("2026-11-21 23:59:30Z", tick=False) as traveller:
        client.get("/kept")
        traveller.shift(timedelta(seconds=59))
        assert client.get("/kept").data == b"version 1"
        traveller.shift(timedelta(seconds=2))
        assert client.get("/kept").data == b"version 2"


def test_only_arguments_that_the_page_reads_make_another(client: PageClient, rendered: list[str], app: Flask) -> None:
    for query in ("", "?page=1", "?page=2", "?page=1"):
        client.get("/by" + query)
    assert rendered == ["", "1", "2"]
    for number in range(5):
        client.get(f"/by?campaign={number}")
    assert len(app.extensions["pages"].kept) == 3


def test_memory_is_limited(
    client: PageClient, rendered: list[str], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "KEPT", 3)
    for number in range(6):
        client.get(f"/by?page={number}")
    assert [key[2] for key in app.extensions["pages"].kept] == ["page=3", "page=4", "page=5"]


def test_errors_are_not_kept(client: PageClient, rendered: list[str]) -> None:
    for _ in range(2):
        answer = client.get("/gone")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "no-store")
    assert rendered == ["gone", "gone"]


def test_a_kept_page_is_not_given_out_under_a_foreign_host(client: PageClient, rendered: list[str]) -> None:
    client.get("/kept", headers={"Host": "localhost"})
    assert client.get("/kept", headers={"Host": "evil.example"}).status_code == 400


def test_posting_goes_past_it(client: PageClient, rendered: list[str]) -> None:
    client.get("/kept")
    assert client.post("/kept").status_code == 405


def test_without_the_database_nothing_is_kept(client: PageClient, rendered: list[str]) -> None:
    client.get("/kept")
    db.session.execute(text("DROP TABLE content_stamp"))
    db.session.commit()
    client.get("/kept")
    assert client.get("/kept").data == b"version 3"


def test_a_kept_page_has_its_line_in_the_log(
    capfd: pytest.CaptureFixture[str], client: PageClient, rendered: list[str]
) -> None:
    client.get("/kept")
    id = client.get("/kept?").headers["X-Request-Id"]
    lines = [line for line in re.sub(r"\x1b\[\d*m", "", capfd.readouterr().err).splitlines() if id in line]
    assert len(lines) == 1
    assert "route=/kept" in lines[0]
    assert "status=200" in lines[0]


def test_in_the_demo_browsers_ask_each_time(config: Config, make_app: Callable[[Config], Flask]) -> None:
    app = make_app(make_config(config.var_dir, demo=True))
    app.add_url_rule("/kept", view_func=public(lambda: Response("x", mimetype="text/plain")), endpoint="kept")
    assert app.test_client().get("/kept").headers["Cache-Control"] == "public, max-age=0"


def test_on_each_database(each_app: Flask) -> None:
    done: list[int | None] = []

    def kept() -> Response:
        done.append(db.session.scalar(select(content.ContentStamp.version)))
        return Response(str(done[-1]), mimetype="text/plain")

    each_app.add_url_rule("/kept", view_func=public(kept))
    client = each_app.test_client()
    assert client.get("/kept").data == client.get("/kept").data
    assert len(done) == 1
    content.touch()
    db.session.commit()
    assert int(client.get("/kept").data) == (done[0] or 0) + 1


@pytest.mark.postgres
def test_a_database_that_was_started_anew(
    config: Config, make_app: Callable[[Config], Flask], postgres_migrated: str
) -> None:
    app = make_app(config.model_copy(update={"database_url": SecretStr(postgres_migrated)}))
    app.add_url_rule("/kept", view_func=public(lambda: Response("kept", mimetype="text/plain")), endpoint="kept")
    with app.app_context():
        db.session.remove()
        app.test_client().get("/kept")
        other = create_engine(postgres_migrated, isolation_level="AUTOCOMMIT")
        with other.connect() as connection:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            )
            connection.execute(text(others + "current_database()"))
        other.dispose()
        for _ in range(3):
            answer = app.test_client().get("/kept")
            assert (answer.status_code, answer.data) == (200, b"kept")
        assert len(app.extensions["pages"].kept) == 1
