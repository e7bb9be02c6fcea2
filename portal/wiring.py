"""The lists that slices fill. A lower slice never calls a higher one: what it needs is handed over here."""

import click
from flask import Blueprint

from portal.queue import Sweep, Task
from portal.web import health
from portal.web.access import Guard, Loader

BLUEPRINTS: list[tuple[Blueprint, Guard]] = [
    (health.bp, Guard.MACHINE),
]
TASKS: dict[str, Task] = {}
SWEEPS: dict[str, Sweep] = {}
LOAD_MEMBER: Loader = lambda id: None  # noqa: E731
OUTBOX = None
COMMANDS: list[click.Command] = []
WITHOUT_SETTINGS = {"demo"}
