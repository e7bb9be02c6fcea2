"""Files that are written whole or not at all, and only if they would say something else."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from portal.content import Synced


@dataclass(frozen=True)
class Write:
    """What is to become of a file. `before`: what it holds (None: it is not there). `after`: what it shall hold
    (None: it goes). `same`: as it stands it says that already."""

    kind: str
    path: Path
    before: bytes | None
    after: bytes | None
    same: bool
    note: str = ""

    @classmethod
    def of(cls, kind: str, path: Path, before: str | None, after: str | None) -> Self:
        """Of a text. The same text with other line ends stays as it is."""
        held = path.read_bytes() if path.exists() else None
        return cls(kind, path, held, None if after is None else after.encode(), before == after)

    @property
    def change(self) -> str:
        """new, changed, removed or same."""
        if self.same:
            return "same"
        return "new" if self.before is None else "removed" if self.after is None else "changed"

    def told(self, folder: Path) -> Synced:
        """For the table."""
        return Synced(self.kind, str(self.path.relative_to(folder)), self.change, self.note)


def carry_out(writes: Iterable[Write]) -> list[Write]:
    """Write them. Returns them as they came out: a file that somebody changed meanwhile is left alone and says so."""
    return [_carry_out(write) for write in writes]


def _carry_out(write: Write) -> Write:
    if write.same:
        return write
    held = write.path.read_bytes() if write.path.exists() else None
    if held != write.before:
        return replace(write, same=True, note="left alone, since it changed meanwhile: run this again")
    if write.after is None:
        write.path.unlink()
        return write
    write.path.parent.mkdir(parents=True, exist_ok=True)
    beside = write.path.with_name(f".{write.path.name}.new")
    beside.write_bytes(write.after)
    os.replace(beside, write.path)
    return write
