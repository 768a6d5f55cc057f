"""The modules import in one direction, stay small, print nothing and reach no network."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"
MAY = {
    "tables": set(),
    "facts": {"tables", "pandas"},
    "rules": {"facts", "tables"},
    "view": {"matplotlib"},
    "show": {"facts", "rules", "tables", "view", "matplotlib"},
    "ask": {"facts", "tables", "view"},
    "explore": {"facts", "rules", "tables", "show", "ask", "view", "ipywidgets"},
    "server": {"jupyter_server"},
}
STANDARD = {
    *(
        "_csv",
        "ast",
        "asyncio",
        "base64",
        "bisect",
        "collections",
        "csv",
        "dataclasses",
        "datetime",
        "difflib",
        "errno",
    ),
    *(
        "functools",
        "hashlib",
        "html",
        "io",
        "itertools",
        "json",
        "math",
        "os",
        "pathlib",
        "re",
        "types",
        "typing",
        "unicodedata",
    ),
}
TREES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in HELPERS.glob("*.py")}


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            path = (node.module or "").split(".")
            inside = path[1:2] or [name.name for name in node.names]
            found |= set(inside) if path[0] == "helpers" else {path[0]}
    return found


def test_there_are_seven_modules() -> None:
    assert set(TREES) - {"__init__"} == set(MAY)


@pytest.mark.parametrize("name", MAY)
def test_a_module_imports_only_what_stands_above_it(name: str) -> None:
    assert imported(TREES[name]) - STANDARD <= MAY[name]


@pytest.mark.parametrize(
    ("shown", "loaded"),
    [
        ("ask.question('exit-dogs')", set()),
        ("explore.question('exit-dogs')._repr_mimebundle_()", set()),
        ("show.limits()", set()),
        ("show.timeline()", set()),
        ("show.border()", {"matplotlib", "numpy"}),
        ("facts.table('claims')", {"pandas", "numpy"}),
    ],
)
def test_a_library_is_loaded_only_for_a_picture_or_a_data_frame(shown: str, loaded: set[str]) -> None:
    seen = "print(*{'matplotlib', 'numpy', 'pandas'}.intersection(sys.modules))"
    code = f"import sys; from helpers import {', '.join(MAY)}; {shown}; {seen}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == loaded


@pytest.mark.parametrize("name", MAY)
def test_no_module_prints(name: str) -> None:
    calls = [node.func for node in ast.walk(TREES[name]) if isinstance(node, ast.Call)]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}


def test_the_code_is_small() -> None:
    lines, bodies = 0, []
    for path in HELPERS.glob("*.py"):
        source, tree = path.read_text(encoding="utf-8"), TREES[path.stem]
        words: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                words |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                bodies.append((body[-1].end_lineno or 0) - body[0].lineno + 1)
        lines += sum(1 for number, line in enumerate(source.splitlines(), 1) if line.strip() and number not in words)
    bodies.sort()
    assert lines <= 1900, f"{lines} lines of code"
    assert statistics.median(bodies) <= 4 and bodies[int(len(bodies) * 0.9)] <= 15, bodies
