"""Every control by keyboard alone: it is reached, keeps focus and keys, and Python shows what fits.

A twin, which is the same explorer in this process, says which view belongs to the controls.
"""

import re
import time
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from helpers import explore, live
from helpers.student.texts import SAVED
from helpers.view import View
from tests.browser.driver import SOON, Lesson

TYPED = "b x dd"  # a notebook that took these keys would add, cut and delete cells
# The values of the controls, which of them has the focus, what is shown, and what is read aloud.
SEEN = """view => {
  const state = {}, line = view.querySelector("[role=status]"), shown = [];
  for (const { name, type, value, checked, valueAsNumber } of view.querySelectorAll("[name]")) {
    if (type === "radio") state[name] = checked ? value : state[name] ?? null;
    else if (type !== "button") state[name] = { checkbox: checked, range: valueAsNumber }[type] ?? value;
  }
  for (let node = line.nextElementSibling; node; node = node.nextElementSibling) shown.push(node);
  const { activeElement } = document, focus = view.contains(activeElement) && activeElement.name;
  const cut = shown.some(node => node.scrollWidth > node.clientWidth);
  return { state, focus, cut, shown: shown.map(node => node.textContent).join(""), said: line.textContent };
}"""
ENTER = "view => { view.tabIndex = -1; view.focus(); }"
IN_CELL = "view => document.activeElement === view.closest('.jp-Cell')"
KEYS = {"ArrowRight": 2, "ArrowUp": 3, "ArrowLeft": 2, "ArrowDown": 1, "End": -1, "Home": 1}


def text(shown: View) -> str:
    """Return what a page holds of a view, as one text."""
    return unescape(re.sub("<[^>]*>", "", shown.markup))


def twin(source: str) -> live.Explorer:
    """Return the explorer of a cell, made in this process."""
    made: live.Explorer = eval(source, {"explore": explore})
    return made


@dataclass
class Hand:
    """A student at the keyboard, in one view; with `far`, all options of a control are tried."""

    page: Any
    view: Any
    twin: live.Explorer
    far: bool

    def see(self) -> Any:
        return self.view.evaluate(SEEN)

    def go(self, key: str, name: str | bool) -> None:
        """Go to a control, or out of the view."""
        self.page.keyboard.press(key)
        assert self.see()["focus"] == name, f"{self.twin.name}: {key} does not lead to {name}"

    def press(self, name: str, key: str, value: Any) -> None:
        """Press a key: the control keeps the focus, and takes that value."""
        self.go(key, name)
        assert self.see()["state"][name] == value, f"{self.twin.name}: {key} in {name}"

    def shows(self, pressed: bool = False) -> None:
        """The page gets to show, and to say, the view that belongs to the controls."""
        end, waits = time.monotonic() + SOON / 1e3, None if pressed else self.twin.waits
        view = waits or self.twin.view(**self.see()["state"])
        while (seen := self.see())["shown"] != text(view) or seen["said"] not in (view.gist, SAVED):
            assert time.monotonic() < end, f"{self.twin.name}: not shown: {view.words[:99]}; {seen}"
        assert not seen["cut"], f"{self.twin.name}: a part is out of sight: {view.gist}"


def choose(hand: Hand, name: str, options: list[str]) -> None:
    hand.press(name, "Home", options[0])
    for option in options[1:] if hand.far else options[1:2]:
        hand.press(name, "ArrowDown", option)
        hand.shows()
    hand.press(name, "ArrowUp", options[-2] if hand.far else options[0])


def slide(hand: Hand, name: str, _: list[str]) -> None:
    last = int(hand.twin.controls[name].options["max"])
    for key, value in KEYS.items():
        hand.press(name, key, value if value > 0 else last)
        hand.shows()


def tick(hand: Hand, name: str, _: list[str]) -> None:
    for value in (False, True):
        hand.press(name, "Space", value)
        hand.shows()


def answer(hand: Hand, name: str, options: list[str]) -> None:
    """Go through radio buttons, and around; nothing is checked before the button."""
    hand.press(name, "Space", options[0])
    for option in [*options[1:], options[0]] if hand.far else options[1:2]:
        hand.press(name, "ArrowDown", option)
    hand.shows()


def write(hand: Hand, name: str, _: list[str]) -> None:
    before = hand.see()["state"][name]
    hand.page.keyboard.type(TYPED)
    seen = hand.see()
    assert (seen["said"], seen["state"][name]) == ("Not saved yet.", before + TYPED)


def push(hand: Hand, name: str, _: list[str]) -> None:
    hand.go("Enter" if hand.far else "Space", name)
    hand.shows(pressed=True)


USES = {"list": choose, "range": slide, "checkbox": tick, "radio": answer, "button": push}


def use(hand: Hand) -> None:
    """Use every control of a view, come all the way back and out of it, and leave by Escape."""
    hand.view.evaluate(ENTER)
    for name, control in hand.twin.controls.items():
        hand.go("Tab", name)
        USES.get(control.kind, write)(hand, name, [*control.options])
        if control.kind in USES:
            hand.page.keyboard.type(TYPED)
            hand.shows(pressed=control.kind == "button")
    for name in [*reversed(hand.twin.controls)][1:]:
        hand.go("Shift+Tab", name)
    hand.go("Shift+Tab", False)
    hand.go("Tab", next(iter(hand.twin.controls)))
    hand.page.keyboard.press("Escape")
    assert hand.view.evaluate(IN_CELL), hand.twin.name


def test_every_control_works_by_keyboard_alone(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(lesson.server.home))  # twins read the same work
    cells, kinds = lesson.cells(), set[str]()
    for explorer in lesson.explorers():
        made = twin(explorer.source)
        kind = made.name.partition("/")[0]
        use(Hand(lesson.page, explorer.view, made, kind not in kinds))
        kinds.add(kind)
        assert lesson.cells() == cells, f"{explorer.source}: a key changes the notebook"
        assert not lesson.page.locator(".jp-Dialog").count()
