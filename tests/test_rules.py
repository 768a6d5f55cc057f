"""The verdicts follow the report, and every rule, condition and word earns its place."""

from collections import Counter
from collections.abc import Callable

import pytest

from helpers import facts, rules
from tests.conftest import Edit

CASES = rules.cases()
STORIES = list(facts.library().stories.values())


def held(story: facts.Story) -> facts.Position:
    case = rules.case(story.id)
    return story.position or facts.position(case[facts.library().supplier])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_each_story_has_the_answer_of_the_report(story: facts.Story) -> None:
    assert rules.judge(rules.case(story.id), held(story)).answer == story.answer


def answer_of(case: rules.Case) -> str:
    """The answers that the report gives, told once more and in another way than in the tables."""
    russia = case["place"] != "occupied-ukraine"
    near, armed = case["place"] == "russia-border", case["weapon"] == "shorter-range"
    for_kharkiv, fights = case["threatens"] == "kharkiv", case["target"] in ("attacking", "preparing")
    if not russia or case["supplier"] == "ukraine":
        return "not stated"
    if case["supplier"] == "us":
        if not (armed and for_kharkiv):
            return "not allowed"
        return "allowed" if near and fights else "unclear"
    if case["target"] == "civilian":
        return "not stated"
    if case["supplier"] == "uk":
        return "allowed" if case["weapon"] == "storm-shadow" else "not stated"
    return "unclear"


@pytest.mark.parametrize("supplier", [value.id for value in rules.values(facts.library().dimensions["supplier"])])
def test_every_cell_of_the_grid_has_the_answer_of_the_report(supplier: str) -> None:
    for case in rules.cases(supplier=supplier):
        assert rules.judge(case).answer == answer_of(case), str(case)


def test_the_grid_is_whole() -> None:
    assert len(CASES) == 360
    assert Counter(rules.judge(case).answer for case in CASES) == Counter(
        {"not stated": 194, "unclear": 86, "not allowed": 58, "allowed": 22}
    )


def test_a_verdict_carries_its_chain_with_paragraphs_and_speakers() -> None:
    verdict = rules.judge(rules.case("near-kyiv"))
    assert [rule.kind for rule in verdict.chain] == ["general", "exception", "limit"]
    assert verdict.chain[-1].cited == (facts.Citation("US officials", "8", None),)
    says = " ".join(rule.says for rule in verdict.chain)
    assert repr(verdict) == f"Not allowed: United States. {says}" and "“even near Kyiv”" in says


def test_unclear_gives_two_readings_and_nothing_else_gives_any() -> None:
    for case in CASES:
        verdict = rules.judge(case)
        assert len(verdict.readings) == (2 if verdict.answer == "unclear" else 0), str(case)
    unclear = [rule for one in facts.library().positions.values() for rule in one.rules if rule.answer == "unclear"]
    assert unclear and all(len(set(rule.readings)) == 2 for rule in unclear)


def test_silence_is_said_to_be_silence() -> None:
    own = rules.judge(rules.case("own-weapon"))
    assert (own.answer, own.chain) == ("not stated", ())
    assert repr(own).endswith("nothing is told about such a case. Silence is not permission.")
    other = rules.judge(rules.case("british-view-of-us"), facts.position("uk"))
    assert "all that is told is for “Britain” as the supplier. Silence is not permission." in repr(other)


def test_a_position_depends_on_the_day() -> None:
    case = rules.case("guns-firing")
    assert rules.judge(case, facts.position("us", on="2023-12-31")).answer == "not allowed"
    assert rules.judge(case, facts.position("us", on="2024-05-30")).answer == "allowed"
    with pytest.raises(KeyError, match="“us” has no position on 2021-01-01. The first is from 2022-02-28."):
        facts.position("us", on="2021-01-01")


# Property tests: what is not needed is not there.


