"""The journal of erasures: a file beside the database, so that an older backup that is put back does not bring people
back. `audience.actions.replay` reads it; nothing in it says who somebody was.

A line is JSON: when, the member's number, and the keyed hash of the address that also keeps imports out; or when and
the hash alone, of somebody who joined again, whose hash no longer keeps anything out.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from portal.config import settings

log = structlog.get_logger(__name__)


class JournalError(Exception):
    """The journal cannot be written, so nobody is erased. One sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure. Without `member`: the person with this address came back by themselves."""

    at: datetime
    member: int | None
    address_hash: bytes


def path() -> Path:
    """Where it is."""
    return settings().erasure_journal or settings().var_dir / "erasures.log"


def write(line: Line) -> None:
    """Append a line and wait until it is on the disk. Before the commit: what is erased is in the journal, always.

    Raises JournalError.
    """
    said = {"at": line.at.isoformat(), "member": line.member, "hash": line.address_hash.hex()}
    try:
        _append(path(), json.dumps(said).encode() + b"\n")
    except OSError as error:
        raise JournalError(f"The journal of erasures cannot be written ({path()}: {error.strerror}).") from None


def _append(file: Path, line: bytes) -> None:
    new = not file.exists()
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as journal:
        if journal.seek(0, os.SEEK_END) and (journal.seek(-1, os.SEEK_END), journal.read(1))[1] != b"\n":
            line = b"\n" + line  # a power cut left half a line
        journal.write(line)
        os.fsync(journal.fileno())
    if new:
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read() -> Iterator[Line]:
    """Every line, the oldest first. What is no line (half of one, after a power cut) is left out and logged."""
    if not path().is_file():
        return
    with path().open("rb") as journal:
        for number, raw in enumerate(journal, 1):
            try:
                said = json.loads(raw)
                yield Line(datetime.fromisoformat(said["at"]), said["member"], bytes.fromhex(said["hash"]))
            except (ValueError, KeyError, TypeError):
                log.warning("a line of the journal of erasures cannot be read", line=number)


def require_writable() -> None:
    """Raise JournalError if an erasure could not be written down. For `portal check`."""
    place = path() if path().exists() else path().parent
    if not os.access(place, os.W_OK):
        raise JournalError(f"The journal of erasures cannot be written: see PORTAL_ERASURE_JOURNAL ({path()}).")
