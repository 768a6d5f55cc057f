"""What the README tells holds: its commands run, and its numbers come from somewhere."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
import yaml

from tests.faults import faults
from tests.test_environment import MAKE, PROJECT, README, ROOT
from tests.test_notebooks import LESSONS, prose

MONTHLY = yaml.safe_load((ROOT / ".github" / "workflows" / "monthly.yml").read_text(encoding="utf-8"))
RUN_ELSEWHERE = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() + [
    step["run"] for job in MONTHLY["jobs"].values() for step in job["steps"] if "run" in step
]
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
PROSE = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:make|py|conda|jupyter) \S.*|\.venv\S+ .*")
# These run until they are stopped, so a test starts them, looks, and stops them.
STARTED = {"make lab", "make serve", ".venv/bin/jupyter notebook notebooks/00-start-here.ipynb"}
WITHIN = {"make site": "make check-site", "make test-pythons": "make test"}  # the second runs what the first does
BY_HAND = {
    "make hub",
    "make check-hub",
    "make outputs",
    "make lock",
}  # they ask for Node.js or uv, or write to the checkout


def commands() -> set[str]:
    """Every command of the README, without the comment behind it."""
    blocks = [line.split("#")[0].strip() for kind, block in BLOCKS if not kind for line in block.splitlines()]
    return {one for one in (*blocks, *re.findall(r"`([^`\n]+)`", PROSE)) if COMMAND.fullmatch(one)}


def dry(*goals: str) -> str:
    """What make would run, for who calls it with nothing set."""
    own = {name: value for name, value in os.environ.items() if "MAKE" not in name and name not in ("PYTHON", "VENV")}
    return subprocess.check_output(["make", "--dry-run", "--always-make", *goals], cwd=ROOT, env=own, text=True)


def test_each_command_of_make_is_run_here_by_the_build_or_every_month() -> None:
    made = {one for one in commands() if one.startswith("make ")}
    for one in made - STARTED - BY_HAND:
        assert any(line.startswith(WITHIN.get(one, one)) for line in RUN_ELSEWHERE), one
    for one in made:
        assert dry(*one.split()[1:]), one


def test_the_commands_for_windows_are_those_of_make() -> None:
    recipe = dry("lab").replace("python3 -m venv", "py -m venv").replace("--quiet --disable-pip-version-check ", "")
    recipe = (
        recipe.replace(".venv/bin/", ".venv\\Scripts\\")
        .replace(" --allow-root", "")
        .replace("notebooks/", "notebooks\\")
    )
    (block,) = (block for _, block in BLOCKS if "Scripts" in block)
    assert block.splitlines() == [line for line in recipe.splitlines() if line.startswith(("py ", ".venv"))]
    assert ".venv\\Scripts\\python -m tests" in commands() and ".venv/bin/python -m tests" in dry("test")


def test_what_was_not_tried_is_said_to_be_so() -> None:
    blocks = re.split(r"\n\n(?=\S)", README)
    for at, block in enumerate(blocks):
        if re.match(r"```\n(conda|py) ", block):
            assert "not tried here" in blocks[at - 1], block


def free() -> int:
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[None]:
    """Run a command until its test is done, with all that Jupyter keeps in a folder of its own."""
    kept = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def answer(address: str) -> str:
    """What a server says that is only just starting."""
    own = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        try:
            with own.open(address, timeout=30) as told:
                return str(told.read().decode())
        except URLError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


@pytest.mark.parametrize("page", ["lab", "notebook"])
def test_the_two_pages_open_the_first_lesson(page: str, tmp_path: Path) -> None:
    lab = dry("lab").splitlines()[-1]
    (notebook,) = (one for one in commands() if one.startswith(".venv/bin/jupyter"))
    program, *more = {"lab": lab, "notebook": notebook}[page].split()
    assert program == ".venv/bin/jupyter" and more[-1] == "notebooks/00-start-here.ipynb" and more[0] == page
    port = free()
    root = ["--allow-root"] if "--allow-root" in lab else []
    more = [*dict.fromkeys([*more, *root]), "--no-browser", f"--port={port}", "--IdentityProvider.token=here"]
    with started([str(Path(sys.executable).with_name("jupyter")), *more], tmp_path):
        place = {"lab": "lab/tree", "notebook": "notebooks"}[page]
        assert "jupyter-config-data" in answer(
            f"http://127.0.0.1:{port}/{place}/notebooks/00-start-here.ipynb?token=here"
        )


def test_a_folder_is_served(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>A lesson.</p>", encoding="utf-8")
    port = free()
    with started(["make", "serve", f"SITE={tmp_path}", f"PORT={port}", f"PYTHON={sys.executable}"], tmp_path):
        assert answer(f"http://127.0.0.1:{port}/") == "<p>A lesson.</p>"


def test_the_lines_of_python_say_what_their_comments_tell() -> None:
    (code,) = (block for kind, block in BLOCKS if kind == "python")
    lines = code.strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(line for line in lines if not line.startswith("rules.judge")), names)
    judged = [line.split("  # ") for line in lines if line.startswith("rules.judge")]
    assert len(judged) == 2
    for call, told in judged:
        assert eval(call, names).answer == told.split(":")[0]


def test_each_number_comes_from_somewhere() -> None:
    known = {name[:2] for name in LESSONS} | {str(len(faults()))}
    known |= {re.search(r"Minutes:\*\* (\d+)", prose(name))[1] for name in LESSONS}
    known |= set(re.findall(r"^PYTHONS = (.+)", MAKE, re.MULTILINE)[0].split())
    known |= set(re.findall(r"==(\S+)", re.findall(r"^OLDEST = (.+)", MAKE, re.MULTILINE)[0]))
    known |= {PROJECT["requires-python"].removeprefix(">="), "4.0"}  # the licence
    told = re.sub(r"\]\([^)]*\)", "]", PROSE)
    told = told.replace("30 May 2024", "").replace("November 2025", "")  # the lessons' own tests hold these
    assert set(re.findall(r"\d+(?:\.\d+)*", told)) <= known
    assert f"plants {len(faults())} realistic faults" in README


def test_each_file_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
