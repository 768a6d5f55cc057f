"""The files of a class, read as one table. It is for the teacher alone: no lesson imports it.

No row of a file is dropped in silence: each stays, with its file, its row and, in `why`, the reason
why it does not count, or nothing.
"""

import csv
import io
import random
import re
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import facts, rules
from helpers.student import journal, page, tasks

HERE = Path(__file__).parent  # with the moves, and what tempts in each wrong answer
NO_PAGE = "It has neither answers nor the columns question id, answer, count. Ask for my-work.csv."
NO_HAND = "Every count in it is empty or 0."
CODES = "It is not saved as UTF-8, so letters such as é may be wrong. It counts."
ODD = "Left out: cells and headings do not fit. Is the file cut off, or a quotation mark missing?"
TORN = "Left out: another row of this count can't be read, so none of its question counts."
NEWER = "Left out: another row of the same student, as new or newer, has this answer."
RECOUNT = "Left out: a newer table counts this question too: "
COPY = "Left out: it is equal, letter by letter, to "
NAMELESS = "It has no name. It counts as one student; ask who it is."
TWINS = "Two students seem to have this name, and count as two. If it is one, leave out a file."
OLD = "It is of older lessons or another edition, or asks what these lessons do not. It counts."
# What to do about a file, with how each reason for it begins; what is not here is a missing row.
DO: dict[str, tuple[str, ...]] = {"Ask for it again": (NO_PAGE, NO_HAND), "A row is missing": ()}
DO["Look at it"], DO["Nothing to do"] = (TWINS, COPY, NAMELESS), (NEWER, RECOUNT, OLD, CODES)
COLUMNS = ["student", "file", "row", "why", "count", "answer"]
COLUMNS += [head.lower().replace(" ", "_") for head in (*page.HEADS, *page.MORE)]
PAGE, COUNT = {"student", "question", "last_answer"}, {"question_id", "answer", "count"}
JUDGED = (page.RIGHT, page.NOT_YET)
MEMO, EVIDENCE = "advice", "/evidence"  # the second ends the id of what a memo rests on


class Ours(NamedTuple):
    """What a class handed in: every row, the rows that count, and those with a right answer."""

    every: pd.DataFrame  # with no names and no texts where it is for the wall
    said: list[tuple[str, str]]  # each a file, and what is wrong with it
    rows: pd.DataFrame
    asked: pd.DataFrame  # with the columns `first` and `last`: was that answer right?
    students: list[str]
    wall: bool
    made_up: bool


def folder() -> list[tuple[str, bytes]]:
    """Return the files that a teacher put into the folder of the class, the newest last."""
    paths = (journal.folder().parent / "notebooks" / "class").glob("[!.]*.*")
    newest = sorted(paths, key=lambda own: (own.stat().st_mtime, own.name))
    return [(f"class/{own.name}", own.read_bytes()) for own in newest]


def ours(files: list[tuple[str, bytes]], wall: bool = True) -> Ours:
    """Return what the class handed in, or a made-up class where there is no file.

    >>> ours([]).made_up, ours([]).students[0]
    (True, 'student 1')
    """
    every, said = read(files or [("made-up-class.csv", made_up())])
    every = joined(every)
    if wall:
        every, said = nameless(every), []
    rows = every[every["why"] == ""]
    right = rows["first_result"].isin(JUDGED) & rows["result"].isin(JUDGED)
    asked = rows[right & ~rows["question_id"].str.contains("/")]
    told = {"first": asked["first_result"] == page.RIGHT, "last": asked["result"] == page.RIGHT}
    told |= {"felt": asked["how_sure"].isin(page.SURE), "sure": asked["how_sure"] == page.SURE[0]}
    students = sorted({*rows["student"]} - {""})
    return Ours(every, said, rows, asked.assign(**told), students, wall, not files)


