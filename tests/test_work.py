"""A student's answers are never lost, by a crash, a full disk, damage or two lessons at once; and all are handed in."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import ask

ROOT = Path(__file__).parent.parent
FULL = (
    "Your answer could not be saved: the disk is full. It is kept on this page and will be saved with your next answer."
    " Free some space."
)


def python(code: str, own: Path, *more: str) -> "subprocess.Popen[str]":
    """Another process with the same folder."""
    run = [sys.executable, "-c", f"import sys\nfrom helpers import ask\n{code}", *more]
    environment = os.environ | {"WITHIN_LIMITS_HOME": str(own), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def answers() -> list[str]:
    return [entry.answer for entry in ask.entries()]


@pytest.fixture
def journal(own_folder: Path) -> Path:
    """A file with two answers."""
    assert ask.keep("one", "first", "sure") == "" == ask.keep("two", "second")
    return own_folder / "work" / "answers.jsonl"


def test_an_answer_is_kept_with_its_time_and_how_sure(journal: Path) -> None:
    first, second = ask.entries()
    assert (first.question, first.answer, first.sure) == ("one", "first", "sure")
    assert (second.question, second.answer, second.sure) == ("two", "second", "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", first.at) and first.at < second.at
    assert ask.kept("one") == first and ask.kept("three") is None
    assert [json.loads(line)["answer"] for line in journal.read_bytes().split(b"\n")[1:]] == ["first", "second"]


def test_the_last_answer_counts_and_the_first_stays(journal: Path) -> None:
    before = journal.read_bytes()
    ask.keep("one", "changed my mind")
    assert ask.kept("one").answer == "changed my mind" and answers() == ["first", "second", "changed my mind"]
    assert journal.read_bytes().startswith(before)


@pytest.mark.parametrize(
    "typed", ['two\nlines "and" marks', "Київ, naïve, 🙂", "\ud83d alone", "\x00\u2028", "x" * 50_000]
)
def test_whatever_is_typed_comes_back(own_folder: Path, typed: str) -> None:
    assert ask.keep("one", typed) == "" == ask.keep("two", "next")
    assert answers() == [typed.replace("\ud83d", "?"), "next"]


def test_another_process_reads_the_answers(journal: Path, own_folder: Path) -> None:
    assert python("print(ask.kept('one').answer)", own_folder).communicate()[0] == "first\n"


def test_a_process_that_is_killed_loses_no_answer_that_was_kept(own_folder: Path) -> None:
    """Each line that the process prints is an answer that was said to be kept."""
    code = "for n in range(10**6):\n    ask.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 3000)\n    print(n, flush=True)"
    told, chance = set(), random.Random(3)
    for run in range(12):
        process = python(code, own_folder, str(run))
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        told |= {f"{run}-{line.strip()}" for line in [first, *process.stdout] if line.endswith("\n")}
        process.wait()
    found = [answer.split(" ")[0] for answer in answers()]
    assert len(told) > 50 and told <= set(found) and len(found) == len(set(found))


def test_two_lessons_at_once_lose_nothing(own_folder: Path) -> None:
    code = "for n in range(200): assert ask.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 20_000 * (n % 2)) == ''"
    both = [python(code, own_folder, name) for name in "ab"]
    assert [one.wait() for one in both] == [0, 0]
    found = [answer.split(" ")[0] for answer in answers()]
    assert sorted(found) == sorted(f"{name}-{n}" for name in "ab" for n in range(200))
    assert ask.read()[1] == ""


def test_a_full_disk_is_said_and_the_answers_are_saved_later(own_folder: Path) -> None:
    code = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(ask.keep("one", "before"))
resource.setrlimit(resource.RLIMIT_FSIZE, (250, resource.RLIM_INFINITY))
print(ask.keep("one", "during" * 40)), print(ask.keep("two", "still full"))
print([entry.answer[:6] for entry in ask.entries()], (ask.folder() / "answers.jsonl").stat().st_size)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(ask.keep("three", "after"))
print([entry.answer[:6] for entry in ask.entries()])
"""
    said = python(code, own_folder).communicate()[0].split("\n")
    assert said[0] == "" and said[1] == said[2] == FULL
    assert said[3] == "['before', 'during', 'still '] 250"
    assert said[4] == "" and said[5] == "['before', 'during', 'still ', 'after']"
    assert [answer[:6] for answer in answers()] == ["before", "during", "still ", "after"]


