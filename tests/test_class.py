"""A class in thirty files, some broken: each row counts or is listed, and nobody is named on the wall."""

import csv
import io
import json
import random
import re
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from helpers import facts
from helpers.student import page
from teach import together
from teach.class_views import Desk, Live
from tests.store_outputs import NOTEBOOKS, fresh
from web import CLASS

TEXT = (NOTEBOOKS / CLASS).read_text(encoding="utf-8")
CELLS = {cell["id"]: cell for cell in json.loads(TEXT)["cells"] if cell["cell_type"] == "code"}
CODE = {id_: "".join(cell["source"]) for id_, cell in CELLS.items()}
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
    late = ["Vera", "lesson-08", "A town?", "x", "sure", *row("Vera", "after-1", "x")[5:]]
    late[6] = late[10] = RIGHT
    # fmt: off
    files |= {
        "rene.csv": "\ufeff" + table(rows("René"), ";"), "nobody.csv": table(rows(" ")), "empty.csv": "",
        "old.csv": table([own[:9] for own in rows("Tove")], columns=9).replace(",allowed", ", allowed"),
        "nobody (1).csv": table(rows(" ")), "ann.csv": table(rows("Ann")), "ann (1).csv": table(rows("ann", NO)),
        "ada-older.csv": table([row("Ada", "exit-dogs", NO, at="2026-01-01")]), "cut.csv": table(rows("Wim"))[:-40],
        "vera-07.csv": table([row("Vera", "exit-dogs", STATED), row("Vera", "after-1", "x")]),
        "quote.csv": table(rows("Xaver")).replace("Xaver,lesson-03,", 'Xaver,"lesson-03,'), "letter.csv": "Hello,\nbye",
        "wide.csv": table([own + ["one more"] * (own[9] == "bomber-kyiv") for own in rows("Yara")]),
        "hands.csv": "question id;answer;count\nexit-dogs;A;3\nexit-dogs;not allowed;2\nexit-dogs;cats;4\n",
        "edition.csv": table(rows("Ulla", edition="0.9")), "vera-08.csv": table([late]),
    }
    # fmt: on
    odd = {"zoe.csv": table(rows("Zoe"), "\t").encode("utf-16"), "gerard.csv": table(rows("Gérard")).encode("cp1252")}
    return {name: text.encode() for name, text in files.items()} | odd


def ran(own: Path, wall: bool, files: dict[str, bytes]) -> tuple[dict[str, str], dict[str, Any]]:
    """Run every cell on files; return what each shows and what its links hold, and the names that are left."""
    (folder := own / "notebooks" / "class").mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    shell, shown = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}})), dict[str, str]()
    for id_, source in CODE.items():
        (done := shell.run_cell(source)).raise_error()
        if id_ == "drop":
            (desk := shell.user_ns["desk"]).look.index = int(wall)
            assert ("wl-curtain" in desk.curtain.value) is wall and not shell.run_cell(source).error_in_exec
        view = done.result.stored() if isinstance(done.result, Live) else done.result
        shown |= {id_: f"{view.words}\n{re.sub('base64,[^ ]+', '', view.markup)}"} if id_ != "setup" else {}
    links = re.findall(r'base64,([^"]+)', done.result.box.value)
    assert not shell.user_ns["desk"].curtain.value
    return shown | {"files": "".join(b64decode(one).decode() for one in links)}, shell.user_ns


def test_each_row_counts_or_is_listed_and_the_first_screen_says_why(own_folder: Path) -> None:
    shown, names = ran(own_folder, False, files := thirty())
    found = names["ours"].every.drop_duplicates(["file", "row"])
    few = {"vera-07.csv": 2, "vera-08.csv": 1, "ada-older.csv": 1, "hands.csv": 3, "letter.csv": 0, "empty.csv": 0}
    held = dict.fromkeys(files, 0) | found.groupby("file").size().to_dict()
    assert len(files) == 30 and held == dict.fromkeys(files, 4) | few
    left = {f"{own.file} {own.row}" for own in found[found["why"] != ""].itertuples()}
    again = {"ada-older.csv 2", "vera-07.csv 3", *(f"nobody (1).csv {at}" for at in "2345")}
    assert left == again | {"cut.csv 5", "quote.csv 3", "wide.csv 4", "hands.csv 4"}
    # fmt: off
    said = {together.NO_PAGE: "empty.csv; letter.csv", together.CODES: "gerard.csv", together.NAMELESS: "nobody.csv",
        together.ODD: "cut.csv (row 5); quote.csv (row 3); wide.csv (row 4)", together.TWINS: "ann (1).csv; ann.csv",
        "Left out: “cats” is no answer to": "hands.csv (row 4)", together.OLD: "edition.csv; old.csv"}
    # fmt: on
    assert all(f"{at}: {told}".lower() in shown["notes"].lower() for told, at in said.items())
    kept = names["ours"].rows.set_index(["student", "question_id"])[["lesson", "first_result"]]
    assert (*kept.loc["Vera", "after-1"], *kept.loc["Tove", "bomber-kyiv"]) == ("lesson-08", RIGHT, GUESSED, WRONG)
    assert {*NAMES[12:17]} < {*names["ours"].students} and "Vera,vera-08.csv,lesson-08," in shown["files"]
    # By hand: of 24 pages, six plain students and one Ann were sure and wrong; no hand was asked how sure.
    told = "24 students in 27 files and a count of 5 hands.|22 of 22 were sure|Right: not allowed|paragraph 8|7 of 24"
    told += "|Right: not stated|In any restaurant|every animal|4 of 22|Vera; a row cannot be read from Wim|part 3"
    assert sorted(told.split("|"), key=shown["drop"].index) == told.split("|")


