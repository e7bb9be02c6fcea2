import pytest

from portal.markdown import page, text
from tests.markdown.checking import BASE


def rendered(source: str) -> str:
    """A page's HTML on one line."""
    return page(source, BASE).replace("\n", "")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One *two* **three**\nfour", "<p>One <em>two</em> <strong>three</strong>four</p>"),
        ("one  \ntwo", "<p>one<br>two</p>"),
        ("a\n\n* * *\n\nb", "<p>a</p><hr><p>b</p>"),
        ("> said\n> she", "<blockquote><p>saidshe</p></blockquote>"),
        ("`a < b &amp; c`", "<p><code>a &lt; b &amp;amp; c</code></p>"),
        ("    a < b\n", "<pre><code>a &lt; b</code></pre>"),
        ("```python\nif a < b:\n\n    go()\n```", "<pre><code>if a &lt; b:    go()</code></pre>"),
        ("~~~\n```\n~~~", "<pre><code>```</code></pre>"),
        ("AT&T &mdash; &copy; &nosuch; 1 < 2", "<p>AT&amp;T — © &amp;nosuch; 1 &lt; 2</p>"),
        (r"\*not\* \`this\`", "<p>*not* `this`</p>"),
        ("it is {{ name }} and {% if x %}", "<p>it is {{ name }} and {% if x %}</p>"),
        ("[[name]] is words here", "<p>[[name]] is words here</p>"),
        ("shown <!-- not this --> too", "<p>shown  too</p>"),
        ("a\n\n<!-- for Ana:\n\n::: for nobody\n-->\n\nb", "<p>a</p><p>b</p>"),
        ("", ""),
        (" \n\t\n", ""),
    ],
)
def test_words_become_html(source: str, html: str) -> None:
    assert rendered(source) == html


def test_headings_begin_below_the_title_of_the_page() -> None:
    assert rendered("# A\n\n## B\n\nC\n-\n\n##### E\n\n###### F") == (
        "<h2>A</h2><h3>B</h3><h3>C</h3><h6>E</h6><h6>F</h6>"
    )
    assert rendered("## A\n\n### B\n\n> ## C") == "<h2>A</h2><h3>B</h3><blockquote><h2>C</h2></blockquote>"


def test_a_hashtag_is_no_heading() -> None:
    assert rendered("#hiring now") == "<p>#hiring now</p>"


class TestLists:
    def test_a_list_may_follow_a_sentence(self) -> None:
        assert rendered("We offer:\n- time\n- tea") == "<p>We offer:</p><ul><li>time</li><li>tea</li></ul>"

    def test_a_year_at_the_start_of_a_line_is_no_list(self) -> None:
        assert rendered("It was in\n2024. Then it was not.") == "<p>It was in2024. Then it was not.</p>"

    @pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
    def test_items_nest_by_the_indent_of_their_words(self, indent: str) -> None:
        source = f"- a\n{indent}- b\n{indent}{indent}- c\n- d"
        assert rendered(source) == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"

    def test_a_numbered_list_keeps_its_start_and_takes_either_mark(self) -> None:
        assert rendered("3) three\n4) four") == '<ol start="3"><li>three</li><li>four</li></ol>'

    def test_another_kind_of_list_is_another_list(self) -> None:
        assert rendered("- a\n1. b") == "<ul><li>a</li></ul><ol><li>b</li></ol>"

    def test_code_and_paragraphs_stay_in_their_item(self) -> None:
        source = "1. one\n\n   more\n   ```\n     x\n\n   y\n   ```\n2. two"
        assert rendered(source) == (
            "<ol><li><p>one</p><p>more</p><pre><code>  xy</code></pre></li><li><p>two</p></li></ol>"
        )

    @pytest.mark.parametrize("end", ["# Head", "- - -"])
    def test_a_heading_or_a_rule_ends_a_list(self, end: str) -> None:
        assert rendered(f"- a\n{end}").startswith("<ul><li>a</li></ul><h")


class TestTables:
    def test_columns_keep_their_side_without_a_style(self) -> None:
        html = rendered("| a | b | c |\n|:--|--:|---|\n| 1 | 2 | `x|y` |")
        assert html == (
            '<table><thead><tr><th align="left" scope="col">a</th><th align="right" scope="col">b</th>'
            '<th scope="col">c</th></tr></thead><tbody><tr><td align="left">1</td><td align="right">2</td>'
            "<td><code>x|y</code></td></tr></tbody></table>"
        )

    def test_an_empty_corner_is_no_heading(self) -> None:
        html = rendered("| | b |\n|---|---|\n| 1 | 2 |")
        assert html.startswith('<table><thead><tr><td></td><th scope="col">b</th></tr></thead>')


