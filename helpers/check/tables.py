"""Read the CSV tables, and say in plain words what is wrong with them.

The shape of every table (columns, kinds of value, which id points where) is declared in
`datapackage.json` beside the tables. Nothing here knows what the tables are about. The order of
the rows in a file means nothing: a column `place` says in which order they are taken.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

Row = Mapping[str, Any]
Field = Mapping[str, Any]
Lines = dict[int, dict[str, str]]  # the cells of each row, by the line of the file it begins on

FORMS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?"}
READ: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "integer": int,
    "number": lambda cell: float(cell) if "." in cell else int(cell),
}


class TableError(ValueError):
    """The tables can't be used as they are; the message says where and how to mend them."""


class Schema(NamedTuple):
    """What is declared of a table: its columns, the tables that they point to, ids that must stay.

    A field may also say which values exactly one row has (`once`), and which list it goes with
    (`alongside`).
    """

    name: str
    path: str
    fields: Mapping[str, Field]
    points: Mapping[str, str]
    roster: Collection[str]


class Package(NamedTuple):
    """What datapackage.json declares: the version of the tables, and each of them by its name."""

    version: str
    schemas: Mapping[str, Schema]


class Table(NamedTuple):
    """One table as it was read, with the first line of each id; or what is wrong with its file."""

    schema: Schema
    file: str
    columns: list[str]
    rows: Lines
    ids: dict[str, int]
    fault: str = ""


def folder() -> Path:
    """Return the folder of the tables: in the installed package, else beside it in the checkout.

    >>> folder().name
    'data'
    """
    inside = Path(__file__).parents[1] / "data"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "data"


