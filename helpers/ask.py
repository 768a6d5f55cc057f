"""Questions and what to say to an answer: the reason for that very answer, never the key; and the student's own work.

The work is a file of answers that only ever grows, on the student's own machine: one JSON object in a line.
"""

import csv
import errno
import io
import json
import os
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from helpers import facts, tables
from helpers.view import Html, View, boxes, page, sheet, table, tag

BLANK, NOTHING = "Not answered yet.", "Nothing is kept yet."
SURE = "sure", "fairly sure", "guessing"
OWN = "own words"
NAME = "student"  # the student's own name is kept under it
HEADS = "Lesson", "Question", "First answer", "How sure", "Last answer", "Result", "Reason"


def question(name: str) -> View:
    """Return a question with its options, as it stands before an answer."""
    asked = facts.find(facts.library().questions, name, "question")
    options = (tag("li", option.says) for option in asked.options)
    listed = tag("ol", *options, type="a") if asked.options else Html()
    return page(prompt(name), listed, tag("p", BLANK, look="text"))


def prompt(name: str) -> Html:
    """Return the words of a question alone."""
    return tag("p", facts.find(facts.library().questions, name, "question").prompt, look="title")


def check(name: str, answer: str | None = None, sure: str | None = None) -> View:
    """Return what to say to an answer: its reason, and for a wrong one the paragraph to read again.

    A question about the record names its sources too. A blank is said to be a blank, and an answer that is no option
    gets a sentence with the nearest option.
    """
    asked = facts.find(facts.library().questions, name, "question")
    options = {option.says: option for option in asked.options}
    if not answer:
        return page(tag("p", BLANK, look="text"))
    if answer not in options:
        listed = "; ".join(option.removesuffix(".") for option in options)
        says = f"“{answer}” is not one of the answers: {listed}.{tables.close(answer, options)}"
        return page(tag("p", says, look="text"))
    chosen, said = options[answer], f" You said: {sure}." if sure else ""
    again = " Read again:" * bool(asked.paragraph and not chosen.right)
    words = f"{'Yes.' if chosen.right else 'Not this one.'} {chosen.reason}{said}{again} "
    told = tag("p", words, boxes((asked.paragraph,) if asked.paragraph else ()), look="text")
    record = " · ".join(one.citation for one in asked.sources)
    return page(told, *([tag("p", f"In the record: {record}.", look="kind")] if record else []))


@dataclass(frozen=True)
class Entry:
    """An answer as it was kept: when (UTC), to what, in which words, and how sure the student was."""

    at: str
    question: str
    answer: str
    sure: str = ""


_unsaved: dict[Path, list[Entry]] = {}  # kept in memory until the disk takes them


def folder() -> Path:
    """Return the folder of the student's own work.

    It is `work` in the folder that the variable WITHIN_LIMITS_HOME names, else beside the tables of a checkout, else
    in the current folder.
    """
    installed = tables.folder().is_relative_to(Path(__file__).parent)
    return Path(os.environ.get("WITHIN_LIMITS_HOME") or (Path() if installed else tables.folder().parent)) / "work"


def keep(name: str, answer: str, sure: str = "") -> str:
    """Add an answer to the student's work at once; return a sentence when it can't be saved, else nothing.

    An answer that stays as it was is not added again.
    """
    path, last = folder() / "answers.jsonl", kept(name)
    waiting = _unsaved.setdefault(path, [])
    clean = answer.encode(errors="replace").decode()  # half of a sign can't be written
    if not last or (last.answer, last.sure) != (clean, sure):
        waiting.append(Entry(datetime.now(UTC).isoformat(), name, clean, sure))
    try:
        _append(path, *(json.dumps(asdict(entry), ensure_ascii=False).encode() for entry in waiting))
    except OSError as error:
        wrong, mend = _trouble(error)
        later = "It is kept on this page and will be saved with your next answer."
        return f"Your answer could not be saved: {wrong}. {later} {mend}"
    waiting.clear()
    return ""


def named() -> str:
    """Return the name that the student gave last, or nothing."""
    return last.answer if (last := kept(NAME)) else ""


