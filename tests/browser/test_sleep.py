"""When the kernel is gone, every control says so and takes nothing."""

from tests.browser.driver import Lesson

SAID = "boxes => boxes.map(box => getComputedStyle(box, '::before').content)"
SHUT = "() => { jupyterapp.commands.execute('notebook:shutdown-kernel'); }"


def test_controls_without_a_kernel_say_so_and_take_nothing(lesson: Lesson) -> None:
    lesson.page.evaluate(SHUT)
    explorers = lesson.explorers()
    for explorer in explorers:
        explorer.cell.locator(".widget-vbox > [inert]").first.wait_for(state="attached")
        for control in explorer.cell.locator("input, textarea, select, button, [role=slider]").all():
            control.focus()
            assert not control.evaluate("control => control === document.activeElement"), explorer.source
    said = lesson.page.locator(".widget-vbox").evaluate_all(SAID)
    assert len(said) == len(explorers) and all("asleep" in one for one in said)
