"""Every page at the desk, and how to get there. A page without a line in one of these fails a test (`test_axe.py`)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import Page

from portal import clock, create_app
from portal.audience.models import Interest
from portal.config import load
from portal.content import compose, compose_yaml
from portal.db import db
from portal.demo.actions.staff import DOMAIN, PASSWORD
from portal.followups.actions import letters
from portal.jobs.models import SyncRun
from portal.members.queries import by_key as member_by_key
from portal.newsletter.models import Approval
from portal.staff.actions import links, senders
from portal.staff.models import Recruiter
from portal.staff.queries import by_key
from portal.staff.queries.links import derived
from portal.writing import queries as writing
from portal.writing.actions import versions
from portal.writing.models import Piece
from tests import factories
from tests.conftest import dispose
from tests.jobs import openings
from tests.running import Demo

BODY = """\
Hello [[name|there]],

A part for everybody, with [a link](/insights) and **loud words**, which are hopefully not the best talent.

::: for interest=calibration
## If calibration interests you

A part for some.
:::

::: insights

::: replies
"""
RULE = {
    "all": [
        {"interest": ["calibration", "data-engineering"]},
        {"any": [{"work_mode": ["remote"]}, {"skill": ["Python"]}]},
        {"none": [{"career_stage": ["not_looking"]}]},
        {"joined": {"within_days": 900}},
    ]
}
Paths = dict[str, str]


def signed_in(page: Page) -> Any:
    """Take the admin's seat."""
    page.goto("/dev/desk")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/desk")
    return page.context.storage_state()


def make(demo: Demo, reader: str) -> Paths:
    """Give the admin something of everything; the addresses of it, by name. `reader`: a member's address."""
    app = create_app(load({}, demo.var / "portal.env"))
    with app.app_context():
        now = clock.now()
        ana, tobias = by_key(f"ana@{DOMAIN}"), by_key(f"tobias@{DOMAIN}")
        assert ana
        assert tobias
        paths = {**_written(ana, tobias, now), **_people(ana, reader, now), **_staff(ana, tobias, now), **_boards(now),
                 **_openings(ana, now)}  # fmt: skip
        db.session.commit()
    dispose(app)
    return paths


def _beside(piece: Piece, by: Recruiter, now: datetime) -> tuple[int, int]:
    """The version that counts, and one that somebody wrote meanwhile."""
    latest = writing.current(piece)
    assert latest
    words = latest.text.replace("loud words", "other words")
    return latest.id, versions.save(piece, words, by, now, base_id=None).version.id


def _written(ana: Recruiter, tobias: Recruiter, now: datetime) -> Paths:
    said = {"subject": "A letter to look at", "preview": "For everybody.", "segment": "everyone"}
    letter = versions.start("issue", "looked-at", compose(said, BODY), ana, now)
    version, beside = _beside(letter, ana, now)
    ask = Approval(slug=letter.slug, version_id=version, segment="everyone", rule={"all": []}, send_at=now,
                   asked_by=tobias.id, asked_at=now)  # fmt: skip
    db.session.add(ask)
    about = {"title": "Something to look at", "summary": "A draft.", "author": "Ana Figueiredo", "interests": []}
    article = versions.start("insight", "looked-at", compose(about, BODY.split("::: for")[0]), ana, now)
    insight, other = _beside(article, ana, now)
    whom = {"name": "To look at", "about": "For a test.", "rule": RULE}
    versions.start("segment", "looked-at", compose_yaml(whom), ana, now)
    db.session.flush()
    return {
        "version": f"/desk/newsletters/looked-at/versions/{version}",
        "beside": f"/desk/newsletters/looked-at/beside/{beside}",
        "approval": f"/desk/newsletters/looked-at/approvals/{ask.id}",
        "insight version": f"/desk/insights/looked-at/versions/{insight}",
        "insight beside": f"/desk/insights/looked-at/beside/{other}",
    }


