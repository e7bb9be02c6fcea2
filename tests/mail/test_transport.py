"""The transport against a relay that misbehaves: each row of the fault matrix that is its own."""

import socket
import ssl
import time
from email.message import EmailMessage

import pytest

from portal.mail.relay import MAX_REPLY, RelayDown
from portal.mail.transport import Outcome, Transport
from tests.faults.smtp_server import CERTIFICATE, Drop, Hang, Raw, Split

SENDER = "bounce@example.org"
DATA = b"From: a@example.org\r\nSubject: hello\r\n\r\none\r\ntwo\r\n"


def yes() -> bool:
    return True


def send(transport: Transport, address: str = "ana@example.org", data: bytes = DATA, wanted=yes) -> Outcome:
    return transport.send(SENDER, address, data, wanted)


def test_message_arrives_as_it_is(smtp, transport):
    server = smtp()
    outcome = send(transport(server))
    assert outcome == Outcome("accepted", 250, "2.0.0 queued", "content")
    assert [m.data for m in server.messages] == [DATA]
    assert server.messages[0].recipients == ["ana@example.org"]
    assert server.messages[0].sender == "FROM:<bounce@example.org>"
    assert server.commands[0][0] == "ehlo rapport.example.org"


def test_connection_is_reused_for_a_hundred_messages(smtp, transport):
    server = smtp()
    relay = transport(server)
    assert [send(relay).state for _ in range(101)] == ["accepted"] * 101
    assert server.connections == 2
    assert len(server.messages) == 101
    relay.close()
    assert server.verbs.count("QUIT") == 2


def test_null_sender(smtp, transport):
    server = smtp()
    assert transport(server).send("", "ana@example.org", DATA, yes).state == "accepted"
    assert server.messages[0].sender == "FROM:<>"


# 421 at MAIL: no attempt, a new connection later.
def test_421_at_mail_is_no_attempt(smtp, transport):
    server = smtp({"MAIL": {3: "421 4.3.2 busy"}})
    relay = transport(server)
    states = [send(relay, f"m{n}@example.org").state for n in range(5)]
    assert states == ["accepted", "accepted", "relay_down", "accepted", "accepted"]
    assert send(relay, "m2@example.org").state == "accepted"
    assert sorted(m.recipients[0] for m in server.messages) == [f"m{n}@example.org" for n in range(5)]
    assert server.connections == 2


def test_sign_in_demanded_is_no_attempt(smtp, transport):
    outcome = send(transport(smtp({"MAIL": "530 5.7.0 Authentication required"})))
    assert (outcome.state, outcome.code) == ("relay_down", 530)


def test_421_later_is_an_attempt_and_ends_the_connection(smtp, transport):
    for verb in ("RCPT", "DATA", "EOM"):
        server = smtp({verb: {1: "421 4.7.0 slow down"}})
        relay = transport(server)
        assert (send(relay).state, send(relay).state) == ("deferred", "accepted"), verb
        assert server.connections == 2
        assert len(server.messages) == 1
        assert server.messages[0].data == DATA


def test_4xx_is_deferred_and_5xx_fails_and_the_rest_goes_on(smtp, transport):
    for verb in ("MAIL", "RCPT", "DATA", "EOM"):
        server = smtp({verb: {1: "451 4.3.0 later", 2: "550 5.7.26 not you"}})
        relay = transport(server)
        outcomes = [send(relay) for _ in range(3)]
        assert [(o.state, o.code) for o in outcomes] == [("deferred", 451), ("failed", 550), ("accepted", 250)], verb
        assert outcomes[1].reply == "5.7.26 not you"
        assert server.connections == 1
        assert server.verbs.count("RSET") == 2
        assert len(server.messages) == 1


def test_reset_refused_means_a_new_connection(smtp, transport):
    server = smtp({"RCPT": {1: "550 5.1.1 nobody"}, "RSET": "500 5.5.1 what?"})
    relay = transport(server)
    assert [send(relay).state, send(relay).state] == ["failed", "accepted"]
    assert server.connections == 2


