"""A student at the desk, by mouse, by touch and by keyboard alone, sees what the engine says."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpers.student.journal import SAVED
from tests.browser.conftest import WIDE
from tests.browser.driver import APPS, Lesson, Server
from tests.browser.test_keyboard import SEEN, text, twin

OPENED = "limits()", 'positions("us", "uk", "france")', 'changes("us")', 'draft("rewrite")'
PRESS: dict[str, Callable[[Any], None]] = {
    "mouse": lambda box: box.click(),
    "touch": lambda box: box.tap(),
    "keyboard": lambda box: box.press("Space"),
}
KHARKIV = "kharkiv-only-3", "kharkiv-only"  # as they stand in the text
IN_SIGHT = """title => {
  const box = title.getBoundingClientRect(), seen = title.closest(".jp-WindowedPanel-outer, .jp-Notebook");
  return box.top >= seen.getBoundingClientRect().top - 1 && box.bottom < innerHeight;
}"""


@pytest.fixture(scope="module", params=[(app, how) for app in APPS for how in PRESS], ids="-".join)
def desks(request: Any, server: Server, context: Any) -> Iterator[tuple[Lesson, Callable[[Any], None]]]:
    app, how = request.param
    shutil.rmtree(server.home / "work", ignore_errors=True)
    server.write("desks", [f"explore.{call}" for call in OPENED])
    own = context.browser.new_context(viewport=WIDE, has_touch=how == "touch")
    lesson = Lesson(own, server, app, "desks")
    lesson.run()
    yield lesson, PRESS[how]
    lesson.close()
    own.close()


def box(view: Any, name: str, value: str) -> Any:
    return view.locator(f'input[name="{name}"][value="{value}"]').first


def shows(lesson: Lesson, at: int, **state: Any) -> Any:
    """The view of a desk, which must show what the same desk shows here after the same choices."""
    lesson.idle()
    made = twin(f"explore.{OPENED[at]}")
    for name, value in state.items():
        made.take({name: value})
    view = lesson.explorers()[at].view
    seen = view.evaluate(SEEN)
    assert seen["shown"] == text(made.shown), f"{OPENED[at]}: {seen['said']}"
    title = view.locator(".wl-page > .wl-title")
    assert not seen["cut"] and (title.evaluate(IN_SIGHT) or at), "what changed is out of sight"
    return view


def test_a_student_finds_crosses_out_compares_walks_and_drafts(desks: Any) -> None:
    lesson, press = desks
    limits, side, dates, draft = (explorer.view for explorer in lesson.explorers())
    blue = limits.locator("td.wl-allowed input")
    assert blue.count() == 2
    press(blue.last)
    shows(lesson, 0, target="preparing")
    for number, phrase in enumerate(KHARKIV, 1):
        press(box(limits, "without", phrase))
        shows(lesson, 0, target="preparing", without=[*KHARKIV[:number]])
    assert limits.locator(".wl-noted").count() == 10 and limits.locator("s").count() == 2
    assert "10 of 84 answers change" in limits.locator(".wl-title").inner_text()
    for phrase in KHARKIV:
        press(box(limits, "without", phrase))
        lesson.idle()
    assert not limits.locator(".wl-noted").count()
    press(box(limits, "paragraph", "8"))
    shows(lesson, 0, target="preparing", paragraph=["8"])
    press(box(side, "layers", "record"))
    shows(lesson, 1, layers=["article", "record"])
    for day in ("2023-05-25", "2024-06-20", "2025-11-18"):
        press(box(dates, "on", day))
        shows(lesson, 2, on=day)
    for number, value in enumerate(asks := ["shorter-range", "attacking"], 1):
        press(box(draft, "asks", value))
        shows(lesson, 3, asks=asks[:number])
    press(draft.locator("[name=keep]"))
    draft.get_by_text(SAVED, exact=True).wait_for()
    press(limits.locator("summary", has_text="In code")) if press is PRESS["mouse"] else None
    assert limits.locator("pre").text_content() == 'explore.limits().set(target="preparing", paragraph=["8"])'


@pytest.mark.parametrize("desks", [(app, "keyboard") for app in APPS], indirect=True, ids="{0[0]}-arrows".format)
def test_arrows_move_in_the_grid_and_escape_leads_back(desks: Any) -> None:
    lesson, _ = desks
    cells, view = lesson.cells(), lesson.explorers()[0].view
    view.locator("[value='article us shorter-range russia-border preparing kharkiv']").press("Space")
    keys = {"ArrowDown": ["target", "preparing"], "ArrowRight": ["place", "russia-elsewhere"]}
    for key in ("Home", "ArrowUp", "ArrowLeft", *keys):
        lesson.page.keyboard.press(key)
    lesson.idle()
    value = view.locator(".wl-grid input:focus").get_attribute("value")
    assert value == view.locator(".wl-grid input:checked").get_attribute("value")
    for _, told in keys.values():
        assert told in value.split()
    for _ in range(9):  # aircraft are no case on occupied land, and are passed over
        lesson.page.keyboard.press("ArrowDown")
    lesson.page.keyboard.press("ArrowRight")
    lesson.page.keyboard.press("ArrowUp")
    lesson.idle()
    value = view.locator(".wl-grid input:checked").get_attribute("value").split()
    assert value[3:] == ["occupied-ukraine", "other-military", "nobody"]
    shows(lesson, 0, place=value[3], target=value[4], threatens=value[5])
    lesson.page.keyboard.type("b x dd")
    lesson.page.keyboard.press("Escape")
    assert lesson.cells() == cells and not lesson.page.locator(".jp-Dialog").count()
