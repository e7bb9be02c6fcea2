"""Pictures for tests."""

import io

from PIL import Image


def png(size: tuple[int, int] = (40, 30), colour: tuple[int, int, int] = (20, 90, 160)) -> bytes:
    """A small one."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()
