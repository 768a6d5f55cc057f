"""The modules import in one direction, stay small and reach no network."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).parent.parent / "helpers"
# Each module may import those before it, and of other libraries its own.
ORDER = (
    *("check.tables", "facts", "rules", "view", "student.journal", "student.copy", "live", "show.parts", "show.policy"),
    *("show.desk", "show.report", "show.drawn", "show", "student.page", "ask", "doors", "student.tasks", "explore"),
)
OWN = {"facts": {"pandas"}, "live": {"anywidget", "traitlets"}, "show.drawn": {"matplotlib"}}
REACHES_OUT = {"ftplib", "http", "smtplib", "socket", "ssl", "subprocess", "urllib", "xmlrpc"}


def named(path: Path) -> str:
    return ".".join(path.relative_to(HELPERS).with_suffix("").parts).removesuffix(".__init__")


PATHS = {named(path): path for path in sorted(HELPERS.rglob("*.py"))}
SOURCES = {name: path.read_text(encoding="utf-8") for name, path in PATHS.items()}
TREES = {name: ast.parse(source) for name, source in SOURCES.items()}
FUNCTIONS = [
    (name, node) for name, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
]


def imported(tree: ast.Module) -> set[str]:
    """The modules of ours by their names within helpers, and of others the libraries."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            home, _, inside = (node.module or "").partition("helpers")
            ours = not home and (node.module or "").startswith("helpers")
            below = [f"{inside}.{alias.name}".strip(".") for alias in node.names]
            whole = inside.strip(".")
            modules = {name if name in PATHS else whole for name in below}
            found |= modules if ours else {(node.module or "").split(".")[0]}
    return found


def test_every_module_has_its_place() -> None:
    assert set(PATHS) - {"__init__", "check", "student"} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_what_stands_above_it(name: str) -> None:
    others = imported(TREES[name]) - {*ORDER[: ORDER.index(name)]} - OWN.get(name, set())
    assert others <= set(sys.stdlib_module_names) - REACHES_OUT


@pytest.mark.parametrize(
    ("shown", "loaded"),
    [
        ("ask.question(q)", set()),
        ("explore.question(q)._repr_mimebundle_()", set()),
        ("explore.limits().shown", set()),
        ("show.timeline()", set()),
        ("show.border()", {"matplotlib", "numpy"}),
        ("facts.table('claims')", {"pandas", "numpy"}),
    ],
)
def test_a_library_is_loaded_only_when_it_is_needed(shown: str, loaded: set[str]) -> None:
    code = f"""import sys; from helpers import ask, explore, facts, rules, show
q = next(iter(facts.library().questions)); {shown}
print(*{{'matplotlib', 'numpy', 'pandas', 'helpers.student.together'}}.intersection(sys.modules))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == loaded


def code_lines(name: str) -> int:
    """How many lines of a module are neither blank, nor a comment, nor in a docstring."""
    words: set[int] = set()
    for node in ast.walk(TREES[name]):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if documented and ast.get_docstring(node):
            words |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(SOURCES[name].splitlines(), 1)
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in words for number, line in lines
    )


def test_the_code_is_small() -> None:
    sizes = {name: code_lines(name) for name in TREES}
    first = sum(size for name, size in sizes.items() if name.split(".")[0] not in ("student", "check"))
    assert first <= FIRST and sum(sizes.values()) <= ALL, sizes
    assert max(len(line) for source in SOURCES.values() for line in source.splitlines()) <= 100
    assert len((HELPERS / "live.js").read_text(encoding="utf-8").splitlines()) <= 350


def test_functions_are_short() -> None:
    bodies = []
    for _, node in FUNCTIONS:
        body = node.body[1:] if ast.get_docstring(node) else node.body
        bodies += [(body[-1].end_lineno or 0) - body[0].lineno + 1] if body else []
    bodies.sort()
    assert statistics.median(bodies) <= 4 and bodies[int(len(bodies) * 0.9)] <= 15, bodies


@pytest.mark.parametrize("name", [name for name in ORDER if name != "live"])
def test_every_public_function_has_an_example_that_runs(name: str) -> None:
    """That it runs is seen by pytest, which tries each."""
    public = [node for node in TREES[name].body if isinstance(node, ast.FunctionDef)]
    shown = {node.name: ast.get_docstring(node) or "" for node in public if node.name[0] != "_"}
    assert [function for function, text in shown.items() if ">>>" not in text] == []


# What a reader meets first, and the whole package, as the design has it; never raised.
FIRST, ALL = 1200, 1700
