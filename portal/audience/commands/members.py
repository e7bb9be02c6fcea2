"""The group of commands about people."""

import click

as_json = click.option("--json", "machine", is_flag=True, help="For a script.")


@click.group("members")
def group() -> None:
    """People: bring them in from elsewhere without wronging anybody, and out. docs/import.md has the columns."""
