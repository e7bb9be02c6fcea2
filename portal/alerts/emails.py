"""What this slice says by mail: openings, each with where, pay, until when, why, and a way to say that it is not right.

What differs between people stands in merge fields, which `actions.tailoring` fills in when the mail is built.
"""

from collections.abc import Sequence
from html import escape
from textwrap import wrap

from portal import links
from portal.alerts.queries.items import Item
from portal.alerts.queries.matching import PURPOSE
from portal.audience.queries.became import there
from portal.audience.queries.words import number
from portal.config import settings
from portal.jobs.queries.said import upper
from portal.languages import current, day, ngettext
from portal.languages import gettext as _
from portal.mail.encoding import field, outside_fields
from portal.mail.outbox import Piece, Words

AT_ONCE, DIGEST = "opening", "digest"
"""Kinds of mail: because an opening has just been published, and because the hour has come that somebody set."""
BETWEEN = " · "
GREETING = 0
"""Where the greeting stands in a mail of openings."""
SHOWN = 50
"""Characters of titles in a subject, before the rest is left to the mail."""


def because(posting_id: int) -> str:
    """The merge field that says why an opening is for somebody."""
    return f"because_{posting_id}"


def early_url(posting_id: int) -> str:
    """The merge field of somebody's own link to an opening that is not public yet."""
    return f"opening_{posting_id}_url"


def words(items: Sequence[Item], kind: str, most: int) -> Words:
    """A mail of which everybody gets at most so many of these openings, in the language that is spoken. Its first piece
    greets, its last says that there are more; those between are the openings."""
    org = settings().org_name
    return Words(
        kind=kind,
        purpose=PURPOSE,
        subject=field("openings_subject", _("New openings for you")),
        preheader=field("openings_preview", _("What fits what you chose, and why.")),
        pieces=[_greeting(), *(piece(item) for item in items), _rest()],
        why=_("You get this because you agreed to hear of openings at %(org)s that are for you.", org=org),
        list_name=_("Openings at %(org)s", org=org),
        most=most + 2,
    )


def _greeting() -> Piece:
    anybody, otherwise = _("there"), _("here are openings that fit what you chose.")
    hello, intro = _("Hello %(name)s,", name=field("name", anybody)), field("openings_intro", otherwise)
    return Piece(f"<p>{_escaped(hello)}<br>{_escaped(intro)}</p>", f"{hello}\n{intro}")


def _rest() -> Piece:
    said, label = field("openings_rest", _("There is more.")), _("See all that fit you, and why")
    url = links.absolute("/me/openings")
    html = f'<p class="more">{_escaped(said)} <a href="{url}">{escape(label)}</a></p>'
    return Piece(html, f"{said}\n{label}: {url}")


def piece(item: Item) -> Piece:
    """One opening, for those whom it is for when the mail is built."""
    url = field(early_url(item.id)) + f"/{item.slug}" if item.first_until else links.absolute(f"/jobs/{item.slug}")
    wrong_url = f"{field('fit_url')}?opening={item.slug}"
    otherwise = _("because it fits what you chose")
    why = _("For you, %(because)s.", because=field(because(item.id), otherwise))
    wrong, facts, first = _("Not right for you?"), _facts(item), _first(item)
    html = (
        f'<p class="job">{f"<em>{escape(first)}</em> " if first else ""}'
        f'<a class="o" href="{url}"><b>{escape(item.title)}</b></a>'
        + "".join(f"<br>{escape(line)}" for line in facts)
        + f'<br><small>{_escaped(why)} <a class="n" href="{wrong_url}">{escape(wrong)}</a></small></p>'
    )
    said = [line for whole in (item.title, first, *facts) for line in wrap(whole, 72)]
    text = "\n".join([*said, url, why, f"{wrong} {wrong_url}"])
    return Piece(html, text, {"opening": [item.slug]}, again=True, plain=True)


def _facts(item: Item) -> list[str]:
    """Where, pay and until when, in as few lines as it reads well in."""
    closes = [_("Open until %(day)s", day=day(item.closes))] if item.closes else []
    whole = [item.pay] if item.pay.endswith(".") else []
    facts = [] if whole else [upper(item.pay)] if item.pay else []
    line = BETWEEN.join([*facts, *(said[:1].lower() + said[1:] if facts else said for said in closes)])
    return [part for part in (item.where, *whole, line) if part]


def _first(item: Item) -> str:
    if not item.first_until:
        return ""
    return _("Members first, until %(when)s", when=there(item.first_until, settings().time_zone))


def _escaped(text: str) -> str:
    return outside_fields(escape, text)


def heading(items: Sequence[Item]) -> Piece:
    """What stands over the openings in somebody else's mail, for whom any of them is."""
    title = _("Openings for you")
    rule = {"opening": [item.slug for item in items]}
    return Piece(f'<h2 lang="{current()}">{escape(title)}</h2>', f"{title}\n{'-' * len(title)}", rule, True, True)


def public(item: Item) -> str:
    """One opening for everybody to read, as HTML."""
    url = links.absolute(f"/jobs/{item.slug}")
    return f'<p><a href="{url}">{escape(item.title)}</a>{"".join(f"<br>{escape(line)}" for line in _facts(item))}</p>'


def values(items: Sequence[Item], rest: int) -> dict[str, str]:
    """Subject, preview and greeting of a mail that shows these openings, at least one, and links to so many more."""
    return {
        "openings_subject": _subject(items, len(items) + rest),
        "openings_preview": BETWEEN.join(part for part in (items[0].where, items[0].pay) if part) or items[0].title,
        "openings_intro": _intro(items),
        "openings_rest": ngettext(
            "And one more is for you.", "And %(number)s more are for you.", rest, number=number(rest)
        ),
    }


def _subject(items: Sequence[Item], count: int) -> str:
    """As many titles as a phone shows."""
    if count == 1:
        title = items[0].title
        early = items[0].first_until is not None
        return _("Members first: %(title)s", title=title) if early else _("New opening for you: %(title)s", title=title)
    titles = [item.title for item in items]
    while len(titles) > 1 and sum(map(len, titles)) > SHOWN:
        titles.pop()
    between = "; " if any("," in title for title in titles) else ", "
    named = between.join([*titles, *(["…"] if len(titles) < count else [])])
    return ngettext("%(count)s new opening for you: %(titles)s", "%(count)s new openings for you: %(titles)s",
                    count, count=count, titles=named)  # fmt: skip


def _intro(items: Sequence[Item]) -> str:
    said = ngettext(
        "here is an opening that fits what you chose.", "here are %(number)s openings that fit what you chose.",
        len(items), number=number(len(items)),
    )  # fmt: skip
    early = sum(item.first_until is not None for item in items)
    if not early:
        return said
    if early < len(items):
        return _("%(openings)s What says “members first” nobody else can see yet.", openings=said)
    alone = ngettext("Nobody else can see it yet.", "Nobody else can see them yet.", early)
    return f"{said} {alone}"
