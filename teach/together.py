"""The files of a class, read as one table. It is for the teacher alone: no lesson imports it.

No row of a file is dropped in silence: each stays, with its file, its row and, in `why`, the reason
why it does not count, or nothing.
"""

import csv
import io
import random
import re
import shutil
from pathlib import Path
from string import ascii_uppercase
from typing import Any, NamedTuple

import pandas as pd

from helpers import facts, rules
from helpers.student import journal, page

HERE = Path(__file__).parent  # with the moves, and what tempts in each wrong answer
NO_PAGE = "There is no answer of these lessons in it, and no count. Ask for my-work.csv."
NO_HEAD = "A count has the headings question id, answer and count. Here one is missing: "
NO_HAND = "Every count in it is empty or 0."
CODES = "It is not saved as UTF-8, so letters such as é may be wrong. It counts."
ODD = "Left out: cells and headings do not fit. Is the file cut off, or a quotation mark missing?"
NEWER = "Left out: another row of the same student, as new or newer, has this answer."
NAMELESS = "It has no name. It counts as a student without one."
TWINS = "Two students seem to have this name, and count as two. If it is one, remove a file."
SEVERAL = "Two or more files of the same student. They count as one, the newest answers first."
OLD = "It was made with older lessons, or with another edition. It counts."
OTHER = "These lessons do not ask this. It counts, under its own words."
COLUMNS = ["file", "row", "why", "count", "answer", "student"]
COLUMNS += [head.lower().replace(" ", "_") for head in (*page.HEADS, *page.MORE)]
PAGE, COUNT = {"student", "question", "last_answer"}, {"question_id", "answer", "count"}
JUDGED = (page.RIGHT, page.NOT_YET)


class Ours(NamedTuple):
    """What a class handed in: every row, the rows that count, and those with a right answer."""

    every: pd.DataFrame
    said: list[tuple[str, str]]  # each a file, and what is wrong with it
    rows: pd.DataFrame  # without names where it is for the wall
    asked: pd.DataFrame  # with the columns `first` and `last`: was that answer right?
    students: list[str]
    wall: bool
    told: str  # where all this is from


def folder() -> Path:
    """Return the folder of the class, beside the notebook.

    >>> folder().name
    'class'
    """
    return journal.folder().parent / "notebooks" / "class"


def keep(name: str, content: bytes) -> None:
    """Keep a copy of a file that was chosen; another one of that name is kept beside it."""
    home = folder() / "chosen"
    home.mkdir(parents=True, exist_ok=True)
    while (path := home / Path(name).name).exists() and path.read_bytes() != content:
        name = f"{path.stem} (another){path.suffix}"
    path.write_bytes(content)


def forget() -> None:
    """Remove the copies of what was chosen; what a teacher put into the folder stays."""
    shutil.rmtree(folder() / "chosen", ignore_errors=True)


def kept() -> list[tuple[str, bytes]]:
    """Return each file of the class with its content."""
    paths = sorted(own for own in folder().rglob("*") if own.is_file() and own.name[0] != ".")
    return [
        (own.relative_to(folder()).as_posix().removeprefix("chosen/"), own.read_bytes())
        for own in paths
    ]


def ours(wall: bool = False) -> Ours:
    """Return what the class handed in, or a made-up class where there is no file.

    >>> ours(wall=True).told[-7:]
    'hidden.'
    """
    given = kept()
    every, said = read(given or [("made-up-class.csv", made_up())])
    every = joined(every)
    rows = every[every["why"] == ""]
    students = sorted({own for own in rows["student"] if own})
    told = (
        "From the files of your class."
        if given
        else "A made-up class of 24: nobody gave these answers."
    )
    if wall:
        told += " Names and groups of fewer than five are hidden."
        rows = _nameless(rows, students)
    right = rows["first_result"].isin(JUDGED) & rows["result"].isin(JUDGED)
    asked = rows[right & ~rows["question_id"].str.contains("/")]
    asked = asked.assign(
        first=asked["first_result"] == page.RIGHT,
        last=asked["result"] == page.RIGHT,
        felt=asked["how_sure"].isin(page.SURE),
        sure=asked["how_sure"] == page.SURE[0],
    )
    return Ours(every, said, rows, asked, students, wall, told)


