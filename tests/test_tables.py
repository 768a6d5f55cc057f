"""A teacher who edits the tables is told what is wrong, where, and how to mend it.

Harmless marks of an editor are accepted.
"""

import csv
import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from helpers import facts
from helpers.check import tables
from tests.conftest import Edit, read

FAULTS = {fault["fault"]: fault for fault in read("table_faults")}
CORE = "actors", "claims", "paragraphs", "events", "positions", "rules", "conditions", "statements"


def problems(folder: Path) -> list[str]:
    with pytest.raises(tables.TableError) as told:
        tables.load(folder)
    return str(told.value).split("\n")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_gets_its_sentence(name: str, end: bytes, edit: Edit) -> None:
    fault = FAULTS[name]
    path = edit(fault["file"], fault["old"], fault["new"]) / fault["file"]
    path.write_bytes(path.read_bytes().replace(b"\n", end))
    assert fault["sentence"] in problems(path.parent)


def test_the_tables_of_the_project_are_sound() -> None:
    assert all(tables.load(tables.folder())[2].values())


@pytest.mark.parametrize("name", CORE)
def test_no_row_of_the_core_can_be_dropped(name: str, copy: Path) -> None:
    path = copy / f"{name}.csv"
    *lines, last = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines), encoding="utf-8")
    gone = f"data/{name}.csv: the row “{last.split(',')[0]}” is gone. Put it back, with this id."
    assert any(told.startswith(gone) for told in problems(copy))


MOVED = ["events event.csv", "events events.xlsx", "claims .~lock.claims.csv#", "rules values.xlsx"]  # or of no use


@pytest.mark.parametrize("name, other", [own.split() for own in MOVED])
def test_a_missing_file_is_named_with_one_of_almost_its_name(name: str, other: str, copy: Path) -> None:
    (copy / f"{name}.csv").rename(copy / other)
    near = f" Did you mean “{other}”?" if other[:4] == name[:4] else ""
    assert problems(copy) == [f"data/{name}.csv is missing. {tables.LOST}{near}"]


ASK = "Ask for the right to read it, or check its disk."


@pytest.mark.parametrize("more, mend", [({"winerror": 32}, "Close it there."), ({"winerror": 5}, ASK), ({}, ASK)])
def test_what_can_t_be_opened_is_not_called_missing(more: dict[str, int], mend: str, monkeypatch: Any) -> None:
    refused = PermissionError(13, "Its words")
    vars(refused).update(more)  # Windows alone has it
    monkeypatch.setattr(Path, "read_bytes", Mock(side_effect=refused))
    assert problems(tables.folder()) == [f"data/datapackage.json can't be opened: Its words. {mend}"]


SAVE, GONE = "Save it as “CSV UTF-8”.", "this is no heading. Put it back: id,place,words,rule,earliest,latest"
NO_TABLES = [(b"PK\x03\x04\xff", f"1: the file is a workbook. {SAVE}"), (b"", f"1: {GONE}")]
NO_TABLES += [("id\nO’Reilly".encode("cp1252"), f"2: the file is not UTF-8. {SAVE}")]


@pytest.mark.parametrize("data, told", NO_TABLES, ids=["workbook", "empty", "western"])
def test_a_file_that_holds_no_table_is_named_with_the_line(data: bytes, told: str, copy: Path) -> None:
    (copy / "times.csv").write_bytes(data)
    assert problems(copy) == [f"data/times.csv, line {told}"]


def test_a_line_break_in_a_cell_moves_no_line_number(edit: Edit) -> None:
    old = "Shooting back at those who shoot at you."
    edit("glossary.csv", old, '"' + old.replace(" ", "\n") + '"')
    folder = edit("glossary.csv", ",escalation,", ",,")
    assert problems(folder) == ["data/glossary.csv, line 15 (escalation): “term” is empty. Fill it in: the word."]
    folder = edit("glossary.csv", "escalation,7,,", 'escalation,7,"escalation,')
    assert problems(folder)[0].startswith("data/glossary.csv, line 15: a quotation mark is missing or one too many.")


@pytest.mark.parametrize("spoil", [b"{", b"[]", b'{"name": "x"}', b'{"resources": null}', b'{"name": "\xe9"}'])
def test_a_package_file_that_is_broken_is_named(spoil: bytes, copy: Path) -> None:
    (copy / "datapackage.json").write_bytes(spoil)
    says = r"data/datapackage.json can't be read \(.+\)\. Put the original file back\."
    assert re.fullmatch(says, *problems(copy))


def test_every_fault_of_a_folder_is_told_at_once(edit: Edit) -> None:
    edit("times.csv", ",“recently”", ",")
    assert len(problems(edit("glossary.csv", "claim,5,claim,", "ally,5,claim,"))) == 2


def test_a_lesson_refuses_broken_tables_with_the_same_sentences(edit: Edit) -> None:
    folder = edit("times.csv", ",“recently”", ",")
    told = r"data/times.csv, line 6 \(recently\): “words” is empty"
    for refused in (lambda: facts.use(folder), lambda: facts.table("times"), facts.library):
        with pytest.raises(tables.TableError, match=told):
            refused()


def parted(by: str, text: str) -> str:
    rows = csv.reader(text.splitlines())
    return "\n".join(by.join(f'"{cell}"' for cell in row) for row in rows)


HARMLESS = {
    "byte-order mark": lambda text: "\ufeff" + text,
    "trailing empty rows": lambda text: text + ",,,,,,,,\n,,,,,,,,\n\n",
    "empty columns": lambda text: "".join(f"{line},,\n" for line in text.splitlines()),
    "an empty column before the others": lambda text: re.sub("(?m)^", ",", text.strip()),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "tabs between the cells": lambda text: parted("\t", text),
    "semicolons between the cells": lambda text: parted(";", text),
    "bars between the cells": lambda text: parted("|", text),
    "the heading again": lambda text: text + text.splitlines()[0] + "\n",
    "blanks around cells": lambda text: text.replace("government,", "  government ,"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_mark_of_a_spreadsheet_changes_nothing(name: str, copy: Path) -> None:
    path = copy / "actors.csv"
    path.write_bytes(HARMLESS[name](path.read_text(encoding="utf-8")).encode())
    assert tables.load(copy) == tables.load(tables.folder())


def test_a_package_file_that_an_editor_saved_again_is_read(copy: Path) -> None:
    path = copy / "datapackage.json"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert tables.load(copy) == tables.load(tables.folder())


@pytest.mark.parametrize("at", [0, 3])
def test_the_heading_alone_says_what_parts_the_cells(at: int, edit: Edit) -> None:
    before = tables.load(tables.folder())[2]["glossary"][at]["meaning"]
    folder = edit("glossary.csv", before, "Shooting;" * 200)
    assert tables.load(folder)[2]["glossary"][at]["meaning"] == "Shooting;" * 200


def test_a_report_without_a_day_is_no_report(edit: Edit) -> None:
    folder = edit("sources.csv", 'The New York Times",2024-05-30,The one report', 'The New York Times",,The one report')
    with pytest.raises(tables.TableError, match=r"sources.csv, line 2: “date” is empty. Write the day of the report."):
        facts.Library(folder)
