"""The house rules of design.md §3, kept by a machine: who may import whom, how large things may be."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PORTAL = ROOT / "portal"
MODULES = sorted(PORTAL.rglob("*.py"))

SLICES = {
    "members": 1, "staff": 1, "writing": 2, "audience": 3, "jobs": 4, "insights": 4, "applications": 5, "alerts": 6,
    "newsletter": 7, "followups": 7, "surveys": 7, "home": 8, "reports": 8, "demo": 9,
}  # fmt: skip
"""Slices by step: one may import those on lower steps, never its neighbours or higher ones."""
FOUNDATION = {
    "config", "db", "clock", "sessions", "markdown", "links", "queue", "content", "logs", "schema", "mail",
    "web", "languages",
}  # fmt: skip
ANYTHING = {"wiring", "cli", "__init__", "__main__"}
NAMES = {
    "__init__", "models", "queries", "actions", "emails", "forms", "routes", "desk", "tasks", "commands", "files",
    "templates", "sources",
}  # fmt: skip
EDGES = {"routes", "desk", "tasks", "commands"}
HTTP = {"request", "session", "g", "abort", "redirect", "flash"}
MAY = {
    "models": {"models", "db", "languages"},
    "queries": {
        "models",
        "queries",
        "db",
        "mail.encoding",
        "mail.models",
        "mail.seams",
        "links",
        "config",
        "content",
        "markdown",
        "languages",
        "sessions",
    },
    "web": {"db", "config", "links", "markdown", "sessions", "queue", "content", "clock", "logs", "web", "languages"},
    "mail": {"db", "config", "links", "markdown", "sessions", "queue", "clock", "schema", "mail", "languages"},
}


def parts(path: Path) -> tuple[str, ...]:
    """A module's place: ("audience", "queries", "segments")."""
    return path.relative_to(PORTAL).with_suffix("").parts


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Every module of ours that this one imports when it runs, as parts; type-only imports do not count."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name == "portal" or name.startswith("portal."):
                yield resolve(name)


def resolve(dotted: str) -> tuple[str, ...]:
    """The longest beginning of a dotted name that is a module or package of ours."""
    names = dotted.split(".")[1:]
    while names:
        path = PORTAL.joinpath(*names)
        if path.with_suffix(".py").is_file() or path.is_dir():
            return tuple(names)
        names = names[:-1]
    return ("__init__",)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: "/".join(parts(p)))
def test_nobody_imports_up_or_sideways(path: Path) -> None:
    here = parts(path)
    for there in imports(path):
        where = f"{'.'.join(here)} imports {'.'.join(there)}"
        if here[0] in ANYTHING:
            continue
        assert there[0] not in ANYTHING - {"__init__"} or (here[0] in {"web"} and there[0] == "__init__"), where
        if there[0] in SLICES:
            assert here[0] in SLICES, f"{where}: the foundation never needs a slice"
            lower = SLICES[there[0]] < SLICES[here[0]]
            assert lower or there[0] == here[0], f"{where}: not a lower slice"
        else:
            assert there[0] in FOUNDATION | {"__init__"}, where
        check_layer(here, there, where)


def check_layer(here: tuple[str, ...], there: tuple[str, ...], where: str) -> None:
    """The table under "who may import whom"."""
    if here[0] in {"web", "mail"}:
        assert there[0] in MAY[here[0]], where
        return
    if here[0] not in SLICES:
        return
    layer = here[1] if len(here) > 1 else "__init__"
    target = there[1] if there[0] in SLICES and len(there) > 1 else there[0]
    if layer in {"models", "queries"}:
        allowed = MAY[layer]
        assert target in allowed or ".".join(there[:2]) in allowed, f"{where}: not from {layer}"
    if layer in {"actions", "emails", "files"}:
        assert target not in EDGES | {"forms", "web"}, f"{where}: not from {layer}"
    if layer in EDGES and there[0] in SLICES and there[0] != here[0]:
        assert target not in EDGES, f"{where}: an edge never calls another slice's edge"


def test_there_are_no_import_cycles() -> None:
    graph = {parts(p): set(imports(p)) for p in MODULES}
    state: dict[tuple[str, ...], int] = {}

    def visit(node: tuple[str, ...], trail: tuple[tuple[str, ...], ...]) -> None:
        state[node] = 1
        for next_ in graph.get(node, ()) | graph.get((*node, "__init__"), set()):
            key = next_ if next_ in graph else (*next_, "__init__")
            if key == node or key not in graph or key == ("__init__",):
                continue
            assert state.get(key) != 1, " → ".join(".".join(n) for n in (*trail, node, key))
            if key not in state:
                visit(key, (*trail, node))
        state[node] = 2

    for module in graph:
        if module not in state:
            visit(module, ())


@pytest.mark.parametrize("path", MODULES, ids=lambda p: "/".join(parts(p)))
def test_the_size_of_things(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 250, "a module of at most 250 lines"
    routes = 0
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, f"{node.name}: a function of at most 40 lines"
            routes += any(
                ".route(" in ast.unparse(d) or ".get(" in ast.unparse(d) or ".post(" in ast.unparse(d)
                for d in node.decorator_list
            )
    assert routes <= 8, "at most 8 routes a blueprint"


def test_the_median_module_is_small() -> None:
    lengths = [len(p.read_text().splitlines()) for p in MODULES if p.read_text().strip()]
    assert statistics.median(lengths) <= 80


@pytest.mark.parametrize("slice_", sorted(s for s in SLICES if (PORTAL / s).is_dir()))
def test_a_slice_has_only_the_known_names(slice_: str) -> None:
    found = {p.stem for p in (PORTAL / slice_).iterdir() if p.name != "__pycache__"}
    assert found <= NAMES, found - NAMES
    init = PORTAL / slice_ / "__init__.py"
    assert init.read_text() == "", "the __init__ of a slice is empty"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: "/".join(parts(p)))
def test_http_stays_at_the_edge_and_edges_commit(path: Path) -> None:
    here = parts(path)
    layer = here[1] if here[0] in SLICES and len(here) > 1 else here[0]
    tree = ast.parse(path.read_text())
    if layer not in {"routes", "desk", "web"}:
        taken = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in {"flask", "flask.globals"}
            for alias in node.names
        }
        assert not taken & HTTP, f"{taken & HTTP} belong to routes, desk and web"
    if layer in {"models", "queries", "actions", "emails"}:
        calls = [ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)]
        assert not [c for c in calls if c.endswith(".commit")], "the edge commits, once"
        assert not [c for c in calls if c in {"datetime.now", "clock.now", "date.today"}], "`now` is an argument"


def test_public_functions_are_explained() -> None:
    """Of modules and of our own classes; what overrides a library's method is explained there. mypy sees to types."""
    missing = []
    for path in MODULES:
        for node in public(ast.parse(path.read_text())):
            if ast.get_docstring(node) is None:
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not missing, "\n".join(missing)


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and the methods of classes that inherit nothing."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not node.bases:
                yield from (m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_"))
