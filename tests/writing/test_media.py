"""Pictures come in drawn anew, or not at all and with a sentence; they are served as what they are, for good."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from portal.db import db
from portal.writing.actions import media
from portal.writing.models import Media
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
SECRET = b"taken at 38.7223 N"


def drawn(format_: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
    """A picture of many colours."""
    noise = Image.effect_noise(size, 80).convert(mode)
    out = io.BytesIO()
    noise.save(out, format_, **options)
    return out.getvalue()


def sideways() -> bytes:
    """A JPEG that says it has to be turned, where it was taken, and what is in its comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, SECRET.decode()
    return drawn("JPEG", (40, 30), exif=exif.tobytes(), comment=SECRET)


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def moving(format_: str) -> bytes:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, format_, save_all=True, append_images=frames[1:])
    return out.getvalue()


def upload(client: PageClient, data: bytes, name: str = "a photo.png", alt: str = "A bench", **headers: str) -> Any:
    return client.post("/desk/media", data={"picture": (io.BytesIO(data), name), "alt": alt}, headers=headers)


@pytest.mark.parametrize(
    ("data", "type_", "size"),
    [
        (drawn("PNG", (3200, 200)), "jpg", (1600, 100)),  # a photograph, whatever it was saved as
        (drawn("JPEG", (40, 30)), "jpg", (40, 30)),
        (drawn("WEBP", (40, 30)), "webp", (40, 30)),
        (drawn("PNG", (40, 30), "L"), "png", (40, 30)),  # few colours: a drawing
        (drawn("PNG", (40, 30), "LA"), "png", (40, 30)),
        (sideways(), "jpg", (30, 40)),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_picture_is_drawn_anew(data: bytes, type_: str, size: tuple[int, int], now: object) -> None:
    added = media.add(data, "../Ana's Bench (1).PNG", "A bench", None, now)  # type: ignore[arg-type]
    if type_ == "png" and b"LA" in data:
        assert added.type == "png"
    assert (added.width, added.height) == size
    assert added.name.startswith("anas-bench-1-")
    assert added.name.endswith(f".{added.type}")
    with Image.open(io.BytesIO(added.data)) as kept:
        assert media.TYPES[kept.format or ""] == added.type
        assert kept.size == size
        assert not kept.getexif()
    assert SECRET not in added.data


@pytest.mark.usefixtures("app")
def test_what_is_see_through_stays_so_and_few_colours_stay_a_drawing(now: object) -> None:
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    clear.paste((0, 80, 0, 128), (5, 5, 9, 9))
    out = io.BytesIO()
    clear.save(out, "PNG")
    added = media.add(out.getvalue(), "x.png", "A leaf", None, now)  # type: ignore[arg-type]
    with Image.open(io.BytesIO(added.data)) as kept:
        assert kept.convert("RGBA").getchannel("A").getextrema() == (0, 128)
    chart = Image.new("RGB", (20, 20), "white")
    chart.paste((0, 80, 0), (5, 5, 9, 9))
    out = io.BytesIO()
    chart.save(out, "PNG")
    assert media.add(out.getvalue(), "chart.png", "A chart", None, now).type == "png"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "This is no PNG, JPEG or WebP"),
        (b"GIF89a" + b"\0" * 40, "This is no PNG, JPEG or WebP"),
        (bomb(), "more than 40 million pixels"),
        (drawn("PNG")[:-60], "not whole or is damaged"),
        (drawn("JPEG")[:300], "not whole or is damaged"),
        (drawn("WEBP")[:60], "not whole or is damaged"),
        (b"\x89PNG\r\n\x1a\n", "not whole or is damaged"),
        (b"", "This is no PNG, JPEG or WebP"),
        (moving("PNG"), "This picture moves."),
        (moving("WEBP"), "This picture moves."),
    ],
    ids=["svg", "gif", "bomb", "cut png", "cut jpeg", "cut webp", "only a header", "empty", "apng", "webp"],
)
def test_what_cannot_be_used_gets_one_sentence_and_is_not_kept(data: bytes, words: str, at_desk: AtDesk) -> None:
    answer = upload(at_desk("author"), data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="A bench"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Media)) == 0


def test_a_picture_needs_words_for_who_does_not_see_it(at_desk: AtDesk) -> None:
    answer = upload(at_desk("author"), drawn(), alt="  ")
    assert answer.status_code == 422
    assert "Say in a few words what it shows" in answer.text


def test_a_file_that_is_too_large_is_told_so(at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_BYTES", 100)
    answer = upload(at_desk("author"), drawn())
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.text


def test_more_than_can_be_sent_is_said_so(at_desk: AtDesk) -> None:
    answer = at_desk("author").post("/desk/media", environ_overrides={"CONTENT_LENGTH": "7000000"})
    assert answer.status_code == 413


def test_an_editor_gets_the_line_to_put_in_and_a_page_the_line_to_copy(at_desk: AtDesk) -> None:
    author = at_desk("author")
    answer = upload(author, drawn(), alt="A [bench]", **{"HX-Request": "true"})
    added = db.session.scalars(select(Media)).one()
    assert f'data-insert="![A (bench)](/media/{added.name})"' in answer.text
    assert upload(author, drawn(size=(50, 30))).status_code == 303
    assert f"](/media/{added.name})" in author.get("/desk/media").text


def test_the_same_picture_is_kept_once(at_desk: AtDesk) -> None:
    author, data = at_desk("author"), drawn()
    upload(author, data)
    upload(author, data)
    assert db.session.scalar(select(func.count()).select_from(Media)) == 1


def test_everybody_gets_a_picture_as_what_it_is_and_keeps_it(app: Flask, client: PageClient, now: object) -> None:
    added = media.add(drawn(), "x.png", "A bench", factories.recruiter(), now)  # type: ignore[arg-type]
    db.session.commit()
    answer = client.get(f"/media/{added.name}")
    assert answer.data == added.data
    assert answer.mimetype == media.CONTENT_TYPES[added.type]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/{added.name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/media/nothing.png").status_code == 404
