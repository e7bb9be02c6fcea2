"""Writing a newsletter at the desk: begun, written, mended, copied, deleted; nothing that was typed is lost."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.content import compose
from portal.db import db
from portal.newsletter.actions.checks import of_reach
from portal.newsletter.queries import board
from portal.newsletter.queries.checks import of_words
from portal.staff.models import Recruiter
from portal.writing.actions import versions
from portal.writing.models import FILE, Piece, Version
from portal.writing.queries import current, find
from portal.writing.queries.source import read
from tests import factories
from tests.pages import PageClient

At = Callable[..., PageClient]
FRONT = {"subject": "Measure twice", "preview": "A letter", "segment": "everyone"}
HERE = "/desk/newsletters/october"
HX = {"HX-Request": "true"}


def letter(body: str = "Hello\n", owner: Recruiter | None = None, slug: str = "october", **front: str) -> Piece:
    """A newsletter at the desk."""
    now = datetime.now().astimezone()
    piece = versions.start("issue", slug, compose(FRONT | front, body), owner or factories.recruiter(), now)
    db.session.commit()
    return piece


def said(body: str, language: str = "", **front: str) -> list[str]:
    """What is found in words alone, each with its level, line and field."""
    text = compose(FRONT | front, body)
    found = of_words(read(text, "october", language))
    return [f"{one.level} {one.line or one.field or '-'}: {one.words} {one.mend}".strip() for one in found]


def reach(body: str, now: datetime, **front: str) -> list[str]:
    """The same of what the database tells."""
    source = read(compose(FRONT | front, body), "october")
    found = of_reach(source, source, now).findings
    return [f"{one.level} {one.line or '-'}: {one.words} {one.mend}".strip() for one in found]


def test_a_new_one_begins_with_its_subject(app: Flask, at_desk: At, now: datetime) -> None:
    client = at_desk("author")
    assert client.post("/desk/newsletters/new", data={"subject": " "}).status_code == 422
    made = [client.post("/desk/newsletters/new", data={"subject": "Größe, zweimal"}).location for _ in range(2)]
    month = now.strftime("%Y-%m")
    assert made == [f"/desk/newsletters/{month}-groesse-zweimal", f"/desk/newsletters/{month}-groesse-zweimal-2"]
    page = client.get(made[0]).text
    assert 'value="Größe, zweimal"' in page
    assert "Hello [[name|there]]," in page
    assert "There is no preview line yet." in page
    assert "Größe, zweimal" in client.get("/desk/newsletters").text


def test_words_are_kept_and_what_the_form_does_not_know_stays(app: Flask, at_desk: At) -> None:
    piece = letter(sender="Ana", segment="data-people")
    version = current(piece)
    assert version
    typed = {"subject": "Measure: twice", "preview": "“A” letter", "body": "Hi\r\n", "base": version.id, "do": "who"}
    assert at_desk("author").post(HERE, data=typed).location == f"{HERE}/who"
    latest = current(piece)
    assert latest
    assert latest.text == compose(
        {"subject": "Measure: twice", "preview": "“A” letter", "segment": "data-people", "sender": "Ana"}, "Hi\n"
    )


def test_a_broken_part_says_its_line_and_the_last_good_preview_stays(app: Flask, at_desk: At) -> None:
    piece = letter("Fine.\n")
    good = current(piece)
    assert good
    client = at_desk("author")
    typed = {"subject": "S", "preview": "P", "base": good.id, "page": "p1"}
    broken = client.post(f"{HERE}/autosave", data=typed | {"body": "One\n\n::: for interest=x\nTwo\n"}, headers=HX).text
    assert "“::: for” is never closed: end it with a line that is just :::" in broken
    assert 'data-line="3"' in broken
    assert f'data-shown="{good.id}"' in broken
    page = client.get(f"{HERE}/preview").text
    assert "This is how it looked before the last change" in page
    assert f"/preview/mail/{good.id}?" in page


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("x" * 5_000_000, 422, "the most is 100 KB"),
        ("> " * 10_000 + "deep", 200, "nested deeper than 20 levels"),
        ("a\0b", 200, "Nothing to mend"),
        ("[[salary|x]]", 200, "There is no merge field “salary”"),
    ],
    ids=["5 MB", "10,000 quotes", "a NUL", "an unknown field"],
)
def test_bad_input_gets_a_sentence(app: Flask, at_desk: At, body: str, status: int, words: str) -> None:
    version = current(letter())
    assert version
    typed = {"subject": "Measure twice", "preview": "P", "body": body, "base": version.id, "page": "p1"}
    answer = at_desk("author").post(f"{HERE}/autosave", data=typed, headers=HX)
    assert answer.status_code == status
    assert words in answer.text


def test_somebody_else_saved_meanwhile(app: Flask, at_desk: At) -> None:
    piece = letter()
    version = current(piece)
    assert version
    typed = {"subject": "S", "preview": "P", "base": version.id}
    at_desk("author").post(HERE, data=typed | {"body": "Ana’s words"})
    answer = at_desk("recruiter").post(HERE, data=typed | {"body": "Tom’s words"})
    assert answer.location.startswith(f"{HERE}/beside/")
    latest = current(piece)
    assert latest
    assert "Ana’s words" in latest.text
    assert "Tom’s words" in db.session.scalars(select(Version).filter_by(way="conflict")).one().text


def test_words_that_come_when_the_session_is_over_wait_for_their_writer(app: Flask, at_desk: At) -> None:
    piece, ana = letter(), factories.recruiter(role="author")
    version = current(piece)
    assert version
    client = at_desk(ana)
    assert client.post("/desk/sign-out").status_code == 303
    client = at_desk(ana)
    session_over(ana)
    answer = client.post(f"{HERE}/autosave", data={"subject": "S", "body": "Not lost", "base": version.id})
    assert answer.status_code == 401
    assert "Not lost" in db.session.scalars(select(Version).filter_by(way="kept", recruiter_id=ana.id)).one().text


def session_over(recruiter: Recruiter) -> None:
    """Their sessions end, as after twelve hours; the cookie is still there."""
    from portal.sessions import DeskSession

    for row in db.session.scalars(select(DeskSession).filter_by(recruiter_id=recruiter.id)):
        row.seen_at = row.started_at = factories.LONG_AGO
    db.session.commit()


def test_a_files_newsletter_is_read_only_with_a_way_to_the_desk(app: Flask, at_desk: At) -> None:
    piece = letter()
    piece.home = FILE
    db.session.commit()
    page = at_desk("author").get(HERE).text
    assert "Edit here instead" in page
    assert "<textarea" not in page
    assert at_desk("author").get(f"{HERE}/delete").status_code == 403


def test_a_translation_has_its_own_subject(app: Flask, at_desk: At) -> None:
    piece = letter()
    client = at_desk("author")
    page = client.get(f"{HERE}?language=de").text
    assert 'aria-current="page">Deutsch' in page
    client.post(f"{HERE}?language=de", data={"subject": "Zweimal messen", "preview": "Ein Brief", "body": "Hallo"})
    german = current(piece, "de")
    assert german
    assert german.text == compose({"subject": "Zweimal messen", "preview": "Ein Brief"}, "Hallo")


def test_what_words_alone_tell(app: Flask) -> None:
    assert said("Fine.") == []
    found = said("See [here](/x) and [](/y).\n\n[The figures](/z)\n", subject="", preview="")
    assert [one.split(":")[0] for one in found] == ["error subject", "error preview", "error 1", "warning 1"]
    assert said("Fine.", subject="word " * 15)[0].startswith(
        "hint subject: On a phone the subject ends about here: “word word word word word word word word word word …”"
    )
    assert said("Fine.", preview="x" * 201) == [
        "error preview: This has 201 characters. Shorten it: at most 200 are sent."
    ]
    assert said("Siehe [hier](/x).", "de")[0].startswith("warning 1: A link says only “hier”.")


def test_what_depends_on_who_reads_it(app: Flask, now: datetime) -> None:
    data = factories.interest(slug="data-engineering", name="Data engineering")
    for name, interests in (("", []), ("Mira", [data]), *(("Ana", []) for _ in range(12))):
        factories.member(name=name, agreed_to=["newsletter"], interests=interests)
    found = reach("Hello [[name]],\n\n::: for interest=data-engineering\nYou.\n:::\n", now)
    assert found == [
        "error -: One member of “Everyone” has given no name. Add what stands in its place: [[name|there]]",
        "warning 4: Only one member of “Everyone” gets this part: Members who are interested in Data engineering. "
        "So few could be told apart. Choose more people, unless that is meant.",
    ]
    assert reach("Hello [[name|you]].", now) == []
    assert reach("Hello [[name]].", now, segment="nobody") == [], "whom it is for is the next step's"


def test_what_depends_on_what_there_is(app: Flask, now: datetime) -> None:
    factories.interest(slug="calibration")
    found = reach("[Ours](/insights/no-such) and\n\n::: for interest=calibratoin\nYou.\n:::\n", now)
    assert len(found) == 2
    assert found[0].startswith("error 1: The link to /insights/no-such leads nowhere")
    assert found[1] == "error 3: Nobody can choose the interest “calibratoin”. Did you mean calibration?"
    assert reach(("x " * 400 + "\n\n") * 117, now)[0].startswith("error -: The mail is 107 KB")
    assert reach(("x " * 400 + "\n\n") * 90, now)[0].startswith("warning -: The mail is 8")


def test_the_checks_come_alone_for_a_script_and_whole_without(app: Flask, at_desk: At) -> None:
    letter("[here](/x)\n")
    client = at_desk("author")
    page = client.get(f"{HERE}/preview/checks").text
    assert "A link says only “here”." in page
    assert "For “Everyone”." in page
    alone = client.get(f"{HERE}/preview/checks", headers=HX).text
    assert "<html" not in alone
    assert "A link says only" not in alone, "the panel says that"


def test_a_copy_is_a_draft_of_ones_own_without_a_time(app: Flask, at_desk: At, now: datetime) -> None:
    piece = letter("Words\n", send_at="2026-12-01T09:00+00:00", sender="Ana")
    versions.save(piece, compose({"subject": "D", "preview": "D"}, "Deutsch"), None, now, base_id=None, language="de")
    me = factories.recruiter(role="author")
    made = at_desk(me).post(f"{HERE}/copy").location.rpartition("/")[2]
    copied = find("issue", made)
    assert copied
    assert copied.owner_id == me.id
    house, german = current(copied), current(copied, "de")
    assert house
    assert german
    assert house.text == compose(FRONT | {"sender": "Ana"}, "Words")
    assert german.text == compose({"subject": "D", "preview": "D"}, "Deutsch")


def test_a_draft_goes_and_its_versions_stay(app: Flask, at_desk: At) -> None:
    me = factories.recruiter(role="author")
    piece = letter(owner=me)
    client = at_desk(me)
    assert client.post(f"{HERE}/delete").status_code == 303
    db.session.refresh(piece)
    assert piece.removed_at
    assert current(piece)
    assert client.get(HERE).status_code == 404
    assert "Measure twice" not in client.get("/desk/newsletters").text
    assert board.taken("october")


def test_what_was_sent_stays(app: Flask, at_desk: At) -> None:
    me = factories.recruiter(role="admin")
    letter(owner=me)
    campaign("october", factories.LONG_AGO)
    assert at_desk(me).post(f"{HERE}/delete").status_code == 409


def campaign(slug: str, at: datetime, **values: object) -> None:
    """A sending of a newsletter."""
    from portal.newsletter.models import Campaign, Issue

    issue = Issue(slug=slug, subject="S", preview="P", segment="everyone", source="x", digest=b"x")
    db.session.add(issue)
    db.session.flush()
    mailing = factories.mailing()
    db.session.add(
        Campaign(issue_id=issue.id, mailing_id=mailing.id, segment="everyone", rule={"all": []}, subject="S", page="",
                 send_at=at, created_at=at, **values)
    )  # fmt: skip
    db.session.commit()


def test_the_list_says_how_far_each_is(app: Flask, at_desk: At, now: datetime) -> None:
    from datetime import timedelta

    for slug, at, values in (
        ("planned", now + timedelta(days=1), {}),
        ("sent", now - timedelta(days=1), {}),
        ("called-off", now + timedelta(days=1), {"cancelled_at": now}),
        ("paused", now - timedelta(days=1), {"paused_at": now}),
    ):
        letter(slug=slug, subject=slug)
        campaign(slug, at, **values)
    letter(slug="draft", subject="draft")
    rows, more = board.rows(now, "", 10, 0)
    assert {row.slug: row.state for row in rows} == {
        "planned": "planned", "draft": "draft", "paused": "paused", "called-off": "called_off", "sent": "sent",
    }  # fmt: skip
    assert not more
    assert rows[-1].slug == "sent"
    page = at_desk("author").get("/desk/newsletters").text
    assert re.search(r'href="/desk/newsletters/sent/result">sent</a>.*?To Everyone.*?Sent on ', page, re.DOTALL)
    assert "Planned for" in page
    assert "draft</a>" not in at_desk("author").get("/desk/newsletters?q=planned").text
    assert "Nothing found" in at_desk("author").get("/desk/newsletters?q=nowhere").text


def test_parts_are_put_in_without_knowing_how_they_are_written(app: Flask, at_desk: At) -> None:
    factories.interest(slug="data-engineering", name="Data engineering")
    factories.interest(slug="gone", name="Gone", retired=True)
    letter()
    client = at_desk("author")
    page = client.get(HERE).text
    assert all(
        words in page for words in ("[[name|there]]", "::: insights", "::: replies", ">Data engineering</option>")
    )
    assert "Gone" not in page
    lines = "::: for interest=data-engineering work_mode=remote\n\n## If Data engineering interests you\n"
    asked = "?interest=data-engineering&work_mode=remote"
    assert lines in client.get(f"{HERE}/preview/part{asked}").text
    assert lines in client.get(f"{HERE}/preview/part{asked}", headers=HX).text
    assert ":::" not in client.get(f"{HERE}/preview/part?interest=gone&work_mode=moon", headers=HX).text
