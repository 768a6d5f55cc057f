"""A page with every explorer and two things to compare them with, and a stopwatch from the key to the new pixels.

The bare round trip is a button that changes a label. The plain way makes the comparison of positions with `interact`,
a table of pandas, and pyplot.
"""

import ast
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil

from helpers import ask, facts
from tests.browser.driver import ROOT, Lesson

NAME, BARE, PLAIN = "bench", "bare round trip", "plain `interact` and pyplot"
SETUP = "".join(json.loads((ROOT / "notebooks" / "03-when.ipynb").read_text(encoding="utf-8"))["cells"][1]["source"])
SOURCES = {
    BARE: """\
import ipywidgets as w
button, label = w.Button(description="Bare"), w.Label("0")
button.on_click(lambda _: setattr(label, "value", str(int(label.value) + 1)))
w.VBox([button, label])""",
    PLAIN: """\
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from ipywidgets import interact
held = {one.actor.name: one for one in facts.library().positions.values() if one.layer == "article"}
said = {(one.position, one.aspect): one.says for one in facts.library().statements.values()}
aspects = {row["id"]: row["question"] for row in facts.library().rows["aspects"]}
answers = ["no such case", *rules.ANSWERS]
def answer(position, chosen):
    try:
        return rules.judge(rules.Case(**chosen, supplier=position.scope or "us"), position).answer
    except rules.CaseError:
        return answers[0]
def compare(**chosen):
    rows = {name: [said.get((one.id, each), "not stated") for each in aspects] for name, one in held.items()}
    display(pd.DataFrame(rows, aspects.values()))
    plt.figure(figsize=(8, 3))
    plt.barh(list(held), [answers.index(answer(one, chosen)) for one in held.values()])
    plt.xticks(range(5), answers)
    plt.show()
interact(compare, **{one.id: [(value.label, value.id) for value in rules.values(one)]
                     for one in facts.library().dimensions.values() if one.id != "supplier"});""",
    "timeline": "explore.timeline()",
    "timeline, both layers": 'explore.timeline("both")',
    "sources": "explore.sources()",
    "limits": "explore.limits()",
    "positions": "explore.positions()",
    "capitals": "explore.capitals()",
    "changes": "explore.changes()",
    "redraft": "explore.redraft()",
    "predict": 'explore.predict("bomber")',
    "question": 'explore.question("exit-dogs")',
    "write": 'explore.write("rewrite")',
    "memo": 'explore.memo("advice")',
    "sure": "explore.sure()",
    "work": "explore.work()",
}

# From the key to the moment after the frame in which the new state is painted, with its pictures. An output that was
# only emptied, and waits for its picture, is not new yet.
WATCH = """([watched, drawn]) => {
  const old = drawn && watched.querySelector("img");
  let began;
  document.addEventListener("keydown", () => { began = performance.now(); }, { capture: true, once: true });
  window.wlTook = new Promise(resolve => {
    const seen = new MutationObserver(async () => {
      const images = [...watched.querySelectorAll("img")];
      if (drawn && (!images.length || images[0] === old)) return;
      seen.disconnect();
      await Promise.all(images.map(one => one.decode().catch(() => null)));
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => resolve(performance.now() - began);
        after.port2.postMessage(0);
      });
    });
    seen.observe(watched, { subtree: true, childList: true, characterData: true });
  });
}"""
REST = 150  # milliseconds: what a change brings with it, such as names for new controls, is over by then
TOOK = "() => Promise.race([window.wlTook, new Promise(resolve => setTimeout(resolve, 1500, null))])"
# The height in each frame after the next key, for a second.
FRAMES = """watched => {
  window.wlHeights = new Promise(resolve => {
    const heights = [];
    const measure = () => {
      heights.push(watched.offsetHeight);
      if (heights.length < 60) requestAnimationFrame(measure); else resolve(heights);
    };
    document.addEventListener("keydown", measure, { capture: true, once: true });
  });
}"""
HEIGHTS = "() => window.wlHeights"
# When the last key came, and when the panel last changed.
LAST = """watched => {
  window.wlLast = { key: 0, change: 0 };
  document.addEventListener("keydown", () => { window.wlLast.key = performance.now(); }, true);
  new MutationObserver(() => { window.wlLast.change = performance.now(); })
    .observe(watched, { subtree: true, childList: true, characterData: true });
}"""
SETTLED = "() => Math.max(0, window.wlLast.change - window.wlLast.key)"
# Does the panel show this markup, and do the controls stand at these values?
RIGHT = """([cell, watched, markup, values]) => {
  const own = document.createElement("div");
  own.innerHTML = markup;
  const controls = [...cell.querySelectorAll("select, [role=slider], input[type=checkbox]")].map(one =>
    one.type === "checkbox" ? one.checked : one.selectedIndex ?? Math.round(one.getAttribute("aria-valuenow")));
  return watched.querySelector(".widget-html-content").textContent === own.textContent
    && JSON.stringify(controls) === JSON.stringify(values);
}"""
TELL = """async code => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const asked = { code: "", store_history: false, user_expressions: { told: code } };
  const told = (await kernel.requestExecute(asked).done).content.user_expressions.told;
  return told.data ? told.data["text/plain"] : `"${told.ename}: ${told.evalue}"`;
}"""
Key = tuple[Any, str]


