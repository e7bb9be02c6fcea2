"""Among very many members a page comes at once, and what hangs on their numbers a moment later, or by a link."""

import re

import pytest
from flask import Flask

from portal.audience.queries import named
from portal.staff.models import Recruiter
from tests.newsletter.test_sending_desk import HERE, At, ana, letter, reader, segment
from tests.pages import PageClient

__all__ = ["ana"]


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "MANY", 1)


def words(client: PageClient, path: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(path).text).split())


def test_whom_it_reaches(app: Flask, at_desk: At, ana: Recruiter) -> None:
    readers = [reader(), reader()]
    client = at_desk(ana)
    assert "people match" not in words(client, f"{HERE}/who")
    assert f'href="{HERE}/who?counted=1"' in client.get(f"{HERE}/who").text
    assert f"{len(readers)} people match" in words(client, f"{HERE}/who?counted=1")


def test_the_way_to_the_button(app: Flask, at_desk: At, ana: Recruiter) -> None:
    readers = [reader(), reader()]
    client = at_desk(ana)
    page = client.get(f"{HERE}/send").text
    assert "Reaches" not in page
    assert f'href="{HERE}/send/confirm"' not in page
    assert f'href="{HERE}/send?counted=1"' in page
    counted = client.get(f"{HERE}/send?counted=1").text
    assert f"Reaches {len(readers)} of {len(readers)}." in counted
    assert f'href="{HERE}/send/confirm"' in counted


def test_that_nobody_is_in_it_is_said_when_it_is_known(app: Flask, at_desk: At, ana: Recruiter) -> None:
    segment(ana, "far", "Far", lives_in=["NZ"])
    letter(ana, slug="november", segment="far")
    assert [reader(), reader()]
    client, here = at_desk(ana), "/desk/newsletters/november/send"
    assert "to do first" not in client.get(here).text
    assert "to do first" in client.get(f"{here}?counted=1").text
    assert client.get(here).text.count(f"{here}?counted=1") == 2, "for the script, and as a link"
