"""What one message costs: joined from frozen parts, against a template rendered into an EmailMessage, in one run.

    python benchmarks/message.py [--quick]

Target: at most 1/40 of the usual way.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import markdown
from portal.mail.encoding import FIELD, encode_html, encode_text
from portal.mail.message import Frozen, Recipient, prepare
from portal.mail.shell import encode_fragment, shell

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://talent.example.org"
NAMES = ["Ana", "Jonas Hartwig", "Inês Carvalho", "Ruth", "Łukasz Wójcik", "Mira"]


def frozen() -> tuple[Frozen, str, str]:
    """A newsletter of the sample content: frozen, and as two templates for the usual way."""
    source = (ROOT / "content/issues/2026-11-what-we-learned.md").read_text().split("---\n", 2)[2]
    blocks = [b for b in markdown.split(source) if b.source]
    pieces = [(markdown.mail(b.source, BASE, {"name"}), markdown.text(b.source, BASE, {"name"})) for b in blocks]
    around = shell(
        "list",
        lang="en",
        organisation="Fennel & Rowe",
        postal_address="Rua do Ensaio 1, Lisbon",
        subject="What 41 people told us",
        preheader="They liked knowing the date.",
        reason="You agreed to the newsletter.",
        view_url=f"{BASE}/newsletter/x",
    )
    fields = lambda s: FIELD.sub(lambda m: "{{ %s }}" % m[1], s)  # noqa: E731, UP031
    html = fields(around.html_before + "".join(h for h, _ in pieces) + around.html_after)
    text = fields(around.text_before + "".join(t for _, t in pieces) + around.text_after)
    return (
        Frozen(
            from_name="Fennel & Rowe",
            from_address="hello@talent.example.org",
            reply_to=None,
            subject="What 41 people told us",
            kind="newsletter",
            uid="0a1b2c3d4e",
            domain="talent.example.org",
            list_id="newsletter.talent.example.org",
            list_name="Fennel & Rowe newsletter",
            feedback_id="0a1b2c3d4e:newsletter:talent.example.org:rapport",
            one_click=True,
            bulk=True,
            html_before=encode_html(around.html_before),
            html_after=encode_html(around.html_after),
            text_before=encode_text(around.text_before),
            text_after=encode_text(around.text_after),
            fragments=tuple(encode_fragment(*piece, n if blocks[n].args else None) for n, piece in enumerate(pieces)),
        ),
        html,
        text,
    )


def values(n: int) -> dict[str, str]:
    """What differs between people."""
    return {
        "name": NAMES[n % len(NAMES)],
        "unsubscribe_url": f"{BASE}/unsubscribe/{n:x}n.AAAABBBBCCCCDDDD",
        "preferences_url": f"{BASE}/preferences/{n:x}.AAAABBBBCCCCDDDD",
        "why_url": f"{BASE}/why/{n:x}.AAAABBBBCCCCDDDD",
    }


def usual(html: str, text: str) -> Callable[[int], bytes]:
    """The usual way: both parts rendered by Jinja for each person, put together by EmailMessage."""
    templates = Environment(autoescape=True)  # it is on
    as_html, as_text = templates.from_string(html), templates.from_string(text)

    def build(n: int) -> bytes:
        given = values(n)
        message = EmailMessage(policy=SMTP)
        message["From"] = "Fennel & Rowe <hello@talent.example.org>"
        message["To"] = f"person{n}@example.org"
        message["Subject"] = "What 41 people told us"
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<0a1b2c3d4e.{n}@talent.example.org>"
        message.set_content(as_text.render(given))
        message.add_alternative(as_html.render(given), subtype="html")
        return message.as_bytes()

    return build


def ours(parts: Frozen) -> Callable[[int], bytes]:
    """Our way."""
    ready, everything, now = prepare(parts), (1 << len(parts.fragments)) - 1, datetime.now(UTC)

    def build(n: int) -> bytes:
        given = values(n)
        return ready.build(Recipient(n, f"person{n}@example.org", given["name"], now, everything, given))

    return build


def microseconds(build: Callable[[int], bytes], count: int) -> float:
    """Mean time of one message."""
    started = time.perf_counter()
    for n in range(count):
        build(n)
    return (time.perf_counter() - started) / count * 1e6


def main() -> None:
    """Interleaved rounds, the median of each side, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    rounds, count = (2, 60) if parser.parse_args().quick else (7, 600)
    parts, html, text = frozen()
    slow, fast = usual(html, text), ours(parts)
    slow(0), fast(0)
    pairs = [(microseconds(slow, count), microseconds(fast, count * 10)) for _ in range(rounds)]
    jinja, joined = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{'one message':<34}{'µs':>9}{'of the usual':>15}")
    print(f"{'Jinja + EmailMessage':<34}{jinja:>9.0f}{'1':>15}")
    print(f"{'frozen parts, joined':<34}{joined:>9.1f}{f'1/{jinja / joined:.0f}':>15}   target 1/40")
    print(f"{'octets of one message':<34}{len(fast(0)):>9}")


if __name__ == "__main__":
    main()
