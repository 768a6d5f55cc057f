"""Controls for the views: thin ipywidgets shells around `show` and `ask`.

An explorer calls its view again whenever a control changes. Its stored output is the still view, so a lesson
reads the same on paper and with no kernel.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, cast

import ipywidgets as widgets

from helpers import ask, facts, rules, show, tables
from helpers.view import Html, View, seen, sheet, styled, tag

_WIDTH = widgets.Layout(width="auto", min_width="min(240px, 100% - 4px)", max_width="calc(100% - 4px)")
_FULL = widgets.Layout(width="100%")
_WIDE = widgets.Layout(width="100%", max_width="720px")
HOW_SURE = "Say how sure you are, and press “Check my answer” again."
_NAMED = {"description_width": "initial"}


class Explorer:
    """Controls, a line that is read aloud when they change, and a panel with the view of their state.

    The line holds what is said beside a view. When that is nothing, the page copies the gist of the view into it,
    unseen, so that picture and gist come as one message and are painted at once.

    `view` takes the value of every control by the control's name. An error in it is shown in the line, and raised.
    `keep` takes the same after each change, before the view is shown; what it returns is shown in the line. With
    `waits`, a change shows that view only, and a button does the rest: so to pass over an option is no answer. With
    `rest`, it all happens after so many seconds without a change.
    """

    def __init__(
        self,
        view: Callable[..., View],
        controls: dict[str, Any],
        head: Html | None = None,
        cold: View | None = None,
        keep: Callable[..., str] | None = None,
        waits: View | None = None,
        rest: float = 0,
    ) -> None:
        self._view, self._controls, self._cold, self._keep, self._waits = view, controls, cold, keep, waits
        self._rest, self._timer = rest, cast(asyncio.TimerHandle | None, None)
        self._line, self._panel = widgets.HTML().add_class("wl-status"), widgets.HTML()
        for control in controls.values():
            if isinstance(control, widgets.Button):
                control.on_click(lambda _: self._change())
            else:
                control.observe(lambda _: self._show(waits) if waits else self._soon(), "value")
        self._render()
        row = widgets.Box(tuple(controls.values()), layout=widgets.Layout(flex_flow="row wrap"))
        top = (widgets.HTML(head),) if head else ()
        self._box = widgets.VBox((*top, row, self._line, self._panel))

    @property
    def state(self) -> dict[str, Any]:
        """The value of each control, by its name."""
        return {name: one.value for name, one in self._controls.items() if hasattr(one, "value")}

    @property
    def shown(self) -> View:
        """The view that the panel shows."""
        return self._shown

    def set(self, **state: Any) -> "Explorer":
        """Set controls as a student would, by name, press the button, and return the explorer.

        Raises KeyError for an unknown name.
        """
        for name, value in state.items():
            facts.find(self._controls, name, "control").value = value
        if self._waits:
            self._change()
        return self

    def _soon(self) -> None:
        """Take up a change, after the rest where the kernel has a clock."""
        try:
            clock = asyncio.get_running_loop() if self._rest else None
        except RuntimeError:
            clock = None
        self._wake()
        if clock:
            self._line.value = tag("span", "Not saved yet.")
            self._timer = clock.call_later(self._rest, self._change)
            _resting.append(self)
        else:
            self._change()

    def _wake(self) -> None:
        if self._timer:
            self._timer.cancel()
        _resting[:] = [one for one in _resting if one is not self]

    def _change(self) -> None:
        self._wake()
        self._render(self._keep)

    def _render(self, keep: Callable[..., str] | None = None) -> None:
        try:
            said = keep(**self.state) if keep else ""
            view = self._view(**self.state)
        except Exception as error:
            self._line.value = tag("span", f"Something went wrong, and nothing is lost: {error}")
            raise
        self._show(view, said)

    def _show(self, view: View, said: str = "") -> None:
        """Show a view, and what else there is to say."""
        self._shown = view
        self._panel.value = tag("div", view.markup, **{"data-gist": "" if said else view.gist})
        self._line.value = tag("span", said) if said else ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        still = self._cold or self._shown
        return {**self._box._repr_mimebundle_(), "text/plain": still.words, "text/html": styled(still.markup)}


_resting: list[Explorer] = []  # those with a change that is not kept yet


def _settle() -> None:
    """Keep at once what still rests, before anything that was kept is read."""
    for one in [*_resting]:
        one._change()


def start() -> View:
    """Return the first line of a lesson: whether the tables are sound, and the help for keyboard and screen reader.

    The help is a style sheet and a script for the page: controls keep their keys, and say their name and state. The
    explorers rely on the sheet for their looks.
    """
    facts.use(facts.home())  # a table may have been corrected since it was read
    wrong = tables.problems(facts.home())
    words = "\n".join(["The tables need mending first.", *wrong]) if wrong else "Ready."
    lines = tag("div", *(tag("p", line, look="text") for line in words.split("\n")), look="page")
    page = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    return View(Html(lines + page.replace("</style>", f"{sheet()}\n</style>")), words)


def timeline(layer: str = "article") -> Explorer:
    """Return the timeline with a step through its events, in the order of time or of the text."""
    orders = [("by latest possible day", "time"), ("as the report tells it", "text")]
    steps = widgets.IntSlider(1, 1, len(show.ordered("time", layer)), description="Step", readout=False, layout=_WIDTH)
    order = _list("Order", orders)
    return Explorer(partial(show.timeline, layer=layer), {"step": steps, "order": order})


def sources() -> Explorer:
    """Return the claims of the report by the kind of their speaker, with the claims of a chosen kind in full."""
    kinds = [*dict.fromkeys(one.speaker.kind for one in facts.library().claims.values())]
    lists = {"kind": _list("Kind of speaker", [("all", ""), *((one, one) for one in kinds)])}
    return Explorer(show.sources, lists, cold=show.sources(kinds[-1]))


def limits() -> Explorer:
    """Return the verdict on a case that is put together from the lists, above the table of cases around it."""
    return Explorer(show.answer, _case_controls())


def positions(*actors: str) -> Explorer:
    """Return the positions of the chosen actors side by side, with one case for all of them."""
    known = {one.actor.id: one.actor.name for one in facts.library().positions.values() if one.layer == "article"}
    names = {actor: facts.find(known, actor, "position") for actor in actors or known}
    boxes = {actor: widgets.Checkbox(True, description=name, indent=False) for actor, name in names.items()}

    def view(**state: Any) -> View:
        chosen = [actor for actor in boxes if state.pop(actor)]
        return show.positions(*chosen, **state) if chosen else show.note("Tick at least one name.")

    return Explorer(view, {**boxes, **_same_case("article")})


def capitals() -> Explorer:
    """Return the same case under each capital on a day of the record, each with a weapon of its own."""
    days = sorted({one.latest for one in facts.library().positions.values() if one.layer == "record"})
    day = _list("Day", [(facts.write_day(one), str(one)) for one in days])
    day.value = str(max((one for one in days if one <= show.report_day() + timedelta(days=1)), default=days[0]))
    return Explorer(show.capitals, {"on": day, **_same_case("record")})


def changes() -> Explorer:
    """Return the limits of one actor through time, a small table for each date on which they change."""
    told = [one for one in facts.library().positions.values() if one.layer == "record" and one.amends]
    actors = [(one.actor.name, one.actor.id) for one in told]
    panels = facts.library().dimensions[show.panel()]
    weapons = [(one.label, one.id) for one in rules.values(panels, "record")]
    lists = {"actor": _list("Whose limits", list(dict.fromkeys(actors))), "panel": _list(panels.title, weapons)}
    for state in product(*(dict(box.options).values() for box in lists.values())):
        show.changes(*state)  # its answers are found now, so that no change of a list waits for them
    return Explorer(show.changes, lists)


def redraft() -> Explorer:
    """Return what changes in the answers when one of the report's words is struck out."""
    terms = [(f"“{one.words}” (paragraph {one.paragraph})", one.id) for one in facts.library().terms.values()]
    words = _list("Strike out", [("nothing yet", ""), *terms])

    def view(term: str) -> View:
        return show.redraft(term) if term else show.note("Choose the words to strike out.")

    return Explorer(view, {"term": words}, cold=show.redraft(terms[0][1]))


