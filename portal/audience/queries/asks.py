"""How the desk asks what audience's own criteria are about, beside `criteria.py` where they are."""

from collections.abc import Sequence
from typing import Any

from babel import Locale
from sqlalchemy import func, select

from portal.audience.models import Interest, MemberSkill, Place
from portal.audience.queries import catalogue
from portal.audience.queries.ask import Ask, Blank
from portal.audience.queries.facts import Facts
from portal.audience.queries.names import called
from portal.audience.queries.options import Options, countries, country
from portal.audience.queries.words import LEVEL_WORDS, MODES, PURPOSE_WORDS
from portal.db import db
from portal.languages import LANGUAGES, day, locale
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.members.models import CAREER_STAGES, LEVELS, WORK_MODES

STAGES = {"looking": _l("Looking"), "open": _l("Open to an offer"), "not_looking": _l("Not looking")}
SUGGESTED = 200
"""So many skills are suggested, those first that most members named."""


def _interests() -> Options:
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in catalogue.every(Interest):
        if not entry.retired:
            groups.setdefault(entry.group, []).append((entry.slug, entry.name))
    return tuple((group, tuple(entries)) for group, entries in groups.items())


def _places() -> Options:
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in catalogue.every(Place):
        if not entry.retired:
            groups.setdefault(country(entry.group), []).append((entry.slug, entry.name))
    return tuple((group, tuple(entries)) for group, entries in groups.items())


def _skills() -> Options:
    """Of which at least two members said the same: what only one wrote may say who it is."""
    often = func.count().desc()
    rows = select(MemberSkill.key).group_by(MemberSkill.key).having(func.count() > 1).order_by(often, MemberSkill.key)
    keys = catalogue.once("skills", lambda: db.session.scalars(rows.limit(SUGGESTED)).all())
    return (("", tuple((key, key) for key in keys)),)


def _languages() -> Options:
    names = Locale.parse(locale()).languages
    return (("", tuple((code, names[code]) for code in LANGUAGES)),)


def _purposes() -> Sequence[tuple[str, str]]:
    return [(name, str(words)) for name, words in PURPOSE_WORDS.items()]


def _named(entry: type[Interest | Place], slugs: Sequence[str]) -> list[str]:
    names = called(entry, slugs)
    return [names.get(slug, slug) for slug in slugs]


def _interest_facts(slugs: Sequence[str], facts: Facts) -> Sequence[str]:
    return _named(Interest, [slug for slug in slugs if slug in facts.interests])


def _place_facts(slugs: Sequence[str], facts: Facts) -> Sequence[str]:
    if not facts.places:
        return [_("would work anywhere")]
    return _named(Place, [slug for slug in slugs if slug in facts.places])


def _mode_facts(modes: Sequence[str], facts: Facts) -> Sequence[str]:
    if not facts.work_modes:
        return [_("any way of working")]
    return [str(MODES[mode]) for mode in WORK_MODES if mode in facts.work_modes]


def _level_facts(levels: Sequence[str], facts: Facts) -> Sequence[str]:
    if not facts.levels:
        return [_("any level")]
    return [str(LEVEL_WORDS[level]) for level in LEVELS if level in facts.levels]


def _home_facts(codes: Sequence[str], facts: Facts) -> Sequence[str]:
    return [_("lives in %(country)s", country=country(facts.lives_in))] if facts.lives_in else []


def _joined_facts(value: Any, facts: Facts) -> Sequence[str]:
    return [_("joined %(day)s", day=day(facts.joined))] if facts.joined else []


def _touch_facts(value: Any, facts: Facts) -> Sequence[str]:
    return [_("in touch on %(day)s", day=day(facts.in_touch_at))] if facts.in_touch_at else []


def _agreed_facts(value: Any, facts: Facts) -> Sequence[str]:
    at = facts.agreed.get(value.purpose)
    said = {"purpose": PURPOSE_WORDS[value.purpose]}
    if at is None:
        return [_("has not agreed to “%(purpose)s”", **said)]
    return [_("agreed to “%(purpose)s” %(day)s", day=day(at), **said)]


