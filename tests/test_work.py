"""A student's answers are never lost, by a crash, a full disk, damage or two lessons at once; and all are handed in."""

import asyncio
import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import ask, explore, facts, show
from helpers.view import View, in_words, sheet
from tests.test_show import parsed

ROOT = Path(__file__).parent.parent
OPINION = "advice"
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


def test_an_answer_is_kept_in_its_own_letters(own_folder: Path) -> None:
    ask.keep("one", "“так”")
    assert '"answer": "“так”"' in (own_folder / "work/answers.jsonl").read_text(encoding="utf-8")


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
    code = "for n in range(10**6):\n    ask.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 1500)\n    print(n, flush=True)"
    told, chance = set(), random.Random(3)
    for run in range(8):
        process = python(code, own_folder, str(run))
        first = [process.stdout.readline() for _ in range(chance.randrange(2, 14))]
        process.send_signal(signal.SIGKILL)
        told |= {f"{run}-{line.strip()}" for line in [*first, *process.stdout] if line.endswith("\n")}
        process.wait()
    found = [answer.split(" ")[0] for answer in answers()]
    assert len(told) > 30 and told <= set(found) and len(found) == len(set(found))


def test_two_lessons_at_once_lose_nothing(own_folder: Path) -> None:
    code = "for n in range(200): assert ask.keep('one', f'{sys.argv[1]}-{n} ' + 'x' * 9_000 * (n % 20 == 0)) == ''"
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
    "before all days": b'{"at": "0001-01-01", "question": "one", "answer": "a", "sure": ""}',
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


# The page to hand in.

MARKUP = "<img src=x onerror=alert(1)> & \"quotes\" 'too'"


def option(name: str, right: bool) -> str:
    return next(one.says for one in facts.library().questions[name].options if one.right is right)


def reason(name: str, says: str) -> str:
    return next(one.reason for one in facts.library().questions[name].options if one.says == says)


@pytest.fixture
def answered(own_folder: Path) -> Path:
    """Four questions, of which one was right at the second try; a prediction and two texts."""
    ask.keep("recall-silence", option("recall-silence", False), "sure")
    ask.keep("recall-silence", option("recall-silence", True), "guessing")
    ask.keep("exit-same", option("exit-same", False), "sure")
    ask.keep("recall-limit", option("recall-limit", True), "fairly sure")
    ask.keep("reason-kyiv", option("reason-kyiv", False), "guessing")
    ask.keep("bomber", "allowed")
    ask.keep("my-text", f"First line\nsecond line {MARKUP}")
    ask.keep("my-memo/claim", "=1+1")
    return own_folder / "work"


def test_with_nothing_answered_the_pages_say_so(own_folder: Path) -> None:
    assert ask.work().words == "My work\nNothing is kept yet." and ask.sure().words == "Nothing is kept yet."
    assert not own_folder.exists()


def test_the_page_holds_every_answer_with_its_result_and_the_reason_of_that_option(answered: Path) -> None:
    shown = ask.work("Ann Example")
    lines = shown.words.split("\n")
    assert lines[0] == "My work: Ann Example" and re.fullmatch(r"Last answer: \d+ \w+ \d{4}\.", lines[1])
    wrong, right = option("recall-silence", False), option("recall-silence", True)
    prompt = facts.library().questions["recall-silence"].prompt
    assert (
        f"{prompt}: First answer: {wrong}; How sure: sure; Last answer: {right}; Result: right;"
        f" Reason: {reason('recall-silence', right)}"
    ) in lines
    missed = option("exit-same", False)
    assert f"Last answer: {missed}; Result: not yet; Reason: {reason('exit-same', missed)}" in shown.words
    for name, says in (("my-memo (claim)", "=1+1"), ("my-text", f"First line second line {MARKUP}")):
        assert f"{name}: {says}".lower() in shown.words.lower()
    assert facts.library().stories["bomber"].story in shown.words
    assert option("exit-same", True) not in shown.words, "the page gave a key away"
    for entry in ask.entries():
        assert " ".join(entry.answer.split()) in shown.words


