"""The `portal` command, as somebody would type it."""

from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]
