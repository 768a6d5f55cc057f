"""The verdicts follow the report, and every word of a term earns its place."""

from collections import Counter
from collections.abc import Callable

import pytest

from helpers import facts, rules
from tests.conftest import Edit, read

CASES = rules.cases()
STORIES = list(facts.library().stories.values())
POSITIONS = [*facts.library().positions.values()]


def held(story: facts.Story) -> facts.Position:
    case = rules.case(story.id)
    return story.position or facts.position(case[facts.library().supplier])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_each_story_has_the_answer_of_the_report(story: facts.Story) -> None:
    assert rules.judge(rules.case(story.id), held(story)).answer == story.answer


def test_the_grid_is_whole() -> None:
    assert len(CASES) == 348
    found = Counter(rules.judge(case).answer for case in CASES)
    assert found == {"not stated": 194, "unclear": 95, "not allowed": 43, "allowed": 16}


def test_no_story_of_the_old_ban_has_the_weapon_that_came_later() -> None:
    before = [story.case["weapon"] for story in STORIES if story.position and story.position.id == "us-before"]
    assert before and "atacms" not in before


def test_a_verdict_carries_its_chain_with_paragraphs_and_speakers() -> None:
    verdict = rules.judge(rules.case("near-kyiv"))
    assert [rule.kind for rule in verdict.chain] == ["general", "exception", "limit"]
    assert verdict.chain[-1].cited == (facts.Citation("US officials", "8", None),)
    says = " ".join(rule.says for rule in verdict.chain)
    assert repr(verdict) == f"Not allowed: United States. {says}" and "“even near Kyiv”" in says


@pytest.mark.parametrize("held", [one for one in POSITIONS if one.scope], ids=lambda held: held.id)
def test_only_what_is_unclear_has_two_readings_and_no_civilian_target_is_allowed(held: facts.Position) -> None:
    for case in rules.cases(held.layer, supplier=held.scope):
        verdict = rules.judge(case, held)
        assert len({*verdict.readings}) == (2 if verdict.answer == "unclear" else 0), str(case)
        assert verdict.answer != "allowed" or case["target"] != "civilian", str(case)


def test_silence_is_said_to_be_silence() -> None:
    own = rules.judge(rules.case("own-weapon"))
    assert (own.answer, own.chain) == ("not stated", ())
    assert repr(own).endswith("nothing is said of such a case. Silence is not permission.")
    other = rules.judge(rules.case("british-view-of-us"), facts.position("uk"))
    assert "all that is said is for “Britain” as the supplier. Silence is not permission." in repr(other)


def test_a_position_depends_on_the_day() -> None:
    case = rules.case("guns-firing")
    assert rules.judge(case, facts.position("us", on="2023-12-31")).answer == "not allowed"
    assert rules.judge(case, facts.position("us", on="2024-05-30")).answer == "allowed"
    with pytest.raises(KeyError, match="“us” has no position on 2021-01-01. The first is from 2022-02-28."):
        facts.position("us", on="2021-01-01")


def test_a_scope_keeps_a_position_from_the_weapons_of_others() -> None:
    case, french = rules.case("french-view-of-us"), facts.position("france")
    assert rules.judge(case, french).answer == "not stated"
    assert rules.judge(case, french._replace(scope="")).answer == "unclear"


def test_no_case_of_the_grid_breaks_a_need() -> None:
    known = [one for own in facts.library().needs.values() for one in own if one.needs.layer == "article"]
    for need in known:
        asked = [case for case in CASES if need.value in case.ids]
        also = {one.needs.id for one in known if (one.value, one.needs.dimension) == (need.value, need.needs.dimension)}
        assert asked and not any(case.ids.isdisjoint(also) for case in asked)


def test_the_two_readings_of_the_same_position_are_told_in_this_order() -> None:
    for story in ("french-missile", "german-guns"):
        first, second = rules.judge(rules.case(story)).readings
        assert first.startswith("It is Britain's rule") and second.startswith("It is only the same change of mind")


def test_a_reworded_need_is_still_one_need(edit: Edit) -> None:
    start = 'attacking-kharkiv,3,attacking,kharkiv,"A'
    facts.use(edit("needs.csv", start, f"{start}ny"))
    assert len(rules.cases()) == 348


def test_an_unknown_dimension_is_refused_by_the_grid_too() -> None:
    with pytest.raises(rules.CaseError, match="Did you mean “supplier”"):
        rules.cases(suplier="us")


Touches = Callable[[rules.Case], bool]
FAR_AND_NEAR = "long-range", "russia-border"  # a long-range weapon at a near target
STRIKES: dict[str, tuple[int, Touches]] = {
    "kharkiv-only": (10, lambda case: case["threatens"] == "elsewhere" and case["weapon"] != "atacms"),
    "just-over-the-border": (2, lambda case: case["place"] == "russia-elsewhere" and case["weapon"] == "shorter-range"),
    "preparing": (3, lambda case: case["target"] == "preparing"),
    "permission": (6, lambda case: case["target"] in ("attacking", "preparing")),
    "atacms": (8, lambda case: case["weapon"] == "atacms" or (case["weapon"], case["place"]) == FAR_AND_NEAR),
    "long-range": (5, lambda case: case["weapon"] == "long-range"),
    "helping-sites": (3, lambda case: case["target"] == "other-military"),
    "glide-bombs": (8, lambda case: case["target"] == "aircraft"),
    "ban-stays": (6, lambda case: case["threatens"] == "nobody"),
    "old-ban": (60, lambda case: case["supplier"] == "us"),
    "territory": (12, lambda case: case["target"] == "aircraft"),
    "anywhere": (14, lambda case: case["weapon"] == "storm-shadow"),
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
        for own in POSITIONS
        if own.scope and own.layer == "article"
        for case in rules.cases(supplier=own.scope)
        if rules.judge(case, own).answer != rules.judge(case, rules.strike(own, term)).answer
    ]
    assert len(changed) == count
    assert all(map(touches, changed))
    assert all(case["place"] != "occupied-ukraine" for case in changed)


def test_a_rule_that_loses_all_its_conditions_falls() -> None:
    held = facts.position("us")
    deeper = next(rule for rule in held.rules if rule.id == "us-deeper")
    strikes = tuple(facts.Strike(deeper.id, condition) for condition in deeper.conditions)
    left = rules.strike(held, facts.library().terms["preparing"]._replace(strikes=strikes))
    assert [rule for rule in held.rules if rule not in left.rules] == [deeper]


def test_without_the_name_and_the_words_on_range_every_american_weapon_is_covered() -> None:
    both = facts.library().terms["atacms"], facts.library().terms["long-range"]
    left = rules.strike(facts.position("us"), *both)
    assert not {"us-long-range", "us-long-range-near", "us-atacms"} & {rule.id for rule in left.rules}
    for story in ("atacms-border", "other-long-range", "guns-firing"):
        assert rules.judge(rules.case(story), left).answer == "allowed"


# Refusals: each in a sentence that says what to do.


def test_an_unknown_story_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no story “gun-firing”. Did you mean “guns-firing”?"):
        rules.case("gun-firing")


REFUSED = read("refusals")  # what is another in a case, and the sentence


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused["fault"])
def test_what_is_no_case_is_refused_with_a_sentence(refused: dict[str, str]) -> None:
    other = dict(one.split("=") for one in refused["other"].split())
    chosen = {name: id_ for name, id_ in {**rules.case("guns-firing").chosen, **other}.items() if id_}
    with pytest.raises(rules.CaseError) as refusal:
        rules.Case(**chosen)
    assert str(refusal.value).startswith(refused["sentence"])
