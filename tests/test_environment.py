"""The three lists of libraries agree, and one command is enough."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PINS = [(name, Version(version)) for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)]

RUN = [Requirement(line) for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["lab"])]
TEST = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]


def test_conda_has_the_same_ranges() -> None:
    listed = [Requirement(line) for line in CONDA["dependencies"] if isinstance(line, str)]
    found = {one.name: one.specifier for one in listed if one.name not in ("python", "pip")}
    assert found == {one.name: one.specifier for one in RUN}


def test_conda_installs_the_package_itself() -> None:
    assert {"pip": ["-e ."]} in CONDA["dependencies"]


def test_python_is_the_same_everywhere() -> None:
    (conda,) = (line for line in CONDA["dependencies"] if isinstance(line, str) and line.startswith("python"))
    for version in ("3.11", "3.12", "3.13"):
        assert version in SpecifierSet(PROJECT["requires-python"])
        assert version in Requirement(conda).specifier
    assert "3.10" not in Requirement(conda).specifier
    assert "3.10" not in SpecifierSet(PROJECT["requires-python"])


def test_the_lock_holds_every_library_within_its_range() -> None:
    for wanted in (*RUN, *TEST):
        versions = [version for name, version in PINS if name == wanted.name]
        assert versions, f"{wanted.name} is not locked: run make lock"
        assert all(version in wanted.specifier for version in versions), f"{wanted}: {versions}"


def test_the_ranges_are_those_that_the_lessons_promise() -> None:
    ranges = {one.name: one.specifier for one in RUN}
    assert all(version in ranges["pandas"] for version in ("2.2.0", "2.2.3", "3.1.1"))
    assert all(version in ranges["matplotlib"] for version in ("3.8.0", "3.8.4", "3.11.2"))


def test_every_pin_has_a_hash_and_no_address_is_named() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(PINS) and all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index-url|--find-links", LOCK)


def test_the_commands_run_every_check_with_the_hashes() -> None:
    from tests.__main__ import CHECKS

    assert CHECKS == ("ruff check .", "ruff format --check .", "mypy", "pytest")
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.txt" in make and "-m tests\n" in make
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("\nmake test")
    for named in re.findall(r"notebooks/[\w-]+\.ipynb", make + (ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / named).is_file(), named


def test_the_readme_has_the_minutes_of_the_lessons() -> None:
    import json

    for path, minutes in re.findall(
        r"\((notebooks/[\w-]+\.ipynb)\)[^|]*\|[^|]*\| (\d+) \|", (ROOT / "README.md").read_text("utf-8")
    ):
        title = "".join(json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"][0]["source"])
        assert title.endswith(f"**Minutes:** {minutes}")


def test_the_readme_lists_every_lesson() -> None:
    listed = re.findall(r"^\| \[[^]]+\]\(notebooks/([\w-]+)\.ipynb\)", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert listed == sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_readme_names_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?! me| it)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"lab", "test"} <= named <= targets
