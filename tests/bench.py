"""Measure what a click costs and how it grows, print it, and keep it in bench.md: `python -m tests.bench`.

All changes are measured in one page of one browser, by turns: a round presses one key in each explorer and in the two
things that they are compared with. Nothing else should run on the machine.
"""

import csv
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient

from helpers import facts, show, tables
from tests import bench_page
from tests.bench_page import BARE, PLAIN, Pattern
from tests.browser.driver import LESSONS, QUIET, ROOT, Lesson, browser, copied, served

ROUNDS, WARM, KEYS, CHANGES, RUNS = 60, 2, 100, 1000, 5  # there are 64 questions to give each round news
MEDIAN, LATE, FASTER, SETTLES, GAIN = 1.5, 3, 4, 300, 5  # what every explorer should reach; the last in megabytes
REACH = (
    f"To reach: a median of at most {MEDIAN} × the bare round trip, a 95th percentile of at most {LATE} ×, and at "
    f"least {FASTER} times faster than the plain way; settled within {SETTLES} ms on the last state, with no jump in "
    f"height; at most {GAIN} MB more in kernel and page."
)
RESULT = Path(__file__).with_name("bench.md")
RESIDENT = "__import__('psutil').Process().memory_info().rss"


def spread(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20, method="inclusive")[-1]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def reached(*held: bool) -> str:
    """Return whether all of that was reached, in a word."""
    return "yes" if all(held) else "**no**"


def machine(chromium: Any) -> str:
    """Return what this was measured on."""
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    processor = named[0].split(":")[1].strip() if named else platform.processor()
    libraries = ", ".join(
        f"{one} {version(one)}" for one in ("jupyterlab", "ipywidgets", "pandas", "matplotlib", "ipykernel")
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} × {processor}, {memory:.0f} GiB, {platform.system()} {platform.release()}; Python "
        f"{platform.python_version()}, {libraries}; Chromium {chromium.version}, without a screen and without a GPU."
    )


def clicks(found: list[Pattern]) -> str:
    """Return the table of changes: each against the bare round trip and the plain way."""
    (bare, bare_late), (plain, _) = spread(found[0].took), spread(found[1].took)
    rows = []
    for one in found:
        middle, late = spread(one.took)
        held = middle <= MEDIAN * bare, late <= LATE * bare_late, plain >= FASTER * middle
        told = "" if one.name in (BARE, PLAIN) else reached(*held)
        times = (
            f"{middle:.0f}",
            f"{late:.0f}",
            f"{middle / bare:.2f}",
            f"{late / bare_late:.2f}",
            f"{plain / middle:.1f}",
        )
        rows.append((one.name, len(one.took), *times, told))
    heads = "changed", "n", "median, ms", "95th percentile", "× bare", "× bare, 95th", "plain ÷ this", "reached"
    return table(heads, rows)


def storm(lesson: Lesson, found: list[Pattern]) -> str:
    """Return the table of a key held down, and of heights that jump."""
    rows = []
    for one in found:
        if one.listed:
            rate, quiet, right = bench_page.settle(lesson, one, KEYS)
            jumped = sum(bench_page.jumps(lesson, one) for _ in range(RUNS))
            told = "" if one.name == PLAIN else reached(quiet <= SETTLES, right, not jumped)
            shown = "" if one.name == PLAIN else "yes" if right else "no"
            rows.append((one.name, f"{rate:.0f}", f"{quiet:.0f}", shown, f"{jumped} of {RUNS}", told))
    heads = "changed", "keys in a second", "settled after, ms", "shows the last state", "jumps in height", "reached"
    return table(heads, rows)


