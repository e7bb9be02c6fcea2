"""Content folders for tests: small ones, right unless a test says otherwise."""

from pathlib import Path
from typing import Any

import yaml

INTERESTS = """\
groups:
  - slug: data
    name: Data
    interests:
      - {slug: data-engineering, name: Data engineering}
      - {slug: statistics, name: Statistics}
  - slug: instruments
    name: Instruments
    interests:
      - {slug: calibration, name: Calibration}
"""


def make(parent: Path) -> Path:
    """A folder with what can be chosen, a segment, and nothing to read."""
    folder = parent / "content"
    for name in ("segments", "insights", "issues", "pages"):
        (folder / name).mkdir(parents=True)
    (folder / "interests.yml").write_text(INTERESTS)
    (folder / "places.yml").write_text("places:\n  - {slug: lisbon, name: Lisbon, country: PT}\n")
    (folder / "segments" / "everyone.yml").write_text("name: Everyone\nabout: All of us.\nrule: {all: []}\n")
    return folder


def write(folder: Path, path: str, body: str, front: dict[str, Any]) -> Path:
    """A Markdown file; its front matter has a line for each key."""
    file = folder / path
    file.write_text(f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)}---\n{body}")
    return file


def insight(folder: Path, slug: str, body: str = "Words.\n", **front: Any) -> Path:
    """An article that is out already."""
    usual = {
        "title": slug.replace("-", " ").capitalize(),
        "summary": f"What {slug} is about.",
        "author": "Ruth Ackroyd",
        "interests": ["calibration"],
        "published": "2026-03-02",
    }
    return write(folder, f"insights/{slug}.md", body, usual | front)


def page(folder: Path, slug: str, body: str = "Words.\n", **front: Any) -> Path:
    """A plain page."""
    return write(
        folder, f"pages/{slug}.md", body, {"title": slug.capitalize(), "summary": f"What {slug} says."} | front
    )
