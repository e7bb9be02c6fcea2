"""Whatever people do to files and at the desk, in whatever order: no words are lost, every piece has one home, and
bringing in what was written out changes nothing."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from portal import content
from portal.content import ContentError
from portal.db import db
from portal.insights import files as insights
from portal.insights.actions import publishing
from portal.insights.models import Insight, InsightInterest, Translation
from portal.jobs import files as jobs
from portal.jobs.actions import publishing as announcing
from portal.jobs.models import Posting
from portal.newsletter.models import Issue, IssueTranslation
from portal.writing import files
from portal.writing.actions import export, homes, versions
from portal.writing.actions.writing_out import carry_out
from portal.writing.models import DESK, FILE, Piece, Version
from portal.writing.queries import current, find
from portal.writing.queries.homes import texts
from tests import factories
from tests.content import folders
from tests.jobs import openings
from tests.writing import pieces

KIND = st.sampled_from(pieces.KINDS)
SLUG = st.sampled_from(["a", "b"])
LANGUAGE = st.sampled_from(["", "", "de"])
LINK = st.sampled_from(["", "", "", "[there](/insights/a)", "[there](/insights/b)", "[there](/newsletter/a)"])
SEGMENT = st.sampled_from(["everyone", "everyone", "a"])
NOW = datetime.fromisoformat("2026-05-01T09:00:00+00:00")
Key = tuple[str, str, str]


class World(RuleBasedStateMachine):
    """A folder, a desk, and people at both."""

    parent: Path

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        shutil.rmtree(self.parent / "content", ignore_errors=True)
        self.folder = openings.furnish(folders.make(self.parent))
        self.count = 0
        self.now = NOW
        self.safe: set[tuple[Key, str]] = set()
        """Words that somebody kept at the desk, or that a sync has seen: they may never be lost."""

    def teardown(self) -> None:
        self.bring_in()
        self.write_out()
        self.bring_in()  # What kept the files out before may just have been written right: then they come in now.
        self.a_fresh_database_says_the_same()
        db.session.rollback()

    # What people do.

    @rule(kind=KIND, slug=SLUG, language=LANGUAGE, link=LINK, segment=SEGMENT, draft=st.booleans(), again=st.booleans())
    def edit_a_file(
        self, kind: str, slug: str, language: str, link: str, segment: str, draft: bool, again: bool
    ) -> None:
        if language and kind not in pieces.TRANSLATED:
            return
        text = self.text(kind, language, link, segment)
        earlier = sorted(words for key, words in self.safe if key == (kind, slug, language) and words)
        path = files.path_of(self.folder, kind, slug, language, draft=draft)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(earlier[0] if again and earlier else text)

    @rule(kind=KIND, slug=SLUG, language=LANGUAGE, draft=st.booleans())
    def remove_a_file(self, kind: str, slug: str, language: str, draft: bool) -> None:
        files.path_of(self.folder, kind, slug, language, draft=draft).unlink(missing_ok=True)

    @rule(kind=KIND, slug=SLUG, language=LANGUAGE, link=LINK, segment=SEGMENT, right=st.booleans(), late=st.booleans())
    def write_at_the_desk(
        self, kind: str, slug: str, language: str, link: str, segment: str, right: bool, late: bool
    ) -> None:
        if language and kind not in pieces.TRANSLATED:
            return
        text = self.text(kind, language, link, segment) if right else pieces.draft(kind, self.count)
        piece = find(kind, slug)
        if piece is None:
            if language:
                return
            versions.start(kind, slug, text, None, self.now)
        else:
            latest = current(piece, language)
            versions.save(
                piece, text, None, self.now, language=language, base_id=latest.id if latest and not late else None
            )
        self.safe.add(((kind, slug, language), text))

    @rule(kind=KIND, slug=SLUG)
    def edit_here_instead(self, kind: str, slug: str) -> None:
        if piece := find(kind, slug):
            homes.move_to_desk(piece, None, self.now)
            assert piece.home == DESK

    @rule(kind=KIND, slug=SLUG, write_first=st.booleans())
    def hand_back(self, kind: str, slug: str, write_first: bool) -> None:
        if write_first:
            self.write_out()
        if piece := find(kind, slug):
            before = texts(piece)
            try:
                with db.session.begin_nested():
                    homes.hand_back(piece, None, self.now, self.folder)
            except homes.HomeError:
                assert not write_first or piece.removed_at is not None
            else:
                assert piece.home == FILE
                assert {one.language for one in self.found(kind) if one.slug == slug} >= before.keys()

    @rule(kind=st.sampled_from(["insight", "job"]), slug=SLUG)
    def publish(self, kind: str, slug: str) -> None:
        piece = find(kind, slug)
        if piece and piece.home == DESK and piece.removed_at is None:
            try:
                (insights if kind == "insight" else jobs).settle(piece, self.now)
            except ContentError:
                db.session.flush()

    @rule(slug=SLUG)
    def close(self, slug: str) -> None:
        piece, row = find("job", slug), announcing.row_of(slug)
        if piece and piece.home == DESK and piece.removed_at is None and row and row.closed_at is None:
            announcing.close(piece, row, factories.recruiter(), self.now)

    @rule(kind=KIND, slug=SLUG)
    def remove_at_the_desk(self, kind: str, slug: str) -> None:
        piece: Any = find(kind, slug)
        if piece and piece.home == DESK and piece.removed_at is None:
            if kind == "insight":
                publishing.remove(piece, factories.recruiter(), self.now)
            piece.removed_at = self.now

    # What the commands do.

    @rule()
    def bring_in(self) -> None:
        if content.check_all(self.folder, self.linked()):
            return
        seen = {((kind, one.slug, one.language), one.text) for kind in pieces.KINDS for one in self.found(kind)}
        desk = self.desk()
        content.sync_all(self.folder, self.now)
        self.safe |= seen
        assert self.desk() == desk
        assert self.in_files() == self.of_files()
        before = self.everything()
        again = content.sync_all(self.folder, self.now)
        assert {one.change for one in again} <= {"same", "desk"}
        assert self.everything() == before

    @rule()
    def write_out(self) -> None:
        seen = {((kind, one.slug, one.language), one.text) for kind in pieces.KINDS for one in self.found(kind)}
        carry_out(export.plan(self.folder, self.live(), self.now))
        here = {((kind, one.slug, one.language), one.text) for kind in pieces.KINDS for one in self.found(kind)}
        assert seen <= here | self.versions()
        held = self.bytes()
        again = carry_out(export.plan(self.folder, self.live(), self.now))
        assert {write.change for write in again} <= {"same"}
        assert self.bytes() == held
        desks = {str(one.path) for kind in pieces.KINDS for one in self.found(kind) if self.at_desk(kind, one.slug)}
        assert not [problem for problem in content.check_all(self.folder) if problem.file in desks]

    # What holds at any time.

    @invariant()
    def no_words_are_lost(self) -> None:
        self.now += timedelta(minutes=1)
        assert self.safe <= self.versions()

    def a_fresh_database_says_the_same(self) -> None:
        if content.check_all(self.folder) or content.check_all(self.folder, self.linked()):
            return
        said, public = self.said(), self.public()
        for table in (Posting, InsightInterest, Translation, Insight, IssueTranslation, Issue, Version, Piece):
            db.session.execute(delete(table))
        db.session.expire_all()
        content.sync_all(self.folder, self.now)
        assert self.said() == said
        assert self.public() == public

    # Looking.

    def linked(self) -> content.Desk:
        return {**insights.desk(), **jobs.desk()}

    def live(self) -> dict[str, dict[tuple[str, str], str]]:
        return {"insight": insights.live(), "job": jobs.live()}

    def text(self, kind: str, language: str, link: str, segment: str) -> str:
        self.count += 1
        return pieces.text(kind, self.count, language, link=link, segment=segment)

    def found(self, kind: str) -> list[files.Found]:
        return files.find(self.folder, kind)

    def at_desk(self, kind: str, slug: str) -> bool:
        piece = find(kind, slug)
        return piece is not None and piece.home == DESK

    def bytes(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in content.files(self.folder, "**/*")}

    def versions(self) -> set[tuple[Key, str]]:
        rows = select(Piece.kind, Piece.slug, Version.language, Version.text).join(Piece, Piece.id == Version.piece_id)
        return {((kind, slug, language), text) for kind, slug, language, text in db.session.execute(rows)}

    def said(self) -> dict[tuple[str, str], dict[str, str]]:
        living = db.session.scalars(select(Piece).filter_by(removed_at=None)).all()
        return {(piece.kind, piece.slug): said for piece in living if (said := texts(piece))}

    def public(self) -> set[tuple[str, ...]]:
        articles = db.session.execute(select(Insight.slug, Insight.title, Insight.source))
        other = db.session.execute(select(Translation.slug, Translation.title, Translation.html))
        live = db.session.execute(select(Posting.slug, Posting.title, Posting.source).filter_by(closed_at=None))
        return {tuple(row) for row in [*articles, *other, *live]}

    def desk(self) -> Any:
        """What the pieces say whose home is the desk, and what everybody reads of them."""
        here = db.session.scalars(select(Piece).filter_by(home=DESK)).all()
        slugs = {piece.slug for piece in here if piece.kind in {"insight", "job"}}
        return {(one.kind, one.slug): texts(one) for one in here}, {row for row in self.public() if row[0] in slugs}

    def of_files(self) -> Any:
        """What the pieces say whose home is a file."""
        here = db.session.scalars(select(Piece).filter_by(home=FILE, removed_at=None))
        return {(piece.kind, piece.slug): texts(piece) for piece in here}

    def in_files(self) -> Any:
        """What their files say, the draft where there is one."""
        said: dict[tuple[str, str], dict[str, str]] = {}
        for kind in pieces.KINDS:
            for one in self.found(kind):
                if not self.at_desk(kind, one.slug):
                    said.setdefault((kind, one.slug), {})[one.language] = one.text
        return said

    def everything(self) -> Any:
        rows = db.session.execute(select(Version.id, Version.number, Version.text).order_by(Version.id)).all()
        homed = db.session.execute(
            select(Piece.slug, Piece.kind, Piece.home, Piece.removed_at).order_by(Piece.id)
        ).all()
        return rows, homed, self.public()


def run(tmp_path: Path, examples: int, steps: int) -> None:
    """Let so many worlds take so many steps each."""
    world = type("World", (World,), {"parent": tmp_path})
    phases = [phase for phase in Phase if phase != Phase.explain]
    run_state_machine_as_test(
        world,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_words_are_lost_whoever_writes_where(app: Flask, tmp_path: Path) -> None:
    run(tmp_path, 8, 12)


@pytest.mark.long
def test_no_words_are_lost_in_a_long_time(app: Flask, tmp_path: Path) -> None:
    run(tmp_path, 400, 40)
