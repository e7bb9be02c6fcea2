"""Every table with a person in it is told and erased by a Holder (P12). A new table fails here until somebody has
thought about it."""

from flask import Flask
from sqlalchemy import ForeignKey, String, Table

from portal.db import db
from portal.members.queries.held import holders

NO_PERSON = {
    "content_stamp": "a number",
    "import_run": "the digest of a file and counts",
    "insight": "the employer's words",
    "insight_interest": "what an article is about",
    "interest": "the employer's list",
    "place": "the employer's list",
    "team": "the employer's list",
    "issue": "the employer's words",
    "issue_translation": "the employer's words",
    "translation": "the employer's words",
    "page": "the employer's words",
    "campaign": "the employer's words and a rule; whom it reached is in `delivery`",
    "edition": "the same in a language",
    "alert_round": "when an opening was announced, without to whom",
    "posting": "the employer's words",
    "posting_place": "where the work of an opening is done",
    "posting_country": "where one may live for it",
    "posting_interest": "what it is about",
    "process": "the employer's words",
    "board": "where openings come from",
    "board_rule": "what a board's words mean, and which recruiter said so",
    "settled": "what a recruiter said of an opening",
    "sync_run": "what a board listed",
    "leaving": "why somebody left, without who",
    "retention_rule": "the employer's rules",
    "retention_watch": "when the worker last looked",
    "rhythm": "hours that many share",
    "recovery_code": "of a recruiter, as a digest",
    "staff_link": "of a recruiter, as a digest",
    "desk_session": "of a recruiter",
    "house": "what holds for the whole desk",
    "sender_permission": "what recruiters let others do in their name",
    "piece": "the employer's words",
    "version": "the employer's words, and which recruiter wrote them",
    "media": "the employer's pictures",
    "approval": "what recruiters asked each other",
    "suggested": "that a week's suggestions were made for a recruiter",
    "throttle": "keyed hashes that are gone within a day, and counts",
}
"""Tables without persons, and why."""


def refers_to_a_member(table: Table) -> bool:
    """By a foreign key, or by what a column is called."""
    keys: list[ForeignKey] = list(table.foreign_keys)
    named = any(column.name == "member_id" or column.name.endswith("_member_id") for column in table.columns)
    return named or any(key.target_fullname == "member.id" for key in keys)


def holds_an_address(table: Table) -> bool:
    """By what a column is called, and whether an address fits into it."""
    marks = ("address", "phone", "mail")
    return any(
        isinstance(column.type, String) and any(mark in column.name for mark in marks) for column in table.columns
    )


def named() -> list[str]:
    return [table for holder in holders() for table in holder.tables]


def test_every_table_is_named_once_or_has_no_person(app: Flask) -> None:
    tables, found = set(db.metadata.tables), named()
    assert len(found) == len(set(found)), "a table has two holders"
    assert set(found) | set(NO_PERSON) | STAFF == tables
    assert not set(found) & set(NO_PERSON)


def test_what_has_no_person_refers_to_none(app: Flask) -> None:
    for name in NO_PERSON:
        table = db.metadata.tables[name]
        assert not refers_to_a_member(table), name
        assert not holds_an_address(table), name


STAFF = {"recruiter"}
"""Tables with persons who are no members: `docs/operate.md` says how somebody who left is taken out."""
