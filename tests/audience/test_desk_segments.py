"""Who gets it, at the desk: building, counting, saving, whose it is, what nobody is shown."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audience.actions import segments as actions
from portal.audience.files.segments import all_segments
from portal.audience.queries import named, parse, policy
from portal.config import settings
from portal.db import db
from portal.members.models import Profile
from portal.staff.models import AuditEntry, Recruiter
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import DESK, FILE, Piece, Version
from tests import factories
from tests.pages import PageClient

AtDesk = Callable[..., PageClient]
NAMED = {"name": "Data people", "about": "For the data letter.", "way": "lines", "base": ""}
LINES = {"line": ["0.0"], "0.0:what": "interest", "0.0:value": ["data-engineering"]}

HTMX = {"HX-Request": "true"}


@pytest.fixture
def me(app: Flask) -> Recruiter:
    """Tom, a recruiter."""
    return factories.recruiter(name="Tom Reed")


@pytest.fixture
def data(app: Flask) -> Any:
    """An interest that the sample content has too."""
    return factories.interest(slug="data-engineering", name="Data engineering")


def segment(me: Recruiter | None, now: datetime, rule: dict[str, Any] | None = None, name: str = "Mine") -> Piece:
    text = actions.text(name, "For a letter.", parse(rule or {"all": []}))
    piece = versions.start("segment", actions.slug_of(name, ()), text, me, now)
    db.session.commit()
    return piece


def base(piece: Piece) -> str:
    version = writing.current(piece)
    return str(version.id if version else "")


def text_of(slug: str) -> str:
    piece = writing.find("segment", slug)
    version = writing.current(piece) if piece else None
    return version.text if version else ""


def words(answer: Any) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", answer.get_data(as_text=True))).split())


def test_a_segment_is_built_line_by_line_without_a_script(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    """Each press of a button sends the page and brings it back with everything that was typed, and the new line."""
    factories.interest(slug="calibration", name="Calibration")
    for _ in range(6):
        factories.member(interests=[data], career_stage="looking")
    client = at_desk(me)
    assert "So far this is everybody" in words(client.get("/desk/segments/new"))
    page = client.post("/desk/segments/new", data={**NAMED, "do": "add:interest"}).get_data(as_text=True)
    assert 'value="Data people"' in page
    assert 'id="line-0-0" tabindex="-1" autofocus' in page
    page = client.post("/desk/segments/new", data={**NAMED, **LINES, "do": "or:0:career_stage"}).get_data(as_text=True)
    assert 'value="data-engineering" checked' in page
    assert 'id="line-0-1" tabindex="-1" autofocus' in page
    page = client.post("/desk/segments/new", data={**NAMED, **LINES, "do": "remove:0.0"}).get_data(as_text=True)
    assert "line-0-0" not in page
    assert 'tabindex="-1" autofocus' in page
    answer = client.post("/desk/segments/new", data={**NAMED, **LINES, "do": "save"})
    assert (answer.status_code, answer.location) == (303, "/desk/segments/data-people-2")  # a file has the first
    saved = words(client.get(answer.location))
    assert "Saved. It selects 6 members now." in saved
    assert text_of("data-people-2") == (
        "name: Data people\nabout: For the data letter.\nrule:\n  interest: [data-engineering]\n"
    )
    kept = all_segments(settings().content_dir)["data-people-2"]
    assert kept.rule == parse({"interest": ["data-engineering"]})
    assert db.session.scalars(select(AuditEntry.action)).all() == ["segment.create"]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    form = {"way": "lines", "name": "", "about": "x" * 401, "do": "save", "line": ["0.0", "1.0", "2.0"],
            "0.0:what": "interest", "1.0:what": "joined", "1.0:within_days": "soon", "2.0:what": "lives_in",
            "2.0:more": "Atlantis"}  # fmt: skip
    answer = at_desk(me).post("/desk/segments/new", data=form)
    assert answer.status_code == 422
    said, page = words(answer), answer.get_data(as_text=True)
    for mistake in ("Give it a name", "401 characters", "Fill this line in, or remove it.", "whole number from 1",
                    "“Atlantis” is not on our list."):  # fmt: skip
        assert mistake in said, mistake
    assert 'value="soon"' in page
    assert 'value="Atlantis"' in page
    assert "x" * 401 in page
    assert named.slugs() == set()


def test_the_count_follows_what_is_typed(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    """Only what stands beside the builder is answered: the sentence, who is held back and why, ten of them."""
    for n in range(12):
        member = factories.member(name=f"Mira {n}", interests=[data], agreed_to=["newsletter"] if n < 9 else [])
        if n == 0:
            factories.suppression(member=member)
        if n == 1:
            member.paused_until = datetime(2100, 1, 1, tzinfo=member.created_at.tzinfo)
            actions_refresh(member.id)
    client = at_desk(me)
    answer = client.post("/desk/segments/new?count=1", data={**NAMED, **LINES}, headers=HTMX)
    said = words(answer)
    assert "12 members match" in said
    assert "Members who are interested in Data engineering." in said
    assert "A newsletter sent now would reach 7 of them." in said
    assert "Held back: 5" in said
    for reason in (
        "1 on the list of those we may not write to",
        "3 never agreed to the newsletter, or left it",
        "1 paused their mail",
    ):
        assert reason in said, reason
    assert said.count("Mira") == 10
    assert "<html" not in answer.get_data(as_text=True)


def actions_refresh(id: int) -> None:
    from portal.audience.actions import eligibility

    eligibility.refresh([id])


def test_an_author_sees_facts_and_no_names(at_desk: AtDesk, app: Flask, data: Any) -> None:
    for _ in range(7):
        factories.member(name="Mira", interests=[data])
    answer = at_desk("author").post("/desk/segments/new?count=1", data={**NAMED, **LINES}, headers=HTMX)
    said = words(answer)
    assert "Data engineering" in said
    assert "Mira" not in said
    assert "/desk/members/" not in answer.get_data(as_text=True)
    assert "Names are shown to those whose role includes people." in said


def test_so_few_that_each_could_be_told_apart_are_not_shown(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    for _ in range(4):
        factories.member(name="Mira", interests=[data])
    said = words(at_desk(me).post("/desk/segments/new?count=1", data={**NAMED, **LINES}, headers=HTMX))
    assert "4 members match" in said
    assert "Very few people" in said
    assert "From 5 members on" in said
    assert "Mira" not in said
    assert "never agreed" not in said


def test_who_does_not_want_to_be_seen_by_me_is_not_shown_to_me(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    for n in range(6):
        member = factories.member(name=f"Mira {n}", interests=[data])
        if n == 3:
            db.session.add(Profile(member_id=member.id, hidden_people="Tom Reed"))
    said = words(at_desk(me).post("/desk/segments/new?count=1", data={**NAMED, **LINES}, headers=HTMX))
    assert "6 members match" in said
    assert "Mira 2" in said
    assert "Mira 3" not in said


def test_lines_that_are_not_ready_do_not_count_and_say_so(at_desk: AtDesk, me: Recruiter, data: Any) -> None:
    factories.member(interests=[data])
    form = {**NAMED, "line": ["0.0", "1.0"], "0.0:what": "interest", "0.0:value": ["data-engineering"],
            "1.0:what": "skill"}  # fmt: skip
    said = words(at_desk(me).post("/desk/segments/new?count=1", data=form, headers=HTMX))
    assert "1 member matches" in said
    assert "One line is not filled in yet" in said


@pytest.mark.parametrize(("typed", "said"), [("age", "protected by law"), ("city", "can be asked like this")])
def test_who_looks_for_something_is_answered(at_desk: AtDesk, me: Recruiter, typed: str, said: str) -> None:
    for query in ("", "?count=1"):
        answer = at_desk(me).post(
            f"/desk/segments/new{query}", data={**NAMED, "find": typed, "do": "find"}, headers=HTMX
        )
        assert said in words(answer)


def test_a_protected_attribute_in_text_is_refused_by_name(at_desk: AtDesk, me: Recruiter) -> None:
    text = "name: Young\nabout: No.\nrule:\n  age: [20]\n"
    answer = at_desk(me).post("/desk/segments/new", data={"way": "text", "text": text, "do": "save"})
    assert answer.status_code == 422
    assert "Line 4: `age` is protected: nobody is chosen or left out by it" in words(answer).replace("&#39;", "'")
    assert "age: [20]" in answer.get_data(as_text=True)
    assert named.slugs() == set()


def test_a_rule_of_another_shape_stays_as_it_is_written(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    """Notes of its author's included."""
    factories.interest(slug="calibration", name="Calibration")
    text = (
        "name: Odd\nabout: For a letter.\n# either of these\nrule:\n  any:\n    - all:\n"
        "        - interest: [calibration]   # the workshop\n        - language: [de]\n    - skill: [rust]\n"
    )
    piece = versions.start("segment", "odd", text, me, now)
    db.session.commit()
    client = at_desk(me)
    page = client.get("/desk/segments/odd")
    assert "more than lines can" in words(page)
    assert "# the workshop" in page.get_data(as_text=True)
    assert "(are interested in Calibration, and chose mail in German), or say" in words(page)
    form = {"way": "text", "base": base(piece), "text": text.replace("rust", "zig").replace("\n", "\r\n")}
    assert words(client.post("/desk/segments/odd", data={**form, "do": "lines"})).count("Written as text") == 1
    assert client.post("/desk/segments/odd", data={**form, "do": "save"}).status_code == 303
    assert text_of("odd") == text.replace("rust", "zig")


