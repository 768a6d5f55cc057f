"""The reading desk: a text on the left, the grid of its cases on the right, the chain below.

Each answers the other. A cell marks the paragraphs behind it, a paragraph lights up the cells that
it decides, and words that are crossed out change the grid. In the record, dated voices take the
place of the report.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from helpers import facts, rules
from helpers.facts import Library, Paragraph, Position, Rule, grouped, library
from helpers.show.parts import held_by, interval, sourced, text, told
from helpers.show.policy import steps
from helpers.view import SIGNS, Child, Node, View, mark, pick, spaced, span, table, tag

__all__ = ["WHERE", "desk", "in_force", "stops", "trials"]
KEY = tag("p", spaced([mark(sign) for sign in rules.ANSWERS]), look="key")
WHERE = {"article": "in the report", "record": "in the record"}
OWN = "Your own exception to the general rule"
Row = tuple[str, ...]  # the values of a row, by which a column has its cells

Cells = Mapping[Row, rules.Verdict]
# What stands above a column and its own heading, and what two positions say, by row.
Column = NamedTuple("Column", [("heads", Row), ("held", Position), ("now", Cells), ("was", Cells)])


def in_force(actor: str, layer: str, on: str = "") -> Position:
    """Return the position of an actor on a day, by default the last; one with no rules if none is.

    >>> in_force(next(iter(library().actors)), "article", "0001-01-01").rules
    ()
    """
    with suppress(KeyError):
        return facts.position(actor, layer, on or None)
    return Position("", library().actors[actor], layer, library().day, actor, None, (), (), ())


def stops(actors: Collection[str], layers: Collection[str]) -> list[str]:
    """Return the days on which positions of some actors begin, the earliest first.

    >>> held = next(iter(library().positions.values()))
    >>> str(held.latest) in stops([held.actor.id], [held.layer])
    True
    """
    known = [held for layer in layers for held in library().layers[layer]]
    return sorted({str(held.latest) for held in known if held.actor.id in actors})


def trials(out: Collection[str]) -> dict[str, str]:
    """Return how many answers change without some words, by the id of each position that changes.

    >>> trials([])
    {}
    """
    found: dict[str, str] = {}
    for held in library().layers["article"]:
        if (new := rules.strike(held, *rules.fallen(out))) == held:
            continue
        fixed = {library().supplier: held.scope or library().axes["page"][0].values[0].id}
        grids = [_judged(library(), "article", own, **fixed).values() for own in (new, held)]
        now, was = ([cell.answer for own in grid for cell in own.values()] for grid in grids)
        if changed := sum(own != old for own, old in zip(now, was, strict=True)):
            found[held.id] = f"{held_by(held)}: {changed} of {len(now)} answers change"
    return found


@lru_cache(512)  # what costs most in a view stays as it is at most presses
def _judged(_: Library, layer: str, held: Position, **fixed: str) -> Mapping[Row, Cells]:
    """Return what a position says of the cases with some values fixed, by weapon and place."""
    found, axes = defaultdict[Row, dict[Row, rules.Verdict]](dict), library().axes
    for case in rules.cases(layer, **fixed):
        row = tuple(case[own.id] for own in axes["row"])
        found[case[axes["panel"][0].id], case[axes["column"][0].id]][row] = rules.judge(case, held)
    return found


def desk(asks: Sequence[str] | None = None, **state: Any) -> View:
    """Return the desk: the whole grid of one supplier in one layer, or several side by side.

    The state has `layer`, that of the chosen case; `layers` and `capitals`, the columns; `on`, a
    day; `without`, the words that are crossed out; `paragraph`, those whose cases stand out; and a
    case. Side by side, each supplier has a weapon of its own: the chosen one, else the nearest.
    With `asks`, the grid is that of an exception of one's own that asks for these values.

    >>> first = rules.cases()[0]
    >>> state = {"layers": ["article"], "capitals": [first[library().supplier]], "paragraph": []}
    >>> desk(layer="article", on="", without=[], **state, **first.chosen).gist.split(":")[0]
    'This case'
    """
    case = rules.Case(**{name: state.pop(name) for name in library().dimensions})
    return _Desk(case=case, asks=asks, **state).view()


@dataclass(frozen=True)
class _Desk:
    """What is on the desk, and how each part of it is drawn."""

    layer: str
    layers: Sequence[str]
    capitals: Sequence[str]
    on: str
    without: Sequence[str]
    paragraph: Sequence[str]
    asks: Sequence[str] | None
    case: rules.Case

    def view(self) -> View:
        """Return the text beside the grid, the chain below, under the line that is to be said."""
        sides = [(own, layer) for layer in self.layers for own in self.capitals]
        columns = [column for side in sides for column in self._columns(*side, not sides[1:])]
        found = rules.judge(self.case, self._held(self.case[library().supplier], self.layer)[0])
        chain, why = found.chain, [rule.says for rule in found.chain[-1:]] or [found.silence]
        left = self._voices(found) if self.layer == "record" else self._text(columns, chain)
        name = OWN if self.asks is not None else held_by(found.position)
        place = library().values[self.case[library().axes["column"][0].id]]
        grid = self._grid(place.label if sides[1:] else name, columns)
        line = text(mark(found.answer), f" {rules.describe(self.case.chosen)}", look="case")
        own = tag("div", tag("div", *left), tag("div", grid, KEY, line, *steps(found)), look="desk")
        said = f". {' '.join(self._told(columns))} ", span(*why, look="why")
        head = span("This case: ", mark(found.answer), *said)
        return told("both" if self.layers[1:] else self.layer, head, own)

    def _held(self, actor: str, layer: str) -> tuple[Position, Position]:
        """Return the position that answers, and the one that it is compared with."""
        held, terms = in_force(actor, layer, self.on), rules.fallen(self.without)
        if self.asks is not None:
            asked = tuple(facts.Condition(it, "draft", library().values[it]) for it in self.asks)
            says = f"{OWN}: {'; '.join(own.value.label for own in asked)}."
            own = Rule("draft", "", "exception", rules.ANSWERS[0], says, (), asked, ())
            return held._replace(rules=(held.rules[0], own) if asked else held.rules[:1]), held
        line = [own for own in library().layers[layer] if own.actor == held.actor]
        before = [own for own in line if own.latest < held.latest]
        new = before and not terms and self.on == str(held.latest)
        return rules.strike(held, *terms) if terms else held, before[-1] if new else held

    def _columns(self, actor: str, layer: str, whole: bool) -> Iterator[Column]:
        """Yield a column for each weapon and place, or for the place of the case alone."""
        (held, then), axes = self._held(actor, layer), library().axes
        weapons, places, fixed = axes["panel"][0], axes["column"][0], {library().supplier: actor}
        pairs = [*product(rules.values(weapons, layer), rules.values(places, layer))]
        if not whole:
            near, _ = rules.nearest({**self.case.chosen, **fixed}, (*fixed, places.id), layer)
            pairs = [(library().values[near[weapons.id]], library().values[near[places.id]])]
            fixed |= {own.id: near[own.id] for own in (weapons, places)}
        now, was = (_judged(library(), layer, own, **fixed) for own in (held, then))
        for weapon, place in pairs:
            side = WHERE[layer], f"{library().values[actor].short} ({weapon.short})"
            if own := now.get(at := (weapon.id, place.id)):
                yield Column((weapon.short, place.short) if whole else side, held, own, was[at])

    def _told(self, columns: list[Column]) -> Iterator[str]:
        """Yield what the choices did: words crossed out, a day, a paragraph."""
        pairs = [(own, each.was[row]) for each in columns for row, own in each.now.items()]
        if self.without:
            yield from _crossed(self.without)
        elif changed := sum(now.answer != was.answer for now, was in pairs):
            what = "differ from those before" if self.asks is None else "differ from the report"
            yield f"{changed} of {len(pairs)} answers {what}, and are framed."
        if self.paragraph:
            count = sum(not _settled(now).isdisjoint(self.paragraph) for now, _ in pairs)
            yield f"Paragraph {' or '.join(self.paragraph)} decides {count} of {len(pairs)}."

    def _text(self, columns: list[Column], chain: Sequence[Rule]) -> Iterator[Node]:
        """Yield the paragraphs that the positions rest on, and the others folded away."""
        actors = {column.held.actor for column in columns}
        held = [own for own in library().layers["article"] if own.actor in actors]
        cited = [each for own in held for each in (own.cited, *(rule.cited for rule in own.rules))]
        shown = {one.paragraph for each in cited for one in each}
        known = library().paragraphs.values()
        yield from (self._paragraph(own, chain) for own in known if own.id in shown)
        rest = [self._paragraph(own, chain) for own in known if own.id not in shown]
        yield tag("details", tag("summary", "The rest of the report", look="fold"), *rest)

    def _paragraph(self, own: Paragraph, chain: Sequence[Rule]) -> Node:
        """Return a paragraph with its mark, and with the words that can be crossed out."""
        cites = [own.id in {cited.paragraph for cited in rule.cited} for rule in chain]
        look = "told settled" if any(cites[-1:]) else "told stepped" if any(cites) else "told"
        says, on = f"Paragraph {own.id}: show the cases that it decides", own.id in self.paragraph
        sign = pick("checkbox", "paragraph", own.id, on, f"¶ {own.id}", look="paragraph", says=says)
        return tag("div", sign, " ", *self._phrased(own, {rule.id for rule in chain}), look=look)

    def _phrased(self, own: Paragraph, bearing: set[str]) -> Iterator[Child]:
        """Yield the plain words of a paragraph; a phrase that carries a rule can be crossed out."""
        known, left = library().phrases, own.plain
        here = {phrase.words: phrase for phrase in known.values() if phrase.paragraph == own.id}
        out = {known[id_].words for id_ in self.without if known[id_].paragraph == own.id}
        for words in sorted(here, key=left.index):
            before, _, left = left.partition(words)
            terms = [term for term in library().terms.values() if here[words] in term.phrases]
            bears = any(strike.rule in bearing for term in terms for strike in term.strikes)
            how = {"look": "phrase bearing" if bears else "phrase", "says": f"Cross out “{words}”"}
            inner, id_ = tag("s" if words in out else "span", words), here[words].id
            box = pick("checkbox", "without", id_, words in out, inner, **how)
            yield from (before, box if self.asks is None else inner)
        yield left

    def _voices(self, found: rules.Verdict) -> list[Node]:
        """Return the voices behind a position and a chain, the newest first, later ones last."""
        cited = [found.position.cited, *(rule.cited for rule in found.chain)]
        settle = [one.voice for one in cited[-1]] if found.chain else []
        every = {one.voice.id: one.voice for each in cited for one in each if one.voice}
        day = found.position.latest
        by = sorted(every.values(), key=lambda own: (own.latest <= day, own.latest), reverse=True)
        return [
            tag("div", tag("strong", f"{interval(own)}, {own.speaker}: "),
                sourced(own.says, own.sources, own.status),
                tag("small", f" {own.note}{'' if own.latest <= day else ' Later than this day.'}"),
                look="told settled" if own in settle else "told")
            for own in by
        ]  # fmt: skip

    def _grid(self, name: str, columns: list[Column]) -> Node:
        """Return the cases as a table: each cell is one to choose, with its answer."""
        groups = grouped(columns, lambda column: column.heads[0]).items()
        how = {"look": "group", "scope": "colgroup"}
        above = [tag("th", group, colspan=str(len(own)), **how) for group, own in groups]
        heads = [span(tag("span", f"{on}, ", look="unseen"), head) for (on, head), *_ in columns]
        axes, rows = library().axes["row"], []
        for row in product(*([value.id for value in own.values] for own in axes)):
            if any(row in column.now for column in columns):
                first, *others = (library().values[id_].short for id_ in row)
                cells = [self._tick(column, row) for column in columns]
                rows.append([span(tag("strong", first), f" {' · '.join(others)}"), *cells])
        first, top = " · ".join(own.title for own in axes), [tag("td", look="group"), *above]
        drawn = table(name, [first, *heads], rows, "slim", [tag("tr", *top, aria_hidden="true")])
        return tag("div", drawn, look="grid")

    def _tick(self, column: Column, row: Row) -> Node:
        """Return a cell; what changed is framed, and what no chosen paragraph decides is pale."""
        if not (cell := column.now.get(row)):
            return tag("td", tag("span", "no such case", look="unseen"), look="tick no-such-case")
        passed = bool(self.paragraph) and _settled(cell).isdisjoint(self.paragraph)
        own = self.layer == column.held.layer and self.case == cell.case
        key = column.held.layer, *cell.case.chosen.values()
        return _drawn(library(), key, cell.answer, column.was[row].answer, passed, own)


@lru_cache(4096)  # a grid has a hundred and more, and most of them were drawn before
def _drawn(known: Library, key: Row, answer: str, was: str, passed: bool, own: bool) -> Node:
    """Return a cell of the grid that can be chosen; the cell itself is the label."""
    says = ", ".join(known.values[id_].short for id_ in key[1:])
    told = answer if was == answer else f"{answer} (was: {was})"
    box = pick("radio", "cell", " ".join(key), own, says=f"{says}: {told}").children[0]
    on = " noted" * (was != answer) + " passed" * passed + " picked" * own
    look = f"tick {answer.replace(' ', '-')}{on}"
    cell = tag("td", box, SIGNS[answer], tag("span", f" {told}", look="unseen"), look=look)
    # Live, the name of the box says the answer.
    return cell._replace(made=cell._replace(children=cell.children[:2]).html())


def _settled(found: rules.Verdict) -> set[str]:
    """Return the paragraphs of the rule that settles an answer."""
    return {cited.paragraph for rule in found.chain[-1:] for cited in rule.cited}


def _crossed(out: Sequence[str]) -> Iterator[str]:
    """Yield what falls without some words, and where else words of the same kind still stand."""
    known = library().phrases
    gone = {known[id_][1:] for id_ in out}
    words = ", ".join(f"“{known[id_].words}”" for id_ in out)
    yield f"Without {words}: {'; '.join(trials(out).values()) or 'no answer changes'}."
    for term in library().terms.values():
        left = [phrase for phrase in term.phrases if phrase[1:] not in gone]
        if len(left) < len(term.phrases):
            yield from (f"“{own.words}” still stands in paragraph {own.paragraph}." for own in left)
