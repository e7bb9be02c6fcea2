"""Header fields from values that nobody has checked: each function returns folded lines that end in CRLF.

Composed by hand: `EmailMessage` costs fifty times as much and rewrites long List-Unsubscribe addresses into
encoded-words (python/cpython#85725). Tests compare the result with what `EmailMessage` makes of the same values.
"""

import re
from email.header import Header
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email

MAX_VALUE = 500
"""Characters in a name or a subject. More is a mistake or an attack."""

# E-04: what ends a line for any reader (CR, LF, VT, FF, FS to RS, NEL, LS, PS), other controls, surrogates.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PHRASE = re.compile(r"[A-Za-z0-9'&-]+(?: [A-Za-z0-9'&-]+)*")
# E-23: a plain dot-atom, no quotes, comments, routes (% and !) or address literals.
_ATOM = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?!.*=\?)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_URL = re.compile(r"https?://[!#-;=?-~]{1,900}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class BadRecipient(ValueError):
    """This one message cannot be built; the reason is a sentence for staff. The others can."""


def clean(value: str) -> str:
    """`value` on one line, stripped: no line ends, controls, lone surrogates. Raises BadRecipient if long."""
    if not (value.isascii() and value.isprintable()):
        value = _FORBIDDEN.sub("", value)
    if len(value) > MAX_VALUE:
        raise BadRecipient(f"A name or subject of {len(value)} characters is too long to send.")
    return value.strip()


def envelope(address: str) -> str:
    """The address as it goes over the wire, its domain as A-label (E-24).

    Raises BadRecipient if it is none that we write to: E-23 allows no quotes, comments, routes or literals. A local
    part that is not ASCII stays: whether it can be sent is the relay's to say (RFC 6531).
    """
    if len(address) <= 254 and _ADDRESS.fullmatch(address):
        return address
    if address.isascii():
        raise BadRecipient("This is not a mail address that can be written to.")
    try:
        found = validate_email(address, check_deliverability=False, strict=True, globally_deliverable=False)
    except (EmailNotValidError, UnicodeError):
        raise BadRecipient("This is not a mail address that can be written to.") from None
    return f"{found.local_part}@{found.ascii_domain}"


def mailbox(header: str, name: str, address: str) -> str:
    """`To: Ana <ana@example.org>`; a name with specials is quoted, any other one encoded (E-06)."""
    name, address = clean(name), envelope(address)
    if not name:
        return f"{header}: {address}\r\n"
    if not _PHRASE.fullmatch(name):
        name = _words(header, name) if _needs_words(name) else _quoted_string(name)
    fold = "\r\n " if len(header) + len(name) + len(address) > 70 else " "
    return f"{header}: {name}{fold}<{address}>\r\n"


def subject(value: str) -> str:
    """The subject: plain if short ASCII, else encoded-words made from the whole value (E-05).

    Raises BadRecipient if it is empty.
    """
    value = clean(value)
    if not value:
        raise BadRecipient("The subject is empty.")
    return f"Subject: {_words('Subject', value) if _needs_words(value) else value}\r\n"


def verbatim(header: str, value: str) -> str:
    """A header that is never folded or encoded (E-07). Raises ValueError unless short printable ASCII."""
    if not value.isascii() or not value.isprintable() or "=?" in value or len(value) > 900:
        raise ValueError(f"{header} must be short printable ASCII: {value!r}")
    return f"{header}: {value}\r\n"


def list_id(name: str, identifier: str) -> str:
    """`List-Id: Human name <stable-id.domain>` (E-16, RFC 2919). The name is brought down to ASCII (E-07)."""
    if not _ID.fullmatch(identifier):
        raise ValueError(f"List-Id must be made of letters, digits, dots and hyphens: {identifier!r}")
    name = clean(normalize("NFKD", name).encode("ascii", "ignore").decode().replace("=?", ""))
    phrase = name if _PHRASE.fullmatch(name) else _quoted_string(name)
    return verbatim("List-Id", f"{phrase} <{identifier}>" if name else f"<{identifier}>")


def unsubscribe(url: str) -> str:
    """The two one-click headers (E-11, RFC 8058); no mailto until somebody reads that mailbox.

    The settings see to it that only a portal on this very machine goes by http. Raises BadRecipient for
    what is no plain web address.
    """
    if not _URL.fullmatch(url) or "=?" in url or "," in url:
        raise BadRecipient("There is no usable address for leaving the list.")
    return f"List-Unsubscribe: <{url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def identifier(value: str) -> str:
    """Part of a Message-ID or boundary. Raises ValueError unless it is letters, digits, dots, hyphens."""
    if not _ID.fullmatch(value):
        raise ValueError(f"not usable in a Message-ID: {value!r}")
    return value


def _needs_words(value: str) -> bool:
    """Not ASCII, too long for a line, or with a piece that a reader would take for an encoded-word."""
    return not value.isascii() or len(value) > 66 or "=?" in value


def _words(header: str, value: str) -> str:
    """Encoded-words of at most 75 octets, lines of at most 76 (RFC 2047 §2), never glued (E-05)."""
    return Header(value, "utf-8", maxlinelen=75, header_name=header).encode(linesep="\r\n")


def _quoted_string(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
