"""P13: of a folder of broken files, each is named with its line and the mend; and so is every one alone."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from portal import content
from tests.content.running import Run

HERE = Path(__file__).parent
BROKEN = {
    "insights/Upper-Case.md": [(1, "use only a-z, 0-9 and - in it")],
    "insights/a-fence.md": [(10, "::: for is for newsletters: a page says the same to everybody")],
    "insights/bad-yaml.md": [(2, "mend the line, or put its text in quotes")],
    "insights/dead-link.md": [(10, "the link to /insights/every-instrument leads nowhere")],
    "insights/doubled-key.md": [(7, "`title` stands twice")],
    "insights/no-front-matter.md": [(1, "begin the file with a line ---, the keys, a line ---")],
    "insights/no-title.md": [(2, "`title` is missing: add it")],
    "insights/no-words.md": [(8, "write them below the front matter")],
    "insights/not-utf-8.md": [(11, "save it again as UTF-8")],
    "insights/too-deep.md": [(10, "nested deeper than 20 levels: take some levels out")],
    "insights/too-large.md": [(1, "larger than 200 KB: split it")],
    "insights/unknown-interest.md": [(5, "the interest calibrashun: did you mean calibration?")],
    "insights/unknown-key.md": [(2, "`titel` is not a known key: did you mean title?")],
    "insights/wrong-date.md": [(6, "`published` must be a day such as 2026-03-01")],
    "insigths": [(1, "nobody reads the folder insigths: did you mean insights?")],
    "issues/no-such-segment.md": [(4, "there is no segment everybody: did you mean everyone?")],
    "issues/no-zone.md": [(5, "`send_at` needs its zone")],
    "issues/unclosed-fence.md": [(8, "end it with a line that is just :::")],
    "issues/unknown-fence.md": [(8, "write “::: for”, “::: insights”, “::: jobs” or “::: replies”")],
    "issues/unknown-field.md": [(6, "There is no merge field “nmae”; there are: name")],
    "pages/empty-title.md": [(2, "`title` is empty: fill it in")],
    "pages/help.md": [
        (8, "the link to /pages/privacy leads nowhere: there is no pages/privacy.md"),
        (8, "the link to /sign-inn leads nowhere: did you mean /sign-in?"),
    ],
    "places.yml": [(5, "country` must be the country's two-letter code, such as PT")],
    "rooms.yml": [(1, "this file is not read")],
    "segments/cellar.yml": [(12, "is too deep")],
    "segments/seniors.yml": [(4, "there are agreed, all, any, career_stage, in_touch, interest")],
    "segments/women.yml": [(6, "gender` is protected")],
}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The folder beside this file, with the two that cannot be kept there: too large, and not UTF-8."""
    folder = tmp_path / "broken"
    shutil.copytree(HERE / "broken", folder)
    whole = (folder / "insights" / "no-words.md").read_text().rstrip() + "\n\n"
    (folder / "insights" / "too-large.md").write_text(whole + "Words and words.\n" * 15_000)
    (folder / "insights" / "not-utf-8.md").write_bytes(f"{whole}All is well.\n\nThe café is not.\n".encode("latin-1"))
    return folder


def test_each_file_is_named_with_its_line_and_its_mend(app: Flask, broken: Path) -> None:
    assert len(BROKEN) >= 20
    found = content.check_all(broken)
    lines = {name: [(p.line, p.words) for p in found if p.file == str(broken / name)] for name in BROKEN}
    for name, expected in BROKEN.items():
        assert len(lines[name]) == len(expected), (name, lines[name])
        for (line, words), (found_line, found_words) in zip(expected, lines[name], strict=True):
            assert found_line == line, (name, found_words)
            assert words in found_words
    assert {str(Path(p.file).relative_to(broken)) for p in found} == set(BROKEN)


def test_the_command_says_the_same_and_fails(run: Run, broken: Path) -> None:
    done = run("content", "check", "--dir", str(broken))
    assert done.exit_code == 1
    lines = done.output.splitlines()
    for name, expected in BROKEN.items():
        for line, words in expected:
            assert any(f"{name}:{line}: " in found and words in found for found in lines), name
    problems = sum(Counter(name for name, expected in BROKEN.items() for _ in expected).values())
    assert lines[-1] == f"{problems} problems in {len(BROKEN)} files."
    assert lines[:-1] == sorted(lines[:-1], key=lambda line: (line.split(":")[0], int(line.split(":")[1])))


def test_a_script_reads_the_same(run: Run, broken: Path) -> None:
    done = run("content", "check", "--dir", str(broken), "--json")
    assert done.exit_code == 1
    problems = json.loads(done.stdout)["problems"]
    assert {"file", "line", "words"} == set(problems[0])
    assert len({problem["file"] for problem in problems}) == len(BROKEN)


def test_entries_that_cannot_be_told_apart(app: Flask) -> None:
    found = [(Path(p.file).name, p.line, p.words) for p in content.check_all(HERE / "doubled")]
    assert [(name, line) for name, line, _ in found] == [
        ("interests.yml", 6),
        ("interests.yml", 12),
        ("places.yml", 1),
    ]
    for words, (_, _, said) in zip(
        ("data-engineering", "the slug calibration stands twice", "add it"), found, strict=True
    ):
        assert words in said
