"""Plant each fault of faults.toml in a copy of the project, and see the one test fail that must catch it.

`python -m tests.faults` plants all of them, `python -m tests.faults "two right answers"` the named ones.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
KINDS = (
    *("facts", "rules", "questions", "prose", "figures", "callbacks", "tables", "notebooks", "running", "work"),
    *("packaging", "site", "pages"),
)
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv*", "node_modules", "_site", "_plain", "__pycache__", ".*_cache", ".ipynb_checkpoints"),
    *("*.egg-info", "dist", "work", "article.txt"),
)
LONGEST = 600  # seconds, for all tests with no fault planted too
AT_ONCE = 2


class Stale(Exception):
    """The fault can't be planted any more: the project has changed where it would stand."""


@dataclass(frozen=True)
class Fault:
    """One realistic fault: a change of a passage of a file, or an act on the file; and the test that must catch it.

    A passage must stand there exactly once. With a `sentence`, broken tables are refused before any test, in these
    words.
    """

    name: str
    kind: str
    file: str
    caught_by: str
    old: str = ""
    new: str = ""
    act: str = ""
    sentence: str = ""

    @property
    def node(self) -> str:
        """The test as pytest names it."""
        return self.caught_by.removeprefix("nbval: ").removeprefix("doctest: ")

    def plant(self, folder: Path) -> None:
        """Put it into a copy of the project."""
        path = folder / self.file
        before = path.read_bytes()
        if self.act:
            ACTS[self.act](path, self.old, self.new)
        else:
            path.write_bytes(before.replace(once(before, self.old), self.new.encode()))
        if path.read_bytes() == before:
            raise Stale(f"nothing changed in {self.file}")


def faults() -> list[Fault]:
    """Return the list."""
    text = (Path(__file__).parent / "faults.toml").read_text(encoding="utf-8")
    return [Fault(**told) for told in tomllib.loads(text)["fault"]]


def once(data: bytes, passage: str) -> bytes:
    """Return a passage as bytes; raise Stale unless it stands in the data exactly once."""
    if (found := data.count(passage.encode())) != 1:
        raise Stale(f"{passage!r} stands {found} times")
    return passage.encode()


# What an edit of a passage can't say.


def replace_all(path: Path, old: str, new: str) -> None:
    """Change a passage wherever it stands."""
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def drop_row(path: Path, start: str, _: str) -> None:
    """Delete the row of a table that starts so."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(start)), encoding="utf-8")


def swap_places(path: Path, one: str, other: str) -> None:
    """Change the places of two rows of a table that have these ids."""
    text = path.read_text(encoding="utf-8")
    own = {name: once_in(rf"(?m)^{name},(\d+),", text) for name in (one, other)}
    for name, its in ((one, own[other]), (other, own[one])):
        text = re.sub(rf"(?m)^{name},\d+,", f"{name},{its},", text)
    path.write_text(text, encoding="utf-8")


def once_in(pattern: str, text: str) -> str:
    """Return the group of a pattern; raise Stale unless it is found exactly once."""
    if len(found := re.findall(pattern, text)) != 1:
        raise Stale(f"{pattern!r} is found {len(found)} times")
    return str(found[0])


def save_with_days_of_a_spreadsheet(path: Path, _: str, __: str) -> None:
    """Save a table as a British spreadsheet does: 30/05/2024."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r",(\d{4})-(\d\d)-(\d\d)(?=,)", r",\3/\2/\1", text), encoding="utf-8")


def save_for_western_windows(path: Path, _: str, __: str) -> None:
    """Save a table as “CSV” and not as “CSV UTF-8”."""
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", "replace"))


