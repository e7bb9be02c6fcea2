"""The editor of one kind of piece: opened, saved, saved by itself. What it says of its kind is in its `Editor`."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from portal import clock
from portal.config import settings
from portal.content import MAX_FILE
from portal.db import db
from portal.languages import LANGUAGES
from portal.languages import gettext as _
from portal.markdown import MAX_SOURCE
from portal.staff import queries as staff
from portal.web import desk
from portal.writing import queries
from portal.writing.actions import versions
from portal.writing.forms import RawForm, WordsForm
from portal.writing.models import DESK, Piece, Version
from portal.writing.queries.editor import Editor
from portal.writing.queries.source import Source, read


class Editing:
    """The views on one piece's words. A view is called with the slug of its address."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor

    def edit(self, slug: str) -> ResponseReturnValue:
        """The words, to be changed; or only to be read, where they live in a file."""
        piece, language = self.piece(slug), self.language()
        version = queries.current(piece, language)
        return self.page(
            piece, language, version, read((version.text if version else "") or "---\n---\n", slug, language)
        )

    def save(self, slug: str) -> ResponseReturnValue:
        """Keep the words, and go where the button leads."""
        piece, language, now = self.writable(slug), self.language(), clock.now()
        form, text = self.typed(piece, language, request.form)
        if refusal := self.refusal(form, text):
            form.body.errors = [refusal]
            return self.page(piece, language, queries.current(piece, language), read(text, slug, language), form), 422
        me = desk.current_recruiter()
        saved = versions.save(
            piece, text, me, now, base_id=form.base_id, language=language, page=form.page.data or None
        )
        db.session.commit()
        if not saved.won and saved.version.settled_at is None:
            return redirect(self.editor.at(slug, "beside", saved.version.id), 303)
        do = request.form.get("do", "")
        if do in self.editor.then:
            return redirect(self.editor.then[do](slug), 303)
        flash(_("Saved."), "ok")
        return redirect(self.editor.at(slug, language=language) + ("#preview" if do == "look" else ""), 303)

    def autosave(self, slug: str) -> ResponseReturnValue:
        """Keep the words while they are written. The answer is what stands beside them; 422 when they were not kept."""
        piece, language, now = self.writable(slug), self.language(), clock.now()
        form, text = self.typed(piece, language, request.form)
        source = read(text, slug, language)
        if refusal := self.refusal(form, text):
            return self.panel(piece, source, None, base=form.base.data, refused=refusal), 422
        me, page = desk.current_recruiter(), form.page.data or None
        saved = versions.save(piece, text, me, now, base_id=form.base_id, language=language, way="auto", page=page)
        db.session.commit()
        if "HX-Request" not in request.headers:
            return redirect(self.editor.at(slug, language=language), 303)
        return self.panel(piece, source, saved.version, base=saved.version.id, overtaken=not saved.won)

    def keep(self, recruiter_id: int, args: Mapping[str, Any], form: Mapping[str, str], now: datetime) -> None:
        """Words that arrive when a session is over are put aside for their writer (`wiring.TYPED`)."""
        recruiter, piece = staff.by_id(recruiter_id), queries.find(self.editor.kind, str(args.get("slug", "")))
        if recruiter is None or piece is None or not recruiter.may(self.editor.right):
            return
        if not self.editor.may_edit(recruiter, piece):
            return
        language = self.language()
        typed, text = self.typed(piece, language, form)
        way = "auto" if (request.endpoint or "").endswith(".autosave") else "saved"
        if not self.refusal(typed, text):
            versions.keep(piece, text, recruiter_id, now, language, base_id=typed.base_id, way=way)

    def piece(self, slug: str) -> Piece:
        """The piece of an address, for who may look at it; else 404."""
        piece = queries.find(self.editor.kind, slug)
        if piece is None or piece.removed_at is not None:
            abort(404)
        return piece if self.editor.may_see(desk.current_recruiter(), piece) else abort(404)

    def writable(self, slug: str) -> Piece:
        """The same for who may change it; else 403."""
        piece = self.piece(slug)
        if not self.editor.may_edit(desk.current_recruiter(), piece):
            abort(403)
        return piece

    def language(self) -> str:
        """The language that the address asks for: "" for the house's own; 404 for one that we do not speak."""
        language = request.args.get("language", "")
        others = [code for code in LANGUAGES if code != settings().language] if self.editor.translated else []
        return language if not language or language in others else abort(404)

    def typed(self, piece: Piece, language: str, data: Mapping[str, str]) -> tuple[WordsForm, str]:
        """The form as it was sent, and the text that it makes."""
        kind = RawForm if data.get("raw") else self.editor.form(language)
        given = data if isinstance(data, ImmutableMultiDict) else MultiDict(data)
        form = kind(formdata=given, meta={"csrf": False})
        base = db.session.get(Version, form.base_id) if form.base_id else None
        if base is None or base.piece_id != piece.id:
            base = queries.current(piece, language)
        return form, form.text(read(base.text).front if base else {})

    def refusal(self, form: WordsForm, text: str) -> str | None:
        """Why words cannot be kept, in a sentence; None if they can."""
        size = len((form.body.data or "").encode("utf-8", "replace"))
        if size > MAX_SOURCE or len(text.encode("utf-8", "replace")) > MAX_FILE:
            return _(
                "These words are %(size)s KB; the most is %(most)s KB. They are not saved yet: split them, then save.",
                size=-(-size // 1000), most=MAX_SOURCE // 1000,
            )  # fmt: skip
        return None

    def page(
        self, piece: Piece, language: str, version: Version | None, source: Source, form: WordsForm | None = None
    ) -> str:
        """The editor's page. `form`: as it was sent, when it could not be saved."""
        me = desk.current_recruiter()
        if form is None:
            kind = RawForm if source.broken else self.editor.form(language)
            form = kind(data={**kind.taken(source.front), "body": source.body, "base": version.id if version else ""})
            form.page.data = secrets.token_urlsafe(9)
        own = [v for v in queries.open_words(piece, me.id, language) if not version or v.text != version.text]
        return desk.render(
            self.editor.page, house=settings().language, form=form, raw=isinstance(form, RawForm), own=own,
            language=language,
            readonly=piece.home != DESK or not self.editor.may_edit(me, piece),
            languages=self.languages(),
            **self.beside(piece, source, version, base=form.base.data),
        )  # fmt: skip

    def languages(self) -> dict[str, str]:
        """The languages in which a piece may be written, each called by its own name; the house's first, as ""."""
        house = settings().language
        others = {code: name for code, name in LANGUAGES.items() if code != house} if self.editor.translated else {}
        return {"": LANGUAGES[house], **others}

    def panel(self, piece: Piece, source: Source, version: Version | None, **values: Any) -> str:
        """What stands beside the words, alone."""
        return desk.render(self.editor.panel, language=source.language, **self.beside(piece, source, version, **values))

    def beside(self, piece: Piece, source: Source, version: Version | None, **values: Any) -> dict[str, Any]:
        """What the panel is made of, for both templates."""
        me, now = desk.current_recruiter(), clock.now()
        shown = self.shown(piece, source, version)
        return {
            "editor": self.editor, "piece": piece, "source": source, "version": version, "shown": shown, "at": now,
            "findings": self.editor.findings(piece, source, now), "panel": self.editor.panel, "refused": None,
            "overtaken": False, "frames": self.editor.frames(piece.slug, source.language),
            **self.editor.values(me, piece, source, now), **values,
        }  # fmt: skip

    def shown(self, piece: Piece, source: Source, version: Version | None) -> int | None:
        """The version that the preview shows: this one, or the last before it that can be shown at all."""
        if version and self.editor.shows(source):
            return version.id
        for earlier in earlier_than(piece, source.language, version):
            if self.editor.shows(read(earlier.text, piece.slug, source.language)):
                return earlier.id
        return None


def earlier_than(piece: Piece, language: str, version: Version | None) -> Sequence[Version]:
    """A few versions of the line before one, the newest first."""
    return [one for one in queries.recent(piece, language, 4) if version is None or one.id != version.id]
