"""What machines that watch us see."""

from tests.pages import PageClient


def test_a_healthy_instance_says_so(client: PageClient) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").json == {"database": "ok", "queue": "ok"}
    assert b"portal_tasks_waiting 0.0" in client.get("/metrics").data
