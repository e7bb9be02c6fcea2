"""What came back: bytes, and what can be read of them."""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from portal.jobs.sources.found import Problem

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """An answer of status 200. `kind`: what it says that it is."""

    url: str
    data: bytes
    kind: str = ""
    etag: str | None = None
    modified: str | None = None

    def json(self) -> Any:
        """What JSON says. Raises Problem: for a web page, for half of it, for what is not UTF-8 (which JSON has to
        be, whatever its header says)."""
        if self.data.lstrip()[:1] == b"<" or "text/html" in self.kind.lower():
            raise Problem("html")
        try:
            return json.loads(self.data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Problem("encoding") from None
        except RecursionError:
            raise Problem("shape") from None
        except ValueError:
            raise Problem("half") from None

    def xml(self) -> Element:
        """The root of XML. Raises Problem, also for what defines entities: nobody's list of jobs needs them."""
        if b"<!ENTITY" in self.data or b"\0" in self.data:
            raise Problem("shape")
        if re.match(rb"\s*<(!doctype )?html", self.data.removeprefix(codecs.BOM_UTF8)[:200], re.IGNORECASE):
            raise Problem("html")
        try:
            return ElementTree.fromstring(self.data)  # noqa: S314  # entities are refused above, others not fetched
        except ElementTree.ParseError as error:
            raise Problem("encoding" if "not well-formed" in str(error) and not self._utf8() else "half") from None
        except (LookupError, ValueError):
            raise Problem("encoding") from None

    def html(self) -> str:
        """A web page's text, by the encoding that its header or its first lines name. Raises Problem."""
        named = _CHARSET.search(self.kind) or _CHARSET.search(self.data[:2048].decode("ascii", "replace"))
        try:
            return self.data.decode(named[1] if named else "utf-8-sig")
        except (LookupError, ValueError):
            raise Problem("encoding") from None

    def _utf8(self) -> bool:
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True


Get = Callable[[str, str], Document]
"""Fetches a further document: its address, what to accept. Raises Problem."""
