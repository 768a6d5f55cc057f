"""The student's work as a page to hand in, and how sure the student was."""

import csv
import io
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from helpers import facts
from helpers.show.parts import text
from helpers.student import journal
from helpers.view import LOOKS, Node, View, page, table, tag

NOTHING, OWN, RIGHT, NOT_YET = "Nothing is kept yet.", "own words", "right", "not yet"
SURE, AGAIN = ("sure", "fairly sure", "guessing"), "again"
HEADS = "Lesson,Question,First answer,How sure,Last answer,Result,Reason,Paragraph".split(",")
# These stand in the table to hand in, and not on the page.
MORE = "Question id,First result,Tries,First time,Last time,Edition".split(",")


def work(press: str = "", **_: str) -> View:
    """Return the student's work as a page to hand in; after a press of save, links come first.

    Everything that a student typed is text in both files, not markup or a formula.

    >>> work("save").gist.startswith("My work")
    True
    """
    (found, wrong), name = journal.read(), journal.kept(journal.NAME).answer
    title = f"My work: {name}" if name else "My work"
    rows = [_row(asked, tries) for asked, tries in _tried(found) if tries[-1].answer.strip()]
    every = sorted(facts.grouped(rows, lambda row: row[0]).items())
    sheets = [_sheet(facts.library(), lesson, tuple(own)) for lesson, own in every]
    top = tag("p", title, look="title"), text(wrong or ("" if rows else NOTHING)), *_counts(found)
    whole, saves = page(*top, *sheets), rows and press == "save"
    made = {"html": framed(title, whole), "csv": _csv(name, rows)} if saves else {}
    return page(*top, *(link("my-work", *one) for one in made.items()), *sheets)


def due(day: str) -> Iterator[str]:
    """Yield which questions were first answered sure and wrong before a day, and not right since.

    >>> [*due("0001-01-01")]
    []
    """
    for name, asked in facts.library().questions.items():
        for first in journal.tries(name)[:1]:
            missed = (first.sure, _result(asked, first)[0]) == (SURE[0], NOT_YET)
            again = _result(asked, journal.kept(f"{name}/{AGAIN}"))[0]
            if missed and first.at < day and again != RIGHT:
                yield name


def _counts(found: Iterable[journal.Entry]) -> list[Node]:
    """Return how sure the student was at each first try, and how often it was right."""
    how = [(own[0].sure, _result(it, own[0])[0]) for it, own in _tried(found) if it.options]
    rows = [(level, *(str(how.count((level, is_))) for is_ in (RIGHT, NOT_YET))) for level in SURE]
    counts = "How sure you were at the first try", ("You were", "right", "not yet right")
    return [table(*counts, rows)] if any(level for level, _ in how) else []


def _tried(found: Iterable[journal.Entry]) -> list[tuple[facts.Question, list[journal.Entry]]]:
    """Return what was asked, each with its answers in order."""
    by = facts.grouped((it for it in found if it.question != journal.NAME), lambda it: it.question)
    return [(question(name, own[-1].lesson or "other"), own) for name, own in by.items()]


def question(name: str, lesson: str = "other") -> facts.Question:
    """Return what was asked: a question, a story, or one box of a text, such as `memo/claim`.

    What these tables do not know was asked in a lesson with others, if it is named.

    >>> question("never-asked").lesson, question("never-asked", "lesson-08").lesson
    ('other', 'lesson-08')
    """
    known, (head, _, box) = facts.library(), name.partition("/")
    if asked := known.questions.get(head):
        return asked._replace(prompt=f"{asked.prompt} ({box})") if box else asked
    told = {id_: (own.story, own.answer) for id_, own in known.stories.items()}
    told |= {f"claims/{it.claim.id}": (it.claim.claim, it.status) for it in known.outcomes.values()}
    prompt, *keys = told.get(name, (name,))
    options = tuple(facts.Option(key, True, "") for key in keys)
    return facts.Question(name, "predictions" if keys else lesson, "", prompt, "", (), "", options)


def _result(asked: facts.Question, entry: journal.Entry) -> tuple[str, str]:
    """Return whether an answer is right, and the reason of that option."""
    given = {own.says: (RIGHT if own.right else NOT_YET, own.reason) for own in asked.options}
    return given.get(entry.answer, (NOT_YET if asked.options else OWN, ""))


def _row(asked: facts.Question, tries: Sequence[journal.Entry]) -> tuple[str, ...]:
    """Return the cells of a question; the result is that of the last answer."""
    first, last = tries[0], tries[-1]
    # The first answer to an opinion says nothing: a text is kept while it is typed.
    early = (first.answer, _result(asked, first)[0]) if asked.options or first.sure else ("", "")
    told = asked.lesson, asked.prompt, early[0], first.sure, last.answer, *_result(asked, last)
    more = first.question, early[1], str(len(tries)), first.at, last.at, last.edition
    return *told, last.paragraph, *more


@lru_cache(64)  # a new answer changes the table of one lesson
def _sheet(known: facts.Library, lesson: str, rows: tuple[tuple[str, ...], ...]) -> Node:
    """Return the table of a lesson; its caption counts what is blank, and no column is empty."""
    asked = [own.prompt for own in known.questions.values() if own.lesson == lesson]
    blank = sum(not any(row[1].startswith(prompt) for row in rows) for prompt in asked)
    title = lesson.replace("lesson-0", "lesson ").capitalize()
    head = title + (f": {blank} of {len(asked)} questions blank" if asked else "")
    filled = [at for at in range(1, len(HEADS)) if any(row[at] for row in rows)]
    heads, *told = ([row[at] for at in filled] for row in (HEADS, *rows))
    drawn = tag("div", table(head, heads, told), look="own-text")
    return drawn._replace(made=drawn.html())


def framed(title: str, shown: View) -> str:
    """Return a view as a page of its own, to open in any browser and to print.

    >>> framed("My work", page("Hello."))[:15]
    '<!doctype html>'
    """
    frame = (Path(__file__).parent / "work.html").read_text(encoding="utf-8")
    head = f"{tag('title', title).html()}\n<style>\n{LOOKS}"
    return frame.replace("<style>", head).replace("<main>", f"<main>{shown.markup}")


def _csv(name: str, rows: Iterable[tuple[str, ...]]) -> str:
    cells, heads = io.StringIO(), ("Student", *HEADS, *MORE)
    csv.writer(cells).writerows([heads, *(map(safe, (name, *row)) for row in rows)])
    return f"\ufeff{cells.getvalue()}"


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, at whichever sign it parts cells.

    >>> safe("a;=1+1"), safe("-1"), safe("self-made")
    ("a;'=1+1", "'-1", 'self-made')
    """
    # A formula can begin in front, or behind a sign at which a spreadsheet may part cells.
    return re.sub(r"""(?:^|[;,\t|\r\n])[\s"']*(?=[=+@-])""", r"\g<0>'", cell.replace("\0", ""))


def link(name: str, kind: str, file: str) -> Node:
    """Return a link that saves a file, which it holds whole.

    >>> page(link("my-work", "csv", "a,b")).words
    'Save my work as CSV'
    """
    href = f"data:text/{kind};base64,{b64encode(file.encode(errors='replace')).decode()}"
    words = f"Save {name.replace('-', ' ')} as {kind.upper()}"
    return text(tag("a", words, look="button", download=f"{name}.{kind}", href=href))
