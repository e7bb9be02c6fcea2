"""Whatever an author types or pastes, only what we allow comes out."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.markdown import FIELD_CLOSE, FIELD_OPEN, MarkdownError, mail, merge_fields, page, split, text
from portal.markdown.markup import safe_in_mail, safe_on_page
from tests.markdown.checking import BASE, INTERNAL, MAIL, PAGE, Reader, absolute, problems

HOSTILE = """\
<script>alert(1)</script>
<img src=x onerror=alert(1)>
<svg/onload=alert(1)>
<a href="javascript:alert(1)">x</a>
<iframe src=//evil.example></iframe>
<style>@import url(//evil.example)</style>
<base href=//evil.example>
<mj-raw><mj-include path="/etc/passwd"/></mj-raw>
</td></tr></table></mj-text><mj-button href="https://evil.example">x</mj-button>
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](java&#115;cript:alert(1))
[x](java&Tab;script:alert(1))
[x](&#1;javascript:alert(1))
[x](<java script:alert(1)>)
[x]( javascript:alert(1))
[x](data:text/html;base64,PHNjcmlwdD4=)
[x](vbscript:msgbox)
[x](file:///etc/passwd)
[x](//evil.example)
[x](///evil.example)
[x](/\\\\evil.example)
[x](\\\\evil.example)
[x](https:/evil.example)
[x](/&#47;evil.example)
[x](https://a.example/"onmouseover="alert(1))
[x](https://a.example/'><script>alert(1)</script>)
[x](https://a.example/ "title\\" onclick=alert(1) x=\\"")
[x](https://a.example/&quot; onclick=alert&lpar;1&rpar;)
[x]: javascript:alert(1)
<javascript:alert(1)>
<javascript://a.example/%0aalert(1)>
<https://a.example/"onclick="alert(1)>
<x@a.example"onclick="alert(1)>
<mailto:x@a.example?body=<script>>
![x](https://evil.example/pixel.gif)
![x](//evil.example/pixel.gif)
![x" onerror="alert(1)](/media/x.png)
![x](/media/x.png" onerror="alert(1))
![x](/media/x.png "y" onerror=alert(1))
![![x](y)](javascript:alert(1))
[![x](javascript:alert(1))](javascript:alert(2))
`<script>alert(1)</script>`
    <script>alert(1)</script>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;script&#62;alert(1)&#60;/script&#62;
&amp;lt;script&amp;gt;
<!--><script>alert(1)</script>-->
<!-- x --!><img src=x onerror=alert(1)>
<![CDATA[<script>alert(1)</script>]]>
<?php echo 1 ?>
{{ 7*7 }}{% raw %}{{ x.__class__ }}
{: onclick=alert(1) .x #y }
[x](https://a.example/){: onclick=alert(1)}
[^<script>]: x[^<script>]
| <script> | [x](javascript:alert(1)) |
```"><script>alert(1)</script>
1<sup onclick=alert(1)>2</sup>
\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02amp\x03 \x0260\x03
&#2;klzzwxh:0000&#3; &#xE002;0&#xE003; &#57344;
**<b title='**'>**
*<em*>*
[<img src=x onerror=alert(1)>](https://a.example/)
\u202egnp.exe \ufeff\u2028\u2029\x85
\ud800 \udfff \ufffe &#xFFFF; \x00
""".rstrip("\n").split("\n")


def unsafe(source: str) -> list[str]:
    """What is wrong in any rendering of a source."""
    plain, html = text(source, BASE), mail(source, BASE)
    return (
        problems(page(source, BASE), PAGE)
        + problems(html, MAIL)
        + [f"the character {character!r} in the text" for character in INTERNAL.findall(plain)]
        + ["a mark of the library" for words in (html, plain) if "zzwxh" in words and "zzwxh" not in source]
    )


@pytest.mark.parametrize("line", HOSTILE)
@pytest.mark.parametrize(
    "around", ["{}", "> {}", "- {}", "| {} | b |\n|---|---|\n| {} | d |", "# {}", "**{}**", "[^1]\n\n[^1]: {}"]
)
def test_hostile_text_is_harmless_everywhere(line: str, around: str) -> None:
    assert unsafe(around.replace("{}", line)) == []


RAW = """\
<p title=x lang=y onclick=z style=a class=b id=c>d</p>
<a href="/x" title=x>a</a><a href="//evil.example">b</a><a href="#x">c</a><a href="x.html">d</a>
<a href="javascript:alert(1)">a</a><a href="ftp://a.example/">b</a><a href="data:x">c</a><a href>d</a>
<img src="/media/x.png" title=x onerror=y srcset="https://evil.example/"><img src="data:image/png;base64,x">
<li id=x onclick=y><sup style=x>1</sup><ol start=3 type=a reversed><td align=left bgcolor=red colspan=3 background=x>
<mj-text><template><math><mtext><style><img src=x onerror=y></style></mtext></math></template></mj-text>
<form action=//evil.example><input><button formaction=x></form><meta http-equiv=refresh content=0><link href=x>
<!-- x --><!DOCTYPE x><?x y?><![CDATA[x]]>
"""


@pytest.mark.parametrize("html", [*RAW.splitlines(), *HOSTILE[:-1]])
def test_the_last_lock_holds_alone(html: str) -> None:
    """What nobody's HTML gets through, should all that comes before it fail one day."""
    for reader in (Reader(safe_on_page(html), PAGE), Reader(safe_in_mail(html), MAIL)):
        assert reader.wrong == []
        assert [address for address in reader.links + reader.images if address and not absolute(address)] == []


def test_all_of_it_at_once() -> None:
    assert unsafe("\n".join(HOSTILE)) == []
    assert unsafe("\n\n".join(HOSTILE)) == []


def test_markup_that_is_typed_is_shown_as_it_was_typed() -> None:
    assert Reader(mail("<b>x</b> <script>y</script>", BASE)).words.strip() == "<b>x</b> <script>y</script>"


MARKS = """
* ** *** _ __ ` `` ``` ~~~ > - + 1. 1) # ## | |-|-| [ ] ( ) ![ ]( ](/a) < > <a@b> & &amp; &#x \\ : ::: [^ [^1] [^1]:
[a] [a]: " '
"""
SPACES = ["\n", "\n\n", " ", "    ", "  \n", "\t", "\r", "\r\n", "---\n", "===\n", "[a]: /b\n"]
PIECES = st.sampled_from([*HOSTILE, *MARKS.split(), *SPACES, "a", "é", "😀", "-->", "<!--", "x" * 80])
SOURCES = st.lists(PIECES | st.text(max_size=20), max_size=40).map("".join) | st.text(max_size=400)
FIELD_SOURCES = st.lists(PIECES | st.sampled_from(["[[name]]", "[[name|you]]", "[[", "]]", "name"]), max_size=30).map(
    "".join
)


@settings(max_examples=300, deadline=None)
@given(SOURCES)
@example(
    "![a [b `c` &amp;](/d) e](/media/f.png) [g](/h[i `j`](k)) <https://a.example/\\_`x`> ![`l`][l]\n\n[l]: /media/`m`"
)
@example("\ue0000\ue001 \x02klzzwxh:0000\x03")
def test_any_text_renders_safely_or_says_why_not(source: str) -> None:
    with suppress(MarkdownError):
        assert unsafe(source) == []
    with suppress(MarkdownError):
        split(source)


@settings(max_examples=200, deadline=None)
@given(FIELD_SOURCES)
@example("[[name]] `[[name|you]]` <!-- [[name]] -->")
def test_a_token_stands_only_for_a_field_that_was_typed(source: str) -> None:
    try:
        typed = merge_fields(source)
        rendered = [mail(source, BASE, ["name"]), page(source, BASE, ["name"]), text(source, BASE, ["name"])]
    except MarkdownError:
        return
    tokens = sorted(
        FIELD_OPEN + name + ("" if fallback is None else f"|{fallback}") + FIELD_CLOSE for name, fallback, _ in typed
    )
    for words in rendered:
        rest = words
        for token in tokens:
            assert token in rest
            rest = rest.replace(token, "", 1)
        assert not INTERNAL.findall(rest)
