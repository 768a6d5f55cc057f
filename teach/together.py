"""The pages of a class, read as one table. It is for the teacher alone: no lesson imports it.

No row of a file is dropped in silence: each stays, with its file, its row and, in `why`, the reason
why it does not count, or nothing.
"""

import csv
import io
import re
from pathlib import Path

import pandas as pd

from helpers import facts, rules
from helpers.student import page

HERE = Path(__file__).parent  # with the moves, and what tempts in each wrong answer
NO_PAGE = "There is no page of these lessons in it, and no count. Ask for my-work.csv."
CODES = "It is not saved as UTF-8, so letters such as é may be wrong. It counts."
ODD = "Left out: cells and headings do not fit. Is the file cut off, or a quotation mark missing?"
UNKNOWN = "Left out: this is no answer to that question, or no count from 1 to 999."
COLUMNS = ["file", "row", "why", "count", "answer", "student"]
COLUMNS += [head.lower().replace(" ", "_") for head in (*page.HEADS, *page.MORE)]
PAGE, COUNT = {"student", "question", "last_answer"}, {"question_id", "answer", "count"}


def read(pages: list[tuple[str, bytes]]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return each row of some files, each a name and a content, and what is wrong with a file.

    A count, of question id, answer and count, has a row for each hand or sheet of paper.

    >>> read([("a.csv", b"")])[1] == [("a.csv", NO_PAGE)]
    True
    """
    given, contents = [name for name, _ in pages], [data for _, data in pages]
    names = [name + " (again)" * given[:at].count(name) for at, name in enumerate(given)]
    known, found, said = facts.library(), list[dict[str, str]](), list[tuple[str, str]]()
    ids = {page.question(name).prompt: name for name in (*known.stories, *known.questions)}
    for file, data in zip(names, contents, strict=True):
        rows, wrong = _rows(data)
        nobody = f"No name ({names[contents.index(data)]})"  # a copy is no second student
        found += [own | {"file": file} for row in rows for own in _filled(row, ids, nobody)]
        said += [(file, wrong)] if wrong else []
    return pd.DataFrame(found, columns=COLUMNS, dtype=object), said


def _rows(data: bytes) -> tuple[list[dict[str, str]], str]:
    """Return the rows of a file by their headings, and what is wrong with it."""
    wrong, body = "", data.decode("utf-16" if b"\0" in data[:9] else "utf-8-sig", "replace")
    if "\ufffd" in body:
        wrong, body = CODES, data.decode("cp1252", "replace")
    cells, whole = _cells(body)
    (_, heads), *rows = [(at, own) for at, own in enumerate(cells, 1) if any(own)] or [(1, [""])]
    columns = [head.strip().lower().replace(" ", "_") for head in heads]
    if not rows or not (PAGE <= {*columns} or COUNT <= {*columns}):
        return [], NO_PAGE
    # A spreadsheet may leave out the last cells of a row where they are empty.
    need = columns.index("result") + 1 if whole and "result" in columns else len(columns)
    return [_row(columns, own, need) | {"row": str(at)} for at, own in rows], wrong


def _cells(body: str) -> tuple[list[list[str]], bool]:
    """Return the cells of each row, and whether the file is whole.

    Where a quotation mark is missing, they are those of each line.
    """
    lines = io.StringIO(body, newline=None).readlines() or [""]
    mark = max(",;\t|", key=lines[0].count)
    try:
        return [*csv.reader(lines, delimiter=mark, strict=True)], body[-1:] in "\r\n"
    except csv.Error:
        return [own for line in lines for own in csv.reader([line], delimiter=mark)], False


def _row(heads: list[str], cells: list[str], need: int) -> dict[str, str]:
    # The apostrophe keeps a spreadsheet from taking a cell for a formula.
    mark = r"""((?:^|[;,\t|\r\n])[\s"']*)'(?=[=+@-])"""
    own = [re.sub(mark, r"\1", cell).strip() for cell in cells]
    why = ODD if any(own[len(heads) :]) or len(own) < need else ""
    return dict(zip(heads, own, strict=False)) | {"why": why}


def _filled(row: dict[str, str], ids: dict[str, str], nobody: str) -> list[dict[str, str]]:
    """Return a row, as often as it counts, with what the tables know of its question."""
    row = dict.fromkeys(COLUMNS, "") | row
    words = " ".join(row["question"].split())
    head, _, box = words.removesuffix(")").rpartition(" (")
    name = row["question_id"] or ids.get(words) or (f"{ids[head]}/{box}" if head in ids else words)
    asked, student = page.question(name), " ".join(row["student"].split())
    told = {} if asked.lesson == "other" else {"lesson": asked.lesson, "question": asked.prompt}
    row |= {"question_id": name, "student": student or nobody, **told}
    judged = dict.fromkeys(rules.ANSWERS, page.NOT_YET) if asked.options else {}
    judged |= {own.says: page.RIGHT if own.right else page.NOT_YET for own in asked.options}
    if row["answer"] or row["count"]:
        letters = dict(zip("abcdefgh", (own.says for own in asked.options), strict=False))
        answer = letters.get(row["answer"].lower(), row["answer"])
        row |= {"student": "", "first_answer": answer, "last_answer": answer}
        fits = answer in judged and re.fullmatch("[1-9][0-9]{0,2}", row["count"])
        row |= {} if fits else {"why": UNKNOWN, "count": ""}
    for result, answer in (("first_result", "first_answer"), ("result", "last_answer")):
        if row[result] not in (page.RIGHT, page.NOT_YET):
            row[result] = judged.get(row[answer], row[result])
    return [row] * int(row["count"] or 1)
