"""A class in thirty files, some broken: each row counts or is listed, and nobody is named on the wall."""

import csv
import io
import json
import random
import re
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from helpers import facts
from helpers.student import page
from teach import together
from teach.class_views import Desk, brief, questions
from tests.store_outputs import NOTEBOOKS, fresh
from web import CLASS

TEXT = (NOTEBOOKS / CLASS).read_text(encoding="utf-8")
CODE = {it["id"]: "".join(it["source"]) for it in json.loads(TEXT)["cells"] if it["cell_type"] == "code"}
NAMES = "Ada Bela Cora Dora Emy Fay Gus Hed Ivo Jon Kay Levi René Zoe Gérard Tove Ulla Ann Vera Wim Xaver Yara".split()
NO, STATED, RIGHT, WRONG, GUESSED = "not allowed", "not stated", page.RIGHT, page.NOT_YET, "predictions"


def row(name: str, id_: str, *tries: str, at: str = "2026-01-02", edition: str = "") -> list[str]:
    entries = [page.journal.Entry(at, id_, own, "sure", edition=edition or facts.library().edition) for own in tries]
    return [name, *page._row(page.question(id_), entries)]


def rows(name: str, dogs: str = STATED, silence: str = STATED, **more: str) -> list[list[str]]:
    first = row(name, "exit-dogs", dogs, STATED, **more), row(name, "recall-silence", silence, **more)
    text = f"{name.upper()} says <b>=1+1</b>, and {name} would print it"
    return [*first, row(name, "bomber-kyiv", "allowed", **more), row(name, "print-it", text, **more)]


def table(told: list[list[str]], mark: str = ",", columns: int = 15) -> str:
    cells, heads = io.StringIO(), ["Student", *page.HEADS, *page.MORE][:columns]
    csv.writer(cells, delimiter=mark).writerows([heads, *([*map(page.safe, own)] for own in told)])
    return cells.getvalue()


def thirty() -> dict[str, bytes]:
    """The files. Six of the plain students were sure that no cat may sit there, four of them that silence forbids."""
    errs = [[NO, NO]] * 4 + [[NO]] * 2 + [[]] * 6
    files = {f"my-work ({at}).csv": table(rows(NAMES[at], *err)) for at, err in enumerate(errs)}
    late = ["Vera", "lesson-08", "A town?", *row("Vera", "after-1", "x")[3:6], RIGHT, "", "", "after-1", RIGHT]
    # fmt: off
    files |= {
        "rene.csv": "\ufeff" + table(rows("René"), ";"), "nobody (1).csv": table(rows(" ")), "empty.csv": "",
        "nobody.csv": table(rows(" ")), "ann (1).csv": table(rows("ann", NO)), "ann.csv": table(rows("Ann")),
        "ada-older.csv": table([row("Ada", "exit-dogs", NO, at="2026-01-01")]), "cut.csv": table(rows("Wim"))[:-40],
        "vera-07.csv": table([row("Vera", "exit-dogs", STATED), row("Vera", "after-1", "x")]),
        "quote.csv": table(rows("Xaver")).replace("Xaver,lesson-03,", 'Xaver,"lesson-03,'), "letter.csv": "Hello,\nbye",
        "wide.csv": table([own + ["one more"] * (own[9] == "bomber-kyiv") for own in rows("Yara")]),
        "hands.csv": "question id;answer;count\nexit-dogs;A;3\nexit-dogs;not allowed;2\nexit-dogs;cats;4\n",
        "vera-08.csv": table([late + row("V", "after-1", "x")[11:]]), "edition.csv": table(rows("Ulla", edition="0.9")),
        "old.csv": table([own[:9] for own in rows("Tove")], columns=9).replace(",allowed", ", allowed"),
    }
    # fmt: on
    odd = {"zoe.csv": table(rows("Zoe"), "\t").encode("utf-16"), "gerard.csv": table(rows("Gérard")).encode("cp1252")}
    return {name: text.encode() for name, text in files.items()} | odd


