"""`content/retention.yml`: checked by line, brought in whole."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import db
from portal.members import files
from portal.members.models import RetentionRule
from portal.members.queries.retention import rule
from tests.running import ROOT

GOOD = "default: {member: 12 months, application: 6 months, renewed_by: contact}\n"
NL = "countries:\n  NL: {member: 6 months, application: 4 weeks, renewed_by: person, note: asked}\n"


def written(folder: Path, text: str) -> Path:
    (folder / "retention.yml").write_text(text, "utf-8")
    return folder


def test_the_sample_is_good() -> None:
    assert files.check(ROOT / "content") == []
    assert set(files.load(ROOT / "content").countries) == {"PT", "DE", "GB", "NL", "FR"}


def test_each_country_has_its_rule_and_the_others_the_default(app: Flask, tmp_path: Path, now: datetime) -> None:
    done = files.sync(written(tmp_path, GOOD + NL), now)
    assert [(each.slug, each.change) for each in done] == [("default", "new"), ("NL", "new")]
    found = {country: rule(country) for country in ("NL", "PT", None)}
    said = {
        country: (of.member_months, of.application, of.application_unit, of.renewed_by) if of else None
        for country, of in found.items()
    }
    usual = (12, 6, "months", "contact")
    assert said == {"NL": (6, 4, "weeks", "person"), "PT": usual, None: usual}


def test_what_is_changed_or_gone_follows(app: Flask, tmp_path: Path, now: datetime) -> None:
    files.sync(written(tmp_path, GOOD + NL), now)
    done = files.sync(written(tmp_path, GOOD.replace("12", "24")), now)
    assert [(each.slug, each.change) for each in done] == [("default", "changed"), ("NL", "removed")]
    (tmp_path / "retention.yml").unlink()
    files.sync(tmp_path, now)
    assert db.session.scalars(select(RetentionRule)).all() == []
    assert rule("NL") is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("countries: {}\n", 1, "`default` is missing: add it"),
        (GOOD.replace("12 months", "1 year"), 1, "from 2 to 120 months, such as 12 months"),
        (GOOD.replace("12 months", "1 months"), 1, "from 2 to 120 months"),
        (GOOD.replace("12 months", "121 months"), 1, "from 2 to 120 months"),
        (GOOD.replace("6 months", "half a year"), 1, "so many months or weeks, such as 6 months"),
        (GOOD.replace("contact", "nobody"), 1, "renewed_by"),
        (GOOD + NL.replace("NL", "UK"), 3, "UK is no country: did you mean GB?"),
        (GOOD + NL.replace("NL", "nl"), 3, "nl is no country: did you mean NL?"),
        (GOOD + NL.replace("NL", "EU"), 3, "EU is no country: write its ISO 3166 two-letter code"),
        (GOOD + NL.replace("4 weeks", "4 days"), 3, "`countries.NL.application` must be so many months or weeks"),
        (GOOD + NL.replace("note", "notes"), 3, "`countries.NL.notes` is not a known key"),
        (GOOD + GOOD, 2, "stands twice"),
    ],
)
def test_a_mistake_is_named_with_line_and_mend(tmp_path: Path, text: str, line: int, said: str) -> None:
    (problem,) = files.check(written(tmp_path, text))
    assert problem.line == line
    assert said in problem.words


def test_norway_is_not_false(tmp_path: Path) -> None:
    assert set(files.load(written(tmp_path, GOOD + NL.replace("NL", "NO"))).countries) == {"NO"}
