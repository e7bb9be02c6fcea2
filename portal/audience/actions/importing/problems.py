"""What is said about a file and its rows: where it stands, and what to do."""

from dataclasses import dataclass


class BadFile(ValueError):
    """This file cannot be imported as it is. One sentence that says why and what to do."""


class BadColumns(ValueError):
    """What was said about the columns does not fit the file. One sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one row: its line in the file, the column as the file calls it ("" for the whole row).

    `taken`: whether the row was taken all the same, without that value. Never holds an address or a name.
    """

    line: int
    column: str
    text: str
    taken: bool = True

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.text}"
