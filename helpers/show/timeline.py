"""The timeline: a table with a row for each event, its interval in words and as a bar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from helpers import facts
from helpers.facts import Event
from helpers.show.parts import aside, interval, placed, report_day, sourced, text, title, told
from helpers.view import Child, Node, View, boxes, note, span, table, tag

__all__ = ["ordered", "timeline"]
BARS = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated. "
DAY = "Diamond: the day is known. // marks where the axis is cut."
RECORD = " Triangle: from the record."
KEYS = {"article": f"{BARS}{DAY}", "record": f"{DAY}{RECORD}", "both": f"{BARS}{DAY}{RECORD}"}
LONGEST, NARROWEST = 31, 34  # of a month: its days, and the pixels that its name takes
Known = Mapping[str, Sequence[Event]]  # the events of the record, by the event that they date


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
    events = [event for event in ordered(order, layer) if topic in ("", event.topic)]
    if not events:
        return note(f"No event is told in the layer “{layer}”.")
    try:
        day = facts.read_day(until) if until else date.max
    except ValueError as error:
        return note(str(error))
    lit = [event for event in events[: step or None] if event.latest <= day]
    later = [event for event in events if event not in lit]
    record = facts.library().events.values() if layer == "both" else ()
    known = {event.id: [day for day in record if day.dates == event.id] for event in events}
    chosen = lit[-1] if step and lit else None
    card = [_card(chosen, known[chosen.id])] if chosen else []
    pale = f"not certain by {facts.write_day(day)}." if until else "still to come."
    head = title(_gist(len(lit), len(events), chosen, order))
    return told(layer, head, *card, _table(lit, later, known, pale), aside(KEYS[layer]))


def ordered(order: str, layer: str = "article") -> list[Event]:
    """Return the events of a layer in the order of 'time' (by their latest day) or of the 'text'.

    >>> ordered("time")[0].latest <= ordered("time")[-1].latest
    True
    """
    told_in = "article" if layer == "both" else layer
    found = [event for event in facts.library().events.values() if event.layer == told_in]
    numbers = [*facts.library().paragraphs, ""]
    in_time = sorted(found, key=lambda event: event.latest)
    in_text = sorted(found, key=lambda event: numbers.index(_paragraph(event)))
    return facts.find({"time": in_time, "text": in_text}, order, "order")


def _paragraph(event: Event) -> str:
    return event.claim.paragraph if event.claim else ""


def _gist(lit: int, events: int, chosen: Event | None, order: str) -> str:
    by = "as the report tells them" if order == "text" else "sorted by latest possible day"
    if chosen:
        return f"Event {lit} of {events}, {by}: {chosen.title}, {interval(chosen)}."
    return f"Timeline: {f'{lit} of ' if lit < events else ''}{events} events, {by}."


def _card(event: Event, days: Iterable[Event]) -> Node:
    """Return an event in full: what is told, by whom, its time words, and what is left unsaid."""
    claim, time, says = event.claim, event.time, f"{event.title}. {event.told}"
    head = sourced(says, event.sources, event.status)
    if claim:
        head = span(f"{says} ", placed(claim.paragraph, f"— {claim.attribution}"))
    rule = f"Time words: {time.words}. {time.rule} So: {interval(event)}." if time else event.note
    gap = f"The report does not say: {claim.left_unsaid}." if claim and claim.left_unsaid else ""
    record = [f"In the record: {interval(day)}. {day.told} ({day.status})" for day in days]
    return tag("div", text(head), *map(text, (rule, gap, *record)), look="card")


def _table(lit: Sequence[Event], later: Sequence[Event], known: Known, pale: str) -> Node:
    """Return a row for each event; those that are pale come last, and it is said why."""
    shown = [*lit, *later, *(day for days in known.values() for day in days)]
    ends = [end for event in shown for end in (event.earliest, event.latest) if end]
    months = sorted({day.replace(day=1) for day in (report_day(), *ends)})
    rows = [_row(event, known[event.id], months, "") for event in lit]
    rows += [(span("Pale"), span(pale))] if later else []
    rows += [_row(event, known[event.id], months, "pale") for event in later]
    listed = table("Each event and its interval", ("Event", _when("When", _axis(months))), rows)
    return tag("table", *listed.children, look="table spread")


def _row(event: Event, days: Iterable[Event], months: list[date], look: str) -> tuple[Node, Node]:
    """Return the title, and the interval with where it is told and what the record knows."""
    where = boxes((event.claim.paragraph,)) if event.claim else f"record, {event.status}"
    known = [f" In the record: {interval(day)}, {day.title} ({day.status})." for day in days]
    when = _when(span(f"{interval(event)} (", where, ").", *known), _track(event, days, months))
    sign = () if event.claim else (span(look="triangle sign"), " ")
    return span(*sign, event.title, look=look), tag("td", when, look=f"cell {look}")


def _when(words: Child, drawn: Node) -> Node:
    return tag("div", tag("div", words, look="told"), drawn, look="when")


def _axis(months: list[date]) -> Node:
    """Return the names of the months, and where the report stands; // where months are left out."""
    names: list[Node] = []
    for before, month in zip([date.min, *months], months, strict=False):
        cut = "// " if names and (month - before).days > LONGEST else ""
        year = f" {month.year}" if month.year != before.year else ""
        names.append(tag("div", f"{cut}{month:%b}{year}", look="month"))
    report = _mark("name", report_day(), report_day(), months, "report")
    return tag("div", *names, report, look="axis", style=_size(months), aria_hidden="true")


def _track(event: Event, days: Iterable[Event], months: list[date]) -> Node:
    """Return the interval as a bar, a diamond for a single day, or dashes that are open."""
    first, last = event.earliest or event.latest, event.latest
    look = ("diamond" if first == last else "bar") if event.earliest else "open"
    marks = [("report", report_day(), report_day()), (look, first, last)]
    marks += [("triangle", day.latest, day.latest) for day in days]
    drawn = [_mark(*mark, months) for mark in marks]
    return tag("div", *drawn, look="track", style=_size(months), aria_hidden="true")


def _mark(look: str, first: date, last: date, months: list[date], *words: str) -> Node:
    left, right = _place(first, months), 100 - _place(last, months)
    return tag("div", *words, look=f"at {look}", style=f"left:{left:.4g}%;right:{right:.4g}%")


def _place(day: date, months: list[date]) -> float:
    """Return how far to the right a day stands, of 100; all months are as wide."""
    return 100 * (months.index(day.replace(day=1)) + (day.day - 0.5) / LONGEST) / len(months)


def _size(months: list[date]) -> str:
    return f"min-width:{NARROWEST * len(months)}px;background-size:{100 / len(months):.4g}% 100%"
