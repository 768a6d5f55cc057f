"""A teacher who edits the tables is told what is wrong, where, and how to mend it; harmless marks are accepted."""

import csv
import re
from pathlib import Path

import pytest

from helpers import facts
from helpers.check import tables
from tests.conftest import Edit

with (Path(__file__).parent / "table_faults.csv").open(encoding="utf-8", newline="") as file:
    FAULTS = {fault["fault"]: fault for fault in csv.DictReader(file)}
ACTORS = [row["id"] for row in tables.load(tables.folder())["actors"]]


def only(problems: list[str]) -> str:
    assert len(problems) == 1, "\n".join(problems)
    return problems[0]


def test_the_tables_of_the_project_are_sound() -> None:
    assert tables.problems(tables.folder()) == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_gets_its_sentence(name: str, edit: Edit) -> None:
    fault = FAULTS[name]
    assert fault["sentence"] in tables.problems(edit(fault["file"], fault["old"], fault["new"]))


@pytest.mark.parametrize("words", ["Within the month, before it.", "Within, the month, before it.", "Within it,more,"])
def test_a_cell_too_many_is_explained(words: str, edit: Edit) -> None:
    problems = tables.problems(edit("times.csv", "Within the month before the report.", words))
    mend = "Put quotation marks around a text with commas."
    assert only(problems) == f"data/times.csv, line 6 (recently): there are more cells than columns. {mend}"


@pytest.mark.parametrize("actor", ACTORS)
def test_no_actor_can_be_dropped(actor: str, copy: Path) -> None:
    path = copy / "actors.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(f"{actor},")), encoding="utf-8")
    gone = f"data/actors.csv: the row “{actor}” is gone. Put it back, with this id."
    assert any(problem.startswith(gone) for problem in tables.problems(copy))


@pytest.mark.parametrize("name", ["claims", "paragraphs", "events", "positions", "rules", "conditions", "statements"])
def test_no_row_of_the_core_can_be_dropped(name: str, copy: Path) -> None:
    path = copy / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    dropped = lines.pop().split(",")[0]
    path.write_text("".join(lines), encoding="utf-8")
    assert any(f"the row “{dropped}” is gone" in problem for problem in tables.problems(copy))


def test_a_missing_file_is_named_with_the_nearest(copy: Path) -> None:
    (copy / "events.csv").rename(copy / "event.csv")
    mend = "Put the file back under this name. Did you mean “event.csv”?"
    assert only(tables.problems(copy)) == f"data/events.csv is missing. {mend}"


@pytest.mark.parametrize(("name", "method"), [("events.csv", "read_bytes"), ("datapackage.json", "read_text")])
def test_a_file_that_can_t_be_opened_is_not_called_missing(
    name: str, method: str, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = getattr(Path, method)

    def refused(path: Path, **named: str) -> object:
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path, **named)

    monkeypatch.setattr(Path, method, refused)
    mend = "Close it in other programs, or ask for the right to read it."
    assert only(tables.problems(copy)) == f"data/{name} can't be opened: Permission denied. {mend}"


def test_a_folder_in_place_of_a_file_is_not_called_missing(copy: Path) -> None:
    (copy / "events.csv").unlink()
    (copy / "events.csv").mkdir()
    assert only(tables.problems(copy)).startswith("data/events.csv can't be opened: ")


def test_a_file_that_is_not_utf_8_is_named_with_the_line(copy: Path) -> None:
    text = (copy / "actors.csv").read_text(encoding="utf-8").replace("Finbarr O'Reilly", "Finbarr O’Reilly")
    (copy / "actors.csv").write_bytes(text.encode("cp1252"))
    told = "the file is not saved as UTF-8. Save it again and choose “CSV UTF-8” as the file type."
    assert only(tables.problems(copy)) == f"data/actors.csv, line 15: {told}"


@pytest.mark.parametrize("line", [1, 2])
def test_a_quotation_mark_is_named_with_its_line_from_the_heading_on(line: int, edit: Edit) -> None:
    first = (tables.folder() / "times.csv").read_text(encoding="utf-8").splitlines()[line - 1]
    told = only(tables.problems(edit("times.csv", f"{first}\n", f'"{first}\n')))
    assert told == (f"data/times.csv, line {line}: a quotation mark is missing or one too many. Mend it on this line.")


def test_in_an_empty_file_each_column_is_missing(copy: Path) -> None:
    (copy / "times.csv").write_text("", encoding="utf-8")
    told = [problem for problem in tables.problems(copy) if problem.startswith("data/times.csv")]
    assert len(told) == 4 and all(problem.endswith(" is missing. Put it back.") for problem in told)


def test_a_heading_that_stands_twice_is_named(edit: Edit) -> None:
    folder = edit("times.csv", "words,rule", "words,rule,rule")
    twice = "data/times.csv, line 1: the column “rule” stands there twice. Rename or delete one of them."
    assert twice in tables.problems(folder)