def changes(position: facts.Position, without: facts.Position) -> bool:
    own = [story for story in STORIES if held(story).id == position.id]
    return any(rules.judge(rules.case(one.id), without).answer != one.answer for one in own)


RULES = [
    (one, rule)
    for one in facts.library().positions.values()
    for rule in one.rules[len(one.amends.rules if one.amends else ()) :]
]
CONDITIONS = [(one, rule, condition) for one, rule in RULES for condition in rule.conditions]


@pytest.mark.parametrize(("position", "rule"), RULES, ids=lambda one: one.id)
def test_every_rule_earns_its_place(position: facts.Position, rule: facts.Rule) -> None:
    kept = tuple(one for one in position.rules if one is not rule)
    assert changes(position, position._replace(rules=kept))


def dropped(position: facts.Position, rule: facts.Rule, condition: facts.Condition) -> facts.Position:
    left = tuple(one for one in rule.conditions if one is not condition)
    return position._replace(rules=tuple(r._replace(conditions=left) if r is rule else r for r in position.rules))


@pytest.mark.parametrize(("position", "rule", "condition"), CONDITIONS, ids=lambda one: one.id)
def test_every_condition_earns_its_place(
    position: facts.Position, rule: facts.Rule, condition: facts.Condition
) -> None:
    assert changes(position, dropped(position, rule, condition))


def test_a_scope_keeps_a_position_from_the_weapons_of_others() -> None:
    case, french = rules.case("french-view-of-us"), facts.position("france")
    assert rules.judge(case, french).answer == "not stated"
    assert rules.judge(case, french._replace(scope="")).answer == "unclear"


def test_no_case_of_the_grid_breaks_a_need() -> None:
    known = [one for one in facts.library().needs.values() if one.needs.layer == "article"]
    for need in known:
        asked = [case for case in CASES if need.value in case.ids]
        also = {one.needs.id for one in known if (one.value, one.needs.dimension) == (need.value, need.needs.dimension)}
        assert asked and not any(case.ids.isdisjoint(also) for case in asked)


def test_the_two_readings_of_the_same_position_are_told_in_this_order() -> None:
    for actor in ("france", "germany"):
        first, second = (
            rules.judge(rules.case("french-missile"), None).readings
            if actor == "france"
            else (rules.judge(rules.case("german-guns")).readings)
        )
        assert first.startswith("It is Britain's rule") and second.startswith("It is only the same change of mind")


def test_a_reworded_need_is_still_one_need(edit: Edit) -> None:
    facts.use(
        edit(
            "needs.csv",
            'attacking-kharkiv,3,attacking,kharkiv,"A force',
            'attacking-kharkiv,3,attacking,kharkiv,"Any force',
        )
    )
    assert len(rules.cases()) == 360


def test_an_unknown_dimension_is_refused_by_the_grid_too() -> None:
    with pytest.raises(rules.CaseError, match="Did you mean “supplier”"):
        rules.cases(suplier="us")


Touches = Callable[[rules.Case], bool]
STRIKES: dict[str, tuple[int, Touches]] = {
    "kharkiv-only": (4, lambda case: case["threatens"] == "elsewhere" and case["supplier"] == "us"),
    "just-over-the-border": (2, lambda case: case["place"] == "russia-elsewhere" and case["supplier"] == "us"),
    "preparing": (2, lambda case: case["target"] == "preparing" and case["supplier"] == "us"),
    "atacms": (8, lambda case: case["weapon"] == "atacms"),
    "long-range": (8, lambda case: case["weapon"] == "long-range" and case["supplier"] == "us"),
    "storm-shadow": (40, lambda case: case["weapon"] != "storm-shadow" and case["supplier"] == "uk"),
    "same-position": (80, lambda case: case["supplier"] in ("france", "germany")),
}


def test_every_term_is_tried() -> None:
    assert set(STRIKES) == set(facts.library().terms)


