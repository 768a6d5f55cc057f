"""On the screen of a phone, or at 400 %, nothing of ours is cut off; and nothing moves for who wants no motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import WIDE
from tests.browser.driver import DRAWN, NAMED, Lesson
from tests.browser.test_axe import OURS, told

# What reaches beyond the right edge of its cell or of a box in it; not a table in a box of its own that scrolls.
BEYOND = """ours => {
  const beyond = new Set();
  for (const part of document.querySelectorAll(ours)) {
    const edges = new Map([[part.closest(".jp-Cell"), part.closest(".jp-Cell").getBoundingClientRect().right]]);
    for (const node of [part, ...part.querySelectorAll("*")]) {
      const style = getComputedStyle(node), drawn = node.getBoundingClientRect();
      let box = node.parentElement;
      while (!edges.has(box)) box = box.parentElement;
      const scrolls = ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && node.closest("table");
      if (style.overflowX !== "visible") edges.set(node, drawn.left + node.clientLeft + node.clientWidth);
      if (drawn.width && drawn.right > edges.get(box) + 1 && !scrolls && !node.closest(".wl-unseen, option"))
        beyond.add(`${node.tagName}.${node.className}: ${node.innerText?.slice(0, 60)}`);
    }
  }
  return [...beyond];
}"""
# The cells of small tables that are broad, or show more than the sign of an answer.
WORDY = """() => [...document.querySelectorAll(".jupyter-widgets .wl-dots .wl-tick")].filter(cell => {
  const words = document.createRange(), { right } = cell.closest(".wl-dots").getBoundingClientRect();
  words.setStart(cell.firstChild, 2);
  words.setEndAfter(cell.lastChild);
  return cell.offsetWidth > 34 || [...words.getClientRects()].some(one => one.width && one.left < right);
}).map(cell => cell.innerText)"""
MOTION = ".jupyter-widgets { transition: opacity 1s; } .jp-RenderedMarkdown p { animation: blink 1s; }"
MOVING = """ours => [...document.querySelectorAll(ours)].flatMap(part => [part, ...part.querySelectorAll("*")])
  .filter(node => {
    const style = getComputedStyle(node);
    return style.animationName !== "none" || Math.max(...style.transitionDuration.split(",").map(parseFloat)) > 0;
  }).map(node => node.className)"""


@pytest.mark.parametrize("width", [400, 320])
def test_nothing_reaches_beyond_a_narrow_screen(lesson: Lesson, width: int) -> None:
    page = lesson.page
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(DRAWN)
    page.evaluate(NAMED)
    beyond = page.evaluate(BEYOND, ", ".join(OURS))
    wordy, small = page.evaluate(WORDY), page.locator(".jupyter-widgets .wl-dots .wl-tick").count()
    rules = {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable"]}}
    closed = told(Axe().run(page, {"include": [[one] for one in OURS]}, rules).response, "violations")
    page.set_viewport_size(WIDE)
    assert beyond == [] == closed == wordy
    assert bool(small) == any("changes" in one.source for one in lesson.explorers())


def test_nothing_moves_for_who_wants_no_motion(lesson: Lesson) -> None:
    style = lesson.page.add_style_tag(content=MOTION)
    assert lesson.page.evaluate(MOVING, ", ".join(OURS))
    lesson.page.emulate_media(reduced_motion="reduce")
    moving = lesson.page.evaluate(MOVING, ", ".join(OURS))
    lesson.page.emulate_media(reduced_motion="no-preference")
    style.evaluate("style => style.remove()")
    assert moving == []