@dataclass
class Pattern:
    """One of the things that are compared, the number of its output, what is watched in it, and the keys for it.

    `took` has the milliseconds of each change; `silent` counts keys that changed nothing, as between two cases that
    can't be.
    """

    name: str
    number: int
    cell: Any
    watched: Any
    keys: Iterator[Key]
    took: list[float] = field(default_factory=list)
    silent: int = 0

    @property
    def listed(self) -> bool:
        """Whether it has a list or a slider, which a student can run through with one key held down."""
        return self.cell.query_selector("select, [role=slider]") is not None


def write(root: Path) -> None:
    """Write the page to a copy of the checkout."""
    cells = [nbformat.v4.new_code_cell(one) for one in (SETUP, *SOURCES.values())]
    page = nbformat.v4.new_notebook(cells=cells)
    page.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(page, root / "notebooks" / f"{NAME}.ipynb")


def patterns(lesson: Lesson) -> list[Pattern]:
    """Run the page, and return what is compared in it; raises RuntimeError when a cell has trouble."""
    if wrong := lesson.run():
        raise RuntimeError(f"The page of the benchmark has trouble: {wrong}")
    cells = lesson.page.query_selector_all(".jp-Notebook .jp-Cell")[1:]
    return [_pattern(lesson, at, name, cell) for at, (name, cell) in enumerate(zip(SOURCES, cells, strict=True), 2)]


def _pattern(lesson: Lesson, number: int, name: str, cell: Any) -> Pattern:
    find, page = cell.query_selector, lesson.page
    panel, button = find(".widget-vbox > .widget-html:last-child"), find(".widget-button")
    if name == BARE:
        return Pattern(name, number, cell, find(".widget-label"), _after(lambda _: None, button))
    if name == PLAIN:
        return Pattern(name, number, cell, find(".widget-output"), _walk(cell.query_selector_all("select")))
    if find(".widget-radio-box"):
        return Pattern(name, number, cell, panel, _by_turns(page, cell))
    if text := find("textarea"):  # its panel waits for a rest by design, its line does not
        return Pattern(name, number, cell, find(".wl-status"), ((text, letter) for letter in iter(lambda: "a", "")))
    if name in ("sure", "work"):
        asked = [one for one in facts.library().questions.values() if one.options]
        return Pattern(name, number, cell, panel, _after(lambda turn: _answer(lesson, asked[turn], turn, name), button))
    controls = cell.query_selector_all("select, [role=slider], input[type=checkbox]")
    return Pattern(name, number, cell, panel, _walk(controls))


def _walk(controls: list[Any]) -> Iterator[Key]:
    """Yield keys for lists, sliders and check boxes, by chance but in the same order each time."""
    chance = random.Random(0)
    while True:
        one = chance.choice(controls)
        kind = one.evaluate("one => one.type ?? 'slider'")
        if kind == "checkbox":
            yield one, "Space"
        elif kind == "slider":
            at, last = (float(one.get_attribute(f"aria-value{end}")) for end in ("now", "max"))
            yield one, "ArrowRight" if at == 1 or at < last and chance.random() < 0.5 else "ArrowLeft"
        else:
            at, size = one.evaluate("one => [one.selectedIndex, one.options.length]")
            yield one, "ArrowDown" if at == 0 or at + 1 < size and chance.random() < 0.5 else "ArrowUp"


