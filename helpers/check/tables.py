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
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

Row = Mapping[str, Any]  # for each column: what its cell holds, or what is declared of it
LOST = "Put it back under this name. In a folder that it began, “make report” makes an empty one."

# What is declared of a table: its columns, and ids that must stay. A column may say which table it
# `refers` to (and `at` which column of that, of rows that have its name there as `of`, and `when`:
# in rows with these cells alone), which values exactly one row has (`once`, or one for each value
# of the column `per`), which list it goes with (`alongside`), in which columns the row that it
# refers to has the same cells (`same`), and which cell of that row `holds` the words of one here.
Schema = NamedTuple("Schema", [("fields", Row), ("roster", list[str])])
# A table as it was read, each row by the line it begins on, with the first line of each id.
Table = NamedTuple("Table", [("file", str), ("schema", Schema), ("rows", Any), ("ids", Row)])


class TableError(ValueError):
    """The tables can't be used as they are; the message says where and how to mend them."""


def folder() -> Path:
    """Return the folder of the tables: in the installed package, else beside it in the checkout.

    >>> folder().name
    'data'
    """
    return next(up / "data" for up in Path(__file__).parents[1:] if (up / "data").is_dir())


def load(home: Path) -> tuple[str, dict[str, Schema], dict[str, tuple[Row, ...]], dict[str, Row]]:
    """Return the version of a folder's tables, and of each its schema, its rows, its lines by id.

    Rows are typed as declared, in the order of `place` and id.

    Raises TableError when they are not sound, with a sentence for each fault: file, line, id, what
    is wrong and how to mend it. A file that can't be read is told first, and alone.

    >>> load(folder())[2]["sources"][0]["place"]
    1
    """
    version, schemas = _declared(home / "datapackage.json")
    tables = {name: _table(home / f"{name}.csv", schema) for name, schema in schemas.items()}
    if faults := [fault for table in tables.values() for fault in _faults(table, tables)]:
        raise TableError("\n".join(faults))
    rows = {name: _typed(table) for name, table in tables.items()}
    return version, schemas, rows, {name: table.ids for name, table in tables.items()}


def close(word: str, options: Iterable[str]) -> str:
    """Return ' Did you mean “…”?' for the nearest option, or nothing when none is near.

    >>> close("beetel", ["ant", "beetle"])
    ' Did you mean “beetle”?'
    """
    return "".join(f" Did you mean “{near}”?" for near in get_close_matches(word, [*options], 1))


def _declared(path: Path) -> tuple[str, dict[str, Schema]]:
    """Return the version of the tables, and what is declared of each."""
    try:
        declared = json.loads(_opened(path))
        return declared["version"], {own["name"]: _schema(own) for own in declared["resources"]}
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise _fault(path, f" can't be read ({error}). Put the original file back.") from None


def _schema(resource: Mapping[str, Any]) -> Schema:
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    for key in resource["schema"].get("foreignKeys", ()):
        to = key["reference"]
        fields[key["fields"][0]] |= {"refers": to["resource"], "at": to["fields"][0]}
    return Schema(fields, resource.get("roster", []))


def _opened(path: Path) -> bytes:
    """Return what a file holds; when it is missing, one of almost its name is told."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        near = close(path.name, (other.name for other in path.parent.glob(f"{path.stem[:-1]}*")))
        raise _fault(path, f" is missing. {LOST}{near}") from None
    except OSError as error:
        held = getattr(error, "winerror", 0) == 32  # so Windows says that a program has it open
        mend = "Close it there." if held else "Ask for the right to read it, or check its disk."
        raise _fault(path, f" can't be opened: {error.strerror}. {mend}") from None


def _fault(path: Path, says: str) -> TableError:
    return TableError(f"{path.parent.name}/{path.name}{says}")


def _table(path: Path, schema: Schema) -> Table:
    """Return a table as it stands in its file; raises TableError when it can't be read."""
    cells, file = _cells(path), f"{path.parent.name}/{path.name}"
    columns = cells.pop(1)
    if faults := [*_heading_faults(columns, schema.fields, cells)]:
        raise TableError("\n".join(f"{file}, line 1: {fault}" for fault in faults))
    rows = {line: _row(columns, own) for line, own in cells.items() if any(own) and own != columns}
    return Table(file, schema, rows, {row["id"]: line for line, row in reversed(rows.items())})


