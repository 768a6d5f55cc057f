"""What is read aloud is what is shown, however quick the hand, and nothing is lost out of sight."""

from collections.abc import Iterator
from typing import Any

import pytest

from helpers import facts
from tests.browser.driver import APPS, LESSONS, ROOT, RUN, Lesson, Server
from tests.browser.test_keyboard import SEEN, Hand, text, twin

KEYS = {"choice": "ArrowDown"}
# What is shown, and what is read aloud, each time that a view changes.
RECORD = f"""view => {{
  const seen = window.wlSeen = [], all = {{ subtree: true, childList: true, characterData: true }};
  new MutationObserver(() => seen.push(({SEEN})(view))).observe(view, all);
}}"""
# No view takes what stands then in a cell.
WRONG = "cell => { cell.value = cell.value.replace('russia-border', '<b>'); }"
FOCUS = "box => document.activeElement === box && (box.selectionStart ?? box.name)"
# What looks otherwise in a view by its own styles, as they are stored, than by the sheet.
UNLIKE = """page => {
  const bare = page.cloneNode(true), own = page.querySelectorAll("[class]");
  const other = [...bare.querySelectorAll("[class]")];
  page.after(bare);
  for (const node of other) node.removeAttribute("class");
  const all = ["color", "backgroundColor", "backgroundImage", "borderLeft", "textAlign"];
  const found = all.filter(look => other.some((node, at) => {
    return getComputedStyle(node)[look] !== getComputedStyle(own[at])[look];
  }));
  bare.remove();
  return found.map(look => `${look}: ${page.innerText.slice(0, 60)}`);
}"""
MODE = """windowingMode => {
  const { content } = jupyterapp.shell.currentWidget;
  content.notebookConfig = { ...content.notebookConfig, windowingMode };
}"""
SCROLL = "at => jupyterapp.shell.currentWidget.content.scrollToItem(at, 'start')"
CELLS = "() => jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.isAttached)"

# A bare page with one view, and two kernels that were there one after the other.
KERNELS = """async source => {
  const { default: live } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  document.body.innerHTML = '<div data-live="a" data-kernel="">still</div>';
  [window.hears, window.sent] = [{}, []];
  for (const run of ["old", "new"]) {
    const get = name => ({ kernel: "", run })[name], on = (_, hear) => (hears[run] ??= hear);
    live.initialize({ model: { get, on, off() {}, send: told => sent.push(told) } });
  }
}"""
TELL = "([by, run]) => (hears[by]({ run, id: 'a' }, [new TextEncoder().encode(run)]), document.body.innerText.trim())"
# Two quick changes: what is shown when the view wakes, and after each of the two answers.
TWO = """() => ["first", "stale", "last"].map(words => {
  const html = `<input type="checkbox" name="tick"><p>${words}</p>`;
  hears.new({ run: "new", id: "a", page: sent.at(-1).page }, [new TextEncoder().encode(html)]);
  if (words === "first") for (let turn = 0; turn < 2; turn++) document.querySelector("input").click();
  return document.body.innerText.trim();
})"""


def only(number: int) -> Any:
    """Let a test have one lesson, on both pages."""
    lessons = [pytest.param((app, LESSONS[number]), id=f"{app}-{LESSONS[number]}") for app in APPS]
    return pytest.mark.parametrize("lesson", lessons, indirect=True)


def hand(lesson: Lesson, kind: str) -> Hand:
    """Return a hand for the first explorer of a kind."""
    found = next(one for one in lesson.explorers() if one.source.startswith(f"explore.{kind}("))
    return Hand(lesson.page, found.view, twin(found.source))


def test_what_is_read_aloud_is_never_older_than_what_is_shown(lesson: Lesson) -> None:
    for explorer in lesson.explorers():
        made, known = twin(explorer.source), {}
        explorer.view.evaluate(RECORD)
        for name, control in [*made.controls.items()] * 3:  # of two options, the last is another
            if key := KEYS.get(control.kind):
                explorer.view.locator(f'[name="{name}"]:is(:checked, [type=checkbox])').first.press(key)
                state = explorer.view.evaluate(SEEN)["state"]
                made.take({name: state[name]})
                for view in (made.shown, made.view(**state)):  # one by one, or both at once
                    known[text(view)] = view.gist
        lesson.idle()
        recorded = lesson.page.evaluate("() => wlSeen")
        assert bool(recorded) == bool(known), f"{explorer.source}: {len(known)} views, none is seen"
        wrong = [seen for seen in recorded if not seen["said"].endswith(known[seen["shown"]])]
        assert wrong == [], explorer.source


