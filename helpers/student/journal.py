"""The student's answers, in a file that only ever grows, on the student's own machine.

Each answer is one JSON object in a line, which begins with its line break, so that it stands alone
after one that a crash cut short. No line is ever changed or taken out. What is new goes out in one
write, so that two lessons which are open at once do not mix theirs.
"""

import errno
import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from helpers import facts
from helpers.check import tables

ANSWERS = "answers.jsonl"
NAME = "student"  # the student's own name is kept under it
CHANGED = "Not saved: this text was changed on another page. Join the two texts, then save again."
_LATER = "It is kept on this page and will be saved with your next answer."


class Entry(NamedTuple):
    """An answer as it was kept: when (UTC), to what, in which words, and how sure the student was.

    With it stand the paragraph given as a reason, the lesson, and the edition of the tables.
    """

    at: str
    question: str
    answer: str
    sure: str = ""
    paragraph: str = ""
    lesson: str = ""
    edition: str = ""


class Book(NamedTuple):
    """What was read of a file: its state, its bytes but for the last line, and its lines.

    Of a file that only grew, the new lines alone are read: 100,000 lines take half a second.
    """

    state: tuple[int, ...] = ()
    data: bytes = b""
    whole: dict[bytes, Entry | None] = {}
    lines: dict[bytes, Entry | None] = {}


_books: defaultdict[Path, Book] = defaultdict(Book)
_unsaved: defaultdict[Path, bytes] = defaultdict(bytes)  # what the disk did not take yet


def folder() -> Path:
    """Return the folder of the student's own work.

    It is `work` in the folder that the variable WITHIN_LIMITS_HOME names, else beside the tables of
    a checkout, else in the current folder.

    >>> folder().name
    'work'
    """
    installed = tables.folder().is_relative_to(Path(__file__).parents[1])
    beside = Path() if installed else tables.folder().parent
    return Path(os.environ.get("WITHIN_LIMITS_HOME") or beside) / "work"


def keep(
    name: str, answer: str, sure: str = "", paragraph: str = "", *, seen: str | None = None
) -> str:
    """Return nothing once an answer is on the disk, else a sentence that says what is wrong.

    An answer that stays as it was is not added again. `seen` is the text that a page last kept here
    or got from here: one that another page has changed since is not replaced, and the sentence
    begins with CHANGED.

    >>> keep("never-asked", "")
    ''
    """
    last, known = kept(name) or Entry("", name, ""), facts.library()
    asked = known.questions.get(name.partition("/")[0])
    cells = name, answer, sure, paragraph, asked.lesson if asked else "", known.edition
    entry = Entry(datetime.now(UTC).isoformat(), *map(_writable, cells))
    if seen is not None and last.answer not in ("", _writable(seen), entry.answer):
        return f"{CHANGED} It now says: “{last.answer}”."
    path = folder() / ANSWERS
    if entry[2:5] != last[2:5]:
        _unsaved[path] += b"\n" + json.dumps(entry._asdict(), ensure_ascii=False).encode()
    try:
        if _unsaved[path]:
            to_disk(path, _unsaved[path], "ab")
    except OSError as error:
        return f"Your answer could not be saved: {trouble(error)} {_LATER}"
    _unsaved[path] = b""
    return ""


def unsaved() -> bool:
    """Return whether an answer waits for a disk that did not take it.

    >>> unsaved()
    False
    """
    return bool(_unsaved[folder() / ANSWERS])


def kept(name: str) -> Entry | None:
    """Return the last answer that was kept under a name.

    >>> kept("never-asked") is None
    True
    """
    found = reversed(_lines(folder() / ANSWERS)[0].values())
    return next((entry for entry in found if entry and entry.question == name), None)


def entries() -> tuple[Entry, ...]:
    """Return every answer that was kept, in order.

    >>> "never-asked" in {entry.question for entry in entries()}
    False
    """
    return read()[0]


def read() -> tuple[tuple[Entry, ...], str]:
    """Return every answer that was kept, and a sentence when some of the file can't be read.

    >>> found, wrong = read()
    >>> found == entries()
    True
    """
    path = folder() / ANSWERS
    lines, wrong = _lines(path)
    damaged = [line for line, entry in lines.items() if not entry]
    wrong = wrong or (_set_aside(path, damaged) if damaged else "")
    return tuple(filter(None, lines.values())), wrong


def _lines(path: Path) -> tuple[dict[bytes, Entry | None], str]:
    """Return each line, with its answer if it can be read; and a sentence when the file can't."""
    book, wrong = _books[path], ""
    try:
        found = path.stat()
        state = found.st_ino, found.st_size, found.st_mtime_ns
        if state != book.state:
            book = _books[path] = _grown(book, state, path.read_bytes())
    except FileNotFoundError:
        book = _books[path] = Book()
    except OSError as error:
        wrong = f"Your answers can't be read: {trouble(error)}"
    return (book.lines | _read(_unsaved[path]) if _unsaved[path] else book.lines), wrong


def _grown(book: Book, state: tuple[int, ...], data: bytes) -> Book:
    """Return what a file holds now; its last line is read again until another follows it."""
    known = book if data.startswith(book.data) else Book()
    end = max(data.rfind(b"\n"), 0)
    whole = known.whole | _read(data[len(known.data) : end])
    return Book(state, data[:end], whole, whole | _read(data[end:]))


def _read(data: bytes) -> dict[bytes, Entry | None]:
    return {line: _entry(line) for line in data.split(b"\n") if line.strip()}


def to_disk(path: Path, data: bytes, mode: str = "wb") -> None:
    """Write to a file, all in one write, and see it onto the disk.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     to_disk(Path(name) / "new" / "file", b"Hello.")
    ...     (Path(name) / "new" / "file").read_bytes()
    b'Hello.'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def trouble(error: OSError) -> str:
    """Return what is wrong with the disk or the folder, and the mend.

    >>> trouble(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full. Free some space.'
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full. Free some space."
    wrong = f"{error.strerror} ({error.filename2 or error.filename})"
    return f"{wrong}. See that {folder()} is a folder that you may read and write."


def _entry(line: bytes) -> Entry | None:
    """Return the answer of a line, with the keys that we know; None when it can't be read."""
    try:
        cells = json.loads(line)
        entry = Entry(**{key: cells[key] for key in Entry._fields if key in cells})
        datetime.fromisoformat(entry.at).astimezone()
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return entry if {*map(type, entry)} == {str} else None


def _set_aside(path: Path, damaged: list[bytes]) -> str:
    """Copy damaged lines to a file of their own, once each; return what to say."""
    aside, work = path.with_name("answers-damaged.txt"), path.parent.name
    said = f"{len(damaged)} of the lines in {work}/{path.name} can't be read. Nothing was deleted"
    try:
        there = aside.read_bytes().split(b"\n") if aside.exists() else []
        if new := [b"\n" + line for line in damaged if line not in there]:
            to_disk(aside, b"".join(new), "ab")
    except OSError:
        return f"{said}: they are still in the file."
    return f"{said}: they are still there, and copied to {work}/{aside.name}."


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode()  # half of a sign can't be written
