"""HTML as a tree of what a page of ours can show: sanitised, balanced, and never deeper than somebody can read."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "address", "dl", "dt", "dd", "figure", "figcaption",
    "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "li", "ol", "ul", "pre", "table", "tbody", "thead", "tfoot",
    "tr", "td", "th",
}  # fmt: skip
_INLINE = {"a", "b", "br", "em", "i", "strong"}
_DEEPEST = 60


@dataclass
class Node:
    """An element: its children are others, and words."""

    tag: str
    href: str = ""
    children: list["Node | str"] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All words in it as they came."""
        return "".join(child if isinstance(child, str) else child.words for child in self.children)

    def each(self, tag: str) -> list["Node"]:
        """The elements of one name anywhere in it, in order, but none inside another of that name."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag == tag else child.each(tag)
        return found


def tree(html: str) -> Node:
    """The root of what is left of somebody's HTML. Scripts, styles and pictures are gone with all that is in them."""
    clean = nh3.clean(html, tags=BLOCKS | _INLINE, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"},
                      url_relative="deny", link_rel=None)  # fmt: skip
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs).get("href") or "")
        self.open[min(len(self.open), _DEEPEST) - 1].children.append(node)
        if tag not in {"br", "hr"}:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[min(len(self.open), _DEEPEST) - 1].children.append(data)
