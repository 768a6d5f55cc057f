"""What is allowed: the verdict on a case, the tables of cases, and what a word or a day changes."""

from collections import Counter
from typing import NamedTuple

from helpers import facts, rules
from helpers.facts import Position, grouped, library, write_day
from helpers.rules import Case, judge
from helpers.show.parts import NO_CASE, axis, cited, held_by, panel, stance, supplier, text, told
from helpers.view import Cells, Node, View, boxes, mark, note, page, spaced, span, table, tag, tick

__all__ = ["answer", "changes", "limits", "prediction", "redraft", "verdict"]
KINDS = {"general": "general rule", "doubt": "open to two readings"}  # others are named as they are
KEY = tag("p", "Key: ", spaced([mark(sign) for sign in (*rules.ANSWERS, NO_CASE)]), look="key")
TRIAL = text("A trial of ours: the report does have these words.", look="kind")


def verdict(case: Case, position: Position | None = None) -> View:
    """Return the answer that a position gives to a case, with the chain of rules that led to it.

    >>> case = rules.cases()[0]
    >>> verdict(case).gist.lower().startswith(judge(case).answer)
    True
    """
    found = judge(case, position)
    head = span(mark(found.answer), f": {held_by(found.position)}.")
    steps = [_step(depth, rule, rule is found.chain[-1]) for depth, rule in enumerate(found.chain)]
    ends = [f"Reading {sign}: {says}" for sign, says in zip("AB", found.readings, strict=False)]
    why = [*steps, *map(text, ends)] or [text(found.silence)]
    return told(found.position.layer, head, text(str(case)), *why)


def _step(depth: int, rule: facts.Rule, settles: bool) -> Node:
    kind = f"{KINDS.get(rule.kind, rule.kind)}{' · this settles it' if settles else ''}"
    says = tag("span", kind, look="kind"), tag("br"), f"{rule.says} ", cited(rule.cited)
    return tag("div", *says, look=f"{'settles' if settles else 'step'} depth-{min(depth, 3)}")


def prediction(story: str, answer: str | None = None) -> View:
    """Return a story to predict the answer for; with a prediction, the verdict beside it.

    >>> story = next(iter(library().stories.values()))
    >>> prediction(story.id).gist == story.story
    True
    """
    case, asked = rules.case(story), library().stories[story]
    found = judge(case, asked.position)
    if not answer:
        ask = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
        return told(found.position.layer, asked.story, text(ask))
    met = "Your prediction fits" if answer == found.answer else "The report differs"
    predicted = page(text(f"{met}. You predicted: ", mark(answer), "."))
    return View((*predicted.nodes, *verdict(case, asked.position).nodes))


class Pair(NamedTuple):
    """What is held, beside what was held before or without a trial; and a case to frame."""

    then: Position
    now: Position
    framed: Case | None = None

    def tick(self, case: Case) -> Node:
        """Return the answer to a case, noted where it was another and where the case is framed."""
        was, now = judge(case, self.then).answer, judge(case, self.now).answer
        why = "your case" if case == self.framed else f"was: {was}" if was != now else ""
        return tick(now, why)

    def moves(self, cases: list[Case]) -> list[str]:
        """Return what the answers become, for those that change."""
        answers = [(judge(case, self.then).answer, judge(case, self.now).answer) for case in cases]
        return [f"{was} becomes {now}" for was, now in answers if was != now]


def limits(actor: str = "", only: str = "", on: str = "", *, case: Case | None = None) -> View:
    """Return every case of one supplier with its answer, a table for each class of weapon.

    The answers are those of the position that was held on the given day; a case can be framed.

    >>> limits().gist.startswith("Case by case: ")
    True
    """
    held = facts.position(actor or axis("page")[0].values[0].id, on=on or None)
    head = f"Case by case: {held_by(held)}."
    return told(held.layer, head, text(stance(held)), KEY, *_grids(Pair(held, held, case), only))


