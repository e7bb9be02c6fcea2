"""What a rule selects, for the panel beside the builder: the sentence, the numbers, who is held back, ten of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.audience.queries import Rule, reach, say
from portal.audience.queries.catalogue import at_once
from portal.audience.queries.causes import CAUSE_WORDS
from portal.audience.queries.hiding import hidden
from portal.audience.queries.sample import Person, sample
from portal.config import settings
from portal.languages import lazy_gettext as _l
from portal.staff.models import Recruiter
from portal.staff.models.roles import PEOPLE

PURPOSE = "newsletter"
"""What segments are built for."""


HELD_BACK = {
    **CAUSE_WORDS,
    "no_consent": _l("never agreed to the newsletter, or left it"),
    "suppressed": _l("on the list of those we may not write to"),
}
"""What follows a number, by the name of the reason (`queries.eligibility.REASONS`)."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What is said of a rule. `matching`: how many it selects; `reached`: of those, how many a newsletter would reach
    now, `later` of them not before the hours they set; `held`: how many are not, and why. `people`: some of them (with
    their names if `named`), without those who do not want to be seen by whoever looks. `small`: so few that each could
    be told apart, so neither they nor the reasons are shown."""

    sentence: str
    matching: int
    reached: int
    later: int
    held: Sequence[tuple[int, str]]
    small: bool
    people: Sequence[Person]
    named: bool

    @property
    def held_back(self) -> int:
        """How many of those it selects would not be reached."""
        return self.matching - self.reached


def panel(rule: Rule, me: Recruiter, now: datetime) -> Panel:
    """What is said of a rule to somebody at the desk."""
    with at_once():
        found = reach(rule, PURPOSE, now)
        matching = sum(found.values())
        small = 0 < matching < settings().min_segment
        held = [(count, str(HELD_BACK[why])) for why, count in found.items() if why is not None]
        people = sample(rule, matching, now) if matching and not small else []
        unseen = hidden(me, [person.member_id for person in people])
        return Panel(
            sentence=say(rule),
            matching=matching,
            reached=found.get(None, 0),
            later=found.quiet,
            held=[] if small else held,
            small=small,
            people=[person for person in people if person.member_id not in unseen],
            named=me.may(PEOPLE),
        )
