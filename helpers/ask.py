"""Questions and what to say to an answer: the reason for that very answer, never the key; and the student's own work.

The work is a file of answers that only ever grows, on the student's own machine: one JSON object in a line.
"""

import csv
import errno
import io
import json
import os
from base64 import b64encode
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from helpers import facts, tables
from helpers.view import Html, View, boxes, page, table, tag

BLANK, NOTHING = "Not answered yet.", "Nothing is kept yet."
SURE = "sure", "fairly sure", "guessing"
HEADS = "Lesson", "Question", "First answer", "How sure", "Last answer", "Result", "Reason"


def question(name: str) -> View:
    """Return a question with its options, as it stands before an answer."""
    asked = facts.find(facts.library().questions, name, "question")
    options = (tag("li", option.says) for option in asked.options)
    return page(prompt(name), tag("ol", *options, type="a"), tag("p", BLANK, look="text"))


def prompt(name: str) -> Html:
    """Return the words of a question alone."""
    return tag("p", facts.find(facts.library().questions, name, "question").prompt, look="title")


def check(name: str, answer: str | None = None) -> View:
    """Return what to say to an answer: its reason, and for a wrong one the paragraph to read again.

    A blank is said to be a blank; an answer that is no option gets a sentence with the nearest option.
    """
    asked = facts.find(facts.library().questions, name, "question")
    options = {option.says: option for option in asked.options}
    if not answer:
        return _said(BLANK)
    if answer not in options:
        listed = "; ".join(option.rstrip(".") for option in options)
        return _said(f"“{answer}” is not one of the answers: {listed}.{tables.close(answer, options)}")
    chosen = options[answer]
    if chosen.right:
        return _said(f"Yes. {chosen.reason}", asked.paragraph)
    return _said(f"Not this one. {chosen.reason}{' Read again:' if asked.paragraph else ''}", asked.paragraph)


def _said(words: str, paragraph: str = "") -> View:
    return page(tag("p", f"{words} ", boxes((paragraph,)) if paragraph else Html(), look="text"))


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
    """Add an answer to the student's work at once; return a sentence when it can't be saved, else nothing."""
    path = folder() / "answers.jsonl"
    waiting = _unsaved.setdefault(path, [])
    clean = answer.encode(errors="replace").decode()  # half of a sign can't be written
    waiting.append(Entry(datetime.now(UTC).isoformat(), name, clean, sure))
    try:
        _append(path, *(json.dumps(asdict(entry), ensure_ascii=False).encode() for entry in waiting))
    except OSError as error:
        wrong, mend = _trouble(error)
        later = "It is kept on this page and will be saved with your next answer."
        return f"Your answer could not be saved: {wrong}. {later} {mend}"
    waiting.clear()
    return ""


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
        lines = [line for line in path.read_bytes().removeprefix(BOM_UTF8).splitlines() if line.strip()]
    except FileNotFoundError:
        lines = []
    except OSError as error:
        return tuple(_unsaved.get(path, ())), "Your answers can't be read: {}. {}".format(*_trouble(error))
    found = {line: _entry(line) for line in lines}
    damaged = [line for line, entry in found.items() if not entry]
    # An answer stands there twice when the disk filled up between writing it and saying so.
    good = dict.fromkeys([*filter(None, found.values()), *_unsaved.get(path, ())])
    return tuple(good), _set_aside(path.with_name("answers-damaged.txt"), damaged) if damaged else ""


def work(student: str = "") -> View:
    """Return the student's work as a page to hand in, with links to save it as HTML and CSV.

    Both are written beside the answers too. Everything that a student typed is text there, not markup or a formula.
    """
    found, trouble = read()
    rows = [_row(own) for own in _tries(found).values()]
    lessons = dict.fromkeys(sorted(row[0] for row in rows))
    day = datetime.fromisoformat(found[-1].at).astimezone() if found else None
    parts = [
        tag("p", f"My work: {student}" if student else "My work", look="title"),
        tag("p", f"Last answer: {day.day} {day:%B %Y}." if day else NOTHING, look="text"),
        *([tag("p", trouble, look="text")] if trouble else ()),
        *(_sheet(lesson, [row[1:] for row in rows if row[0] == lesson]) for lesson in lessons),
    ]
    return page(*parts, *(_files(page(*parts).markup, rows) if found else ()))


def sure() -> View:
    """Return how sure the student was at each first try, and the questions that were answered sure and wrong."""
    firsts = [(_asked(own[0].question), own[0]) for own in _tries(entries()).values() if own[0].sure]
    tried = [(one.sure, _result(asked, one) == "right", asked) for asked, one in firsts]
    rows = [
        [level, *(str(sum(one[:2] == (level, right) for one in tried)) for right in (True, False))] for level in SURE
    ]
    wrong = [asked for level, right, asked in tried if level == SURE[0] and not right]
    again = [(asked.prompt, boxes((asked.paragraph,)) if asked.paragraph else "") for asked in wrong]
    return page(
        table("How sure you were at the first try", ("You were", "right", "not yet right"), rows)
        if rows and tried
        else tag("p", NOTHING, look="text"),
        table("You were sure, and it was not right yet", ("Question", "Read again"), again) if again else Html(),
    )


