"""What was wrong with a board's answer, or with something in it, in one sentence."""

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

WORDS = {
    "address": _l("The address of this board is none that we ask: it has to begin with https://."),
    "busy": _l("The board is too busy to answer. We ask again in an hour."),
    "down": _l("The board cannot be reached. We ask again in an hour."),
    "empty": _l("The board's list is empty, though %(detail)s of its openings stand here. None was closed."),
    "encoding": _l("The board's answer is not written in the encoding that it says, so we did not read it."),
    "gone": _l("There is no such board where we ask for it. Is its name in boards.yml right?"),
    "half": _l("The board's answer is not whole, so we did not read it. None of its openings was closed."),
    "html": _l("The board answers with a web page in place of its list. Is its name or address in boards.yml right?"),
    "nameless": _l("Something in the board's list has no id. So nobody can tell what is missing, and none was closed."),
    "private": _l("The address of this board (%(detail)s) lies inside a private network, so we did not ask it."),
    "redirect": _l(
        "The board sends us elsewhere (%(detail)s), and we did not follow. If that is right, write it into boards.yml."
    ),
    "shape": _l("The board's answer does not look like that of its kind, so we did not read it."),
    "slow": _l("The board took too long to answer. We ask again in an hour."),
    "status": _l("The board answers with an error (%(detail)s). We ask again in an hour."),
    "too_big": _l("The board's answer is larger than %(detail)s MB, so we stopped reading it."),
    "too_many": _l("The board's page leads to more than %(detail)s others, so we did not read them."),
    "unexpected": _l("Something in the board's answer is beyond us. The log says what."),
}
"""By the key of a `Problem`."""
LEFT_OUT = {
    "no_id": _l("It has no id, so it cannot be told from others."),
    "no_opening": _l("It is no opening: a door for whoever may fit some day, or not listed."),
    "no_title": _l("It has no title."),
    "twice": _l("Its id stands twice in the list. The first one counts."),
    "unreadable": _l("Its text is too long or too tangled to be shown."),
    "closed_here": _l("Somebody closed it here, so it stays closed."),
}
"""By the key of something that was left out, or left as it is."""


def in_words(problem: str) -> str:
    """The sentence for what a run had as its problem; "" for none."""
    key, _colon, detail = problem.partition(": ")
    return str(WORDS[key]) % {"detail": detail} if key in WORDS else ""


def why(key: str) -> str:
    """The sentence for something that was left out; "" for nothing."""
    return str(LEFT_OUT[key]) if key in LEFT_OUT else ""


def nobody_yet() -> str:
    """Of a board that was never asked."""
    return _("We have not asked this board yet.")
