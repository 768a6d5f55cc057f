"""What is drawn: the events in time, the border with places near it, and distances on one scale."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from io import BytesIO
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.facts import Event, Figure, find, grouped, library, read_day, write_day
from helpers.show.parts import interval, listed, picked, placed, sourced, text, told
from helpers.view import Node, View, boxes, table, tag

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["border", "ordered", "ranges", "timeline"]
BARS = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated."
DAYS = "Diamond: the day is known. Upright line: the report. // marks where the axis is cut."
MONTH = 31  # days at most; all months are as wide
STYLE = Path(__file__).parents[1] / "figures.mplstyle"
HOW = "Measured by us in a straight line on a simple outline. No figure here is from the report."
KEY = "Hatched bar: a published range. Full dot: a published distance. Open dot: measured by us."


def timeline(
    until: str = "", *, step: int = 0, order: str = "time", layer: str = "article", topic: str = ""
) -> View:
    """Return the events with their intervals, in the order of time or of the text.

    The layer 'both' sets the day that the record knows beside the interval of the report. With
    `until`, only events that had surely happened by that day stand out; with `step`, only so many,
    and the last of them is told in full. Where the earliest day is not stated, the bar is open.

    >>> timeline().gist.startswith("Timeline: ")
    True
    """
    events = picked(ordered(order, layer), lambda event: event.topic, topic, "topic of events")
    day = read_day(until) if until else date.max
    sure = [event for event in events[: step or None] if event.latest <= day]
    pale = f"Not certain by {write_day(day)}." if until else "Still to come."
    record = [event for event in library().events.values() if layer == "both" and event.dates]
    ends = [end for event in (*events, *record) for end in (event.earliest, event.latest) if end]
    months = sorted({end.replace(day=1) for end in (library().day, *ends)})
    known = grouped(record, lambda event: event.dates)
    rows = [_row(event, known.get(event.id, []), months, event in sure, pale) for event in events]
    heads = tag("div", _axis(months), "Event", look="lane"), "When"
    drawn = table("Each event and its interval", heads, rows)
    card = [_card(event) for event in sure[-1:] if step]
    head, key = _gist(events, sure, step, order), text(f"{BARS} {DAYS}", look="kind")
    return told(layer, head, *card, drawn, key)


def ordered(order: str, layer: str = "article") -> list[Event]:
    """Return the events of a layer in the order of 'time' (by their latest day) or of the 'text'.

    >>> ordered("time")[0].latest <= ordered("time")[-1].latest
    True
    """
    told_in = "article" if layer == "both" else layer
    found = [event for event in library().events.values() if event.layer == told_in]
    claims = [*library().claims.values(), None]
    in_time = sorted(found, key=lambda event: event.latest)
    in_text = sorted(found, key=lambda event: claims.index(event.claim))
    return find({"time": in_time, "text": in_text}, order, "order")


def _gist(events: list[Event], sure: list[Event], step: int, order: str) -> str:
    by = "as the report tells them" if order == "text" else "sorted by latest possible day"
    if step and sure:
        return f"Event {len(sure)} of {len(events)}, {by}: {sure[-1].title}, {interval(sure[-1])}."
    count = f"{len(sure)} of " if len(sure) < len(events) else ""
    return f"Timeline: {count}{len(events)} events, {by}."


def _card(event: Event) -> Node:
    """Return an event in full: what is told, by whom, its time words, and what is left unsaid."""
    claim, time, who = event.claim, event.time, sourced("", event.sources, event.status)
    if claim:
        who = placed(claim.paragraph, f"— {claim.attribution}")
    rule = f"Time words: {time.words}. {time.rule} So: {interval(event)}." if time else event.note
    gap = f"The report does not say: {claim.left_unsaid}." if claim and claim.left_unsaid else ""
    told = f"{event.title}. {event.told} "
    return tag("div", text(told, who), text(rule), text(gap), look="card")


def _row(event: Event, days: list[Event], months: list[date], sure: bool, pale: str) -> list[Node]:
    """Return the title over the bar, and the interval with where it is told and what is known."""
    look, end = ("", "") if sure else ("pale", f" {pale}")
    where = boxes((event.claim.paragraph,)) if event.claim else f"record, {event.status}"
    more = [f" In the record: {interval(day)}, {day.title} ({day.status})." for day in days]
    drawn = tag("div", _track(event, days, months), event.title, look=f"lane {look}")
    return [drawn, tag("div", f"{interval(event)} (", where, ").", *more, end, look=look)]


def _axis(months: list[date]) -> Node:
    """Return the names of the months; // where months are left out."""
    cuts = [month for before, month in pairwise(months) if (month - before).days > MONTH]
    names = [f"// {month:%b %Y}" if month in cuts else f"{month:%b %Y}" for month in months]
    drawn = [tag("div", name, look="month") for name in names]
    return tag("div", *drawn, look="axis", aria_hidden="true")


def _track(event: Event, days: list[Event], months: list[date]) -> Node:
    """Return the interval as a bar, a diamond for a single day, or dashes that are open."""
    first, last = event.earliest or event.latest, event.latest
    look = ("diamond" if first == last else "bar") if event.earliest else "open"
    marks = [("report", library().day, library().day), (look, first, last)]
    marks += [("triangle", day.latest, day.latest) for day in days]
    return tag("div", *(_mark(*mark, months) for mark in marks), look="track")


def _mark(look: str, first: date, last: date, months: list[date]) -> Node:
    left, right = _place(first, months), 100 - _place(last, months)
    return tag("div", look=f"at {look}", style=f"left:{left:.4g}%;right:{right:.4g}%")


def _place(day: date, months: list[date]) -> float:
    return 100 * (months.index(day.replace(day=1)) + (day.day - 0.5) / MONTH) / len(months)


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
    rows = [_measured(figure, known[-1].value) for figure in known]
    heads = "What", "Figure and kind", "How it was obtained"
    caption = "Distances and published ranges on one scale."
    return listed("record", caption, heads, rows, text(KEY, look="kind"))


def _measured(figure: Figure, longest: float) -> tuple[str, Node, Node]:
    """Return a figure in words and as a line of its length, with the look of its kind."""
    width = f"width:{100 * figure.value / longest:.4g}%"
    line = tag("div", look=f"length of-{figure.kind}", style=width, aria_hidden="true")
    drawn = tag("div", f"{_amount(figure)} ({figure.kind}).", line, look="lane")
    return figure.label, drawn, sourced(figure.note, figure.sources)


def _amount(figure: Figure) -> str:
    return f"{figure.value} {figure.unit}"


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
        ax.text(
            place.lon, place.lat, f"\n{name}", ha="center", va="top", size=12
        )  # on a telephone, 11 pixels
        if place.border_lon is not None and place.border_lat is not None:
            ends = (place.lon, place.border_lon), (place.lat, place.border_lat)
            ax.plot(*ends, "C1o-", markevery=[0])
    middle = radians(sum(point.lat for point in points) / len(points))
    ax.set_aspect(1 / cos(middle))  # a degree to the north is longer
    return ax