INTEREST = Ask(
    title=_l("What interests them"),
    holds=_l("are interested in any of"),
    holds_not=_l("are interested in none of"),
    kind="ticks",
    options=_interests,
    called=lambda slugs: called(Interest, slugs),
    found_by=_l("interest topic subject field area profession"),
    facts=_interest_facts,
)
SKILL = Ask(
    title=_l("What they are good at"),
    holds=_l("say that they are good at any of"),
    holds_not=_l("do not say that they are good at"),
    kind="words",
    options=_skills,
    hint=_l("As members write it themselves. Capital letters make no difference. Several with commas between them."),
    placeholder=_l("Rust, soldering"),
    mend=_l("Write each skill in at most 60 characters, as members write it."),
    found_by=_l("skill skills experience knowledge technology tool programming"),
    facts=lambda keys, facts: [f"“{key}”" for key in keys if key in facts.skills],
)
WORK_MODE = Ask(
    title=_l("How they want to work"),
    holds=_l("would accept any of"),
    holds_not=_l("would accept none of"),
    kind="ticks",
    options=lambda: (("", tuple((mode, str(MODES[mode])) for mode in WORK_MODES)),),
    hint=_l("Who set no limit accepts every way."),
    found_by=_l("remote hybrid onsite on-site commute homeoffice"),
    facts=_mode_facts,
)
PLACE = Ask(
    title=_l("Where they would work"),
    holds=_l("would work in any of"),
    holds_not=_l("would work in none of"),
    kind="ticks",
    options=_places,
    called=lambda slugs: called(Place, slugs),
    hint=_l("Who named no place would work anywhere. Who chose a whole country would work in every place there."),
    found_by=_l("place city town location office workplace"),
    facts=_place_facts,
)
LIVES_IN = Ask(
    title=_l("Where they live"),
    holds=_l("live in any of"),
    holds_not=_l("do not live in, or did not say"),
    kind="words",
    options=countries,
    only=True,
    hint=_l("Countries, with commas between them. Only who told us counts as living there."),
    placeholder=_l("Portugal, Germany"),
    found_by=_l("country countries home residence live"),
    facts=_home_facts,
)
LEVEL = Ask(
    title=_l("Level"),
    holds=_l("chose any of these levels"),
    holds_not=_l("chose none of these levels, but others"),
    kind="ticks",
    options=lambda: (("", tuple((level, str(LEVEL_WORDS[level])) for level in LEVELS)),),
    hint=_l("Who chose no level counts for every level."),
    found_by=_l("level seniority senior junior experienced lead entry"),
    facts=_level_facts,
)
CAREER_STAGE = Ask(
    title=_l("How actively they are looking"),
    holds=_l("are any of"),
    holds_not=_l("are none of"),
    kind="ticks",
    options=lambda: (("", tuple((stage, str(STAGES[stage])) for stage in CAREER_STAGES)),),
    found_by=_l("looking open active passive stage career availability"),
    facts=lambda stages, facts: [str(STAGES[facts.career_stage])],
)
LANGUAGE = Ask(
    title=_l("The language of their mail"),
    holds=_l("chose any of these languages"),
    holds_not=_l("chose none of these languages"),
    kind="ticks",
    options=_languages,
    hint=_l("The language in which they want to read us. It says nothing about what they speak."),
    found_by=_l("language english german portuguese translation"),
    facts=lambda codes, facts: [name for code, name in _languages()[0][1] if code == facts.language],
)
JOINED = Ask(
    title=_l("When they joined"),
    holds=_l("joined"),
    holds_not=_l("did not join"),
    kind="blanks",
    blanks=(
        Blank("within_days", _l("in the last … days"), "days"),
        Blank("after", _l("after this day"), "day"),
        Blank("before", _l("before this day"), "day"),
    ),
    hint=_l("Fill in what you need; all that is filled in has to hold."),
    mend=_l("Fill in at least one of these, days like 2026-03-01."),
    found_by=_l("joined new newcomer recent membership registered"),
    facts=_joined_facts,
)
AGREED = Ask(
    title=_l("When they agreed to mail"),
    holds=_l("agreed to"),
    holds_not=_l("did not agree to"),
    kind="blanks",
    blanks=(
        Blank("purpose", _l("what"), "choice", _purposes),
        Blank("older_than_days", _l("more than … days ago"), "days"),
        Blank("within_days", _l("in the last … days"), "days"),
    ),
    hint=_l("The agreement that they have now. Fill in one number of days, or both."),
    mend=_l("Choose what they agreed to, and fill in at least one number of days."),
    found_by=_l("agreed consent permission agreement opt-in newsletter"),
    facts=_agreed_facts,
)
IN_TOUCH = Ask(
    title=_l("When we were last in touch"),
    holds=_l("were in touch with us"),
    holds_not=_l("were not in touch with us"),
    kind="blanks",
    blanks=(Blank("within_days", _l("in the last … days"), "days"),),
    hint=_l(
        "They did something here, such as signing in or answering by a button, or one of us wrote to them personally."
    ),
    mend=_l("Fill in a number of days."),
    found_by=_l("contact touch warm active lately recent letter wrote visit"),
    facts=_touch_facts,
)
