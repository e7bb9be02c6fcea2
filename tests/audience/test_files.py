"""Interests, places and segments in `content/`: mistakes with line and mend (P13), and renames that keep members."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audience import files
from portal.audience.models import Interest, MemberInterest, Place
from portal.audience.queries import dump, facts
from portal.config import settings
from portal.content import ContentError, ContentStamp, Synced
from portal.db import db
from portal.members.models import Member
from tests import factories

PLACES = """\
places:
  - {slug: lisbon, name: Lisbon, country: PT}
  - {slug: portugal, name: Anywhere in Portugal, country: PT, whole_country: true}
"""


def interests(*lines: str) -> str:
    """A file with one group; its first entry stands on line 5."""
    return "groups:\n  - slug: data\n    name: Data\n    interests:\n" + "".join(
        f"      - {{{line}}}\n" for line in lines
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder without mistakes."""
    content = tmp_path / "content"
    (content / "segments").mkdir(parents=True)
    (content / "interests.yml").write_text(interests("slug: calibration, name: Calibration", "slug: data, name: Data"))
    (content / "places.yml").write_text(PLACES)
    write(content, "readers", "interest: [data]")
    return content


def write(folder: Path, slug: str, rule: str) -> None:
    """A segment whose rule begins on line 4."""
    (folder / "segments" / f"{slug}.yml").write_text(f"name: Readers\nabout: Those who read.\nrule:\n  {rule}\n")


def mistakes(folder: Path) -> list[str]:
    """What is wrong in a folder, without the folder's own path."""
    return [str(problem).replace(f"{folder}/", "") for problem in files.check(folder)]


def sync(folder: Path, now: datetime, *lines: str) -> dict[str, str]:
    """Sync interests written as lines; what changed, by slug."""
    (folder / "interests.yml").write_text(interests(*lines))
    return {done.slug: done.change for done in files.sync(folder, now) if done.kind == "interest"}


def choices(member: Member) -> set[str]:
    """The slugs of what a member chose, as they are called now."""
    db.session.expire_all()
    return set(facts(member).interests)


def version() -> int:
    """The stamp of the public pages."""
    return db.session.scalars(select(ContentStamp.version)).one_or_none() or 0


