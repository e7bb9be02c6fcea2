"""One message over SMTP, and exactly how far it came.

smtplib's `sendmail` raises the same error for "dropped before anything" and "dropped after the whole content": so each
command is driven here, and the answer says in which phase it ended. On anything unexpected the connection is dropped.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Literal, Self

from portal.mail.headers import BadRecipient, envelope
from portal.mail.relay import Relay, RelayDown, Reply, tidy

State = Literal["accepted", "deferred", "failed", "unknown", "withdrawn", "relay_down"]
Phase = Literal["message", "connect", "mail", "rcpt", "data", "content"]

MAX_IDLE = 60
"""Seconds after which an unused connection is not trusted to be still there; relays close them after some minutes."""

_NO_SMTPUTF8 = "The mail server cannot write to an address with such letters before the @ (it lacks SMTPUTF8)."
# What a connection that breaks means, by how far we had come. Before the recipient is named it says nothing about them;
# once the final dot is out the message may have arrived.
_BROKEN: dict[Phase, State] = {"mail": "relay_down", "rcpt": "deferred", "data": "deferred", "content": "unknown"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    `relay_down` says nothing about the recipient and is no attempt. `unknown`: the whole content went out and no answer
    came, so it may have arrived. `withdrawn`: `wanted` said no, and not one octet of the content went out. `code` and
    `reply` are the server's, or None and a sentence of ours.
    """

    state: State
    code: int | None
    reply: str
    phase: Phase


class _Broken(Exception):
    """An answer that is no answer to what was said. (A connection that breaks is an OSError, smtplib's errors too.)"""


class Transport:
    """A reused connection to the relay of `SMTP_URL`. Not for use by two threads at once.

    Timeouts are seconds (E-28). `content_timeout`, after the final dot, is only to be shortened in tests: short ones
    make duplicates. `hostname` is what we call ourselves.
    """

    def __init__(
        self,
        url: str,
        *,
        hostname: str | None = None,
        connect_timeout: float = 30,
        command_timeout: float = 300,
        content_timeout: float = 600,
        per_connection: int = 100,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._relay = Relay(url, hostname, connect_timeout, tls)
        self._command_timeout, self._content_timeout = command_timeout, content_timeout
        self._per_connection = per_connection
        self._smtp: smtplib.SMTP | None = None
        self._sent, self._used = 0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def open(self) -> None:
        """Connect, encrypt and sign in, unless that is done already. Raises RelayDown, one sentence for operators."""
        self._open()

    def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        if self._smtp is not None:
            with suppress(OSError):  # gone already, and nothing is lost with it
                self._command(5, "QUIT")
            self._discard()

    def send(self, envelope_from: str, address: str, data: bytes, wanted: Callable[[], bool]) -> Outcome:
        """Hand over one message and say what became of it.

        `data` is a whole message with CRLF line ends. `wanted` is asked when the relay is ready for the content; on
        False nothing more goes out (P5). Raises only what `wanted` raises.
        """
        try:
            sender = envelope(envelope_from) if envelope_from else ""
            recipient, content = envelope(address), _content(data)
        except (BadRecipient, ValueError) as error:
            return Outcome("failed", None, str(error), "message")
        if self._smtp and (self._sent >= self._per_connection or monotonic() - self._used > MAX_IDLE):
            self.close()
        try:
            outcome = self._exchange(sender, recipient, content, wanted)
        except RelayDown as down:
            outcome = Outcome("relay_down", None, str(down), "connect")
        except BaseException:
            self._discard()
            raise
        self._used = monotonic()
        return outcome

    def _exchange(self, sender: str, recipient: str, content: bytes, wanted: Callable[[], bool]) -> Outcome:
        """The four steps. Raises RelayDown if there is no connection, and what `wanted` raises."""
        phase: Phase = "mail"
        try:
            plain = recipient.isascii()
            if not plain and not self._open().has_extn("smtputf8"):
                return Outcome("failed", None, _NO_SMTPUTF8, "rcpt")
            reply = self._mail(f"FROM:<{sender}>" + ("" if plain else " SMTPUTF8 BODY=8BITMIME"))
            if reply.code != 250:
                return self._refused(reply, phase)
            phase = "rcpt"
            reply = self._command(self._command_timeout, "RCPT", f"TO:<{recipient}>")
            if reply.code not in {250, 251, 252}:
                return self._refused(reply, phase)
            phase = "data"
            reply = self._command(self._command_timeout, "DATA")
            if reply.code != 354:
                return self._refused(reply, phase)
            if not wanted():
                self._discard()  # the one way out of DATA that sends nothing
                return Outcome("withdrawn", None, "It was withdrawn before its content went out.", phase)
            self._open().send(content)  # an error in here means that not all of it, so no final dot, went out
            phase = "content"
            reply = self._reply(self._content_timeout)
            if reply.code // 100 != 2:
                return self._refused(reply, phase)
            self._sent += 1
            return Outcome("accepted", reply.code, reply.text, phase)
        except (OSError, _Broken) as error:
            self._discard()
            return Outcome(_BROKEN[phase], None, f"The connection broke: {tidy(str(error))}", phase)

    def _mail(self, arguments: str) -> Reply:
        """MAIL; on a new connection if the old one turns out to be gone, as nothing was said about this message yet."""
        reused = self._smtp is not None
        try:
            return self._command(self._command_timeout, "MAIL", arguments)
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            if not reused:
                raise
            self._discard()
            return self._command(self._command_timeout, "MAIL", arguments)

    def _refused(self, reply: Reply, phase: Phase) -> Outcome:
        """The outcome of a negative reply. Raises _Broken for one that makes no sense here."""
        if not 400 <= reply.code <= 599:
            raise _Broken(f"an answer that makes no sense, {reply.code} {reply.text}")
        if reply.code == 421:
            self._discard()  # RFC 5321 §3.8: the server is about to close it
        else:
            self._reset()
        state: State = "deferred" if reply.code < 500 else "failed"
        if phase == "mail" and reply.code in {421, 530}:  # 530: sign in or encrypt first (RFC 4954)
            state = "relay_down"
        return Outcome(state, reply.code, reply.text, phase)

    def _reset(self) -> None:
        """RSET, so that the next message starts clean; else without this connection."""
        try:
            clean = self._command(self._command_timeout, "RSET").code == 250
        except OSError:
            clean = False
        if not clean:
            self._discard()

    def _command(self, seconds: float, verb: str, arguments: str = "") -> Reply:
        self._open().putcmd(verb, arguments)
        return self._reply(seconds)

    def _reply(self, seconds: float) -> Reply:
        smtp = self._open()
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)
        return Reply(*smtp.getreply())

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp, self._sent = self._relay.connect(), 0
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._command_timeout)
        return self._smtp

    def _discard(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _content(data: bytes) -> bytes:
    """What goes out after DATA, with its final dot. Raises ValueError for what some server may read as two messages.

    RFC 5321 §2.3.8 and §4.5.3.1.6 (E-02); bare line ends are what SMTP smuggling is made of (CVE-2023-51764).
    """
    lines = data.split(b"\r\n")
    if b"\0" in data or data.count(b"\r") + data.count(b"\n") != 2 * (len(lines) - 1):
        raise ValueError("The message holds a NUL or a line end that is not CRLF.")
    if max(map(len, lines)) > 998:
        raise ValueError("The message has a line of more than 998 octets.")
    if data.startswith(b".") or b"\r\n." in data:  # ours never do: the encoder writes such dots as =2E
        data = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")
