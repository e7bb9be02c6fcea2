"""Articles become rows: those that are new or changed are written, those that are gone are deleted."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import select

from portal import content
from portal.content import Synced, Text
from portal.db import db
from portal.insights.files.articles import Article
from portal.insights.models import Translation

Columns = Callable[[Text], dict[str, Any]]


def bring(
    kind: str, model: type[Any], articles: Iterable[Article], columns: Columns, leave: Collection[str] = ()
) -> list[Synced]:
    """Make the rows of `model` be these articles, and those of Translation their translations; `columns` says what a
    file sets besides its slug and its page. `leave`: slugs whose rows are none of these articles' business."""
    translations = select(Translation).filter_by(kind=kind)
    rows = [*db.session.scalars(select(model)), *db.session.scalars(translations)]
    return _bring(kind, model, [row for row in rows if row.slug not in leave], articles, columns)


def bring_one(kind: str, model: type[Any], slug: str, articles: Iterable[Article], columns: Columns) -> list[Synced]:
    """The same for one piece: all of its languages."""
    translations = select(Translation).filter_by(kind=kind, slug=slug)
    rows = [*db.session.scalars(select(model).filter_by(slug=slug)), *db.session.scalars(translations)]
    return _bring(kind, model, rows, articles, columns)


def _bring(
    kind: str, model: type[Any], rows: Iterable[Any], articles: Iterable[Article], columns: Columns
) -> list[Synced]:
    left = {_name(row): row for row in rows}
    done: list[Synced] = []
    for article in sorted(articles, key=lambda one: one.text.language is not None):
        row = left.pop(article.name, None)
        change = "new" if row is None else "same" if row.digest == article.digest else "changed"
        done.append(Synced(kind, article.name, change))
        _write(row or _blank(kind, model, article.text), article, columns)
    for name, row in left.items():
        db.session.delete(row)
        done.append(Synced(kind, name, "removed"))
    if any(one.change != "same" for one in done):
        content.touch()
    db.session.flush()
    return done


def _name(row: Any) -> str:
    return f"{row.slug}.{row.language}" if isinstance(row, Translation) else row.slug


def _blank(kind: str, model: type[Any], text: Text) -> Any:
    if text.language:
        return Translation(kind=kind, slug=text.slug, language=text.language)
    return model(slug=text.slug)


def _write(row: Any, article: Article, columns: Columns) -> None:
    front = article.text.front
    own = {"title": front.title, "summary": front.summary} if article.text.language else columns(article.text)
    for column, value in {**own, "html": article.html, "digest": article.digest}.items():
        setattr(row, column, value)
    db.session.add(row)