def predict(story: str) -> Explorer:
    """Return a story to predict the answer for; the verdict comes with the prediction, which is kept first."""
    told = show.prediction(story)
    answers = _choice("Your prediction", rules.ANSWERS, _last(story).answer)

    def view(answer: str | None) -> View:
        return show.prediction(story, answer) if answer else show.note("Not predicted yet.")

    def keep(answer: str | None) -> str:
        return ask.keep(story, answer) if answer else ""

    waits = show.note("Not checked yet. Press “Check my prediction”.")
    controls = {"answer": answers, "check": widgets.Button(description="Check my prediction", layout=_WIDTH)}
    return Explorer(view, controls, tag("p", told.gist, look="title"), told, keep, waits)


def question(name: str) -> Explorer:
    """Return a question with its options; each answer gets its own reason, once the student has said how sure."""
    options = [option.says for option in facts.find(facts.library().questions, name, "question").options]
    answers = _choice("", options, _last(name).answer, "wl-options")
    sure = _choice("How sure are you?", ask.SURE, _last(name).sure, "wl-sure")

    def view(answer: str | None, sure: str | None) -> View:
        return show.note(HOW_SURE) if answer and not sure else ask.check(name, answer, sure)

    def keep(answer: str | None, sure: str | None) -> str:
        return ask.keep(name, answer, sure) if answer and sure else ""

    waits = show.note("Not checked yet. Say how sure you are, and press “Check my answer”.")
    controls = {"answer": answers, "sure": sure, "check": widgets.Button(description="Check my answer", layout=_WIDTH)}
    return Explorer(view, controls, ask.prompt(name), ask.question(name), keep, waits)


