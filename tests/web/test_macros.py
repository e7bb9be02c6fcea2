"""The parts of pages: labelled, described, escaped, and quiet about who is asking."""

from datetime import UTC, date, datetime

from flask import Flask, render_template_string, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from tests.pages import Page

PAGE = """{% extends "base.html" %}{% import "macros.html" as m %}
{% block title %}Parts{% endblock %}{% block main %}<h1>Parts</h1>"""
FORM = (
    PAGE
    + """{{ m.error_summary(form) }}<form method="post">{{ m.hidden(form) }}
{{ m.field(form.called, hint="A <name>", autocomplete="given-name") }}{{ m.choice(form.agreed, note="Yes & no") }}
{{ m.choices(form.stage, notes={"open": "If it fits"}) }}{{ m.chips(form.likes, hint="Any") }}
{{ m.button("Save", "secondary", "check", "way", "all") }}</form>{% endblock %}"""
)


class Parts(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    called = StringField("What's your <name>?", [InputRequired("Say what we may call you.")])
    agreed = BooleanField("Newsletter", [InputRequired("Tick this.")])
    stage = RadioField(
        "How actively?",
        [InputRequired("Choose one.")],
        choices=[SelectChoice("open", "Open"), SelectChoice("no", "No")],
    )
    likes = SelectMultipleField(
        "Subjects",
        choices=[
            SelectChoice("glass", "Glass & optics", optgroup="Making"),
            SelectChoice("data", "Data", optgroup="Code"),
        ],
    )


def render(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/insights/one"):
        return render_template_string(source, **values)


def filled(app: Flask, **values: str) -> str:
    with app.test_request_context("/join", method="POST"):
        form = Parts(MultiDict(values), meta={"csrf": False})
        form.validate()
        return render_template_string(FORM, form=form)


def test_a_form_with_errors_is_labelled_and_described(app: Flask) -> None:
    html = filled(app, likes="glass")
    page = Page(html)
    assert page.problems == []
    for control in page.controls:
        for id_ in (control.get("aria-describedby") or "").split():
            assert id_ in page.ids
    called = next(control for control in page.controls if control["name"] == "called")
    assert called["aria-invalid"] == "true"
    assert called["aria-describedby"] == "called-hint called-error"
    assert called["autocomplete"] == "given-name"
    assert 'class="errors" role="alert" tabindex="-1"' in html
    assert "3 things to mend" in html
    for target in ("called", "agreed", "stage"):
        assert f'href="#{target}"' in html
        assert target in page.ids


def test_a_form_without_errors_says_nothing_about_them(app: Flask) -> None:
    html = filled(app, called="Ana", agreed="y", stage="open")
    assert "to mend" not in html.lower()
    assert "aria-invalid" not in html
    assert "has-error" not in html


def test_words_are_escaped(app: Flask) -> None:
    html = filled(app)
    assert "What&#39;s your &lt;name&gt;?" in html
    assert "A &lt;name&gt;" in html
    assert "Yes &amp; no" in html
    assert "Glass &amp; optics" in html
    assert "<name>" not in html


def test_chips_are_a_fieldset_a_group_and_keep_what_was_ticked(app: Flask) -> None:
    page = Page(filled(app, likes="data"))
    ticked = {control["value"]: "checked" in control for control in page.controls if control["name"] == "likes"}
    assert ticked == {"glass": False, "data": True}
    assert page.count["fieldset"] == 4
    assert page.count["legend"] == 4


def test_dates_stand_for_machines_and_people(app: Flask) -> None:
    source = "{% from 'macros.html' import date %}{{ date(d) }}|{{ date(t, time=true) }}"
    html = render(app, source, d=date(2026, 3, 3), t=datetime(2026, 3, 12, 10, tzinfo=UTC))
    day, moment = html.split("|")
    assert day.strip() == '<time datetime="2026-03-03">3 March 2026</time>'
    assert moment.strip() == '<time datetime="2026-03-12T10:00:00+00:00">12 March 2026, 10:00 UTC</time>'


def test_the_smaller_parts(app: Flask) -> None:
    source = (
        PAGE
        + """{{ m.facts([("Letters", "2 < 3"), ("Leaving", link)]) }}{{ m.empty("None yet", "Join.", "/join", "Join us") }}
{% call m.notice("warn", "Hold on") %}<p>Wait.</p>{% endcall %}{% endblock %}"""
    )
    html = render(app, source, link=Markup('<a href="/x">one click</a>'))
    assert Page(html).problems == []
    assert "<dd>2 &lt; 3</dd>" in html
    assert '<dd><a href="/x">one click</a></dd>' in html
    assert 'class="notice warn"' in html
    assert '<a class="button secondary" href="/join">Join us</a>' in html


def test_the_frame_marks_where_one_is(app: Flask) -> None:
    html = render(app, PAGE + "{% endblock %}")
    assert '<a href="/insights" aria-current="true">' in html
    assert html.count("aria-current") == 1
    assert "<title>Parts · Fennel &amp; Rowe</title>" in html
    assert "htmx" not in html
    assert "sign-out" not in html


def test_htmx_comes_only_where_a_page_asks_and_may_not_evaluate(app: Flask) -> None:
    html = render(app, "{% set htmx = true %}" + PAGE + "{% endblock %}")
    assert 'vendor/htmx-2.0.11/htmx.min.js" defer' in html
    assert '"allowEval": false' in html


def test_who_is_signed_in_can_sign_out_by_a_button(app: Flask) -> None:
    html = render(app, "{% set person = 'Ana' %}" + PAGE + "{% endblock %}")
    assert '<form method="post" action="/sign-out">' in html
    assert 'name="csrf_token"' in html
    assert 'href="/join"' not in html


def test_an_error_page_touches_no_session(app: Flask) -> None:
    values = {
        "lang": "en",
        "org_name": "F & R",
        "postal_address": "Lisbon",
        "status": 404,
        "title": "Gone",
        "advice": "Go on.",
    }
    with app.test_request_context("/nowhere") as context:
        html = app.jinja_env.get_template("error.html").render(request=request, **values)
        assert Page(html).problems == []
        assert context._session is not None
        assert not context._session.accessed  # `context.session` would itself count as an access
