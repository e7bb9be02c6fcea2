"""What surrounds the words of every mail, and what their HTML needs before it goes in.

The MJML shell is ours and compiled once per language with ASCII tokens; its own words and sanitised HTML are spliced in
after the compile, never before: mjml-python loses white space, prints Rust escapes into attributes and can panic on
what authors, and translators, write. Only the shell is a Jinja template; nothing that an author wrote is (P11).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from mjml import mjml2html

from portal.languages import gettext as _
from portal.languages import speaking
from portal.mail.encoding import FIELD, encode_html, encode_text, field, outside_fields
from portal.markdown import FIELD_CLOSE, FIELD_OPEN

Kind = Literal["list", "account"]
"""`list` mail can be left by its links; `account` mail answers what somebody did and has none."""

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=True, keep_trailing_newline=True
)
_CSS = (_FOLDER / "mail.css").read_text("utf-8")
# Remote style sheets stay off: the inliner would fetch whatever an author links to.
_INLINER = CSSInliner(load_remote_stylesheets=False)
_TOKEN = re.compile(r"\[\[([a-z_]+)\]\]")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


@dataclass(frozen=True, slots=True)
class Shell:
    """HTML and text on both sides of the fragments; merge fields stand in them as fields."""

    html_before: str
    html_after: str
    text_before: str
    text_after: str


def shell(
    kind: Kind,
    *,
    lang: str,
    organisation: str,
    postal_address: str,
    subject: str,
    preheader: str,
    reason: str,
    view_url: str | None = None,
) -> Shell:
    """The shell of one mailing. All words are plain text; they may hold merge fields.

    `reason` is the sentence that says why one gets this mail; `subject` becomes the title. Every mail takes the field
    `why_url`; list mail also `preferences_url` and `unsubscribe_url`, and `view_url` if it can be read in a browser.
    Raises ValueError for a language tag that is none.
    """
    words = _labels(lang) | {
        "subject": subject,
        "preheader": preheader,
        "organisation": organisation,
        "postal_address": ", ".join(line.strip() for line in postal_address.splitlines() if line.strip()),
        "reason": reason,
        "why_url": field("why_url"),
        "preferences_url": field("preferences_url"),
        "unsubscribe_url": field("unsubscribe_url"),
        "view_url": view_url or "",
    }
    html_before, _, html_after = _compiled(kind, lang, view_url is not None).partition("[[body]]")
    text_before, _, text_after = _text(kind, view_url is not None).partition("[[body]]")
    escaped = {name: outside_fields(escape, word) for name, word in words.items()}
    return Shell(
        _filled(html_before, escaped),
        _filled(html_after, escaped),
        _filled(text_before, words),
        _filled(text_after, words),
    )


def _labels(lang: str) -> dict[str, str]:
    """The shell's own words."""
    with speaking(lang.partition("-")[0]):
        return {
            "why": _("Why did I get this?"),
            "change": _("Change what you get"),
            "leave": _("Leave"),
            "view": _("Read in your browser"),
        }


def inline(html: str) -> str:
    """Sanitised HTML with our mail style in `style` attributes, classes kept for the dark style.

    For whole elements only: an HTML parser drops the tags of a lone `<tr>`. Nesting must be capped before, as
    portal.markdown does: the inliner runs out of stack near 20,000 levels.
    """
    fields: list[str] = []

    def shelter(found: re.Match[str]) -> str:
        fields.append(found[0])
        return f"{FIELD_OPEN}{len(fields) - 1}{FIELD_CLOSE}"

    styled = _INLINER.inline_fragment(FIELD.sub(shelter, html), _CSS)  # a raw fallback is no HTML
    return re.sub(f"{FIELD_OPEN}([0-9]+){FIELD_CLOSE}", lambda found: fields[int(found[1])], styled)


def encode_fragment(html: str, text: str, part: int | None = None) -> tuple[bytes, bytes]:
    """The blobs of one fragment, its style inlined and its text ending in an empty line.

    With `part`, its position, for what not everybody gets: it ends in a link to why, in the language spoken now.
    """
    text = text.strip("\n")
    if part is not None:
        url, label = f"{field('why_url')}#part-{part}", _("Why this?")
        html = f'{html}<p class="why"><a href="{url}">{escape(label)}</a></p>'
        text = f"{text}\n{label} {url}"
    return encode_html(inline(html)), encode_text(text + "\n\n")


def button(label: str, url: str) -> tuple[str, str]:
    """A link that looks like a button, as (html, text); `url` is an address or the name of its field."""
    if re.fullmatch(r"[a-z_]+", url):
        url = field(url)
    html = (
        '<table class="button" role="presentation" border="0" cellpadding="0" cellspacing="0"><tr>'
        f'<td><a href="{outside_fields(escape, url)}">{outside_fields(escape, label)}</a></td></tr></table>'
    )
    return html, f"{label}:\n{url}\n"


@cache
def _compiled(kind: Kind, lang: str, view: bool) -> str:
    """The shell as HTML with its tokens. `fonts={}` keeps mjml from asking Google for one (P10)."""
    if not _LANG.fullmatch(lang):
        raise ValueError(f"not a language tag: {lang!r}")
    right = lang.partition("-")[0] in _RIGHT_TO_LEFT
    direction = {"dir": "rtl", "start": "right"} if right else {"dir": "ltr", "start": "left"}
    source = _TEMPLATES.get_template("shell.mjml").render(kind=kind, lang=lang, view=view, **direction)
    return mjml2html(source, fonts={}).rstrip() + "\n"


@cache
def _text(kind: Kind, view: bool) -> str:
    return _TEMPLATES.get_template("shell.txt").render(kind=kind, view=view)


def _filled(template: str, words: Mapping[str, str]) -> str:
    """Each token replaced once, so that nothing in a word is taken for one. KeyError for an unknown one."""
    return _TOKEN.sub(lambda found: words[found[1]], template)
