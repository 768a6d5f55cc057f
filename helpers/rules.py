"""What a position says of a case: `judge(case, position)` gives a verdict with the rules that led to it.

A position is an ordered list of rules. A rule counts for a case that meets its conditions, provided that the
rule it stands under counts too. Of the rules that count, the last one settles the answer. Where none counts
the answer is "not stated": silence is not permission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product

from helpers import facts, tables

ANSWERS = ("allowed", "not allowed", "not stated", "unclear")
NOT_STATED, UNCLEAR = ANSWERS[2:]


class CaseError(ValueError):
    """The values do not make a case; the message says why and what to choose."""


class ClashError(CaseError):
    """Each value is known, but some of them can't go together."""


@dataclass(frozen=True, init=False)
class Case:
    """A question put to a policy, not an event: one value for every dimension that the tables declare.

    Raises CaseError with a sentence for an unknown or missing dimension or value, and ClashError for values that
    can't go together.
    """

    values: tuple[facts.Value, ...]

    def __init__(self, **chosen: str) -> None:
        object.__setattr__(self, "values", tuple(_chosen(chosen)))
        if clash := _clash(self.ids):
            raise ClashError(clash)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all values of the case."""
        return frozenset(value.id for value in self.values)

    def __getitem__(self, dimension: str) -> str:
        """Return the id of the value that the case has for a dimension."""
        return self.chosen[dimension]

    @cached_property
    def chosen(self) -> Mapping[str, str]:
        """The id of the value for each dimension."""
        return {value.dimension: value.id for value in self.values}

    def __str__(self) -> str:
        return describe(self.chosen)

    @property
    def decider(self) -> str:
        """The actor whose own position decides, unless another is asked."""
        return next(self[one.id] for one in facts.library().dimensions.values() if one.axis == "page")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a position says of a case: one of the four answers, and the rules that count, in order."""

    case: Case
    position: facts.Position
    answer: str
    chain: tuple[facts.Rule, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings between which the words do not decide; empty unless the answer is unclear."""
        return self.chain[-1].readings if self.answer == UNCLEAR else ()

    @property
    def silence(self) -> str:
        """Why the answer is not stated: what the position does not speak about."""
        name, scope = self.position.actor.name, self.position.scope
        if scope and scope not in self.case.ids:
            own = facts.library().values[scope].label
            return f"{name}: all that is told is about weapons from {own}. Silence is not permission."
        return f"{name}: nothing is told about such a case. Silence is not permission."

    def __repr__(self) -> str:
        steps = [f"{rule.says} ({cite(rule.cited)})" for rule in self.chain]
        readings = [f"Reading {letter}: {text}" for letter, text in zip("AB", self.readings, strict=False)]
        return "\n".join(
            [f"{self.answer.capitalize()}: {self.position.actor.name}.", *(steps or [self.silence]), *readings]
        )


def judge(case: Case, position: facts.Position | None = None) -> Verdict:
    """Return what a position says of a case; by default the supplier's own position, as the report tells it."""
    held = position or facts.position(case.decider)
    chain = _counting(case, held)
    return Verdict(case, held, chain[-1].answer if chain else NOT_STATED, chain)


def cases(layer: str = "article", **fixed: str) -> tuple[Case, ...]:
    """Return every case that can be in a layer, with the given values fixed, in the order of the tables."""
    for name in fixed:
        _known(name)
    return _cases(facts.library(), layer, tuple(fixed.items()))


@lru_cache
def _cases(library: facts.Library, layer: str, given: tuple[tuple[str, str], ...]) -> tuple[Case, ...]:
    fixed, names = dict(given), tuple(library.dimensions)
    spaces = [
        [fixed[one.id]] if one.id in fixed else [value.id for value in values(one, layer)]
        for one in library.dimensions.values()
    ]
    return tuple(Case(**dict(zip(names, ids, strict=True))) for ids in product(*spaces) if not _clash(frozenset(ids)))


def values(dimension: facts.Dimension, layer: str = "article") -> list[facts.Value]:
    """Return the values of a dimension in a layer; the record has those of the article, and more."""
    return [one for one in dimension.values if layer in (one.layer, "record")]


def case(story: str) -> Case:
    """Return the case that a story of the tables tells, by its id."""
    row = facts.library().row("cases", facts.find(facts.library().stories, story, "story").id)
    return Case(**{name: row[name] for name in facts.library().dimensions})


def strike(position: facts.Position, *terms: facts.Term) -> facts.Position:
    """Return the position as it would be without the words of the given terms.

    A value that falls is no longer asked for; when the last value of a dimension falls, the rule no longer
    asks about that dimension; when no condition is left, or the words carried the rule, the rule falls.
    """
    fallen = [strike for term in terms for strike in term.strikes]
    kept = (_without(rule, {one.condition for one in fallen if one.rule == rule.id}) for rule in position.in_force)
    return replace(position, amends=None, rules=tuple(rule for rule in kept if rule))


def describe(chosen: Mapping[str, str]) -> str:
    """Return the chosen values of a case in a sentence, such as 'Weapon: ATACMS; place: elsewhere in Russia.'"""
    values, dimensions = facts.library().values, facts.library().dimensions
    parts = [f"{one.title.lower()}: {values[chosen[name]].label}" for name, one in dimensions.items() if name in chosen]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def cite(cited: Iterable[facts.Citation]) -> str:
    """Return where something stands and who says it there, such as 'paragraph 8, US officials'."""
    return "; ".join(
        f"{one.speaker}, {one.voice.latest}" if one.voice else f"paragraph {one.paragraph}, {one.speaker}"
        for one in cited
    )


def _counting(case: Case, position: facts.Position) -> tuple[facts.Rule, ...]:
    counting: dict[str, facts.Rule] = {}
    if not position.scope or position.scope in case.ids:
        for rule in position.in_force:
            if (not rule.under or rule.under in counting) and not any(map(case.ids.isdisjoint, rule.asks)):
                counting[rule.id] = rule
    return tuple(counting.values())


def _without(rule: facts.Rule, fallen: set[facts.Condition | None]) -> facts.Rule | None:
    left = tuple(one for one in rule.conditions if one not in fallen)
    return None if None in fallen or (rule.conditions and not left) else replace(rule, conditions=left)


def _chosen(chosen: Mapping[str, str]) -> Iterable[facts.Value]:
    dimensions = facts.library().dimensions
    for name in chosen:
        _known(name)
    if missing := [name for name in dimensions if name not in chosen]:
        raise CaseError(f"A case also needs: {', '.join(missing)}.")
    for name, dimension in dimensions.items():
        known = {value.id: value for value in dimension.values}
        if chosen[name] not in known:
            near = tables.close(chosen[name], known)
            raise CaseError(f"“{chosen[name]}” is no {name}. Choose one of: {', '.join(known)}.{near}")
        yield known[chosen[name]]


def _known(name: str) -> None:
    if name not in (dimensions := facts.library().dimensions):
        raise CaseError(f"A case has no “{name}”. It has: {', '.join(dimensions)}.{tables.close(name, dimensions)}")


def _clash(ids: frozenset[str]) -> str:
    """Return why some of the values can't go together, and what to choose; nothing when they can."""
    known = facts.library().needs.values()
    for need in known:
        if need.value in ids:
            also = [
                one.needs for one in known if (one.value, one.needs.dimension) == (need.value, need.needs.dimension)
            ]
            if ids.isdisjoint(one.id for one in also):
                fitting = " or ".join(f"“{one.label}”" for one in also)
                chosen = facts.library().values[need.value]
                return f"There is no such case: “{chosen.label}” goes only with {fitting}. {need.because}"
    return ""
