"""The queue: ids only, after the commit, signed, on each kind of store; a lost task does no harm."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal import queue
from portal.db import db
from tests.servers import redis


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("redis", marks=pytest.mark.redis),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'q.db'}"
    elif request.param == "postgresql":
        yield request.getfixturevalue("postgres_url")
    else:
        with redis() as address:
            yield address


def test_a_task_goes_through_each_store(url: str, tmp_path: Path) -> None:
    seen: list[tuple[int, bool]] = []
    from tests.conftest import make_config

    app = Flask("portal")
    app.config["SECRET_KEY"] = "a-key-for-tests-0123456789-abcdefghijkl"
    app.extensions["portal"] = make_config(tmp_path)
    task = lambda id, now: seen.append((id, now.tzinfo is not None))  # noqa: E731
    queue.init_app(app, url, {"note": task}, {})
    huey = app.extensions["huey"]
    app.extensions["tasks"]["note"](7)
    assert huey.pending_count() == 1
    huey.execute(huey.dequeue())
    assert seen == [(7, True)]
    stranger = queue.make_queue(url, "another-key-for-tests-9876543210-zyxwvut")
    app.extensions["tasks"]["note"](8)
    with pytest.raises(ValueError, match=r"[Ss]ignature"):
        stranger.dequeue()
    for each in (huey, stranger):
        each.storage.close()


def test_tasks_are_handed_over_by_the_commit(app: Flask) -> None:
    queue.enqueue("mail.send", 1)
    assert queue.waiting() == 0
    db.session.commit()
    assert queue.waiting() == 1
    db.session.execute(text("UPDATE content_stamp SET version = 2"))
    queue.enqueue("mail.send", 2)
    db.session.rollback()
    db.session.commit()
    assert queue.waiting() == 1


def test_a_misspelt_task_is_refused_at_once(app: Flask) -> None:
    with pytest.raises(KeyError, match=r"no task is called mail\.sned"):
        queue.enqueue("mail.sned", 1)


def test_a_queue_that_is_down_loses_no_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_id: int) -> None:
        raise OSError("no queue")

    app.extensions["tasks"]["mail.send"] = down
    queue.enqueue("mail.send", 1)
    db.session.commit()
    assert db.session.info.get("tasks") is None


def test_each_task_gets_the_time(app: Flask, run_tasks: Callable[[], int]) -> None:
    before = datetime.now(UTC)
    seen: list[datetime] = []
    app.extensions["tasks"]["look"] = app.extensions["huey"].task(name="look")(
        queue._in_app(app, lambda _id, now: seen.append(now))
    )
    queue.enqueue("look", 1)
    db.session.commit()
    assert run_tasks() == 1
    assert before <= seen[0] <= datetime.now(UTC)
