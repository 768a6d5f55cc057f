"""What the report says and what the record adds, as frozen records and as pandas DataFrames.

All facts come from the tables of one folder; an empty cell means that the source does not state it.
Each table has a record of its own, with fields named as its columns. Where a column points to
another table, the record has what it points to.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from helpers.check import tables

if TYPE_CHECKING:
    from pandas import DataFrame

STATE = ", a state or state-aligned outlet"
Item = TypeVar("Item")
Record = TypeVar("Record", bound=NamedTuple)
Join = Callable[[tables.Row], Any]  # what a field of a record has in place of the cell
DTYPES = {"date": "datetime64[s]", "integer": "Int64", "number": "float64", "list": "object"}
NAMES = ("name", "label", "title", "term")  # the columns that name a row to a reader, if it has one


class Source(NamedTuple):
    """A text that facts come from; it may be linked where it has an address.

    `cite` says how it may be cited; the `role` of one is to be the report.
    """

    id: str
    layer: str
    label: str
    publisher: str
    date: date | None
    url: str
    cite: str
    role: str

    @property
    def citation(self) -> str:
        """How it is cited: who published it, and when; a state outlet is named as one."""
        day = write_day(self.date) if self.date else "undated"
        return f"{self.publisher}, {day}{STATE if self.cite == 'state' else ''}"


class Actor(NamedTuple):
    """Someone whom the report or the record names or lets speak."""

    id: str
    layer: str
    name: str
    kind: str
    role: str


class Paragraph(NamedTuple):
    """A part of the report in plain words; with its words counted, for a reader's own copy."""

    id: str
    heading: str
    plain: str
    words: int | None
    fingerprint: str


class Time(NamedTuple):
    """Time words of the report, and the rule that turns them into an interval."""

    id: str
    words: str
    rule: str


class Claim(NamedTuple):
    """A claim of the report in our own words, with its paragraph and its speaker."""

    id: str
    paragraph: str
    claim: str
    speaker: Actor
    via: Actor | None
    left_unsaid: str

    @property
    def attribution(self) -> str:
        """The name of the speaker, with the one who passes the words on."""
        return f"{self.speaker.name}, as told by {self.via.name}" if self.via else self.speaker.name


class Event(NamedTuple):
    """An event with its interval; `earliest` is None when it is not stated.

    In the article layer the interval fits the time words of a claim. In the record layer it comes
    from dated sources, and `dates` names the event of the report that it gives a day for.
    """

    id: str
    layer: str
    title: str
    told: str
    earliest: date | None
    latest: date
    time: Time | None
    claim: Claim | None
    topic: str
    status: str
    note: str
    sources: tuple[Source, ...]
    dates: str


class Voice(NamedTuple):
    """What somebody said on a day, from the record; `answer` is our reading of it, or empty."""

    id: str
    actor: Actor
    speaker: str
    earliest: date | None
    latest: date
    about: str
    says: str
    answer: str
    reading: str
    status: str
    note: str
    sources: tuple[Source, ...]


class Citation(NamedTuple):
    """Where something stands, and who says it there: a paragraph, or a voice of the record."""

    speaker: str
    paragraph: str = ""
    voice: Voice | None = None


class Value(NamedTuple):
    """One value of a dimension; `short` is for grids."""

    id: str
    dimension: str
    layer: str
    label: str
    short: str


class Dimension(NamedTuple):
    """A question that every case answers; `axis` is its place in a grid, such as column."""

    id: str
    title: str
    question: str
    axis: str
    values: tuple[Value, ...]


class Need(NamedTuple):
    """A value that another value goes with; those of one dimension are alternatives."""

    id: str
    value: str
    needs: Value
    because: str


class Condition(NamedTuple):
    """A value that a rule asks for; those of one dimension are alternatives."""

    id: str
    rule: str
    value: Value


