"""`portal content export`: the desk's pieces as files."""

from pathlib import Path

import click

from portal import clock, schema
from portal.config import settings
from portal.db import db
from portal.home.commands.table import said
from portal.insights import files as insights
from portal.jobs import files as jobs
from portal.writing.actions import export as pieces
from portal.writing.actions import export_media as pictures
from portal.writing.actions.writing_out import carry_out


@click.command()
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Another content folder.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--json", "machine", is_flag=True, help="For a script.")
def export(folder: Path | None, dry_run: bool, machine: bool) -> None:
    """Write what lives at the desk into the content folder, for git and as a backup.

    Nothing is lost: words of a file that is overwritten are kept at the desk. What is not public yet, or has a mistake,
    goes into drafts/.
    """
    schema.require_current()
    folder = folder or settings().content_dir
    writes = [
        *pieces.plan(folder, {"insight": insights.live(), "job": jobs.live()}, clock.now()),
        *pictures.plan(folder),
    ]
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()  # first: what the files say and nobody knew is safe before they say something else
        try:
            writes = carry_out(writes)
        except OSError as error:
            mend = "Mend its permissions, or name another folder by --dir, and run this again."
            raise click.ClickException(f"{error.filename} cannot be written ({error.strerror}). {mend}") from None
    click.echo(said([write.told(folder) for write in writes], dry_run, machine))
