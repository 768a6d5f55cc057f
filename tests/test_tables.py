"""A teacher who edits the tables is told what is wrong, where, and how to mend it.

Harmless marks of an editor are accepted.
"""

import csv
import re
from pathlib import Path

import pytest

from helpers import facts
from helpers.check import tables
from tests.conftest import Edit

with (Path(__file__).parent / "table_faults.csv").open(encoding="utf-8", newline="") as file:
    FAULTS = {fault["fault"]: fault for fault in csv.DictReader(file)}
CORE = "actors", "claims", "paragraphs", "events", "positions", "rules", "conditions", "statements"
QUOTES = "a quotation mark is missing or one too many. Mend it on this line."


def problems(folder: Path) -> list[str]:
    with pytest.raises(tables.TableError) as told:
        tables.load(folder)
    return str(told.value).split("\n")


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_gets_its_sentence(name: str, edit: Edit) -> None:
    fault = FAULTS[name]
    assert fault["sentence"] in problems(edit(fault["file"], fault["old"], fault["new"]))


def test_the_tables_of_the_project_are_sound() -> None:
    assert all(tables.load(tables.folder())[2].values())


WORDS = ["Is it allowed, or not?", "Is it, allowed, or not?", "Is it,allowed,"]


@pytest.mark.parametrize("words", WORDS)
def test_a_cell_too_many_is_explained(words: str, edit: Edit) -> None:
    mend = "there are more cells than columns. Put quotation marks around a text with commas."
    folder = edit(
        "aspects.csv", (tables.folder() / "aspects.csv").read_text("utf-8").split("\n")[1].split(",", 2)[2], words
    )
    assert problems(folder) == [f"data/aspects.csv, line 2 (stance): {mend}"]


@pytest.mark.parametrize("cell", ["31,7", "about 32", "36.2311E"])
def test_a_number_with_a_comma_or_words_gets_a_sentence(cell: str, edit: Edit) -> None:
    (told,) = problems(edit("figures.csv", ",31.7,", f',"{cell}",'))
    mend = "Write a number alone, such as 34.5, with a point."
    assert told.endswith(f"“value” says “{cell}”. {mend}")


@pytest.mark.parametrize("name", CORE)
def test_no_row_of_the_core_can_be_dropped(name: str, copy: Path) -> None:
    path = copy / f"{name}.csv"
    *lines, last = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines), encoding="utf-8")
    gone = f"data/{name}.csv: the row “{last.split(',')[0]}” is gone. Put it back, with this id."
    assert any(told.startswith(gone) for told in problems(copy))


def test_a_missing_file_is_named_with_the_nearest(copy: Path) -> None:
    (copy / "events.csv").rename(copy / "event.csv")
    mend = "Put the file back under this name. Did you mean “event.csv”?"
    assert problems(copy) == [f"data/events.csv is missing. {mend}"]


@pytest.mark.parametrize("name", ["events.csv", "datapackage.json"])
def test_a_file_that_can_t_be_opened_is_not_called_missing(name: str, copy: Path) -> None:
    (copy / name).unlink()
    (copy / name).mkdir()
    mend = "Close it in other programs, or ask for the right to read it."
    (told,) = problems(copy)
    assert re.fullmatch(rf"data/{name} can't be opened: [\w ]+\. {mend}", told)


def test_a_file_that_is_not_utf_8_is_named_with_the_line(copy: Path) -> None:
    text = (copy / "actors.csv").read_text(encoding="utf-8").replace("O'Reilly", "O’Reilly")
    (copy / "actors.csv").write_bytes(text.encode("cp1252"))
    mend = "Save it again and choose “CSV UTF-8” as the file type."
    told = f"data/actors.csv, line 15: the file is not saved as UTF-8. {mend}"
    assert problems(copy) == [told]


@pytest.mark.parametrize("line", [1, 2])
def test_a_quotation_mark_is_named_with_its_line_from_the_heading_on(line: int, edit: Edit) -> None:
    first = (tables.folder() / "times.csv").read_text(encoding="utf-8").splitlines()[line - 1]
    folder = edit("times.csv", f"{first}\n", f'"{first}\n')
    assert problems(folder) == [f"data/times.csv, line {line}: {QUOTES}"]


def test_a_line_break_in_a_cell_moves_no_line_number(edit: Edit) -> None:
    old = "Shooting back at those who shoot at you."
    edit("glossary.csv", old, '"' + old.replace(" ", "\n") + '"')
    told = "“term” is empty. Fill it in: the word."
    folder = edit("glossary.csv", ",escalation,", ",,")
    assert problems(folder) == [f"data/glossary.csv, line 15 (escalation): {told}"]
    folder = edit("glossary.csv", "escalation,7,,", 'escalation,7,"escalation,')
    assert problems(folder) == [f"data/glossary.csv, line 15: {QUOTES}"]


def test_in_an_empty_file_each_column_is_missing(copy: Path) -> None:
    (copy / "times.csv").write_text("", encoding="utf-8")
    at = "data/times.csv, line 1: the column"
    columns = "id", "place", "words", "rule", "earliest", "latest"
    assert problems(copy) == [f"{at} “{name}” is missing. Put it back." for name in columns]


def test_a_table_without_ids_is_blamed_alone(edit: Edit) -> None:
    (told,) = problems(edit("actors.csv", "id,place,name,kind", "ID,place,name,kind"))
    assert told.startswith("data/actors.csv, line 1: the column “id” is missing.")


SPOILS = [b"{", b"[]", b'{"name": "x"}', b'{"resources": null}', b'{"name": "\xe9"}']


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_package_file_that_is_broken_is_named(spoil: bytes, copy: Path) -> None:
    (copy / "datapackage.json").write_bytes(spoil)
    (told,) = problems(copy)
    says = r"can't be read \(.+\)\. Put the original file back\."
    assert re.fullmatch(rf"data/datapackage.json {says}", told)


def test_a_package_file_that_is_missing_is_named(copy: Path) -> None:
    (copy / "datapackage.json").unlink()
    mend = "Put it back: it says what each table holds."
    assert problems(copy) == [f"data/datapackage.json is missing. {mend}"]


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
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "blanks around cells": lambda text: text.replace("government,", "  government ,"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_mark_of_a_spreadsheet_changes_nothing(name: str, copy: Path) -> None:
    path = copy / "actors.csv"
    path.write_bytes(HARMLESS[name](path.read_text(encoding="utf-8")).encode())
    assert tables.load(copy) == tables.load(tables.folder())


def test_semicolons_are_read_like_commas(copy: Path) -> None:
    for path in copy.glob("*.csv"):
        rows = [*csv.reader(path.read_text(encoding="utf-8").splitlines())]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_any_system_move_no_line_number(end: str, edit: Edit) -> None:
    path = edit("times.csv", ",“recently”", ",") / "times.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", end).encode())
    (told,) = problems(path.parent)
    assert told.startswith("data/times.csv, line 6 (recently): “words” is empty.")


def test_a_report_without_a_day_is_no_report(edit: Edit) -> None:
    folder = edit("sources.csv", 'The New York Times",2024-05-30,The one report', 'The New York Times",,The one report')
    with pytest.raises(tables.TableError, match=r"sources.csv, line 2: “date” is empty. Write the day of the report."):
        facts.Library(folder)
