"""The person and the account."""

from portal.members.models.account import AccountLink, Archive, SignInRequest
from portal.members.models.person import (
    CAREER_STAGES,
    CHANNELS,
    EVERY_DAY,
    LEVELS,
    PER,
    WORK_MODES,
    Change,
    Levels,
    Member,
    Profile,
    WorkModes,
)
from portal.members.models.retention import RENEWED_BY, UNITS, Renewal, RetentionRule, RetentionWatch
from portal.members.models.search import MemberWord, WordsDue

__all__ = [
    "CAREER_STAGES",
    "CHANNELS",
    "EVERY_DAY",
    "LEVELS",
    "PER",
    "RENEWED_BY",
    "UNITS",
    "WORK_MODES",
    "AccountLink",
    "Archive",
    "Change",
    "Levels",
    "Member",
    "MemberWord",
    "Profile",
    "Renewal",
    "RetentionRule",
    "RetentionWatch",
    "SignInRequest",
    "WordsDue",
    "WorkModes",
]
