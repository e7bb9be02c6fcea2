"""What somebody who looks through the openings asked for: at most one value of each filter, and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

FILTERS = ("mode", "place", "level", "team", "interest")
"""In the order of the page; as they are called in addresses."""
MOST_TYPED = 100
"""So many characters of what is looked for are read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`chosen`: a value by filter; `typed`: the words that are looked for, as they were typed."""

    chosen: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    typed: str = ""

    @property
    def anything(self) -> bool:
        """Whether not simply all openings are asked for."""
        return bool(self.chosen or self.typed)

    @property
    def narrow(self) -> bool:
        """Asked for in one of too many ways for search engines: by words, or by several filters at once."""
        return bool(self.typed) or len(self.chosen) > 1

    def address(self, **other: str | int | None) -> dict[str, str | int]:
        """The arguments of an address that asks for the same, but for these (None: without). From the first page on,
        unless `page` is among them."""
        words = {"q": self.typed} if self.typed else {}
        given: dict[str, str | int | None] = {**self.chosen, **words, **other}
        return {name: value for name, value in given.items() if value is not None}