@pytest.mark.parametrize("name", STRIKES)
def test_striking_out_a_word_changes_only_the_cells_that_it_should(name: str) -> None:
    count, touches = STRIKES[name]
    term = facts.library().terms[name]
    changed = [
        case
        for case in CASES
        for own in [facts.position(case[facts.library().supplier])]
        if rules.judge(case, own).answer != rules.judge(case, rules.strike(own, term)).answer
    ]
    assert len(changed) == count
    assert all(map(touches, changed))
    assert all(case["place"] != "occupied-ukraine" for case in changed)


def test_a_rule_that_loses_all_its_conditions_falls() -> None:
    both = facts.library().terms["atacms"], facts.library().terms["long-range"]
    left = rules.strike(facts.position("us"), *both)
    assert "us-long-range" not in {rule.id for rule in left.rules}
    assert rules.judge(rules.case("atacms-border"), left).answer == "allowed"


# Refusals: each in a sentence that says what to do.


def test_an_unknown_story_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no story “gun-firing”. Did you mean “guns-firing”?"):
        rules.case("gun-firing")


WHOLE = rules.case("guns-firing").chosen
REFUSED = {
    "unknown dimension": (
        WHOLE | {"suplier": "us"},
        "A case has no “suplier”. It has: supplier, weapon, place, target, threatens. Did you mean “supplier”?",
    ),
    "unknown value": (
        WHOLE | {"weapon": "atcms"},
        "“atcms” is no weapon. Choose one of: shorter-range, long-range, atacms, storm-shadow, f-16."
        " Did you mean “atacms”?",
    ),
    "value of another dimension": (
        WHOLE | {"place": "elsewhere"},
        "“elsewhere” is no place. Choose one of: russia-border, border-elsewhere, russia-elsewhere, occupied-ukraine."
        " Did you mean “russia-elsewhere”?",
    ),
    "missing": ({"supplier": "us"}, "A case also needs: weapon, place, target, threatens."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_case_is_refused_with_a_sentence(name: str) -> None:
    chosen, sentence = REFUSED[name]
    with pytest.raises(rules.CaseError) as refusal:
        rules.Case(**chosen)
    assert str(refusal.value) == sentence


IMPOSSIBLE = {
    "British ATACMS": ({"supplier": "uk", "weapon": "atacms"}, "“ATACMS” goes only with “United States”."),
    "American Storm Shadow": ({"weapon": "storm-shadow"}, "“Storm Shadow” goes only with “Britain”."),
    "attack on nobody": ({"threatens": "nobody"}, "“forces that are attacking” goes only with “the Kharkiv area” or"),
    "dangerous civilians": ({"target": "civilian"}, "“a civilian site” goes only with “no area”."),
    "aircraft over Ukraine": (
        {"target": "aircraft", "place": "occupied-ukraine"},
        "“an aircraft in flight over Russia” goes only with “Russia, just across from the Kharkiv region” or",
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_can_not_be_is_refused_with_the_reason(name: str) -> None:
    chosen, sentence = IMPOSSIBLE[name]
    with pytest.raises(rules.CaseError) as refusal:
        rules.Case(**WHOLE | chosen)
    assert str(refusal.value).startswith(f"There is no such case: {sentence}")


# Seeded faults in the tables.


def test_a_wrong_rule_is_caught_by_the_stories(edit: Edit) -> None:
    row = "us-long-range,7,us,us-ban,limit"
    facts.use(edit("rules.csv", f"{row},not allowed", f"{row},allowed"))
    assert (
        rules.judge(rules.case("atacms-border")).answer == "allowed" != facts.library().stories["atacms-border"].answer
    )


def test_a_condition_moved_to_another_value_is_caught_by_the_stories(edit: Edit) -> None:
    facts.use(
        edit(
            "conditions.csv",
            "us-counter-fire-preparing,6,us-counter-fire,preparing",
            "us-counter-fire-preparing,6,us-counter-fire,aircraft",
        )
    )
    assert rules.judge(rules.case("troops-massing")).answer != facts.library().stories["troops-massing"].answer
