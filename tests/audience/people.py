"""Random people and random rules, for the properties that segments and eligibility must have."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.audience.models import ASKED
from portal.audience.queries import Facts
from portal.languages import LANGUAGES
from portal.members.models import CAREER_STAGES, LEVELS, WORK_MODES, Member
from tests import factories
from tests.audience.conftest import COUNTRIES, INTERESTS, WHOLE, World

NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC)
PLACES = [slug for slugs in COUNTRIES.values() for slug in slugs]
SKILLS = ("Rust", "Löten", "C++")
MOMENTS = [
    NOW,
    *(NOW - timedelta(days=days, seconds=second) for days in (1, 30) for second in (-1, 0, 1)),
    *(datetime(2026, 11, day, tzinfo=UTC) - timedelta(microseconds=before) for day in (20, 21) for before in (0, 1)),
]
"""Times at which somebody may have joined: on both sides of every border that a rule below can draw."""


def some(values: Any) -> st.SearchStrategy[frozenset[str]]:
    """Up to two of them: few enough that one choice decides."""
    return st.frozensets(st.sampled_from(sorted(values)), max_size=2)


@dataclass(frozen=True)
class Person:
    """What a member chose."""

    interests: frozenset[str]
    places: frozenset[str]
    work_modes: frozenset[str]
    skills: frozenset[str]
    levels: frozenset[str]
    lives_in: str | None
    career_stage: str
    language: str
    joined: datetime
    agreed: dict[str, datetime]
    here: datetime | None
    written: datetime | None

    def add(self, world: World) -> Member:
        """Their rows."""
        member = factories.member(
            confirmed_at=self.joined,
            interests=[world.interests[slug] for slug in self.interests],
            places=[world.places[slug] for slug in self.places],
            work_modes=self.work_modes,
            skills=self.skills,
            levels=self.levels,
            lives_in=self.lives_in,
            career_stage=self.career_stage,
            language=self.language,
        )
        for purpose, at in self.agreed.items():
            factories.consent(member=member, purpose=purpose, given_at=at)
        member.contact_at = self.here
        if self.written:
            letter = factories.mailing(kind="letter", purpose="check_ins")
            factories.delivery(member=member, mailing=letter, state="accepted", first_at=self.written)
            factories.delivery(member=member, state="accepted", first_at=NOW)  # for many, so no letter of theirs
        return member

    def facts(self, member_id: int) -> Facts:
        """What a rule may know of them, worked out from what they chose and from nothing in the database."""
        countries = [slugs for slugs in COUNTRIES.values() if self.places & WHOLE & set(slugs)]
        return Facts(
            member_id=member_id,
            interests=self.interests,
            places=self.places.union(*countries),
            work_modes=self.work_modes,
            skills=frozenset(skill.casefold() for skill in self.skills),
            levels=self.levels,
            lives_in=self.lives_in,
            career_stage=self.career_stage,
            language=self.language,
            joined=self.joined,
            agreed=self.agreed,
            in_touch_at=max((at for at in (self.here, self.written) if at), default=None),
        )


people = st.builds(
    Person,
    interests=some(INTERESTS),
    places=some(PLACES),
    work_modes=some(WORK_MODES),
    skills=some(SKILLS),
    levels=some(LEVELS),
    lives_in=st.sampled_from([None, "DE", "PT"]),
    career_stage=st.sampled_from(CAREER_STAGES),
    language=st.sampled_from(list(LANGUAGES)),
    joined=st.sampled_from(MOMENTS),
    agreed=st.dictionaries(st.sampled_from(ASKED), st.sampled_from(MOMENTS), max_size=2),
    here=st.none() | st.sampled_from(MOMENTS),
    written=st.none() | st.sampled_from(MOMENTS),
)


def _list_of(values: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3)


_days = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22"])
_joined = st.fixed_dictionaries(
    {}, optional={"within_days": st.sampled_from([1, 30]), "before": _days, "after": _days}
).filter(bool)
_agreed = st.builds(
    lambda purpose, age: {"purpose": purpose, **age},
    st.sampled_from(ASKED),
    st.fixed_dictionaries(
        {}, optional={"older_than_days": st.sampled_from([1, 30]), "within_days": st.sampled_from([1, 30])}
    ).filter(bool),
)
_conditions = st.one_of(
    st.fixed_dictionaries({"interest": _list_of([*INTERESTS, "nobody-chose-this"])}),
    st.fixed_dictionaries({"place": _list_of([*PLACES, "nowhere"])}),
    st.fixed_dictionaries({"work_mode": _list_of(WORK_MODES)}),
    st.fixed_dictionaries({"career_stage": _list_of(CAREER_STAGES)}),
    st.fixed_dictionaries({"language": _list_of(LANGUAGES)}),
    st.fixed_dictionaries({"joined": _joined}),
    st.fixed_dictionaries({"skill": _list_of([*SKILLS, "sAILS"])}),
    st.fixed_dictionaries({"level": _list_of(LEVELS)}),
    st.fixed_dictionaries({"lives_in": _list_of(["DE", "PT", "GB"])}),
    st.fixed_dictionaries({"agreed": _agreed}),
    st.fixed_dictionaries({"in_touch": st.fixed_dictionaries({"within_days": st.sampled_from([1, 30])})}),
)


def _groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda kind, rules: {kind: rules}, st.sampled_from(["all", "any", "none"]), st.lists(parts, max_size=4)
    )


rules = _conditions | _conditions.map(lambda part: {"none": [part]}) | st.recursive(_conditions, _groups, max_leaves=8)
"""Rules as YAML holds them; few are deeper than is allowed."""
