"""Where openings come from: each module here that has what a `Source` has is one, by the name that `boards.yml` calls
it. docs/sources.md says how to add one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from portal.jobs.sources.document import Document, Get
from portal.jobs.sources.found import Answer, Asked


class Source(Protocol):
    """What a source's module has."""

    ACCEPT: str
    """What to ask for."""
    SECONDS: float
    """How long its servers may think."""
    ALONE: bool
    """Whether its first document is the whole answer, so that an unchanged one means that nothing has changed."""
    WANTS_URL: bool
    """Whether a board is only known by its `url`."""

    def address(self, board: Asked) -> str:
        """Where a board's list is."""
        ...

    def read(self, document: Document, board: Asked, get: Get) -> Answer:
        """What it says. Raises Problem where nothing can be done with it."""
        ...


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its name."""
    names = sorted(module.name for module in iter_modules(__path__))
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return {name: cast(Source, module) for name, module in modules.items() if hasattr(module, "SECONDS")}
