"""The shell around the words, the style inside them, and the two sample mails as files."""

import re
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from portal.mail.encoding import field
from portal.mail.headers import BadRecipient
from portal.mail.message import prepare, size
from portal.mail.shell import button, encode_fragment, inline, shell
from tests.mail.samples import SNAPSHOTS, account, newsletter, recipient, snapshots, written

WORDS = {
    "lang": "en",
    "organisation": "Fennel & Rowe",
    "postal_address": "Rua do Ensaio 1\n1100-001 Lisbon",
    "subject": "A & <B> [[body]] [[reason]]",
    "preheader": "Before \\ the words \u200d",
    "reason": "You get this because you <agreed>.",
}


def whole(kind: str, **words: str) -> str:
    around = shell(kind, **(WORDS | words))
    return f"{around.html_before}<p>WORDS</p>{around.html_after}"


class Outline(HTMLParser):
    """Every start tag, and whether what opens is closed in order."""

    VOID = {"meta", "br", "img", "hr"}  # noqa: RUF012

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("name", sorted(snapshots()))
def test_snapshot(name):
    """What a person receives. If a change was meant: `python -m tests.mail.samples`, then read the diff."""
    assert snapshots()[name] == (SNAPSHOTS / name).read_text("utf-8")


def test_there_are_no_other_snapshots():
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(snapshots())


@pytest.mark.parametrize("kind", ["list", "account"])
def test_html_is_whole_and_says_its_language(kind):
    outline = Outline(whole(kind))
    assert outline.open == []
    assert outline.all("html")[0]["lang"] == "en"
    assert outline.all("html")[0]["dir"] == "ltr"
    assert all(table.get("role") == "presentation" for table in outline.all("table"))
    assert outline.all("img") == []


@pytest.mark.parametrize("kind", ["list", "account"])
def test_words_are_escaped_once_and_never_taken_for_tokens(kind):
    html = whole(kind)
    assert "<title>A &amp; &lt;B&gt; [[body]] [[reason]]</title>" in html
    assert "You get this because you &lt;agreed&gt;." in html
    assert html.count("<p>WORDS</p>") == 1
    assert ">Before \\ the words \u200d</div>" in html
    around = shell(kind, **WORDS)
    assert "You get this because you <agreed>." in around.text_after
    assert "[[" not in around.text_before + around.text_after


def test_fields_of_the_words_stay_fields():
    around = shell("list", **WORDS | {"reason": f"Since {field('since', 'a <while>')}."})
    assert f"Since {field('since', 'a <while>')}." in around.html_after
    assert f"Since {field('since', 'a <while>')}." in around.text_after


def test_preheader_comes_first_and_is_hidden():
    body = whole("list").partition("<body")[2]
    first = re.search(r"<div style=\"(display:none[^\"]*)\">([^<]*)</div>", body)
    assert first
    assert first[2].startswith("Before")
    assert body.index("Before") < body.index("Fennel")


def test_dark_style_depends_on_nothing_but_itself():
    html = whole("list")
    outline = Outline(html)
    assert {"name": "color-scheme", "content": "light dark"} in outline.all("meta")
    dark = html.partition("@media (prefers-color-scheme: dark)")[2].partition("</style>")[0]
    for name in re.findall(r"\.([a-z]+)", dark):  # every class that it speaks of is there, or on a button or fragment
        assert f'class="{name}"' in html or name in {"button", "job", "n", "replies", "why"}
    assert all("!important" in rule for rule in re.findall(r"\{([^{}]+)\}", dark))  # else it loses to style attributes
    assert 'bgcolor="#fffcf5"' in html  # the light colours are in attributes too, for who reads no style
    assert re.search(r"<body style=\"[^\"]*background-color:#f6f1e5", html)


def test_nothing_foreign():
    """P10, E-34: no address of any kind but what we put in."""
    for kind in ("list", "account"):
        html = whole(kind).replace("http://www.w3.org/1999/xhtml", "")
        assert not re.search(
            r"https?:|//|@import|url\(|<link|<script|<iframe|src=|data:", html.replace("<!--", "").replace("-->", "")
        )
        assert set(re.findall(r'href="([^"]*)"', html)) == (
            {field("why_url"), *([field("preferences_url"), field("unsubscribe_url")] if kind == "list" else [])}
        )


