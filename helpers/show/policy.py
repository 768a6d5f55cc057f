"""What is allowed, and by whom: verdicts, tables of cases, trials, positions compared, voices."""

from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from helpers import facts, rules
from helpers.facts import Position, grouped, library, write_day
from helpers.rules import Case, judge
from helpers.show import parts
from helpers.show.parts import NO_CASE, held_by, listed, stance, text, told
from helpers.view import Cells, Node, View, boxes, mark, note, spaced, span, table, tag, tick

__all__ = ["answer", "capitals", "changes", "limits", "positions", "redraft", "verdict", "voices"]
SILENT = mark(rules.NOT_STATED)
NONE = text("There is no such case.")
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
    return told(found.position.layer, head, text(rules.describe(case.chosen)), *why)


def _step(depth: int, rule: facts.Rule, settles: bool) -> Node:
    kind = f"{KINDS.get(rule.kind, rule.kind)}{' · this settles it' if settles else ''}"
    says = tag("span", kind, look="kind"), tag("br"), f"{rule.says} ", parts.cited(rule.cited)
    return tag("div", *says, look=f"{'settles' if settles else 'step'} depth-{min(depth, 3)}")


# A case as a cell of a table: where it stands, its answer, a note, and what the answer became.
Cell = NamedTuple("Cell", [("panel", str), ("row", str), ("column", str), ("answer", str),
    ("note", str), ("move", str)])  # fmt: skip


def limits(actor: str = "", only: str = "", on: str = "", *, case: Case | None = None) -> View:
    """Return every case of one supplier with its answer, a table for each class of weapon.

    The answers are those of the position that was held on the given day; a case can be framed.

    >>> limits().gist.startswith("Case by case: ")
    True
    """
    held = facts.position(actor or library().axes["page"][0].values[0].id, on=on or None)
    head = f"Case by case: {held_by(held)}."
    grids = _grids(_cells(held, held, only, case), held.layer) or [NONE]
    return told(held.layer, head, text(stance(held)), KEY, *grids)


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
    around = limits(chosen[library().supplier], chosen[library().panel], case=case)
    left, right = tag("div", *found.nodes, look="left"), tag("div", *around.nodes, look="right")
    return View((tag("div", left, right, look="beside"),))


def redraft(term: str) -> View:
    """Return what changes when the words of a term are struck out: the rows with another answer.

    >>> "A trial of ours" in redraft(next(iter(library().terms))).words
    True
    """
    struck = facts.find(library().terms, term, "term")
    trials = [(held, rules.strike(held, struck)) for held in library().layers["article"]]
    found = dict(_redrafted(*pair) for pair in trials if pair[0].rules != pair[1].rules)
    head = span(f"Without “{struck.words}” ", boxes((struck.paragraph,)), f": {'; '.join(found)}.")
    return told("article", head, TRIAL, text(struck.effect), KEY, *found.values())


def _redrafted(held: Position, trial: Position) -> tuple[str, Node]:
    """Return how many answers of a position a trial changes, and the rows that have one of them."""
    cells = _cells(trial, held)
    moves = Counter(cell.move for cell in cells if cell.move)
    count = f"{moves.total()} of {len(cells)} answers change"
    each = "; ".join(f"{move}: {number}" for move, number in sorted(moves.items()))
    line = text(f"{held_by(held)}: {count} ({each}).")
    rows = grouped(cells, lambda cell: f"{cell.panel} {cell.row}").values()
    changed = [cell for row in rows if any(own.move for own in row) for cell in row]
    return f"{held.actor.name}: {count}", tag("div", line, *_grids(changed, held.layer))


