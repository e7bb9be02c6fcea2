"""Pictures, for everybody: a name is of one picture for ever, so it may be kept for as long as anybody likes."""

from flask import Blueprint, Response, abort, request

from portal.writing.actions.media import CONTENT_TYPES
from portal.writing.queries import media as queries

bp = Blueprint("media", __name__)
YEAR = 365 * 24 * 60 * 60


@bp.get("/media/<name>")
def show(name: str) -> Response:
    """One picture."""
    found = queries.picture(name) or abort(404)
    response = Response(found.data, mimetype=CONTENT_TYPES[found.type])
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.set_etag(found.digest.hex()[:32])
    response.make_conditional(request)
    return response
