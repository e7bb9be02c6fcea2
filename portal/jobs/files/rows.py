"""Openings become rows. Whatever happens to their words, a row that members may have heard of stays: it is closed, not
deleted, and opened again by the same words. So nobody hears of it twice."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from portal import content
from portal.audience.models import Interest, Place, Team
from portal.content import Synced
from portal.db import db
from portal.jobs.files.postings import KIND, Opening, columns
from portal.jobs.models import Posting, PostingCountry, PostingInterest, PostingPlace


class TakenError(ValueError):
    """The address of an opening (`args`) is that of one that comes from a board."""


def bring(openings: Sequence[Opening], now: datetime, leave: Collection[str] = ()) -> list[Synced]:
    """Make those rows that come from no board be these openings; others of them are closed. `leave`: slugs whose rows
    are none of these openings' business. Raises TakenError."""
    rows = {row.slug: row for row in db.session.scalars(select(Posting).where(Posting.board_id.is_(None)))}
    done = write(openings, now)
    for slug in rows.keys() - {one.text.slug for one in openings} - set(leave):
        if take_off(rows[slug], now):
            done.append(Synced(KIND, slug, "removed"))
    return done


def write(openings: Sequence[Opening], now: datetime) -> list[Synced]:
    """Make the rows of these openings say what they say. Raises TakenError."""
    slugs = [one.text.slug for one in openings]
    rows = {row.slug: row for row in db.session.scalars(select(Posting).where(Posting.slug.in_(slugs)))}
    if taken := sorted(slug for slug, row in rows.items() if row.board_id is not None):
        raise TakenError(*taken)
    teams = _ids(Team, (one.front.team for one in openings))
    done, fresh = [], []
    for one in openings:
        row = rows.get(one.text.slug)
        said = {**columns(one), "team_id": teams.get(one.front.team)}
        same = row is not None and row.digest == one.digest and all(getattr(row, k) == v for k, v in said.items())
        done.append(Synced(KIND, one.text.slug, "new" if row is None else "same" if same else "changed"))
        if not same:
            row = row or Posting(slug=one.text.slug, state="draft", created_at=now)
            for name, value in {**said, "html": one.html, "digest": one.digest, "changed_at": now}.items():
                setattr(row, name, value)
            db.session.add(row)
            fresh.append((row, one))
    db.session.flush()
    _link(fresh)
    if fresh:
        content.touch()
    return done


def take_off(row: Posting, now: datetime) -> bool:
    """Nobody hears of it any more: closed, or deleted if nobody can have heard of it. Whether anything changed."""
    if row.publish_at is None or row.publish_at > now:
        db.session.delete(row)
    elif row.closed_at is None or row.closed_at > now:
        row.closed_at, row.changed_at = now, now
    else:
        return False
    db.session.flush()
    content.touch()
    return True


def _link(openings: Sequence[tuple[Posting, Opening]]) -> None:
    """Say anew where these openings are done, where one may live, and what they are about."""
    places = _ids(Place, (slug for _, one in openings for slug in one.front.locations))
    interests = _ids(Interest, (slug for _, one in openings for slug in one.front.interests))
    ids = [row.id for row, _ in openings]
    for model, column, values in (
        (PostingPlace, "place_id", lambda one: {places[slug] for slug in one.front.locations if slug in places}),
        (
            PostingInterest,
            "interest_id",
            lambda one: {interests[slug] for slug in one.front.interests if slug in interests},
        ),
        (PostingCountry, "country", lambda one: _countries(one)),
    ):
        db.session.execute(delete(model).where(model.posting_id.in_(ids)))
        said = [{"posting_id": row.id, column: value} for row, one in openings for value in sorted(values(one))]
        if said:
            db.session.execute(insert(model), said)


def _countries(one: Opening) -> set[str]:
    """Where one may live who does it remotely: as it says, or where its places are."""
    if one.front.applicants_from or "remote" not in one.front.work_modes:
        return set(one.front.applicants_from)
    return set(db.session.scalars(select(Place.country).where(Place.slug.in_(one.front.locations))))


def _ids(model: Any, slugs: Iterable[str]) -> dict[str, int]:
    found = db.session.execute(select(model.slug, model.id).where(model.slug.in_(set(slugs))))
    return {row.slug: row.id for row in found}
