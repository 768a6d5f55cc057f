"""What the report says, as small frozen records and as pandas DataFrames.

All facts come from the tables in `data/`; an empty cell means that the source does not state it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from helpers import tables

if TYPE_CHECKING:
    from pandas import DataFrame

Record = TypeVar("Record")


@dataclass(frozen=True)
class Source:
    """A text that facts come from."""

    id: str
    layer: str
    label: str
    publisher: str
    date: date


@dataclass(frozen=True)
class Actor:
    """Someone whom the report names or lets speak."""

    id: str
    name: str
    kind: str
    role: str


@dataclass(frozen=True)
class Paragraph:
    """A part of the report in plain words; `id` is H, S, C or the number of the paragraph."""

    id: str
    part: str
    heading: str
    plain: str


@dataclass(frozen=True)
class Claim:
    """A claim of the report in our own words, with its paragraph and its speaker."""

    id: str
    paragraph: str
    claim: str
    speaker: str
    left_unsaid: str


@dataclass(frozen=True)
class Event:
    """An event with the interval that fits its time words; `earliest` is None when it is not stated."""

    id: str
    layer: str
    title: str
    told: str
    earliest: date | None
    latest: date
    words: str
    rule: str
    claim: Claim


@dataclass(frozen=True)
class Value:
    """One value of a dimension; `short` is for grids."""

    id: str
    dimension: str
    label: str
    short: str


@dataclass(frozen=True)
class Dimension:
    """A question that every case answers; `axis` is its place in a grid: page, panel, column or row."""

    id: str
    title: str
    question: str
    axis: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Need:
    """The values of one dimension that a value goes with, and why it goes with no other."""

    value: str
    dimension: str
    needs: frozenset[str]
    because: str


@dataclass(frozen=True)
class Citation:
    """Where something stands, and who says it there."""

    paragraph: str
    speaker: str


@dataclass(frozen=True)
class Rule:
    """A rule of a position; it fits a case that has a value of every set in `conditions`."""

    id: str
    under: str
    kind: str
    answer: str
    says: str
    cited: tuple[Citation, ...]
    readings: tuple[str, ...]
    conditions: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Position:
    """What one actor holds from a day on, as an ordered list of rules; `scope` is the value it is bound to."""

    id: str
    actor: str
    name: str
    layer: str
    earliest: date | None
    latest: date
    scope: str
    stance: str
    cited: tuple[Citation, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Term:
    """Words of the report, and what falls when they are struck out: pairs of a rule and a value.

    The value is None where the whole rule falls.
    """

    id: str
    words: str
    paragraph: str
    speaker: str
    effect: str
    strikes: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Word:
    """A word to know."""

    id: str
    term: str
    meaning: str


@dataclass(frozen=True)
class Statement:
    """What the report says of a position under one aspect; `status` is stated or unclear."""

    status: str
    says: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """A case told as a story; `position` is empty where the supplier's own position decides."""

    id: str
    story: str
    values: tuple[tuple[str, str], ...]
    position: str
    answer: str


@dataclass(frozen=True)
class Option:
    """One answer to choose, with the reason why it is right or wrong."""

    says: str
    right: bool
    reason: str


@dataclass(frozen=True)
class Question:
    """A question of a lesson; `paragraph` is the one to read again, or empty."""

    id: str
    lesson: str
    part: str
    prompt: str
    paragraph: str
    options: tuple[Option, ...]


