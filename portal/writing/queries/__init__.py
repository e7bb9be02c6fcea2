"""What may be asked of this slice."""

from portal.writing.queries.compare import Line, Part, compare
from portal.writing.queries.slugs import slug_of
from portal.writing.queries.versions import before, beside, current, find, history, names, of_kind, open_words, recent

__all__ = [
    "Line", "Part", "before", "beside", "compare", "current", "find", "history", "names", "of_kind", "open_words",
    "recent", "slug_of",
]  # fmt: skip
