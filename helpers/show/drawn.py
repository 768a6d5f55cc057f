"""What is drawn: the events in time, the border with places near it, and distances on one scale."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, NamedTuple

from helpers.facts import Event, find, grouped, library, read_day, write_day
from helpers.show.parts import interval, layer_line, placed, sourced, text, told
from helpers.view import Node, View, boxes, page, pick, span, tag

__all__ = ["STYLE", "border", "figure", "ordered", "timeline"]
BARS = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated."
DAYS = "Diamond: the day is known. Dotted line: the report. //: time is left out."
STYLE = Path(__file__).parents[1] / "figures.mplstyle"
HOW = "Measured by us in a straight line on a simple outline. No figure here is from the report."


# Months or years, all as wide: their names, and where each day stands among them.
Axis = NamedTuple("Axis", [("names", list[str]), ("places", dict[date, float])])


def timeline(until: str = "", event: str = "", order: str = "time", layer: str = "article") -> View:
    """Return the events with their intervals, in the order of time or of the text.

    The layer 'both' sets the day that the record knows beside the interval of the report. With
    `until`, only events that had surely happened by that day stand out; with the id of an `event`,
    that one is told in full, and each can be chosen. An open bar has no earliest day.

    >>> timeline().gist.startswith("Timeline: ")
    True
    """
    events, day = ordered(order, layer), read_day(until) if until else date.max
    record = [own for own in library().events.values() if layer == "both" and own.dates]
    ends = [end for own in (*events, *record) for end in (own.earliest, own.latest) if end]
    axis, rows = _axis({library().day, *ends}), []
    for own in events:
        title = pick("radio", "event", own.id, own.id == event, own.title, look="choose")
        chip = (" ", tag("small", "chosen", look="chip")) if own.id == event else ()
        late = f" Not certain by {write_day(day)}." if own.latest > day else ""
        cell = _cell(own, [known for known in record if known.dates == own.id], axis, late)
        look = "row chosen" if chip else "row pale" if late else "row"
        rows.append(tag("tr", tag("th", title, *chip, look="event", scope="row"), cell, look=look))
    by = "as the report tells them" if order == "text" else "sorted by latest possible day"
    caption = tag("caption", f"Each event and its interval, {by}", look="caption")
    drawn = tag("table", caption, _heads(axis), tag("tbody", *rows), look="table wide")
    sure = f"{sum(own.latest <= day for own in events)} of {len(events)} events are certain"
    gist = f"{sure} by {write_day(day)}" if until else f"{len(events)} events"
    chosen = find({own.id: own for own in events}, event, "event") if event else None
    head = _card(events, chosen) if chosen else text(f"Timeline: {gist}.", look="title")
    body = tag("div", head, tag("div", drawn, look="main"), look="spread" if chosen else "")
    key = text(f"{BARS} {DAYS}{' Triangle: a day of the record.' if record else ''}", look="kind")
    return page(body, key, layer=layer_line(layer))


def ordered(order: str, layer: str = "article") -> list[Event]:
    """Return the events of a layer in the order of 'time' (by their latest day) or of the 'text'.

    >>> ordered("time")[0].latest <= ordered("time")[-1].latest
    True
    """
    told_in, claims = "article" if layer == "both" else layer, [*library().claims.values(), None]
    found = [event for event in library().events.values() if event.layer == told_in]
    by = {"time": lambda event: event.latest, "text": lambda event: claims.index(event.claim)}
    return sorted(found, key=find(by, order, "order"))


def _card(events: list[Event], event: Event) -> Node:
    """Return an event in full: what is told, by whom, its time words, and what is left unsaid."""
    claim, time = event.claim, event.time
    said = claim and placed(claim.paragraph, f"— {claim.attribution}")
    gist = f"Event {events.index(event) + 1} of {len(events)}: {event.title}, {interval(event)}."
    rule = f"Time words: {time.words}. {time.rule}" if time else event.note
    gap = f"The report does not say: {claim.left_unsaid}." if claim and claim.left_unsaid else ""
    who = text(f"{event.told} ", said or sourced("", event.sources, event.status))
    return tag("div", text(gist, look="title"), who, text(rule), text(gap), look="card")


def _axis(days: set[date]) -> Axis:
    """Return the axis of the months that have one of the days, or of the years; // is a cut."""
    starts, length, form = {day: day.replace(day=1) for day in days}, 31, "%b %Y"
    if len({*starts.values()}) > 8:  # there is no room for so many months
        starts, length, form = {day: day.replace(month=1, day=1) for day in days}, 366, "%Y"
    drawn = sorted({*starts.values()})
    cut = {end for start, end in pairwise(drawn) if (end - start).days > length}
    names = [f"{'// ' if start in cut else ''}{start:{form}}" for start in drawn]
    parts = {day: drawn.index(of) + ((day - of).days + 0.5) / length for day, of in starts.items()}
    return Axis(names, {day: 100 * part / len(drawn) for day, part in parts.items()})


