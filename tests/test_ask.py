"""Each key passes, each wrong answer gets a reason of its own that keeps the key, and a blank never raises."""

import pytest

from helpers import ask, facts
from helpers.check import tables
from tests.test_show import parsed

QUESTIONS = [one for one in facts.library().questions.values() if one.part != "opinion"]
ROWS = tables.load(tables.folder())[2]
OPINIONS = [one for one in facts.library().questions.values() if one.part == "opinion"]


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
            assert not question.paragraph or f"Read again: paragraph {question.paragraph}" in said


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


KEYS = {  # the first words of each right answer, and the paragraph to read again
    "before-near": ("It says nothing", ""),
    "before-officials": ("At least two", ""),
    "before-weeks": ("It lies between", ""),
    "recall-four": ("probably", ""),
    "recall-quotes": ("the report's own words", ""),
    "recall-library": ("It says nothing", ""),
    "predict-distance": ("no distance", ""),
    "card-who": ("The US president decided; Ukraine", "1"),
    "card-when": ("“recently”", "3"),
    "card-where": ("the words do not settle it", "3"),
    "card-why": ("to protect Kharkiv", "2"),
    "limited-how": ("how many strikes", "8"),
    "made-or-supplied": ("“US-made”", "3"),
    "exit-headline": ("US lets Ukraine hit some sites", ""),
    "recall-plural": ("two", ""),
    "recall-order": ("Only that it was “recently”", ""),
    "recall-made": ("One may cover", ""),
    "predict-named": ("just one", ""),
    "least-people": ("two", ""),
    "how-independent": ("at least one", "10"),
    "cites-itself": ("no second source", "4"),
    "without-officials": ("the old ban", ""),
    "exit-canteen": ("one: the newsletter", ""),
    "recall-silence": ("not stated", ""),
    "recall-day": ("Thursday, 30 May 2024", ""),
    "recall-box": ("the paragraph", ""),
    "predict-first": ("Britain allowed", "5"),
    "assault-or-britain": ("the report does not settle it", "6"),
    "before-or-because": ("it leaves that open", "4"),
    "full-months": ("15 January 2023", ""),
    "exit-last-week": ("3 to 9 June 2024", ""),
    "recall-interval": ("the earliest and the latest", ""),
    "recall-cause": ("Nothing about the cause", ""),
    "recall-weeks": ("two weeks", ""),
    "reason-kyiv": ("paragraph 8", ""),
    "reason-atacms": ("a limit on the exception", "3"),
    "reason-occupied": ("The ban in the report", "4"),
    "exit-dogs": ("not stated", ""),
    "exit-guide-dog": ("not allowed", ""),
    "recall-settles": ("the last one", ""),
    "recall-unclear": ("when its words", ""),
    "recall-limit": ("It takes back", ""),
    "predict-quoted": ("none", "5"),
    "same-as-what": ("The words can mean", "5"),
    "exit-same": ("The report says that", "5"),
    "voices-britain": ("The voices differ", ""),
    "berlin-day": ("no, it was given out one day later", ""),
    "chosen-three": ("They can't see", "5"),
    "recall-how-many": ("one", ""),
    "recall-banned-here": ("ATACMS", ""),
    "recall-dated-voice": ("a speaker and a day", ""),
    "predict-concern": ("in its own voice", "7"),
    "evidence-which": ("In June 2024, Ukrainian officials", ""),
    "missing-step": ("the step", ""),
    "words-as-evidence": ("for what each of them said", "7"),
    "exit-fair-line": ("Parents say", ""),
    "recall-changed": ("It made an exception", ""),
    "recall-by-name": ("none of them", ""),
    "recall-join": ("the reasoning", ""),
    "predict-weakest": ("the line on the allies", ""),
    "wider-or-not": ("There are two accounts", "8"),
    "held-or-wrong": ("no, it held", "9"),
    "why-contested": ("The voices differ about", "5"),
    "exit-pool": ("The agreement was disputed", ""),
}


def test_the_keys_are_the_right_ones() -> None:
    found = {one.id: (next(o.says for o in one.options if o.right), one.paragraph) for one in QUESTIONS}
    assert set(found) == set(KEYS)
    for name, (start, paragraph) in KEYS.items():
        assert found[name][0].startswith(start) and found[name][1] == paragraph, name


def test_how_sure_a_student_was_is_said_where_it_was_asked() -> None:
    name, option = QUESTIONS[0].id, QUESTIONS[0].options[0]
    assert ask.check(name, option.says).gist == f"Not this one. {option.reason}"
    assert ask.check(name, option.says, "sure").gist == f"Not this one. {option.reason} You said: sure."


def test_what_is_said_to_an_answer_is_laid_out_like_every_view() -> None:
    asked = next(one for one in QUESTIONS if one.sources and one.paragraph)
    for answer in (None, "no option", *(option.says for option in asked.options)):
        body = parsed(ask.check(asked.id, answer, "sure").markup)
        looks = [one.get("class") for one in body.iter("p")]
        assert looks == ["wl-text", *(["wl-kind"] if answer in {one.says for one in asked.options} else [])]


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_is_said_to_be_a_blank(blank: str | None) -> None:
    assert ask.check("exit-same", blank).words == "Not answered yet."


def test_an_answer_that_is_no_option_gets_the_nearest() -> None:
    assert ask.check("recall-silence", "not statd").words == (
        "“not statd” is not one of the answers: not allowed; not stated; unclear. Did you mean “not stated”?"
    )


def test_the_answers_are_listed_without_their_full_stops() -> None:
    says = [option.says for option in facts.library().questions["exit-same"].options]
    assert all(one.endswith(".") for one in says)
    listed = "; ".join(one[:-1] for one in says)
    assert ask.check("exit-same", "???").words == f"“???” is not one of the answers: {listed}."


def test_a_question_is_shown_with_its_options_and_without_its_key() -> None:
    shown = ask.question("recall-silence")
    assert shown.words.split("\n")[1:] == ["Not allowed", "Not stated", "Unclear"]
    assert "Yes" not in shown.words


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no question “recall-silense”. Did you mean “recall-silence”?"):
        ask.question("recall-silense")