def test_our_own_content_is_right(app: Flask, now: datetime) -> None:
    folder = settings().content_dir
    assert files.check(folder) == []
    assert {done.change for done in files.sync(folder, now)} == {"new"}
    assert {done.change for done in files.sync(folder, now)} == {"same"}
    segments = files.load_segments(folder)
    assert dump(segments["everyone"].rule) == {"all": []}
    assert segments["newcomers"].name == "Newcomers"
    assert "data-engineering" in files.interest_slugs(folder)
    assert db.session.scalars(select(Place.slug).where(Place.whole_country).order_by(Place.position)).all() == [
        "portugal", "germany", "united-kingdom",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "words", "expected"),
    [
        (
            "interests.yml",
            interests("slug: Big Data, name: x"),
            ":5: `groups.0.interests.0.slug` may have only a-z, 0-9",
        ),
        (
            "interests.yml",
            interests("slug: a", "slug: b, name: B"),
            ":5: `groups.0.interests.0.name` is missing: add it",
        ),
        (
            "interests.yml",
            interests("slug: a, name: A, color: red"),
            ":5: `groups.0.interests.0.color` is not a known key",
        ),
        (
            "interests.yml",
            interests("slug: a, name: A", "slug: b, name: B", "slug: a, name: C"),
            ":7: the slug a stands twice: give one of them another",
        ),
        (
            "interests.yml",
            interests("slug: b, name: B, was: a", "slug: a, name: A"),
            ":5: `was` names a, which is an entry of its own: take it out of `was`, or give that entry another slug",
        ),
        (
            "interests.yml",
            interests("slug: b, name: B, was: a", "slug: c, name: C, was: [x, a]"),
            ":6: `was` names a, as b does: its members can follow only one",
        ),
        ("interests.yml", interests("slug: a, name: A, was: [3]"), ":5: `groups.0.interests.0.was.0` must be text"),
        ("interests.yml", interests("slug: a, name: A, was: a"), ":5: `was` names a, which is an entry of its own"),
        (
            "interests.yml",
            interests("slug: a, name: A") + interests("slug: b, name: B").removeprefix("groups:\n"),
            ":6: the group data stands twice: put their interests together",
        ),
        (
            "interests.yml",
            "groups: [{slug: a, name: A, interests: []}]",
            ":1: `groups.0.interests` is empty: put an interest in it",
        ),
        ("places.yml", PLACES.replace("country: PT}", "country: Portugal}"), ":2: `places.0.country` "),
        ("places.yml", PLACES.replace("portugal", "lisbon"), ":3: the slug lisbon stands twice"),
        ("places.yml", PLACES.replace("true", "perhaps"), ":3: `places.1.whole_country` must be true or false"),
        ("segments/Bad Name.yml", "name: x", ":1: the file's name is what issues call the segment: use only a-z"),
        ("segments/a.yml", "name: x\nabout: y\n", ":1: `rule` is missing: add it"),
        ("segments/a.yml", "name: x\nabout: y\nrule:\n  all:\n    - gender: [f]\n", ":5: `all[0].gender` is protected"),
        (
            "segments/a.yml",
            "name: x\nabout: y\nrule:\n  all:\n    - postcode: [1]\n",
            ":5: `all[0].postcode` gives away",
        ),
        (
            "segments/a.yml",
            "name: x\nabout: y\nrule: {intrest: [data]}\n",
            ":3: `intrest` is nothing we know: did you mean",
        ),
        ("segments/a.yml", "name: x\nabout: y\nrule: everybody\n", ":3: a rule must be one condition"),
        (
            "segments/a.yml",
            "name: x\nabout: y\nrule:\n  interest:\n    - data\n    - calibraton\n",
            ":6: there is no interest calibraton: did you mean calibration?",
        ),
        (
            "segments/a.yml",
            "name: x\nabout: y\nrule:\n  none:\n    - place: [lisbon]\n    - place: [qqq]\n",
            ":6: there is no place qqq: see content/places.yml",
        ),
        ("segments/a.yml", "name: x\nabout: y\nrule: &r\n  all: [*r]\n", ":3: `all[0].all[0]"),
    ],
)
def test_each_mistake_has_its_line_and_its_mend(app: Flask, folder: Path, file: str, words: str, expected: str) -> None:
    assert mistakes(folder) == []
    (folder / file).write_text(words)
    found = [mistake for mistake in mistakes(folder) if mistake.startswith(f"{file}:")]
    assert len(found) == 1, found
    assert found[0].startswith(file + expected)


def test_all_mistakes_of_all_files_are_found_at_once(app: Flask, folder: Path) -> None:
    write(folder, "one", "age: [30]")
    write(folder, "two", "language: [xx]")
    (folder / "places.yml").write_text("places: 5\n")
    assert [mistake.split(":")[0] for mistake in mistakes(folder)] == [
        "places.yml", "segments/one.yml", "segments/two.yml",
    ]  # fmt: skip
    with pytest.raises(ContentError, match=r"places\.yml:1: `places` must be a list"):
        files.sync(folder, factories.LONG_AGO)


def test_a_segment_that_names_a_renamed_interest_says_what_it_is_called_now(app: Flask, folder: Path) -> None:
    (folder / "interests.yml").write_text(interests("slug: data-work, name: Data, was: [numbers, data]"))
    assert mistakes(folder) == ["segments/readers.yml:4: there is no interest data: it is called data-work now"]


