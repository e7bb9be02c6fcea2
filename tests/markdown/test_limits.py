"""Text that is too much is refused in a sentence, and quickly: no author can hold up a worker."""

import inspect
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from portal.markdown import MAX_DEPTH, MAX_SOURCE, MarkdownError, mail, merge_fields, page, split, text
from tests.markdown.checking import BASE, problems

DEEP = f"nested deeper than {MAX_DEPTH} levels"


def seconds(source: str) -> float:
    """CPU time of the slowest thing one can do with a source. Errors count as done."""
    slowest = 0.0
    for render in (lambda: text(source, BASE, ["name"]), lambda: page(source, BASE), lambda: split(source)):
        start = time.process_time()
        with suppress(MarkdownError):
            render()
        slowest = max(slowest, time.process_time() - start)
    return slowest


@pytest.mark.parametrize("render", [mail, page, text])
def test_a_long_source_is_refused_with_its_size(render: Callable[..., str]) -> None:
    with pytest.raises(MarkdownError, match=r"^The text is 143 KB; the most is 100 KB: split it\.$") as error:
        render("ä" * 71_250, BASE)
    assert error.value.line is None
    with pytest.raises(MarkdownError):
        merge_fields("x" * (MAX_SOURCE + 1))


def test_the_longest_source_is_rendered() -> None:
    source = ("A paragraph of *some* words, [with](/links) and all, as people write them. " * 10 + "\n\n") * 130
    assert 95_000 < len(source) <= MAX_SOURCE
    assert problems(mail(source, BASE)) == []


@pytest.mark.parametrize("render", [mail, page, text])
@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n\n" + ">" * 10_000 + " b", 3),
        ("> " * 10_000 + "b", 1),
        ("- " * 10_000 + "b", 1),
        ("1. " * 10_000 + "b", 1),
        ("> - " * 5_000 + "b", 1),
        ("\n".join("  " * depth + "- x" for depth in range(200)), MAX_DEPTH + 1),
        ("\n".join("> " * depth + "x" for depth in range(200)), MAX_DEPTH + 2),
        ("[" * 5_000 + "a" + "]" * 5_000, None),
        ("![" * 10_000, None),
        ("[a " * 5_000, None),
        ("[x" * 30 + "](/a)" * 30, None),
        ("*a **b " * 30 + "c" + "** d*" * 30, None),
        ("*a _b " * 30 + "c" + "_ d*" * 30, None),
    ],
)
def test_deep_nesting_is_refused(render: Callable[..., str], source: str, line: int | None) -> None:
    with pytest.raises(MarkdownError, match=DEEP) as error:
        render(source, BASE)
    assert error.value.line == line


@pytest.mark.parametrize(
    "source",
    [
        ">" * MAX_DEPTH + " x",
        "\n".join("  " * depth + "- x" for depth in range(MAX_DEPTH)),
        "[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH,
        "- " * 100 + "\n\n" + "* " * 100,
    ],
)
def test_as_deep_as_allowed_is_rendered(source: str) -> None:
    assert problems(mail(source, BASE)) == []
    assert text(source, BASE)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a " * 15_000, "^The paragraph that begins “a a .* has 30,000 characters; the most is 20,000: put empty lines into it"),
        ("=\n" * 40_000, "too tangled"),
        ("a|" * 5_000 + "\n" + "-|" * 5_000 + "\n" + "x\n" * 30_000, "too tangled"),
        ("[a]: https://a.example/" + "b" * 9_000 + "\n\n" + "[a] \n\n" * 10_000, "The addresses in this text are too long"),
    ],
)  # fmt: skip
def test_what_would_take_long_or_grow_large_is_refused(source: str, message: str) -> None:
    with pytest.raises(MarkdownError, match=message):
        page(source, BASE)


UNITS = """
* _ ` [ ] ( ) ![ < > - + | & \\ [^ [^1] # ## = ~ " ' : 1. [a]: ! **a *** <a@ &# [a]( [a](< ![a]( x` [[a [[a| <!-- -->
[^1]: <http:// {{ é 😀 *a_b **a**b` [a][ []( [a](( `` ``` ~~~ a| |- :-: \\* &amp; <b> */ [a](/b) *a* a_b_c
"""


@pytest.mark.parametrize(
    "joint", ["", pytest.param("\n", marks=pytest.mark.long), pytest.param(" \n\n", marks=pytest.mark.long)], ids=repr
)
@pytest.mark.parametrize(
    "unit",
    [*UNITS.split(), "\n", "a b ", "*a _b ", "[a](b ", "- a\n  - b\n", "|a`|` b\n", "```a\n"],
    ids=repr,
)
def test_100_kb_of_anything_take_no_more_than_two_seconds(unit: str, joint: str) -> None:
    piece = unit + joint
    assert seconds(piece * (MAX_SOURCE // len(piece.encode()))) < 2


def test_too_little_stack_left_is_no_crash() -> None:
    source = "\n".join("  " * depth + "- x" for depth in range(MAX_DEPTH))
    assert page(source, BASE)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 60)
    try:
        with pytest.raises(MarkdownError, match=DEEP):
            page(source, BASE)
    finally:
        sys.setrecursionlimit(limit)
