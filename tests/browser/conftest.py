"""One server and one browser for all tests. Each lesson is opened and run once, on both pages, for all tests of it.

They run in the order of their files: what looks at a fresh lesson comes first, and what ends its kernel last. Two
processes side by side share the work: `-k lab-` and `-k "not lab-"`.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from helpers import facts
from tests.browser.driver import APPS, LESSONS, Lesson, Server, browser, copied, served

WIDE = {"width": 1280, "height": 900}
BOTH = [pytest.param((app, name), id=f"{app}-{name}") for app in APPS for name in LESSONS]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jupyter")
    with served(copied(folder / "copy"), folder) as one:
        yield one


@pytest.fixture(scope="session")
def context() -> Iterator[Any]:
    with browser() as chromium:
        yield chromium.new_context(viewport=WIDE)


@pytest.fixture(scope="session", params=BOTH)
def lesson(request: pytest.FixtureRequest, server: Server, context: Any) -> Iterator[Lesson]:
    """A lesson that was just run, by a student who has answered nothing yet."""
    shutil.rmtree(server.home / "work", ignore_errors=True)
    one = Lesson(context, server, *request.param)
    one.run()
    yield one
    one.close()


@pytest.fixture(autouse=True)
def its_tables(request: pytest.FixtureRequest) -> None:
    """What this process knows is what the lesson knows: the last one reads another report."""
    if "lesson" in request.fixturenames and request.getfixturevalue("lesson").name.startswith("08"):
        facts.use(facts.tables.folder() / "town")