def kept(name: str) -> Entry | None:
    """Return the last answer that was kept under a name."""
    return next((entry for entry in reversed(entries()) if entry.question == name), None)


def entries() -> tuple[Entry, ...]:
    """Return every answer that was kept, in order."""
    return read()[0]


def read() -> tuple[tuple[Entry, ...], str]:
    """Return every answer that was kept, and a sentence when some of the file can't be read; never raises for that."""
    path = folder() / "answers.jsonl"
    try:
        lines = [line for line in path.read_bytes().splitlines() if line.strip()]
    except FileNotFoundError:
        lines = []
    except OSError as error:
        return tuple(_unsaved.get(path, ())), "Your answers can't be read: {}. {}".format(*_trouble(error))
    found = {line: _entry(line) for line in lines}
    damaged = [line for line, entry in found.items() if not entry]
    # An answer stands there twice when the disk filled up between writing it and saying so.
    good = dict.fromkeys([*filter(None, found.values()), *_unsaved.get(path, ())])
    return tuple(good), _set_aside(path.with_name("answers-damaged.txt"), damaged) if damaged else ""


def work(student: str | None = None) -> View:
    """Return the student's work as a page to hand in, with links to save it as HTML and CSV.

    A name that is given is kept; with none, it is the last one. Both files are written beside the answers too.
    Everything that a student typed is text there, not markup or a formula.
    """
    said = keep(NAME, student) if student is not None and student != named() else ""
    (found, trouble), name = read(), named()
    title = f"My work: {name}" if name else "My work"
    rows = [_row(own) for own in _tries(found) if own[-1].answer]
    day = datetime.fromisoformat(found[-1].at).astimezone() if rows else None
    parts = [
        tag("p", title, look="title"),
        tag("p", f"Last answer: {facts.write_day(day)}." if day else NOTHING, look="text"),
        tag("p", f"{trouble} {said}".strip(), look="text"),
    ]
    sheets = [_sheet(lesson, [row for row in rows if row[0] == lesson]) for lesson in sorted({row[0] for row in rows})]
    saved = [(name, *row) for row in rows]
    return page(*parts, *(_files(title, page(*parts, *sheets).markup, saved) if rows else ()), *sheets)


def sure() -> View:
    """Return how sure the student was at each first try, and the questions that were answered sure and wrong."""
    firsts = [own[0] for own in _tries(entries()) if _result(own[0]) != OWN]
    tried = [(one.sure, _result(one) == "right", _asked(one.question)) for one in firsts]
    counts = Counter((level, right) for level, right, _ in tried)
    rows = [(level, *(str(counts[level, right]) for right in (True, False))) for level in SURE]
    wrong = [asked for level, right, asked in tried if level == SURE[0] and not right]
    again = [(asked.prompt, boxes((asked.paragraph,)) if asked.paragraph else _title(asked.lesson)) for asked in wrong]
    if not any(level for level, _, _ in tried):
        return page(tag("p", NOTHING, look="text"))
    listed = table("You were sure, and it was not right yet", ("Question", "Read again"), again) if again else Html()
    return page(table("How sure you were at the first try", ("You were", "right", "not yet right"), rows), listed)


def _tries(found: Sequence[Entry]) -> list[list[Entry]]:
    """Return the answers to each question, in order."""
    return [*facts.grouped((one for one in found if one.question != NAME), lambda one: one.question).values()]


def _asked(name: str) -> facts.Question:
    """Return what was asked under a name: a question, a story, or one box of a text, such as `memo/claim`."""
    known, (head, _, part) = facts.library(), name.partition("/")
    other = facts.Question(name, "other", "opinion", head, "", (), "", ())
    if story := known.stories.get(name):
        return replace(other, lesson="predictions", prompt=story.story, options=(facts.Option(story.answer, True, ""),))
    asked = known.questions.get(head, other)
    return replace(asked, prompt=f"{asked.prompt} ({part})") if part else asked


def _result(one: Entry) -> str:
    options = {option.says: option.right for option in _asked(one.question).options}
    return ("right" if options.get(one.answer) else "not yet") if options else OWN


