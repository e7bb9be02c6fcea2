"""What a member can choose, in words: the same on every page and in every mail."""

from collections.abc import Sequence

from babel.lists import format_list

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import locale, ngettext

PURPOSE_WORDS = {
    "newsletter": _l("Newsletter"),
    "job_alerts": _l("Openings for you"),
    "check_ins": _l("A personal note now and then"),
}
MODES = {"remote": _l("Remote"), "hybrid": _l("Hybrid"), "onsite": _l("On site")}
MODE_WORDS = {"remote": _l("remote"), "hybrid": _l("hybrid"), "onsite": _l("on site")}
"""The same in the middle of a sentence."""
LEVEL_WORDS = {
    "entry": _l("First years"),
    "experienced": _l("Experienced"),
    "senior": _l("Senior"),
    "lead": _l("Leading others"),
}
STAGE_WORDS = {
    "looking": _l("I am looking"),
    "open": _l("Open to the right thing"),
    "not_looking": _l("Not looking, just curious"),
}
CHANNEL_WORDS = {"mail": _l("By mail"), "phone": _l("By phone")}
PAY_WORDS = {
    "hour": _l("%(amount)s an hour"), "day": _l("%(amount)s a day"), "month": _l("%(amount)s a month"),
    "year": _l("%(amount)s a year"),
}  # fmt: skip
PER_WORDS = {"hour": _l("an hour"), "day": _l("a day"), "month": _l("a month"), "year": _l("a year")}
TITLES = {
    "interests": _l("What interests you"),
    "skills": _l("What you are good at"),
    "work_modes": _l("How you want to work"),
    "places": _l("Where"),
    "lives_in": _l("Where you live"),
    "levels": _l("Level"),
    "unwanted_teams": _l("Teams you do not want"),
    "pay": _l("Pay floor"),
    "career_stage": _l("How actively you are looking"),
    "available_from": _l("Free from"),
    "next_wish": _l("What you would like next"),
    "language": _l("Language"),
    "channel": _l("How we reach you"),
    "phone": _l("Phone number"),
    "phone_hours": _l("When we may call"),
    "not_at_work": _l("Not at work"),
    "hidden_teams": _l("Teams that do not see you"),
    "hidden_people": _l("People who do not see you"),
    **PURPOSE_WORDS,
    "mails_per_month": _l("Mails in 30 days"),
    "weekdays": _l("Days for mail"),
    "mail_hours": _l("Hours for mail"),
    "time_zone": _l("Time zone"),
    "pause_until": _l("Pause"),
}
"""Every preference by the name that it has in a Change, in the order of the page."""
NUMBERS = (
    _l("one"), _l("two"), _l("three"), _l("four"), _l("five"), _l("six"), _l("seven"), _l("eight"), _l("nine"),
    _l("ten"), _l("eleven"), _l("twelve"),
)  # fmt: skip
NAMED = 4
"""So many interests or places are named in a sentence; beyond that the rest is counted."""


def number(count: int) -> str:
    """A number of mails: two, but 16."""
    return str(NUMBERS[count - 1]) if 0 < count <= len(NUMBERS) else str(count)


def mails(count: int) -> str:
    """A number of mails in words: "one mail", "16 mails"."""
    return ngettext("one mail", "%(number)s mails", count, number=number(count))


def at_most(count: int) -> str:
    """The same as something to choose: "At most two mails"."""
    return ngettext("At most one mail", "At most %(number)s mails", count, number=number(count))


def listed(names: Sequence[str], style: str = "standard") -> str:
    """A list in a sentence: "a, b and c", "a, b, c and 4 more"; with the style "or" the word is or."""
    if len(names) > NAMED:
        names, style = [*names[: NAMED - 1], _("%(count)s more", count=len(names) - NAMED + 1)], "standard"
    return str(format_list(list(names), style=style, locale=locale()))  # type: ignore[arg-type]
