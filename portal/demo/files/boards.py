"""The demo's own board: forty invented openings, listed by this very demo in Greenhouse's shape."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from portal.config import settings
from portal.content import Synced
from portal.jobs.files import boards
from portal.jobs.files.boards import BoardEntry

PATH = "/dev/board/v1/boards/fennel/jobs"
FIRST = 4_100_001
_SHEET = Path(__file__).parent / "openings.yml"


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring `boards.yml` into the database, and in the demo its own board. Raises ContentError."""
    entries = list(boards.load(content_dir).boards)
    if settings().demo:
        entries.append(_own())
    return boards.bring(entries, now)


def _own() -> BoardEntry:
    return BoardEntry(
        source="greenhouse", name="fennel", title="Demo board", mode_field="Workplace",
        url=f"{settings().base_url}{PATH}",
    )  # fmt: skip


@cache
def listing() -> Mapping[str, Any]:
    """What the board answers. As in the vendor's, a post without `internal_job_id` is no opening."""
    sheet = yaml.safe_load(_SHEET.read_text(encoding="utf-8"))
    jobs = [_job(FIRST + n, one, sheet) for n, one in enumerate(sheet["openings"])]
    door = {"title": sheet["door"], "team": "People and finance", "at": "Anywhere", "work": "", "hard": ""}
    jobs.append({**_job(FIRST + len(jobs), door, sheet), "internal_job_id": None})
    return {"jobs": jobs, "meta": {"total": len(jobs)}}


def _job(id: int, one: Mapping[str, Any], sheet: Mapping[str, str]) -> dict[str, Any]:
    low, high, currency, title = one.get("pay") or (None, None, None, None)
    pay = {"min_cents": low and low * 100, "max_cents": high and high * 100, "currency_type": currency, "title": title}
    field = {"id": 1, "name": "Workplace", "value_type": "single_select", "value": one.get("how")}
    return {
        "id": id,
        "internal_job_id": id + 1_000_000,
        "title": one["title"],
        "updated_at": "2026-11-02T09:00:00+00:00",
        "requisition_id": f"FR-{id - FIRST + 1}",
        "location": {"name": one["at"]},
        "absolute_url": f"https://jobs.example.org/fennel/{id}",
        "language": "en",
        "metadata": [field] if "how" in one else None,
        "content": escape(_content(one, sheet)),
        "departments": [{"id": 1, "name": one["team"], "parent_id": None, "child_ids": []}],
        "offices": [],
        "pay_input_ranges": [{**pay, "blurb": None}] if low else [],
    }


def _content(one: Mapping[str, str], sheet: Mapping[str, str]) -> str:
    """The board's own words, the opening's and the board's again, as one piece of HTML."""
    parts = [f"<p>{escape(sheet['about'])}</p>"]
    parts += [f"<h3>The work</h3><p>{escape(one['work'])}</p>"] if one["work"] else []
    parts += [f"<h3>What is hard here</h3><p>{escape(one['hard'])}</p>"] if one["hard"] else []
    return "".join([*parts, f"<p>{escape(sheet['asking'])}</p>"])
