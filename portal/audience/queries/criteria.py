"""What audience itself lets a segment ask: only what members say on their page, and what they know of themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from babel import Locale
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, or_, select

from portal.audience.models import Eligibility, Interest, MemberSkill, Place
from portal.audience.models.eligibility import GIVEN_AT
from portal.audience.queries import asks, masks
from portal.audience.queries.criterion import Criterion
from portal.audience.queries.facts import PERSONAL, Facts
from portal.audience.queries.names import called
from portal.audience.queries.options import country
from portal.audience.queries.values import COUNTRIES, SKILLS, SLUGS, Agreed, InTouch, Joined, both, either, some
from portal.audience.queries.words import LEVEL_WORDS, PURPOSE_WORDS
from portal.languages import LANGUAGES, day, locale, ngettext
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.mail.models import COUNTED, Delivery, Mailing
from portal.members.models import CAREER_STAGES, LEVELS, WORK_MODES, Member

MODE_WORDS = {"remote": _l("remote work"), "hybrid": _l("hybrid work"), "onsite": _l("work on site")}
STAGE_WORDS = {"looking": _l("looking"), "open": _l("open to an offer"), "not_looking": _l("not looking")}


def _names(entry: type[Interest] | type[Place], slugs: Sequence[str]) -> str:
    """What the page calls them; the slug itself of one that is not there (any more)."""
    names = called(entry, slugs)
    return either([names.get(slug, f"“{slug}”") for slug in slugs])


def _any_or_no_limit(column: Any, bits: Mapping[str, int], names: Sequence[str]) -> ColumnElement[bool]:
    """Of a set kept as bits, where none ticked is no restriction."""
    return or_(column == 0, column.bitwise_and(sum(bits[name] for name in set(names))) != 0)


def _knows(keys: Sequence[str], now: datetime) -> ColumnElement[bool]:
    return Eligibility.member_id.in_(select(MemberSkill.member_id).where(MemberSkill.key.in_(keys)))


def _joined_in(value: Joined, now: datetime) -> ColumnElement[bool]:
    start, end = value.span(now)
    return and_(Eligibility.joined >= start, Eligibility.joined < end)


def _has_joined_in(value: Joined, facts: Facts, now: datetime) -> bool:
    start, end = value.span(now)
    return facts.joined is not None and start <= facts.joined < end


def _in_last(days: int) -> str:
    return ngettext("in the last day", "in the last %(days)s days", days, days=days)


def _say_joined(value: Joined) -> str:
    words = [_in_last(value.within_days)] if value.within_days else []
    words += [_("after %(day)s", day=day(value.after))] if value.after else []
    words += [_("before %(day)s", day=day(value.before))] if value.before else []
    return _("joined %(when)s", when=both(words))


def _agreed_in(value: Agreed, now: datetime) -> ColumnElement[bool]:
    start, end = value.span(now)
    at = GIVEN_AT[value.purpose]
    return and_(at.is_not(None), at >= start, at < end)


def _has_agreed_in(value: Agreed, facts: Facts, now: datetime) -> bool:
    start, end = value.span(now)
    at = facts.agreed.get(value.purpose)
    return at is not None and start <= at < end


def _say_agreed(value: Agreed) -> str:
    words = [_in_last(value.within_days)] if value.within_days else []
    if value.older_than_days:
        more = ngettext("more than a day ago", "more than %(days)s days ago", value.older_than_days,
                        days=value.older_than_days)  # fmt: skip
        words.append(more)
    return _("agreed to “%(purpose)s” %(when)s", purpose=PURPOSE_WORDS[value.purpose], when=both(words))


def _in_touch(value: InTouch, now: datetime) -> ColumnElement[bool]:
    """They did something here, or somebody wrote to them personally."""
    start = value.start(now)
    written = select(Delivery.member_id).join(Mailing, Mailing.id == Delivery.mailing_id)
    written = written.where(Mailing.purpose == PERSONAL, Delivery.state.in_(COUNTED), Delivery.first_at >= start)
    here = select(Member.id).where(Member.contact_at >= start)
    both = (here, written.where(Delivery.member_id.is_not(None)))
    return or_(*(Eligibility.member_id.in_(some.correlate(None)) for some in both))


def _has_been_in_touch(value: InTouch, facts: Facts, now: datetime) -> bool:
    return facts.in_touch_at is not None and facts.in_touch_at >= value.start(now)


def _say_languages(codes: Sequence[str]) -> str:
    names = Locale.parse(locale()).languages
    return _("chose mail in %(languages)s", languages=either([names[code] for code in codes]))


OWN: list[Criterion[Any]] = [
    Criterion[tuple[str, ...]](  # chose any of these
        name="interest",
        schema=SLUGS,
        ask=asks.INTEREST,
        compile=lambda slugs, now: masks.interested(slugs),
        evaluate=lambda slugs, facts, now: not facts.interests.isdisjoint(slugs),
        say=lambda slugs: _("are interested in %(names)s", names=_names(Interest, slugs)),
    ),
    Criterion[tuple[str, ...]](  # named any of these themselves, in whatever case
        name="skill",
        schema=SKILLS,
        ask=asks.SKILL,
        compile=_knows,
        evaluate=lambda keys, facts, now: not facts.skills.isdisjoint(keys),
        say=lambda keys: _("say that they are good at %(names)s", names=either([f"“{key}”" for key in keys])),
    ),
    Criterion[tuple[str, ...]](  # would accept any of these; whoever set no restriction accepts all
        name="work_mode",
        schema=some(Literal[tuple(WORK_MODES)]),
        ask=asks.WORK_MODE,
        compile=lambda modes, now: _any_or_no_limit(Eligibility.work_modes, WORK_MODES, modes),
        evaluate=lambda modes, facts, now: not facts.work_modes or not facts.work_modes.isdisjoint(modes),
        say=lambda modes: _("would accept %(modes)s", modes=either([str(MODE_WORDS[mode]) for mode in modes])),
    ),
    Criterion[tuple[str, ...]](  # would work in any of these: chose it or its whole country, or no place at all
        name="place",
        schema=SLUGS,
        ask=asks.PLACE,
        compile=lambda slugs, now: masks.would_work_in(slugs),
        evaluate=lambda slugs, facts, now: not facts.places or not facts.places.isdisjoint(slugs),
        say=lambda slugs: _(
            "would work in one of these places or named none: %(names)s", names=_names(Place, slugs)
        ),
    ),
    Criterion[tuple[str, ...]](  # said that they live in one of these countries
        name="lives_in",
        schema=COUNTRIES,
        ask=asks.LIVES_IN,
        compile=lambda codes, now: and_(Eligibility.lives_in.is_not(None), Eligibility.lives_in.in_(codes)),
        evaluate=lambda codes, facts, now: facts.lives_in in codes,
        say=lambda codes: _("live in %(countries)s", countries=either([country(code) for code in codes])),
    ),
    Criterion[tuple[str, ...]](  # chose any of these, or none
        name="level",
        schema=some(Literal[tuple(LEVELS)]),
        ask=asks.LEVEL,
        compile=lambda names, now: _any_or_no_limit(Eligibility.levels, LEVELS, names),
        evaluate=lambda names, facts, now: not facts.levels or not facts.levels.isdisjoint(names),
        say=lambda names: _(
            "chose one of these levels or none: %(levels)s", levels=either([f"“{LEVEL_WORDS[name]}”" for name in names])
        ),
    ),
    Criterion[tuple[str, ...]](
        name="career_stage",
        schema=some(Literal[tuple(CAREER_STAGES)]),
        ask=asks.CAREER_STAGE,
        compile=lambda stages, now: Eligibility.career_stage.in_(stages),
        evaluate=lambda stages, facts, now: facts.career_stage in stages,
        say=lambda stages: _("are %(stages)s", stages=either([str(STAGE_WORDS[stage]) for stage in stages])),
    ),
    Criterion[tuple[str, ...]](
        name="language",
        schema=some(Literal[tuple(LANGUAGES)]),
        ask=asks.LANGUAGE,
        compile=lambda languages, now: Eligibility.language.in_(languages),
        evaluate=lambda languages, facts, now: facts.language in languages,
        say=_say_languages,
    ),
    Criterion[Joined](
        name="joined", schema=TypeAdapter(Joined), compile=_joined_in, evaluate=_has_joined_in, say=_say_joined,
        ask=asks.JOINED,
    ),
    Criterion[Agreed](
        name="agreed", schema=TypeAdapter(Agreed), compile=_agreed_in, evaluate=_has_agreed_in, say=_say_agreed,
        ask=asks.AGREED,
    ),
    Criterion[InTouch](
        name="in_touch", schema=TypeAdapter(InTouch), compile=_in_touch, evaluate=_has_been_in_touch,
        ask=asks.IN_TOUCH, say=lambda value: _("were in touch with us %(when)s", when=_in_last(value.within_days)),
    ),
]  # fmt: skip
