"""`View`: what a lesson shows, as a tree of nodes with its HTML and its words.

Text is escaped where a node is written out, and nowhere else. The words are read off the same tree,
so that picture and words can't drift apart. The looks stand in looks.css.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

SIGNS = {"allowed": "●", "not allowed": "✕", "not stated": "○", "unclear": "◐", "no such case": "▫"}
_UNSAID = str.maketrans({"¶": "paragraph", **dict.fromkeys("".join(SIGNS.values()), "")})
_BLOCKS = {"p", "div", "li", "caption", "br", "td", "th", "label", "legend", "summary", "section"}
_EMPTY = {"img", "br", "source", "input"}


@dataclass(frozen=True)
class Node:
    """An element: its name, its children (nodes, or text not escaped yet), its attributes."""

    name: str
    children: tuple["Node | str", ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def html(self, styles: Mapping[str, str] | None = None) -> str:
        """Return the element as HTML; with `styles`, each look is written into it as a style too.

        >>> tag("p", "a < b", look="title").html()
        '<p class="wl-title">a &lt; b</p>'
        """
        attributes = dict(self.attributes)
        looks = attributes.get("class", "").split() if styles else []
        if styles and looks:
            told = [styles[look] for look in looks if look in styles]
            attributes["style"] = " ".join([*told, attributes.get("style", "")]).strip()
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        inner = "".join(
            child.html(styles) if isinstance(child, Node) else escape(child, False)
            for child in self.children
        )
        return f"<{self.name}{written}>" + ("" if self.name in _EMPTY else f"{inner}</{self.name}>")


Child = Node | str


def tag(name: str, /, *children: Child, look: str = "", **attributes: str) -> Node:
    """Return an element; `look` names its looks in looks.css, parted by spaces.

    An underscore in the name of an attribute becomes a hyphen: `aria_hidden`.

    >>> tag("p", "Hi", look="text", title="a greeting").html()
    '<p class="wl-text" title="a greeting">Hi</p>'
    """
    named = [(key.replace("_", "-"), value) for key, value in attributes.items()]
    looks = [("class", " ".join(f"wl-{one}" for one in look.split()))] if look else []
    return Node(name, children, (*looks, *named))


@dataclass(frozen=True)
class View:
    """What a lesson shows. The first line of its words is its gist."""

    nodes: tuple[Node, ...]

    @property
    def markup(self) -> str:
        """The view as HTML that names its looks, for a page with the style sheet."""
        return "".join(node.html() for node in self.nodes)

    @property
    def words(self) -> str:
        """What the view says, as alternative text and plain output."""
        return "\n".join(in_words(*self.nodes))

    @property
    def gist(self) -> str:
        """The first line of the words."""
        return next(iter(in_words(*self.nodes)), "")

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        stored = "".join(node.html(STYLES) for node in self.nodes)
        return {"text/plain": self.words, "text/html": stored}


def page(*children: Child, layer: str = "") -> View:
    """Return a view of parts, the first being its gist; one of facts says which layer it shows.

    >>> page("Hello.", layer="Layer: none.").words
    'Hello.\\nLayer: none.'
    """
    line = (tag("p", layer, look="layer"),) if layer else ()
    return View((tag("div", *children, *line, look="page"),))


def note(words: str) -> View:
    """Return a view that only says something of ours.

    >>> note("Nothing yet.").gist
    'Nothing yet.'
    """
    return page(tag("p", words, look="title"))


def table(
    caption: str,
    heads: Sequence[Child],
    rows: Iterable[Sequence[Child]],
    look: str = "cell",
    slim: str = "head",
) -> Node:
    """Return a table with a heading for each column and each row.

    The look `slim` stands the column headings up. A cell that is a `td` already stays as it is.

    >>> [*in_words(table("Ages", ("Name", "Age", "Town"), [("Ada", "36", "London")]))]
    ['Ages', 'Ada: Age: 36; Town: London']
    """
    looks = ["head", *[slim] * (len(heads) - 1)]
    top = [tag("th", head, look=own, scope="col") for head, own in zip(heads, looks, strict=True)]
    body = [
        tag("tr", tag("th", head, look="head", scope="row"), *(_cell(cell, look) for cell in cells))
        for head, *cells in rows
    ]
    parts = tag("thead", tag("tr", *top)), tag("tbody", *body)
    return tag("table", tag("caption", caption, look="caption"), *parts, look="table")


def _cell(cell: Child, look: str) -> Node:
    done = isinstance(cell, Node) and cell.name == "td"
    return cell if isinstance(cell, Node) and done else tag("td", cell, look=look)


def span(*children: Child, look: str = "") -> Node:
    """Return parts in a line as one.

    >>> span("a", "b").html()
    '<span>ab</span>'
    """
    return tag("span", *children, look=look)


def boxes(paragraphs: Iterable[str]) -> Node:
    """Return the mark of the report: each paragraph as a number in a box.

    >>> [*in_words(boxes(["2", "3"]))]
    ['Paragraph 2 paragraph 3']
    """
    return spaced([tag("span", f"¶ {number}", look="paragraph") for number in paragraphs])


def spaced(parts: Sequence[Child], between: str = " ") -> Node:
    """Return parts in a line with the same words between them.

    >>> spaced(["a", "b"], " · ").html()
    '<span>a · b</span>'
    """
    return span(*[child for part in parts for child in (between, part)][1:])


def mark(answer: str) -> Node:
    """Return an answer as sign, word and fill.

    >>> [*in_words(mark("allowed"))]
    ['Allowed']
    """
    return span(f"{SIGNS[answer]} {answer}", look=f"mark {answer.replace(' ', '-')}")


def tick(answer: str, note: str = "") -> Node:
    """Return an answer as a whole cell of a table of cases; one with a note stands out.

    >>> [*in_words(tick("unclear", "your case"))]
    ['Unclear (your case)']
    """
    noted = (tag("small", f" ({note})"),) if note else ()
    look = f"tick {answer.replace(' ', '-')}{' noted' if note else ''}"
    return tag("td", f"{SIGNS[answer]} {answer}", *noted, look=look)


def in_words(*nodes: Child) -> Iterable[str]:
    """Yield the lines that nodes say, one for each block, picture and row of a table.

    >>> [*in_words(table("Ages", ("Name", "Age"), [("Ada", "36")]))]
    ['Ages', 'Ada: 36']
    """
    lines = [""]
    for node in nodes:
        _tell(node, lines)
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        yield line[0].upper() + line[1:]


def _tell(node: Child, lines: list[str]) -> None:
    """Add what a node says: text goes on in the last line, a block has lines of its own."""
    if isinstance(node, str):
        lines[-1] += node.translate(_UNSAID)
    elif node.name == "img":
        lines += [*dict(node.attributes)["alt"].split("\n"), ""]
    elif node.name == "table":
        caption, (heads,), rows = node.children[0], *map(_rows, node.children[1:])
        lines += [_flat(caption), *(_sentence(heads, row) for row in rows), ""]
    elif node.name != "style":
        block = node.name in _BLOCKS
        lines += [""] * block
        for child in node.children:
            _tell(child, lines)
        lines += [""] * block


def _rows(part: Child) -> list[list[str]]:
    """Return what each cell of each row says, in the head or the body of a table."""
    rows = part.children if isinstance(part, Node) else ()
    return [[_flat(cell) for cell in row.children] for row in rows if isinstance(row, Node)]


def _sentence(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return a row as one line, in which each cell but a lone one is told with its heading."""
    first, *cells = row
    told = [
        f"{head}: {cell}" if cells[1:] else cell
        for head, cell in zip(heads[1:], cells, strict=True)
        if cell
    ]
    return f"{first}: {'; '.join(told)}"


def _flat(node: Child) -> str:
    lines = [""]
    _tell(node, lines)
    return " ".join(" ".join(lines).split())


LOOKS = (Path(__file__).parent / "looks.css").read_text(encoding="utf-8")
_COLOURS = dict(re.findall(r"(--wl-[\w-]+): ([^;]+);", LOOKS.split("/* Dark", 1)[0]))
# The looks by name, with the colours of the light theme, to be written into what is stored.
STYLES = {
    name: re.sub(r"var\((--wl-[\w-]+)\)", lambda found: _COLOURS[found[1]], " ".join(own.split()))
    for name, own in re.findall(r"(?m)^\.(wl-[\w-]+) \{([^}]*)\}", LOOKS)
}
# The whole sheet in a line; its rules outdo those that are written into what is stored.
SHEET = " ".join(re.sub(r"(?m);$", " !important;", LOOKS).split())
