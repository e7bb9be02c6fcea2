"""The rules themselves: each finds what breaks it, and nothing in what is right."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.jobs import rules

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RIGHT: dict[str, Any] = {
    "@context": "https://schema.org/", "@type": "JobPosting", "title": "Welder", "description": "<p>Weld.</p>",
    "datePosted": "2026-11-20T09:00:00+00:00", "validThrough": "2026-12-20T09:00:00+00:00", "directApply": False,
    "hiringOrganization": {"@type": "Organization", "name": "Fennel"}, "employmentType": "FULL_TIME",
    "identifier": {"@type": "PropertyValue", "name": "Fennel", "value": "welder"},
    "jobLocation": [{"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "PT", "addressLocality": "Lisbon"}}],
    "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": {"@type": "QuantitativeValue", "unitText": "YEAR", "minValue": 50000, "maxValue": 60000}},
}  # fmt: skip
WORDS = "Welder at Fennel, Lisbon, € 50,000 – 60,000 a year, remote from Portugal"
LIVING = [{"@type": "Country", "name": "Portugal"}]
Break = Callable[[dict[str, Any]], Any]


def found(given: dict[str, Any], all_remote: bool = False) -> list[str]:
    return list(rules.markup(given, WORDS, all_remote, NOW))


def test_what_is_right_breaks_no_rule() -> None:
    assert found(RIGHT) == []
    remote = {k: v for k, v in RIGHT.items() if k != "jobLocation"}
    remote |= {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": LIVING}
    assert found(remote, all_remote=True) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.update({"@type": "Job"}),
        lambda m: m.pop("title"),
        lambda m: m.update(title="Fitter"),
        lambda m: m.update(description="Weld."),
        lambda m: m.update(datePosted="2026-11-20T09:00:00"),
        lambda m: m.update(datePosted="soon"),
        lambda m: m.update(validThrough="2026-11-26T09:00:00+00:00"),
        lambda m: m.update(directApply="no"),
        lambda m: m.pop("directApply"),
        lambda m: m.update(employmentType="full time"),
        lambda m: m.update(identifier={}),
        lambda m: m.pop("jobLocation"),
        lambda m: m.update(jobLocationType="TELECOMMUTE"),
        lambda m: m.update(jobLocationType="HYBRID"),
        lambda m: m.update(applicantLocationRequirements=LIVING),
        lambda m: m.update(hybrid=True),
        lambda m: m["jobLocation"][0]["address"].update(addressCountry="Portugal"),
        lambda m: m["jobLocation"][0]["address"].update(addressLocality="Porto"),
        lambda m: m["jobLocation"][0].pop("@type"),
        lambda m: m["hiringOrganization"].update(name="Rowe"),
        lambda m: m["baseSalary"].update(currency="€"),
        lambda m: m["baseSalary"]["value"].update(unitText="year"),
        lambda m: m["baseSalary"]["value"].update(minValue=70000),
        lambda m: m["baseSalary"]["value"].update(maxValue=65000),
        lambda m: m["baseSalary"]["value"].update(value=55000),
        lambda m: m["baseSalary"].pop("@type"),
    ],
)  # fmt: skip
def test_markup_that_is_wrong(spoil: Break) -> None:
    spoilt = copy.deepcopy(RIGHT)
    spoil(spoilt)
    assert found(spoilt), json.dumps(spoilt)


def test_remote_work_that_is_not_marked_or_unknown_countries() -> None:
    assert found(RIGHT, all_remote=True)
    remote = RIGHT | {"jobLocationType": "TELECOMMUTE"}
    for wrong in ([{"@type": "Country", "name": "PT"}], [{"@type": "Place", "name": "Portugal"}],
                  [{"@type": "Country", "name": "Germany"}]):  # fmt: skip
        assert found(remote | {"applicantLocationRequirements": wrong}, all_remote=True), wrong


INDEED = """<source><publisher><![CDATA[Fennel]]></publisher><publisherurl><![CDATA[http://f]]></publisherurl><job>
<title><![CDATA[A & B]]></title><date><![CDATA[2026-11-20T09:00:00+00:00]]></date><referencenumber><![CDATA[1]]></referencenumber>
<requisitionid><![CDATA[1]]></requisitionid><url><![CDATA[http://f/1]]></url><company><![CDATA[F]]></company>
<description><![CDATA[<p>Weld <strong>pipes</strong>.</p>]]></description></job></source>"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A & B", "A &amp; B"), ("A & B", "A&nbsp;B"), ("<title><![CDATA[A & B]]></title>", ""),
        ("<title><![CDATA[A & B]]></title>", "<title>A and B</title>"), ("09:00:00+00:00", ""),
        ("</job>", "</job><job><referencenumber><![CDATA[1]]></referencenumber></job>"), ("http://f/1", "/1"),
        ("<strong>", '<strong class="x">'), ("<p>Weld", "<script>x</script><p>Weld"), ("company>", "firm>"),
        ("<publisherurl><![CDATA[http://f]]></publisherurl>", ""),
    ],
)  # fmt: skip
def test_indeed_that_is_wrong(old: str, new: str) -> None:
    assert list(rules.indeed(INDEED.encode())) == []
    assert old in INDEED
    assert list(rules.indeed(INDEED.replace(old, new).encode()))


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><id>http://f/a</id><title>T</title><updated>2026-11-20T09:00:00Z</updated>
<link rel="self" href="http://f/a"/><link rel="alternate" href="http://f/"/><author><name>F</name></author><entry>
<id>http://f/1</id><title>W</title><published>2026-11-19T09:00:00Z</published><updated>2026-11-20T09:00:00Z</updated>
<link rel="alternate" href="http://f/1"/><content type="html">&lt;p&gt;W&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<id>http://f/a</id>", "<id>http://f/b</id>"), ('rel="self"', 'rel="next"'), ("<title>T</title>", ""),
        ("<author><name>F</name></author>", ""), ("<id>http://f/1</id>", "<id>1</id>"), ("11-20T09:00:00Z</u", "11-20</u"),
        ("<published>2026-11-19", "<published>2026-11-21"), ('type="html"', 'type="text"'), ("<title>W</title>", ""),
        ('<updated>2026-11-20T09:00:00Z</updated>\n<link rel="self"', '<updated>2026-11-21T09:00:00Z</updated>\n<link rel="self"'),
    ],
)  # fmt: skip
def test_atom_that_is_wrong(old: str, new: str) -> None:
    assert list(rules.atom(ATOM.encode(), "http://f/a")) == []
    assert old in ATOM
    assert list(rules.atom(ATOM.replace(old, new).encode(), "http://f/a"))


def test_a_map_that_is_wrong() -> None:
    right = '<urlset xmlns="{}"><url><loc>http://f/1</loc><lastmod>2026-11-20</lastmod></url></urlset>'.format(
        rules.MAP.strip("{}")
    )
    assert list(rules.sitemap(right.encode())) == []
    for old, new in (
        ("http://f/1", "/1"),
        ("2026-11-20", "yesterday"),
        ("</urlset>", "<url><loc>http://f/1</loc></url></urlset>"),
    ):
        assert list(rules.sitemap(right.replace(old, new).encode())), new
