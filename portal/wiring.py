"""The lists that slices fill. A lower slice never calls a higher one: what it needs is handed over here."""

import click
from flask import Blueprint

from portal.mail import commands as mail_commands
from portal.mail import tasks as mail_tasks
from portal.mail.sending import Seams
from portal.queue import Sweep, Task
from portal.web import health
from portal.web.access import Guard, Loader

BLUEPRINTS: list[tuple[Blueprint, Guard]] = [
    (health.bp, Guard.MACHINE),
]
TASKS: dict[str, Task] = {"mail.send": mail_tasks.send}
SWEEPS: dict[str, Sweep] = {"mail.sweep": mail_tasks.sweep}
LOAD_MEMBER: Loader = lambda id: None  # noqa: E731
OUTBOX: Seams | None = None
COMMANDS: list[click.Command] = [mail_commands.mail]
WITHOUT_SETTINGS = {"demo"}