def load(home: Path) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every table, typed as declared, in the order of `place` and id.

    Raises TableError with one sentence per problem when the tables are not sound.

    >>> load(folder())["paragraphs"][0]["id"]
    'H'
    """
    schemas = package(home).schemas
    found = {name: _table(home, schema) for name, schema in schemas.items()}
    if faults := [fault for table in found.values() for fault in _faults(table, found)]:
        raise TableError("\n".join(faults))
    return {name: _typed(table) for name, table in found.items()}


def problems(home: Path) -> list[str]:
    """Return a sentence for each thing that is wrong in a folder of tables; none when all is well.

    Each sentence names the file, the line, the id of the row, what is wrong and how to mend it.

    >>> problems(folder())
    []
    """
    try:
        load(home)
    except TableError as error:
        return str(error).split("\n")
    return []


def close(word: str, options: Iterable[str]) -> str:
    """Return ' Did you mean “…”?' for the nearest option, or nothing when none is near.

    >>> close("exeption", ["general", "exception"])
    ' Did you mean “exception”?'
    """
    near = get_close_matches(word, list(options))
    return f" Did you mean “{near[0]}”?" if near else ""


def package(home: Path) -> Package:
    """Return what datapackage.json declares; raises TableError with a sentence when it can't.

    >>> package(folder()).schemas["claims"].points["speaker"]
    'actors'
    """
    file = f"{home.name}/datapackage.json"
    try:
        declared = json.loads((home / "datapackage.json").read_text(encoding="utf-8-sig"))
        schemas = [_schema(resource) for resource in declared["resources"]]
        return Package(declared.get("version", ""), {schema.name: schema for schema in schemas})
    except OSError as error:
        mend = "Put it back: it says what each table holds."
        raise TableError(_unopened(file, error, mend)) from None
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise TableError(f"{file} can't be read ({error}). Put the original file back.") from None


def _schema(resource: Mapping[str, Any]) -> Schema:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    keys = resource["schema"].get("foreignKeys", ())
    points = {key["fields"][0]: key["reference"]["resource"] for key in keys}
    points |= {name: field["refers"] for name, field in fields.items() if "refers" in field}
    return Schema(resource["name"], resource["path"], fields, points, resource.get("roster", ()))


def _unopened(file: str, error: OSError, missing: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{file} is missing. {missing}"
    mend = "Close it in other programs, or ask for the right to read it."
    return f"{file} can't be opened: {error.strerror}. {mend}"


def _table(home: Path, schema: Schema) -> Table:
    path, file = home / schema.path, f"{home.name}/{schema.path}"
    try:
        columns, rows = _cells(path.read_bytes().decode("utf-8-sig"))
        ids = {row.get("id", ""): line for line, row in reversed(rows.items())}
        return Table(schema, file, columns, rows, ids)
    except OSError as error:
        near = close(path.name, (other.name for other in home.glob("*.csv")))
        fault = _unopened(file, error, f"Put the file back under this name.{near}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mend = "Save it again and choose “CSV UTF-8” as the file type."
        fault = f"{file}, line {line}: the file is not saved as UTF-8. {mend}"
    except TableError as error:
        fault = f"{file}, {error}"
    return Table(schema, file, [], {}, {}, fault)


def _cells(text: str) -> tuple[list[str], Lines]:
    """Return the columns and rows of a CSV text; commas, semicolons or tabs may part the cells."""
    lines = io.StringIO(text, newline=None).readlines() or [""]  # with the line ends of any system
    reader = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count), strict=True)
    found, line = {}, 1
    try:
        for cells in reader:
            found[line] = [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        what = "a quotation mark is missing or one too many. Mend it on this line."
        raise TableError(f"line {line}: {what}") from None
    columns = found.pop(1)
    return columns, {line: _row(columns, cells) for line, cells in found.items() if any(cells)}


def _row(columns: list[str], cells: list[str]) -> dict[str, str]:
    """Return the cells by their column; what has no column stands together under no name."""
    row: dict[str, str] = {}
    for column, cell in zip_longest(columns, cells, fillvalue=""):
        row[column] = row.get(column, "") + cell
    return row


def _typed(table: Table) -> tuple[Row, ...]:
    """Return the rows of a table as records are made of them, in their order."""
    fields = table.schema.fields
    rows = [
        {name: _read(fields[name], row[name]) for name in fields} for row in table.rows.values()
    ]
    placed = fields.get("place", {}).get("type") == "integer"
    return tuple(sorted(rows, key=lambda row: (row["place"] if placed else 0, row["id"])))


def _read(field: Field, cell: str) -> Any:
    if field["type"] == "list":
        return tuple(filter(None, cell.split(field["delimiter"])))
    if field["type"] == "boolean":
        return cell in field["trueValues"]
    return (READ[field["type"]](cell) if cell else None) if field["type"] in READ else cell


def _faults(table: Table, others: Mapping[str, Table]) -> Iterator[str]:
    """Yield a sentence for each fault of a table: of its file, its columns, its rows, its ids."""
    if table.fault:
        yield table.fault
        return
    yield from _column_faults(table)
    if set(table.schema.fields) <= set(table.columns):
        for line, row in table.rows.items():
            yield from _row_faults(table, _at(table, line), row, others)
        yield from _id_faults(table)
        for name, field in table.schema.fields.items():
            yield from _once_faults(table, name, field.get("once", ()))
            if table.schema.points.get(name) == table.schema.name:
                yield from _circle_faults(table, name)


def _at(table: Table, line: int) -> str:
    """Return where a row stands, for a sentence: file, line and id."""
    return f"{table.file}, line {line} ({table.rows[line]['id'] or 'no id'})"


def _column_faults(table: Table) -> Iterator[str]:
    at = f"{table.file}, line 1: the column"
    for name in dict.fromkeys(table.columns):
        if name and table.columns.count(name) > 1:
            yield f"{at} “{name}” stands there twice. Rename or delete one of them."
    for name in table.schema.fields:
        if name not in table.columns:
            yield f"{at} “{name}” is missing. Put it back.{close(name, table.columns)}"


def _row_faults(
    table: Table, at: str, row: Mapping[str, str], others: Mapping[str, Table]
) -> Iterator[str]:
    if row.get(""):
        mend = "Put quotation marks around a text with commas."
        yield f"{at}: there are more cells than columns. {mend}"
    for name, field in table.schema.fields.items():
        yield from _cell_faults(at, field, row[name])
        if name in table.schema.points:
            yield from _pointer_faults(at, field, row[name], others[table.schema.points[name]])
        if beside := field.get("alongside"):
            yield from _pair_faults(at, name, beside, row)
    first, last = _day(row.get("earliest", "")), _day(row.get("latest", ""))
    if first and last and last < first:
        mend = "Swap them, or mend the wrong one."
        yield f"{at}: “latest” ({last}) is before “earliest” ({first}). {mend}"


def _cell_faults(at: str, field: Field, cell: str) -> Iterator[str]:
    limits = field.get("constraints", {})
    choices = [choice["value"] for choice in field.get("categories", ())]
    choices = choices or [*field.get("trueValues", ()), *field.get("falseValues", ())]
    says = f"{at}: “{field['name']}” says “{cell}”."
    if not cell:
        if limits.get("required"):
            yield f"{at}: “{field['name']}” is empty. Fill it in: {field['description']}."
    elif choices and cell not in choices:
        yield f"{says} Choose one of: {', '.join(choices)}.{close(cell, choices)}"
    elif "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        yield f"{says} It must be: {field['description']}."
    elif field["type"] == "date" and (mend := _date_mend(cell)):
        yield f"{says} {mend}"
    elif field["type"] in FORMS and (mend := _number_mend(field["type"], limits, cell)):
        yield f"{says} {mend}"


def _number_mend(kind: str, limits: Mapping[str, Any], cell: str) -> str:
    """Return how to mend a cell that is no number, or no fitting one; nothing when all is well."""
    if not re.fullmatch(FORMS[kind], cell):
        return f"Write a number alone, such as 34{'.5, with a point' if kind == 'number' else ''}."
    low, high = limits.get("minimum", -inf), limits.get("maximum", inf)
    until = "on" if high == inf else f"to {high}"
    return "" if low <= float(cell) <= high else f"Write a number from {low} {until}."


def _date_mend(cell: str) -> str:
    """Return how to mend a cell that is no date as year-month-day; nothing when it is one."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return "" if _day(cell) else "There is no such day. Look it up and write a real one."
    mend = "Write the day as year-month-day, such as 2024-01-31."
    if not (parts := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", cell)):
        return mend
    one, two, year = (int(part) for part in parts.groups())
    days = dict.fromkeys(f"{year}-{month:02}-{day:02}" for day, month in ((one, two), (two, one)))
    real = " or ".join(filter(_day, days)) or "no real day"
    return f"A spreadsheet may have changed it. {mend} Here: {real}."


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _pointer_faults(at: str, field: Field, cell: str, target: Table) -> Iterator[str]:
    """Yield a sentence for each id in a cell that its target table lacks."""
    words = _read(field, cell) if field["type"] == "list" else filter(None, [cell])
    for word in words if "id" in target.columns else ():  # else its own sentence says what is wrong
        if word not in target.ids:
            says = f"{at}: “{field['name']}” says “{word}”, but {target.file} has no such id."
            yield f"{says} Add it there, or mend it here.{close(word, target.ids)}"


def _pair_faults(at: str, name: str, beside: str, row: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence when a list has not as many entries as the list that it goes with."""
    own, other = len(row[name].split()), len(row[beside].split())
    if own != other:
        says = f"{at}: “{name}” has {own} and “{beside}” has {other}."
        yield f"{says} Give one for each, in the same order."


def _id_faults(table: Table) -> Iterator[str]:
    for line, row in table.rows.items():
        if row["id"] and (first := table.ids[row["id"]]) != line:
            mend = "Give one of them another id."
            yield f"{_at(table, line)}: line {first} has this id too. {mend}"
    for name in table.schema.roster:
        if name not in table.ids:
            near = close(name, table.ids)
            yield f"{table.file}: the row “{name}” is gone. Put it back, with this id.{near}"


def _once_faults(table: Table, name: str, values: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each value that exactly one row must have, and has not."""
    cells = [row[name] for row in table.rows.values()]
    for value in values:
        if (count := cells.count(value)) != 1:
            says = f"{table.file}: {count or 'no'} rows have “{value}” as “{name}”."
            yield f"{says} Give it to one row, and to no other."


def _circle_faults(table: Table, name: str) -> Iterator[str]:
    """Yield a sentence when a column leads from a row of its own table back to that row."""
    rows = table.rows.values()
    try:
        TopologicalSorter({row["id"]: [row[name]] for row in rows if row[name]}).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        led = f"“{name}” leads in a circle: {', '.join(circle)}"
        yield f"{_at(table, table.ids[circle[0]])}: {led}. Mend one of them, or leave it empty."
