"""A student's answers are never lost, by a crash, a full disk, damage or two lessons at once; and all are handed in."""

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

from helpers import facts
from helpers.student import journal, page
from helpers.student.journal import CHANGED, Entry, keep, kept
from helpers.view import LOOKS

ROOT = Path(__file__).parent.parent
LATER = "It is kept on this page and will be saved with your next answer."
FULL = f"Your answer could not be saved: the disk is full. {LATER} Free some space."


def python(code: str, own: Path, *more: str) -> "subprocess.Popen[str]":
    """Another process with the same folder; `limit` fills its disk."""
    begin = """import os, resource, signal, sys
from helpers.student import journal, page
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""
    run = [sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning", "-c", begin + code, *more]
    environment = os.environ | {"WITHIN_LIMITS_HOME": str(own), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(run, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


def answers() -> list[str]:
    return [entry.answer for entry in journal.entries()]


@pytest.fixture
def file(own_folder: Path) -> Path:
    """A file with two answers."""
    assert keep("one", "first", "sure") == "" == keep("two", "second")
    return own_folder / "work" / "answers.jsonl"


def test_an_answer_is_kept_with_all_that_is_known_of_it(file: Path) -> None:
    first, second = journal.entries()
    own = facts.library().edition
    assert first[1:4] == ("one", "first", "sure") and second[1:] == ("two", "second", "", "", own, "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", first.at) and first.at < second.at
    assert kept("one") == first and kept("three") is None
    assert [json.loads(line) for line in file.read_bytes().split(b"\n")[1:]] == [first._asdict(), second._asdict()]
    assert keep("exit-dogs", "“так”", "guessing", paragraph="8") == "" == keep("advice/claim", "A claim")
    assert [entry[4:] for entry in journal.entries()[2:]] == [("lesson-04", own, "8"), ("lesson-06", own, "")]
    assert '"answer": "“так”"' in file.read_text(encoding="utf-8")


def test_a_file_of_an_earlier_or_a_later_version_is_read_in_its_order(file: Path) -> None:
    """Whatever the clock said when a line was written."""
    earlier = '\n{"at": "2124-05-30", "question": "one", "answer": "old", "sure": "sure"}'
    later = '\n{"at": "1999-01-01", "question": "one", "answer": "new", "mood": ["good"], "edition": "9"}'
    file.write_text(earlier + later, encoding="utf-8")
    first, last = Entry("2124-05-30", "one", "old", "sure"), Entry("1999-01-01", "one", "new", edition="9")
    assert journal.read() == ((first, last), "") and kept("one") == last and page.work().words.count("1999") == 1
    assert keep("one", "new") == "" and len(answers()) == 2, "an answer of another edition was added again"


def test_an_answer_that_stays_is_not_added_and_one_that_changes_replaces_none(file: Path) -> None:
    before = file.read_bytes()
    for sure, paragraph in (("sure", ""), ("guessing", ""), ("guessing", "8"), ("guessing", "8")):
        keep("one", "first", sure, paragraph=paragraph)
    keep("one", "changed my mind"), keep("one", "first")
    assert [entry[2:4] for entry in journal.tries("one")] == [("first", "sure"), ("changed my mind", ""), ("first", "")]
    assert len(answers()) == 6 and kept("one").answer == "first" and file.read_bytes().startswith(before)


def test_whatever_is_typed_comes_back(own_folder: Path) -> None:
    for typed in ('two\nlines "and" marks', "Київ, naïve, 🙂", "\ud83d alone", "\x00\u2028\r", "x" * 50_000):
        assert keep("one", typed) == "" == keep("two", "next", seen="next") == keep("three", "more")
        assert kept("one").answer == typed.replace("\ud83d", "?") and keep("one", f"{typed}.", seen=typed) == ""


def test_a_page_replaces_no_text_that_it_has_not_seen(file: Path, own_folder: Path) -> None:
    assert keep("one", "second try", seen="first") == ""
    python("journal.keep('one', 'a long memo', seen='second try')", own_folder).wait()
    before = file.read_bytes()
    for stale in ("second try, and more", "", "a long"):
        said = keep("one", stale, seen="second try")
        assert said.startswith(f"{CHANGED} ") and said.endswith("then save again.")
    assert keep("one", "a long memo", seen="") == "" and file.read_bytes() == before
    assert keep("one", "both", seen="a long memo") == "" == keep("new", "text", seen="")
    assert kept("one").answer == "both" and kept("new").answer == "text"


def test_a_process_that_is_killed_loses_no_answer_that_was_kept(own_folder: Path) -> None:
    """Each line that the process prints is an answer that was said to be kept."""
    code = "for n in range(10**6): journal.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 1500), print(n, flush=True)"
    told, chance = set(), random.Random(3)
    for run in range(8):
        process = python(code, own_folder, str(run))
        first = [process.stdout.readline() for _ in range(chance.randrange(2, 14))]
        process.kill()
        told |= {f"{run}-{line.strip()}" for line in [*first, *process.stdout] if line.endswith("\n")}
        process.wait()
    found = [answer.split(" ")[0] for answer in answers()]
    assert len(told) > 30 and told <= set(found) and len(found) == len(set(found))


def test_two_lessons_at_once_lose_nothing_and_a_third_reads_on(own_folder: Path) -> None:
    code = "for n in range(200): assert journal.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 9_000 * (n % 20 == 0)) == ''"
    both = [python(code, own_folder, name) for name in "ab"]
    while None in [one.poll() for one in both]:
        answers()
    found = [answer.split(" ")[0] for answer in answers()]
    assert sorted(found) == sorted(f"{name}-{n}" for name in "ab" for n in range(200))
    assert [one.wait() for one in both] == [0, 0] and journal.read()[1] == ""


def test_a_full_disk_is_said_and_the_answers_are_saved_later(own_folder: Path) -> None:
    code = """
