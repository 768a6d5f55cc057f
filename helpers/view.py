"""`View(words, markup)`: a figure, a table or a card as HTML, with the same content in words; and its look.

HTML is escaped here and nowhere else. A picture goes out as an image with its words as alternative text,
since the notebook front ends strip inline drawings and keep nothing else that a screen reader can read.
"""

import io
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import matplotlib
from matplotlib.figure import Figure

INK, FAINT, PAPER, BAND = "#1a1a1a", "#6b6b6b", "#ffffff", "#f4f1e8"

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
    "tick": "padding:2px;border:1px solid #d8d8d8;text-align:center;vertical-align:middle;width:82px",
    "chosen": "padding:2px;border:3px solid #1a1a1a;text-align:center;vertical-align:middle;width:82px",
    "word": "color:inherit",
    "key": "margin:0 0 8px;line-height:2.1",
    "paragraph": f"border:1px solid {INK};border-radius:2px;padding:0 4px;font-size:11px;white-space:nowrap",
    "kind": f"color:{FAINT};font-size:12px",
    "picture": "display:block;width:100%;max-width:860px;height:auto",
}


class Html(str):
    """Text that is markup already; all other text is escaped when it enters a tag."""


@dataclass(frozen=True)
class View:
    """A picture, table or card as `markup`, and what it says as `words`; the first line of `words` is its gist."""

    words: str
    markup: Html

    @property
    def gist(self) -> str:
        """The first line of the words."""
        return self.words.split("\n", 1)[0]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.words, "text/html": self.markup}


def tag(name: str, *children: str, look: str = "", **attributes: str) -> Html:
    """Return an HTML element; `look` names its style, and children that are not Html are escaped."""
    if look:
        attributes = {"class": f"wl-{look}", "style": LOOKS[look]} | attributes
    head = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    body = "".join(child if isinstance(child, Html) else escape(child) for child in children)
    return Html(f"<{name}{head}>" if name in ("img", "br") else f"<{name}{head}>{body}</{name}>")


def page(words: str, *children: str, layer: str = "") -> View:
    """Return a view of the given parts; a view of facts says in words and on the page which layer it shows."""
    line = [tag("p", layer, look="layer")] if layer else []
    return View("\n".join(filter(None, (words, layer))), tag("div", *children, *line, look="page"))


def boxes(paragraphs: tuple[str, ...]) -> Html:
    """Return the mark of the report: each paragraph as a number in a box."""
    return Html(" ".join(tag("span", f"¶ {one}", look="paragraph", title=f"paragraph {one}") for one in paragraphs))


def mark(answer: str, small: bool = False) -> Html:
    """Return an answer as sign, word and fill; a small one fills its cell."""
    sign, fill = MARKS[answer]
    size = (
        "font-size:11px;display:block;padding:2px 1px;line-height:1.25"
        if small
        else "white-space:nowrap;padding:1px 8px"
    )
    return tag("span", f"{sign} ", tag("span", answer, look="word"), style=f"{fill};border-radius:3px;{size}")


def picture(wide: Figure, narrow: Figure, words: str) -> Html:
    """Return a drawing as an image, with a second one for narrow screens, and the words as alternative text."""
    source = tag("source", media="(max-width: 700px)", srcset=_data(narrow))
    return tag("picture", source, tag("img", look="picture", alt=words, src=_data(wide)))


def canvas(width: int, height: int) -> Figure:
    """Return an empty figure of that many pixels, whose one pair of axes counts pixels from the upper left."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return figure


def _data(figure: Figure) -> str:
    """Return a figure as the address of an SVG image; the same figure gives the same bytes."""
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "within-limits", "svg.fonttype": "none"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{b64encode(out.getvalue()).decode()}"
