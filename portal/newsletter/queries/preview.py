"""As whom a newsletter is looked at: a member, or a reader we invent, and which parts are theirs, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from portal import links
from portal.audience.models import Eligibility, Interest, MemberTeam, Place
from portal.audience.queries import Facts, Rule, copies, facts, matches, segment_clause, tokens
from portal.audience.queries.hiding import hidden
from portal.audience.queries.names import called
from portal.audience.queries.segments import Condition, conditions
from portal.audience.queries.words import MODE_WORDS, listed
from portal.db import db
from portal.languages import gettext as _
from portal.members.models import WORK_MODES, Member, Profile
from portal.members.queries import search as finding
from portal.staff.models import Recruiter
from portal.staff.queries import active
from portal.writing.models import Piece, Version

EVERY, NOTHING, ONE = "all", "none", "part-"
"""What readers that we invent are called in an address: who gets every part, none, or (with its number) one of them."""
FOUND = 8
"""Members whom a search shows at most."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose copy is looked at. `key`: what stands for them in an address; `label`: what the page calls them; `called`:
    how they are called in a sentence; `name`: what they would be called in the mail ("" where they gave none)."""

    key: str
    label: str
    called: str
    name: str
    address: str
    language: str
    facts: Facts
    member: bool = False


def invented(rules: Sequence[tuple[str, Rule]], about: Sequence[str], language: str) -> list[Reader]:
    """Readers that show what a newsletter can look like, for whoever may not look at members: who gets every part, who
    gets just one of those for some (`rules`, each with what it is called), who gets none. `about`: interests that
    other parts ask for."""
    named = [{name: set(c.value) for _, c in conditions(rule) for name in [c.name]} for _, rule in rules]
    chosen = frozenset(about).union(*(each.get("interest", ()) for each in named))
    asked = set[str]().union(*(each.get("work_mode", ()) for each in named))
    others = frozenset(mode for mode in list(WORK_MODES)[::-1] if mode not in asked)
    limit = others if asked else frozenset[str]()
    found = [_made(EVERY, _("Somebody who gets every part"), Facts(0, interests=chosen), language)]
    for position, ((label, _rule), each) in enumerate(zip(rules, named, strict=True)):
        interests = frozenset(sorted(each.get("interest", ()))[:1])
        modes = frozenset(sorted(each.get("work_mode", ()))[:1]) or limit
        found.append(_made(f"{ONE}{position}", label, Facts(0, interests=interests, work_modes=modes), language))
    if not asked or others:
        label = _("Somebody who chose nothing and gave no name")
        found.append(_made(NOTHING, label, Facts(0, work_modes=limit), language, ""))
    return found


def _made(key: str, label: str, facts: Facts, language: str, name: str | None = None) -> Reader:
    name = _("Robin") if name is None else name
    address = "robin@example.org"
    return Reader(key, label, _("this reader"), name, address, language, facts)


def member(id: int, me: Recruiter) -> Reader | None:
    """A confirmed member as a reader; None if there is none of that number, or they hide from `me`. Three statements,
    and one more for who hides from somebody."""
    row = db.session.execute(select(Member, _hides().label("hides")).where(Member.id == id)).first()
    if row is None or row.Member.confirmed_at is None or (row.hides and hidden(me, [id])):
        return None
    found: Member = row.Member
    label = f"{found.name} · {found.address}" if found.name else found.address
    called = found.name or found.address
    return Reader(str(id), label, called, found.name, found.address, found.language, facts(found), member=True)


def _hides() -> ColumnElement[bool]:
    """Of a `member` of the enclosing query: hides from somebody."""
    people = exists().where(Profile.member_id == Member.id, Profile.hidden_people != "")
    return or_(people, exists().where(MemberTeam.member_id == Member.id, MemberTeam.kind == "hidden_from"))


def beside(rule: Rule, id: int, now: datetime) -> tuple[int | None, int | None]:
    """The members before and after one of that number among those whom a rule selects, in one statement. Who hides from
    anybody is passed over: they are found by name, by those who may see them."""
    number = Eligibility.member_id
    chosen = segment_clause(rule, now), number.not_in(select(Member.id).where(_hides()))
    before = select(number).where(*chosen, number < id).order_by(number.desc()).limit(1).scalar_subquery()
    after = select(number).where(*chosen, number > id).order_by(number).limit(1).scalar_subquery()
    found = db.session.execute(select(before, after)).one()
    return found[0], found[1]


def search(typed: str, me: Recruiter) -> list[Member]:
    """Confirmed members by the beginnings of their name, address or skills, without who hides from `me`. At most five
    statements."""
    wanted = finding.terms(typed)
    members = [found.member for found in finding.find(wanted, None, FOUND)] if wanted else []
    unseen = hidden(me, [member.id for member in members])
    return [member for member in members if member.id not in unseen]


def gets(rule: Rule, reader: Reader, now: datetime) -> bool:
    """Whether a part is for this reader: the plain twin of what the database decides when the mail is queued."""
    return matches(rule, reader.facts, now)


def because(rule: Rule, reader: Reader, now: datetime) -> str:
    """Why a part for some is, or is not, in a reader's mail, in a sentence for the desk."""
    wanted = gets(rule, reader, now)
    decided = [each for _, each in conditions(rule) if matches(each, reader.facts, now) == wanted]
    return " ".join(_said(each.name, each.value, reader, now) for each in decided)