def test_the_wall_has_no_name_and_no_group_below_five(own_folder: Path) -> None:
    shown, names = ran(own_folder, True, thirty())
    assert not re.search(rf"(?i)\b({'|'.join(map(re.escape, [*NAMES, *thirty()]))})\b", "\n".join(shown.values()))
    assert "(name) says &lt;b&gt;=1+1" in shown["texts"] and "groups of fewer than five are hidden" in shown["who"]
    assert not re.search("columns|22|7 of", shown["drop"]) and "About 30 %" in shown["drop"] and "All" in shown["drop"]
    asked = names["asked"].set_index("question_id")[["at first", "now"]].fillna(-1)  # 20 and 9, 27 and 2
    assert asked.loc["exit-dogs"].tolist() == [70, -1] and "nearly all" in shown["who"]


def test_files_add_up_and_hands_are_read_as_written_or_refused(own_folder: Path) -> None:
    together.folder().mkdir(parents=True)
    (together.folder() / "mine.csv").write_text(table(rows("Ada")))
    desk, told = Desk(), {"type": "", "size": 1, "last_modified": datetime.now(UTC)}
    for name, who in (("a.csv", "Bela"), ("a.csv", "Cora"), ("a.csv", "Cora"), ("b.csv", "Dora")):
        desk.files.value = (told | {"name": name, "content": table(rows(who)).encode()},)
    assert desk.now.students == ["Ada", "Bela", "Cora", "Dora"] and "Run All Cells" in desk.answer.value
    desk.anew.click()
    assert desk.now.students == ["Ada"] and [name for name, _ in together.kept()] == ["mine.csv"]
    assert re.findall("(?m)^exit-dogs.*,(.),[^,]*,$", empty := together.template()) == [*"abcd"]
    given = "question id,answer,count,how sure\nExit-Dogs,A,12,\nexit-dogs,c,0,\nbomber-kyiv,a,6,\nexit-dogs,a,x,\n"
    found = together.read([("h.csv", given.encode() + b"exit-dogs,a,1,very sure\n"), ("e.csv", empty.encode())])[0]
    assert [*found["row"][found["why"] != ""]] == ["4", "5", "6"] and (found["why"] == "").sum() == 12


@pytest.mark.parametrize("wall,file", [(own, it) for own in (False, True) for it in ("", "letter.csv", "hands.csv")])
def test_a_class_of_nobody_is_shown_too(own_folder: Path, wall: bool, file: str) -> None:
    shown = ran(own_folder, wall, {name: thirty()[name] for name in file.splitlines()})[0]
    assert all(("made-up class of 24" in shown[id_]) == (not file) for id_ in shown if id_ not in ("files", "save"))
    assert ("2 of 5 chose “not allowed”. Nobody was asked" in shown["drop"]) is (file == "hands.csv" and not wall)


def test_whatever_becomes_of_a_file_no_row_is_lost() -> None:
    chance, told = random.Random(7), [*rows("Ada"), *rows("=Ben"), row("Cy", "print-it", 'two\nlines, "so"')]
    for mark in chance.choices(",;\t|", k=300):
        ends = [len(table(told[:end], mark)) for end in range(len(told) + 1)]
        cut = chance.randrange(ends[1], ends[-1] + 1)
        whole = sum(end <= cut for end in ends) - 1
        data = table(told, mark)[:cut].encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))
        found, said = together.read([("a.csv", data)] * 2)
        first = found[found["file"] == "a.csv"]
        assert (found["file"] == "a.csv (again)").sum() == len(first) == len(found) / 2 and not said
        assert first["row"].nunique() == len(first) >= whole + (ends[whole] + 1 < cut)
        cells = first[["student", "question_id", "why"]].values.tolist()
        assert cells[:whole] == [[own[0], own[9], ""] for own in told[:whole]]


def test_the_notebook_keeps_to_the_style_of_the_lessons() -> None:
    assert [cell["execution_count"] for cell in CELLS.values()] == [*range(1, len(CELLS) + 1)]
    assert max(source.count("\n") for source in [*CODE.values()][1:]) <= 6
    assert not re.search(r"(?m)^.{101}|^ *(def |class |!|%)|nbval|raises-", "\n".join(CODE.values()))
    assert len({re.sub(r"base64,[\w+/=]+", "", text) for text in (fresh(NOTEBOOKS / CLASS), TEXT)}) == 1