def test_saving_what_nobody_changed_changes_nothing(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    """Lines can say it in a shorter way; the text stays the author's."""
    factories.interest(slug="calibration", name="Calibration")
    text = "# mine\nname: Mine\nabout: For a letter.\nrule:\n  all:\n    - interest: [calibration]\n"
    piece = versions.start("segment", "mine", text, me, now)
    db.session.commit()
    client = at_desk(me)
    assert "notes of its own" in words(client.get("/desk/segments/mine"))
    form = {"way": "lines", "name": "Mine", "about": "For a letter.", "base": base(piece), "do": "save",
            "line": ["0.0"], "0.0:what": "interest", "0.0:value": "calibration"}  # fmt: skip
    client.post("/desk/segments/mine", data=form)
    assert text_of("mine") == text
    assert len(writing.history(piece)) == 1
    client.post("/desk/segments/mine", data={**form, "name": "Renamed"})
    assert text_of("mine") == text.removeprefix("# mine\n").replace("name: Mine", "name: Renamed")
    assert db.session.scalars(select(AuditEntry.action)).all() == ["segment.change"]


def test_who_was_overtaken_loses_nothing(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    piece = segment(me, now)
    before = base(piece)
    admin = factories.recruiter(role="admin", name="Ana Figueiredo")
    form = {"way": "lines", "name": "Ana's", "about": "Hers.", "base": before, "do": "save"}
    assert at_desk(admin).post("/desk/segments/mine", data=form).status_code == 303
    client = at_desk(me)
    mine = {**form, "name": "Tom's", "about": "His."}
    answer = client.post("/desk/segments/mine", data=mine)
    assert answer.status_code == 409
    assert "A colleague saved this while you were at it" in words(answer)
    page = answer.get_data(as_text=True)
    assert 'value="Tom&#39;s"' in page
    assert f'value="{base(piece)}"' in page
    assert "Ana's" in text_of("mine")
    assert len(writing.beside(piece)) == 1
    assert client.post("/desk/segments/mine", data={**mine, "base": base(piece)}).status_code == 303
    assert "Tom's" in text_of("mine")
    assert not writing.open_words(piece, me.id)
    assert "A colleague was faster" in words(client.get("/desk/segments/mine/versions"))


def test_words_typed_when_the_session_had_ended_are_kept(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    piece, late = segment(me, now), at_desk(me)
    db.session.execute(db.text("UPDATE desk_session SET seen_at = '2020-01-01', started_at = '2020-01-01'"))
    db.session.commit()
    form = {"way": "lines", "name": "Too late", "about": "Typed.", "base": base(piece), "do": "save"}
    assert late.post("/desk/segments/mine", data=form).status_code == 401
    assert late.post("/desk/segments/new", data={**form, "name": "New and late"}).status_code == 401
    client = at_desk(me)
    page = client.get("/desk/segments/mine")
    assert "Words of yours are kept here" in words(page)
    [kept] = writing.open_words(piece, me.id)
    taken = client.get(f"/desk/segments/mine?version={kept.id}").get_data(as_text=True)
    assert 'value="Too late"' in taken
    assert f'value="{base(piece)}"' in taken
    assert "New and late" in words(client.get("/desk/segments"))


def test_an_earlier_version_is_compared_and_taken_up_again(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    piece = segment(me, now, name="Mine")
    first = writing.current(piece)
    assert first
    actions.save(piece, actions.text("Other", "For a letter.", parse({"all": []})), me, now, first.id)
    db.session.commit()
    client = at_desk(me)
    said = words(client.get(f"/desk/segments/mine/versions?compare={first.id}"))
    assert "Tom Reed" in said
    assert "name: Mine Other" in said
    assert 'value="Mine"' in client.get(f"/desk/segments/mine?version={first.id}").get_data(as_text=True)
    assert client.get("/desk/segments/mine/versions?compare=999").status_code == 404


def test_the_list_says_whose_and_how_many_and_where(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    ana = factories.recruiter(role="admin", name="Ana Figueiredo")
    for _ in range(3):
        factories.member(language="de")
    segment(me, now, {"language": ["de"]}, name="Mine")
    segment(ana, now, {"language": ["pt"]}, name="Hers")
    front = "---\nsubject: 'Measure twice'\npreview: P\nsegment: mine\n---\n\nHello.\n"
    versions.start("issue", "letter", front, me, now)
    versions.start("segment", "broken", "name: [", me, now)
    db.session.commit()
    answer = at_desk(me).get("/desk/segments")
    said = words(answer)
    assert re.search(r"Mine For a letter. Yours For Measure twice 3 members", said), said
    assert re.search(r"Hers For a letter. Belongs to Ana Figueiredo Not used yet 0 members", said)
    assert re.search(r"broken This one cannot be used", said)
    assert "Everyone" in said
    assert "The house's, from a file" in said.replace("&#39;", "'")


def test_a_segment_in_use_is_not_deleted(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    piece, client = segment(me, now), at_desk(me)
    front = "---\nsubject: Measure twice\npreview: P\nsegment: mine\n---\n\nHello.\n"
    letter = versions.start("issue", "letter", front, me, now)
    db.session.commit()
    assert "is needed" in words(client.get("/desk/segments/mine/delete"))
    assert client.post("/desk/segments/mine/delete").status_code == 409
    letter.removed_at = now
    db.session.commit()
    assert "Delete this segment" in words(client.get("/desk/segments/mine/delete"))
    assert client.post("/desk/segments/mine/delete").status_code == 303
    db.session.refresh(piece)
    assert piece.removed_at is not None
    assert client.get("/desk/segments/mine").status_code == 404
    assert "mine" not in all_segments(settings().content_dir)
    client.post("/desk/segments/new", data={**NAMED, "name": "Mine", "do": "save"})
    assert writing.find("segment", "mine-2") is not None, "newsletters that were sent name the old one"


def test_a_colleagues_segment_is_looked_at_and_copied(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    segment(factories.recruiter(name="Ines Prado"), now, {"language": ["de"]}, name="Hers")
    client = at_desk(me)
    said = words(client.get("/desk/segments/hers"))
    assert "This segment belongs to Ines Prado" in said
    assert "Members who chose mail in German." in said
    page = client.get("/desk/segments/new?from=hers").get_data(as_text=True)
    assert 'value="Copy of Hers"' in page
    assert 'value="de" checked' in page
    file = client.get("/desk/segments/everyone/file").get_data(as_text=True)
    assert (settings().content_dir / "segments" / "everyone.yml").read_text() in file


def test_whose_it_is_says_what_may_be_done_with_it(app: Flask, now: datetime) -> None:
    people = {role: factories.recruiter(role=role) for role in ("author", "recruiter", "manager", "admin")}
    other = factories.recruiter()
    for role, who in people.items():
        own, hers, house = (Piece(kind="segment", slug="s", home=DESK, owner_id=id) for id in (who.id, other.id, None))
        file = Piece(kind="segment", slug="s", home=FILE, owner_id=who.id)
        gone = Piece(kind="segment", slug="s", home=DESK, owner_id=who.id, removed_at=now)
        edits = [policy.may_edit(who, piece) for piece in (own, hers, house, file, gone, None)]
        uses = [policy.may_use(who, piece) for piece in (own, hers, house, file, None)]
        admin, builds, sends = role == "admin", role != "manager", role in {"recruiter", "admin"}
        assert policy.may_see(who) is builds
        assert edits == [builds, admin, admin, False, False, False], role
        assert uses == [sends, admin, sends, sends, sends], role


def test_ten_are_shown_always_the_same_and_not_only_the_oldest(app: Flask, now: datetime) -> None:
    from portal.audience.queries import sample

    ids = [factories.member(name=f"M{n:03}", confirmed_at=now - timedelta(days=n)).id for n in range(60)]
    everyone = parse({"all": []})
    first = [person.member_id for person in sample.sample(everyone, 60, now)]
    assert len(first) == 10
    assert first == [person.member_id for person in sample.sample(everyone, 60, now)]
    assert set(first) - set(ids[:10])
    sample_of_many = sample.sample(everyone, sample.MOST_READ + 1, now)  # as if there were very many
    assert len(sample_of_many) == 10
    assert max(p.member_id for p in sample_of_many) > ids[40]


def test_versions_of_others_cannot_be_taken_up(at_desk: AtDesk, me: Recruiter, now: datetime) -> None:
    segment(me, now, name="Mine")
    other = writing.current(segment(factories.recruiter(), now, name="Hers"))
    assert isinstance(other, Version)
    page = at_desk(me).get(f"/desk/segments/mine?version={other.id}").get_data(as_text=True)
    assert 'value="Mine"' in page
    assert "Hers" not in page
