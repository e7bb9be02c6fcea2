"""The relay that `SMTP_URL` names, and a connection to it: encrypted, verified, signed in, and with bounded replies."""

import re
import smtplib
import socket
import ssl
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

MAX_REPLY = 16_384
"""Octets of one reply. RFC 5321 §4.5.3.1.5 allows 512 a line; what is longer than this is no SMTP server's."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class RelayDown(Exception):
    """No message can be handed over at the moment. Its text is one plain sentence for operators."""


class Reply(NamedTuple):
    """A server's answer. What is no reply at all has a code below 200."""

    code: int
    octets: bytes

    @property
    def text(self) -> str:
        """The words of it, on one line and cut to what a log line or a column holds."""
        return tidy(self.octets.decode("utf-8", "replace"))


class Relay:
    """Where mail is handed over, from `smtp://[user:password@]host[:port]` or `smtps://…` (E-20).

    `smtps` is TLS from the start; `smtp` to another machine demands STARTTLS; to this machine it is plain. Certificates
    are verified. Raises ValueError for another kind of address.
    """

    def __init__(self, url: str, hostname: str | None, timeout: float, tls: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the SMTP address must look like smtp://user:password@mail.example.org:587")
        self._host = parts.hostname
        self._implicit = parts.scheme == "smtps"
        self._starttls = not self._implicit and not _is_loopback(self._host)
        self._port = parts.port or (465 if self._implicit else 587 if self._starttls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._hostname, self._timeout = hostname, timeout
        self._tls = tls

    def connect(self) -> smtplib.SMTP:
        """A connection that is ready for MAIL. Raises RelayDown."""
        name = f"The mail server {self._host}:{self._port}"
        try:
            return self._greet(self._dial())
        except smtplib.SMTPAuthenticationError as error:
            raise RelayDown(f"{name} does not accept our user name and password: {_said(error)}") from None
        except smtplib.SMTPResponseException as error:
            raise RelayDown(f"{name} takes no mail at the moment: {_said(error)}") from None
        except ssl.SSLCertVerificationError as error:
            raise RelayDown(f"{name} shows a certificate that does not verify: {error.verify_message}.") from None
        except (OSError, UnicodeError) as error:  # smtplib's own errors are OSErrors too
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise RelayDown(f"{name} cannot be used: {tidy(reason).rstrip('.')}.") from None

    def _dial(self) -> smtplib.SMTP:
        place = (self._host, self._port, self._hostname)
        if self._implicit:
            return _Smtps(*place, timeout=self._timeout, context=self._context())
        return _Smtp(*place, timeout=self._timeout)

    def _context(self) -> ssl.SSLContext:
        """What verifies certificates; only made when needed, as it reads all of this machine's authorities."""
        self._tls = self._tls or ssl.create_default_context()
        return self._tls

    def _greet(self, smtp: smtplib.SMTP) -> smtplib.SMTP:
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._starttls:
                smtp.starttls(context=self._context())
                smtp.ehlo_or_helo_if_needed()
            if self._user:
                smtp.login(self._user, self._password)
            if smtp.sock is not None:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            smtp.close()
            raise
        smtp.command_encoding = "utf-8"  # for SMTPUTF8; other addresses are ASCII
        return smtp


class _Bounded(smtplib.SMTP):
    """smtplib reads a reply of any number of lines, and takes half a line before a drop for a whole one."""

    def getreply(self) -> tuple[int, bytes]:
        """Code and text, or code -1 and the line that is no reply. Raises OSError when none comes or it is too long."""
        words: list[bytes] = []
        left = MAX_REPLY
        while True:
            line = self._line(left)
            left -= len(line)
            words.append(line[4:].strip())
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"\r", b"\n"):
                return -1, line
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(words)

    def _line(self, most: int) -> bytes:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it is closed")
        self.file = self.file or self.sock.makefile("rb")
        try:
            line: bytes = self.file.readline(most)
        except OSError:
            self.close()
            raise
        if not line.endswith(b"\n"):
            self.close()
            raise smtplib.SMTPServerDisconnected("the answer is too long" if len(line) == most else "it was closed")
        return line


class _Smtp(_Bounded):
    """By STARTTLS or plain."""


class _Smtps(_Bounded, smtplib.SMTP_SSL):
    """TLS from the start."""


def tidy(text: str) -> str:
    """Foreign text on one line, at most 300 characters: it is shown to people and kept in a column."""
    return _CONTROLS.sub(" ", text).strip()[:300]


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    return tidy(f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
