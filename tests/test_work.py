"""A student's answers are never lost, by a crash, a full disk, damage or two lessons at once."""

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from helpers import explore, facts
from helpers.student import journal, page
from helpers.student.journal import CHANGED, Entry, keep, kept
from helpers.view import LOOKS

ROOT = Path(__file__).parent.parent
NOT_SAVED = "Your answer could not be saved:"
LATER = "It is kept on this page and will be saved with your next answer."
FULL = f"{NOT_SAVED} the disk is full. Free some space. {LATER}"
BEGIN = """import os, resource, signal, sys
from helpers.student import journal, page
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""


def python(code: str, own: Path, *more: str) -> "subprocess.Popen[str]":
    """Another process with the same folder; `limit` fills its disk."""
    environment = os.environ | {"WITHIN_LIMITS_HOME": str(own), "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", BEGIN + code, *more]
    return subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def answers() -> list[str]:
    return [entry.answer for entry in journal.read()[0]]


@pytest.fixture
def file(own_folder: Path) -> Path:
    """A file with two answers."""
    assert keep("one", "first", "sure") == "" == keep("two", "second")
    return own_folder / "work" / "answers.jsonl"


def test_an_answer_is_kept_with_all_that_is_known_of_it(file: Path) -> None:
    first, second = journal.read()[0]
    assert first[1:4] == ("one", "first", "sure")
    assert second[1:] == ("two", "second", "", "", "", facts.library().edition)
    assert first.at < second.at and kept("one") == first and not kept("three").at
    lines = [json.loads(line) for line in file.read_bytes().split(b"\n")[1:]]
    assert lines == [first._asdict(), second._asdict()]
    keep("exit-dogs", "“так”"), keep("advice/claim", "A claim")
    assert [entry.lesson for entry in journal.read()[0][2:]] == ["lesson-04", "lesson-06"]
    assert '"answer": "“так”"' in file.read_text(encoding="utf-8")


def test_a_file_of_an_earlier_or_a_later_version_is_read_in_its_order(file: Path) -> None:
    """Whatever the clock said when a line was written."""
    earlier = '\n{"at": "2124-05-30", "question": "one", "answer": "old", "sure": "sure"}'
    later = '\n{"at": "1999-01-01", "question": "one", "answer": "new", "mood": [1], "edition": "9"}'
    file.write_text(earlier + later, encoding="utf-8")
    last = Entry("1999-01-01", "one", "new", edition="9")
    assert journal.read() == ((Entry("2124-05-30", "one", "old", "sure"), last), "")
    assert kept("one") == last
    assert keep("one", "new") == "" and len(answers()) == 2, "that of another edition came again"


def test_an_answer_that_stays_is_not_added_and_one_that_changes_replaces_none(file: Path) -> None:
    before = file.read_bytes()
    keep("one", "first", "sure"), keep("one", "first", "guessing"), keep("one", "changed")
    keep("one", "first"), keep("never", "")
    assert answers() == ["first", "second", "first", "changed", "first"]
    assert file.read_bytes().startswith(before)


TYPED = 'two\nlines "and" marks', "Київ, naïve, 🙂", "\ud83d alone", "\x00\u2028\r", "x" * 50_000


@pytest.mark.parametrize("typed", TYPED)
def test_whatever_is_typed_comes_back(own_folder: Path, typed: str) -> None:
    assert keep("one", typed) == "" == keep("two", "next", seen="next")
    assert kept("one").answer == typed.replace("\ud83d", "?")
    assert keep("one", f"{typed}.", seen=typed) == ""


def test_a_page_replaces_no_text_that_it_has_not_seen(file: Path, own_folder: Path) -> None:
    assert keep("one", "second try", seen="first") == ""
    python("journal.keep('one', 'a long memo', seen='second try')", own_folder).wait()
    before = file.read_bytes()
    for stale in ("second try, and more", "", "a long"):
        said = keep("one", stale, seen="second try")
        assert said == f"{CHANGED} It now says: “a long memo”."
    assert keep("one", "a long memo", seen="") == "" and file.read_bytes() == before
    assert keep("one", "both", seen="a long memo") == "" and kept("one").answer == "both"


def test_a_process_that_is_killed_loses_no_answer_that_was_kept(own_folder: Path) -> None:
    """Each line that the process prints is an answer that was said to be kept."""
    code = """for n in range(10**6):
    journal.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 1500), print(n, flush=True)"""
    told, chance = set(), random.Random(3)
    for run in range(6):
        process = python(code, own_folder, str(run))
        first = [process.stdout.readline() for _ in range(chance.randrange(2, 14))]
        process.kill()
        lines = [line for line in [*first, *process.stdout] if line.endswith("\n")]
        told |= {f"{run}-{line.strip()}" for line in lines}
    found = [answer.split(" ")[0] for answer in answers()]
    assert len(told) > 30 and told <= set(found) and len(found) == len(set(found))


def test_two_lessons_at_once_lose_nothing_and_a_third_reads_on(own_folder: Path) -> None:
    code = """for n in range(200):
    assert not journal.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 9_000 * (n % 20 == 0))"""
    both = [python(code, own_folder, name) for name in "ab"]
    while None in [process.poll() for process in both]:
        answers()
    found = [answer.split(" ")[0] for answer in answers()]
    assert sorted(found) == sorted(f"{name}-{n}" for name in "ab" for n in range(200))
    assert [process.wait() for process in both] == [0, 0] and journal.read()[1] == ""


def test_a_full_disk_is_said_and_the_answers_are_saved_later(own_folder: Path) -> None:
    code = """