class TestNotes:
    SOURCE = "A[^b] B[^a] C[^b] [^none]\n\n[^a]: First.\n[^b]: Second, see[^c].\n\n    More.\n[^c]: Third.\n"

    def test_notes_are_numbered_as_they_are_met_and_link_both_ways(self) -> None:
        html = rendered(self.SOURCE)
        assert '<p>A<sup id="note-ref-1"><a href="#note-1" rel="noopener">1</a></sup>' in html
        assert 'C<sup><a href="#note-1" rel="noopener">1</a></sup> [^none]</p>' in html
        assert '<li id="note-2"><p>First.<a href="#note-ref-2" aria-label="Back to the text" rel="noopener"> ↩' in html
        assert html.index("Second") < html.index("First") < html.index("Third")

    def test_a_prefix_keeps_the_notes_of_two_texts_apart(self) -> None:
        html = page(self.SOURCE, BASE, prefix="two-")
        assert 'id="two-note-1"' in html
        assert 'href="#two-note-ref-1"' in html
        assert '"#note' not in html

    def test_a_note_that_nothing_refers_to_is_not_lost(self) -> None:
        assert '<li id="note-1"><p>Alone.</p></li>' in rendered("Words.\n\n[^x]: Alone.")


class TestLinks:
    @pytest.mark.parametrize(
        ("written", "leads_to"),
        [
            ("[x](https://a.example/b?c=1&d=2)", "https://a.example/b?c=1&amp;d=2"),
            ("[x](https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("[x](<https://a.example/b c>)", "https://a.example/b%20c"),
            ('[x](https://a.example/ "a title")', "https://a.example/"),
            ("[x](http://a.example)", "http://a.example"),
            ("[x](mailto:ana@example.org)", "mailto:ana@example.org"),
            ("[x](/insights/a)", f"{BASE}/insights/a"),
            ("[x][r]\n\n[r]: https://a.example/ 'title'", "https://a.example/"),
            ("[x]\n\n[x]: </a>", f"{BASE}/a"),
        ],
    )
    def test_web_mail_and_own_addresses_are_links(self, written: str, leads_to: str) -> None:
        assert rendered(written) == f'<p><a href="{leads_to}" rel="noopener">x</a></p>'

    def test_angle_brackets_link_an_address(self) -> None:
        assert rendered("<https://a.example/x> <ana@example.org>") == (
            '<p><a href="https://a.example/x" rel="noopener">https://a.example/x</a> '
            '<a href="mailto:ana@example.org" rel="noopener">ana@example.org</a></p>'
        )

    @pytest.mark.parametrize(
        "address",
        [
            "other.md", "../up", "#part", "?q=1", "//evil.example/", "/\\evil.example", "\\\\evil.example", "ftp://a.example",
            "javascript:alert(1)", "data:text/html,x", "https:evil.example", "https://", "http:///x", "mailto:",
            "https://user:word@a.example", "https://bank.example@evil.example", "https://[::1", "tel:+351",
        ],
    )  # fmt: skip
    def test_any_other_address_is_dropped_and_its_words_kept(self, address: str) -> None:
        assert rendered(f"[**x** y](<{address}>)").replace(f"{BASE}/%5Cevil.example", "") in (
            "<p><strong>x</strong> y</p>",
            '<p><a href="" rel="noopener"><strong>x</strong> y</a></p>',
        )

    def test_a_link_has_words_and_no_link_inside(self) -> None:
        source = "a [](https://a.example/) [b <https://c.example/> d](https://b.example/)"
        assert rendered(source) == '<p>a  <a href="https://b.example/" rel="noopener">b https://c.example/ d</a></p>'
        assert text(source, BASE) == "a b https://c.example/ d (https://b.example/)"


class TestImages:
    @pytest.mark.parametrize(
        ("written", "src"),
        [
            ("/media/a.png", f"{BASE}/media/a.png"),
            ("/static/a.svg", f"{BASE}/static/a.svg"),
            (f"{BASE}/media/a.png", f"{BASE}/media/a.png"),
        ],
    )
    def test_our_own_are_shown(self, written: str, src: str) -> None:
        assert rendered(f"![A & *cat*]({written})") == f'<p><img src="{src}" alt="A &amp; *cat*"></p>'

    @pytest.mark.parametrize(
        "address",
        [
            "https://x.example/a.png", "//x.example/a.png", "/me/privacy", "a.png", "data:image/png;base64,AA",
            f"{BASE}.evil.example/a.png", f"{BASE}@evil.example/a.png", "http://talent.example.org/media/a.png",
        ],
    )  # fmt: skip
    def test_any_other_is_its_words(self, address: str) -> None:
        assert rendered(f"![A cat]({address})!") == "<p>A cat!</p>"

    def test_a_badge_without_words_leaves_nothing(self) -> None:
        assert rendered("[![](https://x.example/a.svg)](https://x.example/)") == ""
