"""A personal letter as mail: one person's words, what is remembered merged in, buttons to answer by."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from portal import links, markdown
from portal.audience.emails import reply_piece
from portal.audience.queries.preferences import today
from portal.config import settings
from portal.followups.queries.details import FIELDS
from portal.followups.queries.standing import PURPOSE
from portal.insights.queries import Said
from portal.languages import day, speaking
from portal.languages import gettext as _
from portal.mail.encoding import FIELD
from portal.mail.message import BY_HAND
from portal.mail.outbox import Piece, Words
from portal.members.models import Member
from portal.staff.models import Recruiter


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says: its words as they were written, what is remembered of whom it goes to (`values`, by merge
    field), the article at its end, and since when they agree to such letters."""

    subject: str
    source: str
    values: Mapping[str, str]
    insight: Said | None = None
    agreed_at: datetime | None = None


def letter(content: Content, member: Member, writer: Recruiter, sender: Recruiter) -> Words:
    """The whole mail, its frame in the member's language. Raises MarkdownError."""
    org, base = settings().org_name, settings().base_url
    html = filled(markdown.mail(content.source, base, FIELDS), content.values, escape)
    text = filled(markdown.text(content.source, base, FIELDS), content.values)
    with speaking(member.language):
        pieces = [Piece(html, text)]
        if content.insight is not None:
            pieces.append(card(content.insight))
        pieces.append(reply_piece())
        return Words(
            kind=BY_HAND,
            purpose=PURPOSE,
            subject=filled(markdown.line(content.subject, FIELDS), content.values),
            preheader="",
            pieces=pieces,
            why=why(member, writer, sender, content.agreed_at),
            from_name=f"{sender.name}, {org}",
            reply_to=sender.reply_to or sender.address,
            list_name=_("Personal notes from %(org)s", org=org),
        )


def why(member: Member, writer: Recruiter, sender: Recruiter, agreed_at: datetime | None) -> str:
    """Who wrote it, in whose name, and why one gets it: in the language that is spoken now."""
    if sender.id == writer.id:
        wrote = _("%(name)s wrote this to you personally.", name=writer.name)
    else:
        wrote = _("%(name)s wrote this to you in the name of %(sender)s, who agreed to that.",
                  name=writer.name, sender=sender.name)  # fmt: skip
    if agreed_at is None:
        return wrote
    on = day(today(member.time_zone, agreed_at))
    return f"{wrote} {_('You agreed to a personal note now and then on %(day)s.', day=on)}"


def card(insight: Said) -> Piece:
    """An article at the end of a letter."""
    url = links.absolute(f"/insights/{insight.slug}")
    minutes = _("%(minutes)s minutes to read", minutes=insight.minutes)
    html = (
        f'<table class="card" role="presentation" lang="{insight.language}"><tr><td>'
        f'<p><a href="{url}"><strong>{escape(insight.title)}</strong></a><br>{escape(insight.summary)}</p>'
        f'<p class="small">{escape(minutes)}</p></td></tr></table>'
    )
    return Piece(html, "\n".join(["", insight.title, insight.summary, minutes, url]))


def filled(text: str, values: Mapping[str, str], change: Callable[[str], str] = str) -> str:
    """What is remembered, put in literally (P11). A name that is not among the values stays a field."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "name" and "name" not in values:
            return found[0]
        return change(values.get(found[1]) or found[2] or "")

    return FIELD.sub(value, text)


def lacking(content: Content, name: str) -> list[str]:
    """Fields that have neither a value nor a fallback, each once. Raises MarkdownError."""
    fields = [(field, fallback) for field, fallback, _line in markdown.merge_fields(content.source)]
    fields += [(found[1], found[2]) for found in FIELD.finditer(markdown.line(content.subject, FIELDS))]
    known = {**content.values, "name": name}
    bare = (field for field, fallback in fields if not (fallback or "").strip() and not known.get(field))
    return list(dict.fromkeys(bare))
