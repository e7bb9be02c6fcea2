"""What a company edits in `content/`: YAML and Markdown with front matter, each mistake with its line."""

from portal.content.kinds import Kind, Synced, check_all, kinds, sync_all
from portal.content.problems import ContentError, Problem, near
from portal.content.reading import (
    MAX_FILE,
    SLUG,
    Front,
    Text,
    files,
    language_of,
    line_of,
    originals,
    read_text,
    read_yaml,
)
from portal.content.stamp import ContentStamp, touch

__all__ = [
    "MAX_FILE",
    "SLUG",
    "ContentError",
    "ContentStamp",
    "Front",
    "Kind",
    "Problem",
    "Synced",
    "Text",
    "check_all",
    "files",
    "kinds",
    "language_of",
    "line_of",
    "near",
    "originals",
    "read_text",
    "read_yaml",
    "sync_all",
    "touch",
]
