"""The live views of the lessons: each is a function from a state to a view, with its controls."""

import sys
from functools import partial

from helpers import facts, live, rules, show
from helpers.check.tables import TableError
from helpers.doors import MOST, desk, suppliers
from helpers.live import Control, Explorer
from helpers.student import journal
from helpers.student.tasks import draft, guess, memo, predict, question, review, work, write
from helpers.view import SHEET, View, page, tag

__all__ = ["draft", "guess", "memo", "predict", "question", "review", "work", "write"]


def start() -> View:
    """Return the first line of a lesson, whether the tables are sound, and let the page listen.

    >>> start().words
    'Ready.'
    """
    if "matplotlib.rcsetup" in sys.modules:  # else MATPLOTLIBRC names the style for when it comes
        sys.modules["matplotlib"].rc_file(show.STYLE)
    try:
        facts.use(facts.home())  # a table may have been corrected since it was read
        faults = [*rules.problems()]
    except TableError as error:
        faults = str(error).split("\n")
    lines = ["The tables need mending first.", *faults] if faults else ["Ready."]
    live.begin()
    return View((tag("style", SHEET), *page(*(tag("p", it, look="text") for it in lines)).nodes))


def timeline(layer: str = "article") -> Explorer:
    """Return the timeline to go from event to event, in the order of time or of the text.

    >>> timeline().shown.gist.startswith("Event 1 of ")
    True
    """
    orders = {"time": "by latest possible day", "text": "as the report tells it"}
    controls = {"order": Control("choice", "Order", "time", orders)}
    first, view = show.ordered("time", layer)[0].id, partial(show.timeline, layer=layer)
    return Explorer(f"timeline/{layer}", view, controls, inner={"event": first})


def sources() -> Explorer:
    """Return the claims of the report as squares under their kinds of speaker, to read.

    >>> sources().state
    {'claim': ''}
    """
    return Explorer("sources", show.claims, inner={"claim": ""})


def limits(*capitals: str) -> Explorer:
    """Return the desk for the report's limits on the weapons of a supplier, by default the first.

    >>> {*facts.library().dimensions} <= {*limits().state}
    True
    """
    return desk("limits", *capitals, capitals=capitals or suppliers()[:1])


def redraft(*terms: str) -> Explorer:
    """Return the desk to cross out words of the report; those of some terms are out at first.

    >>> redraft(next(iter(facts.library().terms))).shown.words.count("Without “")
    1
    """
    out = [own.id for it in terms for own in facts.find(facts.library().terms, it, "term").phrases]
    return desk("redraft", *terms, capitals=suppliers()[:1]).set(without=out)


def changes(supplier: str = "", layer: str = "record") -> Explorer:
    """Return the desk with the days on which the position of a supplier changes.

    >>> changes().state["layers"]
    ['record']
    """
    several = {own: own for own in suppliers(layer) if len(show.stops([own], [layer])) > 1}
    it = facts.find(several, supplier or next(iter(several)), "supplier with changes")
    return desk("changes", it, layer, capitals=[it], layer=layer, on=show.stops([it], [layer])[-1])


def positions(*capitals: str) -> Explorer:
    """Return the desk with one case under up to five capitals, in the report, or in the record.

    >>> positions().state["layers"]
    ['article']
    """
    return desk("positions", *capitals, capitals=capitals or suppliers()[:MOST])


def capitals(*capitals: str) -> Explorer:
    """Return the same for the record, on the day after the report.

    >>> capitals().state["layers"]
    ['record']
    """
    return desk("capitals", *capitals, capitals=capitals or suppliers()[:MOST], layer="record")


def claims() -> Explorer:
    """Return the claims as squares to choose, and to predict how each stands before it is shown.

    A prediction has the name of its claim, and is kept.

    >>> first, *others = facts.library().claims
    >>> claims().set(claim=first).shown.gist == claims().shown.gist
    True
    """
    keeps = {id_: f"claims/{id_}" for id_ in facts.library().claims}
    state = {"claim": "", "shown": False, **journal.texts(keeps)}
    return Explorer("claims", show.claims, still=show.claims(), keeps=keeps, inner=state)
