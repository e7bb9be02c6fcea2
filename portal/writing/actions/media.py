"""Bringing pictures in. What is kept is drawn anew from the pixels: nothing of the file itself, so that no place, no
camera and nothing that was hidden in it comes along."""

import hashlib
import io
import secrets
import warnings
from datetime import datetime

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select

from portal.db import db
from portal.languages import gettext as _
from portal.staff.models import Recruiter
from portal.writing.models import Media
from portal.writing.queries.slugs import slug_of

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""Width times height that is decoded at all: 160 MB of memory for a moment, a phone's largest picture."""
LONGEST = 1600
"""Pixels of the longer side of what is kept."""
FEW_COLOURS = 256
QUALITY = 82
TYPES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
_STARTS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "WEBP": b"RIFF"}


class PictureError(ValueError):
    """Why a file cannot be used, in a sentence that says what to do."""


def add(data: bytes, filename: str, alt: str, by: Recruiter | int | None, now: datetime) -> Media:
    """Keep a picture (PNG, JPEG or WebP, by its content) with the words for who does not see it. The same picture is
    kept once for each description. Raises PictureError."""
    type_, drawn, size = _drawn(data)
    digest = hashlib.sha256(drawn).digest()
    alt = " ".join(alt.replace("\0", "").split())
    if found := db.session.scalar(select(Media).filter_by(digest=digest, alt=alt).limit(1)):
        return found
    stem = slug_of(filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0])[:40].strip("-")
    media = Media(
        name=f"{stem}-{secrets.token_hex(5)}.{type_}", type=type_, width=size[0], height=size[1], alt=alt, data=drawn,
        digest=digest, recruiter_id=by.id if isinstance(by, Recruiter) else by, created_at=now,
    )  # fmt: skip
    db.session.add(media)
    db.session.flush()
    return media


def _drawn(data: bytes) -> tuple[str, bytes, tuple[int, int]]:
    """The type, the bytes and the size of a file's picture, drawn anew."""
    if len(data) > MOST_BYTES:
        raise PictureError(_("This file is larger than 5 MB. Save the picture smaller, or as JPEG, and try again."))
    kind = next((name for name, start in _STARTS.items() if data.startswith(start)), None)
    if kind is None:
        raise PictureError(
            _("This is no PNG, JPEG or WebP, whatever its name says. Save it as one of these, and try again.")
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as opened:
                return _redrawn(opened, kind)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError, TypeError, KeyError):
        raise PictureError(
            _("This file is not whole or is damaged. Save the picture again, and try once more.")
        ) from None


def _redrawn(opened: Image.Image, kind: str) -> tuple[str, bytes, tuple[int, int]]:
    width, height = opened.size  # from the header: nothing was decoded yet
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if getattr(opened, "n_frames", 1) > 1:
        raise PictureError(_("This picture moves. Save one still picture of it, and try again."))
    if kind == "JPEG":
        opened.draft("RGB", (LONGEST, LONGEST))  # decodes a large one at a half or a quarter already
    opened.load()
    drawn = ImageOps.exif_transpose(opened)
    clear = drawn.mode in {"RGBA", "LA", "PA"} or "transparency" in drawn.info
    drawn = drawn.convert("RGBA" if clear else "RGB")
    clear = clear and drawn.getchannel("A").getextrema() != (255, 255)
    drawn = drawn if clear else drawn.convert("RGB")
    small = max(drawn.size) <= LONGEST
    few = drawn.getcolors(FEW_COLOURS) is not None
    drawn.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    clean = Image.new(drawn.mode, drawn.size)
    clean.paste(drawn)
    return _saved(clean, kind, clear, few and small)


def _saved(drawn: Image.Image, kind: str, clear: bool, few: bool) -> tuple[str, bytes, tuple[int, int]]:
    """As WebP what came as one; as PNG what is see-through or a drawing of few colours; as JPEG all else."""
    out, format_ = io.BytesIO(), "WEBP" if kind == "WEBP" else "PNG" if clear or few else "JPEG"
    if format_ == "WEBP":
        drawn.save(out, "WEBP", quality=QUALITY, method=4)
    elif format_ == "PNG":
        (drawn.quantize(FEW_COLOURS) if few and not clear else drawn).save(out, "PNG", optimize=True)
    else:
        drawn.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return TYPES[format_], out.getvalue(), drawn.size


def _too_many_pixels() -> PictureError:
    most = MOST_PIXELS // 1_000_000
    return PictureError(
        _("This picture has more than %(most)s million pixels. Save it smaller, and try again.", most=most)
    )
