"""A mail server of ours that does what a script says, on a free port of this machine.

    with FakeSmtp({"RCPT": {2: "550 5.1.1 no such user"}, "EOM": {3: Drop()}}) as server:
        ...
        assert server.messages[0].recipients == ["ana@example.org"]

A script names verbs: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, CONTENT (between the 354 and the first octet), EOM
(after the final dot), RSET, QUIT. For each it has one action for always, or actions by how often the verb has come
(from 1, over all connections), or a function of that number and the argument. Without an action it answers politely.
"""

import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Key and certificate of "localhost", 127.0.0.1 and mail.example.org; nobody trusts it who is not told to."""


@dataclass(frozen=True)
class Drop:
    """Close the connection without a word."""


@dataclass(frozen=True)
class Hang:
    """Say nothing for so many seconds, then close."""

    seconds: float = 30


@dataclass(frozen=True)
class Split:
    """The reply in two pieces with a pause between."""

    reply: str
    pause: float = 0.1


@dataclass(frozen=True)
class Raw:
    """Octets as they are, then carry on, or close."""

    octets: bytes
    close: bool = False


Action = str | Drop | Hang | Split | Raw
Script = Mapping[str, Action | Mapping[int, Action] | Callable[[int, str], Action | None]]

_POLITE = {
    "CONNECT": "220 fake.example.org ESMTP", "STARTTLS": "220 2.0.0 go ahead", "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender ok", "RCPT": "250 2.1.5 recipient ok", "DATA": "354 go ahead", "CONTENT": Raw(b""),
    "EOM": "250 2.0.0 queued", "RSET": "250 2.0.0 reset", "QUIT": "221 2.0.0 bye",
}  # fmt: skip


@dataclass
class Arrived:
    """One envelope with the octets that came after its DATA, as they came (dot-stuffed, with the final dot if it came)."""

    sender: str
    recipients: list[str]
    raw: bytes
    at: float
    complete: bool
    accepted: bool = False

    @property
    def data(self) -> bytes:
        return self.raw.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")


@dataclass
class FakeSmtp:
    """The server; see above. `arrived` holds every content, also what it did not answer; `commands` every line."""

    script: Script = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")
    tls: bool = False
    implicit_tls: bool = False
    arrived: list[Arrived] = field(default_factory=list)
    commands: list[tuple[str, float]] = field(default_factory=list)
    connections: int = 0

    _listener: socket.socket | None = None

    def __enter__(self) -> Self:
        """Start, unless it runs already: a test may take a server from the fixture and put it into a `with` of its own."""
        if self._listener is None:
            self._counts: Counter[str] = Counter()
            self._lock, self._stopped = threading.Lock(), threading.Event()
            self._sockets: list[socket.socket] = []
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.port = self._listener.getsockname()[1]
            self._threads = [threading.Thread(target=self._accept, args=(self._listener,), daemon=True)]
            self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stopped.is_set() or self._listener is None:
            return
        self._stopped.set()
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    @property
    def url(self) -> str:
        return f"{'smtps' if self.implicit_tls else 'smtp'}://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[Arrived]:
        """What it took responsibility for."""
        return [each for each in self.arrived if each.accepted]

    @property
    def verbs(self) -> list[str]:
        return [line.split(" ")[0].upper() for line, _ in self.commands]

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while not self._stopped.is_set():
                connection, _ = listener.accept()
                self.connections += 1
                self._sockets.append(connection)
                self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        session = _Session(self, connection)
        with suppress(OSError, ssl.SSLError, ConnectionError, EOFError):
            session.run()
        session.close()

    def action(self, verb: str, argument: str) -> Action:
        """What the script says to this verb, the n-th of its kind."""
        with self._lock:
            self._counts[verb] += 1
            number = self._counts[verb]
        found = self.script.get(verb)
        if isinstance(found, Mapping):
            found = found.get(number)
        elif callable(found):
            found = found(number, argument)
        return _POLITE.get(verb, "502 5.5.1 what?") if found is None else found

    def wait(self, seconds: float) -> None:
        self._stopped.wait(seconds)


class _Session:
    """One connection."""

    def __init__(self, server: FakeSmtp, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.sender, self.recipients = "", []

    def close(self) -> None:
        self.connection.close()

    def run(self) -> None:
        if self.server.implicit_tls:
            self._encrypt()
        self.file = self.connection.makefile("rb")
        self.act("CONNECT")
        while line := self.file.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.server.commands.append((text, time.monotonic()))
            verb, _, argument = text.partition(" ")
            self.command(verb.upper(), argument)

    def command(self, verb: str, argument: str) -> None:
        if verb == "EHLO" and "EHLO" not in self.server.script:
            offered = ["fake.example.org", *self.server.extensions, *(["STARTTLS"] if self.server.tls else [])]
            last = len(offered) - 1
            self.say("".join(f"250{' ' if i == last else '-'}{name}\r\n" for i, name in enumerate(offered)).encode())
            return
        reply = self.act(verb, argument)
        if verb == "STARTTLS" and reply == 220:
            self._encrypt()
            self.file = self.connection.makefile("rb")
        elif verb == "MAIL":
            self.sender, self.recipients = argument, []
        elif verb == "RCPT" and reply == 250:
            self.recipients.append(argument.removeprefix("TO:<").removesuffix(">"))
        elif verb == "DATA" and reply == 354:
            self.content()
        elif verb == "QUIT":
            raise EOFError

    def content(self) -> None:
        self.act("CONTENT")
        raw, line = b"", b""
        while line != b".\r\n" and (line := self.file.readline()):
            raw += line
        arrived = Arrived(self.sender, self.recipients, raw, time.monotonic(), complete=line == b".\r\n")
        self.server.arrived.append(arrived)
        if arrived.complete:
            action = self.server.action("EOM", "")
            arrived.accepted = _code(action) == 250  # before the reply goes out: who reads it may look here at once
            self.perform(action)

    def act(self, verb: str, argument: str = "") -> int:
        """Do what the script says; the code that was answered, 0 if none was."""
        action = self.server.action(verb, argument)
        self.perform(action)
        return _code(action)

    def perform(self, action: Action) -> None:
        if isinstance(action, Hang):
            self.server.wait(action.seconds)
        if isinstance(action, Hang | Drop):
            raise EOFError
        if isinstance(action, Split):
            self.say(action.reply[:2].encode())
            self.server.wait(action.pause)
            self.say(f"{action.reply[2:]}\r\n".encode())
        else:
            self.say(action.octets if isinstance(action, Raw) else f"{action}\r\n".encode())
        if isinstance(action, Raw) and action.close:
            raise EOFError

    def say(self, octets: bytes) -> None:
        self.connection.sendall(octets)

    def _encrypt(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        self.connection = context.wrap_socket(self.connection, server_side=True)


def _code(action: Action) -> int:
    text = action.reply if isinstance(action, Split) else action
    return int(text[:3]) if isinstance(text, str) and text[:3].isdigit() else 0
