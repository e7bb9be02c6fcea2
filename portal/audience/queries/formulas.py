"""Text that a spreadsheet would run as a formula (OWASP, CSV injection): guarded when written, plain when read."""

import re

_FORMULA = re.compile("('*)[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """With a ' before it if it begins like a formula, also where a ' stands already, so that `plain` finds it again."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Without that '."""
    found = _FORMULA.match(cell)
    return cell[1:] if found and found[1] else cell
