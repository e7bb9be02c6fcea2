"""Turns the tree that the library made of author text into what may be shown: addresses, images, headings, code."""

import re
from collections.abc import Sequence
from html import unescape
from xml.etree.ElementTree import Element, SubElement

from portal.markdown import links
from portal.markdown.fields import Field, as_typed, numbers
from portal.markdown.prepare import CODE_CLOSE, CODE_OPEN
from portal.markdown.source import MarkdownError, clean

MAX_ADDRESSES = 500_000
"""Characters in all addresses together: a long one that is defined once can be used ten thousand times."""

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CODE = re.compile(f"{CODE_OPEN}([0-9]+){CODE_CLOSE}")


class Settle:
    """One pass over the trees of one source. What loses its meaning becomes a `span`, which is just its words."""

    def __init__(self, base_url: str, fields: Sequence[Field], codes: Sequence[str]) -> None:
        self.base_url, self.fields, self.codes = base_url, fields, codes
        self.addresses = 0

    def __call__(self, root: Element) -> None:
        # The only h1 is the title of the page, and below it no level is left out: some authors begin with ##.
        self.lower = 2 - min((int(e.tag[1]) for e in root.iter() if e.tag in _HEADINGS), default=2)
        for element in list(root.iter()):
            self._element(element)
            element.text, element.tail = self._words(element.text), self._words(element.tail)
        for link in root.iter("a"):
            _take_links_out(link)
        for element in root.iter():
            element[:] = [child for child in element if child.tag != "p" or _shows(child)]

    def _element(self, element: Element) -> None:
        match element.tag:
            case "a":
                self._link(element)
            case "img":
                self._image(element)
            case "code":
                element.text = as_typed(_without_escapes(element.text or ""), self.fields)
            case "p" if mark := _CODE.fullmatch((element.text or "").strip()):
                element.tag, element.text = "pre", None
                SubElement(element, "code").text = self._code(mark)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                element.tag = f"h{min(6, int(element.tag[1]) + self.lower)}"
            case "th" if not _shows(element):
                element.tag = "td"  # the corner of a table: a heading that says nothing would be read out
            case "th":
                element.set("scope", "col")
            case "ol" if start := element.get("start"):
                element.set("start", str(int(start[:9])))

    def _link(self, element: Element) -> None:
        address = links.link(self._address(element.get("href", "")), self.base_url)
        element.attrib.clear()
        if address:
            element.set("href", address)
        else:
            element.tag = "span"

    def _image(self, element: Element) -> None:
        """Our own image, or the words that stand for another."""
        address, words = self._address(element.get("src", "")), clean(unescape(self._address(element.get("alt", ""))))
        element.attrib.clear()
        if own := links.image(address, self.base_url):
            element.attrib.update(src=own, alt=words)
        else:
            element.tag, element.text = "span", words

    def _address(self, address: str) -> str:
        """An attribute as it is. Raises MarkdownError for a merge field in it: it would send a person's data along."""
        if inside := numbers(address):
            field = self.fields[inside[0]]
            raise MarkdownError(
                f"The merge field {field.raw} stands inside an address or an image: put it among the words.", field.line
            )
        self.addresses += len(address)
        if self.addresses > MAX_ADDRESSES:
            raise MarkdownError("The addresses in this text are too long: shorten those that are used again and again.")
        return address

    def _words(self, text: str | None) -> str | None:
        """Words, with the code itself for a block of it that stands in an odd place."""
        return _CODE.sub(self._code, text) if text else None

    def _code(self, mark: re.Match[str]) -> str:
        return as_typed(self.codes[int(mark[1])], self.fields)


def _without_escapes(code: str) -> str:
    """The library escapes code for HTML already; this undoes exactly that."""
    return code.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _take_links_out(link: Element) -> None:
    """No link in a link, and none without anything to click on."""
    for inner in link.iter("a"):
        if inner is not link:
            inner.tag = "span"
    if not _shows(link):
        link.tag = "span"


def _shows(element: Element) -> bool:
    return bool("".join(element.itertext()).strip()) or any(child.tag in ("img", "pre") for child in element.iter())
