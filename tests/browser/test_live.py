"""What is read aloud is what the panel shows: never an older view, however quick the hand, and errors too."""

import json
import re
from typing import Any

import pytest

from helpers import ask, explore, view
from tests.browser.driver import APPS, DRAWN, LESSONS, NAMED, ROOT, SOON, Explorer, Lesson

# Each time that the panel changes: what it shows from then on, and what the line says at that moment.
RECORD = """([panel, line]) => {
  window.wlRecord = [];
  window.wlRecorder?.disconnect();
  window.wlRecorder = new MutationObserver(() => window.wlRecord.push([panel.innerHTML, line.textContent]));
  window.wlRecorder.observe(panel, { subtree: true, childList: true, characterData: true });
}"""
RECORDED = "() => window.wlRecord"
BROKEN = """from helpers.view import Html, View
import ipywidgets

def view(broken):
    if broken:
        raise ValueError("the view is <b>broken</b>")
    return View(Html("<p>All is well.</p>"))

explore.Explorer(view, {"broken": ipywidgets.Checkbox(False, description="Break it", indent=False)})"""
TURNED = [
    '<p title="1">First</p><table><tbody><tr><td lang="en">a</td><td>stays</td></tr></tbody></table><p>1</p>',
    "<p>Second</p><table><tbody><tr><td>a</td><td>stays</td></tr><tr><td>new</td></tr></tbody></table>",
]
TURNS = f"""from helpers.view import Html, View
import ipywidgets

control = ipywidgets.Checkbox(False, description="Turn it", indent=False)
explore.Explorer(lambda turned: View(Html({TURNED}[turned])), {{"turned": control}})"""
ADD = """source => {
  const { content } = jupyterapp.shell.currentWidget;
  const { sharedModel } = content.model;
  sharedModel.insertCell(sharedModel.cells.length, { cell_type: "code", source });
  content.activeCellIndex = sharedModel.cells.length - 1;
  jupyterapp.commands.execute("notebook:run-cell");
}"""
# Each kind of element, and those that look otherwise in a panel, by the sheet, than by the styles that are stored.
LOOKS = """(panel, views) => {
  const plain = panel.cloneNode();
  panel.after(plain);
  const seen = new Set(), otherwise = [];
  const look = node => { const style = getComputedStyle(node); return [...style].map(name => style[name]).join(); };
  for (const markup of views) {
    plain.innerHTML = `<div data-gist="">${markup}</div>`;
    panel.innerHTML = plain.innerHTML.replace(/( class="wl-[^"]*") style="[^"]*"/g, '$1');
    const live = panel.querySelectorAll('*');
    if (panel.querySelector('[class^=wl-][style]')) otherwise.push('a style is left beside a look');
    plain.querySelectorAll('*').forEach((node, at) => {
      const kind = [node.parentNode, node].map(one => one.cloneNode().outerHTML).join();
      if (seen.has(kind)) return;
      seen.add(kind);
      if (look(node) !== look(live[at])) otherwise.push(kind);
    });
  }
  plain.remove();
  return [seen.size, otherwise];
}"""
# The style sheets of the lessons: all in the page, and those that stay when the cell is cleared.
SHEETS = """() => [document, document.head].map(part => part.querySelectorAll('style[data-sheet]').length)"""
SETUP = """async () => {
  const { content } = jupyterapp.shell.currentWidget;
  content.activeCellIndex = content.widgets.findIndex(cell => cell.model.type === 'code');
  await jupyterapp.commands.execute("notebook:run-cell");
}"""
REMOVE = """() => {
  const { sharedModel } = jupyterapp.shell.currentWidget.content.model;
  sharedModel.deleteCell(sharedModel.cells.length - 1);
}"""

# A first answer, another one, and the button, with no time between: Python takes up the first while the rest waits.
QUICK = """cell => {
  cell.querySelector(".wl-sure input").click();
  const [first, second] = cell.querySelectorAll(".wl-options input");
  for (const one of [first, second, cell.querySelector(".jupyter-button")]) one.click();
}"""
FIRST = pytest.mark.parametrize(
    "lesson", [(app, LESSONS[0]) for app in APPS], ids=[f"{app}-{LESSONS[0]}" for app in APPS], indirect=True
)


def stored() -> list[str]:
    """Return the markup of every view that is stored in a lesson."""
    lessons = [json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_bytes()) for name in LESSONS]
    outputs = [one for lesson in lessons for cell in lesson["cells"] for one in cell.get("outputs", [])]
    found = dict.fromkeys("".join(one.get("data", {}).get("text/html", "")) for one in outputs)
    views = [markup for markup in found if 'class="wl-page"' in markup and "<script" not in markup]
    return [re.sub(r' src="[^"]*"', "", markup) for markup in views]  # a picture would come in its own time


