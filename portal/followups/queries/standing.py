"""Whether a personal letter may go to a member now, what stands against it, and how much of their budget is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select

from portal.audience.models import Eligibility, Slot
from portal.audience.queries.became import there
from portal.audience.queries.eligibility import BUDGET_WINDOW, Letter, reason, since
from portal.audience.queries.rhythm import held
from portal.audience.queries.sentence import WEEKDAYS, days, hours
from portal.audience.queries.words import mails
from portal.db import db
from portal.languages import day, ngettext
from portal.languages import gettext as _
from portal.members.models import Member

PURPOSE = "check_ins"
"""What a personal letter is for, in code and nowhere else (P2)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one member, now. `refusal`: the name of what stands against a letter, None if it may go. `until`: when it
    would go, if mail may not come to them just now. `used`: mails of 30 days, of every sender. `free_at`: when the next
    may come, if the budget is used up. `agreed_at`: since when they agree to personal letters, if they do."""

    member: Member
    refusal: str | None
    until: datetime | None
    used: int
    free_at: datetime | None
    agreed_at: datetime | None

    @property
    def may_go(self) -> bool:
        """Whether a letter that is sent now arrives sooner or later."""
        return self.refusal is None


def standing(member_id: int, now: datetime) -> Standing | None:
    """A confirmed member and how they stand, in one statement; None if there is none."""
    purpose = literal(PURPOSE)
    used = select(func.count()).select_from(Slot).where(Slot.member_id == Member.id, Slot.taken_at > since(now))
    rows = (
        select(
            Member, reason(Letter(purpose), now), held(purpose, now), used.correlate(Member).scalar_subquery(),
            Eligibility.spent_at, Eligibility.check_ins_at,
        )
        .outerjoin(Eligibility, Eligibility.member_id == Member.id)
        .where(Member.id == member_id, Member.confirmed_at.is_not(None))
    )  # fmt: skip
    row = db.session.execute(rows).first()
    if row is None:
        return None
    member, refusal, until, count, spent_at, agreed_at = row
    free_at = spent_at + BUDGET_WINDOW if spent_at and spent_at > since(now) else None
    return Standing(member, refusal, until, count, free_at, agreed_at)


def budget(of: Standing) -> str:
    """ "2 of 4 mails in 30 days are used. Mail may come on weekdays between 8 and 18 in Lisbon"."""
    member = of.member
    used = ngettext(
        "%(used)s of one mail in 30 days is used.", "%(used)s of %(number)s mails in 30 days are used.",
        member.mails_per_month, used=of.used, number=member.mails_per_month,
    )  # fmt: skip
    return f"{used} {when(member)}"


def when(member: Member) -> str:
    """On which days and in which hours mail may come."""
    on = days(frozenset(name for bit, name in enumerate(WEEKDAYS) if member.weekdays >> bit & 1))
    at = hours(member.mail_opens, member.mail_closes, member.time_zone)
    return _("Mail may come %(days)s, %(hours)s.", days=on, hours=at)


def against(of: Standing) -> Iterator[str]:
    """What stands against a letter now, and what can be done: whole sentences, none if nothing does."""
    name, member = of.member.name, of.member
    if of.refusal == "no_consent":
        yield _("%(name)s has not agreed to personal notes, so nobody may write one.", name=name)
        yield _("Only %(name)s can change that, on their preferences. There is no way around it here.", name=name)
    elif of.refusal == "suppressed":
        yield _("We may not write to this address: mail to it came back, or somebody asked us not to.")
    elif of.refusal == "over_budget":
        most = mails(member.mails_per_month)
        yield _("%(name)s has got all mail that is right for them in 30 days: %(most)s.", name=name, most=most)
        if of.free_at:
            yield _("The next one may come on %(day)s. Write now if you like; your draft is kept until you send it.",
                    day=day(of.free_at.date()))  # fmt: skip
        else:
            yield _("What is left is kept for openings that wait. Write now if you like, and send it some days later.")
    elif of.refusal == "trial":
        yield _("Rapport is still being tried out here: until an admin goes live, letters reach the desk's own people.")
    elif of.refusal:
        yield _("A letter to %(name)s cannot go out now.", name=name)
    if of.may_go and of.until:
        said = there(of.until, member.time_zone)
        yield _(
            "A letter that you send now waits until %(when)s, when mail may come to %(name)s.", when=said, name=name
        )
