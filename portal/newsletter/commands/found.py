"""What a command line names: an issue, a segment, a campaign."""

from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import click

from portal.audience.files import Segment, all_segments
from portal.config import settings
from portal.db import db
from portal.newsletter import files
from portal.newsletter.models import Campaign, Issue
from portal.staff.models import Recruiter
from portal.staff.queries import by_key, senders
from portal.staff.queries.addresses import parse
from portal.writing.models import DESK, Piece
from portal.writing.queries import find

Home: TypeAlias = Path | Piece

as_json = click.option("--json", "machine", is_flag=True, help="For a script.")
to_segment = click.option("--segment", help="Another segment than the issue's own.")


def home_of(name: str) -> Home:
    """Where an issue is written: its file, or the piece at the desk."""
    piece = find("issue", Path(name).name.removesuffix(".md"))
    if piece and piece.home == DESK and piece.removed_at is None:
        if name.endswith(".md"):
            raise click.ClickException(
                f"{piece.slug} is written at the desk: name it without .md to take it from there."
            )
        return piece
    path = Path(name) if name.endswith(".md") else settings().content_dir / "issues" / f"{name}.md"
    if not path.is_file():
        raise click.ClickException(f"There is no issue {name}: name a file, or one of content/issues or of the desk.")
    return path


def issue_of(home: Home, now: datetime) -> Issue:
    """An issue, checked and brought into the database as it stands now. Raises ContentError."""
    return files.settle(home, now) if isinstance(home, Piece) else files.take(home)


def planned(home: Home) -> datetime | None:
    """When an issue itself says that it goes out. Raises ContentError."""
    return files.planned(files.checked(home)[0] if isinstance(home, Piece) else files.read(home))


def segment_of(slug: str) -> Segment:
    """One that can be sent to, of files or of the desk."""
    segments = all_segments(settings().content_dir)
    if slug not in segments:
        raise click.ClickException(f"There is no segment {slug}: choose one of {', '.join(sorted(segments))}.")
    return segments[slug]


def sender_of(name: str) -> Recruiter:
    """Somebody at the desk, who has allowed newsletters under their name."""
    address = parse(name)
    found = senders.named(name) or (by_key(address[1]) if address else None)
    if found is None or not found.active:
        raise click.ClickException(f"Nobody at the desk is called {name}: write their name, or their mail address.")
    if not senders.may_appear(found.id, "newsletter"):
        raise click.ClickException(
            f"{found.name} has not allowed newsletters under their name: they can do that at the desk."
        )
    return found


def campaign_of(id: int) -> Campaign:
    """A campaign by its number."""
    found = db.session.get(Campaign, id)
    if found is None:
        raise click.ClickException(f"There is no campaign {id}: `portal campaign status` lists them.")
    return found
