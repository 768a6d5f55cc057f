"""Store what a screen reader is told of the controls of a fresh lesson: `python -m tests.browser.store_aria`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.driver import APPS, LESSONS, Lesson, browser, copied, served

FOLDER = Path(__file__).parent / "aria"


def told(lesson: Lesson) -> str:
    """Return names, roles and states of the controls and the line of each explorer, below its source.

    The panel is left out: other tests compare its words, and it would make the most of the files.
    """
    parts = ".widget-vbox > :not(:last-child)"
    return "\n".join(
        "\n".join([f"# {explorer.source}", *(part.aria_snapshot() for part in explorer.cell.locator(parts).all()), ""])
        for explorer in lesson.explorers()
    )


def path(lesson: str) -> Path:
    """Return where it is stored."""
    return FOLDER / f"{lesson}.yaml"


if __name__ == "__main__":
    with (
        TemporaryDirectory() as folder,
        browser() as chromium,
        served(copied(Path(folder, "copy")), Path(folder)) as own,
    ):
        context = chromium.new_context()
        for name in LESSONS:
            lesson = Lesson(context, own, APPS[0], name)
            if errors := lesson.run():
                sys.exit("\n".join(errors))
            path(name).write_text(told(lesson), encoding="utf-8")
            lesson.close()
