"""“Saved.” is never said of what was not saved, and whoever looks at a sleeping page is told so."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.browser.conftest import WIDE
from tests.browser.driver import LESSONS, SOON, Lesson, Server

WRITTEN = LESSONS[1]  # a lesson with a box to write in
VIEW = "[data-live$=one-word]"  # its view
RESTART = "() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }"
# Python answers no page for three seconds.
BUSY = """() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({
  code: "import time; from helpers import live; answer = live._answer\\n"
    + "def slow(message): time.sleep(3); live._answer = answer; return answer(message)\\nlive._answer = slow",
}); }"""
SHUT = "() => { jupyterapp.commands.execute('notebook:shutdown-kernel'); }"
SAVE = "() => jupyterapp.commands.execute('docmanager:save')"
KERNEL = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
TAKE = "id => jupyterapp.shell.currentWidget.sessionContext.changeKernel({ id })"


class Relay:
    """What stands between the pages of a context and their kernels: when it is silent, it swallows all."""

    def __init__(self, context: Any) -> None:
        self.silent, self.ways = False, list[Any]()
        context.route_web_socket("**/channels*", self.open)

    def open(self, page: Any) -> None:
        """Pass what a page and its kernel tell each other."""
        kernel = page.connect_to_server()
        page.on_message(lambda told: None if self.silent else kernel.send(told))
        kernel.on_message(lambda told: None if self.silent else page.send(told))
        self.ways += [page]

    def reset(self) -> None:
        """End each connection, as a network does that breaks, and let new ones through."""
        self.silent = False
        while self.ways:
            self.ways.pop().close(code=1011)


@pytest.fixture
def opened(server: Server, context: Any, own: Path) -> Iterator[Callable[..., Lesson]]:
    """Open a lesson in a page of its own, and run it, as a student who has answered nothing yet."""
    lessons = []

    def start(name: str = WRITTEN, app: str = "lab", run: bool = True, own: Any = context) -> Lesson:
        lesson = Lesson(own, server, app, name)
        lessons.append(lesson)
        if run:
            assert lesson.run() == []
        return lesson

    yield start
    for lesson in lessons:
        lesson.close()


@pytest.fixture
def own(server: Server) -> Path:
    """The file of the student's work, which is not there yet."""
    path = server.home / "work/answers.jsonl"
    path.unlink(missing_ok=True)
    return path


def kept(own: Path) -> list[str]:
    lines = own.read_text(encoding="utf-8").split("\n") if own.exists() else []
    return [json.loads(line)["answer"] for line in lines if line]


def box(lesson: Lesson) -> Any:
    return lesson.page.locator(f"{VIEW} textarea")


def line(lesson: Lesson) -> Any:
    return lesson.page.locator(VIEW).get_by_role("status")


def says(lesson: Lesson, words: str, timeout: float = SOON) -> None:
    line(lesson).get_by_text(words, exact=words == "Saved.").wait_for(timeout=timeout)


def saves(lesson: Lesson, text: str) -> None:
    box(lesson).fill(text)
    says(lesson, "Saved.")


def test_a_text_is_unsaved_from_its_first_key_until_python_has_it(opened: Any, own: Path) -> None:
    lesson = opened()
    box(lesson).press_sequentially("a")
    assert line(lesson).inner_text() == "Not saved yet." and kept(own) == []
    says(lesson, "Saved.")
    assert kept(own) == ["a"]


def test_what_is_typed_while_an_answer_is_on_its_way_is_kept_last(opened: Any, own: Path) -> None:
    lesson = opened()
    lesson.page.evaluate(BUSY)
    box(lesson).focus()
    for text in ("One.", " Two.", " Three."):
        lesson.page.keyboard.type(text)
        lesson.page.wait_for_timeout(1200)  # it is sent, and the kernel has no time
    says(lesson, "Saved.", 30e3)
    assert box(lesson).input_value() == "One. Two. Three." == kept(own)[-1]
    lesson.page.evaluate(BUSY)
    lesson.page.keyboard.type("x")
    lesson.page.wait_for_timeout(1200)
    lesson.page.keyboard.press("Backspace")
    says(lesson, "Saved.", 30e3)
    lesson.page.wait_for_timeout(2500)
    assert box(lesson).input_value() == "One. Two. Three." == kept(own)[-1]


def test_a_connection_that_falls_silent_loses_nothing(opened: Any, own: Path, context: Any) -> None:
    relay = Relay(apart := context.browser.new_context(viewport=WIDE))
    lesson = opened(own=apart)
    box(lesson).press_sequentially("One.")
    says(lesson, "Saved.")
    relay.silent = True
    lesson.page.keyboard.type(" Two.")
    seen = []
    for _ in range(80):
        seen.append(line(lesson).inner_text())
        lesson.page.wait_for_timeout(100)
    assert "Saved." not in seen and any("Python does not answer" in words for words in seen)
    assert box(lesson).input_value() == "One. Two."
    relay.reset()
    says(lesson, "Saved.", 60e3)
    assert box(lesson).input_value() == "One. Two." and kept(own)[-1] == "One. Two."
    box(lesson).press("End")
    box(lesson).press_sequentially(" Three.")
    says(lesson, "Not saved yet.")
    says(lesson, "Saved.", 30e3)
    assert kept(own)[-1] == "One. Two. Three."