def _cells(path: Path) -> dict[int, list[str]]:
    """Return the cells of each row by its line; “,”, “;”, “|” or tabs may part them."""
    data, found, line = _opened(path), {}, 1
    try:
        lines = io.StringIO(data.decode("utf-8-sig"), newline=None).readlines() or [""]
        reader = csv.reader(lines, delimiter=max(",;\t|", key=lines[0].count), strict=True)
        for cells in reader:
            found[line] = [cell.strip() for cell in cells]
            line = reader.line_num + 1
        return found
    except UnicodeDecodeError as error:
        line, book = error.object.count(b"\n", 0, error.start) + 1, data[:2] == b"PK"
        fault = f"the file is {'a workbook' if book else 'not UTF-8'}. Save it as “CSV UTF-8”."
    except csv.Error:
        fault = "a quotation mark is missing or one too many. Mend it on this line."
    raise _fault(path, f", line {line}: {fault}")


def _heading_faults(columns: list[str], fields: Row, rows: Mapping[int, Any]) -> Iterator[str]:
    """Yield what is wrong with the heading, given the cells of the other lines."""
    again = [line for line, cells in rows.items() if {*fields} <= {*cells}]
    if not {*fields} & {*columns}:
        mend = f"Delete all above line {again[0]}." if again else f"Put it back: {','.join(fields)}"
        yield f"this is no heading. {mend}"
        return
    for name in sorted({name for name in columns if name and columns.count(name) > 1}):
        yield f"the column “{name}” stands there twice. Rename or delete one of them."
    yield from _missing("the column", fields, columns, " is missing. Put it back.")


def _row(columns: list[str], cells: list[str]) -> dict[str, str]:
    """Return the cells by their column; what has no column stands together under no name."""
    pairs = [*zip_longest(columns, cells, fillvalue="")]
    return {**dict(pairs), "": "".join(cell for column, cell in pairs if not column)}


def _typed(table: Table) -> tuple[Row, ...]:
    """Return the rows of a table as records are made of them, in their order."""
    reads = {name: KINDS[field["type"]][1] for name, field in table.schema.fields.items()}
    rows = sorted(table.rows.values(), key=_place)
    return tuple({name: read(row[name]) for name, read in reads.items()} for row in rows)


def _place(row: Row) -> tuple[int, str]:
    """Return what a row is sorted by; where `place` is a name, as in a case, by its id alone."""
    return int(row["place"]) if row.get("place", "").isdecimal() else 0, row["id"]


def day(text: str) -> date | None:
    """Return the day of a text, or None when it is none.

    >>> day("2001-02-29") is None
    True
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(cell: str) -> float | None:
    return (float(cell) if "." in cell else int(cell)) if cell else None


# What a spreadsheet makes of a text; and signs that are hidden, lost, or read in another encoding:
# of Western Europe, and then what begins most quotation marks and letters on a Mac and elsewhere.
MADE = r"\d+[./-]\w+[./-]\d+|\d+-[A-Z]\w\w|[A-Z]\w\w-\d\d|TRUE|FALSE|#\S+|Err:.*"
MISREAD = "[\xc2\xc3\xd0\xd1\xe2][\x80-\xbf\u0152-\u2122]|‚Ä|√|вЂ|ÔÇ|ΓÇ|тА|[\u2500-\u257f]"
HIDDEN = "[\u200b-\u200f\u2060\ufeff\ufffd\xad]"

# For each kind of cell: what it looks like, what it is read as, how to mend what looks otherwise.
KINDS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "string": (rf"(?s)(?!(?:{MADE})$|.*(?:{MISREAD}|{HIDDEN})).*", str, "Write the words again."),
    "list": (r"(?s).*", lambda cell: tuple(cell.split()), ""),
    "boolean": (r"yes|no", lambda cell: cell == "yes", "Choose one of: yes, no."),
    "date": (r"\d{4}-\d\d-\d\d", day, "Write it as 2024-01-31; a spreadsheet may have changed it."),
    "integer": (r"-?\d+", _number, "Write a number alone, such as 34."),
    "number": (r"-?\d+(\.\d+)?", _number, "Write a number alone, such as 34.5, with a point."),
}


def _faults(table: Table, tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield a sentence for each fault of a table: in its rows, then in all of them together."""
    for line, row in table.rows.items():
        at = f"{table.file}, line {line} ({row['id'] or 'no id'})"
        yield from (f"{at}: {fault}" for fault in _row_faults(table, line, tables))
    gone = " is gone. Put it back, with this id."
    yield from _missing(f"{table.file}: the row", table.schema.roster, table.ids, gone)
    for name, field in table.schema.fields.items():
        yield from (f"{table.file}: {fault}" for fault in _once_faults(table, name, field))


