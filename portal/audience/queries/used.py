"""The data of one member that a rule used, in their own words, each with what corrects it.

A criterion that this page does not know, as later slices add them, is said by its own sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel import Locale

from portal.audience.models import Interest
from portal.audience.queries import corrections
from portal.audience.queries.corrections import Correction
from portal.audience.queries.deciding import Decided
from portal.audience.queries.entries import SKILLS, Entry
from portal.audience.queries.names import called
from portal.audience.queries.options import country
from portal.audience.queries.preferences import today as local_day
from portal.audience.queries.segments import say
from portal.audience.queries.words import LEVEL_WORDS, listed
from portal.languages import day, locale
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.members.models import LEVELS, Change, Member

MODE_SAID = {
    "remote": _l("You would work remotely."),
    "hybrid": _l("You would take hybrid work."),
    "onsite": _l("You would work on site."),
}
STAGE_SAID = {
    "looking": _l("You said that you are looking."),
    "open": _l("You said that you are open to the right thing."),
    "not_looking": _l("You said that you are not looking, just curious."),
}


@dataclass(frozen=True, slots=True)
class Datum:
    """Something known of a member that a rule asked for. `preference` and `value`: which; both empty where it is said
    by the criterion."""

    preference: str
    value: str
    words: str
    corrections: Sequence[Correction] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """One member's own data, as far as a reason may need it. `entries`: what can be chosen, by preference, and what
    they did choose of it; `changes`: the newest first."""

    member: Member
    entries: Mapping[str, Sequence[Entry]]
    changes: Sequence[Change]

    def chose(self, preference: str) -> list[Entry]:
        """What they ticked."""
        return [entry for entry in self.entries[preference] if entry.chosen]


def used(decided: Iterable[Decided], own: Own) -> list[Datum]:
    """What the conditions that decided had to go on, each thing once."""
    found: dict[str, Datum] = {}
    for each in decided:
        name, value = each.condition.name, each.condition.value
        data = list(_SAID[name](value, own, each.holds)) if name in _SAID else []
        for datum in data or [_in_its_own_words(each)]:
            found.setdefault(datum.words, datum)
    return list(found.values())


def _in_its_own_words(each: Decided) -> Datum:
    said = say(each.condition)
    if each.holds:
        return Datum("", "", _("This holds for you: “%(rule)s”", rule=said))
    return Datum("", "", _("This does not hold for you: “%(rule)s”", rule=said))


def _chose(own: Own, preference: str, entry: Entry, correction: Correction) -> Datum:
    at = _since(own, preference, entry.slug)
    if at is None:
        return Datum(preference, entry.slug, _("You chose %(name)s.", name=entry.name), (correction,))
    words = _("You chose %(name)s on %(day)s.", name=entry.name, day=day(local_day(own.member.time_zone, at)))
    return Datum(preference, entry.slug, words, (correction,))


def _since(own: Own, preference: str, slug: str) -> datetime | None:
    """When they added it; None for what they chose before changes were kept."""
    for change in own.changes:
        if slug in (change.after.get(preference) or ()) and slug not in (change.before.get(preference) or ()):
            return change.at
    return None


def _interests(slugs: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    mine = own.chose("interests")
    for entry in mine:
        if entry.slug in slugs:
            yield _chose(own, "interests", entry, corrections.interest(entry.slug, entry.name, len(mine) == 1))
    if not holds:
        names = listed(list(called(Interest, slugs).values()), "or")
        if names:
            yield Datum("interests", "", _("You have not chosen %(names)s.", names=names))


def _places(slugs: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    mine = own.chose("places")
    countries = {entry.group for entry in own.entries["places"] if entry.slug in slugs}
    for entry in mine:
        if entry.slug in slugs or (entry.whole_country and entry.group in countries):
            yield _chose(own, "places", entry, corrections.place(entry.slug, entry.name, len(mine) == 1))
    if not mine:
        yield Datum("places", "", _("You chose no place, so every place counts."))


def _work_modes(modes: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    mine = own.member.work_modes
    asked = [mode for mode in MODE_SAID if mode in modes]
    if not mine:
        buttons = tuple(corrections.work_mode(mode, mine) for mode in asked)
        yield Datum("work_modes", "", _("You set no limit to how you want to work."), buttons)
    for mode in asked:
        if mode in mine:
            yield Datum("work_modes", mode, str(MODE_SAID[mode]), (corrections.work_mode(mode, mine),))


def _levels(names: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    mine = own.member.levels
    if not mine:
        yield Datum("levels", "", _("You chose no level, so every level counts."))
    for name in LEVELS:
        if name in names and name in mine:
            words = _("You chose the level “%(level)s”.", level=LEVEL_WORDS[name])
            yield Datum("levels", name, words, (corrections.level(name, len(mine) == 1),))


def _skills(keys: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    for entry in own.chose(SKILLS):
        if entry.slug in keys:
            words = _("You said that you are good at %(name)s.", name=entry.name)
            yield Datum("skills", entry.slug, words, (corrections.skill(entry.slug, entry.name),))


def _stage(stages: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    stage = own.member.career_stage
    buttons = () if stage == "not_looking" else (corrections.not_looking(),)
    yield Datum("career_stage", stage, str(STAGE_SAID[stage]), buttons)


def _language(codes: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    code = own.member.language
    name = Locale.parse(locale()).languages[code]
    yield Datum("language", code, _("You chose %(language)s as your language.", language=name))


def _lives_in(codes: Sequence[str], own: Own, holds: bool) -> Iterator[Datum]:
    code = own.member.lives_in
    if code:
        yield Datum("lives_in", code, _("You said that you live in %(country)s.", country=country(code)))


def _joined(value: Any, own: Own, holds: bool) -> Iterator[Datum]:
    at = own.member.confirmed_at
    if at:
        words = _("You joined on %(day)s.", day=day(local_day(own.member.time_zone, at)))
        yield Datum("joined", at.isoformat(), words)


_SAID: dict[str, Callable[[Any, Own, bool], Iterator[Datum]]] = {
    "interest": _interests,
    "place": _places,
    "work_mode": _work_modes,
    "level": _levels,
    "skill": _skills,
    "career_stage": _stage,
    "language": _language,
    "lives_in": _lives_in,
    "joined": _joined,
}
"""By the criterion's name, of those conditions that are about something the member said."""