def save_with_straight_marks(path: Path, _: str, __: str) -> None:
    """Save a table where “ and ” became straight."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[re.sub("[“”]", '"', cell) for cell in row] for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def notebook(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path, str, str], None]:
    """Return the act that changes the code cells of a lesson, and leaves the words between them where they are."""

    def act(path: Path, _: str, __: str) -> None:
        whole = json.loads(path.read_text(encoding="utf-8"))
        places = [at for at, cell in enumerate(whole["cells"]) if cell["cell_type"] == "code"]
        code = [whole["cells"][at] for at in places]
        change(code)
        for at, cell in zip(places, code, strict=True):
            whole["cells"][at] = cell
        path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    return act


def strip_outputs(code: list[dict[str, Any]]) -> None:
    """Leave no output, as a tool for clean notebooks does."""
    for cell in code:
        cell.update(outputs=[], execution_count=None)


def lean_on_the_cell_before(code: list[dict[str, Any]]) -> None:
    """Make the third cell use a name that the second one gives."""
    code[1]["source"] = ["begun = True\n", *code[1]["source"]]
    code[2]["source"] = ["assert begun\n", *code[2]["source"]]


ERROR = {"output_type": "error", "ename": "NameError", "evalue": "name 'show' is not defined", "traceback": []}
ACTS: dict[str, Callable[[Path, str, str], None]] = {
    "replace_all": replace_all,
    "drop_row": drop_row,
    "swap_places": swap_places,
    "save_with_days_of_a_spreadsheet": save_with_days_of_a_spreadsheet,
    "save_for_western_windows": save_for_western_windows,
    "save_with_straight_marks": save_with_straight_marks,
    "strip_outputs": notebook(strip_outputs),
    "forget_a_count": notebook(lambda code: code[-1].update(execution_count=None)),
    "swap_cells": notebook(lambda code: code.insert(1, code.pop(2))),
    "store_an_error": notebook(lambda code: code[-1].update(outputs=[ERROR])),
    "skip_a_cell": notebook(lambda code: code[-1]["source"].insert(0, "# NBVAL_SKIP\n")),
    "lean_on_the_cell_before": notebook(lean_on_the_cell_before),
}


# The run.


@dataclass(frozen=True)
class Result:
    """What became of a run of tests: the code that pytest ended with, how many tests passed and failed, its words."""

    code: int
    count: Counter[str]
    words: str


def copied(folder: str) -> Path:
    """Return a copy of the project in a folder."""
    return Path(shutil.copytree(ROOT, Path(folder) / "project", ignore=LEFT_OUT))


def run(project: Path, nodes: Sequence[str]) -> Result:
    """Run tests of a copy; raise subprocess.TimeoutExpired when they find no end."""
    report = project.parent / "report.xml"
    # To load what compares notebooks takes as long as most of the tests.
    own = "addopts=--doctest-modules -q" if any(node.startswith("helpers/") for node in nodes) else "addopts=-q"
    light = [] if any(node.endswith(".ipynb") for node in nodes) else ["-p", "no:nbval", "-o", own]
    # Only whether a test fails counts here, and to write out why can take minutes: a record holds many others.
    options = ["-p", "no:cacheprovider", "--assert=plain", "--tb=line", *light, f"--junit-xml={report}"]
    command = [sys.executable, "-m", "pytest", *options, *nodes]
    environment = {**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=LONGEST,
    )
    count: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        count[next((part.tag for part in case if part.tag in ("failure", "error", "skipped")), "passed")] += 1
    return Result(done.returncode, count, done.stdout + done.stderr)


def caught(fault: Fault, found: Result) -> str:
    """Return why a fault does not count as caught; nothing when it does."""
    last = (found.words.strip().splitlines() or [""])[-1]
    if fault.sentence:
        return "" if found.code == 1 and fault.sentence in found.words else f"not refused in these words: {last}"
    if found.code == 1 and found.count["failure"] and not found.count["error"]:
        return ""
    return "its test passes" if found.code == 0 else f"pytest ended with {found.code}: {last}"


def tried(fault: Fault) -> tuple[str, float]:
    """Plant a fault in a new copy and run its test; return why it is missed, or nothing, and the seconds."""
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        project = copied(folder)
        try:
            fault.plant(project)
            missed = caught(fault, run(project, [fault.node]))
        except Stale as error:
            missed = f"can't be planted: {error}"
        except subprocess.TimeoutExpired:
            missed = "its test finds no end"
    return missed, time.perf_counter() - began


def unharmed(nodes: list[str]) -> str:
    """Return what is wrong with tests before any fault is planted; nothing when all of them pass."""
    with TemporaryDirectory() as folder:
        found = run(copied(folder), nodes)
    return "" if found.code == 0 and set(found.count) == {"passed"} else found.words


def main(*names: str) -> int:
    """Try all faults, or the named ones; return how many are missed."""
    known = {one.name: one for one in faults()}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"There is no fault “{unknown[0]}”. There are: {'; '.join(known)}.")
    chosen = [known[name] for name in names or known]
    tests: dict[str, list[str]] = {}
    for node in dict.fromkeys(one.node for one in chosen):
        tests.setdefault(node.partition("::")[0], []).append(node)
    files = [tests[file] for file in sorted(tests)]  # what ends the kernel of a lesson comes last
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = ([*chain(*files[at::AT_ONCE])] for at in range(AT_ONCE))
        for wrong in filter(None, pool.map(unharmed, filter(None, shares))):
            sys.exit(f"{wrong}\nThese tests fail with no fault planted: mend them first.")
        print(
            f"Every test that is named passes with no fault planted. Now {len(chosen)} faults, one by one.", flush=True
        )
        missed = 0
        for fault, (why, seconds) in zip(chosen, pool.map(tried, chosen), strict=True):
            missed += bool(why)
            result = f"MISSED ({why})" if why else "caught"
            print(f"{fault.kind:10} {fault.name:58} {seconds:5.1f} s  {result}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} faults are caught.")
    return missed


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
