"""An issue becomes everybody's own mail: the right parts, the right values, nothing of the author's run as code."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audience.actions import eligibility, rhythm
from portal.db import db
from portal.mail import waiting
from portal.mail.models import Delivery, Mailing
from portal.members.models import Member
from portal.newsletter.models import Campaign
from portal.newsletter.tasks import sweep
from portal.staff.actions import senders
from portal.staff.queries.senders import of
from tests import factories
from tests.pages import PageClient

Run = Callable[..., Result]
Issue = Callable[..., str]
Got = Callable[[Member], EmailMessage]

BODY = """Hello [[name|there]],

::: for interest=data-engineering
Only for data.
:::

::: for work_mode=remote
Only for remote.
:::

Goodbye.
"""


def parts(message: EmailMessage) -> tuple[str, str]:
    """Text and HTML of a message."""
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    return tuple(part.get_content() for part in found if part)  # type: ignore[return-value]


def everyone(name: str = "Mira", **more: object) -> Member:
    """Somebody who agreed to the newsletter."""
    return factories.member(name=name, agreed_to=["newsletter"], **more)  # type: ignore[arg-type]


def test_each_person_gets_the_parts_that_are_theirs(app: Flask, run: Run, issue: Issue, got: Got) -> None:
    data = factories.interest(slug="data-engineering")
    both = everyone("Mira", interests=[data], work_modes=["remote"])
    onsite = everyone("Jonas", work_modes=["onsite"])
    anything = everyone("Ruth")
    assert run("campaign", "schedule", issue(BODY)).exit_code == 0
    for member, has, lacks in (
        (both, ["Hello Mira,", "Only for data.", "Only for remote.", "Goodbye."], []),
        (onsite, ["Hello Jonas,", "Goodbye."], ["Only for data.", "Only for remote."]),
        (anything, ["Hello Ruth,", "Only for remote.", "Goodbye."], ["Only for data."]),
    ):
        for part in parts(got(member)):
            assert all(words in part for words in has)
            assert not any(words in part for words in lacks)


def test_author_text_is_never_a_template(app: Flask, run: Run, issue: Issue, got: Got) -> None:
    """P11: what looks like code stays what it is, and so does what a member calls themselves."""
    strange = everyone("[[name]] {{ 7*7 }} <b>&amp;")
    run(
        "campaign",
        "schedule",
        issue("[[name|friend]]: `{{ config.SECRET_KEY }}` `{% for x in y %}` ${7-7} {{ 8-9 }}\n"),
    )
    text, html = (" ".join(part.split()) for part in parts(got(strange)))
    assert "[[name]] {{ 7*7 }} <b>&amp;: " in text
    assert "[[name]] {{ 7*7 }} &lt;b&gt;&amp;amp;: " in html
    words = lambda part: re.sub(r"<[^>]*>|https?://\S+", " ", part.split("${7")[1].split("You agreed")[0])  # noqa: E731
    for part in (text, html):
        assert "{{ config.SECRET_KEY }}" in part
        assert "{{ 8-9 }}" in part
        assert "49" not in words(part)
        assert "-1" not in words(part)


def test_an_unknown_field_is_refused_with_its_line(app: Flask, run: Run, issue: Issue) -> None:
    done = run("campaign", "schedule", issue("Hello\n\n[[salary|x]]\n"))
    assert done.exit_code == 1
    assert "october.md:8: " in done.output
    assert "salary" in done.output
    assert db.session.scalars(select(Campaign)).all() == []


def test_a_missing_value_is_known_before_scheduling(app: Flask, run: Run, issue: Issue) -> None:
    everyone("")
    everyone("Mira")
    done = run("campaign", "schedule", issue("Hello [[name]],\n"))
    assert done.exit_code == 1
    assert "One member has no name: write [[name|something else]], or leave the field out." in done.output
    assert run("campaign", "schedule", issue("Hello [[name|you]],\n")).exit_code == 0


def test_everybody_selected_has_a_row_and_the_sum_is_the_snapshot(app: Flask, run: Run, issue: Issue) -> None:
    """P6."""
    for _ in range(4):
        everyone()
    factories.member(name="No consent")
    factories.member(name="Not confirmed", confirmed_at=None)
    assert "5 deliveries, going out now" in run("campaign", "schedule", issue(BODY)).output
    everyone("Too late")
    status = json.loads(run("campaign", "status", "1", "--json").stdout)
    assert status["total"] == 5
    assert status["states"] == {"queued": 5}
    assert status["phase"] == "sending"


def test_what_is_held_and_what_is_skipped_has_a_name(app: Flask, run: Run, issue: Issue, now: datetime) -> None:
    """P6: held until somebody's hours come counts as waiting."""
    everyone("Anytime")
    for name, opens, pause in (("Quiet", (now.hour + 3) % 24, None), ("Away", 0, now.date() + timedelta(days=9))):
        member = everyone(name, mail_opens=opens, mail_closes=opens + 1 if name == "Quiet" else 24)
        member.pause_until = pause
        db.session.flush()
        rhythm.keep(member.id, now)
        eligibility.refresh([member.id])
    assert (
        "1 of them get it later, when mail may come by the hours they set: 1 at"
        in run("campaign", "preview", issue(BODY)).output
    )
    assert "paused" in run("campaign", "preview", "october").output
    run("campaign", "schedule", "october")
    waiting.sort_out(1, now + timedelta(minutes=1))
    status = json.loads(run("campaign", "status", "1", "--json").stdout)
    assert status["states"] == {"queued": 1, "queued: held": 1, "skipped: paused": 1}
    assert (status["phase"], status["total"]) == ("sending", 3)
    assert datetime.fromisoformat(status["held_until"]).hour == (now.hour + 3) % 24
    assert "1 queued: held, the last until" in run("campaign", "status", "1").output


