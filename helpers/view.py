"""`View`: a figure, a table or a card as markup, with the same content in words; and its look.

HTML is escaped here and nowhere else, and the words are read off the markup, so that the two can't drift apart.
A picture goes out as an image with its words as alternative text, since the notebook front ends strip inline
drawings and keep nothing else that a screen reader can read.
"""

import io
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, FAINT, PAPER, BAND, RECORD = "#1a1a1a", "#6b6b6b", "#ffffff", "#f4f1e8", "#B34700"

# Sign and fill of each answer. The colours are from the Okabe-Ito set, which stays apart for colour-blind readers.
MARKS: Mapping[str, tuple[str, str]] = {
    "allowed": ("●", "background:#0072B2;color:#fff"),
    "not allowed": (
        "✕",
        "color:#1a1a1a;background:repeating-linear-gradient(135deg,#f7d6c2 0 4px,#fff 4px 9px);"
        "border:1px solid #D55E00",
    ),
    "not stated": ("○", "color:#1a1a1a;background:#fff;border:1px dotted #555"),
    "unclear": ("◐", "color:#1a1a1a;background:linear-gradient(90deg,#d9d9d9 50%,#fff 50%);border:1px solid #555"),
}

# Hatches that tell groups apart without colour; the darkest first.
FILLS = (
    "background:repeating-linear-gradient(45deg,#cfe3f0 0 3px,#fff 3px 6px);border:1px solid #0072B2",
    "background:#fff;border:1px solid #1a1a1a",
    "background:#f7d6c2;border:2px solid #D55E00",
    "background:repeating-linear-gradient(0deg,#d5efe6 0 2px,#fff 2px 6px);border:1px solid #009E73",
    "background:repeating-linear-gradient(90deg,#f0dbe7 0 2px,#fff 2px 6px);border:1px dashed #8a4a70",
)

_CELL = "padding:4px 6px;border:1px solid #d8d8d8;text-align:left;vertical-align:top;white-space:normal"
LOOKS: Mapping[str, str] = {
    "page": f"background:{PAPER};color:{INK};font-size:14px;line-height:1.45;padding:10px 12px;max-width:100%;"
    "box-sizing:border-box;overflow-x:auto",
    "layer": f"color:{FAINT};font-size:12px;margin:8px 0 0",
    "title": "font-size:16px;font-weight:600;margin:0 0 6px",
    "text": "margin:4px 0",
    "step": "margin:6px 0;padding:2px 0 2px 10px;border-left:3px solid #999",
    "settles": f"margin:6px 0;padding:4px 0 4px 10px;border-left:5px solid {INK};background:{BAND}",
    "card": f"margin:6px 0;padding:4px 0 4px 10px;border-left:5px solid {INK};background:{BAND};min-height:112px",
    "beside": "display:flex;flex-wrap:wrap;align-items:flex-start",
    "left": "flex:1 1 320px;min-width:0",
    "right": "flex:0 1 500px;min-width:0",
    "panel": "display:inline-block;vertical-align:top;margin:0 14px 12px 0;max-width:100%",
    "table": f"border-collapse:collapse;background:{PAPER};color:{INK};font-size:13px;margin:0",
    "caption": "text-align:left;font-weight:600;padding:2px 0 4px;color:#1a1a1a",
    "cell": _CELL,
    "head": f"{_CELL};background:{BAND};font-weight:600",
    "tick": "padding:4px 3px;border:1px solid #d8d8d8;text-align:center;vertical-align:middle;min-width:24px;"
    "font-size:11px;line-height:1.25",
    "slim": f"{_CELL};background:{BAND};font-weight:600;writing-mode:vertical-rl;font-size:11px;padding:4px 0",
    "mark": "border-radius:3px;white-space:nowrap;padding:1px 8px",
    "chip": "padding:1px 6px;margin:1px;display:inline-block",
    **{answer.replace(" ", "-"): fill for answer, (_, fill) in MARKS.items()},
    **{f"fill-{place}": fill for place, fill in enumerate(FILLS)},
    "noted": "padding:4px 7px;outline:3px solid #1a1a1a;outline-offset:-3px",
    "dots": "display:inline-block;vertical-align:top;width:262px;max-width:100%;margin:0 14px 18px 0",
    "outlet": f"color:{RECORD};font-size:12px",
    "button": f"display:inline-block;border:2px solid #0072B2;border-radius:4px;color:#0072B2;background:{PAPER};"
    "padding:6px 12px;text-decoration:underline",
    "link": f"flex:1 1 180px;min-width:0;border:1px solid {INK};padding:6px 10px;margin:4px 0",
    "arrow": "align-self:center;padding:0 6px;font-size:20px",
    "source": f"color:{RECORD};border-bottom:1px dashed {RECORD};text-decoration:none;font-size:12px",
    "key": "margin:0 0 8px;line-height:2.1",
    "paragraph": f"border:1px solid {INK};border-radius:2px;padding:0 4px;font-size:11px;white-space:nowrap",
    "kind": f"color:{FAINT};font-size:12px",
    "picture": "display:block;width:100%;max-width:860px;height:auto",
}
_SIGNS = str.maketrans({"¶": "paragraph", **dict.fromkeys("●✕○◐▫", "")})


