"""Read the CSV tables, and say in plain words what is wrong with them.

The shape of every table (columns, kinds of value, which id points where) is declared in
`datapackage.json` beside the tables. Nothing here knows what the tables are about.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import _csv

Row = Mapping[str, str]
Schema = Mapping[str, Any]

NUMBERS = {"integer": r"-?\d+", "number": r"-?\d+(\.\d+)?"}


class TableError(ValueError):
    """The tables can't be used as they are; the message says where and how to mend them."""


@dataclass(frozen=True)
class Table:
    """One table as it was read: its columns, and its rows with the line of the file that each begins on.

    One that can't be read has faults in their place.
    """

    name: str
    file: str
    schema: Schema
    roster: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[int, Row], ...] = ()
    faults: tuple[str, ...] = ()

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each row with its line number; of a double id, the first line."""
        return {row.get("id", ""): line for line, row in reversed(self.rows)}

    def at(self, line: int, row: Row) -> str:
        """Return where a row stands, for a sentence: file, line and id."""
        return f"{self.file}, line {line} ({row.get('id') or 'no id'})"


def folder() -> Path:
    """Return the folder of the tables: inside the installed package, else beside it in the checkout."""
    inside = Path(__file__).parent / "data"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "data"


def load(home: Path) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every table by table name.

    Raises TableError with one sentence per problem when the tables are not sound.
    """
    found, declared = _read(home)
    if faults := [*found, *(sentence for table in declared for sentence in _faults(table, declared))]:
        raise TableError("\n".join(faults))
    return {table.name: tuple(row for _, row in table.rows) for table in declared}


def problems(home: Path) -> list[str]:
    """Return a sentence for each thing that is wrong in a folder of tables; an empty list when all is well.

    Each sentence names the file, the line, the id of the row, what is wrong and how to mend it.
    """
    try:
        load(home)
    except TableError as error:
        return str(error).split("\n")
    return []


def close(word: str, options: Iterable[str]) -> str:
    """Return ' Did you mean “…”?' for the nearest option, or nothing when none is near."""
    near = get_close_matches(word, list(options))
    return f" Did you mean “{near[0]}”?" if near else ""


def _read(home: Path) -> tuple[list[str], list[Table]]:
    """Return what is wrong with the package file, and every table that it declares."""
    try:
        package = json.loads((home / "datapackage.json").read_text(encoding="utf-8-sig"))
        return [], [_table(home, resource) for resource in package["resources"]]
    except OSError:
        return [f"{home.name}/datapackage.json is missing. Put it back: it says what each table holds."], []
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        return [f"{home.name}/datapackage.json can't be read ({error}). Put the original file back."], []


def _table(home: Path, resource: Schema) -> Table:
    path, file = home / resource["path"], f"{home.name}/{resource['path']}"
    table = Table(resource["name"], file, resource["schema"], tuple(resource.get("roster", ())))
    try:
        columns, rows = _cells(path.read_bytes().decode("utf-8-sig"))
    except OSError:
        near = close(path.name, (other.name for other in home.glob("*.csv")))
        return replace(table, faults=(f"{file} is missing. Put the file back under this name.{near}",))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mend = "Save it again and choose “CSV UTF-8” as the file type"
        return replace(table, faults=(f"{file}, line {line}: the file is not saved as UTF-8. {mend}.",))
    except TableError as error:
        return replace(table, faults=(f"{file}, {error}",))
    return replace(table, columns=columns, rows=rows)


def _cells(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, Row], ...]]:
    """Return the columns and rows of a CSV text; commas, semicolons or tabs may part the cells."""
    lines = io.StringIO(text, newline=None).readlines() or [""]  # with the line ends of any system
    reader = csv.reader(lines, delimiter=max(",;\t", key=lines[0].count), strict=True)
    records = _records(reader)
    columns = tuple(cell.strip() for cell in next(records)[1])
    rows = []
    for line, cells in records:
        if any(cell.strip() for cell in cells):
            pairs = zip_longest(columns, (cell.strip() for cell in cells), fillvalue="")
            row: dict[str, str] = {}
            for column, cell in pairs:
                row[column] = row.get(column, "") + cell
            rows.append((line, row))
    return columns, tuple(rows)