def nameless(every: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a number for each student, no file, and nothing that a student typed."""
    names = {own: f"student {at}" for at, own in enumerate(sorted({*every["student"]} - {""}), 1)}
    chosen = every["result"].isin(JUDGED) | every["question_id"].str.endswith(EVIDENCE)
    answers = every["last_answer"].where(chosen, "")
    student = every["student"].map(names | {"": ""})
    return every.assign(student=student, last_answer=answers, file="", twin=False)


def joined(every: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which one student has one name, and only the newest of like rows counts.

    Two students of one name are known by other first answers; then the name has its file. A count
    with a row that can't be read does not count for that question, nor does one that is not new.
    """
    hand, name = every["student"] == "", every["student"].str.casefold()
    every = every.assign(student=every.groupby(name)["student"].transform("min"))
    counts = every[hand & ~every["why"].str.startswith(COPY)]
    newest = counts.groupby("question_id")["file"].transform("last")
    torn = (counts["why"] != "").groupby([counts["file"], counts["question_id"]]).transform("any")
    every.loc[counts.index[torn & (counts["why"] == "")], "why"] = TORN
    late = newest[newest != counts["file"]]
    every.loc[late.index, "why"] = RECOUNT + late + "."
    tried = every[(every["first_answer"] != "") & ~hand & (every["why"] == "")]
    answers = tried.groupby(["student", "question_id"])["first_answer"].nunique()
    twins = every["student"].isin(answers[answers > 1].index.get_level_values("student"))
    every.loc[twins, "student"] += " (" + every["file"] + ")"
    size = every.groupby("file")["row"].transform("size")
    order = every.assign(known=every["lesson"] != "other", size=size)[~hand & (every["why"] == "")]
    order = order.sort_values(["known", "last_time", "size"], kind="stable")
    older = order.index[order.duplicated(["student", "question_id"], keep="last")]
    every.loc[older, "why"] = NEWER
    return every.assign(twin=twins)


def to_do(why: str) -> str:
    """Return what a teacher has to do about a reason.

    >>> to_do(ODD), to_do(OLD)
    ('A row is missing', 'Nothing to do')
    """
    return next((do for do, own in DO.items() if why.startswith(own)), "A row is missing")


def unread(own: Ours) -> pd.DataFrame:
    """Return the rows that could not be read."""
    return own.every[(own.every["why"] != "") & (own.every["why"].map(to_do) == "A row is missing")]


def remarks(own: Ours) -> pd.DataFrame:
    """Return what to know about files, in the order of what to do: why, and where."""
    every, lost = own.every, unread(own)
    counts, pages = every["why"] == "", every["student"] != ""
    names = lost["student"].where(lost["student"] != "", lost["question_id"])
    places = lost["file"] + " (row " + lost["row"] + ", " + names + ", " + lost["lesson"] + ")"
    old = (every["edition"] != facts.library().edition) | every["lesson"].isin(["", "other"])
    known = {NAMELESS: counts & every["student"].str.startswith("No name ("), TWINS: every["twin"]}
    known |= {why: every["why"] == why for why in sorted({*every["why"]} - {"", *lost["why"]})}
    known[OLD] = counts & pages & old
    told = [(why, file) for file, why in own.said] + [*zip(lost["why"], places, strict=True)]
    told += [(why, file) for why, here in known.items() for file in every[here]["file"]]
    found = pd.DataFrame(told, columns=["why", "file"]).drop_duplicates()
    found["to do"] = pd.Categorical(found["why"].map(to_do), [*DO])
    by = found.sort_values("to do", kind="stable").groupby(["to do", "why"], sort=False)["file"]
    return by.agg("; ".join).dropna().reset_index()[["file", "to do", "why"]]


def missing(own: Ours) -> pd.DataFrame:
    """Return each lesson with how many handed in, who did not, and whose row can't be read.

    A lesson of fewer than three students is left out: the class has not done it.
    """
    lost, told = unread(own), []
    for lesson, done in own.every[own.every["student"] != ""].groupby("lesson")["student"]:
        none = [name for name in own.students if name not in {*done}]
        torn = dict.fromkeys(lost[lost["lesson"] == lesson]["student"])
        told.append((lesson, done.nunique(), ", ".join(none), ", ".join(torn)))
    heads = ["lesson", "handed in", "nothing yet from", "a row cannot be read from"]
    found = pd.DataFrame(told, columns=heads)
    found = found[found["handed in"] >= (5 if own.wall else 3)].reset_index(drop=True)
    found["handed in"] = rounded(found["handed in"], own.wall)
    return found[heads[:2]] if own.wall else found


def missed(own: Ours) -> pd.DataFrame:
    """Return the wrong first answers of two or more, those of most on top.

    `n` of the `of` who were asked how sure were sure of it, and the `still` who are wrong at their
    last try too count twice for the order. Where nobody was asked, as in a count of hands, all who
    gave that answer count; else their `hands` of `all_hands` stand beside.
    """
    asked = own.asked[~own.asked["question_id"].str.startswith("before-")]
    felt = asked.groupby("question_id")["felt"].transform("any")
    hands = asked[(asked["student"] == "") & felt]
    asked = asked[asked["felt"] == felt]
    wrong = asked[~asked["first"] & (asked["sure"] | ~asked["felt"])].assign(still=~asked["last"])
    by = wrong.groupby(["question_id", "first_answer", "lesson", "question", "felt"])["still"]
    found = by.agg(["size", "sum"]).set_axis(["n", "still"], axis=1).reset_index()
    found["of"] = found["question_id"].map(asked["question_id"].value_counts())
    keys = found["question_id"] + found["first_answer"]
    found["hands"] = keys.map((hands["question_id"] + hands["first_answer"]).value_counts())
    found["all_hands"] = found["question_id"].map(hands["question_id"].value_counts())
    found["weight"], order = found["n"] + found["still"], ["felt", "weight"]
    found = found.fillna(0).sort_values(order, ascending=False, kind="stable")
    found = found[found["n"] >= (5 if own.wall else 2)]
    numbers = ["n", "still", "of", "hands", "all_hands"]
    return found.assign(**rounded(found[numbers].astype(int), own.wall))


def rounded(counts: Any, wall: bool) -> Any:
    """Return counts; for the wall in fives, so that no two of them part off fewer than five.

    >>> rounded(pd.Series([24, 22, 2]), wall=True).tolist()
    [25, 20, 0]
    """
    return 5 * (counts / 5).round().astype(int) if wall else counts


def share(asked: pd.DataFrame, of: str, wall: bool, by: str | list[str] = "question_id") -> Any:
    """Return of each question or other group, in percent, for how many a column is true.

    For the wall both numbers are in fives, and a group of fewer than five has none.

    >>> told = pd.DataFrame({"question_id": ["a"] * 29, "first": [True] * 20 + [False] * 9})
    >>> [share(told, "first", wall=own).tolist() for own in (False, True)]
    [[69.0], [67.0]]
    """
    right = asked.groupby(by)[of].agg(["sum", "size"]).astype(int)
    right = right[right["size"] >= (5 if wall else 1)]
    return (100 * rounded(right["sum"], wall) / rounded(right["size"], wall)).round()


def memos(own: Ours) -> list[list[facts.Reason]]:
    """Return for each memo of the class the evidence that it rests on."""
    known = {it.says: it for it in tasks.pieces().values()}
    told = own.rows[own.rows["question_id"].str.endswith(EVIDENCE)]["last_answer"]
    return [[known[it] for it in memo.split("\n") if it in known] for memo in told if memo]


def cited(own: Ours) -> Any:
    """Return for how many memos, in percent, each piece of evidence is cited, the most on top.

    >>> one, two = [it.says for it in tasks.pieces().values()][:2]
    >>> told = [("Ada", f"{one}\\n{two}"), ("Bo", two), ("Cy", "no evidence of ours")]
    >>> rows = [(name, f"{MEMO}{EVIDENCE}", "", answer) for name, answer in told]
    >>> heads = ["student", "question id", "question", "last answer"]
    >>> file = pd.DataFrame(rows, columns=heads).to_csv(index=False).encode()
    >>> [share for share in cited(ours([("a.csv", file)], wall=False))]
    [67.0, 33.0]
    """
    every = {f"{it.speaker}: {it.says}": it for it in tasks.pieces().values()}
    told = [(says, it in memo) for memo in memos(own) for says, it in every.items()]
    found = share(pd.DataFrame(told, columns=["says", "cited"]), "cited", own.wall, "says")
    return found[found > 0].sort_values(ascending=False, kind="stable").head(12)


def template() -> str:
    """Return a table for a count of hands: each answer of each question, and a cell to fill in.

    >>> template().splitlines()[0]
    'question id,lesson,question,letter,answer,count'
    """
    heads, known = "question id,lesson,question,letter,answer,count".split(","), facts.library()
    cells = [
        (id_, own.lesson, own.prompt, letter, option.says, "")
        for id_, own in known.questions.items()
        for letter, option in zip("abcdefgh", own.options, strict=False)
    ]
    for id_, story in known.stories.items():
        answers = () if story.position else rules.ANSWERS
        cells += [(id_, "predictions", story.story, "", it, "") for it in answers]
    return pd.DataFrame(cells, columns=heads).map(page.safe).to_csv(index=False)


def made_up() -> bytes:
    """Return the file of a made-up class of 24, to show what all this looks like."""
    known, chance = facts.library(), random.Random(24)
    pairs = product(("before", "after"), range(1, 11))
    says = {f"{at}-{n}": {"right": True, "wrong": False} for at, n in pairs}
    says |= {id_: {it.says: it.right for it in own.options} for id_, own in known.questions.items()}
    for row in known.rows["cases"]:
        if row["if_allowed"] + row["if_not_allowed"]:
            says[row["id"]] = {it: it == row["answer"] for it in rules.ANSWERS}
    results, made = {True: page.RIGHT, False: page.NOT_YET}, []
    hard = {id_: 0.9 * chance.random() / (1 + id_.startswith("after")) for id_ in says}
    for letter, (id_, own) in product("ABCDEFGHIJKLMNOPQRSTUVWX", says.items()):
        late = letter >= "U" and page.question(id_).lesson >= "lesson-06"
        if not own or late or chance.random() < 0.05:
            continue
        right = max(own, key=lambda it: own[it])
        first = right if chance.random() > hard[id_] else chance.choice([*own])
        last = right if chance.random() < 0.7 else first
        lesson = "lesson-08" if id_.startswith("after") else "lesson-00"
        cells = [f"Student {letter}", lesson, id_, first, chance.choice(page.SURE), last]
        cells += [results[own[last]], "", "", id_, results[own[first]], "", "", "", known.edition]
        made.append(cells)
    pieces = [it.says for it in tasks.pieces().values()]
    liked = [chance.random() ** 8 for _ in pieces]
    for letter in "ABCDEFGHIJKLMNOPQRST":
        chosen = {*chance.choices(pieces, liked, k=4)}
        cells = [f"Student {letter}", "lesson-06", "", "", "", "\n".join(chosen), page.OWN]
        made.append([*cells, "", "", f"{MEMO}{EVIDENCE}", "", "", "", "", known.edition])
    heads = ["Student", *page.HEADS, *page.MORE]
    return pd.DataFrame(made, columns=heads).to_csv(index=False).encode()


def read(files: list[tuple[str, bytes]]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return each row of some files, the newest last, and what is wrong with a file.

    A count, of question id, answer and count, has a row for each hand or sheet of paper.

    >>> read([("a.csv", b"")])[1] == [("a.csv", NO_PAGE)]
    True
    """
    given, contents = [name for name, _ in files], [data for _, data in files]
    names = [name + " (again)" * given[:at].count(name) for at, name in enumerate(given)]
    known, found, said = facts.library(), list[dict[str, str]](), list[tuple[str, str]]()
    ids = {page.question(name).prompt: name for name in (*known.stories, *known.questions)}
    for at, (file, data) in enumerate(zip(names, contents, strict=True)):
        (rows, wrong), first = _rows(data), names[contents.index(data)]
        own = {"file": file} | ({"why": f"{COPY}{first}."} if data in contents[:at] else {})
        told = [it | own for row in rows for it in _filled(row, ids, f"No name ({first})")]
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
    counted = bool(row["answer"] or row["count"])
    name = name.lower() if counted else name
    asked, student = page.question(name), " ".join(row["student"].split())
    told = {"lesson": asked.lesson, "question": asked.prompt}
    if asked.lesson == "other":  # a row that is not whole may have more than the lesson there
        told = {"lesson": re.split("[,;\t|]", row["lesson"])[0]}
    told["lesson"] = told["lesson"].replace("-", " ")
    row |= {"question_id": name, "student": student or nobody, **told}
    case = name in facts.library().stories
    judged = dict.fromkeys(rules.ANSWERS, page.NOT_YET) if case else {}
    judged |= {own.says: page.RIGHT if own.right else page.NOT_YET for own in asked.options}
    if counted:
        # On the sheets a case has four boxes, and no letters.
        letters = [] if case else zip("abcdefgh", (own.says for own in asked.options), strict=False)
        answer = {**dict(letters)}.get(row["answer"].lower(), row["answer"])
        row |= {"student": "", "first_answer": answer, "last_answer": answer}
        wrong = f"Left out: “{row['count']}” is no count from 0 to 999."
        wrong = "" if re.fullmatch("[0-9]{0,3}", row["count"]) else wrong
        if answer not in judged:
            wrong = f"Left out: “{row['answer']}” is no answer to the question “{name}”."
            wrong += f" Write one of these: {'; '.join(judged)}." if judged else ""
        if wrong := wrong or row["why"]:
            row |= {"why": wrong, "count": "1"}
    for result, answer in (("first_result", "first_answer"), ("result", "last_answer")):
        if row[result] not in JUDGED:
            row[result] = judged.get(row[answer], row[result])
    return [row] * int(row["count"] or not counted)
