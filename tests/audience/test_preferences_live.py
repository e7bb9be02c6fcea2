"""The page with its script: each change is sent as it is made, with the whole form, and answered with what is new."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audience.actions import consent, preferences
from portal.audience.queries import live
from portal.audience.queries.wording import CURRENT
from portal.db import db
from portal.members.models import Change, Member
from tests import factories
from tests.audience.test_preferences import PAGE
from tests.audience.test_preferences import ana as ana
from tests.audience.test_preferences import member as member
from tests.audience.test_preferences_undo import CHANGES, values
from tests.audience.visitor import Form, Visitor
from tests.pages import MORE

SCRIPT = {"HX-Request": "true"}


class Window:
    """The page as it stands open: what was changed on it stays, and the script brings the rest up to date."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.form = visitor, visitor.form(PAGE, 0)

    def change(self, fields: Mapping[str, str | Sequence[str]]) -> TestResponse:
        """Change some fields; what the page shows as its own follows the answer."""
        for name, value in fields.items():
            self.form.data.setlist(name, [value] if isinstance(value, str) else list(value))
        response = self.visitor.send(self.form, headers=SCRIPT, environ_base={MORE: 16})
        if seen := re.search(r'id="seen" name="seen" value="([^"]*)"', response.text):
            self.form.data["seen"] = unescape(seen[1])
        return response


@pytest.fixture
def window(ana: Visitor) -> Window:
    factories.team(slug="firmware")
    db.session.commit()
    return Window(ana)


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_a_change_is_answered_with_what_is_new(
    window: Window, member: Member, changes: dict[str, str | list[str]]
) -> None:
    before = values(member)
    response = window.change(changes)  # the client counts
    assert response.status_code == 200
    assert values(member) != before
    change = db.session.scalars(select(Change)).one()
    page = window.visitor.get(PAGE).text
    assert (
        re.findall(r'id="in-words(?:-too)?"[^>]*>(.*?)</p>', response.text)
        == [re.findall(r'id="in-words">(.*?)</p>', page)[0]] * 2
    )
    assert "Saved. " in response.text
    assert f'hx-post="{PAGE}/undo/{change.id}"' in response.text
    assert "<html" not in response.text
    again = window.change({})
    assert again.status_code in {200, 204}
    assert "Changed elsewhere" not in again.text + window.change({"phone_closes": "18"}).text
    assert len(db.session.scalars(select(Change)).all()) == 2, "the same form again changes nothing"


