"""What a company edits in `content/`: YAML and Markdown with front matter, each mistake with its line."""

from portal.content.composing import compose, compose_yaml
from portal.content.kinds import NOTHING, Desk, Kind, Synced, check_all, kinds, late_all, sync_all
from portal.content.parsing import MAX_FILE, SLUG, Front, Text, line_in, parse_text, parse_yaml, tidy
from portal.content.problems import ContentError, Problem, near
from portal.content.reading import files, language_of, line_of, originals, read_source, read_text, read_yaml
from portal.content.stamp import ContentStamp, touch

__all__ = [
    "MAX_FILE",
    "NOTHING",
    "SLUG",
    "ContentError",
    "ContentStamp",
    "Desk",
    "Front",
    "Kind",
    "Problem",
    "Synced",
    "Text",
    "check_all",
    "compose",
    "compose_yaml",
    "files",
    "kinds",
    "language_of",
    "late_all",
    "line_in",
    "line_of",
    "near",
    "originals",
    "parse_text",
    "parse_yaml",
    "read_source",
    "read_text",
    "read_yaml",
    "sync_all",
    "tidy",
    "touch",
]
