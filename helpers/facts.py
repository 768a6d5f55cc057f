"""What the report says and what the record adds, as small frozen records and as pandas DataFrames.

All facts come from the tables in `data/`; an empty cell means that the source does not state it.
"""

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from itertools import chain, product
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args, get_origin, get_type_hints
from unicodedata import category, normalize

from helpers import tables

if TYPE_CHECKING:
    from pandas import DataFrame

Record = TypeVar("Record")
STATE = ", a state or state-aligned outlet"


@dataclass(frozen=True)
class Source:
    """A text that facts come from; `cite` says whether it may be linked, and `url` is empty where it may not."""

    id: str
    layer: str
    label: str
    publisher: str
    date: date | None
    url: str
    cite: str

    @property
    def citation(self) -> str:
        """How it is cited: who published it, and when; a state outlet is named as one."""
        return f"{self.publisher}, {write_day(self.date) if self.date else 'undated'}{STATE * (self.cite == 'state')}"


@dataclass(frozen=True)
class Actor:
    """Someone whom the report or the record names or lets speak."""

    id: str
    layer: str
    name: str
    kind: str
    role: str


@dataclass(frozen=True)
class Paragraph:
    """A part of the report in plain words; `id` is H, S, C or the number of the paragraph."""

    id: str
    heading: str
    plain: str
    words: int | None
    fingerprint: str


@dataclass(frozen=True)
class Time:
    """Time words of the report, and the rule that turns them into an interval."""

    id: str
    words: str
    rule: str


@dataclass(frozen=True)
class Claim:
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


@dataclass(frozen=True)
class Event:
    """An event with its interval; `earliest` is None when it is not stated.

    In the article layer the interval fits the time words of a claim. In the record layer it comes from dated
    sources, and `dates` names the event of the report that it gives a day for.
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


@dataclass(frozen=True)
class Voice:
    """What somebody said on a day, from the record, with its sources; `answer` is our reading of it, or empty."""

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


@dataclass(frozen=True)
class Citation:
    """Where something stands, and who says it there: in a paragraph of the report, or in a voice of the record."""

    speaker: str
    paragraph: str = ""
    voice: Voice | None = None


@dataclass(frozen=True, eq=False)
class Cited:
    """Something that rests on paragraphs of the report, one speaker for each, or on voices of the record."""

    paragraphs: tuple[str, ...]
    speakers: tuple[Actor, ...]
    voices: tuple[Voice, ...]

    @property
    def cited(self) -> tuple[Citation, ...]:
        """Where it stands."""
        told = zip(self.paragraphs, self.speakers, strict=True)
        return (
            *(Citation(speaker.name, paragraph) for paragraph, speaker in told),
            *(Citation(voice.speaker, voice=voice) for voice in self.voices),
        )


@dataclass(frozen=True)
class Value:
    """One value of a dimension; `short` is for grids."""

    id: str
    dimension: str
    layer: str
    label: str
    short: str


@dataclass(frozen=True)
class Dimension:
    """A question that every case answers; `axis` is its place in a grid: page, panel, column or row."""

    id: str
    title: str
    axis: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Need:
    """A value that another value goes with; those of one dimension are alternatives."""

    id: str
    value: str
    needs: Value
    because: str


@dataclass(frozen=True)
class Condition:
    """A value that a rule asks for; those of one dimension are alternatives."""

    id: str
    rule: str
    value: Value


@dataclass(frozen=True)
class Rule(Cited):
    """A rule of a position; it fits a case that has, for every dimension it asks about, one of its values."""

    id: str
    under: str
    kind: str
    answer: str
    says: str
    reading_a: str
    reading_b: str
    conditions: tuple[Condition, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """The two readings of its words; none where they are plain."""
        return tuple(filter(None, (self.reading_a, self.reading_b)))

    @cached_property
    def asks(self) -> tuple[frozenset[str], ...]:
        """The values it asks for, one set for each dimension."""
        groups = grouped(self.conditions, lambda one: one.value.dimension).values()
        return tuple(frozenset(one.value.id for one in own) for own in groups)


@dataclass(frozen=True, eq=False)
class Position(Cited):
    """What one actor holds from a day on; `scope` is the value it is bound to, `rules` are its own rules in order.

    Each is equal to itself alone, so that what was found for it is soon found again.
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

    @cached_property
    def in_force(self) -> tuple[Rule, ...]:
        """All rules in order: those of the position that it amends, then its own."""
        return (*(self.amends.in_force if self.amends else ()), *self.rules)