def _row(own: Sequence[Entry]) -> tuple[str, ...]:
    """Return lesson, question, first answer, how sure, last answer, result and the reason of that option."""
    asked, first, last = _asked(own[0].question), own[0], own[-1]
    reason = next((option.reason for option in asked.options if option.says == last.answer), "")
    tried = first.answer if asked.options else ""  # a text is kept while it is typed
    return asked.lesson, asked.prompt, tried, first.sure, last.answer, _result(last), reason


def _title(lesson: str) -> str:
    return lesson.replace("lesson-0", "lesson ").capitalize()


def _sheet(lesson: str, rows: Sequence[Sequence[str]]) -> Html:
    """Return the table of one lesson; its caption counts what is blank."""
    asked = [one.prompt for one in facts.library().questions.values() if one.lesson == lesson]
    blank = sum(not any(row[1].startswith(prompt) for row in rows) for prompt in asked)
    head = _title(lesson) + f": {blank} of {len(asked)} questions blank" * bool(asked)
    chosen = [row[1:] for row in rows if row[5] != OWN]
    texts = [(row[1], tag("span", row[4], style="white-space:pre-line")) for row in rows if row[5] == OWN]
    tables = [table(head, HEADS[1:], chosen)] if chosen else []
    return Html("".join([*tables, *([table(f"{head}: texts", ("Question", "My text"), texts)] if texts else [])]))


def _files(title: str, markup: Html, rows: Sequence[Sequence[str]]) -> list[Html]:
    """Write the work as a page and as a table for a spreadsheet; return a link to each, and what goes wrong."""
    cells, frame = io.StringIO(), (Path(__file__).parent / "work.html").read_text(encoding="utf-8")
    # A cell that begins with one of these signs would be a formula to a spreadsheet.
    safe = ([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in row] for row in rows)
    csv.writer(cells).writerows([("Student", *HEADS), *safe])
    html = frame.replace("<title>My work</title>", tag("title", title)).replace("</style>", f"{sheet()}\n</style>")
    texts = {"html": html.replace("<main>", f"<main>{markup}"), "csv": f"\ufeff{cells.getvalue()}"}
    files = {kind: text.encode(errors="replace") for kind, text in texts.items()}
    says = [_link(kind, data) for kind, data in files.items()]
    try:
        for kind, data in files.items():
            (folder() / f"my-work.{kind}").write_bytes(data)
    except OSError as error:
        says.append(tag("p", "The page could not be written: {}. {}".format(*_trouble(error)), look="text"))
    return says


def _link(kind: str, data: bytes) -> Html:
    address = f"data:text/{kind};base64,{b64encode(data).decode()}"
    link = tag("a", f"Save my work as {kind.upper()}", download=f"my-work.{kind}", href=address, look="button")
    return tag("p", link, look="text")


def _append(path: Path, *lines: bytes) -> None:
    """Add lines to a file and see them onto the disk.

    Each line begins with its line break, so it stands alone even after a line that a crash cut short. All go out in
    one write, so two lessons that are open at once do not mix theirs.
    """
    if not (text := b"".join(b"\n" + line for line in lines)):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=4096)  # the file is read whole at each look, and only grows at its end
def _entry(line: bytes) -> Entry | None:
    """Return the answer of a line; None when it can't be read."""
    try:
        entry = Entry(**json.loads(line))
        datetime.fromisoformat(entry.at).astimezone()
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return entry if all(isinstance(value, str) for value in vars(entry).values()) else None


def _set_aside(path: Path, damaged: list[bytes]) -> str:
    """Copy damaged lines to a file of their own, once each, and say so."""
    says = f"{len(damaged)} of the lines in {path.parent.name}/answers.jsonl can't be read. Nothing was deleted"
    try:
        there = path.read_bytes().split(b"\n") if path.exists() else []
        _append(path, *(line for line in damaged if line not in there))
    except OSError:
        return f"{says}: they are still in the file."
    return f"{says}: they are still there, and copied to {path.parent.name}/{path.name}."


def _trouble(error: OSError) -> tuple[str, str]:
    """Return what is wrong with the disk or the folder, and the mend."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full", "Free some space."
    return f"{error.strerror} ({error.filename})", f"See that {folder()} is a folder that you may read and write."
