"""The timeline: a table with a row for each event, its interval in words and as a bar."""

from datetime import date
from itertools import pairwise

from helpers.facts import Event, find, grouped, library, read_day, write_day
from helpers.show.parts import interval, picked, placed, report_day, sourced, text, told
from helpers.view import Node, View, boxes, table, tag

__all__ = ["ordered", "timeline"]
BARS = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated."
DAYS = "Diamond: the day is known. Upright line: the report. // marks where the axis is cut."
MONTH = 31  # days at most; all months are as wide


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
    months = sorted({end.replace(day=1) for end in (report_day(), *ends)})
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
    marks = [("report", report_day(), report_day()), (look, first, last)]
    marks += [("triangle", day.latest, day.latest) for day in days]
    return tag("div", *(_mark(*mark, months) for mark in marks), look="track")


def _mark(look: str, first: date, last: date, months: list[date]) -> Node:
    left, right = _place(first, months), 100 - _place(last, months)
    return tag("div", look=f"at {look}", style=f"left:{left:.4g}%;right:{right:.4g}%")


def _place(day: date, months: list[date]) -> float:
    return 100 * (months.index(day.replace(day=1)) + (day.day - 0.5) / MONTH) / len(months)