def test_the_page_has_a_table_for_each_lesson_and_one_for_its_texts(own_folder: Path) -> None:
    known, missed, story = facts.library(), option("exit-fair-line", False), facts.library().stories["bomber"]
    ask.keep("bomber", story.answer)
    ask.keep("advice/claim", "Two\nlines")
    ask.keep("exit-fair-line", missed, "sure")
    ask.keep("of-another-year", "An answer", "sure")
    fair, memo = known.questions["exit-fair-line"].prompt, known.questions["advice"].prompt
    blank = sum(one.lesson == "lesson-06" for one in known.questions.values()) - 2
    page = ask.work()
    assert page.words.split("\n")[4:] == [
        f"Lesson 6: {blank} of {blank + 2} questions blank",
        f"{fair}: First answer: {missed}; How sure: sure; Last answer: {missed}; Result: not yet;"
        f" Reason: {reason('exit-fair-line', missed)}",
        f"Lesson 6: {blank} of {blank + 2} questions blank: texts",
        f"{memo} (claim): Two lines",
        "Other: texts",
        "Of-another-year: An answer",
        "Predictions",
        f"{story.story}: First answer: {story.answer}; Last answer: {story.answer}; Result: right",
    ]
    assert re.findall(r'scope="col">([^<]*)', page.markup) == [
        *("Question", "First answer", "How sure", "Last answer", "Result", "Reason"),
        *("Question", "My text") * 2,
        *("Question", "First answer", "How sure", "Last answer", "Result", "Reason"),
    ]
    assert '<span style="white-space:pre-line">Two\nlines</span>' in page.markup


def test_the_table_for_a_spreadsheet_has_these_columns(answered: Path) -> None:
    ask.work()
    heads, *rows = csv.reader((answered / "my-work.csv").open(encoding="utf-8-sig", newline=""))
    assert heads == [
        *("Student", "Lesson", "Question", "First answer", "How sure", "Last answer", "Result", "Reason"),
    ]
    wrong, right = option("recall-silence", False), option("recall-silence", True)
    silence = facts.library().questions["recall-silence"].prompt
    told = reason("recall-silence", right)
    assert rows[0] == ["", "lesson-03", silence, wrong, "sure", right, "right", told]
    bomber = facts.library().stories["bomber"].story
    assert rows[-3] == ["", "predictions", bomber, "allowed", "", "allowed", "not yet", ""]
    assert rows[-1] == ["", "other", "my-memo (claim)", "", "", "'=1+1", "own words", ""]


def test_the_page_counts_what_is_blank(answered: Path) -> None:
    for lesson, answers in (("lesson-03", 1), ("lesson-04", 1), ("lesson-05", 2)):
        asked = sum(one.lesson == lesson for one in facts.library().questions.values())
        assert f"Lesson {lesson[-1]}: {asked - answers} of {asked} questions blank" in ask.work().words.split("\n")


def test_what_a_student_types_is_no_markup(answered: Path) -> None:
    ask.keep("recall-day", MARKUP, MARKUP)
    for markup in (ask.work(MARKUP).markup, ask.sure().markup, (answered / "my-work.html").read_text("utf-8")):
        assert "<img" not in markup
    assert ask.work(MARKUP).markup.count("&lt;img src=x onerror=alert(1)&gt; &amp;") >= 4


