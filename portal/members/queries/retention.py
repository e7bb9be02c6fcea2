"""How long what we hold of somebody is kept: the rule of their country, and when their time is over."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from portal import links
from portal.db import db
from portal.members.models import Member, Renewal, RetentionRule

DEFAULT = "default"
FIRST, LAST = timedelta(days=30), timedelta(days=7)
"""So long before the end somebody is asked, and asked a last time: counted from when the mails really went."""
MAILS = ("renewal_first", "renewal_last")
"""The kinds of the two mails."""
SPARE = timedelta(days=1)
"""The day that a mail names is over everywhere on earth before it counts as gone."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long a member is kept: `until` when, unless they renew; and whether a mail has asked them (`asked`)."""

    rule: RetentionRule
    until: datetime
    asked: bool

    def day(self, time_zone: str) -> date:
        """The last day, in the member's zone."""
        return self.until.astimezone(ZoneInfo(time_zone)).date()


def rules() -> Mapping[str, RetentionRule]:
    """Every rule by its country; empty as long as there is no `content/retention.yml`: then nobody's time ends."""
    return {rule.country: rule for rule in db.session.scalars(select(RetentionRule))}


def rule(country: str | None) -> RetentionRule | None:
    """The rule for people who live in a country, by its ISO code; the default for all others and for None."""
    found = select(RetentionRule).where(RetentionRule.country.in_([country or DEFAULT, DEFAULT]))
    return db.session.scalar(found.order_by(RetentionRule.country == DEFAULT).limit(1))


def months_later(when: datetime, months: int) -> datetime:
    """The same time of day so many months later, in UTC; where that month is too short, on its last day."""
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


def since(rule: RetentionRule) -> ColumnElement[datetime]:
    """From when the months are counted, over `member` and its `renewal`: the last contact, or the last yes."""
    return func.coalesce(Renewal.kept_at if rule.renewed_by == "person" else Member.contact_at, Member.confirmed_at)


def keeping(member: Member) -> Keeping | None:
    """How long a member is kept; None without a rule, and for who has not confirmed."""
    of, asked = rule(member.lives_in), db.session.get(Renewal, member.id) or Renewal()
    counted = (asked.kept_at if of and of.renewed_by == "person" else member.contact_at) or member.confirmed_at
    if of is None or counted is None:
        return None
    until = months_later(counted, of.member_months)
    if asked.first_at is None or asked.since != counted:
        return Keeping(of, until, asked=False)
    return Keeping(of, max(until, asked.first_at + FIRST, (asked.last_at or asked.first_at) + LAST), asked=True)


def token(member_id: int) -> str:
    """The token of the page that asks whether somebody may be kept."""
    return links.sign("keep", f"{member_id:x}")


def read_token(token: str) -> int | None:
    """Whose it is; None if it is forged, cut short or for something else."""
    value = links.verify("keep", token)
    return int(value, 16) if value else None
