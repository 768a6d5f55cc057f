"""Whatever order the rows of the tables stand in, everything that is shown stays the same."""

import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import explore, facts, rules, show
from helpers.live import Explorer
from helpers.view import View, still

Rows = list[list[str]]


def first(table: str) -> Any:
    return next(iter(getattr(facts.library(), table).values()))


def plain(desk: Explorer) -> View:
    """A desk as it reads in print, without its code and its controls."""
    return View(tuple(map(still, desk.shown.nodes[:1])))


VIEWS: dict[str, Callable[[], View]] = {
    "verdict": lambda: show.verdict(rules.cases()[0]),
    "prediction": lambda: explore.predict(first("stories").id).set(answer="allowed", sure="sure").shown,
    "limits": lambda: plain(explore.limits()),
    "redraft": lambda: plain(explore.redraft(first("terms").id)),
    "changes": lambda: plain(explore.changes()),
    "positions": lambda: show.positions(layer="record"),
    "side by side": lambda: plain(explore.positions()),
    "capitals": lambda: plain(explore.capitals()),
    "paragraphs": show.paragraphs,
    "card": show.card,
    "claims to read": lambda: show.claims(first("claims").id),
    "claims": lambda: show.claims(first("claims").id, shown=True),
    "chain": show.chain,
    "reasons": lambda: show.reasons(),
    "criteria": lambda: show.criteria(facts.library().rows["criteria"][0]["set"]),
    "words": show.words,
    "times": show.times,
    "unsaid": lambda: show.unsaid(*facts.library().paragraphs),
    "border": show.border,
    "timeline": lambda: show.timeline(layer="both"),
    "timeline of the text": lambda: show.timeline(order="text", event=first("events").id),
}
COLUMNS = range(max(len(schema.fields) for schema in facts.library().schemas.values()))


def contents() -> list[Any]:
    """All records and rows with their order."""
    parts = [part for name, part in vars(facts.library()).items() if name != "lines"]
    return [[*part.items()] if isinstance(part, dict) else part for part in parts]


def shown() -> dict[str, Any]:
    """Every view, every table, and the rules behind the answers to all cases of every position."""
    found: dict[str, Any] = {name: (make().words, make().markup) for name, make in VIEWS.items()}
    found |= {f"table {name}": facts.table(name).to_csv() for name in facts.library().rows}
    for held in facts.library().positions.values():
        own = {facts.library().supplier: held.scope} if held.scope else {}
        verdicts = [rules.judge(case, held) for case in rules.cases(held.layer, **own)]
        found[f"position {held.id}"] = [(one.answer, one.chain) for one in verdicts]
    return found


def reordered(folder: Path, order: Callable[[Rows], Rows]) -> Path:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *order(rows)])
    return folder


@pytest.mark.parametrize("folder", ["", "town"])
def test_the_order_of_rows_changes_no_fact_no_verdict_and_no_view(folder: str, copy: Path) -> None:
    facts.use(copy / folder)
    before = contents(), shown()
    facts.use(reordered(copy / folder, lambda rows: random.Random(1).sample(rows, len(rows))))
    assert (contents(), shown()) == before


@pytest.mark.parametrize("at", COLUMNS)
def test_a_table_sorted_by_a_column_holds_the_same_facts(at: int, copy: Path) -> None:
    before = contents()
    facts.use(reordered(copy, lambda rows: sorted(rows, key=lambda row: row[at:])[::-1]))
    assert contents() == before
