"""A lesson shows what is stored with it, in whatever order its cells run, and wherever it lies.

Also whatever a machine takes text for.
"""

import codecs
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from helpers import facts
from helpers.student import journal
from tests.run_lessons import PLAIN, run
from tests.store_outputs import LESSONS as PATHS

ROOT = Path(__file__).parent.parent
LESSONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PATHS}
TYPED, NAME = "Größer – “naïve” Änderung, Київ 🙂", "Zoë Müller"
OPINION = next(one.id for one in facts.library().questions.values() if one.part == "opinion")
PICTURE = r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+"
LOCALES, ORDERS = ("ascii", "cp1252"), ("twice", "backwards", "alone")
WAYS = (*ORDERS, "elsewhere", "root", *LOCALES)


def by_words(output: Any) -> Any:
    """An output with each picture by its words; what a cell printed stays as it is."""
    if isinstance(output, str):
        return output
    return {kind: re.sub(PICTURE, "PICTURE", "".join(text)) for kind, text in output.items()}


def machine(kind: str, folder: Path) -> dict[str, str]:
    """The variables of a machine that takes a text for ASCII, or for CP1252 as Windows does.

    CP1252 has to be made first; where the tool for it is missing, the machine is one of ASCII. Either way, to open a
    text without its encoding is an error.
    """
    made = folder / "west.CP1252"
    if kind == "cp1252" and (tool := shutil.which("localedef")):
        subprocess.run([tool, "-i", "en_US", "-f", "CP1252", str(made)], capture_output=True, check=False)
    western = {"LOCPATH": str(folder), "LC_ALL": made.name} if made.exists() else {}
    return {**PLAIN, "PYTHONIOENCODING": "ascii"} | western


def moved(folder: Path) -> Path:
    """A copy of what a student gets, where a blank and an umlaut stand in the path."""
    new = folder / "Lesson on Tuesday, Prüfung"
    for part in ("helpers", "data", "notebooks"):
        own = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "article.txt")
        shutil.copytree(ROOT / part, new / part, ignore=own)
    return new


@pytest.fixture(scope="module", params=WAYS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], int]:
    """What the lessons show, and how often each cell of theirs runs.

    Elsewhere, no other folder is named for the student's work, so it would go into the one that can't be written.
    """
    way, folder = request.param, tmp_path_factory.mktemp(request.param)
    if way == "elsewhere":
        return run(new := moved(folder), "once", new / "notebooks"), 1
    there = ROOT if way == "root" else ROOT / "notebooks"
    here = machine(way, folder) if way in LOCALES else {}
    found = run(ROOT, way if way in ORDERS else "once", there, WITHIN_LIMITS_HOME=str(folder / "own"), **here)
    assert not here or codecs.lookup(found["encoding"]).name != "utf-8"
    return found, 2 if way == "twice" else 1


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_shows_what_is_stored_and_nothing_else(told: tuple[Mapping[str, Any], int], lesson: str) -> None:
    found, times = told
    code = [cell for cell in LESSONS[lesson]["cells"] if cell["cell_type"] == "code"]
    stored = {cell["id"]: [by_words(output["data"]) for output in cell["outputs"]] for cell in code}
    ran = [name for name, _ in found["lessons"][lesson]]
    assert {name: ran.count(name) for name in stored} == {**dict.fromkeys(stored, times), "setup": 1}
    for name, outputs in found["lessons"][lesson]:
        assert [by_words(output) for output in outputs] == stored[name], f"{lesson}, cell {name}"


def test_no_lesson_writes_into_its_folder_or_asks_another_machine(told: tuple[Mapping[str, Any], int]) -> None:
    assert told[0]["refused"] == []


def python(code: str, folder: Path, **environment: str) -> str:
    """What a short program says that uses the helpers of a folder, on a machine with these variables."""
    strict = "import warnings; warnings.filterwarnings('error', category=EncodingWarning, module='helpers');"
    whole = f"{strict} from helpers import explore; from helpers.student import journal; {code}"
    command = [sys.executable, "-X", "warn_default_encoding", "-c", whole]
    own = {**os.environ, "PYTHONPATH": str(folder), **environment}
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode("ascii").strip()


@pytest.mark.parametrize("kind", LOCALES)
def test_what_a_student_types_is_written_and_read_on_every_machine(kind: str, tmp_path: Path, own_folder: Path) -> None:
    there = machine(kind, tmp_path)
    python(
        f"explore.write({OPINION!r}).set(text={TYPED!a}); explore.work().take({{'student': {NAME!a}}}, 'save')",
        ROOT,
        **there,
    )
    assert [journal.kept(name).answer for name in (OPINION, journal.NAME)] == [TYPED, NAME]
    work = own_folder / "work"
    assert json.loads((work / "answers.jsonl").read_bytes().split(b"\n")[1])["answer"] == TYPED
    again = python(f"print(ascii(explore.write({OPINION!r}).state['text']))", ROOT, **there)
    assert again == ascii(TYPED)
    links = python("print(ascii(explore.work().view(press='save').markup))", ROOT, **there)
    page, table = (b64decode(held).decode("utf-8-sig") for held in re.findall(r'base64,([^"]+)"', links))
    assert TYPED in page and f"<title>My work: {NAME}</title>" in page
    assert any(NAME in row and TYPED in row for row in csv.reader(table.splitlines()))
