"""A copy as HTML for a frame of the desk: in light or dark as asked, with gaps where a part is not this reader's, and
with links that say where they lead and stay where they are."""

import re
from dataclasses import replace
from datetime import datetime
from html import escape, unescape

from portal import links
from portal.audience.queries import copies
from portal.audience.queries.catalogue import keeping
from portal.audience.queries.names import knowing
from portal.languages import gettext as _
from portal.mail import message, outbox
from portal.mail.encoding import encode_html
from portal.newsletter import emails
from portal.newsletter.actions.preview import Copy, opened, recipient, title
from portal.newsletter.queries import preview

SCHEMES = ("light", "dark")
_DARK = "(prefers-color-scheme: dark)"
_HREF = re.compile(r'(<a\b[^>]*?\bhref=)"([^"]*)"')
_GAP = (
    '<div style="margin:0 0 18px;padding:10px 14px;border:2px dashed #8a7f66;border-radius:6px">'
    '<p style="margin:0;font-size:14px;line-height:20px">{title}<br>{why}</p></div>'
)
_LEADS = (
    "<style>.leads{display:none}.leads:target{display:block;position:fixed;left:0;right:0;bottom:0;margin:0;"
    "padding:12px 16px;background:#25231d;color:#fffcf5;font:14px/1.5 sans-serif;overflow-wrap:anywhere}</style>"
)


def frame(one: Copy, scheme: str, now: datetime, *, gaps: bool = True) -> str:
    """A copy's HTML part. `gaps`: whether parts for some that are not this reader's leave one, which says why."""
    return _still(_coloured(_html(one, now, gaps), scheme))


def _html(one: Copy, now: datetime, gaps: bool) -> str:
    missing = [n for n in range(len(one.draft.parts)) if gaps and _leaves_a_gap(one, n)]
    frozen = outbox.frozen(one.mailing)
    fragments = list(frozen.fragments)
    with knowing(preview.names(preview.interests())), keeping():
        for n in missing:
            fragments[n] = encode_html(_gap(one, n, now)), b""
    to = recipient(one, now)
    to = replace(to, mask=to.mask | sum(1 << n for n in missing))
    data = message.prepare(replace(frozen, fragments=tuple(fragments))).build(to)
    found = opened(data).get_body(("html",))
    return str(found.get_content()) if found else ""


def _leaves_a_gap(one: Copy, position: int) -> bool:
    """Of openings that are not this reader's the heading does, where none of them is."""
    part = one.draft.parts[position]
    heads = part.kind == emails.JOBS and (position == 0 or one.draft.parts[position - 1].kind != emails.JOBS)
    return bool(part.label or heads) and not one.has(position)


def _gap(one: Copy, position: int, now: datetime) -> str:
    part = one.draft.parts[position]
    words = _("Not in this copy: “%(title)s”", title=title(part))
    return _GAP.format(title=escape(words), why=escape(preview.because(part.rule, one.reader, now)))


def _coloured(html: str, scheme: str) -> str:
    """One of the two, whatever the system prefers: the mail itself leaves it to the system."""
    head, end, body = html.partition("</head>")
    always = "all" if scheme == "dark" else "not all"
    return head.replace(_DARK, always).replace("light dark", scheme) + end + body


def _still(html: str) -> str:
    """A click on a link shows where it leads: a frame lets nothing out anyway."""
    addresses: list[str] = []

    def stop(found: re.Match[str]) -> str:
        if found[2].startswith("#"):
            return found[0]
        addresses.append(unescape(found[2]))
        return f'{found[1]}"#leads-{len(addresses)}"'

    html = _HREF.sub(stop, html)
    said = "".join(f'<p class="leads" id="leads-{n}">{_leads(url)}</p>' for n, url in enumerate(addresses, 1))
    return html.replace("</head>", f"{_LEADS}</head>", 1).replace("</body>", f"{said}</body>", 1)


def _leads(address: str) -> str:
    if address.startswith((links.absolute(copies.PAGE), links.absolute("/reply/"))):
        return escape(_("In a member’s mail this leads to a page of their own. Here it does nothing."))
    return escape(_("This leads to %(address)s", address=address))
