"""The student's work as a page to hand in, and how sure the student was."""

import csv
import io
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from helpers import facts
from helpers.student import journal
from helpers.view import LOOKS, Node, View, boxes, page, span, table, tag

NOTHING, OWN, RIGHT, NOT_YET = "Nothing is kept yet.", "own words", "right", "not yet"
SURE = "sure", "fairly sure", "guessing"
HEADS = "Lesson", "Question", "First answer", "How sure", "Last answer", "Result", "Reason"
# A sign that can begin a formula behind one at which a spreadsheet may part cells, or after blanks.
_FORMULA = re.compile(r"""(?:^[\s"']|[;,\t|\r\n])[\s"']*(?=[=+@-])""")


def work(student: str | None = None) -> View:
    """Return the student's work as a page to hand in, with links to save it as HTML and CSV.

    A name that is given is kept; with none, it is the last one. Both files are written beside the
    answers too. Everything that a student typed is text there, not markup or a formula.
    """
    said = "" if student is None else journal.keep(journal.NAME, student)
    (found, wrong), named = journal.read(), journal.kept(journal.NAME)
    name = named.answer if named else ""
    title = f"My work: {name}" if name else "My work"
    rows = [_row(asked, tries) for asked, tries in _tried(found) if tries[-1].answer]
    day = datetime.fromisoformat(found[-1].at).astimezone() if rows else None
    told = f"Last answer: {facts.write_day(day)}." if day else NOTHING
    lines = [tag("p", line, look="text") for line in (told, f"{wrong} {said}".strip())]
    lessons = sorted(facts.grouped(rows, lambda row: row[0]).items())
    sheets = [sheet for lesson, own in lessons for sheet in _sheets(lesson, own)]
    top = tag("p", title, look="title"), *lines
    saved = _files(title, page(*top, *sheets), [(name, *row) for row in rows]) if rows else []
    return page(*top, *saved, *sheets)


def sure() -> View:
    """Return how sure the student was at each first try, and what was answered sure and wrong."""
    answered = _tried(journal.entries())
    tried = [(asked, own[0].sure, _result(asked, own[0])[0]) for asked, own in answered]
    told = [(level, result) for _, level, result in tried if result != OWN]
    if not any(level for level, _ in told):
        return page(tag("p", NOTHING, look="text"))
    rows = [(level, *(str(told.count((level, is_))) for is_ in (RIGHT, NOT_YET))) for level in SURE]
    again = [(asked.prompt, _again(asked)) for asked, *was in tried if was == [SURE[0], NOT_YET]]
    counts = "How sure you were at the first try", ("You were", "right", "not yet right")
    wrong = "You were sure, and it was not right yet", ("Question", "Read again")
    return page(table(*counts, rows), *([table(*wrong, again)] if again else []))


def _tried(found: Iterable[journal.Entry]) -> list[tuple[facts.Question, list[journal.Entry]]]:
    """Return what was asked, each with its answers in order."""
    own = facts.grouped(found, lambda entry: entry.question)
    return [(_asked(name), tries) for name, tries in own.items() if name != journal.NAME]


def _asked(name: str) -> facts.Question:
    """Return what was asked: a question, a story, or one box of a text, such as `memo/claim`."""
    known, (head, _, box) = facts.library(), name.partition("/")
    if story := known.stories.get(name):
        key = facts.Option(story.answer, True, "")
        return facts.Question(name, "predictions", "", story.story, "", (), "", (key,))
    asked = known.questions.get(head) or facts.Question(name, "other", "", head, "", (), "", ())
    return asked._replace(prompt=f"{asked.prompt} ({box})") if box else asked


def _result(asked: facts.Question, entry: journal.Entry) -> tuple[str, str]:
    """Return whether an answer is right, and the reason of that option."""
    chosen = next((option for option in asked.options if option.says == entry.answer), None)
    if chosen:
        return RIGHT if chosen.right else NOT_YET, chosen.reason
    return NOT_YET if asked.options else OWN, ""


def _row(asked: facts.Question, tries: Sequence[journal.Entry]) -> tuple[str, ...]:
    """Return lesson, question, first answer, how sure, last answer, result and reason."""
    first, last = tries[0], tries[-1]
    tried = first.answer if asked.options else ""  # a text is kept while it is typed
    return asked.lesson, asked.prompt, tried, first.sure, last.answer, *_result(asked, last)


def _again(asked: facts.Question) -> Node | str:
    return boxes([asked.paragraph]) if asked.paragraph else _title(asked.lesson)


def _title(lesson: str) -> str:
    return lesson.replace("lesson-0", "lesson ").capitalize()


def _sheets(lesson: str, rows: Sequence[Sequence[str]]) -> list[Node]:
    """Return the tables of one lesson; their captions count what is blank."""
    asked = [own.prompt for own in facts.library().questions.values() if own.lesson == lesson]
    blank = sum(not any(row[1].startswith(prompt) for row in rows) for prompt in asked)
    head = _title(lesson) + (f": {blank} of {len(asked)} questions blank" if asked else "")
    chosen = [row[1:] for row in rows if row[5] != OWN]
    texts = [(row[1], span(row[4], look="own-text")) for row in rows if row[5] == OWN]
    sheets = [table(head, HEADS[1:], chosen)] if chosen else []
    return sheets + ([table(f"{head}: texts", ("Question", "My text"), texts)] if texts else [])


def _files(title: str, shown: View, rows: Iterable[Sequence[str]]) -> list[Node]:
    """Write the work as a page and as a table; return a link to each, and what goes wrong."""
    cells, frame = io.StringIO(), (Path(__file__).parent / "work.html").read_text(encoding="utf-8")
    csv.writer(cells).writerows([("Student", *HEADS), *([*map(_safe, row)] for row in rows)])
    head = f"{tag('title', title).html()}\n<style>\n{LOOKS}"
    html = frame.replace("<style>", head).replace("<main>", f"<main>{shown.markup}")
    nodes = []
    for kind, text in {"html": html, "csv": f"\ufeff{cells.getvalue()}"}.items():
        name, data = f"my-work.{kind}", text.encode(errors="replace")
        href = f"data:text/{kind};base64,{b64encode(data).decode()}"
        words = f"Save my work as {kind.upper()}"
        link = tag("a", words, look="button", download=name, href=href)
        wrong = _write(journal.folder() / name, data)
        nodes += [tag("p", child, look="text") for child in (link, wrong) if child]
    return nodes


def _write(path: Path, data: bytes) -> str:
    """Put a file in the place of an older one, which stays whole until then; say what is wrong."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        try:
            journal.to_disk(beside, data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        return f"The page could not be written: {journal.trouble(error)}"
    return ""


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, at whichever sign it parts cells.

    >>> _safe("a;=1+1"), _safe("-1"), _safe("self-made")
    ("'a;'=1+1", "'-1", 'self-made')
    """
    plain = cell.replace("\0", "")
    safe = _FORMULA.sub(r"\g<0>'", plain)
    return f"'{safe}" if safe != plain or cell.startswith(tuple("=+-@\t\r\0")) else safe
