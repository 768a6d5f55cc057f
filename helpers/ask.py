"""Questions and what to say to an answer: the reason for that very answer, never the key; and the student's own work.

The work is a file of answers that only ever grows, on the student's own machine: one JSON object in a line.
"""

import errno
import json
import os
from codecs import BOM_UTF8
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from helpers import facts, tables
from helpers.view import Html, View, boxes, page, tag

BLANK = "Not answered yet."


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
    waiting.append(Entry(datetime.now(UTC).isoformat(), name, answer, sure))
    try:
        _append(path, *(json.dumps(asdict(entry), ensure_ascii=False).encode(errors="replace") for entry in waiting))
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
