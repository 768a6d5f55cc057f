"""Build the site the stock way, to compare with: all wheels loaded before the first cell.

`python -m web.plain OUT [RUNTIME]`
"""

import json
import re
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from web.build import EXTENSION, PACKAGES, Runtime, assemble, wheel
from web.runtime import LOCK, Wrong, indexed, pins, taken

NEEDS = {
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "ipywidgets": ["ipython", "traitlets", "comm"],
    "pandas": ["numpy", "python-dateutil", "tzdata"],
    "piplite": ["micropip"],
    "ipykernel": ["ipython", "comm"],
    "pyodide-kernel": ["ipython", "ipykernel", "jedi"],
}
WANTED = "sqlite3", "anywidget", "pandas", "matplotlib", "within-limits"


def plain(source: str, out: Path) -> None:
    """Build that site anew into a folder; raise Wrong when a file is missing or another one."""
    runtime = pins()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, digest in runtime.core.items():
            (folder / name).write_bytes(taken(source, name, digest))
        lock = json.loads((folder / LOCK).read_bytes())
        for one in (*runtime.start, *runtime.later, *runtime.compared["official"]):
            official = lock["packages"][one]
            data = taken(source, official["file_name"], official["sha256"])
            (folder / official["file_name"]).write_bytes(data)
        lock["packages"]["matplotlib"]["depends"].remove("pytz")
        for name, digest in _added().items():
            (folder / name).write_bytes(indexed(source, name, digest))
            _lock(lock["packages"], folder / name)
        for own in EXTENSION.glob("*.whl"):
            _lock(lock["packages"], Path(shutil.copy(own, folder)))
        wheel(folder)
        _lock(lock["packages"], next(folder.glob("within_limits-*.whl")))
        (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
        assemble(Runtime(folder, "pyodide.mjs", (*PACKAGES, *WANTED)), out)


def _added() -> dict[str, str]:
    runtime = pins()
    return {**runtime.added["start"], **runtime.added["later"], **runtime.compared["added"]}


def _lock(packages: dict[str, dict[str, Any]], path: Path) -> None:
    """Add a wheel to the lock, with what it needs and what it offers."""
    name = re.sub("[-_.]+", "-", path.name.split("-")[0])
    with ZipFile(path) as held:
        files = [file for file in held.namelist() if not re.search(r"\.(dist-info|data)/", file)]
    packages[name] = {
        "name": name,
        "version": path.name.split("-")[1],
        "file_name": path.name,
        "install_dir": "site",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted({file.split("/")[0].removesuffix(".py") for file in files}),
        "depends": NEEDS.get(name, packages.get(name, {}).get("depends", [])),
        "unvendored_tests": False,
    }


if __name__ == "__main__":
    try:
        plain(sys.argv[2] if sys.argv[2:] else pins().base, Path(sys.argv[1]))
    except Wrong as wrong:
        sys.exit(str(wrong))
