"""Documents that nobody here wrote: the long descriptions of the packages that are installed."""

import re
from functools import cache
from importlib.metadata import distributions
from typing import Any

import pytest

from portal.markdown import MarkdownError, mail, page, text
from tests.markdown.checking import BASE, INTERNAL, MAIL, PAGE, Reader, absolute, problems

AT_LEAST = 60


@cache
def documents() -> dict[str, str]:
    """Descriptions by package, those in Markdown first; others as if they were, to have enough."""
    packages: list[Any] = list(distributions())
    packages.sort(key=lambda package: "markdown" not in (package.metadata.get("Description-Content-Type") or ""))
    bodies = {
        each.name: str(each.metadata.get_payload() or each.metadata.get("Description") or "") for each in packages
    }
    return {name: body for name, body in bodies.items() if body.strip()}


def test_there_are_enough() -> None:
    assert len(documents()) >= AT_LEAST


@pytest.mark.parametrize("name", documents())
def test_all_three_renderings_are_safe(name: str) -> None:
    source = documents()[name]
    try:
        html, shown, plain = mail(source, BASE), page(source, BASE), text(source, BASE)
    except MarkdownError as error:
        if not re.search("^The text is [0-9]+ KB; the most is 100 KB: split it|nested deeper than", error.message):
            raise
        return
    assert problems(html, MAIL) == []
    assert problems(shown, PAGE) == []
    assert not INTERNAL.findall(plain)
    read = Reader(html)
    assert all(absolute(address) for address in read.links)
    assert [address for address in read.links if address.removeprefix("mailto:") not in plain] == []
    assert len(re.findall(r"\w", read.words)) <= len(re.findall(r"\w", plain))
    assert html
    assert plain
