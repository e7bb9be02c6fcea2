"""A feed's HTML becomes our Markdown: the same words, none lost, none added, whatever somebody wrote."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import markdown as dialect
from portal.jobs.sources.markup import markdown
from portal.jobs.sources.reading import html as unescaped
from portal.jobs.sources.tree import tree

BASE = "https://talent.example.org"
TAGS = [
    "p", "div", "strong", "em", "b", "i", "ul", "ol", "li", "blockquote", "h2", "h3", "table", "tr", "td", "th", "code",
    "pre", "span", "a",
]  # fmt: skip
WORDS = st.text(alphabet="ab1 .*_`[]()<>&;#-+=~:|\\!\n\t'\"é\u00a0$^{}x0/@", max_size=12).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)


def words(html: str) -> str:
    """All words of HTML, without spaces; the mark that stands between the cells of a table in a list is ours."""
    return re.sub(r"[\s·]+", "", tree(html).words)


def wrapped(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Elements around others."""

    def around(tag: str, parts: list[str]) -> str:
        link = " href='https://x.example.org/(a)'" if tag == "a" else ""
        return f"<{tag}{link}>{'<br>'.join(parts)}</{tag}>"

    return st.builds(around, st.sampled_from(TAGS), st.lists(inside, max_size=4))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.recursive(WORDS, wrapped, max_leaves=14), max_size=4).map("".join))
def test_no_word_is_lost_and_none_is_added(html: str) -> None:
    assert words(dialect.page(markdown(html), BASE)) == words(html)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>One <strong> two </strong><em>three</em></p>", "One **two** *three*\n"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n    - c\n"),
        ("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>", "1. a\n\n    b\n\n2. c\n"),
        ("a<br>b<br><br>c", "a  \nb\n\nc\n"),
        ("<h1>A</h1><h4>B</h4>", "# A\n\n#### B\n"),
        ("<p>1. a</p><p># b</p><p>::: jobs</p><p>[[name]]</p>", "1\\. a\n\n\\# b\n\n&#58;:: jobs\n\n\\[\\[name\\]\\]\n"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td></tr></table>", "| a | b |\n| --- | --- |\n| 1 |  |\n"),
        ("<a href='javascript:x'>a</a><a href='/b'>b</a><a href='mailto:c@example.org'>c</a>",
         "ab[c](mailto:c@example.org)\n"),
        ("<style>p{}</style><script>x</script><iframe src=x></iframe><p>y<img src=x></p>z", "y\n\nz\n"),
    ],
)  # fmt: skip
def test_how_it_is_written(html: str, said: str) -> None:
    assert markdown(html) == said


def test_however_deep_it_is_it_can_be_shown() -> None:
    deep = "<ul><li>" * 2000 + "core" + "</li></ul>" * 2000
    assert "core" in dialect.page(markdown(deep), BASE)
    assert "core" in dialect.page(markdown("<blockquote><b><i>" * 500 + "core"), BASE)


def test_html_is_unescaped_until_it_is_html() -> None:
    assert unescaped("&amp;lt;p&amp;gt;a &amp;amp;amp; b") == unescaped("&lt;p&gt;a &amp;amp; b") == "<p>a &amp; b"
    assert unescaped("<p>a &lt;b&gt; c</p>") == "<p>a &lt;b&gt; c</p>"
    assert unescaped("one\ntwo\n\nthree") == "<p>one<br>two</p><p>three</p>"
    assert unescaped(None) == unescaped(7) == ""