def answer(**chosen: str) -> View:
    """Return the verdict on a case, or why there is none, beside the table of cases around it.

    >>> case = rules.cases()[0]
    >>> answer(**case.chosen).gist == verdict(case).gist
    True
    """
    try:
        case, found = Case(**chosen), verdict(Case(**chosen))
    except rules.ClashError as error:
        case, found = None, note(str(error))
    around = limits(chosen[supplier()], chosen[panel()], case=case)
    left, right = tag("div", *found.nodes, look="left"), tag("div", *around.nodes, look="right")
    return View((tag("div", left, right, look="beside"),))


def redraft(term: str) -> View:
    """Return what changes when the words of a term are struck out: the rows with another answer.

    >>> "A trial of ours" in redraft(next(iter(library().terms))).words
    True
    """
    struck = facts.find(library().terms, term, "term")
    article = [held for held in library().positions.values() if held.layer == "article"]
    trials = [Pair(held, rules.strike(held, struck)) for held in article]
    found = dict(_redrafted(pair) for pair in trials if pair.now.rules != pair.then.in_force)
    head = span(f"Without “{struck.words}” ", boxes((struck.paragraph,)), f": {'; '.join(found)}.")
    return told("article", head, TRIAL, text(struck.effect), KEY, *found.values())


def _redrafted(pair: Pair) -> tuple[str, Node]:
    """Return how many answers of a position a trial changes, and the rows that have one of them."""
    cases, held = _cases(pair.then), pair.then
    moves = Counter(pair.moves(cases))
    count = f"{moves.total()} of {len(cases)} answers change"
    each = "; ".join(f"{move}: {number}" for move, number in sorted(moves.items()))
    line = text(f"{held_by(held)}: {count} ({each}).")
    return f"{held.actor.name}: {count}", tag("div", line, *_grids(pair))


def changes(actor: str, panel: str, layer: str = "record") -> View:
    """Return the limits of one actor for one class of weapon, a table for each day of change.

    >>> held = next(held for held in library().positions.values() if held.layer == "record")
    >>> held.actor.name in changes(held.actor.id, axis("panel")[0].values[0].id).gist
    True
    """
    held = facts.held(actor, layer)
    pairs = map(Pair, [held[0], *held], held)
    grids = [grid for pair in pairs for grid in _grids(pair, panel, small=True)]
    says = [text(tag("strong", f"{write_day(now.latest)}: "), stance(now)) for now in held]
    frames = "A frame marks a change; a date with no change has no table."
    head = f"{held[0].actor.name}, {library().values[panel].label}. Dates: {len(held)}. {frames}"
    return told(layer, head, KEY, *grids, *says)


def _cases(held: Position, weapon: str = "") -> list[Case]:
    """Return the cases of one supplier, for one class of weapon or for all."""
    fixed = {supplier(): held.scope or axis("page")[0].values[0].id, panel(): weapon}
    return [*rules.cases(held.layer, **{name: value for name, value in fixed.items() if value})]


def _grids(pair: Pair, weapon: str = "", small: bool = False) -> list[Node]:
    """Return a table for each class of weapon; of two positions, for those where they differ."""
    panels = grouped(_cases(pair.now, weapon), lambda case: case[panel()]).values()
    shown = [cases for cases in panels if pair.then is pair.now or pair.moves(cases)]
    none = [text("There is no such case.")] if pair.then is pair.now else []
    return [_grid(cases, pair, small) for cases in shown] or none


def _grid(cases: list[Case], pair: Pair, small: bool) -> Node:
    """Return cases as a table of answers; of two positions, a large one has the changed rows."""
    values, down, across = library().values, axis("row"), axis("column")[0]
    rows = grouped(cases, lambda case: " · ".join(values[case[name.id]].short for name in down))
    columns = {value.id: value.short for value in rules.values(across, pair.now.layer)}
    shown = [row for row in rows if small or pair.then is pair.now or pair.moves(rows[row])]
    ticks = {row: {case[across.id]: pair.tick(case) for case in rows[row]} for row in shown}
    none = dict.fromkeys(columns, tick(NO_CASE))
    body: list[Cells] = [[row, *(none | own).values()] for row, own in ticks.items()]
    heads = " · ".join(name.title for name in down), *columns.values()
    name = write_day(pair.now.latest) if small else values[cases[0][panel()]].label
    grid = table(name, heads, body, look="tick", slim="slim" if small else "head")
    return tag("div", grid, look="dots" if small else "panel")
