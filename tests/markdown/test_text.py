import re
from textwrap import dedent

import pytest

from portal.markdown import mail, text
from tests.markdown.checking import BASE, Reader


def rendered(source: str) -> str:
    return text(dedent(source), BASE)


def test_a_letter_reads_like_a_letter() -> None:
    source = """\
        # Measure twice

        Dear reader, this spring we rebuilt the loggers in [the Leeds cold store](/insights/cold), and **all** of them
        *drifted*[^1]. Write to <ana@example.org> or see <https://a.example/b>.

        ## What we kept

        - one thing that is long enough to be wrapped, because lines in a mail end at seventy-two
        - another
          1. inside
          2. it

        > Somebody said something that is long enough to be wrapped here as well, did they not?

        | promise | kept |
        |---|--:|
        | to answer | 98 % |
        | to say no | 100 % |

        ```
        x = 1  # not wrapped, however long the line may be, since it would no longer be the same code
        ```

        [^1]: By two hundredths of a degree, which is [little](https://c.example/) but more than nothing at all.
        """
    assert rendered(source) == dedent("""\
        Measure twice
        =============

        Dear reader, this spring we rebuilt the loggers in the Leeds cold store
        (https://talent.example.org/insights/cold), and *all* of them
        _drifted_[1]. Write to ana@example.org or see https://a.example/b.

        What we kept
        ------------

        - one thing that is long enough to be wrapped, because lines in a mail
          end at seventy-two
        - another
          1. inside
          2. it

        > Somebody said something that is long enough to be wrapped here as
        > well, did they not?

        promise      kept
        ---------   -----
        to answer    98 %
        to say no   100 %

            x = 1  # not wrapped, however long the line may be, since it would no longer be the same code

        [1] By two hundredths of a degree, which is little (https://c.example/)
            but more than nothing at all.""")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("one  \ntwo\nthree", "one\ntwo three"),
        ("a &amp; b &lt;c&gt; <b>", "a & b <c> <b>"),
        ("7. seven\n8. eight", "7. seven\n8. eight"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("[a.example](https://a.example/)", "https://a.example/"),
        ("[https://a.example/](https://a.example/)", "https://a.example/"),
        ("[write](mailto:ana@example.org)", "write (ana@example.org)"),
        ("[gone](other.md)", "gone"),
        ("![A cat](/media/cat.png)", "[A cat]"),
        ("![A cat](https://x.example/cat.png)", "A cat"),
        ("`code  here`", "`code here`"),
        ("# A\n\n#### Small", "A\n=\n\nSmall"),
        ("> a\n>\n> > b", "> a\n>\n> > b"),
        ("", ""),
    ],
)
def test_small_things(source: str, shown: str) -> None:
    assert text(source, BASE) == shown


def test_a_table_too_wide_for_the_page_becomes_a_paragraph_a_row() -> None:
    long = "something that really takes a good part of a line to say"
    source = f"| where | what | when |\n|---|---|---|\n| Leeds | {long} | in March |\n| | {long} | |"
    assert text(source, BASE) == f"where: Leeds\nwhat: {long}\nwhen: in March\n\nwhat: {long}"


def test_lines_end_at_72_but_an_address_is_never_broken() -> None:
    address = "https://a.example/" + "x" * 90
    lines = text(f"{'word ' * 40}[words]({address}) {'word ' * 40}", BASE).split("\n")
    assert f"({address})" in lines
    assert max(len(line) for line in lines if address not in line) <= 72


def test_page_and_text_say_the_same_and_lead_to_the_same_places() -> None:
    source = "# A *b*\n\nc [d](/e) <https://f.example>\n\n- g\n  - h[^1]\n\n| i | j |\n|--|--|\n| k | l |\n\n[^1]: m [n](http://o.example)"
    html, plain = Reader(mail(source, BASE)), text(source, BASE)
    assert [address for address in html.links if address not in plain] == []
    assert len(html.links) == len(re.findall("https?://", plain)) == 3
    assert [word for word in re.findall(r"\w+", html.words) if word not in plain] == []