def changes(actor: str, panel: str, layer: str = "record") -> View:
    """Return the limits of one actor for one class of weapon, a table for each day of change.

    >>> held = library().layers["record"][0]
    >>> held.actor.name in changes(held.actor.id, library().axes["panel"][0].values[0].id).gist
    True
    """
    held = facts.held(actor, layer)
    days = [_cells(now, then, panel) for then, now in zip(held[:1] + held, held, strict=False)]
    dated = [(write_day(now.latest), cells) for now, cells in zip(held, days, strict=True)]
    moved = [own for own in dated if own is dated[0] or any(cell.move for cell in own[1])]
    grids = [_grid(day, own, layer, "dots") if own else NONE for day, own in moved]
    says = [text(tag("strong", f"{write_day(now.latest)}: "), stance(now)) for now in held]
    frames = "A frame marks a change; a date with no change has no table."
    head = f"{held[0].actor.name}, {library().values[panel].label}. Dates: {len(held)}. {frames}"
    return told(layer, head, KEY, *grids, *says)


def _cells(held: Position, then: Position, only: str = "", mine: Case | None = None) -> list[Cell]:
    """Return the cases of one supplier with their answers, for one class of weapon or for all."""
    first = library().axes["page"][0].values[0].id
    fixed = {library().supplier: held.scope or first, library().panel: only}
    cases = rules.cases(held.layer, **{name: value for name, value in fixed.items() if value})
    return [_cell(case, held, then, mine) for case in cases]


def _cell(case: Case, held: Position, then: Position, mine: Case | None) -> Cell:
    """Return a case as a cell; it is noted where its answer was another, and where it is framed."""
    row = " · ".join(library().values[case[name.id]].short for name in library().axes["row"])
    was, now = judge(case, then).answer, judge(case, held).answer
    moved = f"was: {was}" if was != now else ""
    note, move = "your case" if case == mine else moved, moved and f"{was} becomes {now}"
    return Cell(case[library().panel], row, case[library().axes["column"][0].id], now, note, move)


def _grids(cells: list[Cell], layer: str) -> list[Node]:
    """Return a table for each class of weapon."""
    panels = grouped(cells, lambda cell: cell.panel)
    return [_grid(library().values[name].label, own, layer) for name, own in panels.items()]


def _grid(name: str, cells: list[Cell], layer: str, look: str = "panel") -> Node:
    """Return cases as a table of answers; one with the look 'dots' is small."""
    columns = {value.id: value.short for value in rules.values(library().axes["column"][0], layer)}
    heads = " · ".join(own.title for own in library().axes["row"]), *columns.values()
    body: list[Cells] = []
    for row, own in grouped(cells, lambda cell: cell.row).items():
        ticks = {cell.column: tick(cell.answer, cell.note) for cell in own}
        body.append([row, *(dict.fromkeys(columns, tick(NO_CASE)) | ticks).values()])
    slim = "slim" if look == "dots" else "head"
    return tag("div", table(name, heads, body, slim), look=look)


def positions(*actors: str, layer: str = "article", on: str = "", **chosen: str) -> View:
    """Return what each actor holds on a day, side by side, the most silent question first.

    With the values of a case, all but the supplier, the first row asks every actor the same case,
    each with a weapon of its own.

    >>> positions().gist.startswith("Side by side: ")
    True
    """
    known = facts.find(library().layers, layer, "layer")
    every = actors or dict.fromkeys(position.actor.id for position in known)
    held = [facts.position(actor, layer, on or None) for actor in every]
    names = [position.actor.name for position in held]
    caption = f"Side by side: {'; '.join(names)}. Rows with silence come first."
    heads, rows = ("Question", *names), _questions(held)
    if not chosen:
        return listed(layer, caption, heads, rows)
    answers = [_answer(chosen, position, position.scope) for position in held]
    head = "; ".join(f"{name}: {answer}" for name, answer in zip(names, answers, strict=True))
    each = text(f"The same case for each, {_own()}. {rules.describe(chosen)}")
    same = table(caption, heads, [["This case", *map(mark, answers)], *rows])
    return told(layer, f"This case: {head}.", each, same)


def _questions(held: list[Position]) -> list[Cells]:
    """Return a row for each question, with what is said of each position; silence comes first."""
    asks = library().aspects.values()
    rows: list[Cells] = [[ask.question, *(_said(own, ask.id) for own in held)] for ask in asks]
    return sorted(rows, key=lambda row: -row.count(SILENT))


