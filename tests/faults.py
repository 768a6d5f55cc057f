"""Plant each fault of faults.toml in a copy of the project, and see the one test fail that must catch it.

`python -m tests.faults` plants all of them, `python -m tests.faults "two right answers"` the named ones.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
KINDS = (
    *("facts", "rules", "questions", "prose", "figures", "callbacks", "tables", "notebooks", "running", "work"),
    *("packaging", "site", "pages"),
)
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv*", "node_modules", "_site", "_plain", "__pycache__", ".*_cache", ".ipynb_checkpoints"),
    *("*.egg-info", "dist", "work", "article.txt"),
)
LONGEST = 600  # seconds
OPTIONS = "-v -n2 -p no:nbval -p no:cacheprovider -o addopts= -o tmp_path_retention_policy=none".split()


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
            after = ACTS[self.act](before.decode(), self.old, self.new)
        elif (found := before.count(self.old.encode())) == 1:
            after = before.replace(self.old.encode(), self.new.encode())
        else:
            raise Stale(f"{self.old!r} stands {found} times in {self.file}")
        if after == before:
            raise Stale(f"nothing changed in {self.file}")
        path.write_bytes(after)


def faults() -> list[Fault]:
    """Return the list."""
    text = (Path(__file__).parent / "faults.toml").read_text(encoding="utf-8")
    return [Fault(**told) for told in tomllib.loads(text)["fault"]]


# What an edit of a passage can't say.

Act = Callable[[str, str, str], bytes]


def drop_row(text: str, start: str, _: str) -> bytes:
    """Delete the row of a table that starts so."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start)).encode()


def swap_places(text: str, one: str, other: str) -> bytes:
    """Change the places of two rows of a table that have these ids."""
    rows = rf"(?m)^({one}|{other}),(\d+),"
    own = dict(re.findall(rows, text))
    new = {one: own[other], other: own[one]}
    return re.sub(rows, lambda row: f"{row[1]},{new[row[1]]},", text).encode()


def save_with_days_of_a_spreadsheet(text: str, _: str, __: str) -> bytes:
    """Save a table as a British spreadsheet does: 30/05/2024."""
    return re.sub(r",(\d{4})-(\d\d)-(\d\d)(?=,)", r",\3/\2/\1", text).encode()


def save_for_western_windows(text: str, _: str, __: str) -> bytes:
    """Save a table as “CSV” and not as “CSV UTF-8”."""
    return text.encode("cp1252", "replace")


def save_with_straight_marks(text: str, _: str, __: str) -> bytes:
    """Save a table where “ and ” became straight."""
    rows = [[re.sub("[“”]", '"', cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    csv.writer(saved := io.StringIO(), lineterminator="\n").writerows(rows)
    return saved.getvalue().encode()


def notebook(change: Callable[[list[dict[str, Any]]], object]) -> Act:
    """Return the act that changes the code cells of a lesson, and leaves the words between them where they are."""

    def act(text: str, _: str, __: str) -> bytes:
        whole = json.loads(text)
        places = [at for at, cell in enumerate(whole["cells"]) if cell["cell_type"] == "code"]
        code = [whole["cells"][at] for at in places]
        change(code)
        for at, cell in zip(places, code, strict=True):
            whole["cells"][at] = cell
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()

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
ACTS: dict[str, Act] = {
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


def copied(folder: Path) -> Path:
    """Return a copy of the project in a folder."""
    return Path(shutil.copytree(ROOT, folder / "project", ignore=LEFT_OUT))


def run(project: Path, nodes: Sequence[str]) -> tuple[int, str]:
    """Return the code that pytest ends with when it runs tests of a copy, and its words, the last line its count."""
    # To load what compares notebooks takes as long as most of the tests.
    own = "addopts=--doctest-modules -q" if any(node.startswith("helpers/") for node in nodes) else "addopts=-q"
    light = [] if any(node.endswith(".ipynb") for node in nodes) else ["-p", "no:nbval", "-o", own]
    # Only whether a test fails counts here, and to write out why can take minutes: a record holds many others.
    options = ["-p", "no:cacheprovider", "--assert=plain", "--tb=line", f"--basetemp={project.parent}/own", *light]
    command = [sys.executable, "-m", "pytest", *options, *nodes]
    environment = {**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    told: dict[str, Any] = {"capture_output": True, "encoding": "utf-8", "errors": "replace", "timeout": LONGEST}
    done = subprocess.run(command, cwd=project, env=environment, **told)
    return done.returncode, done.stderr + done.stdout


def missed(fault: Fault, code: int, words: str) -> str:
    """Return why a fault does not count as caught; nothing when it does."""
    last = (words.strip().splitlines() or [""])[-1]
    if fault.sentence:
        return "" if code == 1 and fault.sentence in words else f"not refused in these words: {last}"
    if code == 1 and " failed" in last and " error" not in last:
        return ""
    return "its test passes" if code == 0 else f"pytest ended with {code}: {last}"


NAMED = os.environ.get("FAULTS", "").splitlines()
CHOSEN = [one for one in faults() if not NAMED or one.name in NAMED]


@pytest.mark.parametrize("file", sorted({one.node.partition("::")[0] for one in CHOSEN}))
def test_what_must_catch_the_faults_passes_without_any(file: str, tmp_path: Path) -> None:
    code, words = run(copied(tmp_path), sorted({one.node for one in CHOSEN if one.node.startswith(file)}))
    assert code == 0 and not re.search("skipped|xfailed", words.splitlines()[-1]), words


@pytest.mark.parametrize("fault", CHOSEN, ids=lambda one: one.name)
def test_a_fault_is_caught(fault: Fault, tmp_path: Path) -> None:
    fault.plant(project := copied(tmp_path))
    assert missed(fault, *run(project, [fault.node])) == ""


if __name__ == "__main__":
    names = sys.argv[1:]
    if unknown := {*names} - {one.name for one in CHOSEN}:
        sys.exit(f"There is no fault “{min(unknown)}”. There are: {'; '.join(one.name for one in CHOSEN)}.")
    os.environ["FAULTS"] = "\n".join(names)
    with TemporaryDirectory() as own:  # of the folders of pytest, the next runs delete all but three
        sys.exit(pytest.main([__file__, *OPTIONS, f"--basetemp={own}/all"]))
