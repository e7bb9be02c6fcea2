"""`portal content export`, and sync beside it: one home for each piece, and no file overwritten unread."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import create_app
from portal.config import Config
from portal.content import compose
from portal.db import db
from portal.insights import files as insights
from portal.insights.models import Insight
from portal.writing.actions import homes, media, versions
from portal.writing.models import Media, Piece, Version
from portal.writing.queries import current, find
from tests.conftest import dispose
from tests.content import folders
from tests.content.running import Run
from tests.writing import pieces
from tests.writing.pictures import png

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
At = Callable[[], Iterator[Flask]]


@pytest.fixture
def desk(config: Config) -> Iterator[Flask]:
    """An app on the same database, in its context."""
    app = create_app(config)
    with app.app_context():
        yield app
    dispose(app)


def start(kind: str, slug: str, text: str) -> Piece:
    piece = versions.start(kind, slug, text, None, NOW)
    db.session.commit()
    return piece


def save(piece: Piece, text: str, language: str = "") -> None:
    latest = current(piece, language)
    versions.save(piece, text, None, NOW, base_id=latest.id if latest else None, language=language)
    db.session.commit()


def fresh() -> None:
    """See what the command committed."""
    db.session.rollback()
    db.session.expire_all()


class TestSync:
    def test_each_text_of_a_file_is_a_version(self, run: Run, folder: Path, desk: Flask) -> None:
        one = folders.insight(folder, "one")
        run("content", "sync")
        first = one.read_text()
        folders.insight(folder, "one", "Other words.\n")
        run("content", "sync")
        piece = find("insight", "one")
        assert piece is not None
        assert piece.home == "file"
        lines = db.session.execute(select(Version.number, Version.way, Version.text).order_by(Version.number)).all()
        assert [
            tuple(line) for line in lines if line.text != "name: Everyone\nabout: All of us.\nrule: {all: []}\n"
        ] == [
            (1, "file", first),
            (2, "file", one.read_text()),
        ]

    def test_a_piece_of_the_desk_is_not_overwritten(self, run: Run, folder: Path, desk: Flask) -> None:
        path = folders.insight(folder, "one")
        run("content", "sync")
        piece = find("insight", "one")
        assert piece is not None
        homes.move_to_desk(piece, None, NOW)
        save(piece, pieces.text("insight", 2))
        insights.settle(piece, NOW)
        db.session.commit()
        path.write_text(pieces.text("insight", 3))
        done = run("content", "sync")
        said = "desk     insight   one: differs from the desk: its words are kept there, beside the others"
        assert said in done.output.splitlines()
        assert done.output.splitlines()[-1] == "0 new, 0 changed, 0 removed, 5 same, 1 at the desk."
        fresh()
        assert db.session.scalars(select(Insight.title)).all() == ["Title 2"]
        beside = db.session.scalars(select(Version).where(Version.number.is_(None))).all()
        assert [version.text for version in beside] == [pieces.text("insight", 3)]
        told = json.loads(run("content", "sync", "--json").stdout)
        assert {"kind": "insight", "slug": "one", "change": "desk", "note": homes.BESIDE} in told
        fresh()
        assert len(db.session.scalars(select(Version).where(Version.number.is_(None))).all()) == 1

    def test_a_dry_run_keeps_nothing(self, run: Run, folder: Path, desk: Flask) -> None:
        folders.insight(folder, "one")
        run("content", "sync", "--dry-run")
        assert db.session.scalars(select(Piece)).all() == []

    def test_a_file_that_is_gone_and_comes_back(self, run: Run, folder: Path, desk: Flask) -> None:
        path = folders.insight(folder, "one")
        folders.write(folder, "insights/one.de.md", "Worte.\n", {"title": "Eins", "summary": "Kurz."})
        run("content", "sync")
        (folder / "insights" / "one.de.md").unlink()
        assert "removed  insight   one.de" in run("content", "sync").output.splitlines()
        text = path.read_text()
        path.unlink()
        assert "removed  insight   one" in run("content", "sync").output.splitlines()
        piece = find("insight", "one")
        assert piece is not None
        assert piece.removed_at is not None
        path.write_text(text)
        assert "new      insight   one" in run("content", "sync").output.splitlines()
        fresh()
        assert find("insight", "one").removed_at is None  # type: ignore[union-attr]
        assert [v.text for v in [current(piece), current(piece, "de")] if v] == [text, ""]

    def test_a_file_may_lead_to_what_the_desk_published(self, run: Run, folder: Path, desk: Flask) -> None:
        run("content", "sync")
        piece = start("insight", "one", pieces.text("insight", 1))
        folders.insight(folder, "two", "[One](/insights/one)\n")
        assert "the link to /insights/one leads nowhere" in run("content", "sync").output
        insights.settle(piece, NOW)
        db.session.commit()
        assert run("content", "sync").exit_code == 0
        assert run("content", "check").exit_code == 1  # files alone don't know
        run("content", "export")
        assert run("content", "check").exit_code == 0


class TestExport:
    def test_pieces_become_files_where_they_belong(self, run: Run, folder: Path, desk: Flask) -> None:
        run("content", "sync")
        out = start("insight", "out", pieces.text("insight", 1))
        save(out, pieces.text("insight", 2, "de"), "de")
        insights.settle(out, NOW)
        db.session.commit()
        save(out, pieces.text("insight", 3))
        start("insight", "not-yet", pieces.text("insight", 4))
        start("issue", "may", pieces.text("issue", 5, segment="us"))
        start("segment", "us", pieces.text("segment", 6))
        start("issue", "half", "---\nsubject: [\n")
        done = run("content", "export")
        assert done.exit_code == 0, done.output
        assert done.output.splitlines() == [
            "new      insight   drafts/insights/not-yet.md",
            "new      insight   drafts/insights/out.md",
            "new      insight   insights/out.de.md",
            "new      insight   insights/out.md",
            "new      issue     drafts/issues/half.md",
            "new      issue     issues/may.md",
            "new      segment   segments/us.yml",
            "7 new, 0 changed, 0 removed, 0 same.",
        ]
        assert (folder / "insights" / "out.md").read_text() == pieces.text("insight", 1)
        assert (folder / "drafts" / "insights" / "out.md").read_text() == pieces.text("insight", 3)
        assert run("content", "check").exit_code == 0
        assert run("content", "export").output == "0 new, 0 changed, 0 removed, 7 same.\n"
        assert run("content", "sync").output.splitlines()[-1] == "0 new, 0 changed, 0 removed, 5 same, 6 at the desk."

    def test_a_dry_run_writes_nothing(self, run: Run, folder: Path, desk: Flask) -> None:
        start("segment", "us", pieces.text("segment", 1))
        done = run("content", "export", "--dry-run", "--json")
        assert json.loads(done.stdout) == [{"kind": "segment", "slug": "segments/us.yml", "change": "new"}]
        assert not (folder / "segments" / "us.yml").exists()

    def test_no_file_is_overwritten_unread(self, run: Run, folder: Path, desk: Flask) -> None:
        start("segment", "us", pieces.text("segment", 1))
        path = folder / "segments" / "us.yml"
        path.write_text("Notes of somebody.\n")
        done = run("content", "export")
        assert done.output.splitlines()[0].startswith("changed  segment   segments/us.yml: its words were not known")
        assert path.read_text() == pieces.text("segment", 1)
        fresh()
        (kept,) = db.session.scalars(select(Version).where(Version.number.is_(None)))
        assert (kept.text, kept.way) == ("Notes of somebody.\n", "file")

    def test_other_line_ends_are_the_same_words(self, run: Run, folder: Path, desk: Flask) -> None:
        start("segment", "us", pieces.text("segment", 1))
        held = pieces.text("segment", 1).replace("\n", "\r\n").encode()
        (folder / "segments" / "us.yml").write_bytes(held)
        assert run("content", "export").output == "0 new, 0 changed, 0 removed, 1 same.\n"
        assert (folder / "segments" / "us.yml").read_bytes() == held

    def test_a_draft_that_is_finished_leaves_the_drafts(self, run: Run, folder: Path, desk: Flask) -> None:
        piece = start("issue", "may", "---\nsubject: [\n")
        run("content", "export")
        save(piece, pieces.text("issue", 1))
        assert run("content", "export").output.splitlines()[:2] == [
            "removed  issue     drafts/issues/may.md",
            "new      issue     issues/may.md",
        ]

    def test_what_leads_to_a_draft_is_one(self, run: Run, folder: Path, desk: Flask) -> None:
        start("insight", "one", pieces.text("insight", 1))
        start("issue", "may", pieces.text("issue", 2, link="[One](/insights/one)"))
        run("content", "export")
        assert [path.name for path in (folder / "drafts" / "issues").iterdir()] == ["may.md"]


class TestPictures:
    def test_there_and_back(self, run: Run, folder: Path, desk: Flask) -> None:
        added = media.add(png(), "Bath.png", "A water bath", None, NOW)
        db.session.commit()
        start("issue", "may", pieces.text("issue", 1, link=f"![A water bath](/media/{added.name})"))
        done = run("content", "export")
        assert done.output.splitlines() == [
            "new      issue     issues/may.md",
            f"new      picture   media/{added.name}",
            "new      picture   media.yml",
            "3 new, 0 changed, 0 removed, 0 same.",
        ]
        assert (folder / "media" / added.name).read_bytes() == added.data
        assert (folder / "media.yml").read_text() == f"pictures:\n  - file: {added.name}\n    alt: A water bath\n"
        assert run("content", "check").exit_code == 0
        assert run("content", "export").output == "0 new, 0 changed, 0 removed, 3 same.\n"
        before = (added.name, added.type, added.width, added.height, added.alt, added.data, added.digest)
        db.session.delete(added)
        db.session.commit()
        assert f"new      picture   {before[0]}" in run("content", "sync").output
        fresh()
        row = db.session.scalars(select(Media)).one()
        assert (row.name, row.type, row.width, row.height, row.alt, row.data, row.digest) == before
        assert "0 new, 0 changed, 0 removed" in run("content", "sync").output

    def test_each_mistake_is_named(self, run: Run, folder: Path) -> None:
        (folder / "media").mkdir()
        (folder / "media" / "Bath.png").write_bytes(png())
        (folder / "media" / "bath.jpg").write_bytes(png())
        (folder / "media" / "lost.png").write_bytes(png())
        (folder / "media" / "broken.png").write_bytes(png()[:60])
        said = [("bath.jpg", "A"), ("broken.png", "B"), ("nowhere.webp", "C"), ("bath.jpg", "D")]
        entries = "".join(f"  - {{file: {name}, alt: {alt}}}\n" for name, alt in said)
        (folder / "media.yml").write_text(f"pictures:\n{entries}")
        lines = [line.removeprefix(f"{folder}/") for line in run("content", "check").output.splitlines()]
        assert lines == [
            "media.yml:4: there is no picture media/nowhere.webp: add it, or take this out",
            "media.yml:5: bath.jpg stands twice: take one of them out",
            "media/Bath.png:1: its name becomes its address: use only a-z, 0-9 and -, and .png, .jpg or .webp at the end",
            "media/bath.jpg:1: the picture is of another type than its name says: rename it to bath.png",
            "media/broken.png:1: the picture is damaged, or none: save it again as PNG, JPEG or WebP",
            "media/lost.png:1: nobody says what it shows: add `- {file: lost.png, alt: …}` under `pictures:` in media.yml",
            "6 problems in 5 files.",
        ]

    def test_a_picture_stays_what_it_is(self, run: Run, folder: Path, desk: Flask) -> None:
        added = media.add(png(), "bath.png", "A water bath", None, NOW)
        db.session.commit()
        (folder / "media").mkdir()
        (folder / "media" / added.name).write_bytes(png(colour=(200, 0, 0)))
        (folder / "media.yml").write_text(f"pictures:\n  - {{file: {added.name}, alt: Another}}\n")
        done = run("content", "sync")
        assert done.exit_code == 1
        assert "a picture with this name is there already, and stays: give this one another name" in done.output
        assert "left alone, since it is another picture: rename it" in run("content", "export").output


def test_drafts_are_read_and_nothing_more(run: Run, folder: Path, desk: Flask) -> None:
    (folder / "drafts" / "insights").mkdir(parents=True)
    (folder / "drafts" / "insights" / "one.md").write_text("Half a thought.\n")
    (folder / "drafts" / "insights" / "two.de.md").write_text("Ein halber Gedanke.\n")
    (folder / "drafts" / "pages").mkdir()
    (folder / "drafts" / "pages" / "help.md").write_text("x")
    (folder / "drafts" / "issues").mkdir()
    (folder / "drafts" / "issues" / "may.md").write_text("\n")
    lines = [line.removeprefix(f"{folder}/") for line in run("content", "check").output.splitlines()]
    assert lines == [
        "drafts/insights/two.de.md:1: there is no two.md that this could be a translation of: write it, or rename this",
        "drafts/issues/may.md:1: there are no words yet: write them, or remove the file",
        "drafts/pages/help.md:1: this file is not read: only drafts/insights/*.md, drafts/issues/*.md, drafts/jobs/*.md, "
        "drafts/segments/*.yml are, so rename or move it",
        "3 problems in 3 files.",
    ]
    for path in ("insights/two.de.md", "pages/help.md", "issues/may.md"):
        (folder / "drafts" / path).unlink()
    assert "new      insight   one" in run("content", "sync").output
    assert db.session.scalars(select(Insight)).all() == []
    piece = find("insight", "one")
    assert piece is not None
    assert current(piece).text == "Half a thought.\n"  # type: ignore[union-attr]


def test_a_text_with_a_draft_beside_it_is_both(run: Run, folder: Path, desk: Flask) -> None:
    folders.insight(folder, "one")
    (folder / "drafts" / "insights").mkdir(parents=True)
    (folder / "drafts" / "insights" / "one.md").write_text(compose({"title": "Later"}, "Later words."))
    run("content", "sync")
    assert db.session.scalars(select(Insight.title)).all() == ["One"]
    assert current(find("insight", "one")).text.startswith("---\ntitle: Later\n")  # type: ignore[union-attr, arg-type]


def test_a_folder_that_cannot_be_written_is_said(run: Run, folder: Path, desk: Flask, tmp_path: Path) -> None:
    start("segment", "us", pieces.text("segment", 1))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("A file where the folder should be.\n")
    assert run("content", "export", "--dir", str(elsewhere)).exit_code == 2
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    (elsewhere / "segments").write_text("")
    done = run("content", "export", "--dir", str(elsewhere))
    assert done.exit_code == 1
    assert "segments cannot be written (File exists)" in done.output