def _said(held: Position, aspect: str) -> Node:
    """Return what is said of a position under an aspect, or of the one that it amends."""
    known = library().statements.values()
    own = [said for said in known if (said.position, said.aspect) == (held.id, aspect)]
    if not own:
        return _said(held.amends, aspect) if held.amends else SILENT
    sign = (mark(own[0].status), " ") if own[0].status == rules.UNCLEAR else ()
    who = parts.cited(facts.Citation(voice.speaker, "", voice) for voice in own[0].voices)
    return span(*sign, f"{own[0].says} ", boxes(own[0].paragraphs), who)


def _own() -> str:
    return f"with a {library().axes['panel'][0].title.lower()} of its own"


def _answer(chosen: dict[str, str], held: Position | None, supplied: str) -> str:
    """Return the answer to a case with weapons of a supplier; with "", of the first that can be."""
    for own in [supplied] if supplied else [at.id for at in library().axes["page"][0].values]:
        with suppress(rules.ClashError):
            case = Case(**{**chosen, library().supplier: own})
            return judge(case, held).answer if held else rules.NOT_STATED
    return NO_CASE


def capitals(on: str, **chosen: str) -> View:
    """Return the same case under each capital on a day, from the record, each with its weapon.

    >>> case = {**rules.cases()[0].chosen}
    >>> del case[library().supplier]
    >>> "the same case under" in capitals("9999-12-31", **case).gist
    True
    """
    day, order = write_day(facts.read_day(on)), [*rules.ANSWERS, NO_CASE]
    found = [_capital(value, on, chosen) for value in library().axes["page"][0].values]
    found.sort(key=lambda row: order.index(row[1]))
    counted = Counter(answer for _, answer, _ in found).items()
    total = ", ".join(f"{answer}: {number}" for answer, number in counted)
    head = f"{day}, the same case under {len(found)} capitals. {total}."
    rows = [(name, mark(answer), says) for name, answer, says in found]
    same = table(f"Each {_own()}", ("Capital", "Answer", "What was said, by whom and when"), rows)
    return told("record", head, text(rules.describe(chosen)), same)


def _capital(value: facts.Value, on: str, chosen: dict[str, str]) -> tuple[str, str, Node]:
    """Return a supplier, its answer to a case on a day, and what it holds, with who said so."""
    held = None
    with suppress(KeyError):
        held = facts.position(value.id, "record", on)
    says = stance(held) if held else span("No position was found up to this day.")
    return value.label, _answer(chosen, held, value.id), says


def voices(*actors: str, about: str = "") -> View:
    """Return the dated voices for some actors, the earliest first, with how well each is attested.

    >>> voices(next(iter(library().voices.values())).actor.id).gist.endswith("dated voices")
    True
    """
    asked = [facts.find(library().actors, actor, "actor") for actor in actors]
    heard = [voice for voice in library().voices.values() if voice.actor in asked]
    found = parts.picked(heard, lambda voice: voice.about, about, "subject of these voices")
    rows = [_voice(voice) for voice in sorted(found, key=lambda voice: voice.latest)]
    asks = library().schemas["voices"].fields["answer"].get("title", "Our reading")
    mixed = any(source.layer == "article" for voice in found for source in voice.sources)
    heads = "When, who, id", "What was said", asks
    return listed("both" if mixed else "record", f"{len(rows)} dated voices", heads, rows)


def _voice(voice: facts.Voice) -> tuple[Node, Node, Node]:
    """Return when and who, what was said and where, and how we read it."""
    who = parts.named(f"{parts.interval(voice)}: {voice.speaker}", voice.id)
    says = parts.sourced(voice.says, voice.sources, voice.status)
    reading = span(mark(voice.answer) if voice.answer else "", tag("small", f" {voice.reading}"))
    return who, span(says, tag("small", f" {voice.note}")), reading
