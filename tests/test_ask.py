"""Each key passes, each wrong answer gets a reason of its own that keeps the key, and a blank never raises."""

import pytest

from helpers import ask, facts

QUESTIONS = list(facts.library().questions.values())


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.id)
def test_a_question_has_one_key_and_reasons_that_keep_it(question: facts.Question) -> None:
    (key,) = (option for option in question.options if option.right)
    assert len(question.options) >= 3
    assert len({option.reason for option in question.options}) == len(question.options)
    assert ask.check(question.id, key.says).gist.startswith(f"Yes. {key.reason}")
    for option in question.options:
        if not option.right:
            said = ask.check(question.id, option.says).words
            assert said.startswith(f"Not this one. {option.reason}")
            assert key.says.rstrip(".").lower() not in said.lower() or len(key.says.split()) == 1
            assert key.reason not in said
            assert not question.paragraph or f"Read again: (paragraph {question.paragraph})" in said


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_is_said_to_be_a_blank(blank: str | None) -> None:
    assert ask.check("exit-same", blank).words == "Not answered yet."


def test_an_answer_that_is_no_option_gets_the_nearest() -> None:
    assert ask.check("recall-silence", "not statd").words == (
        "“not statd” is not one of the answers: not allowed; not stated; unclear. Did you mean “not stated”?"
    )


def test_a_question_is_shown_with_its_options_and_without_its_key() -> None:
    shown = ask.question("recall-silence")
    assert shown.words.split("\n")[1:] == ["a. not allowed", "b. not stated", "c. unclear", "Not answered yet."]
    assert "Yes" not in shown.words


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no question “recall-silense”. Did you mean “recall-silence”?"):
        ask.question("recall-silense")
