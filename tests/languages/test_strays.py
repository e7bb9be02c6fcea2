"""No text outside the catalogues: templates and modules are read, and what looks like words must be translatable."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.languages import strays
from tests.languages.strays import FOR_OTHERS, PORTAL

TEMPLATES = sorted(p for p in PORTAL.rglob("templates/**/*") if p.suffix in {".html", ".xml", ".txt", ".mjml"})
MODULES = sorted(
    p for p in PORTAL.rglob("*.py") if not FOR_OTHERS.fullmatch(str(p.relative_to(PORTAL).with_suffix("")))
)
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"])
EXCEPTIONS = {
    "audience/queries/options.py": "[A-Z][a-z]+",  # parts of the world, as time zones are called
    "audience/queries/protected.py": ".*",  # why a segment may not ask something: for who writes segments
    "audience/queries/wording.py": ".*",  # what people agree to: a version of its own in each language
    "demo/routes.py": "attachment; filename=.",  # a header
    "audience/queries/names.py": "names that have been read|whether these are all there are",  # where they are kept
    "alerts/routes/feeds.py": "private, max-age=",  # a header
    "jobs/actions/syncing/meaning.py": "(entry|mid) level",  # what boards call it
    "jobs/queries/boards.py": "[A-Z][a-zA-Z ]+|JSON-LD.*",  # what they are called
    "jobs/sources/fetching.py": "Accept|Host",  # headers
    "jobs/sources/greenhouse.py": "fully remote|on[ -]site|in[ -]office",  # what boards call it
    "jobs/sources/json_ld.py": "jobLocationType: TELECOMMUTE",
    "jobs/sources/places.py": r"\\b\(.*",  # a pattern
    "jobs/sources/schema.py": "[A-Z][a-zA-Z]+",  # types of schema.org
    "jobs/sources/teamtailor.py": "application/.*",  # types of content
    "audience/queries/segments.py": "is nothing we know: |there are |Value error, |take it out, nothing is called so",
    "audience/templates/audience/parts.html": "secondary small",  # classes
    "audience/templates/audience/desk/segment_parts.html": "secondary small|hx-post=.*",  # classes; attributes
    "audience/queries/finding.py": "(gender|origin).*",  # keys of what `protected.py` says
    "jobs/queries/indeed.py": "(Fully|Hybrid) remote",  # what a job board calls them
    "jobs/queries/markup.py": "[A-Z][a-zA-Z]+",  # types of schema.org
    "jobs/queries/search.py": "SELECT .*| UNION ALL ",
    "languages.py": "English|Deutsch",  # languages call themselves by their own names
    "members/routes/privacy.py": "attachment; filename=.",
    "newsletter/actions/drafting.py": r"people are in |of them get a part \(|so few that each could be told apart.*",  # for authors
    "newsletter/actions/frames.py": r"\(prefers-color-scheme: dark\)|not all|light dark",  # CSS
    "newsletter/templates/newsletter/desk/preview_pane.html": ".href=.*",  # attributes, from a macro
    "newsletter/queries/checks.py": "(click|read|this|klicke?|mehr|clica|ler|saber) [a-z]+",  # words of links, to be met
    "newsletter/emails.py": "nobody can choose the interest |: see content/interests.yml",  # for authors
    "web/schemes.py": r"color-scheme: .*|\(prefers-color-scheme: dark\)|not all|private, max-age=.*",  # CSS; a header
    "writing/actions/export.py": "its words were not known: .*",  # in a command's table
    "writing/actions/export_media.py": "left alone, .*",
    "writing/actions/homes.py": "differs from the desk: .*",
    "writing/actions/writing_out.py": "left alone, .*",
    "writing/routes.py": "public, max-age=",  # a header
    "staff/actions/provider.py": "openid email profile",  # what the standard calls it
    "staff/desk/log.py": "attachment; filename=.audit-",
    "staff/queries/words.py": "[A-Z][a-z]+",  # parts of the world, as time zones are called
    "web/access.py": "(any|who|a ).*|Member . None|Lax",  # who comes through which door; a type; a cookie's mark
    "web/templates/desk.html": "(aria-current=.(page|true). ?)+class=.desk wide.",  # attributes, from a macro and a block
    "web/templates/base.html": "(aria-current=.(page|true). ?)+",  # an attribute, from a macro
    "web/templates/macros.html": ".-hint .-error|lang=.{3}",  # ids and an attribute, from macros
    "web/browsers.py": "[A-Z][A-Za-z ]+|iPhone|iPad",  # products' own names
    "web/errors.py": "no space|no such table|no such column|does not exist",  # what databases say
}
"""Per file, the texts that stand there on purpose, with the reason."""
CLASSES = {"secondary small", "quiet small", "danger small"}
"""What a button looks like, where a macro is told."""


def name(path: Path) -> str:
    return str(path.relative_to(PORTAL))


def strange(path: Path, texts: list[str]) -> list[str]:
    """Those that are not allowed there."""
    allowed = re.compile(EXCEPTIONS.get(name(path), "(?!)"), re.DOTALL)
    return [text for text in texts if text not in CLASSES and not allowed.fullmatch(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_nothing_by_itself(path: Path) -> None:
    assert strange(path, list(strays.in_template(ENVIRONMENT, path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_says_nothing_by_itself(path: Path) -> None:
    found = [(line, text) for line, text in strays.in_module(path.read_text("utf-8")) if strange(path, [text])]
    assert found == []
    assert list(strays.misused(path.read_text("utf-8"))) == []


STRAYS = [
    "<p>{{ icon('x') }} Some words</p>",
    "<p>word</p>",
    '<nav aria-label="Pages"></nav>',
    '{{ button("Save") }}',
    '{{ field(form.name, hint="A first name is enough.") }}',
    '{{ "At most " ~ most }}',
    "{{ org_name if some else 'one mail' }}",
    '<meta name="description" content="About us">',
]
SAID = [
    "<p>{{ _('Some words') }}</p>",
    "<p>{% trans %}Some <a href='/x'>words</a>{% endtrans %}</p>",
    "<p>{{ ngettext('One mail', '%(num)s mails', n) }}</p>",
    '<p class="lede" id="some-thing"><code>portal demo</code></p>',
    '{{ button(_("Save"), kind="secondary", icon_name="check") }}',
    "{% if kind == 'Some words' %}…{% endif %}",
]


def test_strays_in_templates_are_found() -> None:
    assert [source for source in STRAYS if not list(strays.in_template(ENVIRONMENT, source))] == []
    assert [source for source in SAID if list(strays.in_template(ENVIRONMENT, source))] == []


STRAY_CODE = [
    'flash("Saved for you.")',
    'abort(404, f"There is no {thing} here.")',
    'raise ValidationError("Choose one of them.")',
    'StringField("Language")',
    'WORDS = {"remote": "Remote", "onsite": "On site"}',
    'Words(subject=f"Welcome to {org}", why="You asked for it.")',
    '_(f"There is no {thing}")',
    'NAME = _("The whole")',
]
SAID_CODE = [
    '"""What this is about."""',
    'def f() -> None: flash(_("Saved: %(what)s.", what=what))',
    'log.warning("this went wrong", reason="no host")',
    'raise ValueError("not a language tag")',
    'NAMES = {"remote": _l("Remote")}',
    'if said == "Some words": pass',
    'def f(x: "Member") -> "Member": ...',
]


def test_strays_in_modules_are_found() -> None:
    def found(source: str) -> bool:
        return bool([*strays.in_module(source), *strays.misused(source)])

    assert [source for source in STRAY_CODE if not found(source)] == []
    assert [source for source in SAID_CODE if found(source)] == []