# Drop after DATA, before the 250.
@pytest.mark.parametrize(
    "fault", [Drop(), Raw(b"hello\r\n"), Raw(b"150 what\r\n"), Raw(b"250 o", close=True), Raw(b"354 more\r\n")]
)
def test_no_answer_to_the_content_is_unknown(smtp, transport, fault):
    server = smtp({"EOM": {1: fault}})
    relay = transport(server)
    outcome = send(relay)
    assert (outcome.state, outcome.code, outcome.phase) == ("unknown", None, "content")
    assert server.arrived[0].complete
    assert [a.recipients for a in server.arrived] == [["ana@example.org"]]  # not sent again by itself
    assert send(relay).state == "accepted"
    assert server.connections == 2


def test_hang_after_the_content_is_unknown_after_its_own_timeout(smtp, transport):
    server = smtp({"EOM": {1: Hang(5)}})
    relay = transport(server, command_timeout=0.3, content_timeout=1)
    start = time.monotonic()
    assert send(relay).state == "unknown"
    assert 0.9 < time.monotonic() - start < 3
    assert send(relay).state == "accepted"


@pytest.mark.parametrize("verb", ["RCPT", "DATA"])
@pytest.mark.parametrize("fault", [Drop(), Hang(5), Raw(b"hello\r\n"), Raw(b"\xff\xfe\r\n"), Raw(b"+50 ok\r\n")])
def test_breaking_before_the_content_is_deferred(smtp, transport, verb, fault):
    server = smtp({verb: {1: fault}})
    relay = transport(server, command_timeout=0.3)
    assert send(relay).state == "deferred"
    assert server.arrived == []
    assert send(relay).state == "accepted"
    assert server.connections == 2


@pytest.mark.parametrize("fault", [Drop(), Hang(5)])
def test_breaking_within_the_content_is_unknown_once_it_has_gone_out(smtp, transport, fault):
    """A short content fits into the buffers before anybody sees the drop: it cannot be told from one that was read."""
    server = smtp({"CONTENT": {1: fault}})
    relay = transport(server, content_timeout=0.3)
    assert send(relay).state in {"unknown", "deferred"}
    assert not any(a.complete for a in server.arrived)
    assert send(relay).state == "accepted"


def test_content_that_cannot_be_written_is_deferred(smtp, transport):
    server = smtp({"CONTENT": Hang(5)})
    huge = DATA + b"x" * 70 + b"\r\n" * 4_000_000
    outcome = send(transport(server, command_timeout=0.5), data=huge)
    assert (outcome.state, outcome.phase) == ("deferred", "data")


def test_dropped_connection_is_replaced_before_anything_was_said(smtp, transport):
    server = smtp({"MAIL": {2: Drop()}})
    relay = transport(server)
    assert [send(relay).state, send(relay).state] == ["accepted", "accepted"]
    assert server.connections == 2


def test_new_connection_that_drops_is_no_attempt(smtp, transport):
    server = smtp({"MAIL": Drop()})
    outcome = send(transport(server))
    assert (outcome.state, outcome.phase) == ("relay_down", "mail")
    assert server.connections == 1


def test_idle_connection_is_not_trusted(smtp, transport, monkeypatch):
    server = smtp()
    relay = transport(server)
    send(relay)
    monkeypatch.setattr("portal.mail.transport.MAX_IDLE", -1)
    assert send(relay).state == "accepted"
    assert server.connections == 2


def test_split_reply_is_a_reply(smtp, transport):
    server = smtp({verb: Split(reply) for verb, reply in {"MAIL": "250 ok", "DATA": "354 go", "EOM": "250 ok"}.items()})
    assert send(transport(server)).state == "accepted"


@pytest.mark.parametrize("reply", [b"250 " + b"x" * 2_000_000 + b"\r\n", b"250-y\r\n" * 300_000 + b"250 y\r\n"])
def test_two_megabytes_of_reply_are_not_read(smtp, transport, reply):
    server = smtp({"RCPT": {1: Raw(reply)}})
    relay = transport(server)
    outcome = send(relay)
    assert outcome.state == "deferred"
    assert len(outcome.reply) < 400 < MAX_REPLY
    assert send(relay).state == "accepted"


