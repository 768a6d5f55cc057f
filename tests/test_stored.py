"""Every cell of every lesson says, ran in this process, what is stored with it: in words and in markup with its styles.

It takes seconds where a kernel for each lesson takes a minute, so that a small fault in a view is found at once. That
a lesson runs in a kernel, and that its file is whole, is for test_notebooks.
"""

import ast
import json
import re
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

from tests.store_outputs import LIVE, NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
BYTES = re.compile(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=]+)")


def drawn(picture: re.Match[str]) -> str:
    """Return a drawing of our own as it is. A figure differs by the version of matplotlib: test_snapshots has it."""
    drawing = b64decode(picture[1])
    return "FIGURE" if b"matplotlib" in drawing else drawing.decode()


def run(source: str, names: dict[str, Any]) -> dict[str, str]:
    """Run a cell whose last line is an expression, and return what a lesson shows for it."""
    *steps, last = ast.parse(source).body
    exec(compile(ast.Module(steps, []), "cell", "exec"), names)
    shown, _ = DisplayFormatter().format(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    return {kind: BYTES.sub(drawn, text) for kind, text in shown.items() if kind != LIVE}


def stored(cell: dict[str, Any]) -> dict[str, str]:
    (output,) = cell["outputs"]
    return {kind: BYTES.sub(drawn, "".join(text)) for kind, text in output["data"].items()}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_cell_shows_what_is_stored_with_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(NOTEBOOKS)
    monkeypatch.setattr(sys, "path", [*sys.path])
    names: dict[str, Any] = {}
    try:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                assert run("".join(cell["source"]), names) == stored(cell), cell["id"]
    finally:
        pd.reset_option("display")  # a lesson widens its tables
