"""Our pages in light or in dark as somebody asks, whatever their system prefers: for previews at the desk."""

import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, url_for

_SCRIPT = re.compile(r"<script\b[^>]*></script>")
SCHEMES = ("light", "dark")
bp = Blueprint("schemes", __name__)


@bp.get("/desk/look/<scheme>.css")
def stylesheet(scheme: str) -> Response:
    """The site's stylesheet for one of the two."""
    if scheme not in SCHEMES:
        abort(404)
    path = Path(current_app.static_folder or "") / "site.css"
    css = _only(path, path.stat().st_mtime_ns, scheme)
    return Response(css, mimetype="text/css", headers={"Cache-Control": "private, max-age=300"})


def in_scheme(page: str, scheme: str) -> str:
    """A page of ours with that stylesheet, or its own where the scheme is neither of the two; without its scripts,
    which a frame at the desk does not run."""
    page = _SCRIPT.sub("", page)
    if scheme not in SCHEMES:
        return page
    return page.replace(url_for("static", filename="site.css"), url_for("schemes.stylesheet", scheme=scheme), 1)


@lru_cache(maxsize=4)
def _only(path: Path, _changed: int, scheme: str) -> str:
    css = path.read_text("utf-8").replace("color-scheme: light dark", f"color-scheme: {scheme}")
    return css.replace("(prefers-color-scheme: dark)", "all" if scheme == "dark" else "not all")
