"""`content/retention.yml`: how long what is held of people is kept, by the country they live in."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from babel import Locale
from pydantic import BeforeValidator, Field
from sqlalchemy import delete, select

from portal import content
from portal.content import ContentError, Front, Problem, Synced, read_yaml
from portal.db import db
from portal.members.models import RetentionRule
from portal.members.queries.retention import DEFAULT

FILE = "retention.yml"
NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
COUNTRIES = {code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))} - NO_COUNTRY
Term = tuple[int, str]
SHORTEST, LONGEST = 2, 120


def _months(value: Any) -> int:
    found = re.fullmatch(r"(\d{1,3}) months", str(value))
    if not found or not SHORTEST <= int(found[1]) <= LONGEST:
        raise ValueError(f"must be from {SHORTEST} to {LONGEST} months, such as 12 months")
    return int(found[1])


def _term(value: Any) -> Term:
    found = re.fullmatch(r"([1-9]\d{0,2}) (month|week)s?", str(value))
    if not found:
        raise ValueError("must be so many months or weeks, such as 6 months")
    return int(found[1]), f"{found[2]}s"


class Rule(Front):
    """One rule. `note` and `source` are for those who edit the file."""

    member: Annotated[int, BeforeValidator(_months)]
    application: Annotated[Term, BeforeValidator(_term)]
    renewed_by: Literal["contact", "person"]
    note: str = Field(default="", max_length=1000)
    source: str = Field(default="", max_length=1000)


class Retention(Front):
    """The file. `countries`: by ISO 3166-1 two-letter code."""

    default: Rule
    countries: dict[str, Rule] = Field(default_factory=dict)


def load(content_dir: Path) -> Retention:
    """The file, checked. Raises ContentError."""
    path = content_dir / FILE
    file = read_yaml(path, Retention)
    problems = [
        Problem(str(path), content.line_of(path, ("countries", code)), f"{code} is no country: {_mend(code)}")
        for code in file.countries
        if code not in COUNTRIES
    ]
    if problems:
        raise ContentError(sorted(problems))
    return file


def _mend(code: str) -> str:
    meant = {"UK": "GB", "EL": "GR"}.get(code.upper(), code.upper())
    return f"did you mean {meant}?" if meant in COUNTRIES else "write its ISO 3166 two-letter code, such as PT"


def check(content_dir: Path) -> list[Problem]:
    """Every mistake in the file. Without one nobody's time ends."""
    try:
        if (content_dir / FILE).is_file():
            load(content_dir)
    except ContentError as error:
        return error.problems
    return []


def sync(content_dir: Path, now: datetime) -> list[Synced]:
    """Bring the file into the database. Raises ContentError."""
    file = load(content_dir) if (content_dir / FILE).is_file() else None
    wanted = {DEFAULT: file.default, **file.countries} if file else {}
    rows = {row.country: row for row in db.session.scalars(select(RetentionRule))}
    kind = "rule of retention"
    done = [Synced(kind, country, _bring(rows.get(country), country, rule)) for country, rule in wanted.items()]
    gone = sorted(rows.keys() - wanted.keys())
    db.session.execute(delete(RetentionRule).where(RetentionRule.country.in_(gone)))
    return done + [Synced(kind, country, "removed") for country in gone]


def _bring(row: RetentionRule | None, country: str, rule: Rule) -> str:
    columns = {
        "member_months": rule.member,
        "application": rule.application[0],
        "application_unit": rule.application[1],
        "renewed_by": rule.renewed_by,
    }
    if row is None:
        db.session.add(RetentionRule(country=country, **columns))
        return "new"
    changed = any(getattr(row, name) != value for name, value in columns.items())
    for name, value in columns.items():
        setattr(row, name, value)
    return "changed" if changed else "same"