def test_a_table_without_ids_is_blamed_alone(edit: Edit) -> None:
    folder = edit("actors.csv", "id,place,name,kind", "ID,place,name,kind")
    assert only(tables.problems(folder)).startswith("data/actors.csv, line 1: the column “id” is missing.")


@pytest.mark.parametrize("spoil", [b"{", b"[]", b'{"name": "x"}', b'{"resources": null}', b'{"name": "\xe9"}'])
def test_a_package_file_that_is_broken_is_named(spoil: bytes, copy: Path) -> None:
    (copy / "datapackage.json").write_bytes(spoil)
    sentence = only(tables.problems(copy))
    assert re.fullmatch(r"data/datapackage\.json can't be read \(.+\)\. Put the original file back\.", sentence)


def test_a_package_file_that_is_missing_is_named(copy: Path) -> None:
    (copy / "datapackage.json").unlink()
    told = "data/datapackage.json is missing. Put it back: it says what each table holds."
    assert only(tables.problems(copy)) == told


def test_a_package_file_that_an_editor_saved_again_is_read(copy: Path) -> None:
    text = (copy / "datapackage.json").read_text(encoding="utf-8")
    (copy / "datapackage.json").write_text(f"\ufeff{text}", encoding="utf-8")
    assert tables.load(copy) == tables.load(tables.folder())


@pytest.mark.parametrize("at", [0, 3])
def test_the_heading_alone_says_what_parts_the_cells(at: int, edit: Edit) -> None:
    folder = edit("glossary.csv", tables.load(tables.folder())["glossary"][at]["meaning"], "Shooting;" * 200)
    assert tables.problems(folder) == []
    assert tables.load(folder)["glossary"][at]["meaning"] == "Shooting;" * 200


def test_a_line_break_in_a_cell_moves_no_line_number(edit: Edit) -> None:
    edit("glossary.csv", "Shooting back at those who shoot at you.", '"Shooting back\nat those\nwho shoot at you."')
    told = only(tables.problems(edit("glossary.csv", ",escalation,", ",,")))
    assert told == "data/glossary.csv, line 10 (escalation): “term” is empty. Fill it in: the word."
    told = only(tables.problems(edit("glossary.csv", "escalation,7,,", 'escalation,7,"escalation,')))
    assert told.startswith("data/glossary.csv, line 10: a quotation mark is missing or one too many.")


def quoted_tabs(text: str) -> str:
    return "\n".join("\t".join(f'"{cell}"' for cell in row) for row in csv.reader(text.splitlines()))


HARMLESS = {
    "byte-order mark": lambda text: "\ufeff" + text,
    "trailing empty rows": lambda text: text + ",,,,,,,,\n,,,,,,,,\n\n",
    "an empty column": lambda text: "".join(f"{line},\n" for line in text.splitlines()),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "tabs between the cells": quoted_tabs,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "blanks around cells": lambda text: text.replace("government,", "  government ,"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_mark_of_a_spreadsheet_changes_nothing(name: str, copy: Path) -> None:
    path = copy / "actors.csv"
    before = tables.load(copy)
    path.write_bytes(HARMLESS[name](path.read_text(encoding="utf-8")).encode("utf-8"))
    assert tables.load(copy) == before


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_a_fault_is_the_same_with_the_line_ends_of_any_system(end: str, edit: Edit) -> None:
    path = edit("times.csv", ",“recently”", ",") / "times.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", end).encode())
    assert only(tables.problems(path.parent)).startswith("data/times.csv, line 6 (recently): “words” is empty.")


def test_semicolons_are_read_like_commas(copy: Path) -> None:
    before = tables.load(copy)
    for path in copy.glob("*.csv"):
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    assert tables.load(copy) == before


def test_every_fault_of_a_folder_is_told_at_once(edit: Edit) -> None:
    edit("times.csv", ",“recently”", ",")
    assert len(tables.problems(edit("glossary.csv", "claim,5,claim,", "ally,5,claim,"))) == 2


def test_a_lesson_refuses_broken_tables_with_the_same_sentences(edit: Edit) -> None:
    folder = edit("times.csv", ",“recently”", ",")
    for refused in (lambda: facts.use(folder), lambda: facts.table("times"), facts.library):
        with pytest.raises(tables.TableError, match=r"data/times.csv, line 6 \(recently\): “words” is empty"):
            refused()


@pytest.mark.parametrize("cell", ["31,7", "about 32", "36.2311E"])
def test_a_number_with_a_comma_or_words_gets_a_sentence(edit: Edit, cell: str) -> None:
    sentence = only(tables.problems(edit("figures.csv", ",31.7,", f',"{cell}",')))
    assert sentence.endswith(f"“value” says “{cell}”. Write a number alone, such as 34.5, with a point.")


def test_an_address_that_is_none_gets_a_sentence(edit: Edit) -> None:
    row = next(row for row in tables.load(tables.folder())["sources"] if row["url"])
    sentence = only(tables.problems(edit("sources.csv", row["url"], "javascript:alert(1)")))
    assert "“url” says “javascript:alert(1)”. It must be: address of the page" in sentence
