"""Drive the lessons in headless Chromium, on the pages of JupyterLab ("lab") and of Notebook 7 ("notebook").

with TemporaryDirectory() as folder, browser() as chromium:
    root = copied(Path(folder, "copy"))  # the pages save what they show
    with served(root, Path(folder, "own")) as server:
        lesson = Lesson(chromium.new_context(), server, "lab", LESSONS[0])
        assert lesson.run() == []
        for explorer in lesson.explorers():
            print(explorer.source, explorer.view.inner_text())
        lesson.close()
"""

import json
import os
import re
import secrets
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Error

from tests.browser.chromium import browser as browser
from tests.browser.chromium import heard, is_root
from tests.store_outputs import LESSONS as PATHS

ROOT = Path(__file__).parent.parent.parent
APPS = ("lab", "notebook")
PAGES = {"lab": "doc/tree", "notebook": "notebooks"}
LESSONS = tuple(path.stem for path in PATHS)
PATIENCE, SOON = 180, 20e3  # seconds for a server, which may start cold; milliseconds for an answer of Python
FOLDERS = "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR", "WITHIN_LIMITS_HOME"
# Nothing is asked of other hosts; and for the tests all cells are drawn, also those far from the window.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}

PANEL = "const panel = window.jupyterapp?.shell?.currentWidget;"
OPEN = f"""() => {{ {PANEL}
  const kernel = panel?.sessionContext?.session?.kernel;
  return panel?.context?.isReady && panel.content.widgets.length && panel.content.widgets.every(cell => cell.isAttached)
    && kernel?.connectionStatus === "connected" && kernel.status === "idle"; }}"""
STATE = f"""() => {{ {PANEL}
  const {{ session, kernelDisplayStatus }} = panel?.sessionContext ?? {{}};
  const dialog = document.querySelector(".jp-Dialog")?.innerText;
  return [kernelDisplayStatus, session?.kernel?.connectionStatus, dialog]; }}"""
CLEAR = """async () => {
  await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
  jupyterapp.shell.collapseLeft?.();
}"""
# Without waiting: a page can't be asked anything while it waits for a promise that never comes.
RUN = "() => { jupyterapp.commands.execute('notebook:run-all-cells'); }"
# Every cell has its number, the kernel rests, each live view is awake, and each picture is drawn.
DONE = f"""() => {{ {PANEL}
  const code = panel.content.widgets.filter(cell => cell.model.type === "code");
  return panel.sessionContext.session.kernel.status === "idle" && code.every(cell => cell.model.executionCount
    && [...cell.node.querySelectorAll("[data-live]")].every(view => view.matches(".wl-awake"))
    && [...cell.node.querySelectorAll("img")].every(image => image.complete)); }}"""
CELLS = f"""() => {{ {PANEL}
  return panel.content.widgets.map(cell => [cell.model.id, cell.model.type, cell.model.sharedModel.getSource()]); }}"""
WRONG = f"""() => {{ {PANEL}
  const code = panel.content.widgets.filter(cell => cell.model.type === "code");
  return code.flatMap(cell => cell.model.outputs.toJSON()
    .filter(one => one.output_type === "error" || one.name === "stderr")
    .map(one => `${{cell.model.id}}: ${{one.evalue ?? [one.text].flat().join("")}}`)); }}"""
