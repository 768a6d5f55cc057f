"""What the report says and what the record adds, as frozen records and as pandas DataFrames.

All facts come from the tables of one folder; an empty cell means that the source does not state it.
A table that others point to, or that points to others, has a record of its own, with fields named
as its columns, and what a column points to in place of its id. The rest are read as rows.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from helpers.check import tables

if TYPE_CHECKING:
    from pandas import DataFrame

NAMES = ("name", "label", "title", "term")  # the columns that name a row to a reader, if it has one
DTYPES = {"date": "datetime64[s]", "integer": "Int64", "number": "float64"}
Item = TypeVar("Item")
Record = TypeVar("Record", bound=NamedTuple)
# What a field has in place of the cell: what the ids in the cell stand for, or what is made of all.
Made = Callable[[tables.Row], Any]
Join = Mapping[str, Any] | Made


# A record is one statement, on as few lines as its fields need.
# fmt: off
# A text that facts come from. `citation` says who published it, and when. The `role` of one is to
# be the report.
Source = NamedTuple("Source", [("id", str), ("layer", str), ("label", str), ("publisher", str),
    ("date", date | None), ("url", str), ("role", str), ("citation", str)])
Sources = tuple[Source, ...]
# Someone whom the report or the record names or lets speak.
Actor = NamedTuple("Actor", [("id", str), ("name", str), ("kind", str), ("role", str)])
# A part of the report in plain words; with its words counted, for a reader's own copy.
Paragraph = NamedTuple("Paragraph", [("id", str), ("heading", str), ("plain", str),
    ("words", int | None), ("fingerprint", str)])
# Time words of the report, and the rule that turns them into an interval.
Time = NamedTuple("Time", [("words", str), ("rule", str)])
# A claim of the report in our own words. `attribution` names its speaker, with the one who passes
# the words on.
Claim = NamedTuple("Claim", [("id", str), ("paragraph", str), ("claim", str), ("speaker", Actor),
    ("left_unsaid", str), ("attribution", str)])
# An event with its interval; `earliest` is None when it is not stated. In the article layer the
# interval fits the time words of a claim. In the record layer it comes from dated sources, and
# `dates` names the event of the report that it gives a day for.
Event = NamedTuple("Event", [("id", str), ("layer", str), ("title", str), ("told", str),
    ("earliest", date | None), ("latest", date), ("time", Time | None), ("claim", Claim | None),
    ("status", str), ("note", str), ("sources", Sources), ("dates", str)])
# What somebody said on a day, from the record.
Voice = NamedTuple("Voice", [("id", str), ("earliest", date | None), ("says", str), ("status", str),
    ("actor", Actor), ("speaker", str), ("note", str), ("latest", date), ("sources", Sources)])
# A value of a dimension; `short` is for grids.
Value = NamedTuple("Value", [("id", str), ("dimension", str), ("layer", str), ("label", str),
    ("short", str)])
# What every case has a value of; `axis` is its place in a grid, such as column.
Dimension = NamedTuple("Dimension", [("id", str), ("title", str), ("axis", str),
    ("values", tuple[Value, ...])])
# A value that another value goes with; those of one dimension are alternatives.
Need = NamedTuple("Need", [("value", str), ("needs", Value), ("because", str)])
# A value that a rule asks for; those of one dimension are alternatives.
Condition = NamedTuple("Condition", [("id", str), ("rule", str), ("value", Value)])
# Where something stands, and who says it there: a paragraph, or else a voice of the record.
Citation = NamedTuple("Citation", [("speaker", str), ("paragraph", str), ("voice", Voice | None)])
# A rule of a position, under another one or none. `readings` are the two of its words; there are
# none where they are plain.
Rule = NamedTuple("Rule", [("id", str), ("under", str), ("kind", str), ("answer", str),
    ("says", str), ("readings", tuple[str, ...]), ("conditions", tuple[Condition, ...]),
    ("cited", tuple[Citation, ...])])
# What one actor holds from a day on; `scope` is the value it is bound to. `rules` are all in force,
# in order: those of the position that it amends, then its own.
Position = NamedTuple("Position", [("id", str), ("actor", Actor), ("layer", str), ("latest", date),
    ("scope", str), ("amends", "Position | None"), ("rules", tuple[Rule, ...]),
    ("voices", tuple[Voice, ...]), ("cited", tuple[Citation, ...])])
# What falls with some words: a condition of a rule, or the whole rule where it is None.
Strike = NamedTuple("Strike", [("rule", str), ("condition", Condition | None)])
# Words as they stand in a paragraph.
Phrase = NamedTuple("Phrase", [("id", str), ("paragraph", str), ("words", str)])
# Words of the report, and what falls when they are struck out in all their places.
Term = NamedTuple("Term", [("id", str), ("words", str), ("paragraph", str),
    ("strikes", tuple[Strike, ...]), ("phrases", tuple[Phrase, ...])])
# What is said of a position under one aspect; `status` is stated or unclear.
Statement = NamedTuple("Statement", [("status", str), ("position", str), ("aspect", str),
    ("says", str), ("paragraphs", tuple[str, ...]), ("voices", tuple[Voice, ...])])
# A case told as a story, its values by dimension; `position` is None where the own position of the
# one who decides is asked.
Story = NamedTuple("Story", [("id", str), ("story", str), ("position", Position | None),
    ("answer", str), ("case", Mapping[str, str])])
# One answer to choose, with the reason why it is right or wrong.
Option = NamedTuple("Option", [("says", str), ("right", bool), ("reason", str)])
# A question of a lesson; `paragraph` is the one to read again, or empty. An opinion has criteria,
# and no options.
Question = NamedTuple("Question", [("id", str), ("lesson", str), ("part", str), ("prompt", str),
    ("paragraph", str), ("sources", Sources), ("criteria", str), ("options", tuple[Option, ...])])
# How a claim of the report stands in the later record.
Outcome = NamedTuple("Outcome", [("claim", Claim), ("status", str), ("says", str),
    ("sources", Sources)])
# A reason that one side states, from a paragraph of the report or from the record.
Reason = NamedTuple("Reason", [("id", str), ("side", str), ("layer", str), ("speaker", str),
    ("says", str), ("paragraph", str), ("sources", Sources)])
# fmt: on


class Library:
    """The facts of one folder: its tables as they stand, and the records of each table by id.

    All are in the order that the tables declare, and each record is joined to those that it points
    to. `day` is that of the report. `layers` are the positions by layer, and `axes` the dimensions
    by their place in a grid: the `supplier` decides, and each grid is for one value of the `panel`.
    Raises tables.TableError when the tables are not sound.
    """

    def __init__(self, folder: Path) -> None:
        self.edition, self.schemas, self.rows, self.lines = tables.load(folder)
        each, parts = self._each, self._parts

        sources = self.sources = each("sources", Source, citation=_citation)
        self.report = next(own for own in sources.values() if own.role == "report")
        if not self.report.date:
            at = f"{folder.name}/sources.csv, line {self.lines['sources'][self.report.id]}"
            raise tables.TableError(f"{at}: “date” is empty. Write the day of the report.")
        self.day = self.report.date
        self.paragraphs = each("paragraphs", Paragraph)
        self.actors = each("actors", Actor)
        self.times = each("times", Time)
        self.claims = each("claims", Claim, speaker=self.actors, attribution=self._attribution)
        self.events = each("events", Event, time=self.times, claim=self.claims, sources=sources)
        self.outcomes = each("outcomes", Outcome, claim=self.claims, sources=sources)
        self.voices = each("voices", Voice, actor=self.actors, sources=sources)
        self.reasons = each("reasons", Reason, sources=sources)

        self.values = each("values", Value)
        known = parts("values", "dimension", self.values)
        self.dimensions = each("dimensions", Dimension, values=known)
        self.axes = grouped(self.dimensions.values(), lambda dimension: dimension.axis)
        self.supplier, self.panel = (self.axes[place][0].id for place in ("page", "panel"))
        needs = each("needs", Need, needs=self.values).values()
        self.needs = grouped(needs, lambda need: f"{need.value} {need.needs.dimension}")
        self.conditions = each("conditions", Condition, value=self.values)
        conditions, cited = parts("conditions", "rule", self.conditions), self._cited
        self.rules = each("rules", Rule, readings=_readings, conditions=conditions, cited=cited)
        rules = parts("rules", "position", self.rules)
        self.positions: dict[str, Position] = {}
        joins: dict[str, Join] = {"actor": self.actors, "voices": self.voices, "cited": cited}
        for row in self.rows["positions"]:  # what one amends comes before it
            own = _record(Position, row, {**joins, "rules": rules, "amends": self.positions})
            before = own.amends.rules if own.amends else ()
            self.positions[own.id] = own._replace(rules=(*before, *own.rules))
        self.layers = grouped(self.positions.values(), lambda held: held.layer)
        strikes = parts("strikes", "term", each("strikes", Strike, condition=self.conditions))
        self.phrases = each("terms", Phrase) | each("phrases", Phrase)
        also = parts("phrases", "term", self.phrases)
        places = {row["id"]: (self.phrases[row["id"]], *also(row)) for row in self.rows["terms"]}
        self.terms = each("terms", Term, strikes=strikes, phrases=lambda row: places[row["id"]])

        self.statements = each("statements", Statement, voices=self.voices)
        self.stories = each("cases", Story, position=self.positions, case=self._case)
        options = parts("options", "question", each("options", Option))
        self.questions = each("questions", Question, sources=sources, options=options)

    def _each(self, name: str, kind: type[Record], **joins: Join) -> dict[str, Record]:
        return {row["id"]: _record(kind, row, joins) for row in self.rows[name]}

    def _parts(self, name: str, column: str, records: Mapping[str, Any]) -> Made:
        """Return what gives the records of a table that point to a row."""
        owned = grouped(self.rows[name], lambda row: row[column])
        return lambda row: tuple(records[part["id"]] for part in owned.get(row["id"], ()))

    def _cited(self, row: tables.Row) -> tuple[Citation, ...]:
        """Return where a row stands: in its paragraphs, one speaker for each, and in its voices."""
        told = zip(row["speakers"], row["paragraphs"], strict=True)
        voices = [self.voices[id_] for id_ in row["voices"]]
        in_report = [Citation(self.actors[speaker].name, number, None) for speaker, number in told]
        return (*in_report, *(Citation(voice.speaker, "", voice) for voice in voices))

    def _attribution(self, row: tables.Row) -> str:
        speaker, via = self.actors[row["speaker"]], self.actors.get(row["via"])
        return f"{speaker.name}, as told by {via.name}" if via else speaker.name

    def _case(self, row: tables.Row) -> dict[str, str]:
        return {name: row[name] for name in self.dimensions if name in row}


def _citation(row: tables.Row) -> str:
    day = write_day(row["date"]) if row["date"] else "undated"
    state = ", a state or state-aligned outlet" if row["cite"] == "state" else ""
    return f"{row['publisher']}, {day}{state}"


def _readings(row: tables.Row) -> tuple[str, ...]:
    return tuple(filter(None, (row["reading_a"], row["reading_b"])))


def _record(kind: type[Record], row: tables.Row, joins: Mapping[str, Join]) -> Record:
    """Return the record of a row: of each field the cell, or what stands in its place."""
    made = {at: to(row) if callable(to) else _pointed(row[at], to) for at, to in joins.items()}
    return kind._make(made[name] if name in made else row[name] for name in kind._fields)


def _pointed(cell: str | tuple[str, ...], known: Mapping[str, Item]) -> Any:
    """Return what the id in a cell stands for, or None; for a list of ids, a tuple."""
    return known.get(cell) if isinstance(cell, str) else tuple(known[id_] for id_ in cell)


_home = tables.folder()
_library: Library | None = None


def library() -> Library:
    """Return the facts of the folder in use.

    >>> library().report.role
    'report'
    """
    return _library or use(_home)


def home() -> Path:
    """Return the folder of tables in use.

    >>> home().name
    'data'
    """
    return _home


def use(folder: Path) -> Library:
    """Return the facts of a folder as its files are now, and take all facts from there from now on.

    Raises tables.TableError when the tables are not sound.

    >>> use(home()) is library()
    True
    """
    global _home, _library
    _home, _library = folder, None  # with unsound tables, no older facts stay in use
    _library = Library(folder)
    return _library


def table(name: str) -> "DataFrame":
    """Return a table as a DataFrame with real types, its id as the index.

    Beside a column that points to something with a name stands a column with the name.

    >>> table("claims").index.is_unique
    True
    """
    import pandas as pd  # here, so that the rules work without pandas

    schema, columns = find(library().schemas, name, "table"), {}
    for column, field in schema.fields.items():
        cells = [row[column] for row in library().rows[name]]
        choices = [choice["value"] for choice in field.get("categories", ())]
        kind = pd.CategoricalDtype(choices) if choices else DTYPES.get(field["type"])
        columns[column] = pd.Series([it or None for it in cells] if choices else cells, dtype=kind)
        others = library().rows.get(field.get("refers", ""), ())
        names = {"": ""} | {row["id"]: row[name] for row in others for name in NAMES if name in row}
        if len(names) > 1:
            columns[f"{column}_name"] = pd.Series([_pointed(cell, names) for cell in cells])
    return pd.DataFrame(columns).set_index("id")


def paragraph(number: int | str) -> Paragraph:
    """Return a part of the report in plain words: H, S, C, or 1 and up.

    >>> first = next(iter(library().paragraphs))
    >>> paragraph(first).id == first
    True
    """
    return find(library().paragraphs, str(number), "paragraph")


def position(actor: str, layer: str = "article", on: date | str | None = None) -> Position:
    """Return what an actor holds on a day, as one layer tells it; with no day, the last one told.

    A position counts from the last day of its interval on: by then it was surely held.

    >>> first = next(iter(library().positions.values()))
    >>> position(first.actor.id, first.layer, on=first.latest).latest == first.latest
    True
    """
    day = read_day(on) if isinstance(on, str) else on or date.max
    by_actor = grouped(find(library().layers, layer, "layer"), lambda told: told.actor.id)
    own = sorted(find(by_actor, actor, "position"), key=lambda told: told.latest)
    if not (in_force := [position for position in own if position.latest <= day]):
        raise KeyError(f"“{actor}” has no position on {day}. The first is from {own[0].latest}.")
    return in_force[-1]


def read_day(text: str) -> date:
    """Return the day of a text; raises ValueError with a sentence when it is none.

    >>> read_day("2000-02-29")
    datetime.date(2000, 2, 29)
    """
    if day := tables.day(text):
        return day
    raise ValueError(f"“{text}” is no day. Write a day such as 2024-01-31.")


def write_day(day: date) -> str:
    """Return a day in words.

    >>> write_day(date(2000, 2, 29))
    '29 February 2000'
    """
    return f"{day.day} {day:%B %Y}"


def grouped(records: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Return the records by their key, in their order.

    >>> grouped(["ant", "bee", "bug"], lambda word: word[0])
    {'a': ['ant'], 'b': ['bee', 'bug']}
    """
    groups: dict[str, list[Item]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def find(known: Mapping[str, Item], name: str, kind: str) -> Item:
    """Return the record of that name; raises KeyError with a sentence when there is none.

    >>> find({"beetle": 1}, "beetel", "word")
    Traceback (most recent call last):
    KeyError: 'There is no word “beetel”. Did you mean “beetle”?'
    """
    if name not in known:
        raise KeyError(f"There is no {kind} “{name}”.{tables.close(name, known)}")
    return known[name]
