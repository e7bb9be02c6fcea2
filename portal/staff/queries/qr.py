"""A QR code to show on a page."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """The code as an SVG without script and style, dark on light whatever the page is."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=4, omitsize=True, svgclass="qr", lineclass=None)
    drawn = drawn.strip().replace("/></svg>", "></path></svg>")  # as HTML writes it
    return Markup(drawn)  # noqa: S704  # drawn by segno: shapes only, the text is not in it
