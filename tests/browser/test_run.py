"""Every lesson runs, complains of nothing, and stays at home, also while other tests use it."""

from tests.browser.driver import Lesson

BROKEN = "images => images.filter(image => !image.naturalWidth).map(image => image.alt)"


def test_a_lesson_runs_without_an_error_or_a_warning(lesson: Lesson) -> None:
    assert lesson.errors == [] and len(lesson.explorers()) >= 3
    assert lesson.page.locator(".jp-Notebook img").evaluate_all(BROKEN) == []


def test_the_page_of_a_lesson_complains_of_nothing(lesson: Lesson) -> None:
    assert lesson.complaints == [] and not lesson.page.locator(".jp-Dialog").count()


def test_a_lesson_asks_nothing_of_other_hosts(lesson: Lesson) -> None:
    assert lesson.strangers == []
