"""What an opening says of itself, in the words of the language that is spoken: pay, ways of working, who may apply."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence, Set
from html import unescape
from itertools import islice

import nh3
from babel.numbers import format_currency

from portal.audience.queries.options import country
from portal.audience.queries.words import LEVEL_WORDS, MODE_WORDS, PAY_WORDS, listed
from portal.jobs.models import ANYWHERE, Posting
from portal.languages import gettext as _
from portal.languages import locale, number
from portal.members.models import WORK_MODES

LEAD = 220
"""Characters of an opening's first words, where it is one of many."""
LOOKED_AT = 4
"""Paragraphs among which its first words are looked for."""
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)


def pay(posting: Posting) -> str:
    """What it pays: "€ 50,000 – 60,000 a year". Empty where it does not say."""
    if posting.pay_max is None or posting.pay_currency is None or posting.pay_per is None:
        return ""
    low, most = posting.pay_min, _money(posting.pay_max, posting.pay_currency)
    if low is None:
        amount = _("up to %(amount)s", amount=most)
    else:
        until = f" – {number(posting.pay_max)}" if low != posting.pay_max else ""
        amount = _money(low, posting.pay_currency) + until
    return str(PAY_WORDS[posting.pay_per]) % {"amount": amount}


def _money(amount: int, currency: str) -> str:
    return str(format_currency(amount, currency, locale=locale(), currency_digits=False, format="¤ #,##0"))


def modes(names: Collection[str]) -> str:
    """Ways of working to choose from: "Remote or hybrid". Empty where nobody has said."""
    return upper(listed([str(MODE_WORDS[name]) for name in WORK_MODES if name in names], "or"))


def how(names: Set[str], living: str) -> str:
    """The same with where one may live for remote work: "Remote from Portugal", "Remote (from anywhere) or hybrid"."""
    if "remote" not in names or not living:
        return modes(names)
    if len(names) == 1:
        return _("Remote from %(countries)s", countries=living)
    remote = _("remote (from %(countries)s)", countries=living)
    return upper(listed([remote, *(str(MODE_WORDS[name]) for name in WORK_MODES if name in names - {"remote"})], "or"))


def level(name: str | None) -> str:
    """How much responsibility. Empty where nobody has said."""
    return str(LEVEL_WORDS[name]) if name else ""


def countries(codes: Iterable[str]) -> str:
    """Where somebody who works remotely may live: "Portugal or Germany", "anywhere". Empty where nobody has said."""
    if ANYWHERE in (known := list(codes)):
        return _("anywhere")
    return listed(sorted(country(code) for code in known), "or")


def leads(postings: Sequence[Posting]) -> list[str]:
    """The first words of each that none of the others says, as a board puts the same before all of its openings: plain
    text of at most LEAD characters."""
    found = [_first(posting.html) for posting in postings]
    often = Counter(words for texts in found for words in texts)
    return [_short(next((words for words in texts if often[words] == 1), (*texts, "")[0])) for texts in found]


def _first(html: str) -> list[str]:
    paragraphs = (_text(found[1]) for found in islice(_PARAGRAPH.finditer(html), LOOKED_AT))
    return list(dict.fromkeys(filter(None, paragraphs)))


def _short(words: str) -> str:
    return words if len(words) <= LEAD else words[:LEAD].rsplit(" ", 1)[0].rstrip(" ,.;:–—") + "…"


def _text(html: str) -> str:
    return " ".join(unescape(nh3.clean(html, tags=set())).split())


def upper(words: str) -> str:
    """Words at the beginning of a line."""
    return words[:1].upper() + words[1:]