class Library:
    """The facts of one folder of tables; raises tables.TableError when the tables are not sound."""

    def __init__(self, folder: Path) -> None:
        self.rows = tables.load(folder)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The texts that the facts come from, by id."""
        return self._by_id("sources", Source)

    @cached_property
    def actors(self) -> dict[str, Actor]:
        """Everyone whom the report names or lets speak, by id."""
        return self._by_id("actors", Actor)

    @cached_property
    def paragraphs(self) -> dict[str, Paragraph]:
        """The parts of the report in plain words, by number."""
        return self._by_id("paragraphs", Paragraph)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The claims of the report, by id; the speaker is a name, with the one who passes it on."""
        return self._by_id("claims", Claim, lambda row: {"speaker": self._speaker(row)})

    @cached_property
    def events(self) -> dict[str, Event]:
        """The events of both layers, by id, each with its time words and the rule behind its interval."""
        return self._by_id(
            "events",
            Event,
            lambda row: {
                "words": self._label("times", row["time"], "words"),
                "rule": self._label("times", row["time"], "rule"),
                "claim": self.claims[row["claim"]],
            },
        )

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        """The questions that a case answers, by id, in the order of the table."""
        return self._by_id(
            "dimensions",
            Dimension,
            lambda row: {"values": tuple(one for one in self.values.values() if one.dimension == row["id"])},
        )

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every value of every dimension, by id."""
        return self._by_id("values", Value)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What each value goes with; the rows of one value and one dimension are alternatives."""
        groups: dict[tuple[str, str], list[tables.Row]] = {}
        for row in self.rows["needs"]:
            groups.setdefault((row["value"], self.values[row["needs"]].dimension), []).append(row)
        return tuple(
            Need(value, at, frozenset(row["needs"] for row in rows), rows[0]["because"])
            for (value, at), rows in groups.items()
        )

    @cached_property
    def positions(self) -> dict[str, Position]:
        """What each actor holds, by id of the position."""
        return self._by_id(
            "positions",
            Position,
            lambda row: {
                "name": self._label("actors", row["actor"], "name"),
                "cited": self._cited(row),
                "rules": tuple(self._rule(rule) for rule in self._children("rules", "position", row)),
            },
        )

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The words that can be struck out, by id."""
        return self._by_id(
            "terms",
            Term,
            lambda row: {
                "speaker": self._speaker(row),
                "strikes": tuple(
                    (strike["rule"], self._label("conditions", strike["condition"], "value") or None)
                    for strike in self._children("strikes", "term", row)
                ),
            },
        )

    @cached_property
    def glossary(self) -> dict[str, Word]:
        """The words to know, by id."""
        return self._by_id("glossary", Word)

    @cached_property
    def aspects(self) -> dict[str, str]:
        """The questions for comparing positions, by id."""
        return {row["id"]: row["question"] for row in self.rows["aspects"]}

    @cached_property
    def statements(self) -> dict[tuple[str, str], Statement]:
        """What is said of a position under an aspect; a pair that is missing is not stated."""
        return {(row["position"], row["aspect"]): _record(Statement, row) for row in self.rows["statements"]}

    @cached_property
    def stories(self) -> dict[str, Story]:
        """The cases that are told as stories, by id."""
        return self._by_id("cases", Story, lambda row: {"values": tuple((name, row[name]) for name in self.dimensions)})

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The questions of the lessons, by id."""
        return self._by_id(
            "questions",
            Question,
            lambda row: {
                "options": tuple(
                    _record(Option, option, right=option["right"] == "yes")
                    for option in self._children("options", "question", row)
                )
            },
        )

    def _rule(self, row: tables.Row) -> Rule:
        groups: dict[str, set[str]] = {}
        for condition in self._children("conditions", "rule", row):
            groups.setdefault(self.values[condition["value"]].dimension, set()).add(condition["value"])
        readings = tuple(filter(None, (row["reading_a"], row["reading_b"])))
        conditions = tuple(frozenset(group) for group in groups.values())
        return _record(Rule, row, cited=self._cited(row), readings=readings, conditions=conditions)

    def _cited(self, row: tables.Row) -> tuple[Citation, ...]:
        speakers = (self._label("actors", id_, "name") for id_ in row["speakers"].split())
        return tuple(map(Citation, row["paragraphs"].split(), speakers))

    def _speaker(self, row: tables.Row) -> str:
        via = self._label("actors", row.get("via", ""), "name")
        return self._label("actors", row["speaker"], "name") + (f", as told by {via}" if via else "")

    def _by_id(
        self, name: str, kind: type[Record], more: Callable[[tables.Row], dict[str, Any]] = lambda row: {}
    ) -> dict[str, Record]:
        return {row["id"]: _record(kind, row, **more(row)) for row in self.rows[name]}

    def _children(self, name: str, column: str, parent: tables.Row) -> list[tables.Row]:
        return [row for row in self.rows[name] if row[column] == parent["id"]]

    def _label(self, name: str, id_: str, column: str) -> str:
        return next((row[column] for row in self.rows[name] if row["id"] == id_), "")


_open: dict[Path, Library] = {}
_home: list[Path] = [tables.folder()]


def library() -> Library:
    """Return the facts of the folder in use; the tables are read once."""
    if home() not in _open:
        _open[home()] = Library(home())
    return _open[home()]


def home() -> Path:
    """Return the folder of tables in use."""
    return _home[-1]


def use(folder: Path) -> None:
    """Take the facts from a folder of tables from now on, as its files are now."""
    _home[-1] = folder
    _open.pop(folder, None)


def table(name: str) -> "DataFrame":
    """Return a table as a DataFrame of text, one row per row of the file, with the id as its index."""
    import pandas as pd  # here, so that the rules work without pandas

    return pd.DataFrame.from_records([dict(row) for row in find(library().rows, name, "table")], index="id")


def paragraph(number: int | str) -> Paragraph:
    """Return a part of the report in plain words: H, S, C, or 1 and up."""
    return find(library().paragraphs, str(number), "paragraph")


def position(actor: str, layer: str = "article", on: date | str | None = None) -> Position:
    """Return what an actor holds on a day, as one layer tells it; with no day, the last that the layer tells.

    A position counts from the last day of its interval on: by then it was surely held.
    """
    day = read_day(on) if isinstance(on, str) else on
    held = [one for one in library().positions.values() if one.layer == layer]
    own = [one for one in held if one.actor == find({one.actor: one.actor for one in held}, actor, "position")]
    in_force = [one for one in own if day is None or one.latest <= day]
    if not in_force:
        raise KeyError(f"No position of “{actor}” is told for {day}. The first is from {own[0].latest}.")
    return max(in_force, key=lambda one: one.latest)


def read_day(text: str) -> date:
    """Return the day of a text such as 2024-01-31; raises ValueError with a sentence when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day. Write year-month-day, such as 2024-01-31.") from None


def find(known: "dict[str, Record]", name: str, kind: str) -> Record:
    """Return the record of that name; raises KeyError with a sentence, and the nearest name, when there is none."""
    if name not in known:
        raise KeyError(f"There is no {kind} “{name}”.{tables.close(name, known)}")
    return known[name]


def _record(kind: type[Record], row: tables.Row, **given: Any) -> Record:
    """Return a record of that kind; what is not given comes from the row, read by the type of the field."""
    read: dict[Any, Callable[[str], Any]] = {
        str: str,
        date: date.fromisoformat,
        date | None: lambda cell: date.fromisoformat(cell) if cell else None,
        tuple[str, ...]: lambda cell: tuple(cell.split()),
    }
    own = {field.name: field.type for field in fields(kind) if field.name not in given}  # type: ignore[arg-type]
    return kind(**given, **{name: read[type_](row[name]) for name, type_ in own.items()})