def test_browser_link_only_when_there_is_a_page():
    address = "https://talent.example.org/newsletter/x?a=1&b=2"
    assert "browser" not in whole("list")
    assert '<a href="https://talent.example.org/newsletter/x?a=1&amp;b=2"' in whole("list", view_url=address)
    assert f"Read in your browser: {address}\n" in shell("list", **WORDS, view_url=address).text_before


def test_account_mail_has_no_list_links():
    around = shell("account", **WORDS)
    for part in (around.html_after, around.text_after):
        assert "Leave" not in part
        assert field("unsubscribe_url") not in part
        assert "Rua do Ensaio 1, 1100-001 Lisbon" in part


@pytest.mark.parametrize(
    ("lang", "direction", "align"), [("he", "rtl", "right"), ("ar-EG", "rtl", "right"), ("pt-PT", "ltr", "left")]
)
def test_direction_follows_the_language(lang, direction, align):
    html = whole("list", lang=lang)
    assert Outline(html).all("html")[0] | {"lang": lang, "dir": direction} == Outline(html).all("html")[0]
    assert set(re.findall(r"direction:(\w+)", html)) == {direction}
    assert set(re.findall(r"text-align:(\w+);color", html)) == {align}


@pytest.mark.parametrize("lang", ["", "English", 'en"><script>', "e", "en_GB", "{{ x }}"])
def test_no_other_language_tag(lang):
    with pytest.raises(ValueError, match="not a language tag"):
        shell("list", **WORDS | {"lang": lang})


def test_samples_are_far_below_what_gmail_cuts():
    assert size(newsletter()) < 20_000
    assert size(account()) < 15_000


def test_inline_keeps_words_fields_and_classes():
    html = f'<p class="x">a&nbsp;b {field("name", "a<b & c")}</p>\n<p><b>1</b>\n<b>2</b> <a href="{field("confirm_url")}">go</a></p>'
    styled = inline(html)
    assert re.fullmatch(
        r'<p class="x" style="[^"]+">a(&nbsp;|\xa0)b ' + re.escape(field("name", "a<b & c")) + r"</p>\n"
        r'<p style="[^"]+"><b>1</b>\n<b>2</b> <a href="' + field("confirm_url") + r'" style="[^"]+">go</a></p>',
        styled,
    )


def test_inline_asks_nobody():
    asked = []

    def answer() -> None:
        with suppress(OSError):
            connection, _ = server.accept()
            asked.append(1)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.css"
        inline(f'<link rel="stylesheet" href="{address}"><style>@import url({address});</style><p>x</p>')
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    assert asked == []


def test_alignment_of_a_table_stays():
    styled = inline('<table><tr><th align="right">n</th><th>m</th></tr><tr><td align="right">1</td></tr></table>')
    assert re.findall(r"text-align: *(\w+)", styled) == ["start"]
    assert styled.count('align="right"') == 2


def test_button_is_a_link_in_both_parts():
    html, text = button("Yes & no", "confirm_url")
    assert f'<a href="{field("confirm_url")}">Yes &amp; no</a>' in html
    assert text == f"Yes & no:\n{field('confirm_url')}\n"
    html, text = button("Go", 'https://x.example/?a="1"&b=2')
    assert 'href="https://x.example/?a=&quot;1&quot;&amp;b=2"' in html
    assert 'style="' in inline(html).partition("<a ")[2]


def test_fragments_end_in_an_empty_line():
    assert encode_fragment("<p>x</p>", "\n\nx\n")[1] == b"x\r\n\r\n"


def test_what_not_everybody_gets_ends_in_a_link_to_why():
    html, text = encode_fragment("<p>x</p>", "x\n", part=3)
    assert html.rstrip(b"=\r\n").endswith(b"Why this?</a></p>")
    assert b"\0why_url\0=\r\n#part-3" in html
    assert text == b"x\r\nWhy this?=20=\r\n\0why_url\0=\r\n#part-3\r\n\r\n"


def test_a_link_takes_less_room_than_another_value_and_no_more_than_it_may():
    """`size` stays a true upper bound, without counting a kilobyte for each "Why this?"."""
    before = size(newsletter())
    many = replace(newsletter(), fragments=tuple(written("x", part) for part in range(60)))
    assert size(many) < before + 60 * 800
    url = "https://talent.example.org/" + "x" * 300
    with pytest.raises(BadRecipient, match="too long"):
        prepare(many).build(recipient(mask=1, values=recipient().values | {"why_url": url}))
