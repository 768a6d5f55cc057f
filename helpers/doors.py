"""What the doors to the desk share: its first state, what goes with a choice, and its code."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from helpers import facts, rules, show
from helpers.live import Control, Explorer, Told
from helpers.view import View, tag

MOST = 5  # columns that can be compared at a glance


def suppliers(layer: str = "article") -> list[str]:
    """Return the ids of the suppliers of a layer.

    >>> {*suppliers()} <= {*suppliers("record")}
    True
    """
    return [value.id for value in rules.values(facts.library().axes["page"][0], layer)]


def desk(*call: str, capitals: Sequence[str], layer: str = "article", **more: Any) -> Explorer:
    """Return the desk as an explorer, with the line of Python that gives the view that it shows.

    >>> opened = desk("limits", capitals=suppliers()[:1])
    >>> opened.set(paragraph=["1"]).shown.words.split("\\n")[-1]
    'Explore.limits().set(paragraph=["1"])'
    """
    cases = rules.cases(layer, **{facts.library().supplier: capitals[0]})
    case, fit = cases[0], {id_ for own in cases for id_ in own.ids}
    start = {"layer": layer, "layers": [layer], "capitals": [*capitals], "on": "", "without": []}
    first, _ = _moved({**start, "cell": "", **case.chosen, **more}, {})
    made = f"explore.{call[0]}({', '.join(map(json.dumps, call[1:]))})"

    def view(cell: str, **state: Any) -> View:
        new = {key: to for key, to in state.items() if to != first[key]}
        sets = ", ".join(f"{key}={json.dumps(to, ensure_ascii=False)}" for key, to in new.items())
        line = tag("pre", f"{made}.set({sets})" if new else made, look="line")
        code = tag("details", tag("summary", "In code", look="fold"), line, look="code")
        return View((*show.desk(**state).nodes, code))

    return Explorer("/".join(call), view, inner=first, also=partial(_controls, fit), moves=_moved)


def _controls(fit: set[str], state: Told) -> dict[str, Control]:
    """Return the controls of a desk for what it shows; a draft has only values that `fit` it."""
    drafts, several = "asks" in state, len(state["capitals"]) > 1
    kinds = {"page": "capitals"} | (dict.fromkeys(("panel", "column"), "") if several else {})
    kinds = dict.fromkeys(("panel", "column", "row"), "asks") if drafts else kinds
    picks = {}
    for own in facts.library().dimensions.values():
        if (name := kinds.get(own.axis)) is not None:
            known = rules.values(own, max(state["layers"]))
            words = {value.id: value.short for value in known if not drafts or value.id in fit}
            picks[own.id] = Control("checkbox" if name else "choice", own.title, "", words, name)
    picks |= {} if drafts else {"layers": Control("checkbox", "Where", "", show.WHERE)}
    if state["on"]:
        days = sorted({*show.stops(state["capitals"], state["layers"]), state["on"]})
        written = {day: facts.write_day(facts.read_day(day)) for day in days}
        picks["on"] = Control("choice", "As known on", "", written)
    return picks


def _moved(old: Told, new: Told) -> tuple[Told, str]:
    """Return the state after a choice, and what moved: the newest stays, the others go with it."""
    cell = zip(("layer", *facts.library().dimensions), new.get("cell", "").split(), strict=False)
    new = {at: to for at, to in new.items() if to or at not in ("capitals", "layers")} | dict(cell)
    state, supplier = {**old, "paragraph": [], **new}, facts.library().supplier
    said = _follow(state) if "without" in new else ""
    capitals = sorted(state["capitals"], key=lambda own: own not in old["capitals"])[-MOST:]
    if state[supplier] not in capitals:
        state[supplier], new = capitals[0], {supplier: ""}
    if state["layer"] not in state["layers"]:
        state["layer"] = state["layers"][0]
    chosen = {name: state[name] for name in facts.library().dimensions}
    case, moved = rules.nearest(chosen, new, state["layer"])
    if case[supplier] not in capitals:
        capitals = [*(capitals[1 - MOST :] if capitals[1:] else []), case[supplier]]
    days = show.stops(capitals, state["layers"])
    if days and (state["on"] or "record" in state["layers"]):
        state["on"] = max(state["on"] or str(facts.library().day + timedelta(days=1)), days[0])
    return {**state, **case.chosen, "capitals": capitals, "cell": ""}, f"{said} {moved}".strip()


def _follow(state: Told) -> str:
    """Move to a grid that crossed-out words bear on, if none is there, and return which that is."""
    back = not state["without"] and state["on"] < str(facts.library().day)
    state["on"] = "" if back else state["on"]
    bears, actors = show.trials(state["without"]), state["capitals"]
    if not bears or {show.in_force(own, "article", state["on"]).id for own in actors} & {*bears}:
        return ""
    held = facts.library().positions[next(iter(bears))]
    state["on"] = "" if facts.position(held.actor.id) is held else str(held.latest)
    state["capitals"] = [held.scope] if held.scope else actors
    return f"These words bear on another grid: {show.held_by(held)}."
