"""Every control by keyboard alone: it is reached, keeps the focus and its keys, and Python shows what fits it.

`twin` is the same explorer in this process: it says which view belongs to the state of the controls in the page.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ipywidgets as widgets
import pytest

from helpers import explore
from helpers.view import View, in_words
from tests.browser.driver import SOON, Explorer, Lesson

TYPED = "b x dd"  # a notebook that took these keys would add, cut and delete cells
# The state of each control of a cell, which of them has the focus, what the panel shows, and what the line says.
SEEN = """cell => {
  const row = [...cell.querySelectorAll(".widget-vbox > .widget-box > *")];
  const state = node => {
    const one = node.querySelector("select, [role=slider], input, textarea");
    if (!one) return null;
    if (one.type === "radio") return [...node.querySelectorAll("input")].findIndex(radio => radio.checked);
    if (one.type === "checkbox") return one.checked;
    if (one.matches("[role=slider]")) return Math.round(one.getAttribute("aria-valuenow"));
    return one.matches("select") ? one.selectedIndex : one.value;
  };
  return [row.map(state), row.findIndex(node => node.contains(document.activeElement)),
    cell.querySelector(".widget-vbox > .widget-html:last-child .widget-html-content").innerHTML,
    cell.querySelector(".wl-status").textContent];
}"""
# Whether a reader has to scroll sideways, on a wide screen.
CUT = "panel => [...panel.querySelectorAll('.wl-page')].some(page => page.scrollWidth > page.clientWidth)"
ENTER = """cell => {
  const output = cell.querySelector(".widget-vbox").parentElement;
  output.tabIndex = -1;
  output.focus();
  const line = cell.querySelector(".wl-status");
  window.wlSaid = [];
  window.wlListener?.disconnect();
  window.wlListener = new MutationObserver(() => window.wlSaid.push(line.textContent));
  window.wlListener.observe(line, { subtree: true, childList: true, characterData: true });
}"""
# Whether something was said; then what came before it counts no more.
HEARD = """said => {
  const at = window.wlSaid.indexOf(said);
  window.wlSaid.splice(0, at + 1);
  return at >= 0;
}"""

words = lru_cache(maxsize=1)(in_words)  # the same panel is looked at many times


@dataclass
class Hand:
    """A student at the keyboard, in one explorer: `place` is the control that must have the focus."""

    lesson: Lesson
    explorer: Explorer
    twin: explore.Explorer
    place: int = -1

    @property
    def control(self) -> Any:
        """The twin of the control that must have the focus."""
        return list(self.twin._controls.values())[self.place]

    def see(self) -> tuple[list[Any], int, str, str]:
        """Return what the page shows: states, the place of the focus, the panel and the line."""
        states, focus, panel, line = self.explorer.cell.evaluate(SEEN)
        return states, focus, panel, line

    def enter(self) -> None:
        """Go to where the next Tab leads to the first control."""
        self.explorer.cell.evaluate(ENTER)
        self.place = -1

    def tab(self, steps: int = 1) -> None:
        """Go from control to control, or back."""
        for _ in range(abs(steps)):
            self.lesson.page.keyboard.press("Tab" if steps > 0 else "Shift+Tab")
            self.place += 1 if steps > 0 else -1
            assert self.see()[1] == self.place, f"{self.explorer.source}: Tab does not lead to control {self.place}"

    def press(self, key: str, state: Any = None) -> None:
        """Press a key: the control keeps the focus, and takes that state."""
        self.lesson.page.keyboard.press(key)
        self.holds(
            lambda states, focus, *_: focus == self.place and states[focus] == state,
            f"{key} does not lead control {self.place} to {state}",
        )

    def write(self, text: str) -> None:
        """Type a text at the end of a box."""
        before = self.see()[0][self.place]
        self.lesson.page.keyboard.type(text)
        states, focus, *_ = self.see()
        assert focus == self.place and states[self.place] == before + text

    def view(self, states: list[Any]) -> View:
        """Return the view that belongs to the states of the controls."""
        state = {}
        for (name, control), found in zip(self.twin._controls.items(), states, strict=True):
            if isinstance(control, (widgets.Dropdown, widgets.RadioButtons)):
                state[name] = control._options_values[found] if found >= 0 else None
            elif not isinstance(control, widgets.Button):
                state[name] = found
        return self.twin._view(**state)

    def shows(self, view: View | None = None) -> str:
        """The panel gets to show a view: the one that belongs to the controls, if no other. Return its markup."""
        view = view or self.view(self.see()[0])
        self.holds(lambda _, __, panel, ___: words(panel) == view.words, f"not shown: {view.words[:200]}")
        assert not self.explorer.panel.evaluate(CUT), f"{self.explorer.source}: a part is out of sight: {view.gist}"
        return view.markup

    def says(self, line: str) -> None:
        """The line gets to say something, be it for a moment only."""
        self.holds(lambda *_: self.lesson.page.evaluate(HEARD, line), f"not said: {line}")

    def holds(self, true: Callable[..., bool], otherwise: str) -> None:
        """It is so of what the page shows, soon."""
        end = time.monotonic() + SOON / 1e3
        while not true(*(seen := self.see())):
            assert time.monotonic() < end, f"{self.explorer.source}: {otherwise}; the page shows {seen}"
            time.sleep(0.005)


def choose(hand: Hand) -> None:
    """Go through all options of a list, down and up, and type letters into it."""
    at, panels = hand.see()[0][hand.place], set[str]()
    last = len(hand.control.options) - 1
    for place in [*range(at + 1, last + 1), *range(last - 1, -1, -1)]:
        hand.press("ArrowDown" if place > at else "ArrowUp", at := place)
        panels.add(hand.shows())
    assert len(panels) > 1, f"{hand.explorer.source}: no option changes the panel"
    hand.lesson.page.keyboard.type(TYPED)
    assert hand.see()[1] == hand.place
    hand.shows()


def slide(hand: Hand) -> None:
    """Move a slider by single steps and to both ends."""
    panels, last = set[str](), hand.control.max
    keys = {"ArrowRight": 2, "ArrowUp": 3, "ArrowLeft": 2, "ArrowDown": 1, "End": last, "Home": 1}
    for key, state in keys.items():
        hand.press(key, state)
        panels.add(hand.shows())
    assert len(panels) > 3, f"{hand.explorer.source}: the steps do not change the panel"


def tick(hand: Hand) -> None:
    """Take a tick away and set it again."""
    panels = set[str]()
    for state in (False, True):
        hand.press("Space", state)
        panels.add(hand.shows())
    assert len(panels) == 2, f"{hand.explorer.source}: a tick does not change the panel"


def go_through(hand: Hand) -> None:
    """Choose each of the radio buttons in turn, and the first again; nothing is checked before the button."""
    options = len(hand.control.options)
    hand.press("Space", 0)
    for place in [*range(1, options), 0]:
        hand.press("ArrowDown", place)
    hand.shows(hand.twin._waits)


def answer(hand: Hand, groups: int) -> None:
    """Answer a question, then change the answer; each one gets its reason when the button is pressed."""
    hand.tab()
    go_through(hand)
    if groups == 2:
        hand.tab(2)
        hand.press("Enter")
        hand.says(explore.HOW_SURE)
        hand.tab(-1)
        go_through(hand)
    hand.tab()
    hand.press("Enter")
    hand.shows()
    hand.tab(-groups)
    hand.press("ArrowDown", 1)
    hand.shows(hand.twin._waits)
    hand.tab(groups)
    hand.press("Space")
    hand.shows()


def write(hand: Hand, boxes: int) -> None:
    """Write into boxes: the text is kept after a rest, or at once by the button; Escape leads back to the cell."""
    for _ in range(boxes):
        hand.tab()
        hand.write(TYPED)
    hand.says("Not saved yet.")
    hand.says("Saved.")
    hand.shows()
    for key in ("Enter", "Space"):
        hand.write("!")
        hand.says("Not saved yet.")
        hand.tab()
        hand.press(key)
        hand.says("Saved.")
        hand.shows()
        hand.tab(-1)
    back_to_the_cell(hand)
    hand.tab(boxes + 1)


def back_to_the_cell(hand: Hand) -> None:
    hand.lesson.page.keyboard.press("Escape")
    assert hand.explorer.cell.evaluate("cell => document.activeElement === cell")
    hand.enter()


def show_work(hand: Hand) -> None:
    """Give a name, and have the work shown."""
    hand.tab()
    hand.write(TYPED)
    hand.shows()
    show_again(hand)


def show_again(hand: Hand) -> None:
    """Have something shown anew."""
    hand.tab()
    for key in ("Enter", "Space"):
        hand.press(key)
        hand.shows()


USES = {widgets.Dropdown: choose, widgets.IntSlider: slide, widgets.Checkbox: tick}


def use(hand: Hand) -> None:
    """Use every control of an explorer."""
    kinds = [type(control) for control in hand.twin._controls.values()]
    hand.enter()
    if widgets.RadioButtons in kinds:
        answer(hand, kinds.count(widgets.RadioButtons))
    elif widgets.Textarea in kinds:
        write(hand, kinds.count(widgets.Textarea))
    elif widgets.Text in kinds:
        show_work(hand)
    elif kinds == [widgets.Button]:
        show_again(hand)
    else:
        for kind in kinds:
            hand.tab()
            USES[kind](hand)
    hand.tab(1 - len(kinds))  # and all the way back


def test_every_control_works_by_keyboard_alone(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(lesson.server.home))  # the twins read the same work
    cells = lesson.cells()
    for explorer in lesson.explorers():
        use(Hand(lesson, explorer, eval(explorer.source, {"explore": explore})))
        assert lesson.cells() == cells, f"{explorer.source}: a key changes the notebook"
        assert not lesson.page.locator(".jp-Dialog").count()
