"""What is asked once more when a message is built: which of its parts still hold, of a mailing with such as say so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import update

from portal.db import changed
from portal.mail import parts, waiting
from portal.mail.models import Delivery
from portal.mail.seams import Tailored, seams

NOTHING_NEW = "nothing_new"
"""Why a mail does not go of which nothing holds any more (P3)."""


class Due(NamedTuple):
    """A delivery that is about to go; `values`: of merge fields that only stand in fragments that are asked again."""

    id: int
    mask: int
    picks: bytes | None
    first_at: datetime | None
    attempts: int
    values: Mapping[str, str] = MappingProxyType({})


def cut(batch: Sequence[Due], now: datetime) -> list[Due]:
    """Those of which something holds, cut down to it, with their values. What was cut is written down, and a delivery
    of which nothing is left is skipped; one that nobody could say anything of waits. The caller commits."""
    found = seams().tailor([due.id for due in batch], now)
    seams().told(found, now)
    kept = [_cut(due, found[due.id]) for due in batch if due.id in found]
    waiting.leave_out([due.id for due in kept if not (due.mask or due.picks)], NOTHING_NEW, now)
    return [due for due in kept if due.mask or due.picks]


def _cut(due: Due, holds: Tailored) -> Due:
    mask, picks = parts.as_named(holds.parts, due.picks)
    if (mask, picks) != (due.mask, due.picks):
        _write(due.id, mask=mask, picks=picks)
    return due._replace(mask=mask, picks=picks, values=holds.values)


def _write(id: int, **values: Any) -> None:
    mine = update(Delivery).where(Delivery.id == id, Delivery.state == "queued").values(**values)
    changed(mine.execution_options(synchronize_session=False))