@dataclass(frozen=True)
class Strike:
    """What falls with some words: a condition of a rule, or the whole rule where the condition is None."""

    id: str
    rule: str
    condition: Condition | None


@dataclass(frozen=True)
class Term:
    """Words of the report, and what falls when they are struck out."""

    id: str
    words: str
    paragraph: str
    speaker: Actor
    effect: str
    strikes: tuple[Strike, ...]


@dataclass(frozen=True)
class Statement:
    """What is said of a position under one aspect; `status` is stated or unclear."""

    status: str
    position: str
    aspect: str
    says: str
    paragraphs: tuple[str, ...]
    voices: tuple[Voice, ...]


@dataclass(frozen=True)
class Story:
    """A case told as a story; `position` is None where the supplier's own position decides."""

    id: str
    story: str
    position: Position | None
    answer: str


@dataclass(frozen=True)
class Option:
    """One answer to choose, with the reason why it is right or wrong."""

    says: str
    right: bool
    reason: str


@dataclass(frozen=True)
class Question:
    """A question of a lesson; `paragraph` is the one to read again, or empty. An opinion has criteria, no options."""

    id: str
    lesson: str
    part: str
    prompt: str
    paragraph: str
    sources: tuple[Source, ...]
    criteria: str
    options: tuple[Option, ...]


class Records(Generic[Record]):
    """All records of one table by id, read when they are first asked for."""

    def __init__(self, kind: type[Record], table: str) -> None:
        self.kind, self.table = kind, table

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, library: "Library", owner: type) -> dict[str, Record]:
        found = {row["id"]: library.record(self.kind, row) for row in library.rows[self.table]}
        return cast(dict[str, Record], library.__dict__.setdefault(self.name, found))


class Library:
    """The facts of one folder of tables; raises tables.TableError when the tables are not sound.

    `rows` has every table as it stands. The records read a field by its type: a day, a number, words, the record
    that its cell points to, or the records of another table that point to this one.
    """

    sources = Records(Source, "sources")
    actors = Records(Actor, "actors")
    paragraphs = Records(Paragraph, "paragraphs")
    times = Records(Time, "times")
    claims = Records(Claim, "claims")
    events = Records(Event, "events")
    voices = Records(Voice, "voices")
    values = Records(Value, "values")
    dimensions = Records(Dimension, "dimensions")
    needs = Records(Need, "needs")
    conditions = Records(Condition, "conditions")
    rules = Records(Rule, "rules")
    positions = Records(Position, "positions")
    strikes = Records(Strike, "strikes")
    terms = Records(Term, "terms")
    statements = Records(Statement, "statements")
    stories = Records(Story, "cases")
    options = Records(Option, "options")
    questions = Records(Question, "questions")

    def __init__(self, folder: Path) -> None:
        self.rows = tables.load(folder)
        self._tables = {one.kind: one.table for one in vars(Library).values() if isinstance(one, Records)}
        self._known: dict[tuple[type, str], Any] = {}

    def record(self, kind: type[Record], row: tables.Row) -> Record:
        """Return the record of a row; the same row gives the same record."""
        key = (kind, row["id"])
        if key not in self._known:
            read = {name: self._field(type_, name, kind, row) for name, type_ in get_type_hints(kind).items()}
            self._known[key] = kind(**read)
        return cast(Record, self._known[key])

    def row(self, table: str, id_: str) -> tables.Row:
        """Return the row of a table with that id; raises KeyError with a sentence when there is none."""
        return find({row["id"]: row for row in self.rows[table]}, id_, f"row of {table}")

    def _field(self, type_: Any, name: str, kind: type, row: tables.Row) -> Any:
        own = [one for one in get_args(type_) if one not in (type(None), ...)]
        if get_origin(type_) is tuple:
            return self._many(own[0], name, kind, row)
        if get_origin(type_) is UnionType:
            return self._field(own[0], name, kind, row) if row[name] else None
        return READ[type_](row[name]) if type_ in READ else self._pointed(type_, row[name])

    def _many(self, type_: Any, name: str, kind: type, row: tables.Row) -> tuple[Any, ...]:
        if name in row:
            return tuple(word if type_ is str else self._pointed(type_, word) for word in row[name].split())
        pointing = (one for one in self.rows[self._tables[type_]] if one[kind.__name__.lower()] == row["id"])
        return tuple(self.record(type_, one) for one in pointing)

    def _pointed(self, kind: type[Record], id_: str) -> Record:
        return self.record(kind, self.row(self._tables[kind], id_))


