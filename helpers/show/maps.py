"""The drawn figures: the border and places near it, distances on one scale, a plot of one's own."""

from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import facts
from helpers.show.parts import aside, sourced, title, told
from helpers.view import Node, View, page, table, tag

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["border", "figure", "ranges"]
STYLE = Path(__file__).parents[1] / "figures.mplstyle"
INK, RECORD, FAINT = "C0", "C1", "C2"  # by their place in the style
WIDE, NARROW, INCH = 850, 330, 96  # pixels: beside a side bar, on a telephone, and an inch
ROW, NUMBER = 44, 80  # pixels: for a figure of the scale, and for the number at its end
KM_PER_DEGREE, BAR = 111.2, 50  # along a meridian; how long the bar of the map is
OFFSET: dict[str, Any] = {"textcoords": "offset points"}


def border() -> View:
    """Return the map of the border with the places near it and their distance from it.

    >>> border().gist
    'The border, and how far from it these cities lie.'
    """
    places = facts.library().places.values()
    end = "to the nearest point of the border."
    alt = [f"{place.name}: {_amount(place.figure)} {end}" for place in places if place.figure]
    head = title("The border, and how far from it these cities lie.")
    how = "Measured by us in a straight line on a simple outline."
    key = aside(f"{how} No figure here is from the report.")
    return told("record", head, _picture(_map, "\n".join(alt)), key)


def ranges() -> View:
    """Return distances and published headline ranges on one scale, each with how it was obtained.

    >>> ranges().gist
    'Distances and published ranges on one scale.'
    """
    found = _distances()
    alt = "\n".join(f"{known.label}: {_amount(known)} ({known.kind})." for known in found)
    heads = "What", "Figure and kind", "How it was obtained"
    origins = table("Where each figure comes from", heads, map(_origin, found))
    kinds = "Hatched bar: a published range. Full dot: a published distance."
    head, key = "Distances and published ranges on one scale.", f"{kinds} Open dot: measured by us."
    return told("record", title(head), _picture(_scale, alt), aside(key), origins)


def _origin(known: facts.Figure) -> tuple[str, str, Node]:
    kind = f"{_amount(known)}, {known.kind}"
    return known.label, kind, sourced(known.note, known.sources)


def figure(ax: "Axes", words: str) -> View:
    """Return a plot of matplotlib or pandas as a picture, with words that say what it shows.

    >>> from matplotlib.figure import Figure
    >>> figure(Figure().add_subplot(), "No data yet.").words
    'No data yet.'
    """
    from matplotlib import pyplot, style

    with style.context(STYLE, after_reset=True):
        address = _address(ax)
    pyplot.close(ax.figure.figure)  # a notebook would show it a second time
    return page(tag("img", look="picture", alt=words, src=address))


def _picture(draw: "Callable[[int], Axes]", words: str) -> Node:
    """Return a figure as an image, with a second one for narrow screens, and words for it."""
    from matplotlib import style  # here: a view without a picture loads no library for drawing

    with style.context(STYLE, after_reset=True):
        wide, narrow = (_address(draw(width)) for width in (WIDE, NARROW))
    source = tag("source", media="(max-width: 700px)", srcset=narrow)
    return tag("picture", source, tag("img", look="picture", alt=words, src=wide))


def _address(ax: "Axes") -> str:
    """Return a figure as the address of an image; the same figure gives the same address."""
    from matplotlib.text import Text

    for text in ax.figure.figure.findobj(Text):
        text.set_parse_math(False)  # a $ is money here
    written = StringIO()
    ax.figure.figure.savefig(written, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{b64encode(written.getvalue().encode()).decode()}"


def _canvas(width: int, height: int) -> "Axes":
    """Return bare axes that fill a figure of so many pixels."""
    from matplotlib.figure import Figure

    size = width / INCH, height / INCH
    return Figure(size).add_axes((0, 0, 1, 1), frame_on=False, xticks=(), yticks=())


def _map(width: int) -> "Axes":
    """Return the outline, with a line from each place to the nearest point of the border."""
    ax, points = _canvas(width, width), facts.library().border.values()
    for outline in facts.grouped(points, lambda point: point.area).values():
        ax.plot([point.lon for point in outline], [point.lat for point in outline], color=FAINT)
    for place in facts.library().places.values():
        name, at, size = place.name, (place.lon, place.lat), 11
        if place.figure and place.border_lon is not None and place.border_lat is not None:
            name, size = f"{name}\n{_amount(place.figure)}", 9
            ax.plot((place.lon, place.border_lon), (place.lat, place.border_lat), color=RECORD)
            ax.plot(*at, color=INK, marker="o")
        ax.annotate(name, at, (0, -7), ha="center", va="top", size=size, **OFFSET)
    west, lats = min(point.lon for point in points), [point.lat for point in points]
    stretch = 1 / cos(radians((min(lats) + max(lats)) / 2))  # a degree to the north is longer
    ax.set_aspect(stretch)
    ax.plot((west, west + BAR / KM_PER_DEGREE * stretch), (min(lats), min(lats)), color=INK)
    ax.annotate(f"{BAR} km", (west, min(lats)), (0, 4), **OFFSET)
    return ax


def _scale(width: int) -> "Axes":
    """Return a bar for each figure from zero: hatched for a range, a dot for a distance."""
    found = _distances()
    ax = _canvas(width - NUMBER, ROW * len(found))
    for row, known in enumerate(found):
        if known.kind == "range":
            ax.barh(row, known.value, 0.3, color="white", edgecolor=RECORD, hatch="////")
        else:
            dot = "full" if known.kind == "published" else "none"
            ax.plot((0, known.value), (row, row), "o-", color=INK, fillstyle=dot, markevery=[1])
        ax.annotate(known.label, (0, row), (0, 8), **OFFSET)
        end = known.value, row
        ax.annotate(_amount(known), end, (7, 0), va="center", weight="bold", **OFFSET)
    ax.set(xlim=0, ylim=(len(found) - 0.5, -0.8))
    return ax


def _distances() -> list[facts.Figure]:
    found = [known for known in facts.library().figures.values() if known.unit == "km"]
    return sorted(found, key=lambda known: known.value)


def _amount(known: facts.Figure) -> str:
    return f"{known.value} {known.unit}"
