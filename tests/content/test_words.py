"""The list of words to avoid: checked like every file, found as whole words, never needed."""

from pathlib import Path

import pytest

from portal.content import words

OURS = Path(__file__).parents[2] / "content"


def write(folder: Path, text: str) -> Path:
    (folder / "words.yml").write_text(text, "utf-8")
    return folder


def test_ours_is_in_order_and_says_something_in_each_language() -> None:
    assert words.check(OURS) == []
    assert [len(words.listed(OURS, language).entries) >= 25 for language in ("en", "de", "pt")] == [True] * 3


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("words:\n  xx:\n    - {word: synergy, instead: x}\n", 2, "we speak no “xx”"),
        ("words:\n  en:\n    - {word: a b, instead: x}\n    - {word: A  B, instead: y}\n", 4, "“A  B” stands twice"),
        ("words:\n  en:\n    - {word: synergy}\n", 3, "`words.en.0.instead` is missing"),
        ("word:\n  en: []\n", 1, "did you mean words?"),
    ],
)
def test_a_mistake_has_its_line_and_mend(tmp_path: Path, text: str, line: int, said: str) -> None:
    problems = words.check(write(tmp_path, text))
    assert any(said in problem.words and problem.line == line for problem in problems), problems


def test_without_a_list_no_word_is_held_against_anybody(tmp_path: Path) -> None:
    assert words.check(tmp_path) == []
    assert list(words.listed(tmp_path, "en").find("synergy")) == []


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, "words:\n  en:\n    - {word: one, instead: x}\n")
    assert [said for said, _ in words.listed(tmp_path, "en").find("One, two-one, onerous")] == ["One"]
    write(tmp_path, "words:\n  en:\n    - {word: two words, instead: x}\n")
    assert [said for said, _ in words.listed(tmp_path, "en").find("one Two\twords")] == ["Two\twords"]
