from collections.abc import Callable

import pytest

from portal.markdown import FIELD_CLOSE, FIELD_OPEN, MarkdownError, line, mail, merge_fields, page, text
from tests.markdown.checking import BASE

FIELDS = ("name", "city")


def token(inside: str) -> str:
    return FIELD_OPEN + inside + FIELD_CLOSE


@pytest.mark.parametrize("render", [mail, page, text])
def test_a_field_becomes_a_token_with_its_fallback_as_typed(render: Callable[..., str]) -> None:
    rendered = render("Hello [[name|dear <b>you</b> & *all*]], in [[ city ]].", BASE, FIELDS)
    assert rendered.removeprefix("<p>").removesuffix("</p>") == (
        f"Hello {token('name|dear <b>you</b> & *all*')}, in {token('city')}."
    )


def test_an_empty_fallback_is_a_fallback() -> None:
    assert text("[[name|]]", BASE, FIELDS) == token("name|")


def test_a_fallback_with_a_bar_stays_in_its_cell() -> None:
    assert f"<td>{token('name|you')}</td>" in mail("| a | b |\n|--|--|\n| [[name|you]] | c |", BASE, FIELDS)


@pytest.mark.parametrize("render", [mail, page, text])
@pytest.mark.parametrize(
    "source",
    [
        "`[[name]]`",
        "    [[name]]",
        "```\n[[name]]\n```",
        "- a\n  ```\n  [[name]]\n  ```",
        r"\[[name]]",
        "[[Na|me",
        "[[1]]",
    ],
)
def test_in_code_or_escaped_it_is_plain_words(render: Callable[..., str], source: str) -> None:
    rendered = render(source, BASE, FIELDS)
    assert FIELD_OPEN not in rendered
    assert source.strip("` -\\\na")[:6] in rendered
    assert merge_fields(source) == []


@pytest.mark.parametrize("render", [mail, page, text])
def test_without_a_list_of_fields_it_is_plain_words(render: Callable[..., str]) -> None:
    assert "[[name|you]]" in render("Hello [[name|you]]", BASE)


@pytest.mark.parametrize("word", ["nmae", "Name", "first name", "name.x|you"])
def test_an_unknown_field_names_its_line_and_the_known_ones(word: str) -> None:
    if "." in word:  # no word at all
        assert mail(f"[[{word}]]", BASE, FIELDS) == f"<p>[[{word}]]</p>"
        return
    with pytest.raises(MarkdownError, match=f"There is no merge field “{word}”; there are: city, name") as error:
        text(f"Hello [[name]],\n\n```\n[[code]]\n```\n\n- dear [[{word}|you]]", BASE, FIELDS)
    assert error.value.line == 7


@pytest.mark.parametrize(
    "source",
    [
        "[x](https://a.example/?who=[[name]])",
        "[x](https://[[name]].example/)",
        "[x](<[[name]]>)",
        "[x](/a[[name|you]])",
        "<https://a.example/[[name]]>",
        "<[[name]]@example.org>",
        "[x][r]\n\n[r]: https://a.example/[[name]]",
        "![x](/media/[[name]].png)",
        "![x](https://evil.example/[[name]].png)",
        "![[[name]]](/media/a.png)",
    ],
)
@pytest.mark.parametrize("render", [mail, page, text])
def test_no_field_inside_an_address_or_an_image(render: Callable[..., str], source: str) -> None:
    with pytest.raises(MarkdownError, match="stands inside an address or an image: put it among the words") as error:
        render(f"First line.\n\n{source}", BASE, FIELDS)
    assert error.value.line == 3 + source.count("\n")


def test_the_words_of_a_link_may_hold_one() -> None:
    assert mail("[see, [[name]]](/a)", BASE, FIELDS) == f'<p><a href="{BASE}/a">see, {token("name")}</a></p>'


@pytest.mark.parametrize("render", [mail, page, text])
@pytest.mark.parametrize(
    "forged",
    [token("name"), token("0"), "&#xE000;name&#xE001;", "&#57344;0&#57345;", "`&#xE000;`\ue000", "[x](/\ue0000\ue001)"],
)
def test_nobody_forges_a_token(render: Callable[..., str], forged: str) -> None:
    rendered = render(forged, BASE, FIELDS)
    assert FIELD_OPEN not in rendered
    assert FIELD_CLOSE not in rendered


def test_merge_fields_lists_them_with_their_lines() -> None:
    source = "[[a]] and [[b|x|y]]\n\n`[[no]]`\n\n# [[a|]]\n\n[^1]\n\n[^1]: [[c d]]"
    assert merge_fields(source) == [("a", None, 1), ("b", "x|y", 1), ("a", "", 5), ("c d", None, 9)]


def test_a_subject_is_words_and_fields_only() -> None:
    assert line("# 1, [[name|you]]:  *now*\r\nBcc: x\ue000", FIELDS) == f"# 1, {token('name|you')}: *now* Bcc: x"
    with pytest.raises(MarkdownError, match="no merge field “nmae”"):
        line("[[nmae]]", FIELDS)
