"""What a position says of a case: `judge(case, position)` gives a verdict with the rules behind it.

A position is an ordered list of rules. A rule counts for a case that meets its conditions, provided
that the rule it stands under counts too. Of the rules that count, the last one settles the answer.
Where none counts the answer is "not stated": silence is not permission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from helpers import facts
from helpers.check.tables import close

ANSWERS = ("allowed", "not allowed", "not stated", "unclear")
NOT_STATED, UNCLEAR = ANSWERS[2:]


class CaseError(ValueError):
    """The values do not make a case; the message says why and what to choose."""


class ClashError(CaseError):
    """Each value is known, but some of them can't go together."""


@dataclass(frozen=True, init=False)
class Case:
    """A question put to a policy, not an event: a value for every dimension that the tables declare.

    Raises CaseError with a sentence for an unknown or missing dimension or value, and ClashError
    for values that can't go together.
    """

    chosen: Mapping[str, str]  # the id of the value for each dimension

    def __init__(self, **chosen: str) -> None:
        object.__setattr__(self, "chosen", dict(_chosen(chosen)))
        if clash := _clash(self.ids):
            raise ClashError(clash)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all values of the case."""
        return frozenset(self.chosen.values())

    def __getitem__(self, dimension: str) -> str:
        """Return the id of the value that the case has for a dimension."""
        return self.chosen[dimension]

    def __str__(self) -> str:
        return describe(self.chosen)

    @property
    def decider(self) -> str:
        """The actor whose own position decides, unless another is asked."""
        dimensions = facts.library().dimensions.values()
        return next(self[dimension.id] for dimension in dimensions if dimension.axis == "page")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a position says of a case: one of four answers, and the rules that count, in order."""

    case: Case
    position: facts.Position
    answer: str
    chain: tuple[facts.Rule, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings between which the words do not decide; none unless the answer is unclear."""
        return self.chain[-1].readings if self.answer == UNCLEAR else ()

    @property
    def silence(self) -> str:
        """Why the answer is not stated: what the position does not speak about."""
        library, name, scope = facts.library(), self.position.actor.name, self.position.scope
        told = "nothing is told about such a case"
        if scope and scope not in self.case.ids:
            bound = library.values[scope]
            title = library.dimensions[bound.dimension].title.lower()
            told = f"all that is told is for “{bound.label}” as the {title}"
        return f"{name}: {told}. Silence is not permission."

    def __repr__(self) -> str:
        steps = [f"{rule.says} ({cite(rule.cited)})" for rule in self.chain] or [self.silence]
        readings = zip("AB", self.readings, strict=False)
        lines = [f"{self.answer.capitalize()}: {self.position.actor.name}.", *steps]
        return "\n".join([*lines, *(f"Reading {letter}: {text}" for letter, text in readings)])


def judge(case: Case, position: facts.Position | None = None) -> Verdict:
    """Return what a position says of a case; by default the supplier's own, as the report tells it.

    >>> first = cases()[0]
    >>> judge(first).answer in ANSWERS
    True
    """
    held = position or facts.position(case.decider)
    chain = _counting(case.ids, held)
    return Verdict(case, held, chain[-1].answer if chain else NOT_STATED, chain)


def cases(layer: str = "article", **fixed: str) -> tuple[Case, ...]:
    """Return every case that can be in a layer, with the given values fixed, in the same order.

    >>> len(cases(**cases()[0].chosen))
    1
    """
    for name in fixed:
        _known(name)
    dimensions = facts.library().dimensions
    spaces = (
        [fixed[name]] if name in fixed else [value.id for value in values(dimension, layer)]
        for name, dimension in dimensions.items()
    )
    possible = (ids for ids in product(*spaces) if not _clash(frozenset(ids)))
    return tuple(Case(**dict(zip(dimensions, ids, strict=True))) for ids in possible)


def values(dimension: facts.Dimension, layer: str = "article") -> list[facts.Value]:
    """Return the values of a dimension in a layer; the record has those of the article too.

    >>> dimension = next(iter(facts.library().dimensions.values()))
    >>> len(values(dimension)) <= len(values(dimension, "record"))
    True
    """
    return [value for value in dimension.values if layer in (value.layer, "record")]


def case(story: str) -> Case:
    """Return the case that a story of the tables tells, by its id.

    >>> name, story = next(iter(facts.library().stories.items()))
    >>> case(name).chosen == story.case
    True
    """
    return Case(**facts.find(facts.library().stories, story, "story").case)


def strike(position: facts.Position, *terms: facts.Term) -> facts.Position:
    """Return the position as it would be without the words of the given terms.

    A value that falls is no longer asked for; when the last value of a dimension falls, the rule no
    longer asks about that dimension; when no condition is left, or the words carried the rule, the
    rule falls.

    >>> term = next(iter(facts.library().terms.values()))
    >>> held = [*facts.library().positions.values()]
    >>> any(strike(position, term).rules != position.in_force for position in held)
    True
    """
    fallen = {(strike.rule, strike.condition) for term in terms for strike in term.strikes}
    kept = (
        _without(rule, {condition for name, condition in fallen if name == rule.id})
        for rule in position.in_force
    )
    return position._replace(amends=None, rules=tuple(rule for rule in kept if rule))


def describe(chosen: Mapping[str, str]) -> str:
    """Return the chosen values of a case in a sentence: 'Weapon: …; place: ….'

    >>> describe(cases()[0].chosen)[-1]
    '.'
    """
    library = facts.library()
    parts = [
        f"{dimension.title.lower()}: {library.values[chosen[name]].label}"
        for name, dimension in library.dimensions.items()
        if name in chosen
    ]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def cite(cited: Iterable[facts.Citation]) -> str:
    """Return where something stands and who says it there, such as 'paragraph 8, US officials'.

    >>> cite([facts.Citation("an official", "8")])
    'paragraph 8, an official'
    """
    return "; ".join(
        f"{where.speaker}, {where.voice.latest}"
        if where.voice
        else f"paragraph {where.paragraph}, {where.speaker}"
        for where in cited
    )


def _counting(ids: frozenset[str], position: facts.Position) -> tuple[facts.Rule, ...]:
    """Return the rules that count for a case with these values, in order."""
    counting: dict[str, facts.Rule] = {}
    for rule in position.in_force if not position.scope or position.scope in ids else ():
        if (not rule.under or rule.under in counting) and not any(map(ids.isdisjoint, rule.asks)):
            counting[rule.id] = rule
    return tuple(counting.values())


def _without(rule: facts.Rule, fallen: set[facts.Condition | None]) -> facts.Rule | None:
    left = tuple(condition for condition in rule.conditions if condition not in fallen)
    falls = None in fallen or (rule.conditions and not left)
    return None if falls else rule._replace(conditions=left)


def _chosen(chosen: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    dimensions = facts.library().dimensions
    for name in chosen:
        _known(name)
    if missing := [name for name in dimensions if name not in chosen]:
        raise CaseError(f"A case also needs: {', '.join(missing)}.")
    for name, dimension in dimensions.items():
        known, value = [value.id for value in dimension.values], chosen[name]
        if value not in known:
            listed, near = ", ".join(known), close(value, known)
            raise CaseError(f"“{value}” is no {name}. Choose one of: {listed}.{near}")
        yield name, value


def _known(name: str) -> None:
    if name not in (dimensions := facts.library().dimensions):
        listed, near = ", ".join(dimensions), close(name, dimensions)
        raise CaseError(f"A case has no “{name}”. It has: {listed}.{near}")


def _clash(ids: frozenset[str]) -> str:
    """Return why some of the values can't go together, and what to choose; nothing if they can."""
    needs = [need for need in facts.library().needs.values() if need.value in ids]
    for need in needs:
        alike = (need.value, need.needs.dimension)
        also = [one.needs for one in needs if (one.value, one.needs.dimension) == alike]
        if ids.isdisjoint(value.id for value in also):
            fitting = " or ".join(f"“{value.label}”" for value in also)
            label = facts.library().values[need.value].label
            return f"There is no such case: “{label}” goes only with {fitting}. {need.because}"
    return ""
