"""Change helpers in thousands of small ways, one by one, and count those that no test sees.

`python -m tests.mutants [MODULE ...]` needs mutmut and forks: Linux or macOS. All 6,300 mutants of helpers take about
half an hour on two processors. mutmut leaves alone what stands outside of functions, and functions with a decorator:
properties, and what is cached.

The run fails below 85 % of the mutants killed, and on a survivor that tests/mutants.toml does not keep with a reason.
tests/mutants.md has the last result of each module.
"""

import contextlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import version
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

ROOT = Path(__file__).parent.parent
KEPT, TABLE = ROOT / "tests/mutants.toml", ROOT / "tests/mutants.md"
MODULES = ("tables", "facts", "rules", "view", "show", "ask", "explore", "server")
NEEDED = ("helpers", "tests", "data", "notebooks", "pyproject.toml")
LEAST = 85
SURVIVED = {0, 5, 33}  # the exit codes of a mutant that passes, or that no test reaches
KILLED = {1, 3, 24, 36, 152, 255, -9, -11, -24}  # of one that fails, never ends or crashes

Change = tuple[str, str, str]  # the function, what stands there, what the mutant has in its place


def results(folder: Path, module: str) -> dict[str, int | None]:
    """Return the exit code of the tests for each mutant of a module."""
    file = folder / f"mutants/helpers/{module}.py.meta"
    return dict(json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"])


def change(mutant: str) -> Change:
    """Return what a mutant changes, told so that it stays the same when other lines of its module change."""
    name = re.sub(r"__mutmut_\d+$", "", mutant).removeprefix("helpers.")
    lines = get_diff_for_mutant(mutant).splitlines()[3:]
    old, new = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return re.sub(r"\.x[_ǁ]", ".", name).replace("ǁ", "."), old, new


def kept() -> set[Change]:
    """Return the survivors that are kept, each with a reason."""
    groups = tomllib.loads(KEPT.read_text(encoding="utf-8"))["kept"]
    assert all(group["why"] for group in groups)
    return {(name, old, new) for group in groups for name, old, new in group["mutants"]}


def told(counts: dict[str, tuple[int, int]]) -> str:
    """Return the table of results; `counts` has how many mutants a module has, and how many survived."""
    rows = [
        f"| {name} | {all_} | {all_ - left} | {left} | {share(all_, left):.1f} |"
        for name, (all_, left) in counts.items()
    ]
    total, left = (sum(column) for column in zip(*counts.values(), strict=True))
    return "\n".join(
        [
            f"Written by `python -m tests.mutants`: Python {platform.python_version()}, mutmut {version('mutmut')}.",
            "Those that are kept are listed in mutants.toml, each with a reason.",
            "",
            "| module | mutants | killed | survived | percent |",
            "|---|---|---|---|---|",
            *rows,
            f"| all | {total} | {total - left} | {left} | {share(total, left):.1f} |",
            "",
        ]
    )


def share(total: int, left: int) -> float:
    """Return how many in a hundred were killed."""
    return 100 * (total - left) / total


def before() -> dict[str, tuple[int, int]]:
    """Return the counts that the table has from the last run."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    rows = re.findall(r"^\| (\w+) \| (\d+) \| \d+ \| (\d+) \|", text, re.MULTILINE)
    return {name: (int(total), int(left)) for name, total, left in rows if name in MODULES}


def tried(modules: tuple[str, ...]) -> tuple[dict[str, dict[str, int | None]], dict[str, Change]]:
    """Return the exit code of each mutant of some modules, and what each survivor changes."""
    with tempfile.TemporaryDirectory() as temporary, contextlib.chdir(temporary):
        for name in NEEDED:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, name)
        os.mkdir("own")
        environment = os.environ | {"TMPDIR": f"{temporary}/own"}
        tool = str(Path(sys.executable).with_name("mutmut"))  # one mutant: it makes all, and finds their tests
        for command in (
            [tool, "run", "--max-children", "2", "helpers.rules.x_cite__mutmut_1"],
            [sys.executable, "tests/mutants_fork.py", *(f"helpers.{name}.*" for name in modules)],
        ):
            subprocess.run(command, check=True, env=environment)
        codes = {name: results(Path(), name) for name in modules}
        left = [mutant for found in codes.values() for mutant, code in found.items() if code in SURVIVED]
        return codes, {mutant: change(mutant) for mutant in left}


def main(modules: tuple[str, ...]) -> int:
    """Try every mutant of some modules, write the table, and return 1 when too many or unknown ones survive."""
    codes, left = tried(modules)
    own = {name: (len(found), sum(code not in KILLED for code in found.values())) for name, found in codes.items()}
    counts = {name: both for name in MODULES if (both := (before() | own).get(name))}
    TABLE.write_text(told(counts), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))
    known = kept()
    for mutant, (name, old, new) in left.items():
        if (name, old, new) not in known:
            print(f"{mutant} survived:\n  {name}\n  - {old}\n  + {new}")
    for name, old, new in sorted(known - set(left.values())):
        if name.split(".")[0] in modules:
            print(f"Kept, but it is gone or killed:\n  {name}\n  - {old}\n  + {new}")
    unsure = [mutant for found in codes.values() for mutant, code in found.items() if code not in (*SURVIVED, *KILLED)]
    print(*(f"{mutant} was not tried to its end." for mutant in unsure), sep="\n")
    total, alive = map(sum, zip(*counts.values(), strict=True))
    return int(bool(unsure) or not set(left.values()) <= known or share(total, alive) < LEAST)


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or MODULES))