# What was sent to the kernel before this question is done when it answers. A kernel that is gone never does.
ASKED = f"""async () => {{ {PANEL}
  const late = new Promise(done => setTimeout(done, {SOON}));
  await Promise.race([panel.sessionContext.session.kernel.requestKernelInfo(), late]); }}"""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def copied(folder: Path) -> Path:
    """Copy what a lesson needs to a folder that is not there yet, and return it: no student's work goes along."""
    for part in ("data", "helpers", "notebooks", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", ".*", "work", "article.txt")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@dataclass(frozen=True)
class Server:
    """A Jupyter server: its address with the last slash, the word that lets one in, and the home of students' work."""

    base: str
    token: str
    home: Path

    def ask(self, path: str, method: str = "GET") -> Any:
        """Return what the server answers about itself, such as for `sessions`; raises URLError."""
        asked = urllib.request.Request(f"{self.base}api/{path}", method=method)
        asked.add_header("Authorization", f"token {self.token}")
        own = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with own.open(asked, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def end(self, lesson: str = "") -> None:
        """End the kernel of a lesson, or those of all."""
        for session in self.ask("sessions"):
            if session["path"].endswith(f"{lesson}.ipynb"):
                self.ask(f"sessions/{session['id']}", "DELETE")

    def write(self, name: str, sources: Sequence[str]) -> None:
        """Add a lesson to those that are served: the first cell of all lessons, then a cell for each of these."""
        lessons = self.home.parent / "copy/notebooks"
        book = json.loads((lessons / f"{LESSONS[0]}.ipynb").read_bytes())
        setup = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
        cells = [{**setup, "id": f"cell-{at}", "source": source} for at, source in enumerate(sources)]
        (lessons / f"{name}.ipynb").write_text(json.dumps({**book, "cells": [setup, *cells]}))


@contextmanager
def served(root: Path, folder: Path) -> Iterator[Server]:
    """Serve a checkout to the pages of JupyterLab and Notebook, with all that Jupyter keeps in a folder of its own.

    At the end no kernel is left. Raises RuntimeError, with what the server said last, when it does not start.
    """
    own = {name: str(folder / name.lower()) for name in FOLDERS}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "MPL"))}
    for plugin, values in SETTINGS.items():
        path = Path(own["JUPYTER_CONFIG_DIR"], "lab/user-settings/@jupyterlab", f"{plugin}.jupyterlab-settings")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}/", secrets.token_hex(16), Path(own["WITHIN_LIMITS_HOME"]))
    run = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}", f"--IdentityProvider.token={server.token}"),
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
        *(["--allow-root"] if is_root() else []),
    ]
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as said:
        process = psutil.Popen(run, cwd=root, env=kept | own, stdout=said, stderr=said)
    try:
        _wait(server, process, log)
        yield server
    finally:
        family = [process, *process.children(recursive=True)] if process.is_running() else []
        try:
            server.end()
            server.ask("shutdown", "POST")
        except URLError:
            pass
        for left in psutil.wait_procs(family, timeout=10)[1]:
            left.kill()
        process.wait()


@dataclass(frozen=True)
class Explorer:
    """A live view in a page: the source of its cell, and the view."""

    source: str
    view: Any


class Lesson:
    """A lesson in a page of its own, with what the page asked of other hosts, its complaints, and the cells' errors.

    A context that has opened a lesson opens the next one much faster, since it keeps the files of the application.
    """

    def __init__(self, context: Any, server: Server, app: str, name: str) -> None:
        self.server, self.name = server, name
        self.errors = list[str]()
        self.page = context.new_page()
        self.page.set_default_timeout(SOON)
        self.strangers, self.complaints = heard(self.page, [urlsplit(server.base).netloc])
        address = f"{server.base}{PAGES[app]}/notebooks/{name}.ipynb?reset&token={server.token}"
        for patience in (60e3, 120e3):  # a busy machine can lose the first word of a kernel, and the page waits forever
            self.page.goto(address, wait_until="commit", timeout=60e3)
            try:
                self.page.wait_for_function(OPEN, timeout=patience)
                break
            except Error:
                waits = self.page.evaluate(STATE)
        else:
            raise RuntimeError(f"{name} does not open in {app}: {waits}")

    def run(self) -> list[str]:
        """Run all cells afresh, wait until all is drawn, and return the errors and warnings of the cells."""
        self.page.evaluate(CLEAR)  # the numbers of an earlier run would be taken for those of this one
        self.page.evaluate(RUN)
        self.page.wait_for_function(DONE, timeout=120e3)
        self.page.evaluate(DRAWN)
        self.errors = list(self.page.evaluate(WRONG))
        return self.errors

    def cells(self) -> list[tuple[str, str, str]]:
        """Return the id, kind and source of each cell, in order."""
        return [tuple(cell) for cell in self.page.evaluate(CELLS)]

    def explorers(self) -> list[Explorer]:
        """Return the explorers and questions of the lesson, in order."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        return [
            Explorer(source, one.locator("[data-live]"))
            for one, (_, kind, source) in zip(cells.all(), self.cells(), strict=True)
            if kind == "code" and re.fullmatch(r"explore\.(?!start|review)\w+\(.*\)", source)
        ]

    def idle(self) -> None:
        """Wait until the kernel has done what it was asked, and the page has drawn it.

        Twice, since of two quick changes the second is sent when the first is done.
        """
        for _ in range(2):
            self.page.evaluate(ASKED)
            self.page.wait_for_function(OPEN, timeout=SOON)
            self.page.evaluate(DRAWN)

    def close(self) -> None:
        """Close the page, and end its kernel."""
        self.page.close()
        self.server.end(self.name)


def _wait(server: Server, process: Any, log: Path) -> None:
    """Wait for the first answer of a server."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            server.ask("status")
            return
        except URLError:
            time.sleep(0.3)
    raise RuntimeError(f"The server does not start.\n{log.read_text(encoding='utf-8')[-3000:]}")
