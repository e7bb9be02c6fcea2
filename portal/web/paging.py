"""Which page of a list is asked for."""

import re

from flask import abort, request

_NUMBER = re.compile("[1-9][0-9]{0,3}")


def page_number() -> int:
    """From 1; the first for what is no number, as at the desk nobody is helped by a page that says so."""
    asked = request.args.get("page", "")
    return int(asked) if _NUMBER.fullmatch(asked) else 1


def page_number_or_404() -> int:
    """The same where each address is kept: there, what is no number is nowhere."""
    if "page" in request.args and not _NUMBER.fullmatch(request.args["page"]):
        abort(404)
    return page_number()