def _by_turns(page: Any, cell: Any) -> Iterator[Key]:
    """Yield keys that ask for the verdict, and then choose another answer, which hides it."""
    groups = cell.query_selector_all(".widget-radio-box")
    for group in groups:
        group.query_selector("input").focus()
        page.keyboard.press("Space")
    while True:
        yield cell.query_selector(".widget-button"), "Enter"
        yield groups[0].query_selector("input:checked"), "ArrowDown"


def _after(first: Callable[[int], Any], button: Any) -> Iterator[Key]:
    """Yield a button, each time after something that gives it news to show."""
    for turn in range(10_000):
        first(turn)
        yield button, "Enter"


def _answer(lesson: Lesson, asked: facts.Question, turn: int, name: str) -> None:
    """Answer a question, beside the page: what is shown of the first answers, and of the last, gets other options."""
    option = asked.options[name == "work"].says
    tell(lesson, f"ask.keep({asked.id!r}, {option!r}, {ask.SURE[turn % 3]!r})")


def tell(lesson: Lesson, code: str) -> Any:
    """Return the value of an expression in the kernel of the page."""
    return ast.literal_eval(lesson.page.evaluate(TELL, code))


def press(lesson: Lesson, one: Pattern) -> None:
    """Press the next key on a page at rest, wait for new pixels, and note the milliseconds."""
    control, key = next(one.keys)
    control.focus()
    lesson.idle()
    lesson.page.wait_for_timeout(REST)
    lesson.page.evaluate(WATCH, [one.watched, one.name == PLAIN])
    lesson.page.keyboard.press(key)
    took = lesson.page.evaluate(TOOK)
    if took is None:
        one.silent += 1
    else:
        one.took.append(took)


def jumps(lesson: Lesson, one: Pattern) -> bool:
    """Press the next key; return whether the height was ever outside those before and after, in any frame between."""
    control, key = next(one.keys)
    control.focus()
    lesson.idle()
    lesson.page.evaluate(FRAMES, one.watched)
    lesson.page.keyboard.press(key)
    before, *between, last = lesson.page.evaluate(HEIGHTS)
    return any(not min(before, last) - 1 <= height <= max(before, last) + 1 for height in between)


def settle(lesson: Lesson, one: Pattern, keys: int) -> tuple[float, float, bool]:
    """Press so many keys in a second, or as fast as the page takes them.

    Return the keys in a second, the milliseconds from the last key to the last change, and whether the panel then
    shows the last state.
    """
    control = one.cell.query_selector_all("[role=slider], select")[-1]
    lesson.page.evaluate(LAST, one.watched)
    control.focus()
    began = time.perf_counter()
    for turn in range(keys):
        lesson.page.keyboard.press("ArrowDown" if turn % 7 < 4 else "ArrowUp")
        time.sleep(max(0, began + (turn + 1) / keys - time.perf_counter()))
    rate = keys / (time.perf_counter() - began)
    time.sleep(1)
    lesson.idle()
    quiet = lesson.page.evaluate(SETTLED)
    if one.name == PLAIN:
        return rate, quiet, True
    out = f"Out[{one.number}]"
    markup = tell(lesson, f"str({out}._view(**{out}.state).markup)")
    values = tell(lesson, f"[getattr(one, 'index', one.value) for one in {out}._controls.values()]")
    return rate, quiet, lesson.page.evaluate(RIGHT, [one.cell, one.watched, markup, values])


def growth(lesson: Lesson, changed: list[Pattern], changes: int) -> tuple[float, float]:
    """Make so many changes; return the megabytes that kernel and page gained in the last nine tenths of them.

    One explorer comes after the other, since JupyterLab keeps a tenth of a megabyte when another cell gets the focus.
    """
    kernel = psutil.Process(tell(lesson, "__import__('os').getpid()"))
    tools = lesson.page.context.new_cdp_session(lesson.page)

    def held() -> tuple[float, float]:
        tell(lesson, "__import__('gc').collect()")
        tools.send("HeapProfiler.collectGarbage")
        return kernel.memory_info().rss / 1e6, tools.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    each = changes // len(changed)
    gained = [0.0, 0.0]
    for one in changed:
        for turn in range(each):
            if turn == each // 10:
                first = held()
            press(lesson, one)
        gained = [old + last - began for old, last, began in zip(gained, held(), first, strict=True)]
    return gained[0], gained[1]