def test_hours_and_a_pause_hold_at_once(window: Window, member: Member, now: datetime) -> None:
    until = now.date() + timedelta(days=200)
    assert window.change({"pause_until": until.isoformat(), "time_zone": "Asia/Tokyo"}).status_code == 200
    db.session.expire_all()
    assert member.paused_until == datetime(until.year, until.month, until.day, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert member.rhythm_id is None
    assert window.change({"mail_opens": "8"}).status_code == 200
    db.session.expire_all()
    assert member.rhythm_id is not None


def test_a_page_that_stood_open_never_overwrites_what_it_did_not_change(
    window: Window, ana: Visitor, member: Member, now: datetime
) -> None:
    other = Window(ana)
    other.change({"interests": ["calibration"]})
    consent.withdraw(member.id, "newsletter", "one-click", "-", now)
    db.session.commit()
    for changes in ({"mails_per_month": "1"}, {"places": ["leeds"]}, {"career_stage": "looking"}):
        response = window.change(changes)
        assert "Changed elsewhere since you opened this page: What interests you, Newsletter." in response.text
    holds = values(member)
    assert (holds["interests"], holds["newsletter"]) == (["calibration"], False), "whatever its boxes show"
    assert (holds["mails_per_month"], holds["places"], holds["career_stage"]) == (1, ["leeds"], "looking")


def test_what_can_be_saved_is_saved_although_something_else_is_to_be_mended(window: Window, member: Member) -> None:
    response = window.change({"phone": "call me", "newsletter": []})
    assert response.status_code == 422
    assert live(member.id) == {}, "a withdrawal waits for nothing"
    assert 'href="#phone" data-mend="phone"' in response.text
    assert "Write the number with its country, such as +351 21 000 00 00." in response.text
    assert "Newsletter: no." in response.text
    assert "to-mend" in window.change({"levels": ["lead"]}).text, "it is said again until it is mended"
    assert "to-mend" not in window.change({"phone": "+351 21 000 00 00"}).text
    assert (values(member)["phone"], values(member)["levels"]) == ("+351 21 000 00 00", ["lead"])


def test_calls_need_a_number_and_then_both_are_saved(window: Window, member: Member) -> None:
    assert "Write your number below as well, so that we can call." in window.change({"channel": "phone"}).text
    assert values(member)["channel"] == "mail"
    assert window.change({"phone": "+351 21 000 00 00"}).status_code == 200
    assert (values(member)["channel"], values(member)["phone"]) == ("phone", "+351 21 000 00 00")
    assert "Write your number below as well" in window.change({"phone": ""}).text


def test_added_skills_become_boxes_and_the_line_is_empty_again(window: Window, member: Member) -> None:
    response = window.change({"more_skills": " python ,C++"})
    assert values(member)["skills"] == ["C++", "python"]
    assert 'value="python" checked' in response.text
    assert re.search(r'name="more_skills"[^>]* value=""', response.text)
    window.form.data.setlist("skills", ["C++", "python"])
    window.form.data["more_skills"] = ""
    assert window.change({"skills": ["C++"]}).status_code == 200
    assert values(member)["skills"] == ["C++"]
    assert "named-skills" in window.change({"more_skills": "c++"}).text, "named twice is named once"
    assert values(member)["skills"] == ["C++"]


def test_another_language_is_another_page(window: Window) -> None:
    response = window.change({"language": "de"})
    assert response.headers["HX-Refresh"] == "true"
    assert '<html lang="de">' in window.visitor.get(PAGE).text


def test_undoing_brings_the_whole_form_back(window: Window, member: Member) -> None:
    said = window.change({"levels": ["lead"]})
    path = re.findall(r'action="([^"]*/undo/\d+)"', said.text)[0]
    form = Form(path, "post", window.form.data)
    answer = window.visitor.send(form, headers=SCRIPT)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = window.visitor.get(PAGE, headers=SCRIPT).text
    assert "Taken back. Level: any level." in page.split('id="said"')[1]
    assert values(member)["levels"] == []


WRONG: list[tuple[dict[str, str | list[str]], str]] = [
    ({"time_zone": "Europe/Lisboa"}, "There is no time zone “Europe/Lisboa”. Choose a city from the list."),
    ({"time_zone": "../etc/passwd"}, "There is no time zone"),
    ({"lives_in": "XX"}, "Choose a country from the list."),
    ({"pay_floor": "lots"}, "Write the amount as a whole number, such as 45000, or leave it empty."),
    ({"pay_floor": "45.5"}, "Write the amount as a whole number"),
    ({"pay_floor": "-1"}, "Write the amount as a whole number"),
    ({"pay_floor": "9" * 5000}, "Write the amount as a whole number"),
    ({"pay_floor": "1", "pay_currency": "DOGE"}, "Choose a currency from the list."),
    ({"pay_floor": "1", "pay_per": "minute"}, "Choose one of those that are shown."),
    ({"available_from": "tomorrow"}, "Choose a day from the calendar, or write it like 2027-03-01."),
    ({"available_from": "2099-01-01"}, "Choose a day within the next five years, or leave it empty."),
    ({"pause_until": "2020-01-01"}, "That day has come already. Choose a later one, or leave it empty."),
    ({"pause_until": "9999-12-31"}, "A pause can last up to two years."),
    ({"pause_until": "2027-02-30"}, "Choose a day from the calendar"),
    ({"mail_opens": "8", "mail_closes": "8"}, "Mail needs at least an hour to come in. Choose another end."),
    ({"mail_opens": "24"}, "Choose one of the numbers that are shown."),
    ({"phone_opens": "20"}, "The hours for calls end before they begin. Choose a later end."),
    ({"weekdays": []}, "Tick at least one day. To get nothing for a while, set a pause."),
    ({"weekdays": ["mon", "someday"]}, "“someday” is not on our list"),
    ({"levels": ["god"]}, "“god” is not on our list"),
    ({"hidden_teams": ["<b>"]}, "“&lt;b&gt;” is not on our list"),
    ({"next_wish": "x" * 1001}, "These are 1001 characters. Write at most 1000."),
    ({"hidden_people": "x" * 60_000}, "These are 60000 characters. Write at most 1000."),
    ({"phone": "1"}, "Write the number with its country"),
    ({"more_skills": "x" * 61}, "is too long: write at most 60 characters."),
    ({"more_skills": ",".join(map(str, range(31)))}, "Name at most 30 things."),
    ({"wording": "1999-01"}, "The words on this page are not ours. Reload it and save again."),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=lambda wrong: str(wrong)[:30])
def test_each_mistake_is_one_sentence_and_changes_nothing(
    window: Window, ana: Visitor, member: Member, wrong: dict[str, str | list[str]], words: str
) -> None:
    before = values(member)
    response = window.change(wrong)
    assert response.status_code == 422
    assert words in unescape(response.text).replace("<b>", "&lt;b&gt;")
    plain = ana.send(ana.form(PAGE), {"check_ins": "y"} | wrong)
    assert plain.status_code == 422
    assert words in unescape(plain.text).replace("<b>", "&lt;b&gt;"), "without the script as well"
    assert values(member) == before
    if len(str(wrong)) < 100 and {"next_wish", "phone", "pay_floor", "more_skills"} & wrong.keys():
        assert next(iter(wrong.values())) in plain.text, "and what was typed is still there"


def test_nobody_has_to_mend_what_they_did_not_touch(window: Window, member: Member, now: datetime) -> None:
    """Rows that no form would take: from an import, from a rule that has changed since, or because time passed."""
    member.pause_until, member.available_from = (now - timedelta(days=9)).date(), (now + timedelta(days=9999)).date()
    member.weekdays = 1
    db.session.commit()
    preferences.save(member, {"phone": "none of your business", "time_zone": "Asia/Kolkata"}, CURRENT, "-", now)
    db.session.commit()
    window = Window(window.visitor)
    assert window.change({"levels": ["lead"]}).status_code == 200
    assert values(member)["phone"] == "none of your business"


def test_all_at_once_stays_within_thirty_statements(ana: Visitor, member: Member) -> None:
    factories.team(slug="firmware")
    db.session.commit()
    everything = {name: value for changes in CHANGES for name, value in changes.items()}
    response = ana.send(ana.form(PAGE), everything, environ_base={MORE: 32})
    assert response.status_code == 303
    assert len(db.session.scalars(select(Change)).all()) == 1