def test_an_answer_that_was_written_but_not_said_to_be_is_there_once(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        assert ask.keep("one", "first") == FULL
    assert answers() == ["first"]
    assert ask.keep("two", "second") == "" and answers() == ["first", "second"]


def test_a_folder_that_can_not_be_written_is_said_and_the_answers_are_saved_later(own_folder: Path) -> None:
    own_folder.mkdir()
    (own_folder / "work").write_text("a file in its place")
    said = ask.keep("one", "first")
    assert said.startswith("Your answer could not be saved: ") and "It is kept on this page" in said
    assert said.endswith(f"See that {own_folder / 'work'} is a folder that you may read and write.")
    assert answers() == ["first"] and ask.kept("one").answer == "first"
    (own_folder / "work").unlink()
    assert ask.keep("two", "second") == ""
    lines = (own_folder / "work/answers.jsonl").read_bytes().split(b"\n")[1:]
    assert [json.loads(line)["answer"] for line in lines] == ["first", "second"]


def test_a_folder_in_place_of_the_file_is_said(own_folder: Path) -> None:
    (own_folder / "work/answers.jsonl").mkdir(parents=True)
    found, said = ask.read()
    assert found == () and said.startswith("Your answers can't be read: Is a directory (")
    assert ask.keep("one", "first").startswith("Your answer could not be saved: Is a directory (")
    assert answers() == ["first"] and ask.kept("two") is None


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_a_crash_cut_short_swallows_nothing(journal: Path, cut: int) -> None:
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-cut])
    torn = whole[:-cut].rsplit(b"\n", 1)[1]
    assert ask.keep("three", "third") == ""
    assert answers() == ["first", "third"]
    assert journal.read_bytes().startswith(whole[:-cut])
    assert ask.read()[1] == (
        "1 of the lines in work/answers.jsonl can't be read. Nothing was deleted: they are still there, and copied to"
        " work/answers-damaged.txt."
    )
    assert ask.read()[1] and journal.with_name("answers-damaged.txt").read_bytes() == b"\n" + torn


DAMAGE = {
    "no JSON": b"{oh dear",
    "another shape": b'{"at": "2024-05-30T10:00:00+00:00", "question": "one"}',
    "a list": b"[1, 2]",
    "a number": b"7",
    "no day": b'{"at": "once", "question": "one", "answer": "a", "sure": ""}',
    "no text": b'{"at": "2024-05-30T10:00:00+00:00", "question": "one", "answer": 7, "sure": ""}',
    "zeros": bytes(40),
    "no UTF-8": '{"at": "2024-05-30T10:00:00+00:00", "question": "é", "answer": "a", "sure": ""}'.encode("cp1252"),
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_in_the_middle_is_set_aside_and_said(journal: Path, damage: bytes) -> None:
    one, two = journal.read_bytes().split(b"\n")[1:]
    journal.write_bytes(b"\n".join([one, damage, two]))
    assert answers() == ["first", "second"]
    assert ask.read()[1].startswith("1 of the lines in work/answers.jsonl can't be read. Nothing was deleted")
    assert journal.with_name("answers-damaged.txt").read_bytes() == b"\n" + damage
    assert journal.read_bytes() == b"\n".join([one, damage, two])


def test_a_binary_file_in_its_place_is_said_and_new_answers_are_kept(journal: Path) -> None:
    junk = random.Random(5).randbytes(5000)
    journal.write_bytes(junk)
    assert answers() == [] and "can't be read. Nothing was deleted" in ask.read()[1]
    assert ask.keep("one", "anew") == "" and answers() == ["anew"]
    assert journal.read_bytes().startswith(junk)


def test_damage_that_can_not_be_copied_is_said_too(journal: Path) -> None:
    journal.with_name("answers-damaged.txt").mkdir()
    journal.write_bytes(journal.read_bytes() + b"\n{oh dear")
    assert answers() == ["first", "second"]
    assert ask.read()[1].endswith("Nothing was deleted: they are still in the file.")


def test_a_file_that_an_editor_saved_again_is_read(journal: Path) -> None:
    text = journal.read_bytes().strip().replace(b"\n", b"\r\n")
    journal.write_bytes(b"\xef\xbb\xbf" + text + b"\r\n\r\n")
    assert answers() == ["first", "second"] and ask.read()[1] == ""
    assert ask.keep("three", "third") == "" and answers() == ["first", "second", "third"]


def test_the_folder_stands_beside_the_tables_of_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("WITHIN_LIMITS_HOME")
    assert ask.folder() == ROOT / "work"
    monkeypatch.setattr(ask.tables, "folder", lambda: Path(ask.__file__).parent / "data")
    assert ask.folder() == Path("work")
