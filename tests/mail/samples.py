"""A newsletter and an account mail as slices make them, and the files that say what becomes of them.

`python -m tests.mail.samples` writes snapshots/ anew after a change that was meant; read the diff.
"""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from portal.mail.encoding import encode_html, encode_text, field
from portal.mail.message import Frozen, Recipient, prepare
from portal.mail.shell import Shell, button, encode_fragment, shell
from portal.markdown import mail, text

SNAPSHOTS = Path(__file__).with_name("snapshots")
BASE = "https://talent.example.org"

NEWSLETTER = """\
Hello [[name|there]],

There is a fridge logger on Ruth's desk in Leeds that once read **8.04 °C**. The limit was 8. She has written down what
she could say and what she could not: [Every instrument is wrong](/insights/every-instrument-is-wrong).

## What we kept

| promise | kept |
|---|---:|
| to answer within ten days | 98 % |
| to say no in words | 100 % |

- The counting is explained on [its page](/transparency).
- If you were one of the two in a hundred: write to us, `reply` works.

> We measure things for a living, and still this one took us a year.
"""
FOR_DATA = """\
## If you work with data

Two weekends, 2.3 billion readings, one forgotten index. Inês shows the plan *and* the mistake on Thursday.
"""
FOR_FIRMWARE = """\
## If you write firmware

The next logger sleeps on 1.8 µA. Most of the difference was one pull-up resistor.
"""
END = "Ana Figueiredo, Lisbon\n"


def frozen(around: Shell, fragments: list[tuple[bytes, bytes]], **values: object) -> Frozen:
    """A frozen mailing with invented names around the given words."""
    given = Frozen(
        from_name="Fennel & Rowe",
        from_address="news@talent.example.org",
        reply_to="ana.figueiredo@example.org",
        subject="Measure twice: a fridge at 8.04 °C",
        kind="newsletter",
        uid="k3f9a0c2d1",
        domain="talent.example.org",
        list_id="newsletter.talent.example.org",
        list_name="Fennel & Rowe newsletter",
        feedback_id="k3f9a0c2d1:newsletter:fennel:rapport",
        one_click=True,
        bulk=True,
        html_before=encode_html(around.html_before),
        html_after=encode_html(around.html_after),
        text_before=encode_text(around.text_before),
        text_after=encode_text(around.text_after),
        fragments=tuple(fragments),
    )
    return replace(given, **values)


def written(source: str, part: int | None = None) -> tuple[bytes, bytes]:
    """A fragment from Markdown; with its position if only some get it."""
    return encode_fragment(mail(source, BASE, {"name"}), text(source, BASE, {"name"}), part)


def newsletter(**values: object) -> Frozen:
    """List mail of four fragments: all, data people, firmware people, all."""
    around = shell(
        "list",
        lang="en",
        organisation="Fennel & Rowe",
        postal_address="Rua do Ensaio 1\n1100-001 Lisbon",
        subject="Measure twice: a fridge at 8.04 °C",
        preheader="Whether the vaccine could still be used came down to one line in a certificate.",
        reason="You get this because you agreed to our newsletter.",
        view_url=f"{BASE}/newsletter/measure-twice",
    )
    parts = [written(NEWSLETTER), written(FOR_DATA, 1), written(FOR_FIRMWARE, 2), written(END)]
    return frozen(around, parts, **values)


def account() -> Frozen:
    """Account mail of one fragment with a button and a field in its subject."""
    around = shell(
        "account",
        lang="en",
        organisation="Fennel & Rowe",
        postal_address="Rua do Ensaio 1\n1100-001 Lisbon",
        subject="Confirm your address",
        preheader="One click, and you are in.",
        reason="You get this because somebody, probably you, asked to join with this address.",
    )
    html, plain = button("Confirm my address", "confirm_url")
    words = (f"<p>Hello {field('name', 'there')},</p>\n<p>please confirm that this is your address.</p>\n{html}",
             f"Hello {field('name', 'there')},\n\nplease confirm that this is your address.\n\n{plain}")  # fmt: skip
    return frozen(
        around,
        [encode_fragment(*words)],
        from_address="account@talent.example.org",
        subject=f"{field('name', 'Friend')}, confirm your address",
        kind="confirm",
        list_id=None,
        feedback_id=None,
        one_click=False,
        bulk=False,
    )


def recipient(**values: object) -> Recipient:
    """Zoë, with data among her interests."""
    token = "MTIzNDU.6fYc3ZbqWkQJm1aX"
    given = Recipient(
        delivery_id=4711,
        address="zoe@example.org",
        name="Zoë Müller-Lüdenscheidt",
        date=datetime(2026, 10, 28, 8, 30, tzinfo=UTC),
        mask=0b1011,
        values={
            "name": "Zoë",
            "unsubscribe_url": f"{BASE}/unsubscribe/{token}",
            "preferences_url": f"{BASE}/preferences/{token}",
            "why_url": f"{BASE}/why/{token}",
            "confirm_url": f"{BASE}/confirm/{token * 2}",
        },
    )
    return replace(given, **values)


def parsed(octets: bytes) -> EmailMessage:
    """What a standard mail program makes of it."""
    found = message_from_bytes(octets, policy=policy.SMTP)
    assert isinstance(found, EmailMessage)
    return found


def html_of(message: EmailMessage) -> str:
    return message.get_payload()[1].get_content().replace("\r\n", "\n")


def text_of(message: EmailMessage) -> str:
    return message.get_payload()[0].get_content().replace("\r\n", "\n")


def snapshots() -> dict[str, str]:
    """File name → what should be in it."""
    files = {}
    for name, octets in {
        "newsletter": prepare(newsletter()).build(recipient()),
        "account": prepare(account()).build(recipient(mask=1)),
    }.items():
        message = parsed(octets)
        files[f"{name}.headers"] = octets.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n") + "\n"
        files[f"{name}.html"] = html_of(message)
        files[f"{name}.txt"] = text_of(message)
    return files


if __name__ == "__main__":
    for name, content in snapshots().items():
        (SNAPSHOTS / name).write_text(content, "utf-8")
