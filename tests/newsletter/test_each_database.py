"""The whole way of one newsletter on each database: frozen, masked, claimed, sent, counted."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.policy import default

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audience.files import Segment
from portal.audience.queries import parse, reach
from portal.db import db
from portal.mail import sending
from portal.mail.models import Delivery
from portal.mail.transport import Transport
from portal.newsletter.actions.schedule import schedule
from portal.newsletter.models import Issue
from tests import factories
from tests.faults.smtp_server import FakeSmtp

SOURCE = """Hello [[name|there]],

::: for interest=data-engineering
For data.
:::

::: for work_mode=remote
For remote.
:::

::: insights
"""


def test_schedule_send_and_count(each_app: Flask, smtp: Callable[..., FakeSmtp], now: datetime) -> None:
    data, other = factories.interest(slug="data-engineering"), factories.interest(slug="calibration")
    factories.insight(slug="about-data", title="About data", interests=[data])
    factories.insight(slug="about-errors", title="About errors", interests=[other])
    agreed = {"agreed_to": ["newsletter"]}
    mira = factories.member(name="Mira", interests=[data], work_modes=["remote"], **agreed)  # type: ignore[arg-type]
    ruth = factories.member(name="Ruth", work_modes=["onsite"], **agreed)  # type: ignore[arg-type]
    factories.member(name="No consent")
    issue = Issue(slug="october", subject="October", preview="p", segment="everyone", source=SOURCE, digest=b"x")
    db.session.add(issue)
    db.session.flush()
    everyone = Segment("everyone", "Everyone", "All.", parse({"all": []}))
    assert reach(everyone.rule, "newsletter", now) == {None: 2, "no_consent": 1}
    campaign = schedule(issue, everyone, now, now)
    db.session.commit()
    with smtp() as server, Transport(server.url) as transport:
        assert sending.send(campaign.mailing_id, transport, clock.now) == 2
    rows = db.session.execute(select(Delivery.state, Delivery.reason))
    states = Counter((state, reason) for state, reason in rows)
    assert states == {("accepted", None): 2, ("skipped", "no_consent"): 1}
    texts = {}
    for message in server.messages:
        part = message_from_bytes(message.data, policy=default).get_body(("plain",))
        assert part is not None
        texts[message.recipients[0]] = part.get_content()
    for address, has, lacks in (
        (mira.address, ["Hello Mira", "For data.", "For remote.", "About data"], ["About errors"]),
        (ruth.address, ["Hello Ruth", "About data", "About errors"], ["For data.", "For remote."]),
    ):
        assert all(words in texts[address] for words in has)
        assert not any(words in texts[address] for words in lacks)
