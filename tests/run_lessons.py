"""Run every lesson in one process, in some order and under guard: `python tests/run_lessons.py FOLDER ORDER LESSON...`.

That is far cheaper than a kernel for each. It prints as JSON what each cell shows, and what the guard refused: to
write into the folder, and to reach another machine. The guard is in Python itself, so it holds for root too.
"""

import errno
import json
import locale
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ipywidgets  # noqa: F401, what a lesson loads is there before the guard
import matplotlib.figure  # noqa: F401
import pandas
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets import Type
from traitlets.config import Config

Cell = dict[str, Any]
LIVE = "application/vnd.jupyter.widget-view+json"
PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"}  # text is ASCII unless said
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
AT_ADDRESS = {"socket.connect", "socket.sendto"}
AT_NAME = {"socket.getaddrinfo", "socket.gethostbyname"}
THIS_MACHINE = ("127.0.0.1", "::1", "localhost", None)


def parts(cells: list[Cell]) -> list[list[Cell]]:
    """Return each cell as a part of its own; those of "In the data" build on each other, and are one part."""
    data = [cell for cell in cells if cell["id"].startswith("data-")]
    return [*([cell] for cell in cells if cell not in data), data]


# What runs one after the other on the names that the first cell left; "alone" gives each part these names anew.
ORDERS: dict[str, Callable[[list[Cell]], Iterator[list[Cell]]]] = {
    "once": lambda cells: iter([cells]),
    "twice": lambda cells: iter([[cell for cell in cells for _ in range(2)]]),
    "backwards": lambda cells: iter([[cell for part in parts(cells)[::-1] for cell in part]]),
    "alone": lambda cells: iter(parts(cells)),
}


class Results(DisplayHook):
    """Collects what the last line of each cell gives, in every form that a page may take."""

    def __call__(self, result: Any = None) -> None:
        """Take a result."""
        if result is not None:
            self.shell.results.append(self.compute_format_data(result)[0])


class ZmqShell(InteractiveShell):
    """A shell with no kernel around it; by three letters of its name pandas knows that it writes for a page."""

    displayhook_class = Type(Results)

    def __init__(self, **settings: Any) -> None:
        super().__init__(config=Config({"HistoryManager": {"enabled": False}}), **settings)
        self.results: list[dict[str, str]] = []
        self.InteractiveTB.set_mode("Minimal")


def guard(folder: Path) -> list[str]:
    """From now on refuse to write below a folder and to reach another machine; return the list of what was refused."""
    refused: list[str] = []

    def below(path: object) -> bool:
        named = isinstance(path, str | bytes | os.PathLike)
        return named and Path(os.path.realpath(os.fsdecode(path))).is_relative_to(folder)

    def hook(event: str, told: tuple[Any, ...]) -> None:
        if (event == "open" and told[2] & WRITES and below(told[0])) or (event in CHANGES and any(map(below, told))):
            refused.append(f"{event} {told[0]}")
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), told[0])
        if event in AT_ADDRESS | AT_NAME:
            address = told[event in AT_ADDRESS]
            host = address[0] if isinstance(address, tuple) else address
            if host not in THIS_MACHINE:
                refused.append(f"{event} {host}")
                raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

    sys.addaudithook(hook)
    return refused


def anew(shell: ZmqShell, path: list[str]) -> None:
    """Make the process as good as a new kernel."""
    shell.reset(new_session=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "helpers"]:
        del sys.modules[name]
    pandas.reset_option("^display")
    pandas.set_option("display.max_columns", 20)  # as it is in a kernel
    sys.path[:] = path


def shown(shell: ZmqShell, cell: Cell) -> list[Any]:
    """Run a cell; return its outputs, and what it printed, which is the error when it failed."""
    with capture_output() as seen:
        shell.run_cell("".join(cell["source"]), store_history=False)
    bundles = [*(one.data for one in seen.outputs), *shell.results]
    shell.results.clear()
    still = [{kind: text for kind, text in one.items() if kind != LIVE} for one in bundles]
    printed = seen.stdout.replace("\x1b[2K\r", "")  # a control of ipywidgets clears its place
    return [*still, *filter(None, (printed, seen.stderr))]


def ran(folder: Path, order: str, *lessons: str) -> dict[str, Any]:
    """Return what each cell of each lesson shows, each time that it runs."""
    shell, path = ZmqShell.instance(), [*sys.path]
    # Who opens a text without its encoding gets another text on another machine.
    warnings.filterwarnings("error", category=EncodingWarning, module=r"helpers\b|__main__")
    refused = guard(folder.resolve())
    found: dict[str, list[tuple[str, list[Any]]]] = {}
    for lesson in map(Path, lessons):
        cells = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
        first, *others = (cell for cell in cells if cell["cell_type"] == "code")
        anew(shell, path)
        found[lesson.stem] = [(first["id"], shown(shell, first))]
        names = dict(shell.user_ns)
        for together in ORDERS[order](others):
            shell.user_ns.clear()
            shell.user_ns.update(names)
            found[lesson.stem] += [(cell["id"], shown(shell, cell)) for cell in together]
    return {"lessons": found, "refused": refused, "encoding": locale.getencoding()}


def run(folder: Path, order: str, cwd: Path, **environment: str) -> Mapping[str, Any]:
    """Return the same from another process, with that current folder and these variables."""
    from web import lessons  # here: in the other process there is none

    strict = (sys.executable, "-P", "-B", "-X", "warn_default_encoding")
    command = [*strict, __file__, str(folder), order, *map(str, lessons(folder / "notebooks"))]
    inherited = {name: value for name, value in os.environ.items() if name != "WITHIN_LIMITS_HOME"}
    done = subprocess.run(
        command, cwd=cwd, env={**inherited, "PYTHONPATH": str(folder), **environment}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    told: Mapping[str, Any] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    print(json.dumps(ran(Path(sys.argv[1]), *sys.argv[2:])))