def _openings(ana: Recruiter, now: datetime) -> Paths:
    """A draft with much to mend, one that is ready, one that is closed, and some of a board that leaves things
    unclear."""
    ninja = compose({"title": "Foreman of ninjas", "level": "boss"}, BODY.split("::: for")[0])
    piece = versions.start("job", "looked-at", ninja, ana, now)
    version, beside = _beside(piece, ana, now)
    ready = {"title": "Ready to look at", "pay": {"max": 40_000, "currency": "EUR", "per": "year"}}
    text = openings.text(
        team="firmware", locations=["leeds"], process="how-we-hire", publish=None, closes=None, **ready
    )
    versions.start("job", "looked-at-ready", text, ana, now)
    closed = openings.text(title="Closed to look at", closed=now.isoformat())
    versions.start("job", "looked-at-closed", closed, ana, now)
    factories.posting(slug="looked-at-closed", title="Closed to look at", closed_at=now)
    board = factories.board(name="looked-at", title="Some board", removed_at=now)
    for n, says in enumerate(("Flexible", "Flexible", "By the river", "")):
        said = {"work_modes": says, "team": "Rivers"} if says else {}
        factories.posting(
            slug=f"looked-at-{n}", title=f"Listed {n}", board_id=board.id, external_id=str(n), said=said, work_modes=(),
            level=None, countries=(), pay=None if n else (50_000, 60_000, "EUR", "year"),
        )  # fmt: skip
    return {
        "opening version": f"/desk/jobs/looked-at/versions/{version}",
        "opening beside": f"/desk/jobs/looked-at/beside/{beside}",
    }


def _people(ana: Recruiter, reader: str, now: datetime) -> Paths:
    member = member_by_key(reader)
    assert member
    writing_to = factories.letter(member=member, recruiter=ana, source="Dear [[name|you]],\n\nhow are you?\n")
    correspondent, had_one = (factories.member(name=name, agreed_to=["check_ins"]) for name in ("Alma", "Wilma"))
    went = factories.letter(member=had_one, recruiter=ana, source="Dear [[name|you]],\n\nthere is a bench free.\n")
    letters.send(went, ana, now)
    note = factories.note(member=member, recruiter=ana, words="Met at the fair.", at=now)
    detail = factories.detail(member=member, recruiter=ana)
    factories.reply(words="Which bench is it?", at=now)
    factories.reply(answer="less", at=now, handled_by=ana)
    interest = db.session.query(Interest).first()
    assert interest
    here = f"/desk/members/{member.id}"
    return {
        "member": here,
        "reader": str(member.id),
        "new letter": f"/desk/members/{correspondent.id}/letters/new",
        "letter": f"/desk/letters/{writing_to.id}",
        "sent letter": f"/desk/letters/{went.id}",
        "note": f"{here}/notes/{note.id}/remove",
        "detail": f"{here}/details/{detail.key}",
    }


def _staff(ana: Recruiter, tobias: Recruiter, now: datetime) -> Paths:
    senders.ask(tobias, ana.id, now, purpose="newsletter")
    coming, slow = (factories.recruiter(role="author", name=name, joined_at=None) for name in ("Inês Prado", "Rui Sá"))
    link = links.make(coming, "invite", ana.id, now)
    return {
        "colleague": f"/desk/team/{tobias.id}",
        "slow": f"/desk/team/{slow.id}",
        "invited": f"/desk/invited/{derived(link.purpose, link.nonce)}",
    }


def _boards(now: datetime) -> Paths:
    """One that is not asked any more, whose openings wait for a person's word, after two visits: one went wrong."""
    board = factories.board(name="rowe", title="Rowe's old board", removed_at=now, waiting=["1", "2"], asked_at=now)
    for id, title in (("1", "Lamplighter"), ("2", "Lamplighter of nights")):
        factories.posting(title=title, board_id=board.id, external_id=id, work_modes=())
    rows = [{"id": "1", "title": "Lamplighter", "slug": "posting-1", "change": "waiting", "unclear": ["level"]}]
    rows.append({"id": None, "title": "", "slug": None, "change": "left_out", "why": "no_id", "unclear": []})
    db.session.add(SyncRun(board_id=board.id, at=now, counts={"listed": 2, "waiting": 1}, rows=rows))
    db.session.add(SyncRun(board_id=board.id, at=now, problem="redirect: http://127.0.0.1/", counts={}, rows=[]))
    return {"board": f"/desk/boards/{board.id}"}


Go = Callable[[Page, Any], Any]


def at(path: str) -> Go:
    """Go to an address; `{…}` stands for one of `make`."""
    return lambda page, world: page.goto(path.format_map(world.desk))


def sent(path: str, form: str) -> Go:
    """Press the first button of a form there, as it is."""

    def go(page: Page, world: Any) -> None:
        page.goto(path.format_map(world.desk))
        with page.expect_navigation():
            page.locator(f"main {form} button[type=submit]:not([tabindex='-1'])").first.click()

    return go


