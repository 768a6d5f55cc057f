"""What the still views share: lines, the layer, who says something and where, and the key."""

from collections.abc import Iterable, Sequence
from datetime import date

from helpers import facts, rules
from helpers.view import Child, Node, View, boxes, mark, note, page, spaced, span, table, tag

__all__ = ["held_by", "interval", "layer_line", "note", "panel", "report_day", "supplier"]
NO_CASE = "no such case"
KEY = tag("p", "Key: ", spaced([mark(sign) for sign in (*rules.ANSWERS, NO_CASE)]), look="key")


def title(*children: Child) -> Node:
    """Return the line that a view begins with."""
    return tag("p", *children, look="title")


def text(*children: Child) -> Node:
    """Return a line of a view."""
    return tag("p", *children, look="text")


def aside(*children: Child) -> Node:
    """Return a line in small letters."""
    return tag("p", *children, look="kind")


def told(layer: str, *children: Child) -> View:
    """Return a view of facts, the first part being its gist; it says which layer it shows."""
    return page(*children, layer=layer_line(layer))


def listed(layer: str, caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> View:
    """Return a view of facts that is one table."""
    return told(layer, table(caption, heads, rows))


def layer_line(layer: str) -> str:
    """Return the line that says which layer a view shows, and the texts behind it.

    >>> layer_line("article").endswith("Layer: article.")
    True
    """
    report, day = facts.library().report, report_day()
    last = max((event.latest for event in facts.library().events.values()), default=day)
    article = f"From {report.label} ({report.publisher}, {facts.write_day(day)}). Layer: article."
    record = f"From other reports, each with its date, as far as our sources reach, {last:%B %Y}."
    lines = {"article": article, "record": f"{record} Layer: record."}
    return " ".join(lines.values()) if layer == "both" else lines[layer]


def report_day() -> date:
    """Return the day of the report."""
    day = facts.library().report.date
    assert day, "the report has a day"
    return day


def interval(told: facts.Event | facts.Voice) -> str:
    """Return an interval in words; the earliest day is left out where it is not stated."""
    last = facts.write_day(told.latest)
    if told.earliest is None:
        return f"by {last}"
    return last if told.earliest == told.latest else f"{facts.write_day(told.earliest)} to {last}"


def held_by(held: facts.Position) -> str:
    """Return whose position it is, and the day by which it was surely held."""
    return f"{held.actor.name}, in force since {facts.write_day(held.latest)} at the latest"


def supplier() -> str:
    """Return the id of the dimension whose value names the actor that decides."""
    return axis("page")[0].id


def panel() -> str:
    """Return the id of the dimension that a table of cases is for one value of."""
    return axis("panel")[0].id


def axis(place: str) -> list[facts.Dimension]:
    """Return the dimensions that have a place in the tables of cases, such as 'row'."""
    return [known for known in facts.library().dimensions.values() if known.axis == place]


def stance(held: facts.Position) -> Node:
    """Return what is held, and who says so where."""
    return span(f"{held.stance} ", cited(held.cited))


def cited(citations: Iterable[facts.Citation]) -> Node:
    """Return who says something, and where: in paragraphs of the report, or in the record."""
    return spaced([_cited(citation) for citation in citations])


def _cited(citation: facts.Citation) -> Node:
    if not (voice := citation.voice):
        return placed(citation.paragraph, citation.speaker)
    return sourced(f"— {citation.speaker}, {interval(voice)}", voice.sources, voice.status)


def placed(paragraph: str, words: Child) -> Node:
    """Return words after the mark of the report, a paragraph in a box."""
    return span(boxes((paragraph,)), " ", words)


def sourced(words: str, sources: Iterable[facts.Source], status: str = "") -> Node:
    """Return words before the mark of the record: sources with their dates, and how sure it is."""
    end = [tag("span", f" ({status})", look="kind")] if status else []
    return span(f"{words} ", spaced([_outlet(source) for source in sources], " · "), *end)


def _outlet(source: facts.Source) -> Node:
    if source.url:
        return tag("a", source.citation, look="source", href=source.url)
    return span(source.citation, look="outlet")


def named(words: Child, id_: str) -> Node:
    """Return the first cell of a row, with the id that a memo can cite."""
    return span(words, tag("small", f" {id_}", look="kind"))