def ran(own: Path, files: dict[str, bytes]) -> tuple[dict[str, str], dict[str, str], Desk]:
    """Run every cell on files; return what each part shows with names, what is on the wall or stored, and the desk."""
    (folder := own / "notebooks" / "class").mkdir(parents=True)
    [(folder / name).write_bytes(data) for name, data in files.items()]
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    [shell.run_cell(source).raise_error() for source in CODE.values()]
    (desk := shell.user_ns["desk"]).parts["class-brief"].set(look="names")
    names, again = said(desk), [shell.run_cell(source).result for source in list(CODE.values())[3:]]
    stored = {"stored": "".join(f"{part._repr_mimebundle_()}" for part in again)}
    shell.run_cell(CODE["answer"]).raise_error()
    desk.read()
    return names, said(desk) | stored, desk


def said(desk: Desk) -> dict[str, str]:
    shown = {id_: f"{it.shown.words}\n{it.markup()}".replace("class/", "") for id_, it in desk.parts.items()}
    saved = re.findall(r'text/\w+;base64,([^"]+)', shown["class-saves"])
    return shown | {"class-saves": "".join(b64decode(file).decode() for file in saved)}


def test_each_row_counts_or_is_listed_and_nobody_is_named_or_counted_out_on_the_wall(own_folder: Path) -> None:
    shown, wall, desk = ran(own_folder, files := thirty())
    found = desk.looks[False].every.replace("class/", "", regex=True).drop_duplicates(["file", "row"])
    assert len(files) == 30 and len(found) == 24 * 4 + 2 + 1 + 1 + 3
    left = {f"{own.file} {own.row}" for own in found[found["why"] != ""].itertuples()}
    again = {"ada-older.csv 2", "vera-07.csv 3", "cut.csv 5", "quote.csv 3", "wide.csv 4"}
    assert left == again | {f"{name}.csv {at}" for name in ("nobody", "hands") for at in "2345"} - {"hands.csv 5"}
    # fmt: off
    said = {together.NO_PAGE: "empty.csv; letter.csv", together.CODES: "gerard.csv", together.NAMELESS: "nobody (1)",
        together.ODD: "cut.csv (row 5, Wim, lesson 02); quote.csv (row 3, Xaver, lesson 03); wide.csv (row 4, Yara",
        together.TWINS: "ann (1).csv; ann.csv", "Left out: “cats” is no answer to": "hands.csv (row 4, exit-dogs",
        together.OLD: "edition.csv; old.csv", together.COPY + "nobody (1).csv": "nobody.csv"}
    # fmt: on
    notes = shown["class-notes"].lower()
    assert all(notes.index(at.lower()) < notes.index(told.lower()) for told, at in said.items())
    kept = desk.looks[False].rows.set_index(["student", "question_id"])[["lesson", "first_result"]]
    assert (*kept.loc["Vera", "after-1"], *kept.loc["Tove", "bomber-kyiv"]) == ("lesson 08", RIGHT, GUESSED, WRONG)
    assert {*NAMES[12:17]} < {*desk.looks[False].students} and "Vera,class/vera-08.csv,lesson 08" in shown[
        "class-saves"
    ]
    # By hand: six plain students and one Ann were sure and wrong, and mended it; four did not.
    told = "24 students, in 30 files, 2 without|22 of 22 were sure|too: 22 of 22|Right: not allowed|paragraph 8|4 of 22"
    told += "|too: 4 of 4|Right: not stated|7 of 24|too: 0 of 7|In any restaurant|every animal|nothing yet from Vera; a"
    assert sorted(told.split("|"), key=shown["class-brief"].index) == told.split("|")
    assert "in: 23; nothing yet from: Vera; a row" in shown["class-who"] and "(a row can't" in shown["class-answers"]
    assert "right at first nobody" in shown["class-calibration"] and "at first hidden" in wall["class-calibration"]
    text, names = re.sub("data:image[^ ]+", "", "\n".join(wall.values())), "|".join(map(re.escape, [*NAMES, *files]))
    assert not re.search(rf"(?i)\b({names})\b|=1[+]1", text) and "About 25 students" in text and "About 5 of 25" in text
    assert {int(own) % 5 for own in re.findall(r"(?i)(?:about|about \d+ of) (\d+)\b(?! %)", text)} == {0}
    # By hand, in fives: 18 of 22 are 20 of 20, 17 of 24 are 15 of 25, and none of 22 is 0 of 20.
    assert questions(desk.looks[True])["at first"].tolist() == [100, 60, 0] and "own view alone" in wall["class-texts"]