def memory(lesson: Lesson, found: list[Pattern]) -> str:
    """Return what a thousand changes leave behind, beside a tenth of them the plain way."""
    own = bench_page.growth(lesson, [one for one in found if one.listed and one.name != PLAIN], CHANGES)
    plain = bench_page.growth(lesson, [one for one in found if one.name == PLAIN], CHANGES // 10)
    rows = [
        (f"explorers, {CHANGES} changes", *(f"{gain:+.1f}" for gain in own), reached(max(own) <= GAIN)),
        (f"{PLAIN}, {CHANGES // 10} changes", *(f"{gain:+.1f}" for gain in plain), ""),
    ]
    return table(("after a tenth of the changes, until the last", "kernel, MB", "page, MB", "reached"), rows)


def seconds(code: str) -> float:
    """Return the seconds of processor that a new Python takes for some code: the least of some runs."""
    timed = [sys.executable, "-c", f"import time\n{code}\nprint(time.process_time())"]
    return min(float(subprocess.check_output(timed, cwd=ROOT, text=True).split()[-1]) for _ in range(RUNS))


def imports() -> str:
    """Return what it costs to import."""
    codes = {
        "nothing": "",
        "ipywidgets": "import ipywidgets",
        "the explorers and all under them": "from helpers import explore",
        "the setup cell: pandas and matplotlib too": "import matplotlib, pandas; from helpers import explore",
    }
    return table(("imported", "processor, s"), ((name, f"{seconds(code):.2f}") for name, code in codes.items()))


def run(cells: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run some cells in a kernel of their own; return the seconds from its start to its end, and its megabytes then."""
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in (*cells, RESIDENT)])
    began = time.perf_counter()
    NotebookClient(page, resources={"metadata": {"path": str(folder)}}).execute(stderr=subprocess.DEVNULL)
    took = time.perf_counter() - began
    return took, int(page.cells[-1].outputs[0].data["text/plain"]) / 1e6


def lessons(root: Path) -> str:
    """Return the time and memory of whole lessons, beside a kernel that does nothing."""
    rows = [("a kernel that does nothing", ["None"])]
    for name in LESSONS:
        cells = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4).cells
        rows.append((name, [one.source for one in cells if one.cell_type == "code"]))
    found = ((name, run(cells, root / "notebooks")) for name, cells in rows)
    return table(
        ("run", "seconds", "kernel, MB"), ((name, f"{took:.1f}", f"{held:.0f}") for name, (took, held) in found)
    )


def grown(folder: Path, times: int) -> None:
    """Make the events, and the actors with their positions, so many times as many, each copy under an id of its own."""
    pointing = {"events": ("dates",), "actors": (), "positions": ("actor", "amends"), "statements": ("position",)}
    for name, columns in pointing.items():
        path, own = folder / f"{name}.csv", {"id", *columns}
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            to = csv.DictWriter(file, rows[0], lineterminator="\n")
            to.writeheader()
            for turn in range(times):
                copied_to = f"-{turn}" * bool(turn)
                to.writerows(
                    {key: f"{cell}{copied_to}" if key in own and cell else cell for key, cell in row.items()}
                    for row in rows
                )


def milliseconds(make: Callable[[], object]) -> float:
    """Return the milliseconds that something takes; the least of some runs."""
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        make()
        took.append(1e3 * (time.perf_counter() - began))
    return min(took)


def growth() -> str:
    """Return how the views grow with the tables; raises RuntimeError when the grown tables have faults."""
    rows = []
    for times in (1, 10, 100):
        with TemporaryDirectory() as temporary:
            folder = Path(shutil.copytree(tables.folder(), Path(temporary, "data")))
            grown(folder, times)
            if wrong := tables.problems(folder):
                raise RuntimeError(wrong[0])
            read = milliseconds(lambda folder=folder: tables.problems(folder))
            facts.use(folder)
            events, actors = len(show.ordered("time")), len(facts.library().rows["positions"])
            made = [(milliseconds(one), len(one().markup) / 1e3) for one in (show.timeline, show.positions)]
            facts.use(tables.folder())
        rows.append(
            (f"{events} and {actors}", f"{read:.0f}", *(f"{took:.1f} ms, {size:.0f} kB" for took, size in made))
        )
    return table(("events on the timeline, positions", "checking the tables, ms", "timeline", "positions"), rows)


def parts() -> Iterator[tuple[str, str]]:
    """Measure one thing after the other; yield each with its title."""
    with TemporaryDirectory() as temporary, browser() as chromium:
        root = copied(Path(temporary, "copy"))
        bench_page.write(root)
        with served(root, Path(temporary, "own"), QUIET) as server:  # cells out of sight sleep, as they do for students
            context = chromium.new_context(viewport={"width": 1280, "height": 900})
            lesson = Lesson(context, server, "lab", bench_page.NAME)
            found = bench_page.patterns(lesson)
            for turn in range(WARM + ROUNDS):
                for one in found:
                    one.took = one.took * (turn != WARM)
                    bench_page.press(lesson, one)
            yield "Machine", machine(chromium)
            yield f"From a key to new pixels, {ROUNDS} rounds", clicks(found)
            yield f"A key held down: {KEYS} keys", storm(lesson, found)
            yield "What changes leave behind", memory(lesson, found)
        yield "Imports", imports()
        yield "Whole lessons, from the start of a kernel", lessons(root)
        yield "Ten and a hundred times the events and actors", growth()


if __name__ == "__main__":
    told = [f"# What a click costs\n\nWritten by `make bench`. {REACH}"]
    print(told[0], flush=True)
    for title, part in parts():
        told.append(f"## {title}\n\n{part}")
        print(f"\n{told[-1]}", flush=True)
    RESULT.write_text("\n\n".join(told) + "\n", encoding="utf-8")