def keys(explorer: Explorer) -> list[tuple[Any, str]]:
    """Return controls of an explorer, each with a key that changes its view."""
    sliders = [
        (one, key) for one in explorer.cell.locator("[role=slider]").all() for key in ("ArrowRight", "ArrowRight")
    ]
    lists = [(one, key) for one in explorer.cell.locator("select").all() for key in ("ArrowDown", "ArrowDown")]
    boxes = [(one, "Space") for one in explorer.cell.locator("input[type=checkbox]").all() for _ in range(2)]
    return sliders + boxes + lists


def test_what_is_read_aloud_is_never_older_than_what_is_shown(lesson: Lesson) -> None:
    for explorer in lesson.explorers():
        content = explorer.panel.locator(".widget-html-content"), explorer.line.locator(".widget-html-content")
        lesson.page.evaluate(RECORD, [one.element_handle() for one in content])
        for control, key in (pressed := keys(explorer)):
            control.focus()
            lesson.page.keyboard.press(key)
        lesson.idle()
        recorded = lesson.page.evaluate(RECORDED)
        assert bool(recorded) == bool(pressed), f"{explorer.source}: {len(pressed)} keys, and no change is seen"
        for panel, line in recorded:
            assert line == view.in_words(panel).split("\n")[0], explorer.source


def test_no_list_is_held_up_by_the_others(lesson: Lesson) -> None:
    lesson.page.evaluate(NAMED)
    formed = "all => all.map(one => one.form && one.form.elements.length)"
    held = lesson.page.eval_on_selector_all(".jupyter-widgets :is(select, textarea)", formed)
    listed = [one for one in lesson.explorers() if not re.search("question|predict|sure|work", one.source)]
    assert set(held) == ({1} if listed else set())


@FIRST
def test_a_button_takes_the_last_of_two_quick_answers(lesson: Lesson) -> None:
    asked = next(one for one in lesson.explorers() if "question" in one.source)
    asked.cell.evaluate(QUICK)
    twin = explore.question(asked.source.split('"')[1])
    shown = twin._view(answer=twin._controls["answer"].options[1], sure=ask.SURE[0])
    asked.panel.get_by_text(shown.gist).wait_for()


@FIRST
def test_a_view_keeps_what_stays_and_nothing_else_of_the_one_before(lesson: Lesson) -> None:
    lesson.page.evaluate(ADD, TURNS)
    try:
        cell = lesson.page.locator(".jp-Notebook .jp-Cell").last
        control, panel = cell.get_by_role("checkbox", name="Turn it"), cell.locator("[data-gist]")
        for markup in (TURNED[1], TURNED[0], TURNED[1]):
            panel.get_by_text("stays").evaluate("one => { one.kept = true; }")
            control.press("Space", timeout=SOON)
            panel.get_by_text("Second" if markup == TURNED[1] else "First").wait_for()
            assert panel.inner_html() == markup
        assert panel.get_by_text("stays").evaluate("one => one.kept")
    finally:
        lesson.page.evaluate(REMOVE)


@FIRST
def test_a_live_view_looks_like_the_stored_one(lesson: Lesson) -> None:
    lesson.page.evaluate(ADD, TURNS)
    try:
        panel = lesson.page.locator(".jp-Notebook .jp-Cell").last.locator(".widget-html-content:has(> [data-gist])")
        panel.get_by_text("stays").wait_for()
        kinds, otherwise = panel.evaluate(LOOKS, stored())
        assert kinds > len(view.LOOKS) and not otherwise
    finally:
        lesson.page.evaluate(REMOVE)


@FIRST
def test_the_sheet_stays_and_is_there_once(lesson: Lesson) -> None:
    assert lesson.page.evaluate(SHEETS) == [1, 1]
    lesson.page.evaluate(SETUP)
    lesson.page.evaluate(DRAWN)
    assert lesson.page.evaluate(SHEETS) == [1, 1], "a second run of the first cell"


@FIRST
def test_an_error_in_a_view_is_read_aloud_and_shown(lesson: Lesson) -> None:
    lesson.page.evaluate(ADD, BROKEN)
    try:
        cell = lesson.page.locator(".jp-Notebook .jp-Cell").last
        line = cell.get_by_role("status")
        cell.get_by_role("checkbox", name="Break it").press("Space", timeout=SOON)
        line.get_by_text("Something went wrong, and nothing is lost: the view is <b>broken</b>").wait_for()
        assert line.bounding_box()["height"] > 10, "it is said to screen readers alone"
        cell.get_by_role("checkbox", name="Break it").press("Space")
        line.get_by_text("All is well.", exact=True).wait_for(state="attached")
        assert line.bounding_box()["height"] <= 1, "it is said twice"
    finally:
        lesson.page.evaluate(REMOVE)