def test_a_kernel_that_is_restarted_while_a_text_is_typed(opened: Any, own: Path) -> None:
    lesson = opened()
    box(lesson).press_sequentially("One.")
    says(lesson, "Saved.")
    lesson.page.keyboard.type(" Two.")
    lesson.page.evaluate(RESTART)
    lesson.page.keyboard.type(" Three.")
    says(lesson, "Asleep", 30e3)
    assert line(lesson).inner_text() != "Saved."
    typed = box(lesson).input_value()
    assert typed.startswith("One. Two.")
    lesson.run()
    says(lesson, "Saved.", 30e3)
    assert box(lesson).input_value() == typed == kept(own)[-1]


def test_a_kernel_that_is_killed_between_a_key_and_its_saving(opened: Any, own: Path, server: Server) -> None:
    lesson = opened()
    box(lesson).press_sequentially("Not yet kept")
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or ())
        if "ipykernel_launcher" in command and str(server.home.parent) in command:
            process.kill()
    says(lesson, "Asleep", 30e3)
    assert kept(own) == []
    lesson.page.wait_for_timeout(3000)  # the server starts another kernel
    lesson.run()
    says(lesson, "Saved.", 30e3)
    assert box(lesson).input_value() == "Not yet kept" and kept(own)[-1] == "Not yet kept"


def test_two_pages_with_a_kernel_each_replace_no_text_unseen(opened: Any, own: Path, server: Server) -> None:
    lessons = server.home.parent / "copy/notebooks"
    shutil.copy(lessons / f"{WRITTEN}.ipynb", lessons / "a-copy.ipynb")
    first, second = opened(), opened("a-copy")
    saves(first, "A long text of the first page.")
    box(second).press_sequentially("x")
    second.page.locator(f"{VIEW} button").click()  # nobody can have read the other text yet
    says(second, "changed on another page")
    assert kept(own) == ["A long text of the first page."]
    for text in ("Short.", ""):
        box(second).fill(text or "x")
        box(second).fill(text)
        says(second, "changed on another page")
        assert kept(own)[-1] == "A long text of the first page."
        assert "A long text of the first page." in line(second).inner_text()
    box(second).fill("Both texts.")
    second.page.wait_for_timeout(2500)  # it is read
    second.page.locator(f"{VIEW} button").click()
    says(second, "Saved.")
    assert kept(own)[-1] == "Both texts."


def test_two_pages_of_one_kernel_show_the_same_text(opened: Any, context: Any, own: Path) -> None:
    first = opened()
    first.page.evaluate(SAVE)
    second = opened(run=False)  # the same notebook, and so the same kernel
    second.page.locator(f"{VIEW}.wl-awake").wait_for()
    saves(first, "From the first.")
    second.page.wait_for_function(
        "() => document.querySelector('[data-live$=one-word] textarea').value === 'From the first.'"
    )
    saves(second, "From the first. And the second.")
    assert kept(own) == ["From the first.", "From the first. And the second."]


def test_a_page_that_is_loaded_again_wakes_with_its_answers(opened: Any, own: Path) -> None:
    lesson = opened()
    saves(lesson, "Still here.")
    lesson.page.evaluate(SAVE)
    lesson.page.reload()
    lesson.page.locator(f"{VIEW}.wl-awake").wait_for(timeout=60e3)
    assert box(lesson).input_value() == "Still here."


def test_two_lessons_of_one_kernel_are_both_awake(opened: Any, own: Path) -> None:
    first = opened()
    second = opened(LESSONS[2], run=False)
    second.page.evaluate(TAKE, first.page.evaluate(KERNEL))
    second.run()
    for lesson in (first, second):
        views = lesson.page.locator("[data-live]")
        assert views.count() == lesson.page.locator("[data-live].wl-awake:not(.wl-sleeping)").count() > 3
    saves(first, "With two lessons.")


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_on_the_second_day_a_lesson_shows_its_still_views(opened: Any, own: Path, server: Server, app: str) -> None:
    lesson = opened(app=app)
    saves(lesson, "Yesterday.")
    lesson.page.evaluate(SAVE)
    lesson.close()
    again = opened(app=app, run=False)
    text = again.page.locator(".jp-Notebook").inner_text()
    assert "Run this lesson to wake it; your answers are kept." in text
    assert "Not answered yet" not in text and "Error displaying" not in text
    assert again.page.locator("[data-live] [name]").count() == 0
    again.run()
    assert box(again).input_value() == "Yesterday."


def test_a_kernel_that_is_gone_is_noticed_in_every_view(opened: Any) -> None:
    lesson = opened(LESSONS[0])
    lesson.page.evaluate(SHUT)
    views = lesson.page.locator("[data-live]")
    lesson.page.wait_for_function(
        "() => [...document.querySelectorAll('[data-live]')].every(view => view.matches('.wl-sleeping'))", timeout=30e3
    )
    for view in views.all():
        assert "sleep" in view.get_by_role("status").inner_text().lower()
        for control in view.locator("[name]").all():
            assert control.is_disabled() or not control.is_editable()
