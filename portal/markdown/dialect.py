"""Python-Markdown as we use it: tables, notes, sane lists, no raw HTML, and nothing that hostile text makes slow."""

import re
from html import unescape
from typing import cast
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor
from markdown.extensions.footnotes import FootnoteBlockProcessor, FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from portal.markdown import brackets
from portal.markdown.source import MAX_DEPTH, MarkdownError, clean, too_deep

MAX_PARAGRAPH = 20_000
"""Characters without an empty line: the inline patterns copy a paragraph once for each of their matches."""

MAX_WORK = 10_000_000
"""Characters that the block parser may look at, again and again: about a second."""

Found = tuple[Element | str | None, int | None, int | None]


def tree(source: str) -> tuple[Element, dict[str, Element]]:
    """The element tree of a prepared source, and its notes by their label in the order they are defined.

    A reference to a note is `<sup note="label"/>`. Links and images are as written (see `settle`).
    """
    notes = _Notes()
    md = Markdown(
        extensions=[TableExtension(use_align_attribute=True), SaneListExtension(), notes], output_format="html"
    )
    md.preprocessors.deregister("html_block")  # raw HTML stays text
    md.inlinePatterns.deregister("html")
    md.treeprocessors.deregister("prettify")  # its line breaks would stand in the plain text
    md.parser.blockprocessors.register(_Guard(md.parser), "guard", 1000)
    md.parser.blockprocessors.register(_Heading(md.parser), "hashheader", 70)
    brackets.register(md)
    md.inlinePatterns.register(_Comment(r"<!--(?:(?!<!--|-->).)*-->", md), "comment", 122)
    md.inlinePatterns.register(_Autolink(r"<([A-Za-z][A-Za-z0-9+.-]*://[^<>\s]*)>", md), "autolink", 120)
    md.inlinePatterns.register(_Autolink(r"<([^<>\s!@:]+@[^<>\s@]+)>", md), "automail", 110)
    md.inlinePatterns.register(_Entity(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z0-9]{1,40});", md), "entity", 80)
    try:
        return _run(md, source), notes.bodies
    except RecursionError:
        raise too_deep("Lists, quotes or emphasis") from None


def _run(md: Markdown, source: str) -> Element:
    """What `Markdown.convert` does, up to the tree: the text part is made from it as well."""
    lines = source.split("\n")
    for preprocessor in md.preprocessors:
        lines = preprocessor.run(lines)
    root = cast(Element, md.parser.parseDocument(lines).getroot())
    for treeprocessor in md.treeprocessors:
        changed = treeprocessor.run(root)
        root = root if changed is None else changed
    return root


class _Guard(BlockProcessor):
    """Sees every block before any other processor does: counts the work, claims none of it."""

    done = 0

    def test(self, parent: Element, block: str) -> bool:
        self.done += len(block) + 800
        if "|" in block.partition("\n")[0]:
            lines = block.split("\n")
            self.done += 200 * len(lines) * lines[0].count("|")  # a cell costs as much as a paragraph, empty or not
            self.done += sum(line.count("|") * line.count("`") for line in lines)
        if self.done > MAX_WORK:
            raise MarkdownError("The text is too tangled to be laid out: put empty lines into it, or split it.")
        if len(self.parser.state) > 2 * MAX_DEPTH:  # two states for each level of a loose list
            raise too_deep("Lists and quotes")
        return False


class _Heading(HashHeaderProcessor):
    """`# Words`, with the space: `#hiring` is a word. The library's pattern takes either."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6}) (?P<header>[^\n]*?)(?: +#+)? *(?:\n|$)")


class _Notes(FootnoteExtension):
    """`[^label]` and `[^label]: words`. The library's own numbering is quadratic, and its ids clash."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: dict[str, Element] = {}

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        self.parser, self.md = md.parser, md
        md.parser.blockprocessors.register(_NoteBlock(self), "footnote", 17)
        md.inlinePatterns.register(_NoteReference(r"\[\^([^\[\]\s]+)\]", self), "footnote", 175)
        md.treeprocessors.register(_NoteBodies(self), "footnote", 50)


class _NoteBlock(FootnoteBlockProcessor):
    RE = re.compile(r"^[ ]{0,3}\[\^([^\[\]\s]+)\]:[ ]*(.*)$", re.MULTILINE)


class _NoteReference(InlineProcessor):
    def __init__(self, pattern: str, notes: _Notes) -> None:
        super().__init__(pattern, notes.md)
        self.notes = notes

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        if m[1] not in self.notes.footnotes:
            return None, m.start(), m.end()
        return Element("sup", note=m[1]), m.start(), m.end()


class _NoteBodies(Treeprocessor):
    """Hangs the notes into the tree for the inline patterns, and looks for paragraphs that are too long for these."""

    def __init__(self, notes: _Notes) -> None:
        super().__init__(notes.md)
        self.notes = notes

    def run(self, root: Element) -> None:
        done = 0
        while done < len(self.notes.footnotes):  # a note may define notes
            label, source = list(self.notes.footnotes.items())[done]
            self.notes.bodies[label] = SubElement(root, "div")
            self.notes.parser.parseChunk(self.notes.bodies[label], source)
            done += 1
        for element in root.iter():
            for words in (element.text, element.tail):
                if words and len(words) > MAX_PARAGRAPH and not isinstance(words, AtomicString):
                    raise MarkdownError(
                        f"The paragraph that begins “{words[:40].strip()}” has {len(words):,} characters; "
                        f"the most is {MAX_PARAGRAPH:,}: put empty lines into it."
                    )


class _Comment(InlineProcessor):
    """What authors hide from readers stays hidden."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        return "", m.start(), m.end()


class _Autolink(brackets.Whole):
    """`<https://…>` and `<ana@…>`, in plain characters. The library hides addresses in entities."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        words = self.unescape(m[1])
        element = Element("a", href=words if "://" in words else f"mailto:{words}")
        element.text = AtomicString(words)
        return element, m.start(), m.end()


class _Entity(InlineProcessor):
    """`&mdash;` as the character it names, so that the tree holds characters only, none forbidden."""

    def handleMatch(self, m: re.Match[str], data: str) -> Found:  # type: ignore[override]  # noqa: N802
        return clean(unescape(m[0])), m.start(), m.end()
