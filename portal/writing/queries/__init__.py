"""What may be asked of this slice."""

from portal.writing.queries.compare import Line, Part, compare
from portal.writing.queries.versions import beside, current, find, history, of_kind, open_words

__all__ = ["Line", "Part", "beside", "compare", "current", "find", "history", "of_kind", "open_words"]
