"""A teacher who edits the tables is told what is wrong, where, and how to mend it; harmless marks are accepted."""

import csv
import re
from pathlib import Path

import pytest

from helpers import facts, tables
from tests.conftest import Edit


def only(problems: list[str]) -> str:
    assert len(problems) == 1, "\n".join(problems)
    return problems[0]


def test_the_tables_of_the_project_are_sound() -> None:
    assert tables.problems(tables.folder()) == []


FAULTS = {
    "unknown value": (
        "rules.csv",
        "us-counter-fire,us,us-ban,exception,allowed",
        "us-counter-fire,us,us-ban,exeption,allowed",
        "data/rules.csv, line 4 (us-counter-fire): “kind” says “exeption”. Choose one of: general, exception, limit,"
        " doubt. Did you mean “exception”?",
    ),
    "dangling id": (
        "claims.csv",
        "c07,2,Kharkiv is the second-largest city of Ukraine.,background,nyt",
        "c07,2,Kharkiv is the second-largest city of Ukraine.,background,nty",
        "data/claims.csv, line 9 (c07): “speaker” says “nty”, but data/actors.csv has no such id. Add it there, or mend"
        " it here. Did you mean “nyt”?",
    ),
    "dangling id in a list": (
        "positions.csv",
        ",2 3 8 9,",
        ",2 3 8 99,",
        "data/positions.csv, line 3 (us): “paragraphs” says “99”, but data/paragraphs.csv has no such id."
        " Add it there, or mend it here. Did you mean “9”?",
    ),
    "duplicate id": (
        "glossary.csv",
        "claim,claim,",
        "ally,claim,",
        "data/glossary.csv, line 6 (ally): line 2 has this id too. Give one of them another id.",
    ),
    "bad id": (
        "glossary.csv",
        "claim,claim,",
        "The Claim,claim,",
        "data/glossary.csv, line 6 (The Claim): “id” says “The Claim”. It must be: short name of the row, in small"
        " letters, digits and hyphens.",
    ),
    "impossible date": (
        "events.csv",
        "28,27-months",
        "30,27-months",
        "data/events.csv, line 2 (ban): “latest” says “2022-02-30”. There is no such day. Look it up and write a real"
        " one.",
    ),
    "date changed by a spreadsheet": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "20/05/2024,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “earliest” says “20/05/2024”. A spreadsheet may have changed it. Write"
        " the day as year-month-day, such as 2024-01-31. Here: 2024-05-20.",
    ),
    "ambiguous date": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "5.6.2024,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “earliest” says “5.6.2024”. A spreadsheet may have changed it. Write"
        " the day as year-month-day, such as 2024-01-31. Here: 2024-06-05 or 2024-05-06.",
    ),
    "a word instead of a date": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "May,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “earliest” says “May”. Write the day as year-month-day, such as"
        " 2024-01-31.",
    ),
    "latest before earliest": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "2024-05-27,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “latest” (2024-05-26) is before “earliest” (2024-05-27). Swap them, or"
        " mend the wrong one.",
    ),
    "empty required cell": (
        "terms.csv",
        "just-over-the-border,just over the border,2",
        "just-over-the-border,,2",
        "data/terms.csv, line 3 (just-over-the-border): “words” is empty. Fill it in: the words, six at most.",
    ),
    "missing column": (
        "times.csv",
        "id,words,rule",
        "id,wrods,rule",
        "data/times.csv, line 1: the column “words” is missing. Put it back. Did you mean “wrods”?",
    ),
    "comma without quotation marks": (
        "glossary.csv",
        '"Far. The report gives no number of kilometres."'.strip('"'),
        "Far, but the report gives no number of kilometres.",
        "data/glossary.csv, line 15 (long-range): “paragraph” says “but the report gives no number of kilometres.”, but"
        " data/paragraphs.csv has no such id. Add it there, or mend it here.",
    ),
    "a rule above the one that it stands under": (
        "rules.csv",
        "us-ban,us,,general",
        "us-ban,us,us-counter-fire,general",
        "data/rules.csv, line 3 (us-ban): “under” says “us-counter-fire”, which stands on line 4. Move that row above"
        " this one.",
    ),
    "a speaker too few": (
        "rules.csv",
        "4 8,nyt us-officials",
        "4 8,nyt",
        "data/rules.csv, line 3 (us-ban): “speakers” has 1 and “paragraphs” has 2. Give one for each, in the same"
        " order.",
    ),
    "no id": (
        "glossary.csv",
        "claim,claim,",
        ",claim,",
        "data/glossary.csv, line 6 (no id): “id” is empty. Fill it in: short name of the row, in small letters, digits"
        " and hyphens.",
    ),
    "a date that is none either way round": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "31-31-2024,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “earliest” says “31-31-2024”. A spreadsheet may have changed it. Write"
        " the day as year-month-day, such as 2024-01-31. Here: no real day.",
    ),
    "a date with a year of two digits": (
        "events.csv",
        "2024-05-20,2024-05-26",
        "20/05/24,2024-05-26",
        "data/events.csv, line 12 (nyt-report): “earliest” says “20/05/24”. Write the day as year-month-day, such as"
        " 2024-01-31.",
    ),
    "words after a whole number": (
        "paragraphs.csv",
        ",34,d923",
        ",34 words,d923",
        "data/paragraphs.csv, line 5 (1): “words” says “34 words”. Write a number alone, such as 34.",
    ),
    "an id that was changed": (
        "paragraphs.csv",
        "S,standfirst",
        "SS,standfirst",
        "data/paragraphs.csv: the row “S” is gone. Put it back, with this id. Did you mean “SS”?",
    ),
    "an id that points to its own row": (
        "rules.csv",
        "us-ban,us,,general",
        "us-ban,us,us-ban,general",
        "data/rules.csv, line 3 (us-ban): “under” says “us-ban”, which stands on line 3. Move that row above this one.",
    ),
    "neither yes nor no": (
        "options.csv",
        "before-near-1,before-near,They are permitted too.,no",
        "before-near-1,before-near,They are permitted too.,FALSE",
        "data/options.csv, line 2 (before-near-1): “right” says “FALSE”. Choose one of: yes, no.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_gets_its_sentence(name: str, edit: Edit) -> None:
    file, old, new, sentence = FAULTS[name]
    assert sentence in tables.problems(edit(file, old, new))


@pytest.mark.parametrize("words", ["Within the month, before it.", "Within, the month, before it.", "Within it,more,"])
def test_a_cell_too_many_is_explained(words: str, edit: Edit) -> None:
    problems = tables.problems(edit("times.csv", "Within the month before the report.", words))
    assert only(problems) == (
        "data/times.csv, line 6 (recently): there are more cells than columns. Put quotation marks around a text with"
        " commas."
    )


@pytest.mark.parametrize("actor", [row["id"] for row in tables.load(tables.folder())["actors"]])
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
    assert only(tables.problems(copy)) == (
        "data/events.csv is missing. Put the file back under this name. Did you mean “event.csv”?"
    )


def test_a_file_that_is_not_utf_8_is_named_with_the_line(copy: Path) -> None:
    text = (copy / "actors.csv").read_text(encoding="utf-8").replace("Finbarr O'Reilly", "Finbarr O’Reilly")
    (copy / "actors.csv").write_bytes(text.encode("cp1252"))
    assert only(tables.problems(copy)) == (
        "data/actors.csv, line 15: the file is not saved as UTF-8."
        " Save it again and choose “CSV UTF-8” as the file type."
    )


def test_a_quotation_mark_that_is_not_closed_is_named_with_its_line(edit: Edit) -> None:
    folder = edit("glossary.csv", "escalation,escalation,", 'escalation,"escalation,')
    assert only(tables.problems(folder)) == (
        "data/glossary.csv, line 8: a quotation mark is missing or one too many. Mend it on this line."
    )


@pytest.mark.parametrize("line", [1, 2])
def test_a_quotation_mark_is_named_with_its_line_from_the_heading_on(line: int, edit: Edit) -> None:
    first = (tables.folder() / "times.csv").read_text(encoding="utf-8").splitlines()[line - 1]
    told = only(tables.problems(edit("times.csv", f"{first}\n", f'"{first}\n')))
    assert told.startswith(f"data/times.csv, line {line}: a quotation mark")


def test_in_an_empty_file_each_column_is_missing(copy: Path) -> None:
    (copy / "times.csv").write_text("", encoding="utf-8")
    told = [one for one in tables.problems(copy) if one.startswith("data/times.csv")]
    assert len(told) == 3 and all(one.endswith(" is missing. Put it back.") for one in told)


def test_a_heading_that_stands_twice_is_named(edit: Edit) -> None:
    folder = edit("times.csv", "id,words,rule", "id,words,rule,rule")
    twice = "data/times.csv, line 1: the column “rule” stands there twice. Rename or delete one of them."
    assert twice in tables.problems(folder)


def test_a_table_without_ids_is_blamed_alone(edit: Edit) -> None:
    folder = edit("actors.csv", "id,name,kind", "ID,name,kind")
    assert only(tables.problems(folder)).startswith("data/actors.csv, line 1: the column “id” is missing.")


@pytest.mark.parametrize("spoil", [b"{", b"[]", b'{"name": "x"}', b'{"resources": null}', b'{"name": "\xe9"}'])
def test_a_package_file_that_is_broken_is_named(spoil: bytes, copy: Path) -> None:
    (copy / "datapackage.json").write_bytes(spoil)
    sentence = only(tables.problems(copy))
    assert re.fullmatch(r"data/datapackage\.json can't be read \(.+\)\. Put the original file back\.", sentence)


def test_a_package_file_that_is_missing_is_named(copy: Path) -> None:
    (copy / "datapackage.json").unlink()
    assert only(tables.problems(copy)) == (
        "data/datapackage.json is missing. Put it back: it says what each table holds."
    )


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
    assert tables.problems(edit("glossary.csv", "escalation,escalation,", "escalation,,")) == [
        "data/glossary.csv, line 10 (escalation): “term” is empty. Fill it in: the word."
    ]
    assert tables.problems(edit("glossary.csv", "escalation,,", 'escalation,"escalation,')) == [
        "data/glossary.csv, line 10: a quotation mark is missing or one too many. Mend it on this line."
    ]


HARMLESS = {
    "byte-order mark": lambda text: "\ufeff" + text,
    "trailing empty rows": lambda text: text + ",,,,,,,,\n,,,,,,,,\n\n",
    "an empty column": lambda text: "".join(f"{line},\n" for line in text.splitlines()),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "tabs between the cells": lambda text: "\n".join(
        "\t".join(f'"{cell}"' for cell in row) for row in csv.reader(text.splitlines())
    ),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "blanks around cells": lambda text: text.replace("government,", "  government ,"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_mark_of_a_spreadsheet_changes_nothing(name: str, copy: Path) -> None:
    path = copy / "actors.csv"
    before = tables.load(copy)
    path.write_bytes(HARMLESS[name](path.read_text(encoding="utf-8")).encode("utf-8"))
    assert tables.problems(copy) == []
    kept = [{key: cell for key, cell in row.items() if key} for row in tables.load(copy)["actors"]]
    assert kept == [dict(row) for row in before["actors"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_a_fault_is_the_same_with_the_line_ends_of_any_system(end: str, edit: Edit) -> None:
    path = edit("times.csv", "recently,“recently”", "recently,") / "times.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("\n", end).encode())
    assert only(tables.problems(path.parent)).startswith("data/times.csv, line 6 (recently): “words” is empty.")


def test_semicolons_are_read_like_commas(copy: Path) -> None:
    before = tables.load(copy)
    for path in copy.glob("*.csv"):
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    assert tables.problems(copy) == []
    assert tables.load(copy) == before


def test_every_fault_of_a_folder_is_told_at_once(edit: Edit) -> None:
    edit("times.csv", "recently,“recently”", "recently,")
    assert len(tables.problems(edit("glossary.csv", "claim,claim,", "ally,claim,"))) == 2


def test_a_lesson_refuses_broken_tables_with_the_same_sentences(edit: Edit) -> None:
    folder = edit("times.csv", "recently,“recently”", "recently,")
    facts.use(folder)
    with pytest.raises(tables.TableError, match=r"data/times.csv, line 6 \(recently\): “words” is empty"):
        facts.table("times")


@pytest.mark.parametrize("cell", ["31,7", "about 32", "36.2311E"])
def test_a_number_with_a_comma_or_words_gets_a_sentence(edit: Edit, cell: str) -> None:
    folder = edit("figures.csv", ",31.7,", f',"{cell}",')
    (sentence,) = tables.problems(folder)
    assert sentence.endswith(f"“value” says “{cell}”. Write a number alone, such as 34.5, with a point.")


def test_an_address_that_is_none_gets_a_sentence(edit: Edit) -> None:
    row = next(row for row in tables.load(tables.folder())["sources"] if row["url"])
    (sentence,) = tables.problems(edit("sources.csv", row["url"], "javascript:alert(1)"))
    assert "“url” says “javascript:alert(1)”. It must be: address of the page" in sentence
