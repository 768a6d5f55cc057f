"""What the still views share: lines, the layer, who says something and where."""

from collections.abc import Iterable

from helpers import facts
from helpers.view import Cells, Child, Node, View, boxes, page, spaced, span, table, tag

__all__ = ["held_by", "interval", "layer_line"]


def told(layer: str, head: Child, *parts: Child) -> View:
    """Return a view of facts under a line that is its gist; it says which layer it shows.

    >>> told("article", "A line.").gist
    'A line.'
    """
    return page(tag("p", head, look="title"), *parts, layer=layer_line(layer))


def listed(layer: str, caption: str, heads: Cells, rows: Iterable[Cells], *more: Child) -> View:
    """Return a view of facts that begins with a table; it says which layer it shows.

    >>> listed("article", "Ages", ("Name", "Age"), [("Ada", "36")]).words.split("\\n")[1]
    'Ada: 36'
    """
    return page(table(caption, heads, rows), *more, layer=layer_line(layer))


def text(*children: Child, look: str = "text") -> Node:
    """Return a line of a view; one with the look 'kind' has small letters.

    >>> text("Hello.").html()
    '<p class="wl-text">Hello.</p>'
    """
    return tag("p", *children, look=look)


def layer_line(layer: str) -> str:
    """Return the line that says which layer a view shows; for what is ours, the words given.

    >>> layer_line("article").endswith("Layer: article.")
    True
    """
    report, day = facts.library().report, facts.library().day
    last = max((event.latest for event in facts.library().events.values()), default=day)
    article = f"From {report.label} ({report.publisher}, {facts.write_day(day)}). Layer: article."
    record = f"From other reports, each with its date, up to {last:%B %Y}, where our sources end."
    lines = {"article": article, "record": f"{record} Layer: record."}
    return " ".join(lines.values()) if layer == "both" else lines.get(layer, layer)


def interval(told: facts.Event | facts.Voice) -> str:
    """Return an interval in words; the earliest day is left out where it is not stated.

    >>> event = next(iter(facts.library().events.values()))._replace(earliest=None)
    >>> interval(event) == f"by {facts.write_day(event.latest)}"
    True
    """
    last = facts.write_day(told.latest)
    if told.earliest is None:
        return f"by {last}"
    return last if told.earliest == told.latest else f"{facts.write_day(told.earliest)} to {last}"


def held_by(held: facts.Position) -> str:
    """Return whose position it is, and the day by which it was surely held.

    >>> held_by(next(iter(facts.library().positions.values()))).count(" at the latest")
    1
    """
    return f"{held.actor.name}, from {facts.write_day(held.latest)} at the latest"


def cited(citations: Iterable[facts.Citation]) -> Node:
    """Return who says something, and where: in paragraphs of the report, or in the record.

    >>> cited([facts.Citation("an official", "8", None)]) == spaced([placed("8", "an official")])
    True
    """
    return spaced([_cited(citation) for citation in citations])


def _cited(citation: facts.Citation) -> Node:
    if not (voice := citation.voice):
        return placed(citation.paragraph, citation.speaker)
    return sourced(f"— {citation.speaker}, {interval(voice)}", voice.sources, voice.status)


def placed(paragraph: str, words: Child) -> Node:
    """Return words after the mark of the report, a paragraph in a box.

    >>> page(placed("8", "an official")).words
    'Paragraph 8 an official'
    """
    return span(boxes((paragraph,)), " ", words)


def sourced(words: str, sources: Iterable[facts.Source], status: str = "") -> Node:
    """Return words before the mark of the record: sources with their dates, and how sure it is.

    >>> page(sourced("They say so.", [], "claimed")).words
    'They say so. (claimed)'
    """
    end = [tag("span", f" ({status})", look="kind")] if status else []
    return span(f"{words} ", spaced([_outlet(source) for source in sources], " · "), *end)


def _outlet(source: facts.Source) -> Node:
    name, look = ("a", "source") if source.url else ("span", "outlet")
    return tag(name, source.citation, look=look, href=source.url or None)