def test_the_preview_counts_and_names_nobody(app: Flask, run: Run, issue: Issue) -> None:
    data = factories.interest(slug="data-engineering")
    mira = everyone("Mira", interests=[data])
    everyone("Jonas")
    factories.suppression(member=everyone("Ruth"))
    factories.member(name="No consent")
    done = run("campaign", "preview", issue(BODY), "--json")
    report = json.loads(done.stdout)
    assert (report["match"], report["reaches"]) == (4, 2)
    assert report["held_back"] == {"bounced": 1, "never": 1}
    assert [(part["for"], part["reaches"]) for part in report["parts"]] == [
        ("everyone", 2), ("Members who are interested in Data engineering.", 1),
        ("Members who would accept remote work.", 2), ("everyone", 2),
    ]  # fmt: skip
    assert 5 < report["kilobytes"] < 90
    assert mira.address not in done.output
    assert "Mira" not in done.output
    words = run("campaign", "preview", "october").output
    assert "4 people match. Reaches 2." in words
    assert "Held back: 1 never agreed to this, 1 mail to them came back." in words
    assert "2 get “Hello [[name|there]],” (everyone)" in words
    few = "So few could be told apart. Choose more people, unless that is meant."
    assert report["warnings"] == [
        f"Only 4 members are in “Everyone”. {few}",
        f"Only one member of “Everyone” gets this part: Members who are interested in Data engineering. {few}",
        f"Only 4 members of “Everyone” get this part: Members who would accept remote work. {few}",
    ]
    assert words.endswith("\n".join(report["warnings"]) + "\n")
    assert db.session.scalars(select(Mailing)).all() == []


def test_small_groups_are_warned_of_when_scheduling_too(app: Flask, run: Run, issue: Issue) -> None:
    for _ in range(4):
        everyone()
    few = run("campaign", "schedule", issue("Hello.\n"))
    assert few.exit_code == 0
    assert "Only 4 members are in “Everyone”" in few.stderr
    assert "Campaign 1: 4 deliveries" in few.stdout
    everyone()
    assert run("campaign", "schedule", issue("Hello.\n", name="november")).stderr == ""


def test_the_preview_says_who_gets_it_later(app: Flask, run: Run, issue: Issue, now: datetime) -> None:
    early = everyone(mail_opens=(now.hour + 2) % 24, mail_closes=(now.hour + 3) % 24 or 24)
    everyone()
    rhythm.keep(early.id, now)
    eligibility.refresh([early.id])
    db.session.commit()
    done = run("campaign", "preview", issue("Hello.\n"))
    assert "2 people match. Reaches 2." in done.output
    assert (
        f"1 of them get it later, when mail may come by the hours they set: 1 at {(now.hour + 2) % 24:02}:00."
        in done.output
    )


def test_a_duplicate_is_refused_with_the_first(app: Flask, run: Run, issue: Issue) -> None:
    everyone()
    run("campaign", "schedule", issue(BODY))
    again = run("campaign", "schedule", "october")
    assert again.exit_code == 1
    assert "“october” goes to “Everyone” already: campaign 1, " in again.output
    assert "1 deliveries were stopped" in run("campaign", "cancel", "1").output
    assert run("campaign", "schedule", "october").exit_code == 0


def test_what_was_scheduled_does_not_change_with_the_file(app: Flask, run: Run, issue: Issue, got: Got) -> None:
    member = everyone()
    later = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M+00:00")
    assert run("campaign", "schedule", issue("First words.\n"), "--at", later).exit_code == 0
    issue("Second words.\n")
    assert run("content", "sync").exit_code == 0
    assert "First words." in parts(got(member))[0]


def test_too_long_for_a_mail_is_said_with_its_size(app: Flask, run: Run, issue: Issue) -> None:
    done = run("campaign", "schedule", issue("A long paragraph of words. \n\n" * 3400))
    assert done.exit_code == 1
    assert "KB; the most is 90 KB: shorten it or split it." in done.output


def test_the_subject_may_call_by_name(app: Flask, run: Run, issue: Issue, got: Got) -> None:
    member = everyone("Inês")
    head = "---\nsubject: '[[name|You]], measure twice'\npreview: p\nsegment: everyone\n---\n"
    run("campaign", "schedule", issue("Words.\n", head=head))
    assert got(member)["Subject"] == "Inês, measure twice"
    assert db.session.scalars(select(Campaign.subject)).one() == "You, measure twice"


