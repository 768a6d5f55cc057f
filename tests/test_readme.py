"""What the README tells holds: its commands, its links and its list of lessons."""

import json
import os
import re
import subprocess

import pytest
import yaml

from tests.store_outputs import LESSONS as PATHS
from tests.test_environment import README, ROOT

FLOWS = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / ".github/workflows").glob("*.yml")]
RUN_ELSEWHERE = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines() + [
    step["run"] for flow in FLOWS for job in flow["jobs"].values() for step in job["steps"] if "run" in step
]
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
# They run until they are stopped, ask for uv, write to the checkout, or only join others.
BY_HAND = {"make lab", "make serve", "make lock", "make outputs", "make check-all", "make report NAME=ferry"}
WITHIN = {"make site": "make check-site", "make kit": "make check-kit", "make test-pythons": "make test"}
LESSONS = re.findall(r"^\| \[(.+)\]\((notebooks/.+)\) \| .+ \| (\d+) \|$", README, re.MULTILINE)


def commands() -> set[str]:
    """Every command of make in the README, without the comment behind it."""
    lines = [line.split("#")[0].strip() for _, block in BLOCKS for line in block.splitlines()]
    return {line for line in (*lines, *re.findall(r"`([^`\n]+)`", README)) if line[:5] == "make "}


def dry(goal: str) -> str:
    """What make would run, for who calls it with nothing set."""
    own = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    told = ["make", "--dry-run", "--always-make", goal, "PYTHON=python3", "VENV=.venv"]
    return subprocess.check_output(told, cwd=ROOT, env=own, text=True)


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_of_make_is_there_and_run_somewhere(command: str) -> None:
    asked = WITHIN.get(command, command)
    assert command in BY_HAND or any(line.startswith(asked) for line in RUN_ELSEWHERE)
    assert dry(command.split()[1])


def test_what_a_workflow_calls_is_there() -> None:
    assert {"make test", "make release"} <= {line.split(" PYTHON")[0] for line in RUN_ELSEWHERE}
    assert all(dry(line.split()[1]) for line in RUN_ELSEWHERE if line.startswith("make "))


def test_the_commands_for_windows_are_those_of_make() -> None:
    (block,) = (block for _, block in BLOCKS if "Scripts" in block)
    recipe = dry("lab").replace("python3 -m venv", "py -m venv").replace(" --allow-root", "")
    recipe = re.sub(r"(?m)^eval .*'(.+)'", r"\1", recipe)  # without what the user set for pip
    recipe = recipe.replace("--quiet --disable-pip-version-check ", "").replace("bin/", "Scripts/")
    recipe = re.sub(r"(?<=\w)/(?=\w)", r"\\", recipe)
    assert block.splitlines() == [line for line in recipe.splitlines() if line[:3] in ("py ", ".ve")]


def test_the_lines_of_python_say_what_their_comments_tell() -> None:
    (code,) = (block for kind, block in BLOCKS if kind == "python")
    names: dict[str, object] = {}
    exec(code, names)
    judged = re.findall(r"^(rules\.judge.+?)  # ([^:]+):", code, re.MULTILINE)
    assert [eval(call, names).answer for call, _ in judged] == [told for _, told in judged]


def test_each_lesson_is_listed_as_it_opens() -> None:
    assert [path for _, path, *_ in LESSONS] == [path.relative_to(ROOT).as_posix() for path in PATHS]
    for title, path, minutes in LESSONS:
        first = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"][0]
        assert "".join(first["source"]).startswith(f"# {title}\n")
        assert "".join(first["source"]).endswith(f"**Minutes:** {minutes}")


def test_each_file_that_is_linked_is_there() -> None:
    for page in (ROOT / "README.md", *ROOT.glob("[a-z]*/**/*.md")):
        for target in re.findall(r"\]\((?!https:)([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), f"{page}: {target}"
