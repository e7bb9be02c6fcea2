"""The tree as plain text, for the text part of a mail: to be read by people, and with every address in it."""

import re
from collections.abc import Collection
from textwrap import fill, indent
from xml.etree.ElementTree import Element

from portal.markdown.fields import as_tokens
from portal.markdown.plaintable import table
from portal.markdown.tree import parse

WIDTH = 72

_BLOCKS = frozenset(("blockquote", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"))
_MARKS = {"strong": "*", "em": "_", "code": "`"}
_SPACES = re.compile(r"[ \t\n]+")  # no-break spaces stay


def text(source: str, base_url: str, fields: Collection[str] = ()) -> str:
    """Plain text in lines of 72 characters where words allow it; links as `words (https://…)`, notes at the end.

    Merge fields become the tokens that `mail` describes. Raises MarkdownError.
    """
    document = parse(source, base_url, fields)
    parts = _blocks(document.body, WIDTH)
    parts += [_item(note, f"[{number}] ", "\n\n", WIDTH) for number, note in enumerate(document.notes, start=1)]
    lines = "\n\n".join(parts).split("\n")
    return as_tokens("\n".join(line.rstrip() for line in lines).strip("\n"), document.fields)


def _blocks(parent: Element, width: int) -> list[str]:
    """Each block in an element as its lines. Words between blocks are a paragraph of their own."""
    parts, words = list[str](), _flat(parent.text)
    for child in parent:
        if child.tag in _BLOCKS:
            parts += [wrapped(words, width), _block(child, width)]
            words = _flat(child.tail)
        else:
            words += _inline(child) + _flat(child.tail)
    return [part for part in (*parts, wrapped(words, width)) if part.strip()]


def _block(element: Element, width: int) -> str:
    match element.tag:
        case "h2" | "h3":
            title = wrapped(_words(element), width)
            rule = ("=" if element.tag == "h2" else "-") * max(len(line) for line in title.split("\n"))
            return f"{title}\n{rule}"
        case "pre":
            return indent("".join(element.itertext()).expandtabs(4).strip("\n"), "    ")
        case "blockquote":
            return indent("\n\n".join(_blocks(element, width - 2)), "> ", lambda _: True)
        case "ul" | "ol":
            return _list(element, width)
        case "table":
            return table([[_words(cell) for cell in row] for row in element.iter("tr")], _sides(element), width)
        case "hr":
            return "* * *"
        case _:
            return wrapped(_words(element), width)


def _list(element: Element, width: int) -> str:
    loose = any(item.find("p") is not None for item in element)
    between = "\n\n" if loose else "\n"
    start = int(element.get("start", "1"))
    markers = [f"{start + n}. " if element.tag == "ol" else "- " for n in range(len(element))]
    return between.join(_item(item, mark, between, width) for item, mark in zip(element, markers, strict=True))


def _item(element: Element, marker: str, between: str, width: int) -> str:
    """What a list item or a note says, beside its marker."""
    body = between.join(_blocks(element, width - len(marker)))
    return marker + indent(body, " " * len(marker)).removeprefix(" " * len(marker))


def _sides(element: Element) -> list[str]:
    return [cell.get("align", "left") for cell in next(element.iter("tr"))]


def _words(element: Element) -> str:
    """Everything inside an element as one line; a forced break is the only `\\n` in it."""
    return _flat(element.text) + "".join(_inline(child) + _flat(child.tail) for child in element)


def _inline(element: Element) -> str:
    match element.tag:
        case "br":
            return "\n"
        case "img":
            return f"[{element.get('alt')}]" if element.get("alt") else ""
        case "sup":
            return f"[{element.text}]"
        case "a":
            return _link(_words(element).strip(), element.get("href", ""))
        case _:
            mark, words = _MARKS.get(element.tag, ""), _words(element)
            return f"{mark}{words}{mark}" if words.strip() else words


def _link(words: str, address: str) -> str:
    """`words (address)`, or only the address when the words are just that."""
    shown = address.removeprefix("mailto:")
    same = {shown, shown.rstrip("/"), re.sub("^https?://(www[.])?", "", shown).rstrip("/"), address, ""}
    return shown if words in same else f"{words} ({shown})"


def _flat(words: str | None) -> str:
    return _SPACES.sub(" ", words or "")


def wrapped(words: str, width: int) -> str:
    """Words in lines of `width`; an address is never broken."""
    lines = (_SPACES.sub(" ", line).strip(" ") for line in words.strip(" \n").split("\n"))
    return "\n".join(fill(line, max(width, 20), break_long_words=False, break_on_hyphens=False) for line in lines)