def test_links_are_the_authors_own_and_nothing_is_loaded(
    app: Flask, run: Run, issue: Issue, got: Got, content: Path
) -> None:
    """P10: no pixel, no rewriting, nothing foreign."""
    (content / "pages" / "help.md").write_text("---\ntitle: Help\nsummary: Help.\n---\nHelp.\n")
    member = everyone()
    data = factories.interest(slug="data-engineering")
    factories.insight(slug="errors", title="Errors", interests=[data])
    own = "https://elsewhere.example.org/a?b=c&d=e#f"
    run(
        "campaign",
        "schedule",
        issue(f"[Out]({own}) and [in](/pages/help) ![pixel](https://evil.example/p.gif)\n\n::: insights\n"),
    )
    text, html = parts(got(member))
    base = "http://127.0.0.1:8000"
    links = {unescape(link) for link in re.findall(r'href="([^"]*)"', html)}
    ours = {link for link in links if re.fullmatch(base + r"/(preferences|unsubscribe|why)/[\w.-]+(#part-\d+)?", link)}
    assert len(ours) == 4
    assert links - ours == {own, f"{base}/pages/help", f"{base}/insights/errors", f"{base}/newsletter/october"}
    assert all(link in text for link in links)
    assert not re.search(r"<(img|script|link|iframe|object)|url\(|@import|src=", html.split("</head>")[1])
    assert "evil.example" not in html + text


def test_the_archive_shows_what_went_out_and_nothing_personal(
    app: Flask, run: Run, issue: Issue, client: PageClient
) -> None:
    everyone("Mira")
    run("campaign", "schedule", issue(BODY))
    later = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M+00:00")
    run("campaign", "schedule", issue("Not yet.\n", name="november"), "--at", later)
    index, page = client.get("/newsletter").text, client.get("/newsletter/october").text
    assert "Measure twice" in index
    assert "november" not in index
    assert "Hello there," in page
    assert "Members who would accept remote work." in page
    assert "Mira" not in page
    assert client.get("/newsletter/november").status_code == 404
    assert client.get("/newsletter/nothing").status_code == 404


def test_what_stands_in_the_way_is_one_sentence(app: Flask, run: Run, issue: Issue) -> None:
    for words, expected in (
        (["schedule", "nothing"], "There is no issue nothing"),
        (["schedule", issue(BODY), "--segment", "nobody"], "There is no segment nobody: choose one of everyone."),
        (["cancel", "7"], "There is no campaign 7"),
        (["status", "7"], "There is no campaign 7"),
    ):
        done = run("campaign", *words)
        assert done.exit_code == 1, done.output
        assert expected in done.output
    assert run("campaign", "schedule", "october", "--at", "tomorrow").exit_code == 2
    assert db.session.scalars(select(Delivery)).all() == []


def test_a_campaign_is_paused_and_goes_on(app: Flask, run: Run, issue: Issue, now: datetime) -> None:
    everyone()
    run("campaign", "schedule", issue("Hello.\n"))
    assert "Campaign 1 is paused" in run("campaign", "pause", "1").output
    assert json.loads(run("campaign", "status", "1", "--json").stdout)["phase"] == "paused"
    assert waiting.due(now + timedelta(minutes=1)) == []
    again = run("campaign", "pause", "1")
    assert (again.exit_code, "paused already" in again.output) == (1, True)
    assert "Campaign 1 goes on." in run("campaign", "resume", "1").output
    assert 1 in waiting.due(now + timedelta(minutes=1))
    assert run("campaign", "resume", "1").exit_code == 1


def test_it_goes_in_somebodys_name_if_they_allow_it_and_over_hours(
    app: Flask, run: Run, issue: Issue, got: Got, now: datetime
) -> None:
    rui = factories.recruiter(name="Rui Costa", address="rui@talent.example.org")
    members = [everyone() for _ in range(12)]
    words = ["campaign", "schedule", issue("Hello.\n"), "--sender", "rui@talent.example.org", "--spread", "2"]
    assert "has not allowed newsletters under their name" in run(*words).output
    assert "Nobody at the desk is called Bo" in run("campaign", "schedule", "october", "--sender", "Bo").output
    senders.give(rui, now, purpose="newsletter")
    assert run(*words).exit_code == 0
    message = got(members[0])
    assert message["From"] == '"Rui Costa, Fennel & Rowe" <hello@talent.example.org>'
    assert message["Reply-To"] == "rui@talent.example.org"
    times = sorted(db.session.scalars(select(Delivery.not_before)))
    assert len(times) == 12
    assert len(set(times)) > 4, "not all at once"
    assert max(times) - min(times) < timedelta(hours=2)
    sweep(now)
    assert waiting.due(now + timedelta(hours=3)) == [1]
    [given] = of(rui.id)
    senders.withdraw(rui, given.id, now)
    sweep(now)
    assert waiting.due(now + timedelta(hours=3)) == [], "taken back holds at once"