print(journal.keep("one", "before")), limit(250)
print(journal.keep("one", "during" * 40)), print(journal.keep("two", "still full"))
print([entry.answer[:6] for entry in journal.read()[0]])
limit(resource.RLIM_INFINITY), print(journal.keep("three", "after"))
"""
    said = python(code, own_folder).communicate()[0].split("\n")
    assert said[:5] == ["", FULL, FULL, "['before', 'during', 'still ']", ""]
    assert [answer[:6] for answer in answers()] == ["before", "during", "still ", "after"]


def test_an_answer_written_after_all_is_there_once(own_folder: Path, monkeypatch: Any) -> None:
    def fail(number: int) -> None:
        assert os.fstat(number).st_size > 50, "the system was not given the answer yet"
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        assert keep("one", "first") == FULL
    assert answers() == ["first"] and keep("two", "second") == ""
    assert answers() == ["first", "second"]


def test_a_folder_that_can_not_be_written_is_said_and_all_is_saved_later(own_folder: Path) -> None:
    file = own_folder / "work" / "answers.jsonl"
    file.mkdir(parents=True)
    mend = f"See that {file.parent} is a folder you may change."
    said = f"Is a directory ({file}). {mend}"
    assert keep("one", "first") == f"{NOT_SAVED} {said} {LATER}"
    assert journal.read() == ((kept("one"),), f"Answers can't be read: {said}")
    assert keep("one", "", seen="").startswith(CHANGED)
    file.rmdir(), file.parent.rmdir(), file.parent.write_text("a file in its place")
    assert keep("one", "first").startswith(NOT_SAVED)
    file.parent.unlink()
    assert keep("two", "second") == "" and len(file.read_text("utf-8").split("\n")) == 3
    (file.parent / "other.jsonl").mkdir()  # what is beside it and can't be read hides none of it
    assert answers() == ["first", "second"]


DAMAGED = "Lines of answers in work that can't be read: 1. They stay."
GOOD = '{"at": "2024-05-30", "question": "é", "answer": "a"}'
DAMAGE = {
    "cut": GOOD[:-9].encode(),
    "no JSON": b"{oh dear",
    "deep": b"[" * 100_000,
    "other encoding": GOOD.encode("cp1252"),
    "no answer": GOOD.replace("answer", "says").encode(),
    "a number": GOOD.replace('"a"', "7").encode(),
}


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_said_and_swallows_nothing(file: Path, damage: bytes, last: bool) -> None:
    first, second = file.read_bytes()[1:].split(b"\n")
    whole = b"\n".join([first, second, damage] if last else [first, damage, second])
    file.write_bytes(whole)
    assert DAMAGED == journal.read()[1] and DAMAGED in page.work().words
    assert keep("three", "third") == "" and answers() == ["first", "second", "third"]
    assert file.read_bytes().startswith(whole)


def test_a_file_that_an_editor_saved_again_is_read(file: Path) -> None:
    again = file.read_bytes().strip().replace(b"\n", b"\r\n").replace(b"second", b"other")
    file.write_bytes(b"\xef\xbb\xbf" + again + b"\r\n\r\n")
    assert answers() == ["first", "other"] and journal.read()[1] == ""
    assert keep("three", "third") == "" and answers() == ["first", "other", "third"]


def test_work_of_another_device_is_joined_by_time_and_its_file_is_named(file: Path) -> None:
    first, second = map(json.loads, file.read_text().split("\n")[1:])
    early, late = ({**first, "at": at, "answer": f"of {at}"} for at in ("2020-01-01", "2999-01-01"))
    told = (json.dumps(one).encode() for one in (late, second, early))
    (file.parent / "answers (1).jsonl").write_bytes(b"\n".join([*told, b"{"]))
    assert answers() == ["of 2999-01-01", "of 2020-01-01", "first", "second"]
    assert page.work().words.split("\n")[1] == f"With those of answers (1).jsonl. {DAMAGED}"
    assert keep("one", "again") == "" and kept("one").answer == "again"


def test_the_folder_stands_beside_the_tables_of_a_checkout(monkeypatch: Any) -> None:
    monkeypatch.delenv("WITHIN_LIMITS_HOME")
    assert journal.folder() == ROOT / "work"
    with monkeypatch.context() as installed:
        installed.setattr(journal.tables, "folder", lambda: ROOT / "helpers" / "data")
        assert journal.folder() == Path("work")


# The page to hand in.

MARKUP = "<img src=x onerror=alert(1)> & \"quotes\" 'too'"


def told(name: str, right: bool) -> tuple[str, str, str]:
    """A question, one of its answers, and the reason."""
    asked = facts.library().questions[name]
    option = next(option for option in asked.options if option.right is right)
    return asked.prompt, option.says, option.reason


@pytest.fixture
def answered(own_folder: Path) -> Path:
    """Four questions, of which one was right at the second try; a prediction and three texts."""
    keep(journal.NAME, "Ann"), keep("recall-silence", told("recall-silence", False)[1], "sure")
    keep("recall-silence", told("recall-silence", True)[1], "guessing")
    keep("exit-same", told("exit-same", False)[1], "sure")
    keep("recall-copy", told("recall-copy", True)[1], "fairly sure")
    keep("exit-guide-dog", told("exit-guide-dog", False)[1], "guessing")
    keep("bomber", "allowed", "sure", "8"), keep("advice/claim", f"First line\nsecond line {MARKUP}")
    keep("of-another-year", "=1+1", "sure"), keep("given-up", "emptied"), keep("given-up", "")
    return own_folder / "work"


def saved(kind: str) -> str:
    """A file behind its link."""
    link = rf'download="my-work.{kind}" href="data:text/{kind};base64,([^"]+)"'
    return b64decode(re.findall(link, page.work("save").markup)[0]).decode()


def rows() -> list[list[str]]:
    return list(csv.reader(io.StringIO(saved("csv").removeprefix("\ufeff"), newline="")))


def test_with_nothing_answered_the_pages_say_so(own_folder: Path) -> None:
    assert page.work().words == "My work\nNothing is kept yet." and not own_folder.exists()
    keep("of-another-year", "an answer", "sure")
    assert "How sure you were" not in page.work().words and "\nOther\n" in page.work().words


def test_what_another_report_asked_stands_under_its_lesson(own_folder: Path) -> None:
    town = facts.use(facts.home() / "town")
    keep("after-1", town.questions["after-1"].options[0].says, "sure")
    facts.use(facts.home().parent)
    assert "\nLesson 8\n" in page.work().words and "After-1" in page.work().words


def test_the_page_holds_every_answer_with_its_result_and_its_reason(answered: Path) -> None:
    known, lines = facts.library(), page.work("save").words.split("\n")
    files = ["Save my work as HTML", "Save my work as CSV", "Lesson 3: 8 of 9 questions blank"]
    assert (lines[0], lines[5:8]) == ("My work: Ann", files)
    (asked, wrong, _), (_, right, why) = told("recall-silence", False), told("recall-silence", True)
    silence = f"{asked}: First answer: {wrong}; How sure: sure; Last answer: {right}"
    assert f"{silence}; Result: right; Reason: {why}" in lines
    text = f"Last answer: First line second line {MARKUP}; Result: own words"
    story = f"{known.stories['bomber'].story}: First answer: allowed; How sure: sure; Last answer: allowed"
    assert lines[-6:] == [
        "Lesson 6: 15 of 16 questions blank",
        f"{known.questions['advice'].prompt} (claim): {text}",
        "Other",
        "Of-another-year: First answer: =1+1; How sure: sure; Last answer: =1+1; Result: own words",
        "Predictions",
        f"{story}; Result: not yet; Paragraph: 8",
    ]
    assert told("exit-same", True)[1] not in "\n".join(lines), "the page gave a key away"


def test_the_table_for_a_spreadsheet_has_these_columns(answered: Path) -> None:
    heads, *found = rows()
    assert heads == ["Student", *page.HEADS, *page.MORE] and saved("csv").startswith("\ufeffStudent,Lesson,")
    (silence, wrong, _), (_, right, why) = (told("recall-silence", own) for own in (False, True))
    edition, times = facts.library().edition, [kept("recall-silence").at, journal.tries("recall-silence")[0].at]
    assert found[0][:9] == ["Ann", "lesson-03", silence, wrong, "sure", right, "right", why, ""]
    assert found[0][9:] == ["recall-silence", "not yet", "2", *times[::-1], edition]
    assert found[4][1:2] + found[4][3:9] == ["predictions", "allowed", "sure", "allowed", "not yet", "", "8"]
    assert found[5][9:12] == ["advice/claim", "", "1"], "a text says of its tries only how often it was kept"
    year = ["Ann", "other", "of-another-year", "'=1+1", "sure", "'=1+1", "own words", "", "", "of-another-year"]
    assert [row[:10] for row in found[6:]] == [year]


FORMULAS = {
    **{f"{sign}cmd|' /C calc'!A0": f"'{sign}cmd|' /C calc'!A0" for sign in "=+-@"},
    "foo;=cmd|' /C calc'!A0;": "foo;'=cmd|' /C calc'!A0;",
    "\0=1+\0001": "'=1+1",
    " =1+1": " '=1+1",
    "\ta\t+1|-1\n=1; ' @A1": "\ta\t'+1|'-1\n'=1; ' '@A1",
    "well-kept; 3 = 3, self-made": "well-kept; 3 = 3, self-made",
}


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_is_a_formula_whichever_sign_parts_the_cells(answered: Path, typed: str) -> None:
    keep("typed", typed), keep(journal.NAME, "=Ann")
    found = rows()[1:]
    assert {row[0] for row in found} == {"'=Ann"} and found[-1][5] == FORMULAS[typed]
    for mark in ",;\t|":
        cells = sum(csv.reader(io.StringIO(saved("csv")[1:], newline=""), delimiter=mark), [])
        assert not [cell for cell in cells if cell.lstrip(' "').startswith(tuple("=+-@"))]


def test_what_a_student_types_is_no_markup_and_spoils_no_page(answered: Path) -> None:
    with (answered / "answers.jsonl").open("a") as file:
        file.write('\n{"at": "2024-05-30", "question": "one", "answer": "half \\ud83d"}')
    keep("recall-day", MARKUP, MARKUP), keep(journal.NAME, f"{MARKUP} \ud83d")
    shown = page.work()
    assert shown.markup.count("&lt;img src=x onerror=alert(1)&gt; &amp;") >= 4
    assert "half \ud83d" in shown.words
    assert "<img" not in shown.markup + saved("html")


def test_the_page_to_save_is_whole_and_needs_no_other_file(answered: Path) -> None:
    markup, text = page.work().markup, saved("html")
    assert text.startswith("<!doctype html>") and '<meta charset="utf-8">' in text
    assert "http" not in text and "<script" not in text and LOOKS in text.split("</style>")[0]
    assert "<title>My work: Ann</title>" in text
    assert f"<main>{markup}</main>" in text and not [*answered.glob("my-work*")]


def test_sure_and_wrong_are_counted_at_the_first_try_and_the_key_is_kept(answered: Path) -> None:
    assert page.work().words.split("\n")[1:5] == [
        "How sure you were at the first try",
        "Sure: right: 0; not yet right: 3",
        "Fairly sure: right: 1; not yet right: 0",
        "Guessing: right: 0; not yet right: 1",
    ]


def test_what_was_sure_and_wrong_comes_back_on_another_day_until_it_is_right(answered: Path) -> None:
    assert [*page.due("2020-01-01")] == [] and [*page.due("9999-12-31")] == ["recall-silence", "exit-same"]
    assert explore.review(1).words.startswith("Nothing to come back to")
    (answered / "answers.jsonl").write_text((answered / "answers.jsonl").read_text().replace('"20', '"19'))
    again, wrong, right = explore.review(2), told("exit-same", False)[1], told("exit-same", True)[1]
    assert again.state == {"answer": None, "sure": None}, "the answer given before is not shown"
    assert again.set(answer=wrong, sure="sure").shown.gist.startswith("Not yet: ")
    assert [*page.due("9999-12-31")] == ["recall-silence", "exit-same"]
    again.set(answer=right)
    assert [*page.due("9999-12-31")] == ["recall-silence"] and journal.kept("exit-same").answer == wrong


def test_a_question_is_called_neither_as_a_story_nor_as_a_box() -> None:
    names = {*facts.library().questions}
    assert not names & {*facts.library().stories, journal.NAME} and "/" not in "".join(names)
