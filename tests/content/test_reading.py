"""One file: read as its author would expect, or refused with the line."""

from datetime import date
from pathlib import Path

import pytest

from portal.content import ContentError, Front, line_of, read_text, read_yaml


class Inner(Front):
    name: str
    count: int = 1


class File(Front):
    title: str
    day: date | None = None
    open: bool = False
    items: tuple[Inner, ...] = ()


def problem(path: Path) -> tuple[int, str]:
    with pytest.raises(ContentError) as error:
        read_yaml(path, File)
    (found,) = error.value.problems
    assert found.file == str(path)
    return found.line, found.words


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.yml"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title: A\nday: 2026-02-30\n", 2, "`day` must be a day such as 2026-03-01"),
        ("title: A\nday: soon\n", 2, "`day` must be a day such as 2026-03-01"),
        ("title: 17:30\n", 1, "`title` must be text: put it in quotes"),
        ("title: 2026\n", 1, "`title` must be text: put it in quotes"),
        ("title: A\nopen: perhaps\n", 2, "`open` must be true or false"),
        ("title: A\nitems: one\n", 2, "`items` must be a list, such as [one, two]"),
        ("title: A\nitems:\n  - name: x\n  - nam: y\n    name: z\n", 4, "`items.1.nam` is not a known key: remove it"),
        ("title: A\nitems:\n  - name: x\n    count: many\n", 4, "`items.0.count` must be a whole number"),
        ("title: A\nitems:\n  - count: 1\n", 3, "`items.0.name` is missing: add it"),
        (
            "title: A\ntitle: B\n",
            2,
            "this is not YAML (`title` stands twice): mend the line, or put its text in quotes",
        ),
        ("title: [A\n", 2, "this is not YAML (expected ',' or ']', but got '<stream end>')"),
        ("- A\n", 1, "this must be a list of `key: value` lines"),
        ("", 1, "this must be a list of `key: value` lines"),
        ("title: !!python/object:os.system x\n", 1, "this is not YAML (could not determine a constructor"),
        ("title: &a [*a]\n", 1, "`title` must be text: put it in quotes"),
        ("title: A\nday: '\x0b'\n", 2, "the invisible character U+000B cannot stand here: take it out"),
        ("? [a, b]\n: c\n", 1, "this is not YAML"),
    ],
)
def test_a_mistake_has_its_line(file: Path, text: str, line: int, words: str) -> None:
    file.write_text(text)
    found_line, found_words = problem(file)
    assert found_words.startswith(words)
    assert found_line == line


def test_values_are_what_they_look_like(file: Path) -> None:
    file.write_bytes("\ufefftitle: no\r\nday: 2026-03-01\r\nopen: true\r\n".encode())
    assert read_yaml(file, File) == File(title="no", day=date(2026, 3, 1), open=True)


def test_several_mistakes_are_told_at_once(file: Path) -> None:
    file.write_text("titel: A\nday: x\n")
    with pytest.raises(ContentError) as error:
        read_yaml(file, File)
    assert [(p.line, p.words) for p in error.value.problems] == [
        (1, "`titel` is not a known key: did you mean title?"),
        (1, "`title` is missing: add it"),
        (2, "`day` must be a day such as 2026-03-01"),
    ]


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    assert problem(tmp_path) == (1, "the file cannot be read (Is a directory): mend its permissions")
    assert problem(tmp_path / "nowhere.yml") == (1, "there is no such file: add it")


def test_the_body_keeps_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "one.md"
    file.write_text("---\ntitle: A\n---\n\nFirst.\n\n---\n\nSecond.\n")
    text = read_text(file, File)
    assert (text.slug, text.body, text.line) == ("one", "\nFirst.\n\n---\n\nSecond.\n", 4)
    assert text.problem(6, "x").line == 9
    assert text.at(("title",), "x").line == 2


def test_the_line_of_a_value(file: Path) -> None:
    file.write_text("title: A\nitems:\n  - name: x\n  - name: y\n    count: 2\n")
    assert line_of(file, ("items", 1, "count")) == 5
    assert line_of(file, ("items", 1, "nothing")) == 4
