"""A feed's HTML as our Markdown. Own code: what there is for it on PyPI brings a second HTML parser along, or a licence
that is not ours."""

import re
from collections.abc import Sequence
from itertools import groupby

from portal.jobs.sources.tree import BLOCKS, Node, tree

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_SPECIAL = re.compile(r"[\\`*_{}\[\]|]|!$")
_ENTITY = re.compile(r"&(?=#?\w{1,40};)")
_FIRST = re.compile(r"^(?:([#+>-])|([=~:])|(\d{1,9})([.)])(?=\s|$))")
_QUOTED = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", " ": "%20", '"': "%22"})
_DEEPEST = 5
"""Lists and quotes in each other: what lies deeper stands on this level."""

Block = list[str]


def markdown(html: str) -> str:
    """The same words in our dialect: headings, paragraphs, lists, emphasis, links, quotes, code and tables."""
    return "\n\n".join("\n".join(block) for block in _blocks(tree(html).children, 0)) + "\n"


def _blocks(children: Sequence[Node | str], depth: int) -> list[Block]:
    """What stands below each other, each as its lines."""
    found: list[Block] = []
    for inline, run in groupby(children, lambda one: isinstance(one, str) or one.tag not in BLOCKS):
        together = list(run)
        if inline:
            found += _paragraphs(_inline(together))
        else:
            found += [block for node in together if isinstance(node, Node) for block in _block(node, depth)]
    return found


def _block(node: Node, depth: int) -> list[Block]:
    match node.tag:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            words = _one_line(node.children)
            words = re.sub(r"#(?=#*$)", "&#35;", words)  # a heading may end with them, as it begins
            return [[f"{_HEADINGS[node.tag]} {words}"]] if words and not depth else _paragraphs(words)
        case "ul" | "ol":
            return _list(node, depth)
        case "blockquote" if not depth:
            lines = _joined(_blocks(node.children, depth + 1))
            return [[f"> {line}".rstrip() for line in lines]] if lines else []
        case "pre" if not depth:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", node.words)), default=0))
            return [[fence, *node.words.strip("\n").split("\n"), fence]] if node.words.strip() else []
        case "pre":
            return _paragraphs(_escaped(node.words))
        case "table":
            return _table(node, depth)
        case "hr":
            return [] if depth else [["---"]]
    return _blocks(node.children, depth)


def _list(node: Node, depth: int) -> list[Block]:
    """The items; of a list that lies too deep only their words."""
    items = [_blocks([child] if isinstance(child, str) else _content(child), depth + 1) for child in node.children]
    items = [item for item in items if item]
    if depth >= _DEEPEST:
        return [block for item in items for block in item]
    loose = any((len(item) > 1 and not _is_list(item[1])) or len(item) > 2 for item in items)
    lines: Block = []
    for number, item in enumerate(items, start=1):
        first, *rest = _joined(item, loose)
        lead = f"{number}. " if node.tag == "ol" else "- "
        lines += [""] if loose and lines else []
        lines += [lead + first, *(f"    {line}".rstrip() for line in rest)]
    return [lines] if lines else []


def _content(node: Node) -> Sequence[Node | str]:
    return node.children if node.tag == "li" else [node]


def _is_list(block: Block) -> bool:
    return bool(re.match(r"(?:-|\d+\.) ", block[0]))


def _joined(blocks: list[Block], apart: bool = True) -> Block:
    lines: Block = []
    for block in blocks:
        lines += [""] if lines and apart else []
        lines += block
    return lines


def _table(node: Node, depth: int) -> list[Block]:
    """A table; in a list or with a single column just its words."""
    rows = [[_one_line([cell]) for cell in row.children] for row in node.each("tr")]
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    if width < 2 or depth:
        return [block for row in rows for block in _paragraphs(" · ".join(filter(None, row)))]
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return [[lines[0], "|" + " --- |" * width, *lines[1:]]]


def _paragraphs(words: str) -> list[Block]:
    """Words with line breaks in them: two in a row begin a new paragraph."""
    found = []
    for part in re.split(r"\n\s*\n", words):
        lines = [_FIRST.sub(_as_words, " ".join(line.split())) for line in part.split("\n") if line.strip()]
        if lines:
            found.append([f"{line}  " for line in lines[:-1]] + lines[-1:])
    return found


def _as_words(found: re.Match[str]) -> str:
    """What begins a line and would mean something there; not all of it can be escaped by a backslash."""
    if found[1]:
        return f"\\{found[1]}"
    return f"&#{ord(found[2])};" if found[2] else f"{found[3]}\\{found[4]}"


def _one_line(children: Sequence[Node | str]) -> str:
    return " ".join(_inline(children).split())


def _inline(children: Sequence[Node | str], inside: frozenset[str] = frozenset()) -> str:
    """Words with their marks; `\\n` is a line break."""
    done = ""
    for child in children:
        if isinstance(child, str):
            done += _escaped(re.sub(r"\s+", " ", child))
        elif child.tag == "br":
            done += "\n"
        elif child.tag in _MARKS:
            done += _marked(child, _MARKS[child.tag], inside, done)
        elif child.tag == "a":
            done += _link(child, inside)
        else:
            done += _inline(child.children, inside)
    return done


def _marked(node: Node, mark: str, inside: frozenset[str], before: str) -> str:
    """Emphasis holds on to its words: spaces stay outside. Marks that would run into others are left out."""
    words = _inline(node.children, inside | {mark})
    bare = words.strip()
    if not bare or "\n" in bare or inside or before.endswith("*") or "*" in bare.replace("\\*", ""):
        return words
    lead, trail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{lead}{mark}{bare}{mark}{trail}"


def _link(node: Node, inside: frozenset[str]) -> str:
    words = _inline(node.children, inside | {"a"})
    bare = " ".join(words.split())
    if not bare or not node.href or "a" in inside:
        return words
    lead, trail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{lead}[{bare}]({node.href.translate(_QUOTED)}){trail}"


def _escaped(words: str) -> str:
    words = _SPECIAL.sub(r"\\\g<0>", _ENTITY.sub("&amp;", words))
    return words.replace("<", "&lt;").replace("]:", "]&#58;")  # which would define an address