def test_long_and_odd_replies_are_cut_and_tidied(smtp, transport):
    server = smtp({"RCPT": Raw(b"550-5.1.1 a\x1b[2J\r\n550 " + b"\xff" + "é\u2028".encode() * 400 + b"\r\n")})
    outcome = send(transport(server))
    assert outcome.state == "failed"
    assert outcome.reply.isprintable()
    assert len(outcome.reply) == 300


# 554/421 at connect, DNS failure, refused.
@pytest.mark.parametrize("greeting", ["554 5.7.1 go away", "421 4.3.2 full", Raw(b"hello\r\n"), Drop()])
def test_refused_at_the_door_is_no_attempt(smtp, transport, greeting):
    server = smtp({"CONNECT": {1: greeting}})
    relay = transport(server)
    outcome = send(relay)
    assert (outcome.state, outcome.phase) == ("relay_down", "connect")
    assert outcome.reply.startswith(f"The mail server 127.0.0.1:{server.port} ")
    assert server.verbs == []
    assert send(relay).state == "accepted"


def test_hang_at_connect_ends_after_the_connect_timeout(smtp, transport):
    server = smtp({"CONNECT": Hang(5)})
    start = time.monotonic()
    assert send(transport(server, connect_timeout=0.5)).state == "relay_down"
    assert time.monotonic() - start < 3


def test_nobody_listens(smtp, transport):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    relay = Transport(f"smtp://127.0.0.1:{port}")
    assert send(relay).state == "relay_down"
    with pytest.raises(RelayDown, match=rf"^The mail server 127\.0\.0\.1:{port} cannot be used: Connection refused\.$"):
        relay.open()