def write(name: str) -> Explorer:
    """Return a box for an opinion, above what to look for in it; the text is kept while the student types."""

    def view(text: str) -> View:
        return show.note(f"Words: {len(text.split())}." if text.strip() else ask.BLANK)

    return _texts(name, {"text": ("Your answer", name)}, view)


def memo(name: str) -> Explorer:
    """Return boxes for claim, evidence and reasoning; each id given as evidence is shown with what it says."""
    boxes = {part: (part.capitalize(), f"{name}/{part}") for part in ("claim", "evidence", "reasoning")}
    return _texts(name, boxes, lambda evidence, **_: show.evidence(evidence))


def sure() -> Explorer:
    """Return how sure the student was at each first try, shown anew by a button."""
    again = widgets.Button(description="Show how sure I was", layout=_WIDTH)
    return Explorer(ask.sure, {"again": again}, cold=show.note("Run this lesson to see how sure you were."))


def work() -> Explorer:
    """Return the student's work on one page to hand in, with a box for the name and links to save it."""
    _settle()
    student = widgets.Text(ask.named(), description="Your name", layout=_WIDTH, style=_NAMED)
    again = widgets.Button(description="Show my work", layout=_WIDTH)
    cold = show.note("Run this lesson to see your work on one page, with links to save it.")
    return Explorer(ask.work, {"student": student, "again": again}, cold=cold, rest=0.3)


def _texts(name: str, boxes: dict[str, tuple[str, str]], view: Callable[..., View]) -> Explorer:
    """Return boxes to write in, by name, each with its label and the name under which its text is kept."""
    asked = facts.find(facts.library().questions, name, "question")
    controls = {
        box: widgets.Textarea(_last(kept).answer, description=label, rows=6, layout=_WIDE, style=_NAMED)
        for box, (label, kept) in boxes.items()
    }
    criteria = show.criteria(asked.criteria)

    def below(**state: str) -> View:
        return seen(view(**state).markup, criteria.markup)

    def keep(**state: str) -> str:
        names = {boxes[box][1]: text for box, text in state.items()}
        said = [ask.keep(kept, text) for kept, text in names.items() if text.strip() or _last(kept).answer]
        return next(filter(None, said), "Saved.")

    cold = seen(ask.question(name).markup, criteria.markup)
    save = widgets.Button(description="Save")
    return Explorer(below, {**controls, "save": save}, ask.prompt(name), cold, keep, rest=1)


def _last(name: str) -> ask.Entry:
    _settle()
    return ask.kept(name) or ask.Entry("", name, "")


def _choice(title: str, options: Sequence[str], chosen: str, *looks: str) -> Any:
    """Return options of which one can be chosen; nothing is where the last choice is none of them."""
    value, layout = chosen if chosen in options else None, _FULL if looks else _WIDTH
    found = widgets.RadioButtons(options=options, value=value, description=title, layout=layout, style=_NAMED)
    return found.add_class(*looks) if looks else found


def _same_case(layer: str) -> dict[str, Any]:
    """Return one list for each dimension of a case but the supplier."""
    return {name: control for name, control in _case_controls(layer).items() if name != show.supplier()}


def _case_controls(layer: str = "article") -> dict[str, Any]:
    """Return one list for each dimension of a case."""
    return {
        name: _list(one.title, [(value.label, value.id) for value in rules.values(one, layer)])
        for name, one in facts.library().dimensions.items()
    }


def _list(title: str, options: Sequence[Any]) -> Any:
    return widgets.Dropdown(options=options, description=title, layout=_WIDTH, style=_NAMED)
