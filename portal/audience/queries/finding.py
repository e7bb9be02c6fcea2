"""What to ask for by a word: the criteria it leads to, or why nobody is chosen by it (P9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from portal.audience.queries.criterion import known
from portal.audience.queries.protected import gives_away
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

GIVEN_AWAY = {
    "age": _l("age"),
    "origin": _l("origin"),
    "gender and origin": _l("gender and origin"),
    "gender and marriage": _l("gender and marriage"),
    "gender, origin and age": _l("gender, origin and age"),
    "origin and wealth": _l("origin and wealth"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to somebody who looks for something. `names`: criteria that may be meant; `refused`: nobody is
    chosen by this."""

    words: str
    names: Sequence[str] = ()
    refused: bool = False


def find(said: str) -> Answer | None:
    """The answer to what was typed; None for nothing."""
    said = " ".join(said.split())[:60]
    if not said:
        return None
    what = gives_away(said)
    if what is not None:
        return Answer(_refusal(said, what), refused=True)
    if found := _exactly(said.casefold()):
        return Answer(_("“%(said)s” can be asked like this:", said=said), found)
    if found := _nearly(said.casefold()):
        return Answer(_("Do you mean this?"), found)
    words = _(
        "Nothing that members tell us is called “%(said)s”, so nobody can be chosen by it. Above is all there is.",
        said=said,
    )
    return Answer(words)


def _refusal(said: str, what: str) -> str:
    if what:
        away = GIVEN_AWAY.get(what, what)
        return _(
            "“%(said)s” says too much about %(what)s, so nobody here is chosen or left out by it. "
            "Ask for what the work needs instead.",
            said=said, what=away,
        )  # fmt: skip
    return _(
        "“%(said)s” is protected by law, so nobody here is chosen or left out by it. "
        "Ask for what the work needs instead.",
        said=said,
    )  # fmt: skip


def _words() -> dict[str, set[str]]:
    """All words that lead to each criterion."""
    found = {}
    for name, criterion in known().items():
        said = f"{name.replace('_', ' ')} {criterion.ask.found_by if criterion.ask else ''}"
        found[name] = set(said.casefold().split())
    return found


def _exactly(said: str) -> list[str]:
    """Criteria that one of its words leads to, or a word that begins like it."""
    asked = {word.removesuffix("s") for word in said.split()}
    leads = {name: {word.removesuffix("s") for word in words} for name, words in _words().items()}
    whole = [name for name, words in leads.items() if asked & words]
    return whole or [name for name, words in leads.items() if len(said) > 2 and any(w.startswith(said) for w in words)]


def _nearly(said: str) -> list[str]:
    return [name for name, words in _words().items() if get_close_matches(said, words, 1, 0.8)]
