"""Links and images in square brackets. The library's search for the closing bracket is quadratic; ours is not."""

import re

from markdown import Markdown
from markdown.inlinepatterns import (
    IMAGE_LINK_RE,
    LINK_RE,
    ImageInlineProcessor,
    ImageReferenceInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortImageReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)

from portal.markdown.source import MAX_DEPTH, too_deep

_BRACKET = re.compile(r"[\[\]]")
_TARGET = re.compile(
    r"""\(\s*+ (?: <(?P<pointed>[^<>\n]*)> | (?P<bare>[^\s()<>]*+ (?: \([^\s()<>]*+\) [^\s()<>]*+ )*+ ) )
        (?: \s++ (?: "[^"]*" | '[^']*' | \([^()]*\) ) )?+ \s*+ \)""",
    re.VERBOSE,
)


class Whole(InlineProcessor):
    """Gives addresses and alternative texts back whole: the library leaves its marks for what stands inside a link."""

    def unescape(self, text: str) -> str:
        before = None
        while text != before:
            before, text = text, super().unescape(text)
        return text


class _Linear(Whole, LinkInlineProcessor):
    """Reads `[words]` and `(address "title")`. A title is not shown to anybody who has no mouse: it is dropped."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802
        depth = 1
        for bracket in _BRACKET.finditer(data, index):
            depth += 1 if bracket[0] == "[" else -1
            if depth > MAX_DEPTH:
                raise too_deep("Square brackets")
            if not depth:
                return data[index : bracket.start()], bracket.end(), True
        return "", len(data), False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802
        target = _TARGET.match(data, index)
        if not target:
            return "", None, index, False
        address = target["pointed"] if target["bare"] is None else target["bare"]
        return self.unescape(address), None, target.end(), True


class _Reference(_Linear, ReferenceInlineProcessor):
    pass


class _Link(_Linear):
    pass


class _Image(_Linear, ImageInlineProcessor):
    pass


class _ImageReference(_Linear, ImageReferenceInlineProcessor):
    pass


class _ShortReference(_Linear, ShortReferenceInlineProcessor):
    pass


class _ShortImageReference(_Linear, ShortImageReferenceInlineProcessor):
    pass


def register(md: Markdown) -> None:
    """Put our patterns in the places of the library's."""
    patterns = md.inlinePatterns
    patterns.register(_Reference(LINK_RE, md), "reference", 170)
    patterns.register(_Link(LINK_RE, md), "link", 160)
    patterns.register(_Image(IMAGE_LINK_RE, md), "image_link", 150)
    patterns.register(_ImageReference(IMAGE_LINK_RE, md), "image_reference", 140)
    patterns.register(_ShortReference(LINK_RE, md), "short_reference", 130)
    patterns.register(_ShortImageReference(IMAGE_LINK_RE, md), "short_image_ref", 125)
