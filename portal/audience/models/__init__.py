"""What members chose and agreed to, how much mail they want, and what is derived of it."""

from portal.audience.models.address import AddressChange
from portal.audience.models.agreed import ASKED, PURPOSES, SUPPRESSIONS, Consent, JoinRequest, Leaving, Suppression
from portal.audience.models.budget import Rhythm, Slot
from portal.audience.models.choices import (
    TEAM_KINDS,
    Interest,
    MemberInterest,
    MemberPlace,
    MemberSkill,
    MemberTeam,
    Place,
    Team,
)
from portal.audience.models.eligibility import Eligibility
from portal.audience.models.imported import UNPROVEN, ImportRun, Invitation
from portal.audience.models.reply import ANSWERS, Reply

__all__ = [
    "ANSWERS",
    "ASKED",
    "PURPOSES",
    "SUPPRESSIONS",
    "TEAM_KINDS",
    "UNPROVEN",
    "AddressChange",
    "Consent",
    "Eligibility",
    "ImportRun",
    "Interest",
    "Invitation",
    "JoinRequest",
    "Leaving",
    "MemberInterest",
    "MemberPlace",
    "MemberSkill",
    "MemberTeam",
    "Place",
    "Reply",
    "Rhythm",
    "Slot",
    "Suppression",
    "Team",
]
