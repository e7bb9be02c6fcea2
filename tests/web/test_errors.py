"""Whatever goes wrong has one clear sentence, the right status, and nothing is half done."""

import sqlite3
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, Response, abort
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError

from portal.audience.models import Leaving
from portal.db import db
from portal.web import throttle
from tests.pages import PageClient

JSON = {"Accept": "application/json"}


def test_a_page_that_is_not_there(client: PageClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_machine_gets_json(client: PageClient) -> None:
    for path, headers in (("/nowhere", JSON), ("/api/v1/nowhere", {})):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.json == {
            "error": {
                "status": 404,
                "title": "There is no such page",
                "detail": "The address may be old or cut short. Start again from the first page.",
            }
        }


def test_a_method_that_is_not_possible(client: PageClient) -> None:
    answer = client.post("/healthz")
    assert answer.status_code == 405
    assert "That is not possible here" in answer.text
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("body", [{"a": "x" * 300_000}, {"a": (BytesIO(b"x" * 300_000), "a.txt")}])
def test_a_body_that_is_too_large(client: PageClient, app: Flask, body: dict[str, Any]) -> None:
    app.add_url_rule("/form", view_func=lambda: "", endpoint="form", methods=["POST"])
    answer = client.post("/form", data=body)
    assert answer.status_code == 413
    assert "Send at most 256 KB at once. Nothing was saved." in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", ""])
def test_a_body_that_cannot_be_read(client: PageClient, app: Flask, kind: str) -> None:
    app.add_url_rule("/form", view_func=lambda: "", endpoint="form", methods=["POST"])
    answer = client.post("/form", data=b"--x\r\nContent-Disp\xff", content_type=kind)
    assert answer.status_code == 400
    assert "Reload the page and send it again." in answer.text


def test_a_database_that_is_behind(client: PageClient, app: Flask) -> None:
    app.add_url_rule("/rows", view_func=lambda: str(db.session.scalar(select(func.count(Leaving.id)))))
    db.session.execute(text("DROP TABLE leaving"))
    db.session.commit()
    answer = client.get("/rows")
    assert answer.status_code == 503
    assert "The database does not match this version of Rapport: run `portal db upgrade`." in answer.text
    assert answer.headers["Retry-After"] == "300"


def test_a_full_disk_loses_nothing_that_was_there(client: PageClient, app: Flask) -> None:
    day = datetime(2026, 11, 21, tzinfo=UTC).date()

    def leave() -> str:
        db.session.execute(insert(Leaving), [{"purpose": "newsletter", "reason": "too_much", "day": day}] * 50_000)
        db.session.commit()
        return ""

    app.add_url_rule("/leave", view_func=leave)
    db.session.add(Leaving(purpose="newsletter", reason="other", day=day))
    db.session.commit()
    pages = db.session.execute(text("PRAGMA page_count")).scalar_one()
    db.session.execute(text(f"PRAGMA max_page_count = {pages}"))
    db.session.commit()
    answer = client.get("/leave")
    assert answer.status_code == 507
    assert "Nothing was saved, and nothing was lost." in answer.text
    assert db.session.scalars(select(Leaving.reason)).all() == ["other"]


def test_a_database_that_cannot_be_reached(client: PageClient, app: Flask) -> None:
    def fail() -> str:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to open database file"))

    app.add_url_rule("/fail", view_func=fail)
    answer = client.get("/fail")
    assert answer.status_code == 503
    assert "Nothing was lost. Try again in a minute." in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert "unable to open" not in answer.text


def test_too_often(client: PageClient, app: Flask, now: datetime) -> None:
    limit = throttle.Limit("somebody", 2, timedelta(hours=1))

    def ask() -> Response:
        throttle.spend("ask", [limit], now)
        return Response("ok", mimetype="text/plain")

    app.add_url_rule("/ask", view_func=ask)
    for _ in range(2):
        assert client.get("/ask").status_code == 200
    answer = client.get("/ask")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "This was asked for many times in a short while. Please try again in" in answer.text


def test_a_bug_of_ours_shows_nothing_of_itself(client: PageClient, app: Flask) -> None:
    def bug() -> str:
        raise ValueError("secret thing")

    app.add_url_rule("/bug", view_func=bug)
    answer = client.get("/bug")
    assert answer.status_code == 500
    assert "secret thing" not in answer.text
    assert "Nothing was half saved." in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_words_of_ours_replace_the_advice(client: PageClient, app: Flask) -> None:
    app.add_url_rule("/no", view_func=lambda: abort(403, "Only Ana may read this."), endpoint="no")
    answer = client.get("/no")
    assert answer.status_code == 403
    assert "Only Ana may read this." in answer.text


def test_a_foreign_host_gets_no_page(client: PageClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.text) == (400, "This is not the address of this site.\n")
