"""From author text to the one tree that page, mail and text are made from."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain
from xml.etree.ElementTree import Element

from portal.markdown import dialect
from portal.markdown.fields import Field, check_known, mask, numbers
from portal.markdown.prepare import prepared
from portal.markdown.settle import Settle
from portal.markdown.source import MAX_DEPTH, checked, too_deep

_NESTING = {"blockquote", "ul", "ol", "em", "strong", "a"}


@dataclass(frozen=True)
class Document:
    """`body` holds elements with plain characters only; a `span` is just its words; `<sup>3</sup>` means `notes[2]`.

    Merge fields stand in it as numbers into `fields` (see `portal.markdown.fields`).
    """

    body: Element
    notes: list[Element]
    fields: list[Field]


def parse(source: str, base_url: str, known: Collection[str] = ()) -> Document:
    """The settled tree of a source. With `known`, `[[name]]` is a merge field and has to be one of these.

    Raises MarkdownError: too long, too deep, an unknown merge field, or one inside an address.
    """
    text = checked(source)
    text, fields = mask(text) if known else (text, [])
    text, codes = prepared(text)
    root, bodies = dialect.tree(text)
    for body in bodies.values():
        root.remove(body)
    document = Document(root, _number_notes(root, bodies), fields)
    settle = Settle(base_url, fields, codes)
    for part in (root, *document.notes):
        _check_depth(part)
        settle(part)
    for field in used(document):
        check_known(field, known)
    return document


def used(document: Document) -> list[Field]:
    """The fields among its words, in order. Those in code are as typed already."""
    words = chain.from_iterable(part.itertext() for part in (document.body, *document.notes))
    return [document.fields[number] for number in sorted(numbers("".join(words)))]


def merge_fields(source: str) -> list[tuple[str, str | None, int]]:
    """Each merge field outside code, in order: its name, its fallback (None if there is none), its line (from 1)."""
    names = {field.name for field in mask(checked(source))[1]}
    return [(field.name, field.fallback, field.line) for field in used(parse(source, "", names))]


def _number_notes(root: Element, bodies: dict[str, Element]) -> list[Element]:
    """The notes in the order in which they are referred to, and those that nothing refers to at the end."""
    order: dict[str, int] = {}
    queue = [root]
    for part in queue:
        for reference in part.iter("sup"):
            label = reference.attrib.pop("note")
            if label not in order:
                order[label] = len(order) + 1
                queue.append(bodies[label])
            reference.text = str(order[label])
    return [bodies[label] for label in [*order, *(label for label in bodies if label not in order)]]


def _check_depth(root: Element) -> None:
    """Before anything walks the tree by recursion."""
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        depth += element.tag in _NESTING
        if depth > MAX_DEPTH:
            raise too_deep("Lists, quotes or emphasis")
        waiting += [(child, depth) for child in element]
