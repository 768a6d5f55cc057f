"""Measure what a click costs, print it, and keep it in bench.md: `python -m tests.bench [rounds]`.

All is measured by turns, in one run: a round makes one change in each explorer and in what it is
compared with, each time in another order. Two pages take turns, so that on each a change comes as
long after the one before as a student's would.
"""

import os
import platform
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.driver import Lesson, browser, copied, served

ROUNDS, WARM = int((sys.argv[1:] or [200])[0]), 2
MEDIAN, LATE, REST, FRAME = 1.3, 1.5, 60, 17  # times the bare round trip, twice; milliseconds
RESULT = Path(__file__).with_name("bench.md")
LIBRARIES = "jupyterlab", "jupyter_server", "ipykernel", "ipywidgets", "anywidget"
ABOUT = f"""# What a click costs

Written by `make bench`: milliseconds from an event in the page until two frames after the page has
changed, and so never less than a frame. The bare round trip is a button of ipywidgets by which
Python changes a label. An explorer reaches its aim with a median of at most {MEDIAN} times the bare
one, and a 95th percentile of at most {LATE} times the bare one's; what is only looked at, when it
is no slower than `jslink`. `interact` shows the desk of `limits` the plain way. All questions are
answered before, and so the page of the student's work is full."""
# The page of the bench: what is compared, a cell for each.
BARE, LINK, PLAIN, FOLD = "bare round trip", "`jslink`", "`interact`", "unfolding"
# A student who has answered every question.
ANSWERED = """from helpers.student import journal
for one in facts.library().questions.values():
    if one.options:
        journal.keep(one.id, one.options[0].says, "sure")"""
# Each explorer, and what changes in it at each turn: the next of these; of some, what is there.
EXPLORERS = {
    "timeline()": "[name=event]",
    "sources()": "[name=claim]",
    "limits()": ".wl-grid [type=radio]",
    "positions()": ".wl-choice [name=weapon]",
    **dict.fromkeys(("capitals()", "changes()"), ".wl-choice [name=on]"),
    "redraft()": "[name=without]",
    "claims()": "[name=claim]",
    'draft("rewrite")': "[name=asks]",
    'memo("advice")': "[name=evidence]",
    **dict.fromkeys(('predict("bomber")', 'question("exit-dogs")', 'write("rewrite")', "work()"), ""),
}
CELLS = {
    BARE: """button, label = ipywidgets.Button(description="Bare"), ipywidgets.Label("0")
button.on_click(lambda _: setattr(label, "value", str(int(label.value) + 1)))
ipywidgets.VBox([button, label])""",
    LINK: """text, told = ipywidgets.Text(), ipywidgets.Label()
ipywidgets.jslink((text, "value"), (told, "value"))
ipywidgets.VBox([text, told])""",
    PLAIN: """state = explore.limits().state
case = {name: state[name] for name in ("supplier", "target", "threatens")}
own = {name: [*dict.fromkeys(one[name] for one in rules.cases(**case))] for name in ("weapon", "place")}
ipywidgets.interact(lambda weapon, place: show.desk(**state | {"weapon": weapon, "place": place}), **own);""",
    FOLD: """from helpers import live, view
folded = view.tag("details", view.tag("summary", "More"), view.tag("p", "What is folded."))
live.Explorer("fold", lambda: view.page(folded), {})""",
    **{call.partition("(")[0]: f"explore.{call}" for call in EXPLORERS},
}
NEXT = ["", "", "select", "summary", *EXPLORERS.values()]
Times = dict[str, list[float]]


def opened(stack: ExitStack, chromium: Any, folder: Path) -> Lesson:
    """Run the page of the bench on a server of its own, and return it."""
    server = stack.enter_context(served(copied(folder / "copy"), folder))
    server.write("bench", [ANSWERED, *CELLS.values()])
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    lesson = Lesson(context, server, "lab", "bench")
    if wrong := lesson.run():
        raise RuntimeError(f"The page of the bench has trouble: {wrong}")
    lesson.page.evaluate(RESULT.with_suffix(".js").read_text(encoding="utf-8"), NEXT)
    return lesson


def take(lesson: Lesson, at: int, turn: int, rest: int = REST) -> list[float]:
    """Return the milliseconds of the next change in a cell, or nothing when none is seen."""
    took = lesson.page.evaluate("asked => wlTake(...asked)", [at, turn, rest, turn % FRAME])
    return [took] if took else []


def measured(pages: Sequence[Lesson]) -> Times:
    """Return the milliseconds of everything."""
    times, chance = defaultdict[str, list[float]](list), random.Random(0)
    for turn in range(WARM + ROUNDS):
        if turn == WARM:
            times.clear()
        for place, (at, name) in enumerate(chance.sample([*enumerate(CELLS)], len(CELLS))):
            times[name] += take(pages[(turn + place) % len(pages)], at, turn)
    return {name: times[name] for name in CELLS}


def spread(times: Sequence[float]) -> tuple[int, int]:
    """Return the median and the 95th percentile."""
    late = statistics.quantiles(times, n=20, method="inclusive")[-1]
    return round(statistics.median(times)), round(late)


def rows(times: Times) -> Iterator[str]:
    """Yield a table of all that was measured, each beside the bare round trip."""
    (bare, bare_late), (link, _) = spread(times[BARE]), spread(times[LINK])
    yield "| changed | n | median, ms | 95th percentile, ms | × bare | × bare, 95th | aim |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, took in times.items():
        middle, late = spread(took)
        held = middle <= MEDIAN * bare and late <= LATE * bare_late
        aim = "reached" if (middle <= link if name == FOLD else held) else "**not reached**"
        ratios = f"{middle / bare:.2f}", f"{late / bare_late:.2f}"
        cells = name, len(took), middle, late, *ratios, "" if name in (BARE, LINK, PLAIN) else aim
        yield f"| {' | '.join(map(str, cells))} |"


def machine(chromium: Any, before: Sequence[float]) -> str:
    """Return what this is measured on, and how busy it was."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    (was, _, _), (now, lately, _) = before, os.getloadavg()
    return f"""{os.cpu_count()} processors, {platform.platform()},
Python {platform.python_version()}, {libraries}, Chromium {chromium.version}
without a screen. Load of the last minute:
{was:.1f} before, {now:.1f} after ({lately:.1f} in the last five minutes)."""


def parts() -> Iterator[str]:
    """Yield what is found, part by part."""
    yield ABOUT
    with TemporaryDirectory() as temporary, browser() as chromium, ExitStack() as stack:
        before = os.getloadavg()
        pages = [opened(stack, chromium, Path(temporary, name)) for name in ("one", "two")]
        times = measured(pages)
        yield machine(chromium, before)
        yield "\n".join(rows(times))


if __name__ == "__main__":
    told = []
    for part in parts():
        told.append(part)
        print(f"{part}\n", flush=True)
    RESULT.write_text("\n\n".join(told) + "\n", encoding="utf-8")
