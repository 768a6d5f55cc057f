"""The student's answers, in a file that only ever grows, on the student's own machine.

Each answer is one JSON object in a line. No line is ever changed or taken out.
"""

import errno
import json
import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from helpers import facts
from helpers.check import tables

NAME = "student"  # the student's own name is kept under it
CHANGED = "Not saved: this text was changed on another page."
_LATER = " It is kept on this page and will be saved with your next answer."


class Entry(NamedTuple):
    """An answer as it was kept: when (UTC), to what, in which words, and how sure the student was.

    With it stand the lesson, the edition of the tables, and the paragraph given as a reason.
    """

    at: str
    question: str
    answer: str
    sure: str = ""
    lesson: str = ""
    edition: str = ""
    paragraph: str = ""


class _Known(NamedTuple):
    """What was read of a file: its lines, each with its answer, or None where it can't be read."""

    stamp: tuple[int, ...] = (0, 0, 0)
    lines: dict[bytes, Entry | None] = {}


# To read 100,000 lines takes 0.8 s, and to read on from there 0.01 s.
_known: dict[Path, _Known] = {}
_unsaved: dict[Path, dict[bytes, Entry | None]] = {}  # the lines that the disk did not take yet


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
    name: str, answer: str, sure: str = "", *, paragraph: str = "", seen: str | None = None
) -> str:
    """Return nothing once an answer is on the disk, else a sentence that says what is wrong.

    An answer that stays as it was is not added again. `seen` is the text that a page last kept here
    or got from here: one that another page has changed since is not replaced, and the sentence
    begins with CHANGED.
    """
    path, last, known = folder() / "answers.jsonl", kept(name), facts.library()
    asked = known.questions.get(name.partition("/")[0])
    cells = name, answer, sure, asked.lesson if asked else "", known.edition, paragraph
    entry = Entry(datetime.now(UTC).isoformat(), *map(_writable, cells))
    if last and seen is not None and last.answer not in (_writable(seen), entry.answer):
        return f"{CHANGED} Join the two texts, then save again."
    waiting = _unsaved.setdefault(path, {})
    if not last or entry._replace(at=last.at, lesson=last.lesson, edition=last.edition) != last:
        waiting[json.dumps(entry._asdict(), ensure_ascii=False).encode()] = entry
    try:
        _append(path, [*waiting])
    except OSError as error:
        return f"Your answer could not be saved: {trouble(error, _LATER)}"
    waiting.clear()
    return ""


def kept(name: str) -> Entry | None:
    """Return the last answer that was kept under a name.

    >>> kept("never-asked") is None
    True
    """
    return next((entry for entry in reversed(entries()) if entry.question == name), None)


def tries(name: str) -> list[Entry]:
    """Return the first answer under a name, and each later one that is another.

    >>> tries("never-asked")
    []
    """
    own = [entry for entry in entries() if entry.question == name]
    return own[:1] + [new for old, new in pairwise(own) if new.answer != old.answer]


def entries() -> tuple[Entry, ...]:
    """Return every answer that was kept, in order."""
    return read()[0]


def read() -> tuple[tuple[Entry, ...], str]:
    """Return every answer that was kept, and a sentence when some of the file can't be read."""
    path, said = folder() / "answers.jsonl", ""
    try:
        _known[path] = _look(path, _known.get(path, _Known()))
    except FileNotFoundError:
        _known[path] = _Known()
    except OSError as error:
        said = f"Your answers can't be read: {trouble(error)}"
    found = _known.get(path, _Known()).lines | _unsaved.get(path, {})
    damaged = [line for line, entry in found.items() if not entry]
    return tuple(filter(None, found.values())), said or _set_aside(path, damaged)


def to_disk(path: Path, data: bytes, mode: str = "wb") -> None:
    """Write to a file, all in one write, and see it onto the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def trouble(error: OSError, told: str = "") -> str:
    """Return what is wrong with the disk or the folder, what else is told, and the mend.

    >>> trouble(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full. Free some space.'
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"the disk is full.{told} Free some space."
    wrong = f"{error.strerror} ({error.filename2 or error.filename})"
    return f"{wrong}.{told} See that {folder()} is a folder that you may read and write."


def _look(path: Path, known: _Known) -> _Known:
    """Return what stands in a file; of one that only grew, no more is read than its last line."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if (found.st_ino, found.st_size, found.st_mtime_ns) == known.stamp:
            return known
        last = next(reversed(known.lines), b"")
        file.seek(known.stamp[1] - len(last) if last else 0)
        data = file.read()
        if last and not (found.st_ino == known.stamp[0] and data.startswith(last + b"\n")):
            file.seek(0)
            known, data = _Known(), file.read()
        stamp = found.st_ino, file.tell(), found.st_mtime_ns
    new = {line: _entry(line) for line in data.split(b"\n") if line.strip()}
    return _Known(stamp, known.lines | new)


def _entry(line: bytes) -> Entry | None:
    """Return the answer of a line, with the keys that we know; None when it can't be read."""
    try:
        cells = json.loads(line)
        entry = Entry(**{key: cells[key] for key in Entry._fields if key in cells})
        datetime.fromisoformat(entry.at).astimezone()
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return entry if {*map(type, entry)} == {str} else None


def _append(path: Path, lines: list[bytes]) -> None:
    """Add lines; each begins with its line break, so it stands alone after one that a crash cut.

    All go out in one write, so two lessons that are open at once do not mix theirs.
    """
    if lines:
        to_disk(path, b"".join(b"\n" + line for line in lines), "ab")


def _set_aside(path: Path, damaged: list[bytes]) -> str:
    """Copy damaged lines to a file of their own, once each; say so when there are any."""
    aside, work = path.with_name("answers-damaged.txt"), path.parent.name
    said = f"{len(damaged)} of the lines in {work}/{path.name} can't be read. Nothing was deleted"
    try:
        there = aside.read_bytes().split(b"\n") if damaged and aside.exists() else []
        _append(aside, [line for line in damaged if line not in there])
        said += f": they are still there, and copied to {work}/{aside.name}."
    except OSError:
        said += ": they are still in the file."
    return said if damaged else ""


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode()  # half of a sign can't be written
