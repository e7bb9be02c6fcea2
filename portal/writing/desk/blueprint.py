"""From what a slice says about its kind of piece to the pages on which it is edited."""

from flask import Blueprint

from portal.web import requests
from portal.web.access import Typed
from portal.web.desk import needs
from portal.writing.desk.editing import Editing
from portal.writing.desk.history import History
from portal.writing.queries.editor import Editor

LARGE = 8 * 1024 * 1024
"""Bytes that may be sent to an editor: more than it keeps, so that it can say what is too long and give it back."""


def blueprint(editor: Editor) -> Blueprint:
    """The routes of a kind's editor, under its path: `edit_<kind>.edit`, `.save`, `.autosave`, `.versions`, …"""
    bp = Blueprint(f"edit_{editor.kind}", __name__, template_folder="../templates", url_prefix=editor.path)
    editing = Editing(editor)
    history = History(editing)
    for rule, name, view, method in (
        ("/<slug>", "edit", editing.edit, "GET"),
        ("/<slug>", "save", editing.save, "POST"),
        ("/<slug>/autosave", "autosave", editing.autosave, "POST"),
        ("/<slug>/versions", "versions", history.versions, "GET"),
        ("/<slug>/versions/<int:id>", "version", history.show, "GET"),
        ("/<slug>/versions/<int:id>/restore", "restore", history.restore, "POST"),
        ("/<slug>/beside/<int:id>", "beside", history.beside, "GET"),
        ("/<slug>/beside/<int:id>", "decide", history.decide, "POST"),
    ):
        bp.add_url_rule(rule, name, needs(editor.right)(view), methods=[method])
    requests.LARGE.update({f"{bp.name}.{name}": LARGE for name in ("save", "autosave", "decide")})
    return bp


def typed(editor: Editor) -> dict[str, Typed]:
    """What keeps words that arrive when their writer's session is over, for `wiring.TYPED`."""
    keep = Editing(editor).keep
    return {f"edit_{editor.kind}.{name}": keep for name in ("save", "autosave")}
