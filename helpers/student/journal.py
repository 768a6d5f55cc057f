"""The student's answers, in a file that only ever grows, on the student's own machine.

Each answer is one JSON object in a line, which begins with its line break, so that it stands alone
after one that a crash cut short. No line is ever changed or taken out. What is new goes out in one
write, so that two lessons which are open at once do not mix theirs.
"""

import errno
import json
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from helpers import facts
from helpers.check import tables

ANSWERS = "answers.jsonl"
NAME = "student"  # the student's own name is kept under it
CHANGED = "Not saved: this text was changed on another page. Join the two texts, then save again."
SAVED = "Saved."
Texts = Mapping[str, str]  # by the name of their box


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


def keep(name: str, answer: str, sure: str = "", where: str = "", seen: str | None = None) -> str:
    """Return nothing once an answer is on the disk, else a sentence that says what is wrong.

    `where` is the paragraph given as a reason. An answer that stays as it was is not added again.
    `seen` is the text that a page last kept here or got from here: one that another page has
    changed since is not replaced, and the sentence begins with CHANGED.

    >>> keep("never-asked", "")
    ''
    """
    last, known = kept(name), facts.library()
    asked = known.questions.get(name.partition("/")[0])
    cells = name, answer, sure, where, asked.lesson if asked else "", known.edition
    entry = Entry(datetime.now(UTC).isoformat(), *map(_writable, cells))
    if seen is not None and last.answer not in ("", _writable(seen), entry.answer):
        return f"{CHANGED} It now says: “{last.answer}”."
    path = folder() / ANSWERS
    if entry[2:5] != last[2:5]:
        _unsaved[path] += b"\n" + json.dumps(entry._asdict(), ensure_ascii=False).encode()
    try:
        _append(path, _unsaved[path])
    except OSError as error:
        later = "It is kept on this page and will be saved with your next answer."
        return f"Your answer could not be saved: {_trouble(error)} {later}"
    _unsaved[path] = b""
    return ""


def unsaved() -> bool:
    """Return whether an answer waits for a disk that did not take it.

    >>> unsaved()
    False
    """
    return bool(_unsaved[folder() / ANSWERS])


def kept(name: str) -> Entry:
    """Return the last answer that was kept under a name, or a blank one with no time.

    >>> kept("never-asked")[:3]
    ('', 'never-asked', '')
    """
    return [Entry("", name, ""), *tries(name)][-1]


def tries(*names: str) -> list[Entry]:
    """Return all answers that were kept under some names, in order.

    >>> tries("never-asked")
    []
    """
    asked = re.compile(b"|".join(re.escape(json.dumps(name).encode()) for name in names))
    found = map(_entry, filter(asked.search, _lines()[0]))
    return [own for own in found if own and own.question in names]


def read() -> tuple[tuple[Entry, ...], str]:
    """Return every answer that was kept, in order, and a sentence when some can't be read.

    >>> "never-asked" in {entry.question for entry in read()[0]}
    False
    """
    lines, wrong = _lines()
    found = [_entry(line) for line in lines if line.strip()]
    if damaged := found.count(None):
        wrong += f" Lines of answers in {folder().name} that can't be read: {damaged}. They stay."
    return tuple(filter(None, found)), wrong.strip()


def _lines() -> tuple[list[bytes], str]:
    """Return each line that is kept or waits for the disk, and a sentence on where they come from.

    Files beside the own one come from other devices: all are read, in the order of their times.
    """
    own, told, lines = folder() / ANSWERS, "", list[bytes]()
    paths = sorted(own.parent.glob("*.jsonl"))
    for path in paths:
        try:
            lines += path.read_bytes().split(b"\n")
        except OSError as error:
            told = f"Answers can't be read: {_trouble(error)}"
    if len(paths) > 1:
        now = datetime.now(UTC).isoformat()  # what a clock that is ahead wrote comes first
        lines.sort(key=lambda line: it.at if (it := _entry(line)) and it.at < now else "")
        told = told or f"With those of {', '.join(it.name for it in paths if it != own)}."
    return [*dict.fromkeys([*lines, *_unsaved[own].split(b"\n")])], told


def texts(names: Texts) -> dict[str, str]:
    """Return the texts that are kept, by the name of their box; `names` says under which names.

    >>> texts({"box": "never-asked"})
    {'box': ''}
    """
    last = {own.question: own.answer for own in (tries(*names.values()) if names else ())}
    return {box: last.get(name, "") for box, name in names.items()}


def keep_texts(names: Texts, typed: Texts, seen: Texts, press: str = "") -> dict[str, Any]:
    """Keep the texts of boxes, each in place of the one that was `seen` there.

    Returns `said`, what to say; `failed`, the boxes whose texts are not on the disk; and `other`,
    for a box that another page has changed, what is kept there.

    >>> keep_texts({}, {}, {})
    {'said': '', 'failed': [], 'other': {}}
    """
    # With the button, what the disk refused before goes along.
    sent = {**(texts(names) if press == "save" else {}), **typed}
    said = {box: keep(names[box], sent[box], seen=seen[box]) for box in sent if box in names}
    failed = [box for box in said if said[box]]
    other = {box: kept(names[box]).answer for box in failed if said[box].startswith(CHANGED)}
    told = next((said[box] for box in failed), SAVED if said else "")
    return {"said": told, "failed": failed, "other": other}


def _append(path: Path, data: bytes) -> None:
    """Add to a file, all in one write, and see it onto the disk."""
    if data:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _trouble(error: OSError) -> str:
    """Return what is wrong with the disk or the folder, and the mend."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full. Free some space."
    return f"{error.strerror} ({error.filename}). See that {folder()} is a folder you may change."


@lru_cache(4096)  # each press reads the same lines again
def _entry(line: bytes) -> Entry | None:
    """Return the answer of a line, with the keys that we know; None when it can't be read."""
    try:
        cells = json.loads(line)
        entry = Entry(**{key: cells[key] for key in Entry._fields if key in cells})
        datetime.fromisoformat(entry.at).astimezone()
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    return entry if {*map(type, entry)} == {str} else None


def _writable(text: str) -> str:
    return text.encode(errors="replace").decode()  # half of a sign can't be written
