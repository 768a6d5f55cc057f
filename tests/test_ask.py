"""Each key passes, each wrong answer gets a reason of its own that keeps the key, and a blank never raises."""

import re
from collections import Counter
from hashlib import sha256

import pytest

from helpers import ask, explore, facts, rules
from helpers.check import tables
from tests.conftest import read
from tests.test_show import parsed

QUESTIONS = [one for one in facts.library().questions.values() if one.part != "opinion"]
ROWS = tables.load(tables.folder())[2]
KEYS = read("keys")  # how each right answer begins, and the paragraph to read again
TOWN = facts.Library(tables.folder() / "town")
OF_TOWN = [one for one in TOWN.questions.values() if one.options]
ALL = [*QUESTIONS, *OF_TOWN]
OPINIONS = [one for one in facts.library().questions.values() if one.part == "opinion"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_a_question_has_one_key_and_reasons_that_keep_it(question: facts.Question) -> None:
    (key,) = (option for option in question.options if option.right)
    assert len(question.options) >= 3
    assert len({option.reason for option in question.options}) == len(question.options)
    assert ask.check(question.id, key.says).gist.startswith(f"Yes: {key.reason}")
    for option in question.options:
        if not option.right:
            said, again, told = ask.check(question.id, option.says).words.partition("\nRead again: ")
            assert said.startswith(f"Not yet: {option.reason}")
            assert key.says.rstrip(".").lower() not in said.lower() or len(key.says.split()) == 1
            assert key.reason not in said
            assert bool(again) == bool(question.paragraph)
            if again:  # it is unfolded there and then
                part = facts.paragraph(question.paragraph)
                head, plain, layer = told.split("\n")[:3]
                assert (head, plain.endswith(part.plain)) == (f"paragraph {part.id}", True)
                assert plain.startswith(f"Paragraph {part.id} ") and layer.endswith("Layer: article.")


def test_options_stand_in_the_order_of_their_draw_with_the_key_in_each_place_alike() -> None:
    rows = *ROWS["options"], *TOWN.rows["options"]
    drawn = sorted(rows, key=lambda row: sha256(f"183 {row['id']}".encode()).digest())
    for own in ALL:
        order = [row["says"] for row in drawn if row["question"] == own.id]
        assert order == [it.says for it in own.options], f"{own.id}: give “place” in this order"
    for asked in (QUESTIONS, OF_TOWN):
        places = Counter((len(own.options), [it.right for it in own.options].index(True)) for own in asked)
        for size in {len(own.options) for own in asked}:
            each = [places[size, place] for place in range(size)]
            assert max(each) - min(each) <= 3, f"with {size} options, the key stands there so often: {each}"


DOUBT = r"not stated|unclear|no way of know|leaves? (?:it|that|this|the \w+) open|cannot be|can't be|nothing about"


def test_neither_length_nor_doubt_gives_the_key_away() -> None:
    longest, doubtful = [], []
    for own in ALL:
        sizes = {it.says: len(it.says) for it in own.options}
        least, most = min(sizes.values()), max(sizes.values())
        assert most <= max(least * 4 / 3, least + 6) or {*sizes} <= {*rules.ANSWERS}, own.id
        longest += [it.right for it in own.options if len(it.says) == most][:1]
        doubts = [it.right for it in own.options if re.search(DOUBT, it.says.lower())]
        doubtful += [any(doubts)] if doubts else []
    assert 0.3 <= sum(longest) / len(longest) <= 0.4, longest
    assert 1 / 3 <= sum(doubtful) / len(doubtful) <= 1 / 2, doubtful


@pytest.mark.parametrize("number", range(1, 11))
def test_a_question_before_the_lessons_and_its_pair_after_them_are_of_one_kind(number: int) -> None:
    pair = facts.library().questions[f"before-{number}"], TOWN.questions[f"after-{number}"]
    assert pair[0].prompt != pair[1].prompt and len({len(one.options) for one in pair}) == 1
    for own, other in zip(*(one.options for one in pair), strict=True):
        short, long = sorted((len(own.says), len(other.says)))
        assert own.right == other.right and long <= short * 4 / 3
        assert own.reason != other.reason


def test_the_key_is_told_after_the_second_wrong_try_and_not_before() -> None:
    own = next(own for own in QUESTIONS if len(own.options) > 2)
    key = next(it for it in own.options if it.right)
    first, second = [it.says for it in own.options if not it.right][:2]
    asked = explore.question(own.id).set(answer=first, sure="sure")
    assert key.reason not in asked.shown.words
    assert f"The right answer: {key.says.rstrip('.')}. {key.reason}" in asked.set(answer=second).shown.gist
    assert "The right answer" not in asked.set(answer=key.says).shown.words


def test_a_guess_is_kept_without_a_word_on_it_and_told_beside_the_answer() -> None:
    own = QUESTIONS[0]
    guessed = explore.guess(own.id).set(answer=own.options[0].says, sure="guessing")
    assert guessed.shown.words == "Kept. You will come back to it."
    asked = explore.question(own.id)
    assert asked.state == {"answer": None, "sure": None}
    shown = asked.set(answer=own.options[1].says, sure="sure").shown.words
    assert f"Your first answer was “{own.options[0].says}”, and you were guessing." in shown


@pytest.mark.parametrize("question", OPINIONS, ids=lambda one: one.id)
def test_an_opinion_has_criteria_and_no_options(question: facts.Question) -> None:
    row = next(row for row in ROWS["questions"] if row["id"] == question.id)
    criteria = [one for one in ROWS["criteria"] if one["set"] == row["criteria"]]
    assert not question.options and len(criteria) >= 3, question.id


def test_a_memo_is_read_for_claim_evidence_reasoning_and_the_other_side() -> None:
    looked_for = [one["look_for"] for one in ROWS["criteria"] if one["set"] == "memo"]
    assert looked_for == ["Claim", "Evidence", "Reasoning", "The other side, and our limits"]


def test_a_question_about_the_record_names_its_sources() -> None:
    asked = next(one for one in QUESTIONS if one.sources)
    for option in asked.options:
        said = ask.check(asked.id, option.says).words
        assert said.endswith(f"In the record: {' · '.join(one.citation for one in asked.sources)}.")
    plain = next(one for one in QUESTIONS if not one.sources)
    assert "In the record" not in ask.check(plain.id, plain.options[0].says).words


def test_the_keys_are_the_right_ones() -> None:
    found = {one.id: (next(o.says for o in one.options if o.right), one.paragraph) for one in QUESTIONS}
    assert set(found) == {row["question"] for row in KEYS}
    for row in KEYS:
        key, paragraph = found[row["question"]]
        assert key.startswith(row["key_begins"]) and paragraph == row["read_again"], row


def test_each_text_stands_in_a_row_of_its_own() -> None:
    begins = {(row["table"], row["id"], row["column"]): row["begins"] for row in read("begins")}
    columns = {(table, column) for table, _, column in begins}
    told = {(name, row["id"], at): row[at] for name, at in columns for row in ROWS[name] if row[at]}
    assert told.keys() == begins.keys()
    assert [at for at in told if not told[at].startswith(begins[at])] == []


def test_how_sure_a_student_was_is_said_where_it_was_asked() -> None:
    name, option = QUESTIONS[0].id, next(it for it in QUESTIONS[0].options if not it.right)
    assert ask.check(name, option.says).gist == f"Not yet: {option.reason}"
    assert ask.check(name, option.says, "sure").gist == f"Not yet: {option.reason} You said that you were sure."


def test_what_is_said_to_an_answer_is_laid_out_like_every_view() -> None:
    asked = next(one for one in QUESTIONS if one.sources and one.paragraph)
    for answer in ("", "no option", *(option.says for option in asked.options)):
        body = parsed(ask.check(asked.id, answer, "sure").markup)
        looks = [one.get("class") for one in body.iter("p")]
        right = ["wl-feedback", "wl-text", "wl-layer", "wl-kind"]
        assert looks == (right if answer in {one.says for one in asked.options} else ["wl-text"])


def test_a_blank_is_said_to_be_a_blank() -> None:
    assert ask.check("exit-same", "").words == "Not answered yet."


def test_an_answer_that_is_no_option_gets_the_nearest() -> None:
    assert ask.check("exit-same", "???").words == "“???” is not one of the answers."
    assert ask.check("recall-silence", "not statd").words.endswith("the answers. Did you mean “not stated”?")


def test_a_question_is_shown_with_its_options_and_without_its_key() -> None:
    shown = ask.question("recall-silence")
    assert shown.words.split("\n")[1:] == ["Not stated", "Not allowed", "Unclear"]
    assert "Yes" not in shown.words


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no question “recall-silense”. Did you mean “recall-silence”?"):
        ask.question("recall-silense")