class Html(str):
    """Text that is markup already; all other text is escaped when it enters a tag."""


@dataclass(frozen=True)
class View:
    """A picture, table or card as `markup`, and what it says as `words`; the first line of `words` is its gist.

    The markup names its looks; what is stored has them written into it. The words are read off the markup when they are
    wanted: a change of a control wants the gist alone. `told` stands in their place for markup that holds more than is
    said.
    """

    markup: Html
    told: str = ""

    @cached_property
    def words(self) -> str:
        """What the view says, as alternative text and plain output."""
        return self.told or in_words(self.markup)

    @cached_property
    def gist(self) -> str:
        """The first line of the words."""
        head, end, _ = self.markup.partition("</p>")
        return in_words(head + end).split("\n", 1)[0]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.words, "text/html": styled(self.markup)}


def tag(name: str, *children: str, look: str = "", **attributes: str) -> Html:
    """Return an HTML element; `look` names its looks, and children that are not Html are escaped."""
    head = _look(look) + "".join([f' {key}="{escape(value)}"' for key, value in attributes.items()])
    body = "".join(child if isinstance(child, Html) else escape(child) for child in children)
    return Html(f"<{name}{head}>" if name in ("img", "br") else f"<{name}{head}>{body}</{name}>")


@cache
def _look(look: str) -> str:
    return f' class="{" ".join(f"wl-{one}" for one in look.split())}"' if look else ""


def styled(markup: str) -> Html:
    """Return markup with each look written into its elements too, for where there is no sheet: stored, or on paper."""

    def dress(named: re.Match[str]) -> str:
        return f'{named[0]} style="{escape(";".join(LOOKS[one.removeprefix("wl-")] for one in named[1].split()))}"'

    return Html(re.sub(r' class="(wl-[^"]+)"', dress, markup))


def sheet() -> str:
    """Return the looks as a style sheet, whose rules outdo those of the notebook as a style in the element does."""
    return "\n".join(f"{f'.wl-{name}' * 4} {{ {look} }}" for name, look in LOOKS.items())


def seen(*parts: Html) -> View:
    """Return the view of some markup."""
    return View(Html("".join(parts)))


def page(*children: str, layer: str = "") -> View:
    """Return a view of the given parts, the first being its gist; a view of facts says which layer it shows."""
    line = [tag("p", layer, look="layer")] if layer else []
    return seen(tag("div", *children, *line, look="page"))


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], look: str = "cell", slim: str = ""
) -> Html:
    """Return a table with a heading for each column and each row; the look `slim` stands the column headings up."""
    first, *others = (tag("th", one, look=slim * bool(at) or "head", scope="col") for at, one in enumerate(heads))
    top, body = tag("caption", caption, look="caption"), (_row(look, *row) for row in rows)
    return tag("table", top, tag("thead", tag("tr", first, *others)), tag("tbody", *body), look="table")


@lru_cache(maxsize=2048, typed=True)  # from one view to the next, most of them stay
def _row(look: str, head: str, *cells: str) -> Html:
    whole = (one if isinstance(one, Html) and one.startswith("<td") else tag("td", one, look=look) for one in cells)
    return tag("tr", tag("th", head, look="head", scope="row"), *whole)