READ: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    date: date.fromisoformat,
    bool: lambda cell: cell == "yes",
}
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


def held(actor: str, layer: str) -> list[Position]:
    """Return the positions of an actor in one layer, the earliest first; raises KeyError when none is told."""
    return sorted(find(_by_actor(library(), layer), actor, "position"), key=lambda one: one.latest)


@lru_cache(maxsize=4)  # each setup cell reads the tables anew: the old ones go
def _by_actor(facts: Library, layer: str) -> dict[str, list[Position]]:
    return grouped((one for one in facts.positions.values() if one.layer == layer), lambda one: one.actor.id)


def position(actor: str, layer: str = "article", on: date | str | None = None) -> Position:
    """Return what an actor holds on a day, as one layer tells it; with no day, the last that the layer tells.

    A position counts from the last day of its interval on: by then it was surely held.
    """
    day = read_day(on) if isinstance(on, str) else on
    own = held(actor, layer)
    in_force = [one for one in own if day is None or one.latest <= day]
    if not in_force:
        raise KeyError(f"No position of “{actor}” is told for {day}. The first is from {own[0].latest}.")
    return in_force[-1]


def read_day(text: str) -> date:
    """Return the day of a text such as 2024-01-31; raises ValueError with a sentence when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day. Write year-month-day, such as 2024-01-31.") from None


def write_day(day: date) -> str:
    """Return a day in words, such as 31 January 2024."""
    return f"{day.day} {day:%B %Y}"


def grouped(records: Iterable[Record], key: Callable[[Record], str]) -> dict[str, list[Record]]:
    """Return the records by their key, in their order."""
    groups: dict[str, list[Record]] = {}
    for one in records:
        groups.setdefault(key(one), []).append(one)
    return groups


def find(known: Mapping[str, Record], name: str, kind: str) -> Record:
    """Return the record of that name; raises KeyError with a sentence, and the nearest name, when there is none."""
    if name not in known:
        raise KeyError(f"There is no {kind} “{name}”.{tables.close(name, known)}")
    return known[name]


Spelled = tuple[str, re.Match[str]]  # a word, and the piece of a text that it stands in
Place = tuple[range, ...]  # words by their numbers; two runs where the lines between them are left out


@dataclass(frozen=True)
class Copy:
    """A reader's own copy of the report: its text for each paragraph, and which paragraphs are the same or differ.

    For a paragraph that differs, `texts` has what stands in its place. `fault` says why a copy can't be used.
    """

    texts: Mapping[str, str]
    same: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    fault: str = ""


def own_copy() -> Copy | None:
    """Return the reader's own copy of the report; None when there is none.

    It is `article.txt` beside the tables, or in the folder that the variable WITHIN_LIMITS_HOME names.
    """
    path = Path(os.environ.get("WITHIN_LIMITS_HOME") or home()) / "article.txt"
    mend = "can't be read. Save the report under this name as plain text (UTF-8), or take the file away."
    try:
        return compared(_decoded(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError):
        return Copy({}, fault=f"{path.parent.name}/{path.name} {mend}")


def edition(copy: Copy) -> str:
    """Return in a sentence or two whether a copy is the same edition of the report."""
    if copy.fault or not copy.differ:
        return copy.fault or f"Your copy is the same edition: all {len(copy.same)} paragraphs are there, word for word."
    listed = f"paragraph{'s' * (len(copy.differ) > 1)} {', '.join(copy.differ)}"
    return f"Your copy is another edition. What differs: {listed}. Editions of one report can differ: compare them."


def compared(text: str) -> Copy:
    """Return a text as a copy of the report; with a fifth of its paragraphs or fewer, it is not taken for one.

    A paragraph may stand anywhere, and captions or links may stand in it as lines of their own. For one that differs
    the copy has what stands between its neighbours.
    """
    asked = {one.id: one for one in library().paragraphs.values() if one.words}
    words = [(word, piece) for piece in re.finditer(r"(?m)(^\s*)?\S+", text) for word in spelled(piece[0])]
    found: dict[str, Place] = {}
    for broken, one in product((False, True), asked.values()):
        near = _gap([*asked], found, one.id, len(words), 1500) if broken else range(len(words))
        found |= {} if one.id in found else _places(words, one, near, broken)
    if len(found) <= len(asked) // 5:
        return Copy({}, fault="article.txt does not look like the report. Put its text there, and no other.")
    places = {name: found.get(name) or (_gap([*asked], found, name, len(words), 300),) for name in asked}
    texts = {name: " ".join(_piece(text, words, run) for run in place) for name, place in places.items()}
    return Copy(texts, tuple(one for one in asked if one in found), tuple(one for one in asked if one not in found))


def fingerprint(words: Iterable[str]) -> str:
    """Return 16 digits that stand for words in their order.

    They can't be turned back into the words: they are far too few, and whoever tries words out has to hit a
    whole paragraph at once. The last paragraph is taken without the line of credit after it.
    """
    return blake2b(" ".join(words).encode(), digest_size=8, person=b"paragraph").hexdigest()


@cache
def spelled(text: str) -> tuple[str, ...]:
    """Return the words of a text: runs of letters and digits, in small letters, without marks and hidden signs."""
    plain = "".join(one for one in normalize("NFKC", text).casefold() if category(one) != "Cf")
    return tuple(re.findall(r"[^\W_ʻʼ]+", plain))


def _places(words: Sequence[Spelled], sought: Paragraph, near: range, broken: bool) -> dict[str, Place]:
    """Return where a paragraph stands, by its number: as one run of words, or with up to four lines left out."""
    plain, size = [word for word, _ in words], sought.words or 0
    lines = [at for at in near if broken and words[at][1][1] is not None]
    runs = ((range(first, first + size),) for first in near)
    parts = (
        (range(first, end), range(resumed, resumed + size - (end - first)))
        for first in chain.from_iterable((one, one + 1) for one in lines)  # one more: after a number of its own
        for end in lines[bisect_right(lines, first) : bisect_left(lines, first + size)]
        for resumed in lines[bisect_right(lines, end) :][:4]
    )
    for place in chain(runs, parts):
        if fingerprint(chain.from_iterable(plain[run.start : run.stop] for run in place)) == sought.fingerprint:
            return {sought.id: place}
    return {}


def _gap(order: Sequence[str], found: Mapping[str, Place], name: str, end: int, most: int) -> range:
    """Return the words between the neighbours of a paragraph; with no neighbour on one side, so many of them."""
    at = order.index(name)
    begin = max((found[one][-1].stop for one in order[:at] if one in found), default=None)
    stop = min((found[one][0].start for one in order[at:] if one in found), default=end)
    return range(max(0, stop - most), stop) if begin is None else range(begin, stop)[:most]


def _piece(text: str, words: Sequence[Spelled], run: range) -> str:
    """Return a run of words as the text has them, with their marks, in one line."""
    return " ".join(text[words[run[0]][1].start() : words[run[-1]][1].end()].split()) if run else ""


def _decoded(raw: bytes) -> str:
    """Return a file of text from any editor; raises UnicodeError when it is none."""
    try:
        return raw.decode("utf-16" if b"\0" in raw else "utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
