"""Members are found by the beginning of any word of their name, their address or a skill."""

from datetime import datetime

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.engine import Engine

from portal.audience.actions import choices
from portal.audience.actions.words import settle, waiting
from portal.audience.models import MemberSkill
from portal.db import db
from portal.members.actions.erase import erase
from portal.members.models import Member, MemberWord
from portal.members.queries.search import After, find, fold, matches, newest, terms, words
from tests import factories


def found(typed: str) -> list[str]:
    return [each.member.name for each in find(terms(typed), None, 50)]


HITS = (
    "mira", "MIR", "solb", "sol mir", "zoe", "Zoé", "mira.solberg@example.org", "mira.sol", "example.org", "@example",
    "pyth", "C++", "c+", "machine learn", "learning", "js", "loten", "Löt", "oslo", "(mira)", "strasse", "mira%",
)  # fmt: skip
MISSES = ("ira", "mira berg", "mira x", "thon", "c#")


def test_what_finds_somebody(each_app: Flask) -> None:
    name = "Mira Solberg-Øslo Zoë Straße"
    skills = ["Python", "C++", "Machine learning", "Node.js", "Löten"]
    factories.member(name=name, address="mira.solberg@example.org", skills=skills)
    factories.member(name="Jonas", address="jonas@elsewhere.net")
    settle()
    assert [typed for typed in HITS if found(typed) != [name]] == []
    assert [typed for typed in MISSES if found(typed)] == []


def test_nothing_is_found_by_nothing() -> None:
    assert terms("  %% ()  ") == terms("\0") == []


def test_every_way_of_changing_is_noticed(each_app: Flask, now: datetime) -> None:
    """By triggers: whatever changes a name, an address or a skill, by bulk statements too."""
    member = factories.member(name="Mira", skills=["Python"])
    claim = factories.member(name="Claim", confirmed_at=None)
    settle()
    assert waiting() == 0
    db.session.execute(update(Member).where(Member.id == member.id).values(name="Undine"))
    assert waiting() == 1
    assert found("undine") == ["Undine"], "who has just changed is found before the worker has come round"
    settle()
    assert (found("undine"), found("mira")) == (["Undine"], [])
    choices.name_skills(member.id, ["Rust"])
    settle()
    assert (found("rust"), found("python")) == (["Undine"], [])
    db.session.execute(delete(MemberSkill))
    settle()
    assert found("rust") == []
    db.session.execute(update(Member).where(Member.id == claim.id).values(confirmed_at=now))
    settle()
    assert found("claim") == ["Claim"]
    db.session.execute(update(Member).values(contact_at=now, address=Member.address))
    assert waiting() == 0, "nothing else makes work"


def test_words_go_with_the_person(each_app: Flask, now: datetime) -> None:
    member = factories.member(name="Mira", skills=["Python"])
    settle()
    member.name = "Undine"
    db.session.commit()
    assert erase(member, "you", now)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(MemberWord)) == 0
    assert waiting() == 0


def test_pages_follow_each_other_without_gaps(each_app: Flask) -> None:
    for n in range(23):
        factories.member(name=f"Anna {'Anders' if n % 2 else 'Berg'}", address=f"anna{n}@example.org")
    settle()
    seen: list[int] = []
    after = None
    while page := find(terms("an"), after, 5):
        assert len(page) <= 5
        seen += [each.member.id for each in page]
        after = After(page[-1].word, page[-1].member.id)
    assert len(seen) == len(set(seen)) == 23
    ids, before = list[int](), None
    while rows := newest(before, 5):
        ids += [member.id for member in rows]
        before = ids[-1]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 23


def test_settling_takes_pieces(each_app: Flask) -> None:
    for _ in range(5):
        factories.member()
    assert [settle(2), settle(2), settle(2), settle(2)] == [2, 2, 1, 0]


NAMES = st.text(st.sampled_from("aAäßøŁéız -'._@5日ß"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=2)), max_size=4), typed=NAMES)
def test_the_database_and_plain_python_agree(app: Flask, people: list[tuple[str, list[str]]], typed: str) -> None:
    known = {}
    for name, skills in people:
        member = factories.member(name=name)
        db.session.add_all(MemberSkill(member_id=member.id, key=f"{n} {s}"[:60], name=s) for n, s in enumerate(skills))
        known[member.id] = words(name, member.address_key, skills)
    db.session.flush()
    settle()
    wanted = terms(typed)
    if wanted:
        expected = {id for id, has in known.items() if matches(wanted, has)}
        assert {each.member.id for each in find(wanted, None, 50)} == expected
    db.session.rollback()


def test_folding() -> None:
    assert fold("ÉÀ Straße ØŁ ﬁ İ") == "ea strasse ol fi i"


def test_the_index_is_used(each_app: Flask) -> None:
    """A search walks a range of the key, never the table."""
    factories.member(name="Mira")
    settle()
    plans: list[str] = []
    postgres = db.engine.dialect.name == "postgresql"

    def explain(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM member_word JOIN" in statement and "EXPLAIN" not in statement:
            with db.engine.connect() as other:
                if postgres:
                    other.exec_driver_sql("SET enable_seqscan = off")
                rows = other.exec_driver_sql(f"EXPLAIN {'' if postgres else 'QUERY PLAN '}{statement}", parameters)
                plans.append(" ".join(str(row) for row in rows))

    db.session.commit()
    event.listen(Engine, "before_cursor_execute", explain)
    try:
        find(terms("mir"), None, 5)
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
    [plan] = plans
    assert (
        ("Index Cond: (((member_word.word)::text >= " in plan or "pk_member_word" in plan)
        if postgres
        else ("SEARCH member_word USING PRIMARY KEY (word>? AND word<?)" in plan)
    ), plan
