"""Which fragments of its mailing a delivery names: bits of a mask, or positions one after the other."""

from array import array
from collections.abc import Iterable
from sys import byteorder

MOST = 1 << 16
"""Positions are two octets each, the higher first."""


def pack(positions: Iterable[int]) -> bytes:
    """Positions in the order in which they are shown, as `Delivery.picks` keeps them. Raises OverflowError from MOST
    on."""
    return _swapped(array("H", positions)).tobytes()


def unpack(picks: bytes) -> tuple[int, ...]:
    """The positions again. Raises ValueError for half a position."""
    found = array("H")
    found.frombytes(picks)
    return tuple(_swapped(found))


def bits(mask: int) -> tuple[int, ...]:
    """The positions whose bit is set, from the lowest; of a mask that is not negative."""
    return tuple(bit for bit in range(mask.bit_length()) if mask >> bit & 1)


def named(mask: int, picks: bytes | None) -> tuple[int, ...]:
    """The fragments of a delivery, in the order in which they are shown."""
    return bits(mask) if picks is None else unpack(picks)


def as_named(positions: Iterable[int], picks: bytes | None) -> tuple[int, bytes | None]:
    """Mask and picks that name these positions, in the way in which `picks` does it."""
    if picks is None:
        return sum(1 << position for position in set(positions)), None
    return 0, pack(positions)


def _swapped(found: "array[int]") -> "array[int]":
    if byteorder == "little":
        found.byteswap()
    return found
