"""Openings in files: each mistake has its line and mend (P13), and what is right becomes a row."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import content
from portal.content import ContentError, Problem
from portal.db import db
from portal.jobs import files
from portal.jobs.models import Posting, Process
from portal.jobs.queries.wanted import by_slugs
from tests import factories
from tests.jobs import openings
from tests.jobs.openings import BODY

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PAY: dict[str, Any] = {"min": 27_400, "max": 32_300, "currency": "EUR", "per": "year"}


def problems(folder: Path, body: str = BODY, **front: Any) -> list[Problem]:
    openings.write(folder, "one", body, **front)
    return files.check(folder)


def row(slug: str = "one") -> Posting:
    db.session.expire_all()
    return db.session.scalars(select(Posting).filter_by(slug=slug)).one()


def test_a_right_one_has_no_mistake(app: Flask, folder: Path) -> None:
    assert problems(folder) == []
    assert content.check_all(folder) == []


@pytest.mark.parametrize(
    ("front", "at", "words"),
    [
        ({"pay": None}, "title:", "`pay` is missing: say what it pays, or under `pay_unsaid` why you do not"),
        ({"pay_unsaid": "A works council decides."}, "pay:", "stands beside `pay_unsaid`"),
        ({"pay": {**PAY, "max": 20_000}}, "  max:", "`pay.max` is less than `min` (27400)"),
        ({"pay": {**PAY, "currency": "EURO"}}, "  currency:", "says “EURO”: did you mean EUR?"),
        ({"pay": {**PAY, "per": "years"}}, "  per:", "says “years”: did you mean year?"),
        ({"pay": {**PAY, "max": 2_000_000, "per": "hour"}}, "  max:", "a nought too many"),
        ({"work_modes": []}, "work_modes:", "`work_modes` is an empty list"),
        ({"work_modes": ["on-site"]}, "work_modes:", "says “on-site”: did you mean onsite?"),
        (
            {"work_modes": ["hybrid"], "locations": None},
            "title:",
            "`locations` must name a place, as the work is hybrid",
        ),
        ({"locations": ["lisbom"]}, "locations:", "nobody can choose the place lisbom: did you mean lisbon?"),
        ({"work_modes": ["remote"], "locations": None}, "title:", "must say where one may live who works remotely"),
        ({"applicants_from": ["Portugal"]}, "applicants_from:", "says “Portugal”: did you mean PT?"),
        ({"team": "labratory"}, "team:", "nobody can choose the team labratory: did you mean laboratory?"),
        ({"level": "boss"}, "level:", "says “boss”: it is one of entry, experienced, senior, lead"),
        ({"interests": []}, "interests:", "`interests` is an empty list"),
        (
            {"interests": ["calibrations"]},
            "interests:",
            "nobody can choose the interest calibrations: did you mean calibration?",
        ),
        ({"process": "usually"}, "process:", "there is no process/usually.yml: did you mean usual?"),
        ({"publish": "soon"}, "publish:", "`publish` must be a day such as 2026-03-01, or a time with its zone"),
        ({"publish": "2026-03-02T09:00"}, "publish:", "`publish` needs its zone"),
        ({"closes": "2026-03-01"}, "closes:", "`closes` is not after `publish`"),
        ({"closes": "2026-03-04", "early_access": "72h"}, "closes:", "is before everybody can see it"),
        ({"early_access": "72"}, "early_access:", "must be hours or days, such as 72h or 3d"),
        ({"early_access": "90d"}, "early_access:", "is more than 30 days"),
        ({"closes": None}, "title:", "`closes` is missing: add it"),
        ({"apply_url": "jobs.example.org"}, "apply_url:", "must be a whole address"),
        ({"title": "Foreman"}, "title:", "names one gender only (“Foreman”): rather team lead"),
        ({"title": "Calibration ninja"}, "title:", "“ninja” is a word that no opening may have"),
        ({"questions": ["Are you a ninja?"]}, "questions:", "“ninja” is a word that no opening may have"),
        ({"salary": 5}, "salary:", "`salary` is not a known key"),
        ({"starts": "in spring"}, "starts:", "`starts` must be a day such as 2026-03-01"),
    ],
)
def test_a_mistake_in_the_front_matter(app: Flask, folder: Path, front: dict[str, Any], at: str, words: str) -> None:
    list_of_words(folder)
    found = problems(folder, **front)
    assert any(words in one.words for one in found), found
    [one] = found
    assert Path(one.file).read_text().split("\n")[one.line - 1].startswith(at)


def list_of_words(folder: Path) -> None:
    (folder / "words.yml").write_text(
        "words:\n  en:\n    - {word: ninja, instead: say what it asks for, openings: true}\n"
        "    - {word: robust, instead: say what it stands}\n"
        "titles:\n  en:\n    - {word: '*foreman', instead: team lead}\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("## What is hard here", "## What is easy here", "", "the section “What is hard here” is missing"),
        (
            "\nIt is the same room every day.\n",
            "",
            "## What is hard here",
            "the section “What is hard here” has no words",
        ),
        ("## The work", "The work", "", "the section “The work” is missing"),
        ("Ask [Miriam](mailto:miriam@example.org) for adjustments.", "", "", "nothing is said about adjustments"),
        (
            "You finish things.",
            "A robust ninja is wanted.",
            "A robust ninja is wanted.",
            "“ninja” is a word that no opening may have",
        ),
        (
            "You finish things.",
            "[See](/insights/nothing)",
            "[See](/insights/nothing)",
            "the link to /insights/nothing leads nowhere",
        ),
        (
            "You finish things.",
            "[See](/jobs/nothing)",
            "[See](/jobs/nothing)",
            "the link to /jobs/nothing leads nowhere",
        ),
        ("You finish things.", "Dear [[name|you]],", "Dear [[name|you]],", "[[name]] is for newsletters"),
        ("You finish things.", "::: insights", "::: insights", "::: insights is for newsletters"),
    ],
)
def test_a_mistake_in_the_words(app: Flask, folder: Path, old: str, new: str, at: str, words: str) -> None:
    list_of_words(folder)
    found = problems(folder, BODY.replace(old, new))
    [one] = found
    assert words in one.words
    lines = Path(one.file).read_text().split("\n")
    last = lines[-2]
    assert lines[one.line - 1] == (at or last)


def test_what_stands_in_code_or_a_comment_is_no_section(app: Flask, folder: Path) -> None:
    hidden = BODY.replace("## What is hard here", "```\n## What is hard here\n```\n\n<!-- ## What is hard here -->")
    assert [one.words.partition(":")[0] for one in problems(folder, hidden)] == [
        "the section “What is hard here” is missing"
    ]


def test_without_words_it_says_only_that(app: Flask, folder: Path) -> None:
    assert [one.words for one in problems(folder, "")] == ["there are no words yet: write them below the front matter"]


def test_a_house_that_speaks_german_says_it_in_german(app: Flask, folder: Path) -> None:
    app.extensions["portal"] = app.extensions["portal"].model_copy(update={"language": "de"})
    words = "## The work", "## What is hard here"
    body = BODY.replace("for adjustments", "um Anpassungen")
    assert problems(folder, body, title="Techniker") == []
    (folder / "words.yml").write_text(
        "words: {}\ntitles:\n  de:\n    - {word: '*techniker', instead: 'Techniker:in'}\n"
    )
    assert ["names one gender" in one.words for one in problems(folder, body, title="Kalibriertechniker")] == [True]
    for title in ("Kalibriertechniker:in", "Kalibriertechniker (m/w/d)", "Techniker/-in", "Kalibriertechnik"):
        assert problems(folder, body, title=title) == [], title
    assert words[0] in body


def test_one_in_another_language_is_one_of_its_own(app: Flask, folder: Path) -> None:
    openings.write(folder, "one")
    path = openings.write(folder, "one.de")
    assert [(one.file, one.words) for one in files.check(folder)] == [
        (str(path), "an opening is written in one language: give this a name and a file of its own")
    ]


def test_one_that_is_over_is_said_and_keeps_nothing_out(app: Flask, folder: Path) -> None:
    """Time alone makes no folder unusable: the rest of it still comes in."""
    path = openings.write(folder, "one", closes="2026-03-09")
    assert files.check(folder) == []
    assert files.late(folder, NOW - timedelta(days=2)) == []
    [late] = content.late_all(folder, NOW)
    assert late.file == str(path)
    assert path.read_text().split("\n")[late.line - 1] == "closes: 2026-03-09"
    assert late.words == (
        "`closes` is over: write `closed: 2026-03-09` below it, choose a later day, or take the file out"
    )
    openings.write(folder, "one", closes="2026-03-09", closed="2026-03-09")
    assert content.late_all(folder, NOW) == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("stages: []\n", 1, "`stages` is an empty list"),
        ("stages:\n  - {key: A b, shown_as: x, means: y, promise: 8 working days}\n", 2, "only a-z, 0-9"),
        ("stages:\n  - {key: a, shown_as: x, means: y, promise: 8 days}\n", 2, "must be working days, up to 60"),
        ("stages:\n  - {key: a, shown_as: x, means: y, promise: 99 working days}\n", 2, "up to 60"),
        ("stages:\n  - {key: a, shown_as: x, promise: 1 working day}\n", 2, "`stages.0.means` is missing"),
        (
            "stages:\n  - {key: a, shown_as: x, means: y, promise: 1 working day}\n"
            "  - {key: a, shown_as: x, means: y, promise: 2 working days}\n", 3, "the key a stands twice",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_process(app: Flask, folder: Path, text: str, line: int, words: str) -> None:
    (folder / "process" / "other.yml").write_text(text)
    found = content.check_all(folder)
    assert [(one.line, words in one.words) for one in found] == [(line, True)], found


def test_it_comes_in_with_all_that_it_names(app: Flask, folder: Path) -> None:
    openings.write(
        folder, "one", work_modes=["remote", "hybrid"], applicants_from=["DE", "PT"], early_access="3d",
        publish="2026-03-02T09:00+01:00", closes="2026-03-31", starts="2026-06-01", questions=["May you?"],
    )  # fmt: skip
    assert [one.change for one in content.sync_all(folder, NOW) if one.kind in {"job", "process"}] == ["new", "new"]
    [found] = by_slugs(["one"])
    assert (found.team, found.level, found.work_modes) == ("laboratory", "experienced", {"remote", "hybrid"})
    assert (found.places, found.countries, found.interests) == ({"lisbon"}, {"DE", "PT"}, {"calibration"})
    one = row()
    assert (one.publish_at, one.opens_at) == (
        datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 5, 8, tzinfo=UTC)
    )  # fmt: skip
    assert one.closes_at == datetime(2026, 3, 31, 23, 59, tzinfo=UTC)
    assert (one.pay_min, one.pay_max, one.pay_currency, one.pay_per) == (27_400, 32_300, "EUR", "year")
    assert (one.questions, one.starts_on.isoformat() if one.starts_on else "") == (["May you?"], "2026-06-01")
    assert "<h2" in one.html
    usual = db.session.get_one(Process, "usual")
    assert usual.name == "As usual"
    assert usual.stages[1] == {
        "key": "talk", "shown_as": "We talk", "means": "For forty minutes.", "promise": 3, "prepare": "Bring questions.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("front", "countries"),
    [
        ({"applicants_from": "anywhere"}, {"*"}),
        ({}, {"PT"}),  # where its place is
        ({"work_modes": ["onsite"]}, set()),
    ],
)
def test_where_one_may_live(app: Flask, folder: Path, front: dict[str, Any], countries: set[str]) -> None:
    openings.write(folder, "one", **{"work_modes": ["remote", "hybrid"], **front})
    content.sync_all(folder, NOW)
    assert by_slugs(["one"])[0].countries == countries


def test_a_second_sync_changes_nothing_and_edits_keep_the_row(app: Flask, folder: Path) -> None:
    openings.write(folder, "one")
    content.sync_all(folder, NOW)
    id, version = row().id, stamp()
    assert {one.change for one in content.sync_all(folder, NOW + timedelta(days=1))} == {"same"}
    assert (stamp(), row().changed_at) == (version, NOW)
    openings.write(folder, "one", interests=["statistics"], title="Other")
    done = content.sync_all(folder, NOW + timedelta(days=2))
    assert [one.change for one in done if one.kind == "job"] == ["changed"]
    assert (row().id, row().title, by_slugs(["one"])[0].interests) == (id, "Other", {"statistics"})
    assert (row().publish_at, row().changed_at) == (datetime(2026, 3, 2, tzinfo=UTC), NOW + timedelta(days=2))
    assert stamp() > version


def stamp() -> int:
    return db.session.scalars(select(content.ContentStamp.version)).one()


def test_one_whose_file_is_gone_is_closed_and_back_with_it(app: Flask, folder: Path) -> None:
    path = openings.write(folder, "one")
    content.sync_all(folder, NOW)
    id, text = row().id, path.read_text()
    path.unlink()
    done = content.sync_all(folder, NOW + timedelta(days=1))
    assert [one.change for one in done if one.kind == "job"] == ["removed"]
    assert (row().closed_at, row().state_at(NOW + timedelta(days=1))) == (NOW + timedelta(days=1), "closed")
    assert {one.change for one in content.sync_all(folder, NOW + timedelta(days=2))} == {"same"}
    assert row().closed_at == NOW + timedelta(days=1)
    path.write_text(text)
    done = content.sync_all(folder, NOW + timedelta(days=3))
    assert [one.change for one in done if one.kind == "job"] == ["changed"]
    assert (row().id, row().closed_at, row().state_at(NOW + timedelta(days=3))) == (id, None, "open")


def test_one_that_nobody_heard_of_leaves_no_trace(app: Flask, folder: Path) -> None:
    path = openings.write(folder, "one", publish="2026-04-01")
    content.sync_all(folder, NOW)
    path.unlink()
    content.sync_all(folder, NOW)
    assert db.session.scalar(select(Posting)) is None


def test_the_address_of_a_boards_opening_is_taken(app: Flask, folder: Path) -> None:
    factories.posting(slug="one", board_id=factories.board().id, external_id="7")
    path = openings.write(folder, "one")
    with pytest.raises(ContentError) as refused:
        content.sync_all(folder, NOW)
    assert [(one.file, one.words) for one in refused.value.problems] == [
        (str(path), "an opening from a board has this address: give the file another name")
    ]