def test_name_that_does_not_resolve(smtp, monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(RelayDown, match=r"mail\.example\.org:587 cannot be used: Name or service not known\.$"):
        Transport("smtp://mail.example.org").open()


# E-20
@pytest.fixture
def elsewhere(monkeypatch):
    """mail.example.org is this machine, for a name that is not a loopback's."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kw: resolve("127.0.0.1", *args, **kw))


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_another_machine_must_offer_starttls(smtp, transport, elsewhere):
    server = smtp()
    relay = transport(server, url=f"smtp://mail.example.org:{server.port}", tls=trusting())
    outcome = send(relay)
    assert outcome.state == "relay_down"
    assert "STARTTLS" in outcome.reply
    assert set(server.verbs) == {"EHLO"}


def test_starttls_is_used_and_verified(smtp, transport, elsewhere):
    server = smtp(tls=True)
    url = f"smtp://ana:p%40ss@mail.example.org:{server.port}"
    server.extensions += ("AUTH PLAIN",)
    assert send(transport(server, url=url, tls=trusting())).state == "accepted"
    assert server.verbs[:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]
    assert send(transport(server, url=url)).state == "relay_down"
    with pytest.raises(RelayDown, match="shows a certificate that does not verify: self-signed certificate"):
        transport(server, url=url).open()
    assert len(server.messages) == 1


def test_certificate_of_another_name_is_refused(smtp, transport, elsewhere):
    server = smtp(tls=True)
    relay = transport(server, url=f"smtp://other.example.org:{server.port}", tls=trusting())
    with pytest.raises(RelayDown, match="does not verify: Hostname mismatch"):
        relay.open()


def test_tls_from_the_start(smtp, transport):
    server = smtp(implicit_tls=True)
    assert send(transport(server, tls=trusting())).state == "accepted"
    with pytest.raises(RelayDown, match="does not verify"):
        transport(server).open()


def test_wrong_password(smtp, transport):
    server = smtp({"AUTH": "535 5.7.8 no"}, extensions=("AUTH PLAIN",))
    url = server.url.replace("://", "://ana:secret@")
    with pytest.raises(RelayDown, match=r"does not accept our user name and password: 535 5\.7\.8 no$") as error:
        transport(server, url=url).open()
    assert "secret" not in str(error.value)


def test_no_way_to_sign_in(smtp, transport):
    server = smtp()
    with pytest.raises(RelayDown, match="AUTH"):
        transport(server, url=server.url.replace("://", "://ana:secret@")).open()


@pytest.mark.parametrize("url", ["http://mail.example.org", "smtp://", "mail.example.org:25", ""])
def test_other_addresses_are_refused(url):
    with pytest.raises(ValueError, match="must look like smtp://"):
        Transport(url)


# P5
def test_withdrawn_means_that_no_content_starts(smtp, transport):
    server = smtp()
    relay = transport(server)
    asked: list[float] = []

    def wanted() -> bool:
        asked.append(time.monotonic())
        return len(asked) != 2

    assert [send(relay, wanted=wanted).state for _ in range(3)] == ["accepted", "withdrawn", "accepted"]
    assert [(a.raw, a.complete) for a in server.arrived if not a.accepted] == [(b"", False)]
    data_at = [at for line, at in server.commands if line.upper().startswith("DATA")]
    assert all(said <= at for said, at in zip(data_at, asked, strict=True))  # asked at the last moment


def test_wanted_that_fails_leaves_no_connection_behind(smtp, transport):
    server = smtp()
    relay = transport(server)

    def broken() -> bool:
        raise LookupError("database")

    with pytest.raises(LookupError):
        send(relay, wanted=broken)
    assert send(relay).state == "accepted"
    assert [a.raw for a in server.arrived if not a.accepted] == [b""]
    assert server.connections == 2


# E-24
def test_domain_goes_as_a_label(smtp, transport):
    server = smtp()
    assert send(transport(server), "ana@bücher.example").state == "accepted"
    assert server.messages[0].recipients == ["ana@xn--bcher-kva.example"]


def test_non_ascii_local_part_needs_smtputf8(smtp, transport):
    able, unable = smtp(), smtp(extensions=())
    assert send(transport(able), "zoë@example.org").state == "accepted"
    assert able.messages[0].recipients == ["zoë@example.org"]
    assert able.messages[0].sender == "FROM:<bounce@example.org> SMTPUTF8 BODY=8BITMIME"
    relay = transport(unable)
    outcome = send(relay, "zoë@example.org")
    assert (outcome.state, outcome.code) == ("failed", None)
    assert "SMTPUTF8" in outcome.reply
    assert send(relay).state == "accepted"
    assert unable.connections == 1


# E-02, and poison rows
@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\r\n",
        b"a\rb\r\n",
        b"a\r\n\n.\r\nMAIL",
        b"a\0\r\n",
        b"\r",
        b"\n",
        b"a\r\r\n",
        b"\n\r",
        b"x" * 999 + b"\r\n",
    ],
)
def test_broken_octets_are_refused_before_the_wire(smtp, transport, data):
    server = smtp()
    assert send(transport(server), data=data).state == "failed"
    assert server.connections == 0


@pytest.mark.parametrize("data", [b".", b".\r\n", b"a\r\n.\r\nb", b"..\r\n.a\r\n"])
def test_dots_arrive(smtp, transport, data):
    server = smtp()
    assert send(transport(server), data=data).state == "accepted"
    raw = server.messages[0].raw
    lines = raw.split(b"\r\n")[:-2]
    assert b"\r\n".join(line.removeprefix(b".") for line in lines) == data.removesuffix(b"\r\n")


@pytest.mark.parametrize(
    "address",
    ["", "ana", "a@b@example.org", "a@example.org>\r\nRCPT TO:<b@example.org", "a\0@example.org", "a\u2028@example.org",
     "\udc80@example.org", f"{'a' * 70}@example.org", '"a b"@example.org', "a%b@example.org", "a@[127.0.0.1]",
     "a@-example.org", "a@example..org", "=?x?q?a?=@example.org", f"a@{'x.' * 130}org", "b!a@example.org"],
)  # fmt: skip
def test_poison_addresses_fail_alone(smtp, transport, address):
    server = smtp()
    relay = transport(server)
    outcome = send(relay, address)
    assert (outcome.state, outcome.phase) == ("failed", "message")
    assert outcome.reply.endswith(".")
    assert send(relay).state == "accepted"
    assert [m.recipients for m in server.messages] == [["ana@example.org"]]


def test_standard_message_passes(smtp, transport):
    message = EmailMessage()
    message["Subject"] = "hello"
    message.set_content("one\n.\nFrom two\n")
    server = smtp()
    data = message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
    assert send(transport(server), data=data).state == "accepted"
    assert server.messages[0].data == data
