"""Boards are asked within limits: time, size, tries; nothing of ours inside a network, no redirects (W-23)."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from portal.jobs.sources import fetching, network
from portal.jobs.sources.fetching import Asker
from portal.jobs.sources.found import Problem
from tests.jobs.sources.conftest import Visit
from tests.jobs.sources.server import Reply, Vendor, recorded, zipped

LIST = "/fennel"


def problem(ask: Visit) -> str:
    """What a visit came to."""
    return str(ask("lever", LIST).problem)


def test_a_good_answer_also_packed(vendor: Vendor, ask: Visit) -> None:
    vendor.says[LIST] = recorded("lever.json")
    plain = ask("lever", LIST)
    vendor.says[LIST] = zipped(recorded("lever.json"))
    assert plain.answer == ask("lever", LIST).answer
    said = {name.lower(): value for name, value in vendor.asked[0][1].items()}
    assert (said["user-agent"], said["accept"], said["accept-encoding"]) == (
        "Rapport (tests)",
        "application/json",
        "gzip",
    )
    assert said["host"] == f"127.0.0.1:{vendor.port}"


def test_an_unchanged_answer_costs_nothing(vendor: Vendor, ask: Visit) -> None:
    when = "Mon, 05 Oct 2026 09:00:00 GMT"
    vendor.says[LIST] = recorded("lever.json", ETag='"one"', **{"Last-Modified": when})
    first = ask("lever", LIST)
    assert (first.state, first.etag, first.modified) == ("read", '"one"', when)
    assert ask("lever", LIST, known=(first.etag, first.modified)).state == "unchanged"
    assert vendor.asked[1][1]["If-None-Match"] == '"one"'
    assert vendor.asked[1][1]["If-Modified-Since"] == when
    assert ask("lever", LIST, known=('"other"', None)).state == "read"


def test_of_several_documents_none_is_asked_for_in_part(vendor: Vendor, ask: Visit) -> None:
    vendor.says["/page"] = recorded("career-page.html", "text/html", ETag='"one"')
    assert ask("json_ld", "/page", known=('"one"', None)).state == "read"
    assert "If-None-Match" not in vendor.asked[0][1]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=404), "gone"),
        (Reply(status=410), "gone"),
        (Reply(status=403), "status: 403"),
        (Reply(b"[]", 201), "status: 201"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/x"}), "redirect: http://127.0.0.1:9/x"),
        (Reply(status=301, headers={"Location": "https://jobs.example.org/"}), "redirect: https://jobs.example.org/"),
        (Reply(b"<!doctype html><title>Careers</title>", headers={"Content-Type": "text/html"}), "html"),
        (Reply(b" \n<html>", headers={"Content-Type": "application/json"}), "html"),
        (Reply(recorded("lever.json").body[:2000]), "half"),
        (Reply(b""), "half"),
        (Reply(recorded("lever.json").body, length=1_000_000), "half"),
        (Reply(zipped(recorded("lever.json")).body[:600], headers={"Content-Encoding": "gzip"}), "half"),
        (Reply(b"[]", headers={"Content-Encoding": "gzip"}), "half"),
        (Reply(b"[]", headers={"Content-Encoding": "br"}), "shape"),
        (Reply('[{"text": "Bäcker"}]'.encode("latin-1")), "encoding"),
        (Reply('[{"text": "Bäcker"}]'.encode("utf-16")), "encoding"),
        (Reply(b'{"jobs": []}'), "shape"),
        (Reply(b'"jobs"'), "shape"),
        (Reply(b"[" * 100_000), "shape"),
        (Reply(b"[" + b"9" * 10_000 + b"]"), "half"),
    ],
)
def test_a_bad_answer_has_a_name(vendor: Vendor, ask: Visit, reply: Reply, said: str) -> None:
    vendor.says[LIST] = reply
    visited = ask("lever", LIST)
    assert (visited.state, visited.answer, str(visited.problem)) == ("problem", None, said)


def test_an_answer_of_50_megabytes_is_not_read_to_its_end(vendor: Vendor, ask: Visit) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        for _ in range(50):
            sent.append(1)
            yield b" " * 1024 * 1024

    vendor.says[LIST] = Reply(length=50 * 1024 * 1024, pieces=endless)
    assert problem(ask) == "too_big: 20"
    assert len(sent) < 50  # twenty, and what lies in the buffers of two machines that are one


def test_what_is_packed_small_and_huge_inside_is_not_unpacked_to_its_end(vendor: Vendor, ask: Visit) -> None:
    vendor.says[LIST] = zipped(Reply(b" " * 60 * 1024 * 1024))
    assert problem(ask) == "too_big: 20"


def test_who_is_busy_is_asked_again_after_as_long_as_they_want(vendor: Vendor) -> None:
    waited: list[float] = []
    busy = [Reply(status=429, headers={"Retry-After": "7"}), Reply(status=503), recorded("lever.json")]
    vendor.says[LIST] = [*busy]
    with Asker(local=True, agent="t", pause=waited.append) as asker:
        assert asker.get(f"{vendor.url}{LIST}", "application/json", 5)
        assert waited == [7.0, 2.0]
        vendor.says[LIST] = Reply(status=429, headers={"Retry-After": "86400"})
        with pytest.raises(Problem, match="busy: 86400"):
            asker.get(f"{vendor.url}{LIST}", "application/json", 5)
        assert waited[2:] == [1.0, 2.0]
    assert len(vendor.asked) == 6


def test_who_is_down_is_tried_three_times(ask: Visit, vendor: Vendor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    waited: list[float] = []
    with Asker(local=True, agent="t", pause=waited.append) as asker, pytest.raises(Problem, match="down"):
        asker.get(f"http://127.0.0.1:{port}/", "*/*", 5)
    assert waited == [1.0, 2.0]


def test_who_never_answers_is_too_slow(vendor: Vendor) -> None:
    enough = threading.Event()

    def never() -> Iterator[bytes]:
        enough.wait(5)
        yield b"[]"

    vendor.says[LIST] = Reply(length=2, pieces=never)
    with Asker(local=True, agent="t", pause=lambda _: None) as asker, pytest.raises(Problem, match="slow"):
        asker.get(f"{vendor.url}{LIST}", "*/*", 0.1)
    enough.set()


def test_who_sends_a_byte_a_second_is_too_slow_as_well(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "WHOLE_SECONDS", 0.2)

    def slowly() -> Iterator[bytes]:
        while True:
            threading.Event().wait(0.05)
            yield b" "

    vendor.says[LIST] = Reply(length=1000, pieces=slowly)
    with Asker(local=True, agent="t", pause=lambda _: None) as asker, pytest.raises(Problem, match="slow"):
        asker.get(f"{vendor.url}{LIST}", "*/*", 5)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
     "2001:0:0:0:0:0:80ff:fffe", "::", "255.255.255.255"],
)  # fmt: skip
def test_an_address_inside_a_network_is_refused(address: str) -> None:
    with pytest.raises(Problem, match="private"):
        network.allowed("jobs.example.org", 443, False, lambda host, port: [address])
    with pytest.raises(Problem, match="private"):  # one of several is enough
        network.allowed("jobs.example.org", 443, False, lambda host, port: ["93.184.216.34", address])


def test_only_this_machine_is_local_where_that_is_allowed() -> None:
    assert network.allowed("here", 80, True, lambda host, port: ["127.0.0.1"]) == "127.0.0.1"
    assert network.allowed("here", 80, True, lambda host, port: ["::1"]) == "::1"
    assert network.allowed("there", 443, False, lambda host, port: ["93.184.216.34"]) == "93.184.216.34"
    for address in ("10.0.0.1", "169.254.169.254", "192.168.0.1"):
        with pytest.raises(Problem, match="private"):
            network.allowed("here", 80, True, lambda host, port, address=address: [address])  # type: ignore[misc]


def test_our_own_machine_is_refused_unless_allowed(vendor: Vendor) -> None:
    vendor.says[LIST] = recorded("lever.json")
    for url in (
        vendor.url,
        f"http://localhost:{vendor.port}",
        "http://jobs.example.org",
        "ftp://jobs.example.org",
        "x",
    ):
        with Asker(local=False, agent="t") as asker, pytest.raises(Problem, match="address"):
            asker.get(f"{url}{LIST}", "*/*", 5)
    with Asker(local=False, agent="t") as asker, pytest.raises(Problem, match="private"):
        asker.get(f"https://127.0.0.1:{vendor.port}/", "*/*", 5)
    assert vendor.asked == []


def test_a_name_is_looked_up_once_and_that_address_is_the_one_we_connect_to(vendor: Vendor) -> None:
    """A name that leads elsewhere the second time (DNS rebinding) gains nothing; the server is asked by its name."""
    vendor.says[LIST] = recorded("lever.json")
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    with Asker(local=True, agent="t", resolve=lambda host, port: answers.pop(0)) as asker:
        assert asker.get(f"http://board.example.org:{vendor.port}{LIST}?a=b#c", "*/*", 5)
    assert answers == [["10.0.0.1"]]
    path, headers = vendor.asked[0]
    assert (path, headers["Host"]) == (f"{LIST}?a=b", f"board.example.org:{vendor.port}")


def test_a_name_that_nobody_knows_is_down() -> None:
    with Asker(local=False, agent="t", pause=lambda _: None) as asker, pytest.raises(Problem, match="down"):
        asker.get("https://no-such-host.invalid/", "*/*", 5)


def test_what_a_reader_did_not_expect_keeps_nobody_from_the_next(vendor: Vendor, ask: Visit) -> None:
    vendor.says[LIST] = Reply(json.dumps([{"id": "1", "text": "x", "categories": {"location": {"a": 1}}}]).encode())
    assert ask("lever", LIST).answer
    assert str(ask("nobody", LIST).problem) == "unexpected"
