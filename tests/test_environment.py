"""The three lists of libraries agree, and one command is enough."""

import json
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.__main__ import CHECKS, NO_LESSON
from tests.run_lessons import run
from tests.store_outputs import LESSONS as PATHS
from web import lessons

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOCKS = {path: (ROOT / path).read_text(encoding="utf-8") for path in ("requirements.txt", "tests/oldest.txt")}
PINS = {
    path: [(name, Version(version)) for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE)]
    for path, lock in LOCKS.items()
}

OTHERS = "._00-start-here", "04-what-is-allowed-Copy1", "04-what-is-allowed copy", "Untitled", "untitled1", "04_what"
RUN = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"])]
TEST = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]


def test_conda_has_the_same_ranges() -> None:
    listed = [Requirement(line) for line in CONDA["dependencies"] if isinstance(line, str)]
    found = {one.name: one.specifier for one in listed if one.name not in ("python", "pip")}
    assert found == {one.name: one.specifier for one in RUN}
    assert {"pip": ["-e ."]} in CONDA["dependencies"]


def test_python_is_the_same_everywhere() -> None:
    (conda,) = (line for line in CONDA["dependencies"] if isinstance(line, str) and line.startswith("python"))
    for version in ("3.10", "3.11", "3.12", "3.13"):
        found = {version in SpecifierSet(PROJECT["requires-python"]), version in Requirement(conda).specifier}
        assert found == {version != "3.10"}


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_holds_every_library_within_its_range(path: str) -> None:
    for wanted in (*RUN, *TEST):
        versions = [version for name, version in PINS[path] if name == wanted.name]
        assert versions, f"{wanted.name} is not locked: run make lock"
        assert all(version in wanted.specifier for version in versions), f"{wanted}: {versions}"


def test_the_oldest_set_is_where_the_ranges_begin() -> None:
    oldest = dict(re.findall(r"(\w+)==(\S+)", re.findall(r"^OLDEST = (.+)", MAKE, re.MULTILINE)[0]))
    pinned = [(name, str(version)) for name, version in PINS["tests/oldest.txt"] if name in oldest]
    assert sorted(pinned) == sorted(oldest.items())
    assert ", ".join(f"{name} {version}" for name, version in oldest.items()) in " ".join(README.split())
    ranges = {one.name: str(one.specifier).split(",") for one in RUN if one.name in oldest}
    assert set(ranges) == {"matplotlib", "pandas"}
    assert all(f">={oldest[name]}" in ends for name, ends in ranges.items())


@pytest.mark.parametrize("path", LOCKS)
def test_every_pin_has_a_hash_and_no_address_is_named(path: str) -> None:
    blocks = re.split(r"\n(?=\S)", LOCKS[path].strip())
    assert len(blocks) == len(PINS[path]) and all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index-url|--find-links", LOCKS[path])


def test_the_checks_lock_the_same_files_and_only_their_browser_beside() -> None:
    locked = r"(?m)^([\w.-]+)==(\S+).*\n((?: +--hash=.+\n?)+)"
    own, more = ({*re.findall(locked, (ROOT / path).read_text())} for path in ("requirements.txt", "tests/check.txt"))
    assert {name for name, *_ in own ^ more} == {"axe-playwright-python", "greenlet", "playwright"}


def test_the_commands_run_every_check_with_the_hashes() -> None:
    all_of = r"ruff check \. --.+, ruff format --check \., mypy, pytest --numprocesses auto --dist loadfile --.+"
    assert re.fullmatch(all_of, ", ".join(CHECKS))
    assert "--require-hashes -r $(filter %.txt,$^)" in MAKE and "-m tests\n" in MAKE
    assert "$(VENV)/ready: requirements.txt\n" in MAKE and ".venv-oldest/ready: tests/oldest.txt\n" in MAKE
    built = re.findall(r"^make ([a-z-]+)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert built == ["test", "test-oldest", "check-kit", "check-site"]
    modules = [f"{name.replace('.', '/')}.py" for name in re.findall(r"-m ((?:tests|web|teach)\.\w+)", MAKE)]
    for named in (*modules, *re.findall(r"(?:notebooks|tests|web|hub|teach)/[\w-]+\.(?:ipynb|py|txt)", MAKE + README)):
        assert (ROOT / named).is_file(), named
    every = {*re.findall(r"^(check-\w+|test-oldest|faults):", MAKE, re.MULTILINE)}
    assert every == {"check-all", *re.findall(r"^check-all: (.+)", MAKE, re.MULTILINE)[0].split()}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_lesson_is_listed_nowhere(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.ipynb").touch()
    assert lessons(tmp_path) == [] and any(fnmatch(f"notebooks/{name}.ipynb", other) for other in NO_LESSON)


@pytest.mark.parametrize("there", [True, False])
def test_a_lesson_alone_says_once_what_it_needs_and_is_calm(there: bool, tmp_path: Path) -> None:
    (other := tmp_path / "notebooks").mkdir()
    (other / "helpers.py").touch()  # found before those of this environment
    book = json.loads(PATHS[4].read_bytes())
    book["cells"].append({"cell_type": "code", "id": "wrong", "source": "unknown"})
    (other / PATHS[4].name).write_text(json.dumps(book), encoding="utf-8")
    shown = run(tmp_path, "once", other, PYTHONPATH=str(ROOT if there else other))["lessons"]
    (_, (first,)), *_, (_, (last,)) = cells = shown[PATHS[4].stem]
    if there:
        assert "Ready." in first["text/plain"] and "name 'unknown' is not defined" in last
    else:
        assert re.fullmatch(r"This lesson needs the folder .+ \(cannot import name 'ask' .+\)\.\n", first)
        assert len(cells) > 20 and all(outputs == ["This needs the first cell.\n"] for _, outputs in cells[1:])


def test_the_monthly_run_takes_the_newest_libraries_on_every_python() -> None:
    monthly = yaml.safe_load((ROOT / ".github" / "workflows" / "monthly.yml").read_text(encoding="utf-8"))
    when = monthly[True]["schedule"]  # YAML 1.1 reads the word on as true
    assert [one["cron"].split()[2:] for one in when] == [["1", "*", "*"]]
    newest = monthly["jobs"]["newest"]
    pythons = re.findall(r"^PYTHONS = (.+)", MAKE, re.MULTILINE)[0].split()
    assert newest["strategy"]["matrix"]["python"] == pythons
    assert newest["steps"][-1]["run"] == "make test-newest PYTHON=python"


def test_the_newest_are_of_every_library_that_the_ranges_name() -> None:
    from tests.libraries import libraries

    assert libraries() == [one.name for one in (*RUN, *TEST)]
