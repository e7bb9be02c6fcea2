"""What this slice holds about a member, in words and as data (P12)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, literal, select, union_all

from portal.alerts.models import AlertSetting, Announcement, DigestRun
from portal.alerts.queries.told import Told
from portal.alerts.queries.words import how_often
from portal.db import db
from portal.jobs.models import Posting
from portal.languages import gettext as _
from portal.languages import moment
from portal.mail.models import Delivery
from portal.members.models import Member
from portal.members.queries.held import Data, Entry, Section
from portal.members.queries.own import iso

TABLES = ("alert_setting", "announcement", "digest_run")


def export(member: Member, now: datetime) -> list[Section]:
    """Everything, in one statement: each number is joined to the rows of one table only."""
    numbers = union_all(*(select(literal(n).label("n")) for n in range(3))).subquery()
    mine, n = member.id, numbers.c.n
    rows = (
        select(AlertSetting, Announcement, Posting.slug, Posting.title, Delivery.first_at, DigestRun)
        .select_from(numbers)
        .outerjoin(AlertSetting, and_(n == 0, AlertSetting.member_id == mine))
        .outerjoin(Announcement, and_(n == 1, Announcement.member_id == mine))
        .outerjoin(Posting, Posting.id == Announcement.posting_id)
        .outerjoin(Delivery, Delivery.id == Announcement.delivery_id)
        .outerjoin(DigestRun, and_(n == 2, DigestRun.member_id == mine))
    )
    found = db.session.execute(rows).all()
    setting = next((row.AlertSetting for row in found if row.AlertSetting), None)
    heard = [
        Told(row.Announcement, row.slug, row.title, row.first_at or row.Announcement.at)
        for row in found
        if row.Announcement
    ]
    runs = [row.DigestRun for row in found if row.DigestRun]
    return [
        _settings(setting, member.time_zone),
        _told(sorted(heard, key=lambda one: (one.announcement.at, one.announcement.posting_id), reverse=True), member),
        _runs(sorted(runs, key=lambda run: run.slot, reverse=True), member.time_zone),
    ]


def _settings(row: AlertSetting | None, zone: str) -> Section:
    entries: list[Entry] = []
    data: Data = None
    if row is not None:
        entries = [Entry(_("How often"), [how_often(row, zone)])]
        if row.next_at:
            entries.append(Entry(_("The next look"), [moment(row.next_at, zone)]))
        data = {
            "every": row.every, "weekday": row.weekday, "hour": row.hour, "next_at": iso(row.next_at),
            "changed_at": iso(row.changed_at), "feed": row.feed_nonce,
        }  # fmt: skip
    about = _("How often you hear of openings, and what the addresses of your private feed and calendar are made of.")
    return Section("openings_settings", _("How you hear of openings"), about, entries, data)


def _told(found: Sequence[Told], member: Member) -> Section:
    entries = [Entry(one.title, [one.in_words(member.time_zone)]) for one in found]
    data: Data = [
        {
            "opening": one.slug, "title": one.title, "at": iso(one.announcement.at), "early": one.announcement.early,
            "delivery": one.announcement.delivery_id, "held_at": iso(one.announcement.held_at),
            "reason": one.announcement.reason,
        }
        for one in found
    ]  # fmt: skip
    about = _("Which openings you were told of, so that you hear of each once.")
    return Section("openings_told", _("Openings that you were told of"), about, entries, data)


def _runs(found: Sequence[DigestRun], zone: str) -> Section:
    entries = [Entry(moment(row.slot, zone), [_("New openings for you: %(count)s.", count=row.items)]) for row in found]
    data: Data = [{"slot": iso(row.slot), "items": row.items, "delivery": row.delivery_id} for row in found]
    about = _("When we looked for new openings for you, and how many there were.")
    return Section("openings_runs", _("Looks for new openings"), about, entries, data)