def in_words(markup: str) -> str:
    """Return what markup says, a line for each block, picture and row; a row tells the heading of each cell."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = filter(None, (" ".join(line.split()) for line in reader.lines))
    return "\n".join(f"{line[0].upper()}{line[1:]}" for line in lines)


class _Reader(HTMLParser):
    """Collects the lines of some markup; `_row` has the cells of the row that is being read."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self._heads: list[str] = []
        self._row: list[str] = []
        self._cell = 0

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        if name == "img":
            self.lines += [*str(dict(attributes)["alt"]).split("\n"), ""]
        elif name == "table":
            self._heads = []
        elif name == "tr":
            self._row, self._cell = [], len(self.lines)
        elif name in _BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data.translate(_SIGNS)

    def handle_endtag(self, name: str) -> None:
        if name in ("td", "th"):
            self._row.append(" ".join(" ".join(self.lines[self._cell :]).split()))
            del self.lines[self._cell :]
        elif name == "thead":
            self._heads = self._row
        elif name == "tr" and self._heads:
            self.lines += [self._sentence(), ""]
        elif name in _BLOCKS:
            self.lines.append("")

    def _sentence(self) -> str:
        first, *cells = self._row
        told = [
            f"{head}: {cell}" if cells[1:] else cell for head, cell in zip(self._heads[1:], cells, strict=True) if cell
        ]
        return f"{first}: {'; '.join(told)}"


_BLOCKS = {"p", "div", "li", "caption", "br", "td", "th"}


def boxes(paragraphs: tuple[str, ...]) -> Html:
    """Return the mark of the report: each paragraph as a number in a box."""
    return Html(" ".join(tag("span", f"¶ {one}", look="paragraph", title=f"paragraph {one}") for one in paragraphs))


@cache
def mark(answer: str) -> Html:
    """Return an answer as sign, word and fill."""
    return tag("span", f"{MARKS[answer][0]} {answer}", look=f"mark {answer.replace(' ', '-')}")


@cache
def tick(answer: str, note: str = "") -> Html:
    """Return an answer as a whole cell of a table of cases; one with a note stands out."""
    noted = [tag("small", f" ({note})")] if note else []
    look = f"tick {answer.replace(' ', '-')}{' noted' * bool(note)}"
    return tag("td", f"{MARKS[answer][0]} {answer}", *noted, look=look)


def picture(wide: "Html | Figure", narrow: "Html | Figure", words: str) -> Html:
    """Return a drawing as an image, with a second one for narrow screens, and the words as alternative text."""
    source = tag("source", media="(max-width: 700px)", srcset=_data(narrow))
    return tag("picture", source, tag("img", look="picture", alt=words, src=_data(wide)))


def drawing(width: float, height: float, *parts: Html) -> Html:
    """Return an SVG drawing of that many pixels, for what is drawn anew at each key: a figure takes far longer."""
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    paper = stroke((0, 0), (width, 0), (width, height), (0, height), style=f"fill:{PAPER}")
    font = "font-family:DejaVu Sans,Verdana,sans-serif;font-size:9.5px"
    return tag("svg", paper, *parts, xmlns="http://www.w3.org/2000/svg", style=font, **size)


@lru_cache(maxsize=4096)  # from one drawing to the next, most of it stays
def stroke(*points: tuple[float, float], style: str) -> Html:
    """Return a line of a drawing from point to point, in pixels from its upper left."""
    return tag("path", d="M" + "L".join(f"{x:.5g} {y:.5g}" for x, y in points), style=style)


@lru_cache(maxsize=4096, typed=True)  # words that are markup already equal the same words as text
def letters(x: float, y: float, words: str, style: str) -> Html:
    """Return words of a drawing, whose line begins at that point."""
    return tag("text", words, x=f"{x:.5g}", y=f"{y:.5g}", style=style)


def canvas(width: int, height: int) -> "Figure":
    """Return an empty figure of that many pixels, whose one pair of axes counts pixels from the upper left."""
    from matplotlib.figure import Figure  # here, so that a view without a picture loads no library for drawing

    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return figure


def _data(drawn: "Html | Figure") -> str:
    """Return a drawing as the address of an SVG image; the same drawing gives the same bytes."""
    plain = (drawn if isinstance(drawn, Html) else _svg(drawn)).encode()
    return f"data:image/svg+xml;base64,{b64encode(plain).decode()}"


def _svg(figure: "Figure") -> str:
    import matplotlib.text

    out = io.StringIO()
    for text in figure.findobj(matplotlib.text.Text):
        text.set_parse_math(False)
    with matplotlib.rc_context({"svg.hashsalt": "within-limits", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
