"""The live views of the lessons: each is a function from a state to a view, with its controls."""

from collections.abc import Mapping
from typing import Any

from helpers import facts, live, rules, show
from helpers.check.tables import TableError
from helpers.facts import library
from helpers.live import Control, Explorer
from helpers.student.tasks import memo, predict, question, sure, work, write
from helpers.view import SHEET, View, note, page, tag

__all__ = ["memo", "predict", "question", "sure", "work", "write"]


def start() -> View:
    """Return the first line of a lesson, whether the tables are sound, and let the page listen.

    >>> start().words
    'Ready.'
    """
    try:
        facts.use(facts.home())  # a table may have been corrected since it was read
        faults = rules.problems()
    except TableError as error:
        faults = str(error).split("\n")
    lines = ["The tables need mending first.", *faults] if faults else ["Ready."]
    live.begin()
    said = page(*(tag("p", line, look="text") for line in lines))
    return View((tag("style", SHEET), *said.nodes))


def timeline(layer: str = "article") -> Explorer:
    """Return the timeline with a step through its events, in the order of time or of the text.

    >>> timeline().set(step=2).shown.gist.startswith("Event 2 of ")
    True
    """
    orders = {"time": "by latest possible day", "text": "as the report tells it"}
    step = Control("range", "Step", 1, {"min": "1", "max": str(len(show.ordered("time", layer)))})
    controls = {"step": step, "order": _list("Order", orders)}
    return Explorer(f"timeline/{layer}", lambda **how: show.timeline(layer=layer, **how), controls)


def sources() -> Explorer:
    """Return the claims of the report by kind of speaker, with those of a kind in full.

    >>> sources().state
    {'kind': ''}
    """
    kinds = [*dict.fromkeys(claim.speaker.kind for claim in library().claims.values())]
    kind = _list("Kind of speaker", {"": "all", **{kind: kind for kind in kinds}})
    return Explorer("sources", show.sources, {"kind": kind}, show.sources(kinds[-1]))


def limits() -> Explorer:
    """Return the verdict on a case that is put together from lists, beside the cases around it.

    >>> sorted(limits().state) == sorted(library().dimensions)
    True
    """
    return Explorer("limits", show.answer, _case("article"))


def positions(*actors: str) -> Explorer:
    """Return the positions of the chosen actors side by side, with one case for all of them.

    >>> actor, *others = positions().state
    >>> positions(actor).set(**{actor: False}).shown.words
    'Tick at least one name.'
    """
    known = {held.actor.id: held.actor.name for held in library().layers["article"]}
    names = {actor: facts.find(known, actor, "position") for actor in actors or known}

    def view(**state: Any) -> View:
        chosen = [actor for actor in names if state.pop(actor)]
        return show.positions(*chosen, **state) if chosen else note("Tick at least one name.")

    ticks = {actor: Control("checkbox", name, True) for actor, name in names.items()}
    return Explorer("/".join(["positions", *actors]), view, ticks | _case("article", same=True))


def capitals() -> Explorer:
    """Return the same case under each capital on a day of the record, each with its own weapon.

    >>> capitals().shown.gist.count("the same case under")
    1
    """
    days = sorted({held.latest for held in library().layers["record"]})
    news = [day for day in days if (day - library().day).days <= 1]
    written = {str(day): facts.write_day(day) for day in days}
    day = Control("choice", "Day", str(max(news, default=days[0])), written)
    return Explorer("capitals", show.capitals, {"on": day, **_case("record", same=True)})


def changes() -> Explorer:
    """Return the limits of one actor through time, a small table for each date of a change.

    >>> [*changes().state]
    ['actor', 'panel']
    """
    actors = {held.actor.id: held.actor.name for held in library().layers["record"] if held.amends}
    panel = _case("record")[library().panel]
    controls = {"actor": _list("Whose limits", actors), "panel": panel}
    return Explorer("changes", show.changes, controls)


def redraft() -> Explorer:
    """Return what changes in the answers when one of the report's words is struck out.

    >>> redraft().shown.words
    'Choose the words to strike out.'
    """
    known = library().terms.values()
    terms = {term.id: f"“{term.words}” (paragraph {term.paragraph})" for term in known}

    def view(term: str) -> View:
        return show.redraft(term) if term else note("Choose the words to strike out.")

    words = _list("Strike out", {"": "nothing yet", **terms})
    return Explorer("redraft", view, {"term": words}, show.redraft(next(iter(terms))))


def _list(label: str, options: Mapping[str, str]) -> Control:
    """Return a list with its first option chosen."""
    return Control("choice", label, next(iter(options)), options)


def _case(layer: str, same: bool = False) -> dict[str, Control]:
    """Return a list for each dimension of a case; of one that is the same for all, no supplier."""
    known = library().dimensions.values()
    labels = {own.id: {at.id: at.label for at in rules.values(own, layer)} for own in known}
    lists = {own.id: _list(own.title, labels[own.id]) for own in known}
    return {name: own for name, own in lists.items() if not same or name != library().supplier}
