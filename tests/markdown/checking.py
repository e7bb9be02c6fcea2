"""What rendered text may hold, read with another parser than the one that sanitised it."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

BASE = "https://talent.example.org"

MAIL = {
    "a": {"href"},
    "blockquote": set(),
    "br": set(),
    "code": set(),
    "em": set(),
    "h2": set(),
    "h3": set(),
    "h4": set(),
    "h5": set(),
    "h6": set(),
    "hr": set(),
    "img": {"src", "alt"},
    "li": set(),
    "ol": {"start"},
    "p": set(),
    "pre": set(),
    "strong": set(),
    "sup": set(),
    "table": set(),
    "tbody": set(),
    "td": {"align"},
    "th": {"align", "scope"},
    "thead": set(),
    "tr": set(),
    "ul": set(),
}
"""Every tag that mail may hold, with its attributes."""
PAGE = MAIL | {"a": {"href", "rel", "aria-label"}, "li": {"id"}, "sup": {"id"}}
"""The same for a page, where notes have addresses."""

VOID = {"br", "hr", "img"}
INTERNAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
"""Characters that neither an author may write nor our own machinery may leave behind."""


class Reader(HTMLParser):
    """Reads a fragment; `wrong` says what is not allowed or not closed in it."""

    def __init__(self, html: str, allowed: dict[str, set[str]] = MAIL) -> None:
        super().__init__(convert_charrefs=True)
        self.allowed = allowed
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.images: list[str] = []
        self.ids: list[str] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += " "
        if tag not in VOID:
            self._open.append(tag)
        if tag not in self.allowed:
            self.wrong.append(f"<{tag}>")
        self.wrong += [f"<{tag} {name}>" for name, _ in attrs if name not in self.allowed.get(tag, set())]
        values = {name: value or "" for name, value in attrs}
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.images += [values.get("src", "")] if tag == "img" else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self._open or self._open.pop() != tag):
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("an instruction")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("a section")


def problems(html: str, allowed: dict[str, set[str]] = MAIL, base: str = BASE) -> list[str]:
    """What is unsafe in a rendered fragment: tags, attributes, addresses, images from elsewhere, stray characters."""
    reader = Reader(html, allowed)
    wrong = list(reader.wrong)
    for address in reader.links:
        note = allowed is PAGE and re.fullmatch(r"#[a-z0-9-]*note-(ref-)?\d+", address)
        if not note and not absolute(address):
            wrong.append(f"a link to {address!r}")
    wrong += [
        f"an image from {address!r}" for address in reader.images if urlsplit(address).netloc != urlsplit(base).netloc
    ]
    wrong += [f"the character {character!r}" for character in INTERNAL.findall(html)]
    return wrong


def absolute(address: str) -> bool:
    """Whether an address leads somewhere from inside a mail."""
    parts = urlsplit(address)
    return parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.hostname))
