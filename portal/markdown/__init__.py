"""Our Markdown dialect: one source as a web page, as mail and as plain text. `split` cuts an issue at its fences."""

from portal.markdown.fences import FENCES, Block, split
from portal.markdown.fields import FIELD_CLOSE, FIELD_OPEN, line
from portal.markdown.markup import mail, page
from portal.markdown.plain import text
from portal.markdown.source import MAX_DEPTH, MAX_SOURCE, MarkdownError
from portal.markdown.tree import merge_fields

__all__ = [
    "FENCES",
    "FIELD_CLOSE",
    "FIELD_OPEN",
    "MAX_DEPTH",
    "MAX_SOURCE",
    "Block",
    "MarkdownError",
    "line",
    "mail",
    "merge_fields",
    "page",
    "split",
    "text",
]
