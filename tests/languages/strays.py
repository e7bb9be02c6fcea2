"""Finds text that a person would read and no catalogue has: in templates and in Python, by reading them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

PORTAL = Path(__file__).resolve().parents[2] / "portal"
GETTEXT = {"_", "_l", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext"}
READ = {"title", "aria-label", "alt", "placeholder", "label", "summary"}
"""Attributes of HTML that are read out or shown."""
LETTERS = re.compile(r"[A-Za-z]{2,}")
PROSE = re.compile(r"[A-Za-z’']{2,}[,.:;]? [A-Za-z]{2,}|\A[A-Z][a-z]{2,}[.?!:]?\Z")
"""Two words beside each other, or one with a capital letter."""
TAGS = re.compile(r"<[^>]*>?|\[\[[a-z_]+\]\]")
FOR_OTHERS = re.compile(
    r"(?:.*/)?(?:commands|files|importing|models|translations)(?:/.*)?|(?:cli|config(?:/.*)?|logs|schema|db|clock|wiring|queue)|"
    r"(?:content|markdown|demo/actions)/.*|mail/(?:headers|message|relay|transport|waiting)|web/(?:caching|headers|health)"
)
"""Modules that say nothing to members: their words are for operators and authors on their terminal, for logs, for
databases, or for other machines; or they invent people. Those are English."""
SAID = {"ValidationError", "StopValidation", "BadAddress"}
"""Exceptions whose words are shown. All others are for who runs or writes the code."""
NOT_SAID = {"text", "cast", "get", "limit", "spend"}
LOGS = {"debug", "info", "warning", "error", "exception"}


class _Text(HTMLParser):
    """What is read of a page: its text and the attributes that are text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "mj-style", "code"}:
            self.quiet = tag
        if tag == "meta" and given.get("name") == "description":
            self.found.append(given.get("content") or "")
        self.found += [value or "" for name, value in attrs if name in READ]

    def handle_endtag(self, tag: str) -> None:
        self.quiet = "" if tag == self.quiet else self.quiet

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.found.append(data)


def read(html: str) -> list[str]:
    """The texts of some HTML that a person would see or hear."""
    return [" ".join(text.split()) for text in _Text(html).found if text.strip()]


def in_template(environment: Environment, source: str) -> Iterator[str]:
    """Texts in a template: what stands in its HTML, and strings in its code that look like words."""
    tree = environment.parse(source)
    html = "".join(
        part.data if isinstance(part, nodes.TemplateData) else "\ue000"
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
    )
    yield from (text for text in read(html) if LETTERS.search(TAGS.sub("", text)))
    known = {id(word) for call in tree.find_all(nodes.Call) if _name(call.node) in GETTEXT for word in _words(call)}
    known |= {id(word) for compare in tree.find_all(nodes.Compare) for word in _words(compare)}
    for word in _words(tree):
        if id(word) not in known and PROSE.search(TAGS.sub("", word.value)):
            yield word.value


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _words(node: nodes.Node) -> Iterator[nodes.Const]:
    return (const for const in node.find_all(nodes.Const) if isinstance(const.value, str))


def in_module(source: str) -> Iterator[tuple[int, str]]:
    """Strings in a module that look like words and are neither in a call of gettext nor for somebody else."""
    tree = ast.parse(source)
    known = {id(inner) for node in ast.walk(tree) if _is_known(node) for inner in ast.walk(node)}
    known |= {id(f.returns) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)}
    for node in ast.walk(tree):
        said = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in known
        if said and PROSE.search(TAGS.sub("", node.value)):
            yield node.lineno, node.value


def _is_known(node: ast.AST) -> bool:
    """Whether what stands in here is translated, or is not said: docstrings, names, comparisons, logs, exceptions."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.arg):  # with its type
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign):
        names = node.targets if isinstance(node, ast.Assign) else [node.annotation]
        return any(isinstance(name, ast.Name) and name.id in {"__all__", "TypeAlias"} for name in names)
    if isinstance(node, ast.Compare | ast.Subscript):
        return True
    if isinstance(node, ast.Raise):
        return not (isinstance(node.exc, ast.Call) and _called(node.exc) in SAID)
    if not isinstance(node, ast.Call):
        return False
    of_log = isinstance(node.func, ast.Attribute) and node.func.attr in LOGS
    return of_log or _called(node) in GETTEXT | NOT_SAID


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def misused(source: str) -> Iterator[tuple[int, str]]:
    """Calls of gettext that cannot work: text put together inside, or translated once and for all at the start."""
    tree = ast.parse(source)
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _called(node) not in GETTEXT or isinstance(node.func, ast.Attribute):
            continue
        texts = 2 if _called(node) in {"ngettext", "pgettext"} else 3 if _called(node) == "npgettext" else 1
        if not all(isinstance(arg, ast.Constant) and isinstance(arg.value, str) for arg in node.args[:texts]):
            yield node.lineno, "the text must be one plain string: nothing is found that is put together"
        if _called(node) not in {"_l", "lazy_gettext"} and id(node) not in inside:
            yield node.lineno, "this is said in one language for ever: use lazy_gettext here"