def _nameless(rows: pd.DataFrame, students: list[str]) -> pd.DataFrame:
    """Return rows with a number for each student, and no name of one in what was typed."""
    forms = {word.casefold() for own in students for word in own.split() if len(word) > 1}
    numbers = {own: f"student {at}" for at, own in enumerate(students, 1)} | {"": ""}
    hidden = rows["last_answer"].str.replace(
        r"\w+", lambda own: "(name)" if own[0].casefold() in forms else own[0], regex=True
    )
    typed = ~rows["result"].isin(JUDGED)
    answers = rows["last_answer"].mask(typed, hidden)
    return rows.assign(student=rows["student"].map(numbers), file="", last_answer=answers)


def joined(every: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which one student has one name, and only the newest of like rows counts.

    Two students of one name are known by other first answers; then the name has its file.
    """
    hand, name = every["student"] == "", every["student"].str.casefold()
    every = every.assign(student=every.groupby(name)["student"].transform("min"))
    tried = every[(every["first_answer"] != "") & ~hand & (every["why"] == "")]
    answers = tried.groupby(["student", "question_id"])["first_answer"].nunique()
    twins = every["student"].isin(answers[answers > 1].index.get_level_values("student"))
    every.loc[twins, "student"] += " (" + every["file"] + ")"
    order = every.assign(known=every["lesson"] != "other")
    order["size"] = order.groupby("file")["row"].transform("size")
    order = order[~hand & (order["why"] == "")]
    order = order.sort_values(["known", "last_time", "size"], kind="stable")
    older = order.index[order.duplicated(["student", "question_id"], keep="last")]
    every.loc[older, "why"] = NEWER
    return every.assign(twin=twins)


def remarks(own: Ours) -> pd.DataFrame:
    """Return what to know about files: what to do, why, and the files with their rows."""
    every, whole = own.every, own.every.groupby("file")["row"].nunique()
    counts, hand = every["why"] == "", every["student"] == ""
    several = every[~hand].groupby("student")["file"].nunique() > 1
    same = every["student"].isin(several[several].index) & ~every["twin"]
    old = counts & ~hand & (every["edition"] != facts.library().edition)
    known = {why: every["why"] == why for why in every["why"].unique() if why}
    known |= {NAMELESS: every["student"].str.startswith("No name (") & counts, SEVERAL: same}
    known |= {TWINS: every["twin"], OLD: old, OTHER: counts & every["lesson"].isin(["", "other"])}
    fine = {NAMELESS, SEVERAL, OLD, OTHER, NEWER, CODES, TWINS}
    lines = [
        ("Nothing to do" if why in fine else "Ask for it again", why, at, "")
        for at, why in own.said
    ]
    for why, here in known.items():
        to_do = "Nothing to do" if why in fine else "A row is missing"
        for at, rows in every[here].groupby("file")["row"].unique().items():
            places = f" (row {', '.join(rows[:5])}{' …' * (len(rows) > 5)})"
            lines.append((to_do, why, str(at), "" if len(rows) == whole[at] else places))
    found = pd.DataFrame(lines, columns=["to do", "why", "file", "rows"])
    found["file"] += found.pop("rows")
    return found.groupby(["to do", "why"], sort=False)["file"].agg("; ".join).reset_index()


def missing(own: Ours) -> pd.DataFrame:
    """Return each lesson with how many handed in, and who did not, or not so that one can read it.

    A lesson of fewer than three students is left out: the class has not done it.
    """
    pages, size = own.rows[own.rows["student"] != ""], len(own.students)
    broken = {*own.every[own.every["why"] == ODD]["student"]}
    told = []
    for lesson, done in pages.groupby("lesson")["student"]:
        away = [name for name in own.students if name not in {*done}] if not own.wall else []
        torn, none = ([it for it in away if (it in broken) is one] for one in (True, False))
        few = own.wall and 0 < size - done.nunique() < 5
        told.append((lesson, done.nunique(), ", ".join(none), ", ".join(torn), few))
    heads = ["lesson", "handed in", "nothing yet from", "a row could not be read"]
    found = pd.DataFrame(told, columns=[*heads, "few"])
    found = found[found["handed in"] >= (5 if own.wall else 3)].reset_index(drop=True)
    found["handed in"] = found["handed in"].astype(object).mask(found.pop("few"), "nearly all")
    found["lesson"] = found["lesson"].str.replace("lesson-", "lesson ")
    return found.drop(columns=heads[2:]) if own.wall else found


def missed(asked: pd.DataFrame) -> pd.DataFrame:
    """Return the wrong first answers of two or more, those that most were sure of on top.

    `n` of the `of` who were asked how sure were sure of it. Where nobody was asked, as in a count
    of hands, all who gave that answer count.
    """
    asked = asked[~asked["question_id"].str.startswith("before-")]
    felt = asked.groupby("question_id")["felt"].transform("any")
    asked = asked[asked["felt"] == felt]
    wrong = asked[~asked["first"] & (asked["sure"] | ~asked["felt"])]
    wrong = wrong.assign(still=~wrong["last"])
    by = wrong.groupby(["question_id", "first_answer", "lesson", "question", "felt"])["still"]
    found = by.agg(["size", "sum"]).set_axis(["n", "still"], axis=1).reset_index()
    found["of"] = found["question_id"].map(asked["question_id"].value_counts())
    order = ["felt", "n", "still", "question_id"]
    return found[found["n"] >= 2].sort_values(order, ascending=[False, False, False, True])


def shares(counts: pd.DataFrame, wall: bool) -> pd.DataFrame:
    """Return counts as percentages of their row; for the wall, none that tells of fewer than five.

    There they are in tens, and a row is hidden where its hidden rest can be worked out.

    >>> shares(pd.DataFrame([[22, 0], [15, 7], [20, 2]]), wall=True).values.tolist()
    [[100.0, 0.0], [70.0, 30.0], [nan, nan]]
    """
    whole = counts.sum(axis=1)
    percent = counts.mul(100).div(whole, axis=0)
    if not wall:
        return percent.round()
    open_ = (counts == 0) | (counts >= 5)
    rest = counts.where(~open_, 0).sum(axis=1)
    clear = ((rest == 0) | (rest >= 5)) & (whole >= 5)
    return percent.round(-1).where(open_).where(clear)


def share(asked: pd.DataFrame, of: str, wall: bool, by: str | list[str] = "question_id") -> Any:
    """Return the share of the answers for which a column is true, for each question or other group.

    >>> told = pd.DataFrame({"question_id": ["a", "a"], "first": [True, False]})
    >>> share(told, "first", wall=False).to_dict()
    {'a': 50.0}
    """
    right = asked.groupby(by)[of].agg(["sum", "size"]).astype(int)
    return shares(pd.DataFrame({"yes": right["sum"], "no": right["size"] - right["sum"]}), wall)[
        "yes"
    ]


def template() -> str:
    """Return a table for a count of hands: each answer of each question, and a cell to fill in.

    >>> template().splitlines()[0]
    'question id,lesson,question,letter,answer,count'
    """
    known = facts.library()
    cells: list[tuple[str, ...]] = [
        ("question id", "lesson", "question", "letter", "answer", "count")
    ]
    for id_, own in known.questions.items():
        for letter, option in zip("abcdefgh", own.options, strict=False):
            cells.append((id_, own.lesson, own.prompt, letter, option.says, ""))
    for id_, story in known.stories.items():
        if not story.position:
            cells += [(id_, "predictions", story.story, "", own, "") for own in rules.ANSWERS]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([map(page.safe, own) for own in cells])
    return written.getvalue()


def made_up() -> bytes:
    """Return the file of a made-up class of 24, to show what all this looks like."""
    chance = random.Random(24)
    says = _sayings(chance)
    often = {
        id_: [
            2 * chance.random() ** 3 + (right or 0) * (0.8 + id_.startswith("after"))
            for _, right in own
        ]
        for id_, own in says.items()
    }
    made = []
    for letter in ascii_uppercase[:24]:
        for id_, own in says.items():
            behind = letter >= "U" and page.question(id_).lesson >= "lesson-06"
            if chance.random() < 0.95 and not behind:
                first = chance.choices(own, often[id_])[0]
                made.append({"Student": f"Student {letter}"} | _made(id_, first, own, chance))
    return pd.DataFrame(made).to_csv(index=False).encode()


def _sayings(chance: random.Random) -> dict[str, list[tuple[str, bool | None]]]:
    """Return what can be said to each question, and whether it is right, or None."""
    known = facts.library()
    says: dict[str, list[tuple[str, bool | None]]] = {
        f"{at}-{n}": [("right", True), ("wrong", False)]
        for n in range(1, 11)
        for at in ("before", "after")
    }
    for id_, own in known.questions.items():
        says[id_] = [(it.says, it.right) for it in own.options]
        for row in known.rows["criteria"]:
            if row["set"] == own.criteria:
                texts = [f"Made up: this text {row[side]}." for side in ("strong", "weak")]
                says[id_] += [(it, None) for it in texts]
    for row in known.rows["cases"]:
        if row["if_allowed"] + row["if_not_allowed"]:
            says[row["id"]] = [(it, it == row["answer"]) for it in rules.ANSWERS]
    reasons = [own.says for own in known.reasons.values()]
    says["advice/evidence"] = [("\n".join(chance.sample(reasons, 4)), None) for _ in range(9)]
    return {id_: own for id_, own in says.items() if own}


def _made(
    id_: str,
    first: tuple[str, bool | None],
    own: list[tuple[str, bool | None]],
    chance: random.Random,
) -> dict[str, str]:
    """Return the cells of a made-up answer, which a second try mends more often than not."""
    best = max(own, key=lambda it: it[1] or 0)
    last = best if first[1] is False and chance.random() < 0.7 else first
    results = {True: page.RIGHT, False: page.NOT_YET, None: page.OWN}
    weights = (4, 4, 3) if first[1] is False else (5, 4, 1)
    cells = {"Question": id_, "Question id": id_, "How sure": chance.choices(page.SURE, weights)[0]}
    cells |= {"First answer": first[0], "First result": results[first[1]]}
    cells |= {
        "Last answer": last[0],
        "Result": results[last[1]],
        "Edition": facts.library().edition,
    }
    return cells | {"Lesson": "lesson-08" if id_.startswith("after") else "lesson-00"}


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
        told = [own | {"file": file} for row in rows for own in _filled(row, ids, nobody)]
        wrong = NO_HAND if rows and not told else wrong
        found, said = found + told, said + ([(file, wrong)] if wrong else [])
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
        lacks = [name.replace("_", " ") for name in sorted(COUNT - {*columns})]
        return [], f"{NO_HEAD}{lacks[0]}." if rows and len(lacks) == 1 else NO_PAGE
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
    counted = bool(row["answer"] or row["count"])
    name = name.lower() if counted else name
    asked, student = page.question(name), " ".join(row["student"].split())
    told = {} if asked.lesson == "other" else {"lesson": asked.lesson, "question": asked.prompt}
    row |= {"question_id": name, "student": student or nobody, **told}
    case = name in facts.library().stories
    judged = dict.fromkeys(rules.ANSWERS, page.NOT_YET) if case else {}
    judged |= {own.says: page.RIGHT if own.right else page.NOT_YET for own in asked.options}
    if counted:
        # On the sheets a case has four boxes, and no letters.
        letters = [] if case else zip("abcdefgh", (own.says for own in asked.options), strict=False)
        answer = {**dict(letters)}.get(row["answer"].lower(), row["answer"])
        row |= {"student": "", "first_answer": answer, "last_answer": answer}
        if why := _uncounted(row, answer in judged, case):
            row |= {"why": why, "count": "1"}
    for result, answer in (("first_result", "first_answer"), ("result", "last_answer")):
        if row[result] not in (page.RIGHT, page.NOT_YET):
            row[result] = judged.get(row[answer], row[result])
    return [row] * int(row["count"] or not counted)


def _uncounted(row: dict[str, str], fits: bool, case: bool) -> str:
    """Return why the count of an answer can't be read, with the cell as it stands, or nothing."""
    if not fits:
        hint = f" A case has one of: {', '.join(rules.ANSWERS)}." if case else ""
        answer, name = row["answer"], row["question_id"]
        return f"Left out: “{answer}” is no answer to the question “{name}”.{hint}"
    if not re.fullmatch("[0-9]{0,3}", row["count"]):
        return f"Left out: “{row['count']}” is no count from 0 to 999."
    if row["how_sure"] and row["how_sure"] not in page.SURE:
        return f"Left out: “{row['how_sure']}” is none of {', '.join(page.SURE)}."
    return row["why"]
