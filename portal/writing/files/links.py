"""Links to our own pages and pictures in a text: which of them lead nowhere."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException

from portal import content, markdown
from portal.config import settings
from portal.content import NOTHING, Desk, Problem, Text, near
from portal.markdown import MarkdownError

OWN = {"insights": "insights", "jobs": "jobs", "pages": "pages", "newsletter": "issues", "media": "media"}
"""Where what is under an address has its files."""
_LINK = re.compile(r'(?:href|src)="([^"#?]*)')


def dead_links(folder: Path, text: Text, desk: Desk = NOTHING) -> list[Problem]:
    """Links to our own pages that lead nowhere, each line where one stands."""
    try:
        return dead(folder, text, rendered(text), desk)
    except MarkdownError:
        return []  # whoever checks the words says so


def rendered(text: Text) -> str:
    """The page that a text becomes. Raises MarkdownError."""
    return markdown.page(text.body, settings().base_url)


def dead(folder: Path, text: Text, html: str, desk: Desk) -> list[Problem]:
    """The same of a page that is rendered already."""
    base, problems = settings().base_url, []
    for path in {urlsplit(found).path for found in _LINK.findall(html) if found.startswith(base + "/")}:
        mend = _mend(folder, path, desk)
        if mend:
            here = re.compile(re.escape(path) + r"(?![\w/-])")
            lines = [n for n, line in enumerate(text.body.split("\n"), 1) if here.search(line)]
            problems += [text.problem(n, f"the link to {path} leads nowhere: {mend}") for n in lines or [1]]
    return problems


def _mend(folder: Path, path: str, desk: Desk) -> str | None:
    """What to do about a link to a path of ours; None if it leads somewhere."""
    first, _, slug = path[1:].partition("/")
    if first in OWN and slug:
        known = _files(folder / OWN[first]) | set(desk.get(OWN[first], ()))
        ending = "" if first == "media" else ".md"
        return None if slug in known else near(slug, known, f"there is no {OWN[first]}/{slug}{ending}")
    try:
        current_app.url_map.bind("").match(path)
    except HTTPException:
        known = {rule.rule for rule in current_app.url_map.iter_rules() if not rule.arguments}
        return near(path, known, "there is no such page")
    return None


def _files(folder: Path) -> set[str]:
    if folder.name == "media":
        return {path.name for path in content.files(folder, "*")}
    return {path.stem for path in content.originals(folder, "*.md")}