@only(0)
def test_a_button_takes_the_last_of_quick_answers(lesson: Lesson, monkeypatch: Any) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(lesson.server.home))  # the twin reads the same work
    asked = hand(lesson, "question")
    # All answers and the button, with no time between.
    asked.view.evaluate("view => view.querySelectorAll('[name]').forEach(one => one.click())")
    lesson.idle()  # what is said counts the tries, and this is one
    asked.shows("check")
    assert {at: [*asked.twin.controls[at].options][-1] for at in ("answer", "sure")} == asked.see()["state"]


@only(4)
def test_a_live_view_looks_like_the_stored_one(lesson: Lesson) -> None:
    pages = lesson.page.locator(".wl-page[style]").all()
    assert pages and [unlike for page in pages for unlike in page.evaluate(UNLIKE)] == []


@only(5)
def test_what_stays_in_a_view_keeps_its_place_and_the_focus(lesson: Lesson) -> None:
    positions, written = hand(lesson, "positions"), hand(lesson, "write").view
    lesson.page.set_viewport_size({"width": 400, "height": 900})
    grid, tick = positions.view.locator(".wl-grid"), positions.view.locator("[type=checkbox]").first
    grid.evaluate("grid => { grid.kept = true; }")
    for moved in (1, 0):  # the first column goes, and comes back
        tick.press("Space")
        lesson.idle()
        assert len(positions.view.locator(".wl-slim").all()) == 5 - moved
        assert grid.evaluate("grid => grid.kept") and tick.evaluate(FOCUS)
    box = written.locator("textarea")
    box.fill("One. Two.")
    box.press("Home")
    box.press("x")
    written.get_by_text("Saved.", exact=True).wait_for()
    assert box.evaluate(FOCUS) == 1, "the caret moved"


@only(4)
def test_an_error_in_a_view_is_read_aloud_and_shown(lesson: Lesson) -> None:
    limits = hand(lesson, "limits")
    line, cells = limits.view.get_by_role("status"), limits.view.locator(".wl-grid input")
    cells.nth(9).evaluate(WRONG)
    cells.nth(9).click()
    line.get_by_text("Something went wrong, and nothing is lost: ").wait_for()
    assert line.bounding_box()["height"] > 10, "it is said to screen readers alone"
    assert "“<b>”" in line.inner_text()
    cells.nth(1).click()
    lesson.idle()
    assert line.bounding_box()["height"] <= 1, "it is said twice"


@pytest.mark.parametrize("mode", ["contentVisibility", "full"], ids="lab-{}".format)
def test_views_out_of_sight_keep_their_state(server: Server, context: Any, mode: str) -> None:
    asked = [one.id for one in facts.library().questions.values() if one.options][:30]
    server.write("many", [f'explore.question("{name}")' for name in asked])
    lesson = Lesson(context, server, "lab", "many")
    lesson.page.evaluate(MODE, mode)
    lesson.page.evaluate(RUN)

    def answer(name: str) -> Any:
        lesson.page.evaluate(SCROLL, asked.index(name) + 1)
        view = lesson.page.locator(f'[data-live="question/{name}"].wl-awake')
        return view.locator("[name=answer]").nth(1)

    for name in asked:
        answer(name).check()
    assert all(lesson.page.evaluate(CELLS)) == (mode != "full")
    assert [name for name in [*reversed(asked), *asked] if not answer(name).is_checked()] == []
    lesson.close()


@pytest.fixture(params=[0], ids=["lab-and-notebook-"])
def bare(context: Any) -> Iterator[Any]:
    page = context.new_page()
    page.evaluate(KERNELS, (ROOT / "helpers/live.js").read_text(encoding="utf-8"))
    yield page
    page.close()


def test_what_an_earlier_kernel_still_says_is_not_shown(bare: Any) -> None:
    told = ["old", "old"], ["new", "new"], ["old", "old"], ["new", "old"]
    assert [bare.evaluate(TELL, own) for own in told] == ["still", "new", "new", "new"]


def test_an_answer_is_not_shown_when_a_newer_change_waits(bare: Any) -> None:
    assert bare.evaluate(TWO) == ["first", "first", "last"]
