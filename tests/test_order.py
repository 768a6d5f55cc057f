"""Whatever order the rows of the tables stand in, everything that is shown stays the same."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import facts, rules, show
from helpers.check import tables
from helpers.view import View

Rows = list[list[str]]
CHOSEN = {
    dimension.id: dimension.values[-1].id
    for dimension in facts.library().dimensions.values()
    if dimension.axis != "page"
}
ACTORS = [*dict.fromkeys(position.actor.id for position in facts.library().positions.values())]
STORIES = [*facts.library().stories][:5]
VIEWS: dict[str, Callable[[], View]] = {
    "verdict": lambda: show.verdict(rules.case(STORIES[0])),
    "prediction": lambda: show.prediction(STORIES[0], "allowed"),
    "limits": show.limits,
    "answer": lambda: show.answer(**rules.case(STORIES[1]).chosen),
    "redraft": lambda: show.redraft(next(iter(facts.library().terms))),
    "changes": lambda: show.changes(ACTORS[0], next(iter(facts.library().dimensions[show.panel()].values)).id),
    "positions": lambda: show.positions(layer="record"),
    "positions of a case": lambda: show.positions(**CHOSEN),
    "capitals": lambda: show.capitals("2024-06-20", **CHOSEN),
    "voices": lambda: show.voices(*ACTORS),
    "paragraphs": show.paragraphs,
    "card": show.card,
    "sources": show.sources,
    "chain": show.chain,
    "outcomes": show.outcomes,
    "reasons": lambda: show.reasons(facts.library().rows["reasons"][0]["side"]),
    "criteria": lambda: show.criteria(facts.library().rows["criteria"][0]["set"]),
    "words": show.words,
    "people": show.people,
    "times": show.times,
    "unsaid": lambda: show.unsaid("1", "2", "3"),
    "border": show.border,
    "ranges": show.ranges,
    "timeline": lambda: show.timeline(layer="both"),
    "timeline of the text": lambda: show.timeline(order="text", step=3),
}


def contents() -> dict[str, Any]:
    """All records and rows with their order."""
    read = vars(facts.library())
    return {name: [*part.items()] if isinstance(part, dict) else part for name, part in read.items()}


def shown() -> dict[str, tuple[str, str]]:
    return {name: (view.words, view.markup) for name, view in ((name, make()) for name, make in VIEWS.items())}


def judged() -> Iterator[tuple[str, list[str]]]:
    """The answers and the rules behind them to all cases, of every position."""
    for held in facts.library().positions.values():
        own = {show.supplier(): held.scope} if held.scope else {}
        verdicts = [rules.judge(case, held) for case in rules.cases(held.layer, **own)]
        yield held.id, [f"{one.answer}: {' '.join(rule.id for rule in one.chain)}" for one in verdicts]


def reorder(folder: Path, order: Callable[[Rows], Rows]) -> None:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *order(rows)])


def by_column(number: int) -> Callable[[Rows], Rows]:
    """Sort a table by one of its columns, from the last cell to the first."""
    return lambda rows: sorted(rows, key=lambda row: row[number] if number < len(row) else "", reverse=True)


COLUMNS = max(len(schema.fields) for schema in tables.package(tables.folder()).schemas.values())
WAYS: dict[str, Callable[[Rows], Rows]] = {
    "shuffled": lambda rows: random.Random(1).sample(rows, len(rows)),
    "backwards": lambda rows: rows[::-1],
}


@pytest.mark.parametrize("way", WAYS)
def test_the_order_of_rows_changes_no_fact_no_verdict_and_no_view(way: str, copy: Path) -> None:
    names = [*facts.library().rows]
    frames = {name: facts.table(name) for name in names}
    before = contents(), dict(judged()), shown()
    reorder(copy, WAYS[way])
    facts.use(copy)
    assert (contents(), dict(judged()), shown()) == before
    assert [name for name in names if not facts.table(name).equals(frames[name])] == []


@pytest.mark.parametrize("number", range(COLUMNS))
def test_a_table_sorted_by_a_column_holds_the_same_facts(number: int, copy: Path) -> None:
    before = contents()
    reorder(copy, by_column(number))
    facts.use(copy)
    assert contents() == before