def _tries(found: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return the answers to each question, in order."""
    return {
        name: [one for one in found if one.question == name] for name in dict.fromkeys(one.question for one in found)
    }


def _asked(name: str) -> facts.Question:
    """Return what was asked under a name: a question, a story, or one box of a text, such as `memo/claim`."""
    known, (head, _, part) = facts.library(), name.partition("/")
    if name in known.stories:
        story = known.stories[name]
        key = facts.Option(story.answer, True, "")
        return facts.Question(name, "predictions", "predict", story.story, "", (), "", (key,))
    blank = facts.Question(name, "other", "opinion", head, "", (), "", ())
    asked = known.questions.get(head, blank)
    return replace(asked, prompt=f"{asked.prompt} ({part})") if part else asked


def _result(asked: facts.Question, one: Entry) -> str:
    if not asked.options:
        return "own words"
    return "right" if one.answer in [option.says for option in asked.options if option.right] else "not yet"


def _row(own: Sequence[Entry]) -> tuple[str, ...]:
    """Return lesson, question, first answer, how sure, last answer, result and the reason of that option."""
    asked, first, last = _asked(own[0].question), own[0], own[-1]
    reason = next((option.reason for option in asked.options if option.says == last.answer), "")
    return asked.lesson, asked.prompt, first.answer, first.sure, last.answer, _result(asked, last), reason


def _sheet(lesson: str, rows: Sequence[Sequence[str]]) -> Html:
    """Return the table of one lesson; its caption counts what is blank."""
    asked = sum(one.lesson == lesson for one in facts.library().questions.values())
    blank = f", {asked - len(rows)} of {asked} blank" if asked else ""
    title = lesson.replace("lesson-0", "lesson ").capitalize()
    cells = ([tag("span", cell, style="white-space:pre-line") for cell in row] for row in rows)
    return table(f"{title}: {len(rows)} answered{blank}", HEADS[1:], cells)


def _files(markup: Html, rows: Sequence[Sequence[str]]) -> list[Html]:
    """Write the work as a page and as a table for a spreadsheet; return a link to each, and what goes wrong."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([HEADS, *([_harmless(cell) for cell in row] for row in rows)])
    frame = (Path(__file__).parent / "work.html").read_text(encoding="utf-8")
    files = {"html": frame.replace("<main>", f"<main>{markup}").encode(), "csv": sheet.getvalue().encode("utf-8-sig")}
    links = [
        tag("a", f"Save my work as {kind.upper()}", download=f"my-work.{kind}", href=_address(kind, data))
        for kind, data in files.items()
    ]
    try:
        for kind, data in files.items():
            (folder() / f"my-work.{kind}").write_bytes(data)
    except OSError as error:
        links.append(tag("p", "The page could not be written: {}. {}".format(*_trouble(error)), look="text"))
    return links


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, not for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _address(kind: str, data: bytes) -> str:
    return f"data:text/{kind};base64,{b64encode(data).decode()}"


def _append(path: Path, *lines: bytes) -> None:
    """Add lines to a file and see them onto the disk.

    Each line begins with its line break, so it stands alone even after a line that a crash cut short. All go out in
    one write, so two lessons that are open at once do not mix theirs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = b"".join(b"\n" + line for line in lines)
    with path.open("ab", buffering=len(text) + 1) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _entry(line: bytes) -> Entry | None:
    """Return the answer of a line; None when it can't be read."""
    try:
        entry = Entry(**json.loads(line))
        datetime.fromisoformat(entry.at)
    except (ValueError, TypeError, RecursionError):
        return None
    return entry if all(isinstance(value, str) for value in astuple(entry)) else None


def _set_aside(path: Path, damaged: list[bytes]) -> str:
    """Copy damaged lines to a file of their own, once each, and say so."""
    says = f"{len(damaged)} of the lines in {path.parent.name}/answers.jsonl can't be read. Nothing was deleted"
    try:
        there = path.read_bytes().split(b"\n") if path.exists() else []
        if new := [line for line in damaged if line not in there]:
            _append(path, *new)
    except OSError:
        return f"{says}: they are still in the file."
    return f"{says}: they are still there, and copied to {path.parent.name}/{path.name}."


def _trouble(error: OSError) -> tuple[str, str]:
    """Return what is wrong with the disk or the folder, and the mend."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full", "Free some space."
    return f"{error.strerror} ({error.filename})", f"See that {folder()} is a folder that you may read and write."
