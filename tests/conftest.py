"""What the tests share: a copy of the tables that a test may spoil, and a folder in place of a student's own."""

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers import facts
from helpers.check import tables

collect_ignore = ["bench.py"]  # no test, and it needs a browser
Edit = Callable[[str, str, str], Path]

# The kernels of the lessons inherit it, so no test reads or writes a student's own work.
os.environ["WITHIN_LIMITS_HOME"] = tempfile.mkdtemp(prefix="within-limits-")


def read(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file beside the tests, such as what was written by hand."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def pytest_sessionstart() -> None:
    """Before any test: broken tables are told in their own sentences, and nothing else is."""
    try:
        facts.use(tables.folder())
    except tables.TableError as error:
        pytest.exit(f"The tables need mending first.\n{error}", returncode=1)


def pytest_sessionfinish() -> None:
    """After the last test: the folder goes."""
    shutil.rmtree(os.environ["WITHIN_LIMITS_HOME"], ignore_errors=True)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for a student's own things, new for each test."""
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the folder of tables."""
    return Path(shutil.copytree(tables.folder(), tmp_path / "data"))


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Change one passage of one table in the copy, and give back the folder."""

    def change(file: str, old: str, new: str) -> Path:
        text = (copy / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
        return copy

    return change


@pytest.fixture(autouse=True)
def own_tables() -> Iterator[None]:
    """After a test that takes its facts from elsewhere, take them from the project again."""
    yield
    if facts.home() != tables.folder():
        facts.use(tables.folder())
