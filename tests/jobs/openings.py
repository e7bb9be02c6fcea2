"""Files of openings for tests: right ones unless a test says otherwise."""

from pathlib import Path
from typing import Any

from portal.content import compose

BODY = """\
Somebody relies on the number that you find.

## The work

You compare instruments with our standards.

## What is good

You finish things.

## What is hard here

It is the same room every day.

## How we decide

By what stands above. Ask [Miriam](mailto:miriam@example.org) for adjustments.
"""
FRONT = {
    "title": "Calibration technician",
    "team": "laboratory",
    "level": "experienced",
    "interests": ["calibration"],
    "work_modes": ["onsite"],
    "locations": ["lisbon"],
    "pay": {"min": 27_400, "max": 32_300, "currency": "EUR", "per": "year"},
    "process": "usual",
    "publish": "2026-03-02",
    "closes": "2099-03-31",
    "apply_url": "https://jobs.example.org/calibration",
    "vacancy": True,
}
PROCESS = """\
name: As usual
stages:
  - {key: read, shown_as: We read it, means: Two of us do., promise: 8 working days}
  - {key: talk, shown_as: We talk, means: For forty minutes., promise: 3 working days, prepare: Bring questions.}
"""


def furnish(folder: Path) -> Path:
    """What openings name: teams, a process, and a place for their files."""
    (folder / "teams.yml").write_text(
        "teams:\n  - {slug: laboratory, name: Laboratory}\n  - {slug: data, name: Data}\n"
    )
    for name in ("jobs", "process"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "process" / "usual.yml").write_text(PROCESS)
    return folder


def text(body: str = BODY, **front: Any) -> str:
    """The text of one. A key that is None is left out."""
    return compose({**FRONT, **front}, body)


def write(folder: Path, slug: str, body: str = BODY, **front: Any) -> Path:
    """One in a file."""
    path = folder / "jobs" / f"{slug}.md"
    path.write_text(text(body, **front))
    return path
