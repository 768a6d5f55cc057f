"""The drawn figures: the border and places near it, distances on one scale, a plot of one's own."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.facts import Figure, grouped, library
from helpers.show.parts import listed, sourced, text, told
from helpers.view import Node, View, page, table, tag

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["border", "figure", "ranges"]
STYLE = Path(__file__).parents[1] / "figures.mplstyle"
SIZE = 12  # of the letters on the map: shrunk for a telephone, they have 11 pixels
HOW = "Measured by us in a straight line on a simple outline. No figure here is from the report."
KEY = "Hatched bar: a published range. Full dot: a published distance. Open dot: measured by us."


def border() -> View:
    """Return the map of the border with the places near it and their distance from it.

    >>> border().gist
    'The border, and how far from it these cities lie.'
    """
    places, end = library().places.values(), "to the nearest point of the border."
    alt = [f"{place.name}: {_amount(place.figure)} {end}" for place in places if place.figure]
    head = "The border, and how far from it these cities lie."
    return told("record", head, _picture(_map, "\n".join(alt)), text(HOW, look="kind"))


def ranges() -> View:
    """Return distances and published headline ranges on one scale, each with how it was obtained.

    >>> ranges().gist
    'Distances and published ranges on one scale.'
    """
    known = [figure for figure in library().figures.values() if figure.unit == "km"]
    known.sort(key=lambda figure: figure.value)
    scale = [(figure.label, _length(figure, known[-1].value)) for figure in known]
    heads = "What", "Figure and kind", "How it was obtained"
    origins = table("Where each figure comes from", heads, map(_origin, known))
    caption = "Distances and published ranges on one scale."
    return listed("record", caption, heads[:2], scale, text(KEY, look="kind"), origins)


def _length(figure: Figure, longest: float) -> Node:
    """Return a figure in words and as a line of its length, with the look of its kind."""
    width = f"width:{100 * figure.value / longest:.4g}%"
    line = tag("div", look=f"length of-{figure.kind}", style=width, aria_hidden="true")
    return tag("div", f"{_amount(figure)} ({figure.kind}).", line, look="lane")


def _origin(figure: Figure) -> tuple[str, str, Node]:
    kind = f"{_amount(figure)}, {figure.kind}"
    return figure.label, kind, sourced(figure.note, figure.sources)


def _amount(figure: Figure) -> str:
    return f"{figure.value} {figure.unit}"


def figure(ax: "Axes", words: str) -> View:
    """Return a plot of matplotlib or pandas as a picture, with words that say what it shows.

    >>> from matplotlib.figure import Figure
    >>> figure(Figure().add_subplot(), "No data yet.").words
    'No data yet.'
    """
    from matplotlib import pyplot

    shown = page(_picture(lambda: ax, words))
    pyplot.close(ax.figure.figure)  # a notebook would show it a second time
    return shown


def _picture(draw: "Callable[[], Axes]", words: str) -> Node:
    """Return a figure as an image; the same figure gives the same address."""
    from matplotlib import style  # here: a view without a picture loads no library for drawing
    from matplotlib.text import Text

    written = BytesIO()
    with style.context(STYLE, after_reset=True):
        drawn = draw().figure.figure
        for letters in drawn.findobj(Text):
            letters.set_parse_math(False)  # a $ is money here
        drawn.savefig(written, format="svg", metadata={"Date": None})
    address = f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"
    return tag("img", look="picture", alt=words, src=address)


def _map() -> "Axes":
    """Return the outline, with a line from each place to the nearest point of the border."""
    from matplotlib.figure import Figure

    ax = Figure((5, 5)).add_axes((0, 0, 1, 1), frame_on=False, xticks=(), yticks=())
    points = library().border.values()
    for outline in grouped(points, lambda point: point.area).values():
        ax.plot([point.lon for point in outline], [point.lat for point in outline], "C2")
    for place in library().places.values():
        name = f"{place.name}\n{_amount(place.figure)}" if place.figure else place.name
        ax.text(place.lon, place.lat, f"\n{name}", ha="center", va="top", size=SIZE)
        if place.border_lon is not None and place.border_lat is not None:
            ends = (place.lon, place.border_lon), (place.lat, place.border_lat)
            ax.plot(*ends, "C1o-", markevery=[0])
    middle = radians(sum(point.lat for point in points) / len(points))
    ax.set_aspect(1 / cos(middle))  # a degree to the north is longer
    return ax