def _records(reader: "_csv.Reader") -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins, and its cells; raises TableError where a quotation mark goes wrong."""
    line = reader.line_num + 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise TableError(f"line {line}: a quotation mark is missing or one too many. Mend it on this line.") from None


def _faults(table: Table, declared: Sequence[Table]) -> Iterator[str]:
    """Yield a sentence for each fault of a table: of its file, its columns, its rows, its ids."""
    if table.faults:
        yield from table.faults
        return
    fields = table.schema["fields"]
    missing = [field["name"] for field in fields if field["name"] not in table.columns]
    for name in {name for name in table.columns if name and table.columns.count(name) > 1}:
        yield f"{table.file}, line 1: the column “{name}” stands there twice. Rename or delete one of them."
    for name in missing:
        near = close(name, table.columns)
        yield f"{table.file}, line 1: the column “{name}” is missing. Put it back.{near}"
    if missing:
        return
    targets = _targets(table.schema)
    others = {other.name: other for other in declared}
    for line, row in table.rows:
        at = table.at(line, row)
        if row.get(""):
            yield f"{at}: there are more cells than columns. Put quotation marks around a text with commas."
        for field in fields:
            yield from _cell_faults(at, field, row[field["name"]])
            if target := targets.get(field["name"]):
                yield from _pointer_faults(at, field, row, others[target], line if target == table.name else None)
            yield from _pair_faults(at, field, row)
        yield from _order_faults(at, row)
    yield from _id_faults(table)


def _targets(schema: Schema) -> dict[str, str]:
    """Return, for each column that points to ids, the table that it points to."""
    keys = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", ())}
    return keys | {field["name"]: field["refers"] for field in schema["fields"] if "refers" in field}


def _cell_faults(at: str, field: Schema, cell: str) -> Iterator[str]:
    name, limits = field["name"], field.get("constraints", {})
    choices = [choice["value"] for choice in field.get("categories", ())]
    choices = choices or [*field.get("trueValues", ()), *field.get("falseValues", ())]
    says = f"{at}: “{name}” says “{cell}”."
    if not cell:
        if limits.get("required"):
            yield f"{at}: “{name}” is empty. Fill it in: {field['description']}."
    elif choices and cell not in choices:
        yield f"{says} Choose one of: {', '.join(choices)}.{close(cell, choices)}"
    elif "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        yield f"{says} It must be: {field['description']}."
    elif field["type"] == "date" and (mend := _date_mend(cell)):
        yield f"{says} {mend}"
    elif field["type"] in NUMBERS and not re.fullmatch(NUMBERS[field["type"]], cell):
        yield f"{says} Write a number alone, such as 34{'.5, with a point' * (field['type'] == 'number')}."


def _date_mend(cell: str) -> str:
    """Return how to mend a cell that is no date of the form year-month-day; nothing when it is one."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return "" if _day(cell) else "There is no such day. Look it up and write a real one."
    mend = "Write the day as year-month-day, such as 2024-01-31."
    if not (parts := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", cell)):
        return mend
    one, two, year = (int(part) for part in parts.groups())
    days = dict.fromkeys(f"{year}-{month:02}-{day:02}" for day, month in ((one, two), (two, one)))
    return f"A spreadsheet may have changed it. {mend} Here: {' or '.join(filter(_day, days)) or 'no real day'}."


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None


def _pointer_faults(at: str, field: Schema, row: Row, target: Table, own: int | None) -> Iterator[str]:
    """Yield a sentence for each id in a cell that its target table lacks.

    `own` is the line of the row when the table points to itself: then only rows above it count.
    """
    known, cell = target.ids, row[field["name"]]
    for word in filter(None, cell.split(field["delimiter"]) if field["type"] == "list" else [cell]):
        says = f"{at}: “{field['name']}” says “{word}”"
        if "id" not in target.columns:  # its own sentence says what is wrong
            return
        if word not in known:
            yield f"{says}, but {target.file} has no such id. Add it there, or mend it here.{close(word, known)}"
        elif own is not None and known[word] >= own:
            yield f"{says}, which stands on line {known[word]}. Move that row above this one."


def _pair_faults(at: str, field: Schema, row: Row) -> Iterator[str]:
    """Yield a sentence when a list has not as many entries as the list that it goes with."""
    if beside := field.get("alongside"):
        own, other = len(row[field["name"]].split()), len(row[beside].split())
        if own != other:
            yield f"{at}: “{field['name']}” has {own} and “{beside}” has {other}. Give one for each, in the same order."


def _order_faults(at: str, row: Row) -> Iterator[str]:
    first, last = _day(row.get("earliest", "")), _day(row.get("latest", ""))
    if first and last and last < first:
        yield f"{at}: “latest” ({last}) is before “earliest” ({first}). Swap them, or mend the wrong one."


def _id_faults(table: Table) -> Iterator[str]:
    known = table.ids
    for line, row in table.rows:
        if row["id"] and known[row["id"]] != line:
            yield f"{table.at(line, row)}: line {known[row['id']]} has this id too. Give one of them another id."
    for name in table.roster:
        if name not in known:
            near = close(name, known)
            yield f"{table.file}: the row “{name}” is gone. Put it back, with this id.{near}"
