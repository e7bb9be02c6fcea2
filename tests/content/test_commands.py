"""`portal content`: checked without a database, brought in whole or not at all."""

import json
from pathlib import Path

import time_machine
from sqlalchemy import select

from portal import create_app
from portal.config import Config
from portal.db import db
from portal.home.models import Page
from portal.insights.models import Insight
from tests.conftest import dispose, make_config
from tests.content import folders
from tests.content.running import Run


def stored(config: Config) -> list[str]:
    """The slugs of what is in the database, seen by a process of its own."""
    app = create_app(config)
    with app.app_context():
        found = [*db.session.scalars(select(Insight.slug)), *db.session.scalars(select(Page.slug))]
    dispose(app)
    return found


class TestCheck:
    def test_all_is_well(self, run: Run, folder: Path) -> None:
        folders.insight(folder, "one")
        folders.insight(folder, "two")
        folders.page(folder, "help")
        done = run("content", "check")
        assert done.exit_code == 0
        said = "The content is fine: 1 list of interests, 1 list of places, 1 segment, 2 insights, 1 page.\n"
        assert done.output == said

    def test_for_a_script(self, run: Run, folder: Path) -> None:
        folders.page(folder, "help")
        done = json.loads(run("content", "check", "--json").stdout)
        assert done["problems"] == []
        assert done["files"]["page"] == 1

    def test_it_needs_no_database(self, run: Run, config: Config) -> None:
        (config.var_dir / "portal.db").unlink()
        assert run("content", "check").exit_code == 0
        assert not (config.var_dir / "portal.db").exists()

    def test_the_sample_content_is_fine(self, run: Run) -> None:
        whole = make_config(Path("var")).content_dir
        with time_machine.travel("2026-11-27"):  # when its openings were written: later ones of them are over
            done = run("content", "check", "--dir", str(whole))
        assert done.exit_code == 0, done.output

    def test_what_may_lie_about(self, run: Run, folder: Path) -> None:
        (folder / "README.md").write_text("How we write.\n")
        (folder / ".git").mkdir()
        (folder / ".git" / "config").write_text("x")
        (folder / "insights" / ".draft.md.swp").write_text("x")
        (folder / "jobs").mkdir()
        assert run("content", "check").exit_code == 0

    def test_a_file_in_the_wrong_place(self, run: Run, folder: Path) -> None:
        for path in ("insights/one.markdown", "pages/2026/two.md", "intrests.yml", "insight/three.md", "insight/4.md"):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text("x")
        lines = run("content", "check", "--dir", str(folder)).output.splitlines()
        assert [line.removeprefix(f"{folder}/") for line in lines] == [
            "insight:1: nobody reads the folder insight: did you mean insights?",
            "insights/one.markdown:1: this file is not read: only insights/*.md is, so rename or move it",
            "intrests.yml:1: this file is not read: did you mean interests.yml?",
            "pages/2026/two.md:1: this file is not read: only pages/*.md is, so rename or move it",
            "4 problems in 4 files.",
        ]

    def test_a_folder_that_is_not_there_is_wrong_usage(self, run: Run) -> None:
        assert run("content", "check", "--dir", "/nowhere/at/all").exit_code == 2


class TestSync:
    def test_what_changed_is_brought_in(self, run: Run, folder: Path, config: Config) -> None:
        folders.insight(folder, "one")
        folders.page(folder, "help")
        done = run("content", "sync")
        assert done.exit_code == 0
        lines = done.output.splitlines()
        assert {"new      insight   one", "new      page      help"} <= set(lines)
        assert lines[-1].endswith(" new, 0 changed, 0 removed, 0 same.")
        assert stored(config) == ["one", "help"]
        again = run("content", "sync")
        assert again.output.splitlines()[-1].startswith("0 new, 0 changed, 0 removed, ")
        assert len(again.output.splitlines()) == 1

    def test_a_dry_run_changes_nothing(self, run: Run, folder: Path, config: Config) -> None:
        folders.insight(folder, "one")
        done = run("content", "sync", "--dry-run")
        assert "new      insight   one" in done.output
        assert done.output.rstrip().endswith("Nothing was changed: this was a dry run.")
        assert stored(config) == []

    def test_for_a_script(self, run: Run, folder: Path) -> None:
        folders.page(folder, "help")
        assert {"kind": "page", "slug": "help", "change": "new"} in json.loads(run("content", "sync", "--json").stdout)

    def test_one_mistake_stops_all_of_it(self, run: Run, folder: Path, config: Config) -> None:
        folders.insight(folder, "one")
        folders.page(folder, "zzz", "[Nowhere](/nowhere)\n")
        done = run("content", "sync")
        assert done.exit_code == 1
        assert "zzz.md:5: the link to /nowhere leads nowhere: there is no such page" in done.output
        assert "Nothing was changed: mend these first." in done.output
        assert stored(config) == []

    def test_a_database_that_is_behind_is_said_first(self, run: Run, config: Config) -> None:
        (config.var_dir / "portal.db").unlink()
        done = run("content", "sync")
        assert done.exit_code == 1
        assert "The database has no tables yet: run `portal db upgrade`" in done.output
