"""The tree as HTML: for a page and for mail. Sanitised once more at the very end, whatever came before."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import SubElement, tostring

import nh3

from portal.markdown.fields import as_tokens
from portal.markdown.tree import Document, parse

_INLINE = frozenset(("a", "br", "code", "em", "img", "strong", "sup"))
_BLOCKS = frozenset(("blockquote", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"))
_TABLES = frozenset(("table", "tbody", "td", "th", "thead", "tr"))
TAGS = _INLINE | _BLOCKS | _TABLES
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # else nh3 lets `title` and `lang` through everywhere
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align", "scope"},
}
NOTE_ATTRIBUTES = {"a": {"href", "aria-label"}, "li": {"id"}, "sup": {"id"}}
"""Only on pages: in a mail several texts stand below each other, and clients drop or clash ids."""

SCHEMES = frozenset({"http", "https", "mailto"})

_NOTE_ADDRESS = re.compile(r"#[a-z0-9-]*note-(?:ref-)?[0-9]+")


def page(source: str, base_url: str, fields: Collection[str] = (), prefix: str = "") -> str:
    """Sanitised HTML for a web page. Headings begin at h2; `/path` is an address under `base_url`.

    `fields` as in `mail`. `prefix` ([a-z0-9-]*) tells the notes of several texts on one page apart.
    Raises MarkdownError.
    """
    document = parse(source, base_url, fields)
    _link_notes(document, prefix)
    return as_tokens(safe_on_page(_html(document)), document.fields)


def mail(source: str, base_url: str, fields: Collection[str] = ()) -> str:
    """Sanitised HTML for mail: every address absolute, no ids, nothing foreign.

    With `fields`, the closed list of names, `[[name|fallback]]` becomes FIELD_OPEN + "name|fallback" + FIELD_CLOSE. The
    fallback is raw there: take the tokens out before anything reads this as HTML, and escape what replaces them.
    Raises MarkdownError, also for a name that is not in `fields`.
    """
    document = parse(source, base_url, fields)
    return as_tokens(safe_in_mail(_html(document)), document.fields)


def safe_on_page(html: str) -> str:
    """Any HTML with only our tags, attributes and schemes left; no address without a host but those of notes."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES | NOTE_ATTRIBUTES,
        url_schemes=set(SCHEMES),
        url_relative=lambda url: url if _NOTE_ADDRESS.fullmatch(url) else None,
        link_rel="noopener",
    ).strip()


def safe_in_mail(html: str) -> str:
    """Any HTML with only our tags, attributes and schemes left, and no address without a host."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel=None,
    ).strip()


def _html(document: Document) -> str:
    """Body and numbered notes, characters escaped, a line for each block."""
    if document.notes:
        SubElement(document.body, "hr")
        notes = SubElement(document.body, "ol")
        for note in document.notes:
            note.tag = "li"
            notes.append(note)
    for element in document.body.iter():
        if element.tag in _BLOCKS | _TABLES and not (element.tail or "").strip():
            element.tail = "\n"
    return tostring(document.body, encoding="unicode", method="html")


def _link_notes(document: Document, prefix: str) -> None:
    """Links from the words to their note, and from a note to the first place that refers to it."""
    referred = set[str]()
    for part in (document.body, *document.notes):
        for reference in list(part.iter("sup")):
            number, reference.text = reference.text or "", None
            SubElement(reference, "a", href=f"#{prefix}note-{number}").text = number
            if number not in referred:
                reference.set("id", f"{prefix}note-ref-{number}")
            referred.add(number)
    for position, note in enumerate(document.notes, start=1):
        note.set("id", f"{prefix}note-{position}")
        if str(position) in referred:
            end = note[-1] if len(note) and note[-1].tag == "p" else note
            back = {"href": f"#{prefix}note-ref-{position}", "aria-label": "Back to the text"}
            SubElement(end, "a", back).text = " ↩"
