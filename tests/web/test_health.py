"""What machines that watch us see."""

from tests.pages import PageClient


def test_a_healthy_instance_says_so(client: PageClient) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").json == {"database": "ok", "queue": "ok"}
    assert b"portal_tasks_waiting 0.0" in client.get("/metrics").data


def test_what_is_inside_is_not_there_for_others(client: PageClient) -> None:
    elsewhere = {"REMOTE_ADDR": "8.8.4.4"}
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 404
    assert client.get("/readyz", environ_overrides=elsewhere).status_code == 404
    assert client.get("/healthz", environ_overrides=elsewhere).status_code == 200
