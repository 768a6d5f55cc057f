"""On a phone, or at 400 %, nothing of ours is cut off, and nothing traps who scrolls."""

import pytest

from tests.browser.conftest import WIDE
from tests.browser.driver import Lesson
from tests.browser.test_axe import OURS

# What reaches beyond its cell or a box in it; not a table or a row of choices that scrolls by itself.
BEYOND = """ours => [...document.querySelectorAll(`${ours}, :is(${ours}) *`)].filter(node => {
  if (node.closest("tr, option, .wl-unseen") || !node.checkVisibility()) return false;
  const edge = part => part.getBoundingClientRect().right;
  const flows = part => getComputedStyle(part).overflowX;
  let box = node.parentElement;
  while (flows(box) === "visible" && !box.matches(".jp-Cell")) box = box.parentElement;
  return edge(node) > edge(box) + 1 && !(node.closest("table, .wl-choice") && flows(box) === "auto");
}).map(node => `${node.tagName}.${node.className}: ${node.innerText?.slice(0, 60)}`)"""
# Notebook makes a low box of a long output, as JupyterLab does if asked; ours stay high.
TRAPS = """() => {
  for (const cell of jupyterapp.shell.currentWidget.content.widgets) cell.outputsScrolled = true;
  return [...document.querySelectorAll(".wl-page")].filter(page => {
    for (let box = page; !box.matches(".jp-Cell"); box = box.parentElement) {
      const low = box.scrollHeight > box.clientHeight + 1;
      if (low && getComputedStyle(box).overflowY !== "visible") return true;
    }
  }).map(page => page.innerText.slice(0, 60));
}"""
CLOSED = """() => [...document.querySelectorAll(".wl-page, .jp-RenderedHTML")].filter(box => {
  return box.scrollWidth > box.clientWidth && box.tabIndex < 0;
}).map(box => box.innerText.slice(0, 60))"""
# The cells of a grid that a finger would miss.
SMALL = """() => [...document.querySelectorAll(".wl-grid .wl-tick:has(input)")].filter(cell => {
  const { width, height } = cell.getBoundingClientRect();
  return width < 22 || height < 22;
}).map(cell => cell.innerText)"""
FOUND = {"beyond": BEYOND, "traps": TRAPS, "closed": CLOSED, "small": SMALL}


@pytest.mark.parametrize("width", [400, 320])
def test_nothing_reaches_beyond_a_narrow_screen(lesson: Lesson, width: int) -> None:
    lesson.page.set_viewport_size({"width": width, "height": 900})
    lesson.page.wait_for_timeout(600)  # then the page has looked for what scrolls
    found = {kind: lesson.page.evaluate(find, ", ".join(OURS)) for kind, find in FOUND.items()}
    lesson.page.set_viewport_size(WIDE)
    assert found == dict.fromkeys(FOUND, [])
