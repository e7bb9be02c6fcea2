"""Texts of pieces for tests: right ones, which differ by a number, and one that no check would let pass."""

from portal.content import compose, compose_yaml
from tests.jobs import openings

KINDS = ("insight", "issue", "job", "segment")
TRANSLATED = ("insight", "issue")
"""Kinds whose pieces may be written in several languages."""


def text(kind: str, n: int, language: str = "", *, link: str = "", segment: str = "everyone") -> str:
    """A right one."""
    words = f"Words {n}. {link}\n"
    if kind == "segment":
        return compose_yaml({"name": f"Name {n}", "about": "About.", "rule": {"all": [{"interest": ["calibration"]}]}})
    if kind == "job":
        return openings.text(f"{openings.BODY}\n{words}", title=f"Title {n}")
    if kind == "issue":
        front = {"subject": f"Subject {n}", "preview": "Preview."}
        return compose(front if language else {**front, "segment": segment}, words)
    front = {"title": f"Title {n}", "summary": "Summary."}
    rest = {"author": "Ruth Ackroyd", "interests": ["calibration"], "published": "2026-03-02"}
    return compose(front if language else {**front, **rest}, words)


def draft(kind: str, n: int) -> str:
    """One that is not finished."""
    return f"---\ntitle: [{n}\n---\n" if kind != "segment" else f"name: {n}\nrule: perhaps\n"
