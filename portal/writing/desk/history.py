"""What a piece said before: versions, what differs, restoring; and words beside the line, to be decided about."""

from collections.abc import Sequence

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.db import db
from portal.languages import gettext as _
from portal.staff.actions import audit
from portal.web import desk
from portal.writing import queries
from portal.writing.actions import versions
from portal.writing.desk.editing import Editing
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries.source import read


class History:
    """The views on the versions of a piece."""

    def __init__(self, editing: Editing) -> None:
        self.editing, self.editor = editing, editing.editor

    def versions(self, slug: str) -> ResponseReturnValue:
        """Every version of a piece: who, when, how."""
        piece, language = self.editing.piece(slug), self.editing.language()
        line, beside = queries.history(piece, language), queries.beside(piece, language)
        return self._render("versions", piece, language=language, line=line, beside=beside, rows=[*line, *beside])

    def show(self, slug: str, id: int) -> ResponseReturnValue:
        """What differs between a version and the one before it, or (`?with=id`) another."""
        piece = self.editing.piece(slug)
        version = self._version(piece, id)
        chosen = request.args.get("with", "")
        if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
            other: Version | None = self._version(piece, int(chosen))
        else:
            other = queries.before(version)
        latest = queries.current(piece, version.language)
        return self._render(
            "version", piece, version=version, other=other, latest=latest, language=version.language,
            lines=queries.compare(other.text if other else "", version.text), rows=[version, other, latest],
        )  # fmt: skip

    def restore(self, slug: str, id: int) -> ResponseReturnValue:
        """Have the piece say that again."""
        piece = self.editing.writable(slug)
        version = self._version(piece, id)
        if piece.home != DESK:
            abort(409, _("This piece lives in a file. Bring it to the desk first; nothing was changed."))
        versions.restore(piece, version, desk.current_recruiter(), clock.now())
        audit.note(desk.current_recruiter(), "piece.restore", piece.kind, piece.slug, clock.now(), version=version.id)
        db.session.commit()
        flash(_("These words are back, as a new version. What was there before is still in the list."), "ok")
        return redirect(self.editor.at(slug, language=version.language), 303)

    def beside(self, slug: str, id: int) -> ResponseReturnValue:
        """Words that stand beside the line, next to what the piece says now: which shall it be?"""
        piece = self.editing.writable(slug)
        return self._choose(piece, self._beside(piece, id))

    def decide(self, slug: str, id: int) -> ResponseReturnValue:
        """Keep what is there, use these, or what was made of both."""
        piece, now, me = self.editing.writable(slug), clock.now(), desk.current_recruiter()
        aside, do = self._beside(piece, id), request.form.get("do", "")
        if do == "theirs":
            versions.settle(aside, now)
            db.session.commit()
            flash(_("Nothing was changed. Your words stay in the list of versions."), "ok")
            return redirect(self.editor.at(slug, language=aside.language), 303)
        text = aside.text if do == "mine" else request.form.get("text", "").replace("\r\n", "\n").replace("\0", "")
        if not text.strip():
            return self._choose(
                piece, aside, _("There are no words in it. Write them, or use one of the two."), text
            ), 422
        form, _text = self.editing.typed(piece, aside.language, {"raw": "1", "body": text})
        if do != "mine" and (refusal := self.editing.refusal(form, text)):
            return self._choose(piece, aside, refusal, text), 422
        base = request.form.get("base", "")
        base_id = int(base) if base.isascii() and base.isdecimal() and len(base) < 10 else None
        saved = versions.save(piece, text, me, now, base_id=base_id, language=aside.language)
        versions.settle(aside, now)  # its words are in the new version now, on the line or beside it
        db.session.commit()
        if not saved.won:
            return redirect(self.editor.at(slug, "beside", saved.version.id), 303)
        flash(_("Saved. What was there before is still in the list of versions."), "ok")
        return redirect(self.editor.at(slug, language=aside.language), 303)

    def _choose(self, piece: Piece, aside: Version, error: str = "", merged: str | None = None) -> str:
        latest = queries.current(piece, aside.language)
        lines = queries.compare(latest.text if latest else "", aside.text)
        return self._render(
            "beside", piece, aside=aside, latest=latest, lines=lines, error=error, language=aside.language,
            merged=aside.text if merged is None else merged, rows=[aside, latest],
        )  # fmt: skip

    def _render(self, template: str, piece: Piece, *, rows: Sequence[Version | None], **values: object) -> str:
        names = queries.names({row.recruiter_id for row in rows if row})
        latest = values.get("latest") or queries.current(piece, str(values["language"]))
        called = read(latest.text, piece.slug).title if isinstance(latest, Version) else piece.slug
        values |= {"editor": self.editor, "piece": piece, "names": names, "called": called}
        writable = piece.home == DESK and self.editor.may_edit(desk.current_recruiter(), piece)
        return desk.render(f"writing/{template}.html", writable=writable, **values)

    def _version(self, piece: Piece, id: int) -> Version:
        found = db.session.get(Version, id)
        return found if found and found.piece_id == piece.id else abort(404)

    def _beside(self, piece: Piece, id: int) -> Version:
        found = self._version(piece, id)
        return found if found.number is None else abort(404)