print(journal.keep("one", "before")), limit(250)
print(journal.keep("one", "during" * 40)), print(journal.keep("two", "still full"))
print([entry.answer[:6] for entry in journal.entries()], (journal.folder() / "answers.jsonl").stat().st_size)
limit(resource.RLIM_INFINITY), print(journal.keep("three", "after"))
"""
    said = python(code, own_folder).communicate()[0].split("\n")
    assert said[:5] == ["", FULL, FULL, "['before', 'during', 'still '] 250", ""]
    assert [answer[:6] for answer in answers()] == ["before", "during", "still ", "after"]


def test_an_answer_that_was_written_but_not_said_to_be_is_there_once(own_folder: Path, monkeypatch: Any) -> None:
    def fail(number: int) -> None:
        assert os.fstat(number).st_size > 50, "the system was not given the answer yet"
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        assert keep("one", "first") == FULL
    assert answers() == ["first"] and keep("two", "second") == "" and answers() == ["first", "second"]


def test_a_folder_that_can_not_be_written_is_said_and_the_answers_are_saved_later(own_folder: Path) -> None:
    own_folder.mkdir()
    (own_folder / "work").write_text("a file in its place")
    said = keep("one", "first")
    assert said.startswith("Your answer could not be saved: ") and LATER in said
    assert said.endswith(f"See that {own_folder / 'work'} is a folder that you may read and write.")
    assert keep("one", "", seen="").startswith(CHANGED) and "The page could not be written" in page.work().words
    (own_folder / "work").unlink()
    assert keep("two", "second") == "" and answers() == ["first", "second"]
    lines = (own_folder / "work/answers.jsonl").read_bytes().split(b"\n")[1:]
    assert [json.loads(line)["answer"] for line in lines] == ["first", "second"]


def test_a_folder_in_place_of_the_file_is_said(own_folder: Path) -> None:
    (own_folder / "work/answers.jsonl").mkdir(parents=True)
    assert keep("one", "first").startswith("Your answer could not be saved: Is a directory (")
    found, said = journal.read()
    assert [*found] == [kept("one")] and said.startswith("Your answers can't be read: Is a directory (")


@pytest.mark.parametrize("cut", range(1, 110, 13))
def test_a_line_that_a_crash_cut_short_swallows_nothing(file: Path, cut: int) -> None:
    whole = file.read_bytes()[:-cut]
    file.write_bytes(whole)
    assert keep("three", "third") == "" and answers() == ["first", "third"]
    assert file.read_bytes().startswith(whole)
    said = "1 of the lines in work/answers.jsonl can't be read. Nothing was deleted: they are still there, and copied"
    assert journal.read()[1] == journal.read()[1] == f"{said} to work/answers-damaged.txt."
    assert file.with_name("answers-damaged.txt").read_bytes() == b"\n" + whole.rsplit(b"\n", 1)[1]


GOOD = '{"at": "2024-05-30", "question": "é", "answer": "a"}'
WRONG = ('"answer"', '"says"'), ('"a"', "7"), ("2024-05-30", "once"), ("2024-05-30", "0001-01-01")
BROKEN = b"{oh dear", b"[1]", b'"at question answer"', b"[" * 100_000, GOOD.encode("cp1252"), bytes(range(11, 256)) * 20
DAMAGE = dict(enumerate([*BROKEN, bytes(40), *(GOOD.replace(*pair).encode() for pair in WRONG)]))


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_in_the_middle_is_set_aside_and_said(file: Path, damage: bytes) -> None:
    whole = file.read_bytes().replace(b"}\n", b"}\n" + damage + b"\n")
    file.write_bytes(whole)
    assert "1 of the lines in work/answers.jsonl can't be read. Nothing was deleted" in page.work().words
    assert file.with_name("answers-damaged.txt").read_bytes() == b"\n" + damage
    assert keep("three", "third") == "" and answers() == ["first", "second", "third"]
    assert file.read_bytes().startswith(whole)


def test_damage_that_can_not_be_copied_is_said_too(file: Path) -> None:
    file.with_name("answers-damaged.txt").mkdir()
    file.write_bytes(file.read_bytes() + b"\n{oh dear")
    assert journal.read()[1].endswith("Nothing was deleted: they are still in the file.")


def test_a_file_that_an_editor_saved_again_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().strip().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert answers() == ["first", "second"] and journal.read()[1] == ""
    assert keep("three", "third") == "" and answers() == ["first", "second", "third"]


def test_of_a_long_file_only_what_is_new_is_read(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("one", "first")
    file, sizes = own_folder / "work/answers.jsonl", []
    line = file.read_text("utf-8")
    file.write_text("".join(line.replace("first", f"answer {number}") for number in range(100_000)), "utf-8")

    class Counting(io.FileIO):
        def read(self, size: int = -1) -> bytes:
            sizes.append(len(data := super().read(size)))
            return data

    monkeypatch.setattr(Path, "open", lambda own, mode: Counting(own, mode))
    assert len(answers()) == 100_000 and sizes == [file.stat().st_size]
    assert kept("one").answer == "answer 99999" and kept("none") is None and len(sizes) == 1, "it was read again"
    python("journal.keep('two', 'from elsewhere')", own_folder).wait()
    assert keep("one", "mine") == "" and answers()[-3:] == ["answer 99999", "from elsewhere", "mine"]
    assert len(answers()) == 100_002 and len(sizes) == 3 and sum(sizes[1:]) < 1500


ANEW = {
    rb"\n[^\n]*$": (b"", ["first"]),
    b"first": (b"other", ["other", "second"]),
    b"fir": (b"a longer fir", ["a longer first", "second"]),
    b"}$": (b"}glued", ["first"]),
}


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("old", ANEW)
def test_a_file_that_did_not_only_grow_is_read_anew(file: Path, old: bytes, replaced: bool) -> None:
    new, left = ANEW[old]
    assert answers() == ["first", "second"]
    written = file.with_name("beside") if replaced else file
    written.write_bytes(re.sub(old, new, file.read_bytes()) + b"\n" * 99 * replaced)
    os.utime(written, (1, 1))
    written.replace(file)
    assert answers() == left
    file.unlink()
    assert answers() == []


def test_a_file_that_grows_while_it_is_looked_at_is_read_on(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(os, "fstat", lambda _: os.stat_result([0] * 10))
        assert len(answers()) == 2
    assert len(answers()) == 2 and journal.read()[1] == ""


def test_the_folder_stands_beside_the_tables_of_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
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
    return asked.prompt, *next((one.says, one.reason) for one in asked.options if one.right is right)


@pytest.fixture
def answered(own_folder: Path) -> Path:
    """Four questions, of which one was right at the second try; a prediction and three texts."""
    keep("recall-silence", told("recall-silence", False)[1], "sure")
    keep("recall-silence", told("recall-silence", True)[1], "guessing")
    keep("exit-same", told("exit-same", False)[1], "sure")
    keep("recall-limit", told("recall-limit", True)[1], "fairly sure")
    keep("reason-kyiv", told("reason-kyiv", False)[1], "guessing")
    keep("bomber", "allowed")
    keep("advice/claim", f"First line\nsecond line {MARKUP}")
    keep("of-another-year", "=1+1", "sure")
    keep("given-up", "emptied"), keep("given-up", "")
    return own_folder / "work"


def saved(folder: Path) -> list[list[str]]:
    return list(csv.reader((folder / "my-work.csv").open(encoding="utf-8-sig", newline="")))


def test_with_nothing_answered_the_pages_say_so(own_folder: Path) -> None:
    assert page.work().words == f"My work\n{page.sure().words}" and not own_folder.exists()
    keep("of-another-year", "an answer", "sure")
    assert page.sure().words == "Nothing is kept yet."
    keep("recall-silence", told("recall-silence", True)[1], "sure")
    assert page.sure().markup.count("<table") == 1, "there is a list of what was sure and wrong"


def test_the_page_holds_every_answer_with_its_result_and_the_reason_of_that_option(answered: Path) -> None:
    first, *lines = page.work("Ann Example").words.split("\n")
    assert first == "My work: Ann Example" and re.fullmatch(r"Last answer: \d+ \w+ \d{4}\.", lines[0])
    assert lines[1:3] == ["Save my work as HTML", "Save my work as CSV"] and lines[3].startswith("Lesson 3: ")
    (asked, wrong, _), (_, right, why) = told("recall-silence", False), told("recall-silence", True)
    silence = f"{asked}: First answer: {wrong}; How sure: sure; Last answer: {right}"
    assert f"{silence}; Result: right; Reason: {why}" in lines
    _, missed, why = told("exit-same", False)
    assert f"How sure: sure; Last answer: {missed}; Result: not yet; Reason: {why}" in "\n".join(lines)
    known = facts.library()
    count = [question.lesson for question in known.questions.values()].count("lesson-06")
    assert lines[-6:] == [
        f"Lesson 6: {count - 1} of {count} questions blank: texts",
        f"{known.questions['advice'].prompt} (claim): First line second line {MARKUP}",
        "Other: texts",
        "Of-another-year: =1+1",
        "Predictions",
        f"{known.stories['bomber'].story}: First answer: allowed; Last answer: allowed; Result: not yet",
    ]
    assert told("exit-same", True)[1] not in "\n".join(lines), "the page gave a key away"
    assert page.work("").gist == page.work().gist == "My work" and '<span class="wl-own-text">' in page.work().markup


def test_the_table_for_a_spreadsheet_has_these_columns(answered: Path) -> None:
    page.work("Ann")
    assert (answered / "my-work.csv").read_bytes().startswith("\ufeffStudent,Lesson,".encode())
    heads, *rows = saved(answered)
    assert heads == ["Student", "Lesson", "Question", "First answer", "How sure", "Last answer", "Result", "Reason"]
    (silence, wrong, _), (_, right, why) = told("recall-silence", False), told("recall-silence", True)
    assert rows[0] == ["Ann", "lesson-03", silence, wrong, "sure", right, "right", why]
    assert rows[4][1:2] + rows[4][3:] == ["predictions", "allowed", "", "allowed", "not yet", ""]
    assert rows[6:] == [["Ann", "other", "of-another-year", "", "sure", "'=1+1", "own words", ""]]


FORMULAS = {
    **{f"{sign}cmd|' /C calc'!A0": f"'{sign}cmd|' /C calc'!A0" for sign in "=+-@\t\r"},
    "foo;=cmd|' /C calc'!A0;": "'foo;'=cmd|' /C calc'!A0;",
    "\0=1+\0001": "'=1+1",
    " =1+1": "' '=1+1",
    'a,"=1+1"': "'a,\"'=1+1\"",
    "a\t+1|-1\n=1; ' @A1": "'a\t'+1|'-1\n'=1; ' '@A1",
    "well-kept; 3 = 3, self-made": "well-kept; 3 = 3, self-made",
}


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_is_a_formula_whichever_sign_parts_the_cells(answered: Path, typed: str) -> None:
    keep("typed", typed)
    page.work("=Ann")
    heads, *rows = saved(answered)
    assert {row[0] for row in rows} == {"'=Ann"} and rows[-1][5] == FORMULAS[typed]
    text = (answered / "my-work.csv").read_text("utf-8-sig")
    for mark in ",;\t|":
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) for cell in row]
        assert not [cell for cell in cells if cell.lstrip(' "').startswith(tuple("=+-@"))]


def test_what_a_student_types_is_no_markup_and_half_of_a_sign_spoils_no_page(answered: Path) -> None:
    line = b'\n{"at": "2024-05-30", "question": "one", "answer": "half \\ud83d"}'
    (answered / "answers.jsonl").write_bytes((answered / "answers.jsonl").read_bytes() + line)
    keep("recall-day", MARKUP, MARKUP)
    shown = page.work(f"{MARKUP} \ud83d")
    assert shown.markup.count("&lt;img src=x onerror=alert(1)&gt; &amp;") >= 4 and "half \ud83d" in shown.words
    assert "<img" not in shown.markup + page.sure().markup + (answered / "my-work.html").read_text("utf-8")


def test_the_files_are_whole_pages_behind_their_links(answered: Path) -> None:
    markup, text = page.work("Ann").markup, (answered / "my-work.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and '<meta charset="utf-8">' in text and "<script" not in text
    assert "http" not in text and "<title>My work: Ann</title>" in text and LOOKS in text.split("</style>")[0]
    links = re.findall(r'<p class="wl-text"><a .*?</a></p>', markup)
    assert f"<main>{markup.replace(''.join(links), '')}</main>" in text
    for link, kind in zip(links, ("html", "csv"), strict=True):
        (held,) = re.findall(rf'download="my-work.{kind}" href="data:text/{kind};base64,([^"]+)"', link)
        assert b64decode(held) == (answered / f"my-work.{kind}").read_bytes()


def test_a_page_that_can_not_be_written_is_shown_and_tears_no_older_one(answered: Path, own_folder: Path) -> None:
    page.work("Ann")
    before = {path.name: path.read_bytes() for path in answered.iterdir()}
    said = python("limit(5000); print(page.work().words)", own_folder).communicate()[0]
    assert said.count("The page could not be written: the disk is full. Free some space.") == 1
    assert {path.name: path.read_bytes() for path in answered.iterdir()} == before and "Save my work as CSV" in said
    (answered / "my-work.html").unlink(), (answered / "my-work.html").mkdir()
    assert f"The page could not be written: Is a directory ({answered / 'my-work.html'})" in page.work().words


def test_sure_and_wrong_are_counted_at_the_first_try_and_the_key_is_kept(answered: Path) -> None:
    first, *counts, second, silence, same = page.sure().words.split("\n")
    assert (first, second) == ("How sure you were at the first try", "You were sure, and it was not right yet")
    assert counts[:2] == ["Sure: right: 0; not yet right: 2", "Fairly sure: right: 1; not yet right: 0"]
    assert counts[2:] == ["Guessing: right: 0; not yet right: 1"]
    assert silence == f"{told('recall-silence', True)[0]}: Lesson 3"
    assert same == f"{told('exit-same', True)[0]}: paragraph 5"


def test_a_question_is_called_neither_as_a_story_nor_as_a_box() -> None:
    names = {*facts.library().questions}
    assert not names & {*facts.library().stories, journal.NAME} and not any("/" in name for name in names)
