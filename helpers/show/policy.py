"""What is allowed: the verdict on a case, the tables of cases, and what a word or a day changes."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from helpers import facts, rules
from helpers.facts import Position, find, grouped, library, write_day
from helpers.rules import Case, judge
from helpers.show import parts
from helpers.show.parts import KEY, aside, axis, held_by, text, title, told
from helpers.view import Node, View, boxes, mark, note, table, tag, tick

__all__ = ["answer", "changes", "limits", "prediction", "redraft", "verdict"]
KINDS = {"general": "general rule", "doubt": "open to two readings"}  # others are named as they are
TRIAL = "A trial of ours: the report does have these words."
FEW = 12  # changes that are all alike are told, not shown, when there are more
DEEPEST = 3  # the last step of a chain that stands further in than the one before


def verdict(case: Case, position: Position | None = None) -> View:
    """Return the answer that a position gives to a case, with the chain of rules that led to it.

    >>> case = rules.cases()[0]
    >>> verdict(case).gist.lower().startswith(judge(case).answer)
    True
    """
    found = judge(case, position)
    head = title(mark(found.answer), f": {held_by(found.position)}."), text(str(case))
    steps = [_step(depth, rule, rule is found.chain[-1]) for depth, rule in enumerate(found.chain)]
    readings = zip("AB", found.readings, strict=False)
    end = [text(f"Reading {letter}: {says}") for letter, says in readings]
    return told(found.position.layer, *head, *steps, *(end if steps else [text(found.silence)]))


def _step(depth: int, rule: facts.Rule, settles: bool) -> Node:
    kind = f"{KINDS.get(rule.kind, rule.kind)}{' · this settles it' if settles else ''}"
    says = tag("span", kind, look="kind"), tag("br"), f"{rule.says} ", parts.cited(rule.cited)
    look = "settles" if settles else "step"
    return tag("div", *says, look=f"{look} depth-{min(depth, DEEPEST)}")


def prediction(story: str, answer: str | None = None) -> View:
    """Return a story to predict the answer for; with a prediction, the verdict beside it.

    >>> story = next(iter(library().stories.values()))
    >>> prediction(story.id).gist == story.story
    True
    """
    asked = find(library().stories, story, "story")
    found = judge(rules.case(story), asked.position)
    if not answer:
        ask = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
        return told(found.position.layer, title(asked.story), text(ask))
    met = "Your prediction fits" if answer == found.answer else "The report differs"
    predicted = text(f"{met}. You predicted: ", mark(answer), ".")
    return View((tag("div", predicted, look="page"), *verdict(found.case, found.position).nodes))


class Change(NamedTuple):
    """What is held, beside what was held before or without a trial; and a case to frame."""

    then: Position
    now: Position
    framed: Case | None = None

    def answers(self, case: Case) -> tuple[str, str]:
        """Return the answer to a case then and now."""
        return judge(case, self.then).answer, judge(case, self.now).answer

    def moves(self, cases: Iterable[Case]) -> list[str]:
        """Return what the answers become, for those that change."""
        answers = map(self.answers, cases)
        return [f"{was} becomes {answer}" for was, answer in answers if was != answer]


def limits(actor: str = "", only: str = "", on: str = "", *, case: Case | None = None) -> View:
    """Return every case of one supplier with its answer, a table for each class of weapon.

    The answers are those of the position that was held on the given day; a case can be framed.

    >>> limits().gist.startswith("Case by case: ")
    True
    """
    held = facts.position(actor or _first(), on=on or None)
    same, panels = Change(held, held, case), _panels(held)
    if only and only not in panels:
        return note(f"There is no case with “{only}” for {held.actor.name}.")
    grids = [_grid(cases, same) for name, cases in panels.items() if only in ("", name)]
    head = title(f"Case by case: {held_by(held)}."), text(parts.stance(held)), KEY
    return told(held.layer, *head, *grids)


def answer(**chosen: str) -> View:
    """Return the verdict on a case, or why there is none, beside the table of cases around it."""
    actor, weapon = chosen.get(parts.supplier(), ""), chosen.get(parts.panel(), "")
    try:
        case = Case(**chosen)
        found, around = verdict(case), limits(actor, weapon, case=case)
    except rules.ClashError as error:
        known = [*_panels(facts.position(actor))]
        found, around = note(str(error)), limits(actor, weapon if weapon in known else known[0])
    left, right = tag("div", *found.nodes, look="left"), tag("div", *around.nodes, look="right")
    return View((tag("div", left, right, look="beside"),))


def redraft(term: str) -> View:
    """Return what changes when the words of a term are struck out: the rows with another answer.

    >>> TRIAL in redraft(next(iter(library().terms))).words
    True
    """
    try:
        struck = find(library().terms, term, "term")
    except KeyError as error:
        return note(error.args[0])
    held = [known for known in library().positions.values() if known.layer == "article"]
    trials = [Change(known, rules.strike(known, struck)) for known in held]
    found = [_redrafted(trial) for trial in trials if trial.now.rules != trial.then.in_force]
    counts = "; ".join(count for count, _ in found)
    head = title(f"Without “{struck.words}” ", boxes((struck.paragraph,)), f": {counts}.")
    shown = [part for _, changed in found for part in changed]
    return told("article", head, aside(TRIAL), text(struck.effect), KEY, *shown)


def _redrafted(trial: Change) -> tuple[str, list[Node]]:
    """Return how many answers change, and which: the rows, unless all changes are alike."""
    panels = _panels(trial.then).values()
    moves = Counter(move for cases in panels for move in trial.moves(cases))
    count = f"{moves.total()} of {sum(map(len, panels))} answers change"
    each = "; ".join(f"{move}: {number}" for move, number in sorted(moves.items()))
    line = text(f"{held_by(trial.then)}: {count} ({each}).")
    alike = len(moves) == 1 and moves.total() > FEW
    grids = [_grid(cases, trial) for cases in panels if trial.moves(cases) and not alike]
    return f"{trial.then.actor.name}: {count}", [line, *grids]


def changes(actor: str, panel: str, layer: str = "record") -> View:
    """Return the limits of one actor for one class of weapon, a table for each day of change."""
    held, label = facts.held(actor, layer), library().values[panel].label
    name, cases = held[0].actor.name, _panels(held[0]).get(panel)
    if not cases:
        return note(f"There is no case with “{label}” for {name}.")
    days = [Change(*pair) for pair in zip([held[0], *held], held, strict=False)]
    grids = [
        _grid(cases, day, slim=True) for day in days if day.then is day.now or day.moves(cases)
    ]
    dates = [tag("strong", f"{write_day(day.now.latest)}: ") for day in days]
    says = [text(date, parts.stance(now)) for date, now in zip(dates, held, strict=True)]
    frames = "A frame marks a change; a date with no change has no table."
    head = title(f"{name}, {label}. Dates: {len(held)}. {frames}")
    return told(layer, head, KEY, *grids, *says)


def _first() -> str:
    return axis("page")[0].values[0].id


def _panels(held: Position) -> dict[str, list[Case]]:
    """Return the cases of one supplier by their class of weapon."""
    cases = rules.cases(held.layer, **{parts.supplier(): held.scope or _first()})
    return grouped(cases, lambda case: case[parts.panel()])


def _grid(cases: list[Case], days: Change, slim: bool = False) -> Node:
    """Return cases as a table of their answers; what was another answer then stands out.

    A slim one is one of many, and named by its day. Of a trial only the rows that change are shown.
    """
    values, down, across = library().values, axis("row"), axis("column")[0]
    rows = grouped(cases, lambda case: " · ".join(values[case[name.id]].short for name in down))
    columns = rules.values(across, days.now.layer)
    heads = (" · ".join(name.title for name in down), *(column.short for column in columns))
    ticked: list[tuple[str | Node, ...]] = []
    none = tick(parts.NO_CASE)
    for name, row in rows.items():
        ticks = {case[across.id]: _tick(case, days) for case in row}
        if slim or days.then is days.now or days.moves(row):
            ticked.append((name, *(ticks.get(value.id, none) for value in columns)))
    name = write_day(days.now.latest) if slim else values[cases[0][parts.panel()]].label
    grid = table(name, heads, ticked, look="tick", slim="slim" if slim else "head")
    return tag("div", grid, look="dots" if slim else "panel")


def _tick(case: Case, days: Change) -> Node:
    was, now = days.answers(case)
    return tick(now, "your case" if case == days.framed else f"was: {was}" if was != now else "")
