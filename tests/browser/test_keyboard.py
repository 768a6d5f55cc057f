"""Every control by keyboard alone: it is reached, keeps focus and keys, and Python shows what fits.

A twin, which is the same explorer in this process, says which view belongs to the controls.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from helpers import explore, live
from helpers.student.journal import SAVED
from helpers.view import View
from tests.browser.driver import SOON, Lesson

TYPED = "b x dd"  # a notebook that took these keys would add, cut and delete cells
# The values of the controls, which of them has the focus, what is shown, and what is read aloud.
SEEN = """view => {
  const state = {}, line = view.querySelector("[role=status]"), after = [];
  for (const { name, type, value, checked } of view.querySelectorAll("[name]:not([name=cell])")) {
    if (type === "radio") state[name] = checked ? value : state[name] ?? null;
    else if (type === "checkbox") (state[name] ??= []).push(...(checked ? [value] : []));
    else if (type !== "button") state[name] = value;
  }
  for (let node = line.nextSibling; node; node = node.nextSibling) after.push(node);
  const focus = view.contains(document.activeElement) && document.activeElement.name;
  const cut = after.some(node => node.scrollWidth > node.clientWidth);
  const shown = after.map(node => node.textContent).join("");
  return { state, focus, cut, shown, said: line.textContent };
}"""
ENTER = "view => { view.tabIndex = -1; view.focus(); }"
HELD = "() => document.activeElement.value"
IN_CELL = "view => document.activeElement === view.closest('.jp-Cell')"


def text(shown: View) -> str:
    """Return what a page holds of a view, as one text."""
    return unescape(re.sub("<[^>]*>", "", shown.markup))


def twin(source: str) -> Any:
    """Return the explorer of a cell, made in this process."""
    return eval(source, {"explore": explore})


@dataclass
class Hand:
    """A student at the keyboard, in one view; with `far`, all options of a control are tried."""

    page: Any
    view: Any
    twin: live.Explorer
    far: bool = True
    at: str | bool = False

    def see(self) -> Any:
        return self.view.evaluate(SEEN)

    def go(self, key: str, name: str | bool) -> None:
        """Press a key that leads to a control, or out of the view, or leaves the focus there.

        What unfolds more, further boxes of the same name, and those of a draft are passed.
        """
        self.page.keyboard.press(key)
        while "Tab" in key and self.see()["focus"] in (None, self.at or None, "asks"):
            self.page.keyboard.press(key)
        self.at = name
        assert self.see()["focus"] == name, f"{self.twin.name}: {key} does not lead to {name}"

    def shows(self, press: str = "") -> None:
        """The page gets to show, and to say, the view that belongs to the controls and a button."""
        end, how = time.monotonic() + SOON / 1e3, {"press": press} if self.twin.presses else {}
        view = self.twin.view(**{**self.twin.state, **self.see()["state"]}, **how)
        while (seen := self.see())["shown"] != text(view) or not seen["said"].endswith((view.gist, SAVED)):
            assert time.monotonic() < end, f"{self.twin.name}: not shown: {view.words[:99]}; {seen}"
        assert not seen["cut"], f"{self.twin.name}: a part is out of sight: {view.gist}"

    def moves(self, control: live.Control) -> Iterator[tuple[str, Any]]:
        """Yield the keys to press in a control, each with the value that it must take."""
        options = [*control.options]
        more = options[1:] if self.far else options[1:2]
        if control.kind == "button":
            yield ("Enter" if self.far else "Space"), None
        elif control.kind == "checkbox":
            box, now = self.page.evaluate(HELD), self.see()["state"][self.at]
            yield from (("Space", [one for one in (box, *now) if one != box or box not in now]), ("Space", now))
        else:
            yield "Space", options[0]
            yield from (("ArrowDown", option) for option in more)
            yield "ArrowUp", options[len(more) - 1]

    def use(self, name: str, control: live.Control) -> None:
        """Use a control; nothing is checked before the button, and a text is kept behind it."""
        moves = [] if control.kind in ("text", "textarea") else [*self.moves(control)]
        for key, value in moves:
            self.go(key, name)
            assert self.see()["state"].get(name) == value, f"{self.twin.name}: {key} in {name}"
            self.shows(name if control.kind == "button" else "")
        typed = TYPED.replace(" ", "\n") if control.kind == "textarea" else TYPED  # Enter is a key too
        self.page.keyboard.type(typed)
        if moves:
            return self.shows(name if control.kind == "button" else "")
        seen = self.see()
        assert seen["said"] == "Not saved yet." and seen["state"][name].endswith(typed)


def go_through(hand: Hand) -> None:
    """Use every control of a view, come all the way back and out of it, and leave by Escape."""
    names = [*hand.twin.controls]
    hand.view.evaluate(ENTER)
    for name, control in hand.twin.controls.items():
        hand.go("Tab", name)
        hand.use(name, control)
    for back in (*names[-2::-1], False):
        hand.go("Shift+Tab", back)
    hand.go("Tab", names[0])
    hand.page.keyboard.press("Escape")
    assert hand.view.evaluate(IN_CELL), hand.twin.name


def test_every_control_works_by_keyboard_alone(lesson: Lesson, monkeypatch: Any) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(lesson.server.home))  # twins read the same work
    cells, firsts = lesson.cells(), dict[str, live.Explorer]()
    for explorer in lesson.explorers():
        made = twin(explorer.source)
        if not made.controls:
            continue  # a desk has its own tests
        first = firsts.setdefault(made.name.partition("/")[0], made)
        go_through(Hand(lesson.page, explorer.view, made, far=made is first))
        assert lesson.cells() == cells, f"{explorer.source}: a key changes the notebook"
    assert not lesson.page.locator(".jp-Dialog").count()
