"""Nothing at the writing of a newsletter takes more statements than a page may, whatever is in it."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from portal.content import compose
from portal.db import db
from portal.writing.actions import versions
from portal.writing.queries import current
from tests import factories
from tests.pages import PageClient

BODY = """Hello [[name]], [one](/insights/about-data) and [another](/newsletter/october)

::: for interest=data-engineering
Only for data.
:::

::: for work_mode=remote
Only for remote.
:::

::: insights
"""
SEGMENT = "name: Ours\nabout: Us.\nrule: {all: []}\n"


def test_the_most_that_each_page_asks(app: Flask, at_desk: Callable[..., PageClient], now: datetime) -> None:
    data = factories.interest(slug="data-engineering", name="Data engineering")
    factories.insight(slug="about-data", title="About data", interests=[data])
    factories.recruiter(name="Ana")
    mira = factories.member(name="Mira", language="de", agreed_to=["newsletter"])
    factories.member(name="Jonas", agreed_to=["newsletter"])
    versions.start("segment", "ours", SEGMENT, factories.recruiter(), now)
    front = {"subject": "Hello", "preview": "A letter", "segment": "ours", "sender": "Ana"}
    piece = versions.start("issue", "october", compose(front, BODY), factories.recruiter(), now)
    german = compose({"subject": "Hallo", "preview": "Ein Brief"}, BODY)
    versions.save(piece, german, None, now, base_id=None, language="de")
    db.session.commit()
    client, version = at_desk("recruiter"), current(piece, "de")
    assert version
    for path in (
        "", "?language=de", f"/preview?as={mira.id}", f"/preview?as={mira.id}&language=de", "/preview?as=none",
        f"/preview/parts?as={mira.id}&language=de", f"/preview/mail/{version.id}?as={mira.id}",
        f"/preview/page/{version.id}", f"/preview/text/{version.id}", "/preview/checks", "/preview/checks?language=de",
        "/preview/members?find=mi+ra+x", "/preview/part?interest=data-engineering&work_mode=remote",
    ):  # fmt: skip
        assert client.get(f"/desk/newsletters/october{path}").status_code == 200
    typed = {"subject": "H", "preview": "P", "body": BODY, "base": version.id, "page": "p1"}
    for path in ("/autosave", "/autosave?language=de"):
        answer = client.post(f"/desk/newsletters/october{path}", data=typed, headers={"HX-Request": "true"})
        assert answer.status_code == 200
