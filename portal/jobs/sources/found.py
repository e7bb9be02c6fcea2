"""What a board's answer says, in one shape for every source."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

READ_AS = 1
"""Goes up when the same answer would be read or written otherwise: then every opening is read anew."""


class Problem(Exception):
    """Nothing can be done with what came, if anything did. `key`: one of `queries.problems.WORDS`, whose sentence takes
    the `detail`."""

    def __init__(self, key: str, detail: object = "") -> None:
        super().__init__(f"{key}: {detail}" if detail != "" else key)
        self.key, self.detail = key, str(detail)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose board is asked for: `name` as its source knows it; `url`, where it is not where the source's boards are;
    `mode_field`: the employer's own field that tells the work mode."""

    name: str
    url: str | None = None
    mode_field: str | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """A range for a period (hour, day, month or year); `low` is None where only the most is said."""

    low: int | None
    high: int
    currency: str
    per: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One of the places that an opening names: in the feed's words, the town among them, and the country (two letters)
    where the words leave no doubt of it."""

    words: str
    town: str = ""
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One opening as its source says it. Empty or None: the source does not say, or not plainly.

    `html`: as it came, unescaped, not yet sanitised. `modes` only from what says so without a doubt; `mode_words`: what
    it was read of, or could not be ("workplaceType: unspecified"). `level`, `department`: the feed's words with the
    name of their field before them. `place_words`: the same of where it is. `countries`: where who works remotely may
    live.
    """

    external_id: str
    title: str
    html: str = ""
    spots: tuple[Spot, ...] = ()
    place_words: str = ""
    modes: frozenset[str] = frozenset()
    mode_words: str = ""
    department: str = ""
    level: str = ""
    countries: frozenset[str] = frozenset()
    pay: Pay | None = None
    apply_url: str = ""
    published: datetime | None = None
    closes_at: datetime | None = None

    @property
    def digest(self) -> bytes:
        """Differs when anything differs that the source says."""
        said = [(name, sorted(v) if isinstance(v, frozenset) else v) for name, v in asdict(self).items()]
        return hashlib.sha256(repr((READ_AS, said)).encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in an answer that is no opening, or that could not be read as one. `why`: a key of
    `queries.problems.LEFT_OUT`. Without an id nobody knows which opening it is."""

    external_id: str | None
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a board lists."""

    found: tuple[Found, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def seen(self) -> frozenset[str]:
        """The ids of all openings that stand on the board, readable or not."""
        unread = {one.external_id for one in self.left_out if one.external_id and one.why != "no_opening"}
        return frozenset({one.external_id for one in self.found} | unread)

    @property
    def whole(self) -> bool:
        """Whether what is not in it is not on the board: not where something in it has no id."""
        return all(one.external_id for one in self.left_out if one.why != "no_opening")


def gathered(entries: Iterator[Found | LeftOut]) -> Answer:
    """An answer of what a source read, one after the other: of two with the same id the first counts."""
    found: dict[str, Found] = {}
    left_out: list[LeftOut] = []
    for one in entries:
        if isinstance(one, LeftOut):
            left_out.append(one)
        elif one.external_id in found:
            left_out.append(LeftOut(one.external_id, one.title, "twice"))
        else:
            found[one.external_id] = one
    return Answer(tuple(found.values()), tuple(left_out))
