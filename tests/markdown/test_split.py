import pytest

from portal.markdown import MAX_SOURCE, Block, MarkdownError, split

SOURCE = """\
Hello.

::: for interest=data-engineering,rust
For you.

```
::: for nobody
```
:::

::: insights
:::
Between.
::: insights
::: for work_mode = remote, hybrid   interest=data
:::
Bye.
"""


def test_a_source_is_cut_at_its_fences() -> None:
    assert split(SOURCE) == [
        Block("text", {}, "Hello.", 1),
        Block("for", {"interest": "data-engineering,rust"}, "For you.\n\n```\n::: for nobody\n```", 4),
        Block("insights", {}, "", 11),
        Block("text", {}, "Between.", 13),
        Block("insights", {}, "", 14),
        Block("for", {"work_mode": "remote,hybrid", "interest": "data"}, "", 16),
        Block("text", {}, "Bye.", 17),
    ]


def test_lines_of_a_block_are_lines_of_the_source() -> None:
    lines = SOURCE.split("\n")
    for block in split(SOURCE):
        if block.source:
            assert block.source.split("\n")[0] == lines[block.line - 1]


@pytest.mark.parametrize("source", ["", "\n \n", "<!-- -->"[:0]])
def test_nothing_is_no_block(source: str) -> None:
    assert split(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "```\n::: for x\n```",
        "~~~~\n:::\n~~~~",
        "    ::: for x",
        "a ::: b",
        "> ::: for x",
        "<!--\n::: for x\n-->",
        ":: for",
        "- a\n    ```\n::: x\n    ```",
    ],
)
def test_what_is_no_fence_is_text(source: str) -> None:
    assert [(block.kind, block.source) for block in split(source)] == [("text", source.rstrip())]


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (
            "a\n::: fro interest=x\n:::",
            2,
            "“::: fro interest=x” is no part that we know: write “::: for”, “::: insights”, “::: jobs” or “::: replies”.",
        ),
        ("::: openings", 1, "“::: openings” is no part that we know"),
        ("::: jobs\n:::\n\na\n\n::: jobs", 6, "“::: jobs” stands here a second time: once is enough"),
        ("::: For interest=x", 1, "“::: For interest=x” is no part that we know"),
        ("\n:::: for interest=x\n::::", 2, "“:::: for interest=x” is no part that we know"),
        ("::: for", 1, "“::: for” does not say for whom: write interest=… or work_mode=…."),
        ("::: for interest", 1, "“interest” is not understood after “::: for”: write interest=… or work_mode=…."),
        ("::: for interst=x", 1, "“interst=x” is not understood"),
        ("::: for interest=", 1, "“interest=” is not understood"),
        ("::: for interest=a interest=b", 1, "“interest=b” is not understood"),
        ("::: for interest=a;b", 1, "“interest=a;b” is not understood"),
        ("::: insights count=3", 1, "“count=3” is not understood after “::: insights”: it stands alone."),
        ("a\n\n::: for interest=x\nb", 3, "“::: for” is never closed: end it with a line that is just :::"),
        ("::: for interest=x\n::: for interest=y\n:::\n:::", 2, "“::: for” stands inside “::: for”: close that first."),
        ("::: for interest=x\n::: insights\n:::", 2, "“::: insights” stands inside “::: for”: close that first."),
        ("::: replies\n:::\n\na\n\n::: replies", 6, "“::: replies” stands here a second time: once is enough"),
        ("a\n:::", 2, "This ::: closes nothing: take it out, or write “::: for …” above."),
        (":::", 1, "This ::: closes nothing"),
        ("::: for interest=x\n:::\n:::", 3, "This ::: closes nothing"),
        ("::: insights\n\n:::", 3, "This ::: closes nothing"),
        ("::: insights\n:::\n:::", 3, "This ::: closes nothing"),
        ("```\n::: insights\n::: for interest=x", 3, "“::: for” is never closed"),
    ],
)
def test_a_wrong_fence_is_named_with_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(MarkdownError) as error:
        split(source)
    assert error.value.message.startswith(message)
    assert error.value.line == line


def test_a_long_source_is_not_read() -> None:
    with pytest.raises(MarkdownError, match="The text is 101 KB; the most is 100 KB: split it"):
        split("x" * (MAX_SOURCE + 1))
