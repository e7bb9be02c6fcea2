"""What somebody typed, read as a mail address (E-22 to E-24)."""

import re
from dataclasses import dataclass
from unicodedata import category

from email_validator import EmailNotValidError, validate_email

from portal.languages import gettext as _

_AT = re.compile(r"\s*@\s*")
_ROUTES = frozenset("%!")


class BadAddress(ValueError):
    """Not an address that we write to. Its text says what to do about it, for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address: as it is written to (local part as typed, domain as A-label), and the key it is known by."""

    written: str
    key: str

    @property
    def shown(self) -> str:
        """For reading. Where the domain is not plain ASCII both forms, as the eye alone can be deceived."""
        local, _, domain = self.written.rpartition("@")
        if "xn--" not in domain:
            return self.written
        return f"{local}@{_unicode(domain)} ({self.written})"


def parse(typed: str) -> Address:
    """The address in what was typed, spaces around it aside. Raises BadAddress.

    The key ignores case, although RFC 5321 §2.4 would let a local part depend on it: nobody's does, and two members
    must not share a mailbox. Dots and +tags stay, since they may be two people's. Whether the domain exists is found
    out by sending, never in a request.
    """
    text = _AT.sub("@", typed.strip())
    if any(category(c) in {"Cf", "Cc"} for c in text):  # E-23: joiners, turned reading order, soft hyphens, controls
        raise BadAddress(_("There is an invisible character in this address. Please type it instead of pasting it."))
    if text.count("@") != 1:
        raise BadAddress(_("Write an address with one @ in it, like ana@example.org."))
    if _ROUTES & set(text):
        raise BadAddress(_("We cannot write to addresses with %(signs)s in them. Please use another one.", signs="% !"))
    try:
        found = validate_email(text, check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError):
        raise BadAddress(
            _("This is not a mail address we can write to. Look for a slip, or use another one.")
        ) from None
    return Address(f"{found.local_part}@{found.ascii_domain}", f"{found.local_part.casefold()}@{found.ascii_domain}")


def shown(written: str) -> str:
    """A stored address for reading."""
    return Address(written, written).shown


def masked(written: str) -> str:
    """An address for somebody who may not be its owner: a…@e… (W-25)."""
    local, at, domain = written.rpartition("@")
    return f"{local[:1]}…{at}{domain[:1]}…"


def _unicode(domain: str) -> str:
    return str(validate_email(f"x@{domain}", check_deliverability=False).domain)