def _said(name: str, values: Sequence[str], reader: Reader, now: datetime) -> str:
    who = reader.called
    if name == "opening":
        if gets(Condition(name, values), reader, now):
            return _("Because at least one of these openings is for %(name)s.", name=who)
        return _("Because none of these openings is for %(name)s.", name=who)
    if name == "interest":
        mine = [slug for slug in values if slug in reader.facts.interests]
        names = called(Interest, mine or values)
        words = [names.get(slug, slug) for slug in mine or values]
        if mine:
            return _("Because %(name)s chose %(interests)s.", name=who, interests=listed(words))
        return _("Because %(name)s did not choose %(interests)s.", name=who, interests=listed(words, "or"))
    return _modes(values, reader)


def _modes(values: Sequence[str], reader: Reader) -> str:
    who, mine = reader.called, [mode for mode in values if mode in reader.facts.work_modes]
    words = listed([str(MODE_WORDS[mode]) for mode in mine or values], "or")
    if not reader.facts.work_modes:
        return _("Because %(name)s set no limit to how they want to work.", name=who)
    if mine:
        return _("Because %(name)s would work like this: %(modes)s.", name=who, modes=words)
    return _("Because %(name)s would not work like this: %(modes)s.", name=who, modes=words)


def stand_ins(name: str) -> dict[str, str]:
    """Merge values for a mail that is only looked at. Its links lead to pages that say what they are; never to what a
    member can do with their own."""
    page = links.absolute(copies.PAGE)
    urls = dict.fromkeys(("preferences_url", "unsubscribe_url", "why_url", "fit_url"), page)
    return {"name": name} | urls | tokens.reply_urls(tokens.SAMPLE)


def hands(owner_id: int | None, name: str) -> tuple[Recruiter | None, Recruiter | None]:
    """Who began a newsletter, and the one colleague of that name; in one statement, for `staff.queries.senders.named`
    and another."""
    rows = select(Recruiter).where(or_(Recruiter.id == owner_id, and_(active(), Recruiter.name == name)))
    found = db.session.scalars(rows.order_by(Recruiter.id)).all()
    named = [one for one in found if name and one.name == name and one.active]
    owner = next((one for one in found if one.id == owner_id), None)
    return owner, named[0] if len(named) == 1 else None


def interests() -> Sequence[Interest]:
    """Everything that can be or could be chosen, for `names`."""
    return db.session.scalars(select(Interest)).all()


def choices(entries: Sequence[Interest]) -> list[Interest]:
    """Of these what can be chosen now, as it stands on the members' page."""
    return sorted((entry for entry in entries if not entry.retired), key=lambda entry: entry.position)


def names(entries: Sequence[Interest]) -> dict[type[Interest | Place], dict[str, str]]:
    """What interests are called in the language that is spoken now, for `names.knowing`."""
    return {Interest: {entry.slug: entry.said for entry in entries}}


def version(piece: Piece, id: int) -> Version | None:
    """One version of a piece, or None."""
    found = db.session.get(Version, id)
    return found if found and found.piece_id == piece.id else None