def half_way_in(page: Page, world: Any) -> None:
    """The right password, so that the second factor is asked."""
    page.goto("/desk/sign-in")
    page.locator("#address").fill(f"jonas@{DOMAIN}")
    page.locator("#password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("#password").press("Enter")


def mistaken_segment(page: Page, world: Any) -> None:
    """A segment without a name."""
    page.goto("/desk/segments/new")
    with page.expect_navigation():
        page.locator("button[value=save]").click()


def no_time(page: Page, world: Any) -> None:
    """At a time, but at none."""
    page.goto("/desk/newsletters/looked-at/send")
    page.locator("#when-at").check(force=True)
    with page.expect_navigation():
        page.locator("form[action$=when] button").click()


def no_day(page: Page, world: Any) -> None:
    """An opening that closes before it is seen."""
    page.goto("/desk/jobs/looked-at-ready/publish")
    page.locator("#closes").fill("2020-01-01")
    with page.expect_navigation():
        page.locator("main form button").first.click()


DOORS: dict[str, Go] = {
    "demo_desk.choose": at("/dev/desk"),
    "desk_sign_in.ask": at("/desk/sign-in"),
    "desk_sign_in.ask: mistakes": sent("/desk/sign-in", "form"),
    "desk_sign_in.code": half_way_in,
    "desk_invited.show": at("{invited}"),
    "desk_invited.show: mistakes": sent("{invited}", "form"),
    "desk_invited.show: dead": at("/desk/invited/none"),
    "desk_copy.show": at("/desk/copy"),
}
"""For whoever has not signed in."""
_NEWS, _OURS = "/desk/newsletters", "/desk/newsletters/looked-at"
ROOMS: dict[str, Go] = {
    "desk_home.show": at("/desk"),
    "desk_account.show": at("/desk/account"),
    "desk_credentials.password": at("/desk/account/password"),
    "desk_credentials.phone": at("/desk/account/second-factor"),
    "desk_credentials.codes": at("/desk/account/codes"),
    "desk_credentials.codes: made": sent("/desk/account/codes", "form"),
    "desk_sender.show": at("/desk/account/sender"),
    "desk_sign_in.prove": at("/desk/prove"),
    "desk_sign_in.prove: mistakes": sent("/desk/prove", "form"),
    "desk_audit.index": at("/desk/audit"),
    "desk_team.index": at("/desk/team"),
    "desk_team.invite": at("/desk/team/invite"),
    "desk_team.invite: mistakes": sent("/desk/team/invite", "form"),
    "desk_person.show": at("{colleague}"),
    "desk_person.show: invited again": sent("{slow}", "form[action$=resend]"),
    "desk_person.end": at("{colleague}/end"),
    "desk_house.show": at("/desk/team/house"),
    "desk_boards.index": at("/desk/boards"),
    "desk_boards.show": at("{board}"),
    "desk_boards.show: asked": at("/desk/boards/1"),
    "desk_boards.confirm": at("{board}/close"),
    "desk_boards.confirm: nothing": at("/desk/boards/1/close"),
    "desk_jobs.index": at("/desk/jobs"),
    "desk_jobs.index: early ones": at("/desk/jobs?state=early"),
    "desk_jobs.index: nothing found": at("/desk/jobs?q=zebra"),
    "desk_jobs.new": at("/desk/jobs/new"),
    "desk_jobs.new: mistakes": sent("/desk/jobs/new", "form"),
    "edit_job.edit": at("/desk/jobs/looked-at"),
    "edit_job.edit: a file": at("/desk/jobs/calibration-technician"),
    "edit_job.versions": at("/desk/jobs/looked-at/versions"),
    "edit_job.version": at("{opening version}"),
    "edit_job.beside": at("{opening beside}"),
    "publish_jobs.ask": at("/desk/jobs/looked-at/publish"),
    "publish_jobs.ask: ready": at("/desk/jobs/looked-at-ready/publish"),
    "publish_jobs.ask: mistakes": no_day,
    "publish_jobs.ask: published": at("/desk/jobs/statistician-field-data/publish"),
    "close_jobs.ask": at("/desk/jobs/statistician-field-data/close"),
    "close_jobs.ask_again": at("/desk/jobs/looked-at-closed/reopen"),
    "desk_unclear.index": at("/desk/jobs/unclear"),
    "desk_unclear.index: a list": at("/desk/jobs/unclear?field=interests"),
    "desk_unclear.index: pay": at("/desk/jobs/unclear?field=pay"),
    "job_facts.show": at("/desk/jobs/looked-at-0/facts"),
    "job_early.show": at("/desk/jobs/statistician-field-data/early"),
    "job_early.show: of one outcome": at("/desk/jobs/statistician-field-data/early?outcome=in_time"),
    "job_early.show: nobody": at("/desk/jobs/payroll-and-people-operations/early"),
    "job_people.index": at("/desk/jobs/data-engineer-daybook/people"),
    "job_people.index: looked up": at("/desk/jobs/data-engineer-daybook/people?q=m"),
    "job_people.index: nobody found": at("/desk/jobs/data-engineer-daybook/people?q=xyzzy"),
    "job_people.index: closed": at("/desk/jobs/payroll-and-people-operations/people"),
    "people.index": at("/desk/members"),
    "people.index: found": at("/desk/members?q=py"),
    "people.index: nobody found": at("/desk/members?q=xyzzy"),
    "people.show": at("{member}"),
    "people.show: notes": at("{member}?kind=note"),
    "remembering.note": at("{member}/notes/new"),
    "remembering.note: mistakes": sent("{member}/notes/new", "form"),
    "remembering.remove_note": at("{note}"),
    "remembering.detail": at("{member}/details/new"),
    "remembering.detail: to be mended": at("{detail}"),
    "remembering.detail: mistakes": sent("{member}/details/new", "form"),
    "letters.new": at("{new letter}"),
    "letters.edit": at("{letter}"),
    "letters.edit: sent": at("{sent letter}"),
    "letters.preview": at("{letter}/preview"),
    "letter_sending.ask": at("{letter}/send"),
    "desk_replies.index": at("/desk/replies?of=all"),
    "desk_replies.index: seen to": at("/desk/replies?of=all&show=handled"),
    "desk_replies.index: none": at("/desk/replies"),
    "desk_insights.index": at("/desk/insights"),
    "desk_insights.new": at("/desk/insights/new"),
    "desk_insights.new: mistakes": sent("/desk/insights/new", "form"),
    "edit_insight.edit": at("/desk/insights/looked-at"),
    "edit_insight.edit: a file": at("/desk/insights/every-instrument-is-wrong"),
    "edit_insight.versions": at("/desk/insights/looked-at/versions"),
    "edit_insight.version": at("{insight version}"),
    "edit_insight.beside": at("{insight beside}"),
    "publish_insights.ask": at("/desk/insights/looked-at/publish"),
    "desk_media.index": at("/desk/media"),
    "desk_segments.index": at("/desk/segments"),
    "desk_segments.new": at("/desk/segments/new"),
    "desk_segments.new: mistakes": mistaken_segment,
    "desk_segments.show": at("/desk/segments/looked-at"),
    "desk_segments.show: a file": at("/desk/segments/everyone"),
    "desk_segments_more.file": at("/desk/segments/looked-at/file"),
    "desk_segments_more.versions": at("/desk/segments/looked-at/versions"),
    "desk_segments_more.ask": at("/desk/segments/looked-at/delete"),
    "desk_newsletters.index": at(_NEWS),
    "desk_newsletters.new": at(f"{_NEWS}/new"),
    "desk_newsletters.new: to a segment": at(f"{_NEWS}/new?segment=everyone&subject=Hello"),
    "desk_newsletters.new: mistakes": sent(f"{_NEWS}/new", "form"),
    "desk_newsletters.ask": at(f"{_OURS}/delete"),
    "edit_issue.edit": at(_OURS),
    "edit_issue.edit: a file": at(f"{_NEWS}/2026-10-measure-twice"),
    "edit_issue.versions": at(f"{_OURS}/versions"),
    "edit_issue.version": at("{version}"),
    "edit_issue.beside": at("{beside}"),
    "desk_preview.whole": at(f"{_OURS}/preview"),
    "desk_preview.whole: a member": at(f"{_OURS}/preview?as={{reader}}&look=phone&scheme=dark"),
    "desk_preview.parts": at(f"{_OURS}/preview/parts"),
    "desk_preview_helps.to_mend": at(f"{_OURS}/preview/checks"),
    "desk_preview_helps.part": at(f"{_OURS}/preview/part?interest=calibration&work_mode=remote"),
    "desk_preview_helps.members": at(f"{_OURS}/preview/members?find=mir"),
    "desk_who.show": at(f"{_OURS}/who"),
    "desk_who.held": at(f"{_OURS}/held/reached"),
    "desk_send.show": at(f"{_OURS}/send"),
    "desk_send.show: mistakes": no_time,
    "desk_confirm.ask": at(f"{_OURS}/send/confirm"),
    "desk_confirm.approval": at("{approval}"),
    "desk_result.last": at(f"{_OURS}/result"),
    "desk_campaigns.show": at(f"{_NEWS}/2026-10-measure-twice/result"),
    "desk_campaigns.show: planned": at(f"{_NEWS}/2026-11-what-we-learned/result"),
}
"""For the admin."""
NOT_PAGES = {
    "letters.mail", "desk_insights.look", "desk_jobs.look", "desk_preview.mail", "desk_preview.text", "desk_preview.page",
    "schemes.stylesheet", "media.show", "desk_company.begin", "desk_company.back",
}  # fmt: skip
"""Mails and pages in a frame, files, and the way to a company's sign-in and back."""