def test_a_rename_keeps_the_row_and_the_members(app: Flask, folder: Path, now: datetime) -> None:
    assert sync(folder, now, "slug: firmware, name: Firmware") == {"firmware": "new"}
    row = db.session.scalars(select(Interest)).one()
    member, id, before = factories.member(interests=[row]), row.id, version()
    assert sync(folder, now, "slug: embedded, name: Embedded software, was: firmware") == {"embedded": "changed"}
    assert choices(member) == {"embedded"}
    assert [(r.id, r.slug, r.name) for r in db.session.scalars(select(Interest))] == [
        (id, "embedded", "Embedded software")
    ]
    assert version() == before + 1
    assert sync(folder, now, "slug: embedded, name: Embedded software, was: firmware") == {"embedded": "same"}
    assert version() == before + 1


def test_a_rename_over_several_steps_at_once(app: Flask, folder: Path, now: datetime) -> None:
    sync(folder, now, "slug: b, name: B")
    member = factories.member(interests=db.session.scalars(select(Interest)).all())
    sync(folder, now, "slug: d, name: D, was: [a, b, c]")
    assert choices(member) == {"d"}


def test_two_interests_become_one(app: Flask, folder: Path, now: datetime) -> None:
    sync(folder, now, "slug: a, name: A", "slug: b, name: B")
    a, b = db.session.scalars(select(Interest).order_by(Interest.position))
    one, other, both = (factories.member(interests=chosen) for chosen in ([a], [b], [a, b]))
    assert sync(folder, now, "slug: c, name: C, was: [a, b]") == {"c": "changed", "b": "removed"}
    assert [choices(member) for member in (one, other, both)] == [{"c"}, {"c"}, {"c"}]
    assert db.session.scalar(select(func.count()).select_from(MemberInterest)) == 3
    assert sync(folder, now, "slug: c, name: C, was: [a, b]") == {"c": "same"}


def test_was_can_be_added_when_members_were_left_behind(app: Flask, folder: Path, now: datetime) -> None:
    sync(folder, now, "slug: a, name: A")
    left = factories.member(interests=db.session.scalars(select(Interest)).all())
    assert sync(folder, now, "slug: b, name: B") == {"b": "new", "a": "removed"}
    assert choices(left) == {"a"}
    assert sync(folder, now, "slug: b, name: B, was: a") == {"b": "changed"}
    assert choices(left) == {"b"}


def test_a_rename_and_a_new_entry_of_the_old_name_at_once_is_refused(app: Flask, folder: Path, now: datetime) -> None:
    sync(folder, now, "slug: a, name: A")
    member = factories.member(interests=db.session.scalars(select(Interest)).all())
    with pytest.raises(ContentError, match="`was` names a, which is an entry of its own"):
        sync(folder, now, "slug: b, name: B, was: a", "slug: a, name: A new one")
    assert choices(member) == {"a"}


def test_what_is_gone_is_retired_and_can_come_back(app: Flask, folder: Path, now: datetime) -> None:
    sync(folder, now, "slug: a, name: A", "slug: b, name: B")
    member = factories.member(interests=db.session.scalars(select(Interest)).all())
    assert sync(folder, now, "slug: b, name: B") == {"b": "changed", "a": "removed"}
    retired = select(Interest.slug).where(Interest.retired)
    assert db.session.scalars(retired).all() == ["a"]
    assert choices(member) == {"a", "b"}
    assert sync(folder, now, "slug: b, name: B") == {"b": "same"}
    assert sync(folder, now, "slug: b, name: B", "slug: a, name: A") == {"b": "same", "a": "changed"}
    assert db.session.scalars(retired).all() == []


def test_places_follow_the_same_rules(app: Flask, folder: Path, now: datetime) -> None:
    files.sync(folder, now)
    lisbon = db.session.scalars(select(Place).filter_by(slug="lisbon")).one()
    member = factories.member(places=[lisbon])
    (folder / "places.yml").write_text("places:\n  - {slug: lisboa, name: Lisboa, country: PT, was: lisbon}\n")
    changes = [done for done in files.sync(folder, now) if done.kind == "place"]
    assert changes == [Synced("place", "lisboa", "changed"), Synced("place", "portugal", "removed")]
    db.session.expire_all()
    assert facts(member).places == {"lisboa"}