class Rule(NamedTuple):
    """A rule of a position; it fits a case that has, for all it asks about, one of its values."""

    id: str
    under: str
    kind: str
    answer: str
    says: str
    reading_a: str
    reading_b: str
    conditions: tuple[Condition, ...]
    paragraphs: tuple[str, ...]
    speakers: tuple[Actor, ...]
    voices: tuple[Voice, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """The two readings of its words; none where they are plain."""
        return tuple(filter(None, (self.reading_a, self.reading_b)))

    @property
    def asks(self) -> tuple[frozenset[str], ...]:
        """The values it asks for, one set for each dimension."""
        values = (condition.value for condition in self.conditions)
        asked = grouped(values, lambda value: value.dimension)
        return tuple(frozenset(value.id for value in alike) for alike in asked.values())

    @property
    def cited(self) -> tuple[Citation, ...]:
        """Where it stands."""
        return _cited(self)


class Position(NamedTuple):
    """What one actor holds from a day on; `scope` is the value it is bound to.

    `rules` are its own rules in order.
    """

    id: str
    actor: Actor
    layer: str
    earliest: date | None
    latest: date
    scope: str
    stance: str
    amends: "Position | None"
    rules: tuple[Rule, ...]
    paragraphs: tuple[str, ...]
    speakers: tuple[Actor, ...]
    voices: tuple[Voice, ...]

    @property
    def in_force(self) -> tuple[Rule, ...]:
        """All rules in order: those of the position that it amends, then its own."""
        return (*self.amends.in_force, *self.rules) if self.amends else self.rules

    @property
    def cited(self) -> tuple[Citation, ...]:
        """Where it stands."""
        return _cited(self)


def _cited(record: Rule | Position) -> tuple[Citation, ...]:
    """Return where a record stands: in its paragraphs, one speaker for each, and in its voices."""
    told = zip(record.paragraphs, record.speakers, strict=True)
    in_report = (Citation(speaker.name, paragraph) for paragraph, speaker in told)
    return (*in_report, *(Citation(voice.speaker, voice=voice) for voice in record.voices))


class Strike(NamedTuple):
    """What falls with some words: a condition of a rule, or the whole rule where it is None."""

    id: str
    rule: str
    condition: Condition | None


class Term(NamedTuple):
    """Words of the report, and what falls when they are struck out."""

    id: str
    words: str
    paragraph: str
    speaker: Actor
    effect: str
    strikes: tuple[Strike, ...]


class Aspect(NamedTuple):
    """A question for comparing positions."""

    id: str
    question: str


class Statement(NamedTuple):
    """What is said of a position under one aspect; `status` is stated or unclear."""

    status: str
    position: str
    aspect: str
    says: str
    paragraphs: tuple[str, ...]
    voices: tuple[Voice, ...]


class Story(NamedTuple):
    """A case told as a story, its values by dimension.

    `position` is None where the own position of the one who decides is asked.
    """

    id: str
    story: str
    position: Position | None
    answer: str
    case: Mapping[str, str]


class Option(NamedTuple):
    """One answer to choose, with the reason why it is right or wrong."""

    says: str
    right: bool
    reason: str


class Question(NamedTuple):
    """A question of a lesson; `paragraph` is the one to read again, or empty.

    An opinion has criteria, and no options.
    """

    id: str
    lesson: str
    part: str
    prompt: str
    paragraph: str
    sources: tuple[Source, ...]
    criteria: str
    options: tuple[Option, ...]


class Card(NamedTuple):
    """One of the questions who, what, when, where and why, as the report answers it."""

    id: str
    question: str
    answer: str
    paragraph: str
    speaker: Actor


class Link(NamedTuple):
    """A link in the chain of reports: who reports, and on whom it relies."""

    id: str
    actor: Actor
    does: str
    relies_on: str
    paragraph: str


class Word(NamedTuple):
    """A word to know."""

    id: str
    term: str
    meaning: str


class Outcome(NamedTuple):
    """How a claim of the report stands in the later record."""

    id: str
    claim: Claim
    status: str
    says: str
    sources: tuple[Source, ...]


class Reason(NamedTuple):
    """A reason that one side states, from a paragraph of the report or from the record."""

    id: str
    side: str
    layer: str
    speaker: str
    says: str
    paragraph: str
    sources: tuple[Source, ...]


class Criterion(NamedTuple):
    """What to look for in an answer that has no key."""

    id: str
    set: str
    look_for: str
    strong: str
    weak: str


class Figure(NamedTuple):
    """A distance or another figure, with how it was obtained."""

    id: str
    label: str
    value: float
    unit: str
    kind: str
    note: str
    sources: tuple[Source, ...]


class Place(NamedTuple):
    """A place on the map, with the nearest point of the border and the distance between the two."""

    id: str
    name: str
    lon: float
    lat: float
    border_lon: float | None
    border_lat: float | None
    figure: Figure | None


class Point(NamedTuple):
    """A point of an outline on the map."""

    id: str
    area: str
    lon: float
    lat: float


class Library:
    """The facts of one folder: its rows as they stand, and the records of each table by id.

    All are in the order that the tables declare, and each record is joined to those that it points
    to. Raises tables.TableError when the tables are not sound.
    """

    def __init__(self, folder: Path) -> None:
        self.package, self.rows = tables.package(folder), tables.load(folder)
        each, parts = self._each, self._parts

        self.sources = each("sources", Source)
        told = _many(self.sources, "sources")
        self.paragraphs = each("paragraphs", Paragraph)
        self.actors = each("actors", Actor)
        actor, speaker = _one(self.actors, "actor"), _one(self.actors, "speaker")
        self.times = each("times", Time)
        self.claims = each("claims", Claim, speaker=speaker, via=_one(self.actors, "via"))
        time, claim = _one(self.times, "time"), _one(self.claims, "claim")
        self.card = each("card", Card, speaker=speaker)
        self.chain = each("chain", Link, actor=actor)
        self.events = each("events", Event, time=time, claim=claim, sources=told)
        self.voices = each("voices", Voice, actor=actor, sources=told)
        voices, speakers = _many(self.voices, "voices"), _many(self.actors, "speakers")
        self.outcomes = each("outcomes", Outcome, claim=claim, sources=told)
        self.reasons = each("reasons", Reason, sources=told)
        self.figures = each("figures", Figure, sources=told)
        self.places = each("places", Place, figure=_one(self.figures, "figure"))
        self.border = each("border", Point)

        self.values = each("values", Value)
        values = parts("values", "dimension", self.values)
        self.dimensions = each("dimensions", Dimension, values=values)
        self.needs = each("needs", Need, needs=_one(self.values, "needs"))
        self.conditions = each("conditions", Condition, value=_one(self.values, "value"))
        own: dict[str, Join] = {"speakers": speakers, "voices": voices}
        conditions = parts("conditions", "rule", self.conditions)
        self.rules = each("rules", Rule, conditions=conditions, **own)
        own |= {"actor": actor, "rules": parts("rules", "position", self.rules)}
        own["amends"] = _amended({row["id"]: row for row in self.rows["positions"]}, own)
        self.positions = each("positions", Position, **own)
        self.strikes = each("strikes", Strike, condition=_one(self.conditions, "condition"))
        strikes = parts("strikes", "term", self.strikes)
        self.terms = each("terms", Term, speaker=speaker, strikes=strikes)

        self.aspects = each("aspects", Aspect)
        self.statements = each("statements", Statement, voices=voices)
        held, case = _one(self.positions, "position"), _case(self.dimensions)
        self.stories = each("cases", Story, position=held, case=case)
        self.glossary = each("glossary", Word)
        self.criteria = each("criteria", Criterion)
        self.options = each("options", Option)
        options = parts("options", "question", self.options)
        self.questions = each("questions", Question, sources=told, options=options)

    @property
    def edition(self) -> str:
        """The version of the tables."""
        return self.package.version

    @property
    def report(self) -> Source:
        """The one source that is the report."""
        return next(source for source in self.sources.values() if source.role == "report")

    def _each(self, name: str, kind: type[Record], **joins: Join) -> dict[str, Record]:
        return {row["id"]: _record(kind, row, joins) for row in self.rows[name]}

    def _parts(self, name: str, column: str, records: Mapping[str, Any]) -> Join:
        """Return what gives the records of a table that point to a row."""
        owned = grouped(self.rows[name], lambda row: row[column])
        return lambda row: tuple(records[part["id"]] for part in owned.get(row["id"], ()))


def _record(kind: type[Record], row: tables.Row, joins: Mapping[str, Join]) -> Record:
    fields = kind._fields
    return kind._make(joins[name](row) if name in joins else row[name] for name in fields)


def _one(records: Mapping[str, Any], column: str) -> Join:
    """Return what gives the record that a cell points to, or None."""
    return lambda row: records.get(row[column])


def _many(records: Mapping[str, Any], column: str) -> Join:
    """Return what gives the records that a list in a cell points to."""
    return lambda row: tuple(records[id_] for id_ in row[column])


def _amended(rows: Mapping[str, tables.Row], joins: Mapping[str, Join]) -> Join:
    """Return what gives the position that another amends, wherever in the table it comes."""
    return lambda row: _record(Position, rows[row["amends"]], joins) if row["amends"] else None


def _case(dimensions: Iterable[str]) -> Join:
    return lambda row: {name: row[name] for name in dimensions if name in row}


_home = tables.folder()
_library: Library | None = None


def library() -> Library:
    """Return the facts of the folder in use.

    >>> library().paragraphs["H"].heading
    'The headline'
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

    >>> table("claims").loc["c02", ["paragraph", "speaker_name"]].tolist()
    ['1', 'US officials']
    """
    import pandas as pd  # here, so that the rules work without pandas

    columns = {}
    for column, field in find(library().package.schemas, name, "table").fields.items():
        cells = [row[column] for row in library().rows[name]]
        choices = [choice["value"] for choice in field.get("categories", ())]
        kind = pd.CategoricalDtype(choices) if choices else DTYPES.get(field["type"])
        known = [cell or None for cell in cells] if choices else cells
        columns[column] = pd.Series(known, dtype=kind)
        if names := _names(name, column):
            named = [_named(names, cell) for cell in cells]
            columns[f"{column}_name"] = pd.Series(named, dtype=DTYPES.get(field["type"]))
    return pd.DataFrame(columns).set_index("id")


def _names(table: str, column: str) -> dict[str, str]:
    """Return the names of what a column points to, by id; none where that has no names."""
    schemas = library().package.schemas
    target = schemas[table].points.get(column, "")
    named = [name for name in NAMES if target and name in schemas[target].fields]
    return {row["id"]: row[named[0]] for row in library().rows[target]} if named else {}


def _named(names: Mapping[str, str], cell: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return names.get(cell, "") if isinstance(cell, str) else tuple(names[id_] for id_ in cell)


def paragraph(number: int | str) -> Paragraph:
    """Return a part of the report in plain words: H, S, C, or 1 and up.

    >>> paragraph("H").heading
    'The headline'
    """
    return find(library().paragraphs, str(number), "paragraph")


def held(actor: str, layer: str) -> list[Position]:
    """Return the positions of an actor in one layer, the earliest first.

    Raises KeyError with a sentence when none is told.

    >>> [position.id for position in held("us", "article")]
    ['us-before', 'us']
    """
    told = (position for position in library().positions.values() if position.layer == layer)
    by_actor = grouped(told, lambda position: position.actor.id)
    return sorted(find(by_actor, actor, "position"), key=lambda position: position.latest)


def position(actor: str, layer: str = "article", on: date | str | None = None) -> Position:
    """Return what an actor holds on a day, as one layer tells it; with no day, the last one told.

    A position counts from the last day of its interval on: by then it was surely held.

    >>> position("us", on="2024-01-31").id
    'us-before'
    """
    day = read_day(on) if isinstance(on, str) else on
    own = held(actor, layer)
    in_force = [position for position in own if day is None or position.latest <= day]
    if not in_force:
        first = f"The first is from {own[0].latest}."
        raise KeyError(f"No position of “{actor}” is told for {day}. {first}")
    return in_force[-1]


def read_day(text: str) -> date:
    """Return the day of a text; raises ValueError with a sentence when it is none.

    >>> read_day("2024-01-31")
    datetime.date(2024, 1, 31)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        mend = "Write year-month-day, such as 2024-01-31."
        raise ValueError(f"“{text}” is no day. {mend}") from None


def write_day(day: date) -> str:
    """Return a day in words.

    >>> write_day(date(2024, 1, 31))
    '31 January 2024'
    """
    return f"{day.day} {day:%B %Y}"


def grouped(records: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Return the records by their key, in their order.

    >>> grouped(["ban", "limit", "law"], lambda word: word[0])
    {'b': ['ban'], 'l': ['limit', 'law']}
    """
    groups: dict[str, list[Item]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return groups


def find(known: Mapping[str, Item], name: str, kind: str) -> Item:
    """Return the record of that name; raises KeyError with a sentence when there is none.

    >>> find({"limit": 1}, "limt", "word")
    Traceback (most recent call last):
    KeyError: 'There is no word “limt”. Did you mean “limit”?'
    """
    if name not in known:
        raise KeyError(f"There is no {kind} “{name}”.{tables.close(name, known)}")
    return known[name]