def test_files_add_up_and_hands_are_read_as_written_or_refused(own_folder: Path) -> None:
    (folder := own_folder / "notebooks" / "class").mkdir(parents=True)
    (folder / "mine.csv").write_text(table(rows("Ada")))
    desk, head, (one, two, three) = Desk(), "question id,answer,count\n", (table(rows(own)) for own in NAMES[1:4])
    # The newer of two counts holds, whichever is chosen first: no 6 hands, and no question that is half read.
    texts = one, two, two, three, f"{head}exit-dogs,a,2\n", f"{head}exit-dogs,a,3\nexit-dogs,c,1\n"
    for day, name, text in zip((9, 9, 9, 9, 9, 5), "aaabhh", texts, strict=True):
        file = {"name": name, "content": text.encode(), "last_modified": datetime(2026, 1, day)}
        desk.files.value = (file | {"type": "", "size": 1},)
    shown = desk.part(brief).set(look="names").shown.words
    assert desk.looks[False].students == ["Ada", "Bela", "Cora", "Dora"] and "a count of 2 hands" in shown
    desk.anew.click()
    assert "1 student, in 1 file." in brief(desk.looks[False]).words and not desk.files.value
    assert re.findall("(?m)^exit-dogs.*,(.),[^,]*,$", empty := together.template()) == [*"abcd"]
    text = f"{head}Exit-Dogs,A,12\nexit-dogs,c,0\nbomber-kyiv,a,6\nrecall-silence,a,9\nrecall-silence,b,ten\n"
    every = together.ours([("h.csv", text.encode()), ("e.csv", empty.encode())], wall=False).every
    assert "".join(every["row"].where(every["why"] == "", "-")) == "2" * 12 + "-" * 11


@pytest.mark.parametrize("file", ["", "letter.csv", "hands.csv"])
def test_a_class_of_nobody_is_shown_too(own_folder: Path, file: str) -> None:
    files = thirty() | {"hands.csv": thirty()["hands.csv"].replace(b"exit-dogs;cats", b"recall-day;cats")}
    names, wall, _ = ran(own_folder, {name: files[name] for name in file.splitlines()})
    assert {"made-up class of 24" in own for it in (names, wall) for own in it.values()} == {not file}
    hand = ["2 of 5 chose “not allowed”. Nobody was asked" in it["class-brief"] for it in (names, wall)]
    assert [*hand, "(a row can't be read) " in names["class-answers"]] == [file == "hands.csv", False, file[:1] == "h"]


def test_whatever_becomes_of_a_file_no_row_is_lost() -> None:
    chance, told = random.Random(7), [*rows("Ada"), *rows("=Ben"), row("Cy", "print-it", 'two\nlines, "so"')]
    for mark in chance.choices(",;\t|", k=300):
        ends = [len(table(told[:end], mark)) for end in range(len(told) + 1)]
        cut = chance.randrange(ends[1], ends[-1] + 1)
        whole = sum(end <= cut for end in ends) - 1
        data = table(told, mark)[:cut].encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))
        found, said = together.read([("a.csv", data)] * 2)
        first = found[found["file"] == "a.csv"]
        assert found["why"].str.startswith(together.COPY).sum() == len(first) == len(found) / 2 and not said
        assert first["row"].nunique() == len(first) >= whole + (ends[whole] + 1 < cut)
        cells = first[["student", "question_id", "why"]].values.tolist()[:whole]
        assert cells == [[own[0], own[9], ""] for own in told[:whole]]


def test_the_notebook_keeps_to_the_style_of_the_lessons() -> None:
    assert len({re.sub(r"base64,[\w+/=]+", "", text) for text in (fresh(NOTEBOOKS / CLASS), TEXT)}) == 1
