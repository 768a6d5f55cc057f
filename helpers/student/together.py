"""The pages of a class, read as one table. It is for the teacher alone: no lesson imports it.

No row of a file is dropped in silence: each stays, with its file, its row and, in `why`, the reason
why it does not count, or nothing.
"""

import csv
import io
import re

import pandas as pd

from helpers import facts, rules
from helpers.student import page

NO_PAGE = "There is no page of these lessons in it, and no count. Ask for my-work.csv."
CODES = "It is not saved as UTF-8, so letters such as é may be wrong. It counts."
CUT = "Left out: the file is cut off there, or a quotation mark is missing."
ODD = "Left out: there are more cells than headings."
UNKNOWN = "Left out: this is no answer to that question, or no count from 1 to 999."
HEADS = ["File", "Row", "Why", "Count", "Answer", "Student", *page.HEADS, *page.MORE]
PAGE, COUNT = {"student", "question", "last_answer"}, {"question_id", "answer", "count"}
APOSTROPHE = re.compile(r"""((?:^|[;,\t|\r\n])[\s"']*)'(?=[=+@-])""")  # against formulas


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
        found += [_filled(row, ids, nobody) | {"file": file} for row in rows]
        said += [(file, wrong)] if wrong else []
    own = pd.DataFrame(found, columns=[*map(_column, HEADS)], dtype=object)
    return own.loc[own.index.repeat(own.pop("count").astype(int))].reset_index(drop=True), said


def _rows(data: bytes) -> tuple[list[dict[str, str]], str]:
    """Return the rows of a file by their headings, and what is wrong with it."""
    wrong, body = "", data.decode("utf-16" if b"\0" in data[:9] else "utf-8-sig", "replace")
    if "\ufffd" in body:
        wrong, body = CODES, data.decode("cp1252", "replace")
    lines = io.StringIO(body, newline=None).readlines() or [""]
    csv.field_size_limit(len(body) + 1)  # a cell has all the rest where a quotation mark is missing
    cells = csv.reader(lines, delimiter=max(",;\t|", key=lines[0].count))
    (_, heads), *rows = [(at, own) for at, own in enumerate(cells, 1) if any(own)] or [(1, [""])]
    columns = [*map(_column, heads)]
    if not rows or not (PAGE <= {*columns} or COUNT <= {*columns}):
        return [], NO_PAGE
    found = [_row(columns, own) | {"row": str(at)} for at, own in rows]
    short = body[-1] not in "\r\n" and len(rows[-1][1]) < len(heads)
    found[-1] |= {"why": CUT} if short or body.count('"') % 2 else {}
    return found, wrong


def _row(heads: list[str], cells: list[str]) -> dict[str, str]:
    own = [APOSTROPHE.sub(r"\1", cell).strip() for cell in cells]
    return dict(zip(heads, own, strict=False)) | {"why": ODD if any(own[len(heads) :]) else ""}


def _column(head: str) -> str:
    return head.strip().lower().replace(" ", "_")


def _filled(row: dict[str, str], ids: dict[str, str], nobody: str) -> dict[str, str]:
    """Return a row with what the tables know of its question, and with its results."""
    row = dict.fromkeys(map(_column, HEADS), "") | row
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
        row["why"] = row["why"] or ("" if fits else UNKNOWN)
    row["count"] = row["count"] if row["answer"] and not row["why"] else "1"
    for result, answer in (("first_result", "first_answer"), ("result", "last_answer")):
        if row[result] not in (page.RIGHT, page.NOT_YET):
            row[result] = judged.get(row[answer], row[result])
    return row
