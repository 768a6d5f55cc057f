"""`View`: what a lesson shows, as a tree of nodes with its HTML and its words.

Text is escaped where a node is written out, and nowhere else. The words are read off the same tree,
so that picture and words can't drift apart. The looks stand in looks.css.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain
from pathlib import Path
from typing import NamedTuple

SIGNS = {"allowed": "●", "not allowed": "✕", "not stated": "○", "unclear": "◐", "no such case": "▫"}
SIGNS |= {"yes": "✓", "not yet": "↻", "not checked": "□"}  # of an answer to a question
# How a text is read aloud: no signs, and no line breaks of its own.
_SPOKEN = str.maketrans({"¶": "paragraph", "\n": " ", **dict.fromkeys(SIGNS.values(), "")})
_BLOCKS = {"p", "div", "li", "caption", "br", "td", "th", "legend", "summary", "section"}
_EMPTY = {"img", "br", "source", "input"}


class Node(NamedTuple):
    """An element: its name, its children (nodes, or text not escaped yet), its attributes.

    One that is drawn again and again has its HTML made before: `node._replace(made=node.html())`.
    """

    name: str
    children: tuple["Node | str", ...] = ()
    attributes: Mapping[str, str] = {}
    made: str = ""

    def html(self, styles: Mapping[str, str] | None = None) -> str:
        """Return the element as HTML; with `styles`, each look is written into it as a style too.

        >>> tag("p", "a < b", look="title").html()
        '<p class="wl-title">a &lt; b</p>'
        """
        if self.made and not styles:
            return self.made
        own = self.attributes
        if styles and "class" in own:
            told = [styles[look] for look in own["class"].split() if look in styles]
            own = {**own, "style": " ".join([*told, own.get("style", "")]).strip()}
        text = "".join([f' {name}="{escape(value)}"' for name, value in own.items()])
        text = f"<{self.name}{text}>"
        for child in self.children:
            text += escape(child, False) if isinstance(child, str) else child.html(styles)
        return text if self.name in _EMPTY else f"{text}</{self.name}>"


Child = Node | str
Cells = Sequence[Child]  # a row of a table, its heading first


def tag(name: str, /, *children: Child, look: str = "", **attributes: str | None) -> Node:
    """Return an element; `look` names its looks in looks.css, parted by spaces.

    An underscore in the name of an attribute becomes a hyphen: `aria_hidden`. An attribute that is
    None is left out.

    >>> tag("p", "Hi", look="text", title="a greeting").html()
    '<p class="wl-text" title="a greeting">Hi</p>'
    """
    looks = {"class": f"wl-{look.replace(' ', ' wl-')}"} if look else {}
    named = {key.replace("_", "-"): value for key, value in attributes.items() if value is not None}
    return Node(name, children, looks | named)


@dataclass(frozen=True)  # no tuple: for these IPython has words of its own
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
        stored = [node.html(STYLES) for node in map(still, self.nodes) if isinstance(node, Node)]
        return {"text/plain": self.words, "text/html": "".join(stored)}


def page(*children: Child, layer: str = "") -> View:
    """Return a view of parts, the first being its gist; one of facts says which layer it shows.

    >>> page("Hello.", layer="Layer: none.").words
    'Hello.\\nLayer: none.'
    """
    return View((tag("div", *children, layer and tag("p", layer, look="layer"), look="page"),))


def note(words: str) -> View:
    """Return a view that only says something of ours.

    >>> note("Nothing yet.").gist
    'Nothing yet.'
    """
    return page(tag("p", words, look="title"))


def table(
    caption: str, heads: Cells, rows: Iterable[Cells], slim: str = "head", above: Cells = ()
) -> Node:
    """Return a table with a heading for each column and each row.

    The look `slim` stands the column headings up. A cell that is a `td` already stays as it is.
    A row `above` the headings is for the eye alone.

    >>> [*in_words(table("Ages", ("Name", "Age", "Town"), [("Ada", "36", "London")]))]
    ['Ages', 'Ada: Age: 36; Town: London']
    """
    top = [tag("th", own, look=slim if at else "head", scope="col") for at, own in enumerate(heads)]
    parts = tag("thead", *above, tag("tr", *top)), tag("tbody", *[_row(*row) for row in rows])
    return tag("table", tag("caption", caption, look="caption"), *parts, look="table")


def _row(head: Child, *cells: Child) -> Node:
    return tag("tr", tag("th", head, look="head", scope="row"), *map(_cell, cells))


def _cell(cell: Child) -> Node:
    return cell if isinstance(cell, Node) and cell.name == "td" else tag("td", cell, look="cell")


def span(*children: Child, look: str = "") -> Node:
    """Return parts in a line as one.

    >>> span("a", "b").html()
    '<span>ab</span>'
    """
    return tag("span", *children, look=look)


def pick(
    kind: str, name: str, value: str, on: bool, *words: Child, look: str = "", says: str = ""
) -> Node:
    """Return words to choose: a radio button or a checkbox with its label, in a live view.

    `says` is the label for those who listen, where the words alone do not say enough.

    >>> pick("radio", "town", "york", True, "York").children[1]
    'York'
    """
    told = {"type": kind, "name": name, "value": value}
    box = tag("input", **told, checked="" if on else None, aria_label=says or None)
    return tag("label", box, *words, look=look)


def still(node: Child) -> Child:
    """Return a node with no controls in it: what there is to choose is words.

    >>> still(pick("radio", "town", "york", True, "York")).html()
    '<span>York</span>'
    """
    if isinstance(node, str) or node.name in ("input", "button"):
        return node if isinstance(node, str) else ""
    name = "span" if node.name == "label" else node.name
    return Node(name, tuple(map(still, node.children)), node.attributes)


def boxes(paragraphs: Iterable[str]) -> Node:
    """Return the mark of the report: each paragraph as a number in a box; an empty one has none.

    >>> [*in_words(boxes(["2", "3"]))]
    ['Paragraph 2 paragraph 3']
    """
    return spaced([tag("span", f"¶ {number}", look="paragraph") for number in paragraphs if number])


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


def in_words(*nodes: Child) -> Iterable[str]:
    """Yield the lines that nodes say, one for each block, picture and row of a table.

    >>> [*in_words(table("Ages", ("Name", "Age"), [("Ada", "36")]))]
    ['Ages', 'Ada: 36']
    """
    line = ""
    for piece in chain(*map(_said, nodes), "\n"):
        *whole, line = f"{line}{piece}".split("\n")
        for told in filter(None, (" ".join(part.split()) for part in whole)):
            yield told[0].upper() + told[1:]


def _said(node: Child) -> Iterable[str]:
    """Yield what a node says: text goes on in its line, all that is a block has its own lines."""
    if isinstance(node, str):
        yield node.translate(_SPOKEN)
    elif node.name == "img":
        yield f"\n{node.attributes['alt']}\n"
    elif node.name == "table":
        yield "\n".join(["", *_lines(node), ""])
    elif node.name != "style":
        end = "\n" if node.name in _BLOCKS else ""
        yield from chain(end, *map(_said, node.children), end)


def _lines(table: Node) -> Iterable[str]:
    """Yield the caption of a table, and each row; each cell but a lone one after its heading."""
    caption, *parts = _nodes(table)
    said = [row for part in parts for row in _nodes(part) if "aria-hidden" not in row.attributes]
    heads, *rows = ([*map(_line, _nodes(row))] for row in said)
    yield _line(caption)
    for first, *cells in rows:
        told = [f"{head}: {cell}" for head, cell in zip(heads[1:], cells, strict=True) if cell]
        yield f"{first}: {'; '.join(told if cells[1:] else cells)}"


def _nodes(node: Node) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node)]


def _line(node: Child) -> str:
    return " ".join("".join(_said(node)).split())


LOOKS = (Path(__file__).parent / "looks.css").read_text(encoding="utf-8")
_COLOURS = dict(re.findall(r"(--wl-[\w-]+): ([^;]+);", LOOKS.split("/* Dark", 1)[0]))
_LIGHT = re.sub(r"var\((--wl-[\w-]+)\)", lambda found: _COLOURS[found[1]], LOOKS)
_RULES = re.findall(r"(?m)^\.(wl-[\w-]+) \{([^}]*)\}", _LIGHT)
# The looks by name, with the colours of the light theme, to be written into what is stored.
STYLES = {name: " ".join(own.split()) for name, own in _RULES}
# The whole sheet in a line; its rules outdo those that are written into what is stored.
SHEET = " ".join(re.sub(r"(?m);$", " !important;", LOOKS).split())