def _heads(axis: Axis) -> Node:
    """Return the heads, with the day of the report over the axis."""
    side = f"right:{100 - axis.places[library().day]:.4g}%"
    day = tag("div", f"report: {write_day(library().day)}", look="day", style=side)
    names = [tag("div", name, look="month") for name in axis.names]
    drawn = tag("div", day, *names, look="axis", aria_hidden="true")
    heads = "Event", tag("div", drawn, span("When"), look="strip")
    cells = [tag("th", head, look="event", scope="col") for head in heads]
    return tag("thead", tag("tr", *cells, look="row"))


def _cell(event: Event, known: list[Event], axis: Axis, late: str) -> Node:
    """Return the interval as a bar, a diamond for a single day, or open dashes, and in words."""
    first, last = event.earliest or event.latest, event.latest
    look = ("diamond" if first == last else "bar") if event.earliest else "open"
    marks = [_mark(axis, "report", library().day, library().day), _mark(axis, look, first, last)]
    marks += [_mark(axis, "triangle", day.latest, day.latest) for day in known]
    track = tag("div", *marks, look="track", style=f"background-size:{100 / len(axis.names):.4g}%")
    where = boxes((event.claim.paragraph,)) if event.claim else f"record, {event.status}"
    more = [f" In the record: {interval(day)}, {day.title} ({day.status})." for day in known]
    when = span(f"{interval(event)} (", where, ").", *more, late)
    return tag("td", tag("div", track, when, look="strip"), look="event")


def _mark(axis: Axis, look: str, first: date, last: date) -> Node:
    sides = f"left:{axis.places[first]:.4g}%;right:{100 - axis.places[last]:.4g}%"
    return tag("span", look=f"at {look}", style=sides)


def figure(ax: Any, words: str, layer: str = "article") -> View:
    """Return axes of matplotlib as a picture; `words` say what it shows, the finding first.

    >>> from matplotlib.figure import Figure
    >>> figure(Figure().add_subplot(), "Nothing grows.").gist
    'Nothing grows.'
    """
    from matplotlib import pyplot, style  # here: a view without a picture loads neither

    pyplot.close(ax.figure)  # else what pandas draws would stand there twice
    written, (head, _, more) = BytesIO(), words.partition("\n")
    with style.context(STYLE, after_reset=True):
        ax.figure.savefig(written, format="svg", metadata={"Date": None})
    address = f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"
    return told(layer, head, tag("img", look="picture", alt=more or head, src=address))


def border() -> View:
    """Return the map of the border with the places near it and their distance from it.

    >>> border().gist.startswith("How far from the border: ")
    True
    """
    from matplotlib import style

    figures = {own["id"]: f"{own['value']} {own['unit']}" for own in library().rows["figures"]}
    far = {at["name"]: figures[at["figure"]] for at in library().rows["places"] if at["figure"]}
    head = f"How far from the border: {', '.join(map(' '.join, far.items()))}."
    seen = [at["name"] for at in library().rows["places"] if at["look"] in ("area", "dot")]
    with style.context(STYLE, after_reset=True):
        return figure(_map(far), f"{head}\nA map with {', '.join(seen)}. {head}", HOW)


def _map(far: Mapping[str, str]) -> Any:
    """Return axes with the areas, and a line from each place to the border where it is near."""
    from matplotlib.figure import Figure

    ax = Figure((5, 3.2)).add_subplot(frame_on=False, xmargin=0, ymargin=0)
    small = ax.inset_axes((0.82, 0.69, 0.17, 0.3), xmargin=0, ymargin=0)
    small.spines[:].set_visible(True)
    areas = grouped(library().rows["border"], lambda point: point["area"])
    for place in library().rows["places"]:
        on, lon, lat = small if place["look"] == "inset" else ax, place["lon"], place["lat"]
        if place["id"] in areas:
            outline = [(point["lon"], point["lat"]) for point in areas[place["id"]]]
            on.fill(*zip(*outline, strict=True), fc=place["fill"], ec="C2", lw=on is ax)
        else:
            ends = (lon, place["border_lon"]), (lat, place["border_lat"])
            form = "C1o-" if place["look"] == "dot" else "C1-"
            ax.plot(*ends, form, markevery=[0], mfc="C3", mec="C3", ms=6)
        said = "\n".join(f"\xa0 {it} \xa0" for it in (place["name"], far.get(place["name"])) if it)
        on.text(lon, lat, said, ha=place["align"], va="center", parse_math=False)
    small.indicate_inset(ax.viewLim.bounds, fc="C1", ec="C1", alpha=1)
    for own in (ax, small):  # A degree to the north is longer than one to the east.
        own.set(aspect=1 / cos(radians(sum(ax.get_ylim()) / 2)), xticks=(), yticks=())
    return ax
