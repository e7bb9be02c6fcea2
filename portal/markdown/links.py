"""Which addresses may stand in author text. Anything else loses its link and keeps its words."""

import re
from html import unescape
from urllib.parse import quote, urlsplit

from portal.markdown.source import clean

_UNSAFE = re.compile(r"[\s\\<>\"^`{|}]")
_OWN_FILES = ("/media/", "/static/")


def link(address: str, base_url: str) -> str | None:
    """The absolute http, https or mailto address that a link leads to, or None if it may not be one.

    `/path` is taken from `base_url`. A name and password before the host (`https://bank@evil`) is never honest.
    """
    address = _written(address)
    if address.startswith("/") and not address.startswith("//"):
        return base_url.rstrip("/") + address
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme == "mailto":
        return address if parts.path or parts.query else None
    return address if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else None


def image(address: str, base_url: str) -> str | None:
    """The absolute address of an image on our own host, or None for any other: nothing foreign is ever loaded."""
    address = _written(address)
    if address.startswith(_OWN_FILES):
        return base_url.rstrip("/") + address
    own = _origin(base_url)
    return address if own and _origin(address) == own else None


def _written(address: str) -> str:
    """What an author wrote, as the characters of a URL: entities read, what a browser would reinterpret quoted."""
    return _UNSAFE.sub(lambda match: quote(match[0]), clean(unescape(address)).strip())


def _origin(address: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc.lower()) if parts.scheme in ("http", "https") and parts.netloc else None
