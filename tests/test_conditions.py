"""A lesson shows the same wherever it lies, where nothing may be written, and whatever a machine takes text for."""

import codecs
import csv
import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from helpers import ask, facts
from tests.run_lessons import PLAIN, run
from tests.test_contract import LESSONS, ROOT, check

TYPED, NAME = "Größer – “naïve” Änderung, Київ 🙂", "Zoë Müller"
LOCALES = "ascii", "cp1252"
OPINION = next(one.id for one in facts.library().questions.values() if one.part == "opinion")


def machine(kind: str, folder: Path) -> dict[str, str]:
    """The variables of a machine that takes a text for ASCII, or for CP1252 as Windows does.

    CP1252 has to be made first; where the tool for it is missing, the machine is one of ASCII. Either way, to open a
    text without its encoding is an error.
    """
    made = folder / "west.CP1252"
    if kind == "cp1252" and (tool := shutil.which("localedef")):
        subprocess.run([tool, "-i", "en_US", "-f", "CP1252", str(made)], capture_output=True, check=False)
    return {**PLAIN, "PYTHONIOENCODING": "ascii"} | (
        {"LOCPATH": str(folder), "LC_ALL": made.name} if made.exists() else {}
    )


def moved(folder: Path) -> Path:
    """A copy of what a student gets, where a blank and an umlaut stand in the path."""
    new = folder / "Lesson on Tuesday, Prüfung"
    for part in ("helpers", "data", "notebooks"):
        own = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "article.txt")
        shutil.copytree(ROOT / part, new / part, ignore=own)
    return new


@pytest.fixture(scope="module", params=["elsewhere", "root", *LOCALES])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What the lessons show elsewhere, from the folder of the project, or on a machine of the past.

    Elsewhere, no other folder is named for the student's work, so it would go into the one that can't be written.
    """
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "elsewhere":
        return run(new := moved(folder), "once", new / "notebooks")
    if request.param == "root":
        return run(ROOT, "once", ROOT, WITHIN_LIMITS_HOME=str(folder / "own"))
    here = machine(request.param, folder)
    found = run(ROOT, "once", ROOT / "notebooks", WITHIN_LIMITS_HOME=str(folder / "own"), **here)
    assert codecs.lookup(found["encoding"]).name != "utf-8"
    return found


@pytest.mark.parametrize("lesson", LESSONS)
def test_place_and_machine_change_nothing(told: Mapping[str, Any], lesson: str) -> None:
    check(told, lesson)


def test_no_lesson_writes_into_its_folder_or_asks_another_machine(told: Mapping[str, Any]) -> None:
    assert told["refused"] == []


def python(code: str, folder: Path, **environment: str) -> str:
    """What a short program says that uses the helpers of a folder, on a machine with these variables."""
    strict = "import warnings; warnings.filterwarnings('error', category=EncodingWarning, module='helpers');"
    command = [
        sys.executable,
        "-X",
        "warn_default_encoding",
        "-c",
        f"{strict} from helpers import ask, explore; {code}",
    ]
    own = {**os.environ, "PYTHONPATH": str(folder), **environment}
    done = subprocess.run(command, cwd=folder, env=own, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode("ascii").strip()


@pytest.mark.parametrize("kind", LOCALES)
def test_what_a_student_types_is_written_and_read_on_every_machine(kind: str, tmp_path: Path, own_folder: Path) -> None:
    there = machine(kind, tmp_path)
    python(f"explore.write({OPINION!r}).set(text={TYPED!a}); explore.work().set(student={NAME!a})", ROOT, **there)
    assert (ask.kept(OPINION).answer, ask.named()) == (TYPED, NAME)
    work = own_folder / "work"
    assert json.loads((work / "answers.jsonl").read_bytes().split(b"\n")[1])["answer"] == TYPED
    page = (work / "my-work.html").read_text(encoding="utf-8")
    assert TYPED in page and f"<title>My work: {NAME}</title>" in page
    with (work / "my-work.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row[0], row[5]) for row in csv.reader(file)][1:] == [(NAME, TYPED)]
    ask.keep(OPINION, f"{TYPED} – und zurück")
    again = python(f"print(ascii((explore.write({OPINION!r}).state['text'], ask.named())))", ROOT, **there)
    assert again == ascii((f"{TYPED} – und zurück", NAME))


def test_where_nothing_may_be_written_a_text_stays_on_the_page(tmp_path: Path) -> None:
    new = moved(tmp_path)
    shutil.copyfile(ROOT / "tests" / "run_lessons.py", tmp_path / "run_lessons.py")
    code = (
        f"import sys; sys.path.append({str(tmp_path)!r}); from pathlib import Path; from run_lessons import guard;"
        f"guard(Path({str(new)!r}).resolve()); box = explore.write({OPINION!r}).set(text='My text');"
        "print(ascii(box._line.value), ascii(box.state), ascii([one.answer for one in ask.entries()]))"
    )
    said = python(code, new, WITHIN_LIMITS_HOME="")
    assert f"Your answer could not be saved: {os.strerror(errno.EROFS)}" in said
    assert said.endswith("{'text': 'My text'} ['My text']") and not (new / "work").exists()
