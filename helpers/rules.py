"""What a position says of a case: `judge(case, position)` gives a verdict with the rules behind it.

A position is an ordered list of rules. A rule counts for a case that meets its conditions, provided
that the rule it stands under counts too. Of the rules that count, the last one settles the answer.
Where none counts the answer is "not stated": silence is not permission.
"""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from helpers import facts
from helpers.check.tables import close

ANSWERS = ("allowed", "not allowed", "not stated", "unclear")
NOT_STATED, UNCLEAR = ANSWERS[2:]


class CaseError(ValueError):
    """The values do not make a case; the message says why and what to choose."""


@dataclass(frozen=True, init=False)
class Case:
    """A question put to a policy, not an event: a value for every dimension of the tables.

    Raises CaseError with a sentence for an unknown or missing dimension or value, and for values
    that can't go together.
    """

    chosen: Mapping[str, str]  # the id of the value for each dimension

    def __init__(self, **chosen: str) -> None:
        dimensions = facts.library().dimensions
        for name, id_ in chosen.items():
            _among(dimensions, name, f"A case has no “{name}”. It has")
            known = [value.id for value in dimensions[name].values]
            _among(known, id_, f"“{id_}” is no {name}. Choose one of")
        missing = ", ".join(name for name in dimensions if name not in chosen)
        if wrong := f"A case also needs: {missing}." if missing else _clash({*chosen.values()}):
            raise CaseError(wrong)
        object.__setattr__(self, "chosen", chosen)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all values of the case."""
        return frozenset(self.chosen.values())

    def __getitem__(self, dimension: str) -> str:
        """Return the id of the value that the case has for a dimension."""
        return self.chosen[dimension]


class Verdict(NamedTuple):
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
        told, scope = "nothing is said of such a case", self.position.scope
        if scope and scope not in self.case.ids:
            bound = facts.library().values[scope]
            title = facts.library().dimensions[bound.dimension].title.lower()
            told = f"all that is said is for “{bound.label}” as the {title}"
        return f"{self.position.actor.name}: {told}. Silence is not permission."

    def __repr__(self) -> str:
        says = " ".join(rule.says for rule in self.chain) or self.silence
        return f"{self.answer.capitalize()}: {self.position.actor.name}. {says}"


def judge(case: Case, position: facts.Position | None = None) -> Verdict:
    """Return what a position says of a case; by default the supplier's own, as the report tells it.

    >>> first = cases()[0]
    >>> judge(first).answer in ANSWERS
    True
    """
    held, ids = position or facts.position(case[facts.library().supplier]), case.ids
    counting: dict[str, facts.Rule] = {}
    for rule in held.rules if not held.scope or held.scope in ids else ():
        if (not rule.under or rule.under in counting) and _fits(rule, ids):
            counting[rule.id] = rule
    chain = tuple(counting.values())
    return Verdict(case, held, chain[-1].answer if chain else NOT_STATED, chain)


def cases(layer: str = "article", **fixed: str) -> tuple[Case, ...]:
    """Return every case that can be in a layer, with the given values fixed, in the same order.

    >>> len(cases(**cases()[0].chosen))
    1
    """
    return tuple(Case(**chosen) for chosen in _possible(layer, fixed))


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


def problems() -> Iterator[str]:
    """Yield a sentence for each story that can't be, or has not the answer that the rules give.

    >>> [*problems()]
    []
    """
    for id_, it in facts.library().stories.items():
        at = f"{facts.home().name}/cases.csv, line {facts.library().lines['cases'][id_]} ({id_}):"
        try:
            if (due := judge(case(id_), it.position).answer) != it.answer:
                says = f"“answer” says “{it.answer}”, but the rules give “{due}”"
                yield f"{at} {says}. Mend one of them."
        except (CaseError, KeyError) as error:
            yield f"{at} {error.args[0]} Mend the story, or add what it lacks."


def strike(position: facts.Position, *terms: facts.Term) -> facts.Position:
    """Return the position as it would be without the words of the given terms.

    A value that falls is no longer asked for; when the last value of a dimension falls, the rule no
    longer asks about that dimension; when no condition is left, or the words carried the rule, the
    rule falls.

    >>> term = next(iter(facts.library().terms.values()))
    >>> held = [*facts.library().positions.values()]
    >>> any(strike(position, term).rules != position.rules for position in held)
    True
    """
    out, kept = {strike for term in terms for strike in term.strikes}, []
    for rule in position.rules:
        left = tuple(own for own in rule.conditions if (rule.id, own) not in out)
        if (rule.id, None) not in out and (left or not rule.conditions):
            kept.append(rule._replace(conditions=left))
    return position._replace(rules=tuple(kept))


def fallen(out: Collection[str]) -> list[facts.Term]:
    """Return the terms whose words are all struck out, each place of them named by its id.

    Where two terms rest on the same words of a paragraph, these fall together.

    >>> term = next(iter(facts.library().terms.values()))
    >>> term in fallen([phrase.id for phrase in term.phrases])
    True
    """
    known = facts.library()
    gone = {known.phrases[id_][1:] for id_ in out}
    return [term for term in known.terms.values() if all(own[1:] in gone for own in term.phrases)]


def nearest(chosen: Mapping[str, str], newest: Collection[str], layer: str) -> tuple[Case, str]:
    """Return a case with the newest of the chosen values, and a sentence on what moved with them.

    The others stay as they are as far as they go with the newest ones.

    >>> nearest(cases()[0].chosen, [], "article")[1]
    ''
    """
    clash = _clash(frozenset(chosen.values()))
    kept = {name: value for name, value in chosen.items() if name in newest}
    if not clash or not (fitting := [*_possible(layer, kept)]):
        return Case(**chosen), ""
    case = Case(**max(fitting, key=lambda own: len(own.items() & chosen.items())))
    known, moved = facts.library(), [name for name in chosen if case[name] != chosen[name]]
    told = [f"{known.dimensions[at].title} is now “{known.values[case[at]].label}”" for at in moved]
    return case, f"{clash} {'; '.join(told)}."


def describe(chosen: Mapping[str, str]) -> str:
    """Return the chosen values of a case in a sentence: 'Weapon: …; place: ….'

    >>> describe(cases()[0].chosen)[-1]
    '.'
    """
    dimensions, known = facts.library().dimensions, facts.library().values
    titles = {name: own.title.lower() for name, own in dimensions.items() if name in chosen}
    text = "; ".join(f"{title}: {known[chosen[at]].label}" for at, title in titles.items())
    return f"{text[:1].upper()}{text[1:]}."


def _possible(layer: str, fixed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield the values of each case that can be in a layer, with the given ones fixed."""
    dimensions = facts.library().dimensions
    known = {name: [value.id for value in values(dimensions[name], layer)] for name in dimensions}
    at = known | {name: [value] for name, value in fixed.items()}
    return (dict(zip(at, ids, strict=True)) for ids in product(*at.values()) if not _clash({*ids}))


def _fits(rule: facts.Rule, ids: frozenset[str]) -> bool:
    """Return whether values hold one of those that a rule asks for, in each of its dimensions."""
    met = {asked.value.dimension for asked in rule.conditions if asked.value.id in ids}
    return met == {asked.value.dimension for asked in rule.conditions}


def _among(known: Collection[str], word: str, wrong: str) -> None:
    """Raise CaseError unless a word is known: what is wrong, what there is, and the nearest."""
    if word not in known:
        raise CaseError(f"{wrong}: {', '.join(known)}.{close(word, known)}")


def _clash(ids: Set[str]) -> str:
    """Return why some of the values can't go together, and what to choose; nothing if they can."""
    for needs in facts.library().needs.values():
        if needs[0].value in ids and ids.isdisjoint([need.needs.id for need in needs]):
            label = facts.library().values[needs[0].value].label
            fitting = " or ".join(f"“{need.needs.label}”" for need in needs)
            return f"There is no such case: “{label}” goes only with {fitting}. {needs[0].because}"
    return ""