def test_the_file_is_a_whole_page_that_prints_well(answered: Path) -> None:
    shown, text = ask.work("Ann"), (answered / "my-work.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and '<meta charset="utf-8">' in text and "<script" not in text
    assert "http" not in text and "Save my work" not in text
    links = "Save my work as HTML\nSave my work as CSV\n"
    assert in_words(text.split("<main>")[1].split("</main>")[0]) == shown.words.replace(links, "")
    assert "<title>My work: Ann</title>" in text
    assert f"{sheet()}\n</style>" in text, "its tables have their looks"
    for rule in ("thead { display: table-header-group; }", "tr { break-inside: avoid; }"):
        assert rule in text.split("@media print")[1]
    assert "white-space:pre-line" in text and "First line\nsecond line" in text


def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula(answered: Path) -> None:
    for start in "=+-@\t\r":
        ask.keep(f"formula-{ord(start)}", f"{start}cmd|' /C calc'!A0")
    ask.work("=Ann")
    raw = (answered / "my-work.csv").read_bytes()
    assert raw.startswith("\ufeffStudent,Lesson,".encode())
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(rows) == len({entry.question for entry in ask.entries()})  # a heading, and no row for the name
    assert {row[0] for row in rows} == {"Student", "'=Ann"}
    assert all(len(row) == 8 and not cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row)
    assert {row[5] for row in rows} >= {"'=1+1", f"First line\nsecond line {MARKUP}", "'@cmd|' /C calc'!A0"}


def test_the_links_hold_the_very_files(answered: Path) -> None:
    markup = ask.work("Ann").markup
    for kind in ("html", "csv"):
        (held,) = re.findall(rf'download="my-work.{kind}" href="data:text/{kind};base64,([^"]+)"', markup)
        assert b64decode(held) == (answered / f"my-work.{kind}").read_bytes()


def test_no_file_is_read_or_written_in_the_encoding_of_the_machine(answered: Path) -> None:
    ask.work(), explore.start()
    code = (
        "from helpers import explore, tables; import warnings; warnings.simplefilter('error', EncodingWarning);"
        "tables.load(tables.folder()); explore.start(); print(ask.work().gist)"
    )
    run = [sys.executable, "-X", "warn_default_encoding", "-c", f"from helpers import ask; {code}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run(run, capture_output=True, text=True, env=environment, check=True).stdout == "My work\n"


def test_a_page_that_can_not_be_written_is_still_shown(answered: Path) -> None:
    (answered / "my-work.html").mkdir()
    shown = ask.work().markup
    assert '<p class="wl-text">The page could not be written: Is a directory (' in shown
    assert "Save my work as CSV" in shown and option("exit-same", False) in shown


@pytest.mark.parametrize("page", [ask.work, ask.sure])
def test_the_pages_are_whole_for_a_reader_of_tables(answered: Path, page: Callable[[], View]) -> None:
    for table in parsed(page().markup).iter("table"):
        assert all(cell.get("scope") for cell in table.iter("th"))


def test_how_sure_is_told_in_two_tables(answered: Path) -> None:
    markup = ask.sure().markup
    assert [one.text for one in parsed(markup).iter("caption")] == [
        "How sure you were at the first try",
        "You were sure, and it was not right yet",
    ]
    heads = [one.text for one in parsed(markup).iter("th") if one.get("scope") == "col"]
    assert heads == ["You were", "right", "not yet right", "Question", "Read again"]


def test_half_of_a_sign_spoils_no_page(answered: Path) -> None:
    line = b'\n{"at": "2024-05-30T10:00:00+00:00", "question": "one", "answer": "half \\ud83d", "sure": ""}'
    (answered / "answers.jsonl").write_bytes((answered / "answers.jsonl").read_bytes() + line)
    assert "half \ud83d" in ask.work("Ann \ud83d").words
    assert b"half ?" in (answered / "my-work.csv").read_bytes()


def test_damage_is_said_on_the_page(answered: Path) -> None:
    (answered / "answers.jsonl").write_bytes((answered / "answers.jsonl").read_bytes() + b"\n{")
    assert "1 of the lines in work/answers.jsonl can't be read." in ask.work().words


def test_sure_and_wrong_are_counted_at_the_first_try_and_the_key_is_kept(answered: Path) -> None:
    lines = ask.sure().words.split("\n")
    assert lines[:4] == [
        "How sure you were at the first try",
        "Sure: right: 0; not yet right: 2",
        "Fairly sure: right: 1; not yet right: 0",
        "Guessing: right: 0; not yet right: 1",
    ]
    silence, same = (facts.library().questions[name].prompt for name in ("recall-silence", "exit-same"))
    assert lines[4:] == ["You were sure, and it was not right yet", f"{silence}: Lesson 3", f"{same}: paragraph 5"]
    for name in ("recall-silence", "exit-same"):
        assert not any(option(name, True) in line for line in lines if not line.startswith(silence))


def test_without_a_sure_and_wrong_answer_there_is_no_list_of_them(own_folder: Path) -> None:
    ask.keep("exit-same", option("exit-same", False), "guessing")
    ask.keep("recall-silence", option("recall-silence", True), "sure")
    assert len(re.findall("<table", ask.sure().markup)) == 1


def test_a_question_is_called_neither_as_a_story_nor_as_a_box() -> None:
    assert not set(facts.library().questions) & set(facts.library().stories)
    assert not any("/" in name for name in facts.library().questions)


# The lessons keep what is chosen and typed, and show it again.


def test_a_question_answers_once_the_student_has_said_how_sure() -> None:
    explorer = explore.question("recall-silence").set(answer="unclear")
    assert explorer.shown.gist == explore.HOW_SURE and not ask.folder().exists()
    assert explorer.set(sure="sure").shown.gist.startswith("Not this one. ")
    explorer.set(answer="not stated")
    assert explorer.shown.gist.startswith("Yes. ") and explorer.shown.gist.endswith("You said: sure.")
    explorer.set(answer="unclear").set(answer=None)
    assert [(entry.answer, entry.sure) for entry in ask.entries()] == [
        *(("unclear", "sure"), ("not stated", "sure"), ("unclear", "sure"))
    ]


@pytest.mark.parametrize("make", [lambda: explore.question("recall-silence"), lambda: explore.predict("bomber")])
def test_to_pass_over_an_option_is_no_answer(make: Any) -> None:
    explorer = make()
    if "sure" in explorer.state:
        explorer._controls["sure"].value = "sure"
    for says in explorer._controls["answer"].options:
        explorer._controls["answer"].value = says
        assert explorer.shown.gist.startswith("Not checked yet.") and ask.entries() == ()
    explorer._controls["check"].click()
    (entry,) = ask.entries()
    assert entry.answer == says and not explorer.shown.gist.startswith("Not checked yet.")


def test_what_is_typed_is_kept_after_a_rest_without_a_save() -> None:
    async def typing() -> list[int]:
        explorer = explore.write(OPINION)
        explorer._rest = 0.05
        counts = []
        for text in ("M", "My", "My opinion"):
            explorer._controls["text"].value = text
            counts.append(len(ask.entries()))
        await asyncio.sleep(0.3)
        assert explorer._line.value == "<span>Saved.</span>" and explorer.shown.gist == "Words: 2."
        return counts

    assert asyncio.run(typing()) == [0, 0, 0], "each letter would be kept"
    assert answers() == ["My opinion"]


def test_a_cell_that_is_run_again_at_once_loses_nothing() -> None:
    async def hurry() -> None:
        first = explore.write(OPINION)
        first._controls["text"].value = "Typed and run at once"
        assert first._line.value == "<span>Not saved yet.</span>" and answers() == []
        assert explore.write(OPINION).state == {"text": "Typed and run at once"}
        explore.work()._controls["student"].value = "Ann"
        assert explore.work().state == {"student": "Ann"}
        other = explore.write("rewrite")
        first._controls["text"].value, other._controls["text"].value = "One more", "And another"
        first._change()
        assert explore._resting == [other], "one that rests was taken for another"
        explore.work()

    asyncio.run(hurry())
    assert answers() == ["Typed and run at once", "Ann", "One more", "And another"]


def test_a_box_that_is_emptied_stays_empty() -> None:
    explore.write(OPINION).set(text="My opinion").set(text="")
    assert explore.write(OPINION).state == {"text": ""} and "My opinion" not in ask.work().words
    assert answers() == ["My opinion", ""], "nothing is deleted"


def test_the_name_is_kept_for_the_next_time(answered: Path) -> None:
    explore.work().set(student="Ann")
    assert explore.work().state == {"student": "Ann"} and ask.work().gist == "My work: Ann"
    assert "Ann" not in [row[1] for row in csv.reader((answered / "my-work.csv").open(encoding="utf-8-sig"))]


def test_how_sure_is_shown_anew_by_the_button() -> None:
    explorer = explore.sure()
    explore.question("exit-same").set(answer=option("exit-same", False), sure="sure")
    explorer._controls["again"].click()
    assert "You were sure, and it was not right yet" in explorer.shown.words


def test_a_prediction_is_kept_before_the_verdict_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    explorer, seen = explore.predict("bomber"), []
    monkeypatch.setattr(explorer, "_view", lambda answer: seen.append(answers()) or show.note("verdict"))
    explorer.set(answer="allowed").set(answer="unclear")
    assert seen == [["allowed"], ["allowed", "unclear"]]


def test_a_lesson_that_is_opened_later_shows_the_answers_again() -> None:
    explore.question("exit-same").set(answer=option("exit-same", False), sure="guessing")
    explore.predict("bomber").set(answer="unclear")
    explore.write(OPINION).set(text="My opinion")
    explore.memo(OPINION).set(claim="A claim", evidence="c02, c99", reasoning="Because")
    assert explore.question("exit-same").state == {"answer": option("exit-same", False), "sure": "guessing"}
    assert explore.question("exit-same").shown.gist.startswith("Not this one. ")
    assert explore.predict("bomber").shown.gist.endswith("You predicted: unclear.")
    assert explore.write(OPINION).state == {"text": "My opinion"}
    assert explore.memo(OPINION).state == {"claim": "A claim", "evidence": "c02, c99", "reasoning": "Because"}
    assert [entry.answer for entry in ask.entries()][-3:] == ["A claim", "c02, c99", "Because"]
    assert len(ask.entries()) == 6


def test_an_answer_from_before_an_option_was_reworded_is_no_choice_now() -> None:
    ask.keep("exit-same", "an option of long ago", "sure")
    assert explore.question("exit-same").state == {"answer": None, "sure": "sure"}


COLD = {
    "question": lambda: explore.question("exit-same"),
    "predict": lambda: explore.predict("bomber"),
    "write": lambda: explore.write(OPINION),
    "memo": lambda: explore.memo(OPINION),
    "work": lambda: explore.work(),
    "sure": lambda: explore.sure(),
}


@pytest.mark.parametrize("name", COLD)
def test_the_stored_output_does_not_depend_on_what_is_kept(name: str, own_folder: Path) -> None:
    still = [{key: cold[key] for key in ("text/plain", "text/html")} for cold in [COLD[name]()._repr_mimebundle_()]]
    for question in ("exit-same", "bomber", OPINION, f"{OPINION}/claim", f"{OPINION}/evidence"):
        ask.keep(question, "kept words" if "/" in question or question == OPINION else "unclear", "sure")
    ask.keep("exit-same", option("exit-same", False), "sure")
    again = COLD[name]()._repr_mimebundle_()
    assert [{key: again[key] for key in still[0]}] == still and "kept words" not in str(still)


def test_a_text_is_counted_above_its_criteria() -> None:
    explorer = explore.write(OPINION).set(text="three short words")
    criteria = facts.library().questions[OPINION].criteria
    assert explorer.shown.gist == "Words: 3." and show.criteria(criteria).words in explorer.shown.words


def test_evidence_is_shown_with_what_it_says_or_the_nearest_id() -> None:
    voice = next(iter(facts.library().voices.values()))
    shown = explore.memo(OPINION).set(evidence=f"c02, {voice.id} c0 <b>").shown
    claim = facts.library().claims["c02"]
    assert f"C02: Says: {claim.claim}; Layer: article; Who says so: {claim.attribution}" in shown.words
    assert f"Says: {voice.says}; Layer: record; Who says so: {voice.speaker}" in shown.words
    assert "There is no entry “c0”. Did you mean “c" in shown.words
    assert "“b”" not in shown.words and "<b>" not in shown.markup


def test_evidence_can_stand_in_a_sentence() -> None:
    reason = facts.library().rows["reasons"][0]["id"]
    shown = explore.memo(OPINION).set(evidence=f"I use {reason.upper()}; also (c02).").shown
    assert "There is no entry" not in shown.words and shown.words.count("Says:") == 2
    plain = explore.memo(OPINION).set(evidence="The ban was re-read in the kharkiv-area.").shown
    assert plain.gist.startswith("No evidence yet.") and "There is no entry" not in plain.words
    assert explore.memo(OPINION).set(evidence="nothing yet").shown.gist.startswith("No evidence yet.")


def test_the_button_saves_again_and_shows_the_newest_work(own_folder: Path) -> None:
    explorer = explore.work()
    assert "Nothing is kept yet." in explorer.shown.words
    ask.keep("my-text", "new words")
    explorer._controls["again"].click()
    assert "new words" in explorer.shown.words and "new words" in explorer._panel.value
    assert explorer.set(student="Ann").shown.gist == "My work: Ann"


def test_an_answer_that_can_not_be_saved_is_said_at_once_and_saved_by_the_button(own_folder: Path) -> None:
    own_folder.mkdir()
    (own_folder / "work").write_text("a file in its place")
    explorer = explore.write(OPINION).set(text="My opinion")
    assert "Your answer could not be saved" in explorer._line.value
    (own_folder / "work").unlink()
    explorer._controls["save"].click()
    assert "Saved." in explorer._line.value and "could not" not in explorer._line.value
    assert python("print(ask.entries()[0].answer)", own_folder).communicate()[0] == "My opinion\n"


def test_the_same_answer_with_another_certainty_is_kept() -> None:
    for sure in ("sure", "sure", "guessing"):
        ask.keep("exit-same", "an answer", sure)
    assert [one.sure for one in ask.entries()] == ["sure", "guessing"]


def test_two_opinions_do_not_share_a_text() -> None:
    names = [one.id for one in facts.library().questions.values() if one.part == "opinion"][:2]
    for name in names:
        explore.write(name).set(text=f"text of {name}")
    assert [ask.kept(name).answer for name in names] == [f"text of {name}" for name in names]


def test_a_question_that_is_gone_counts_as_neither_right_nor_wrong() -> None:
    ask.keep("a-question-of-last-year", "an answer", "sure")
    assert '<p class="wl-text">Nothing is kept yet.</p>' in ask.sure().markup


def test_the_page_of_work_is_never_an_old_one(own_folder: Path) -> None:
    explorer = explore.work().set(student="Ann")
    ask.keep("my-text", "new words")
    explorer.set(student="Bob").set(student="Ann")
    assert "new words" in explorer.shown.words and "My work: Ann" in (own_folder / "work/my-work.html").read_text(
        "utf-8"
    )