def _once_faults(table: Table, name: str, field: Row) -> Iterator[str]:
    """Yield a sentence for each value that not exactly one row has: of all, or of each group."""
    groups: dict[str, list[str]] = {} if "per" in field else {"": []}
    for row in table.rows.values():
        groups.setdefault(row[field["per"]] if "per" in field else "", []).append(row[name])
    for group, cells in groups.items():
        for value in (value for value in field.get("once", ()) if cells.count(value) != 1):
            rows = f"{cells.count(value) or 'no'} rows{f' of “{group}”' if group else ''}"
            yield f"{rows} have “{value}” as “{name}”. Give it to one row, and to no other."


def _missing(says: str, words: Iterable[str], known: Collection[str], mend: str) -> Iterator[str]:
    """Yield a sentence for each word that is not known, with the nearest one that is."""
    yield from (f"{says} “{it}”{mend}{close(it, known)}" for it in words if it and it not in known)


def _row_faults(table: Table, line: int, tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield what is wrong in a row, without where it stands."""
    row = table.rows[line]
    if row[""]:
        yield "there are more cells than columns. Put quotation marks around a text with commas."
    if row["id"] and (first := table.ids[row["id"]]) != line:
        yield f"line {first} has this id too. Give one of them another id."
    for name, field in table.schema.fields.items():
        if mend := _mend(field, row[name]):
            yield f"“{name}” {f'says “{row[name]}”' if row[name] else 'is empty'}. {mend}"
        asks = field.get("when", {}).items() <= row.items()
        if asks and (target := tables.get(field.get("refers", ""))):
            words = row[name].split() if field["type"] == "list" else [row[name]]
            at, of = field.get("at", "id"), field.get("of")
            known = {it[at]: it for it in target.rows.values() if it.get(of, name) == name}
            such = f"has no such {f'id for “{name}”' if of else at}. Add it there, or mend it here."
            yield from _missing(f"“{name}” says", words, known, f", but {target.file} {such}")
            its = known.get(row[name], row)
            if target is table and row[name] in known and _place(its) >= _place(row):
                yield f"“{name}” says “{row[name]}”, which is no earlier row. Point to one that is."
            for own in (own for own in field.get("same", ()) if row[own] != its[own]):
                says = f"“{own}” says “{row[own]}”, but it is “{its[own]}” in {target.file}"
                yield f"{says} for “{row[name]}”. Make them the same."
            for there, own in field.get("holds", {}).items():
                mend = f", but “{there}” of {name} “{row[name]}” does not. Copy it, capitals too."
                yield from _missing(f"“{own}” says", [row[own]], its.get(there, row[own]), mend)
        beside = field.get("alongside", name)
        if (has := len(row[name].split())) != (needs := len(row[beside].split())):
            yield f"“{name}” has {has} and “{beside}” has {needs}. Give one for each, in its order."
    first, last = day(row.get("earliest", "")), day(row.get("latest", ""))
    if first and last and last < first:
        yield f"“latest” ({last}) is before “earliest” ({first}). Swap them, or mend the wrong one."


def _mend(field: Row, cell: str) -> str:
    """Return how to mend a cell; nothing when all is well."""
    limits, (form, read, mend) = field.get("constraints", {}), KINDS[field["type"]]
    choices = [choice["value"] for choice in field.get("categories", ())]
    if not cell:
        return f"Fill it in: {field['description']}." if limits.get("required") else ""
    if choices and cell not in choices:
        return f"Choose one of: {', '.join(choices)}.{close(cell, choices)}"
    if not re.fullmatch(limits.get("pattern", form), cell):
        return f"It must be: {field['description']}." if "pattern" in limits else mend
    if (value := read(cell)) is None:
        return "There is no such day. Look it up and write a real one."
    low, high = (read(str(limits.get(end, cell))) for end in ("minimum", "maximum"))
    return "" if low <= value <= high else f"Write one from {low} to {high}."
