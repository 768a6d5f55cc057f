"""Every control changes what is shown, errors are told, and a lesson reads the same with no kernel."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from helpers import ask, explore, facts, live, rules, show
from helpers.live import Control, Explorer
from helpers.student import journal
from helpers.view import View, note
from tests.conftest import Edit

SAME = [option.says for option in facts.library().questions["exit-same"].options]
EXPLORERS = {
    "timeline": explore.timeline,
    "predict": lambda: explore.predict("bomber").set(answer="allowed", sure="sure"),
    "question": lambda: explore.question("exit-same").set(answer=SAME[0], sure="sure"),
}
every_explorer = pytest.mark.parametrize("name", EXPLORERS)


def choices(control: Control) -> list[Any]:
    return [*control.options]


def told(name: str, **message: Any) -> dict[str, Any]:
    """What Python tells a page that sent this about a view."""
    sent: list[dict[str, Any]] = []

    def send(answer: dict[str, Any], buffers: list[bytes]) -> None:
        sent.append({**answer, **({"html": buffers[0].decode()} if buffers else {})})

    live._hear(SimpleNamespace(send=send), {"id": name, "page": "a page", **message}, None)
    return sent[0]


@every_explorer
def test_every_value_of_every_control_shows_something_of_its_own(name: str) -> None:
    for control in EXPLORERS[name]().controls:
        explorer, shown = EXPLORERS[name](), set()
        for value in choices(explorer.controls[control]):
            explorer.set(**{control: value})
            assert explorer.state[control] == value
            shown.add(explorer.shown.markup)
        assert len(shown) == len(choices(explorer.controls[control])), control


@every_explorer
def test_the_page_gets_the_view_and_its_controls_as_they_stand(name: str) -> None:
    explorer = EXPLORERS[name]()
    control = next(key for key, one in explorer.controls.items() if one.kind != "button")
    value = choices(explorer.controls[control])[-1]
    answer = told(explorer.name, set={control: value}, press="check")
    assert explorer.state[control] == value and explorer.shown.markup in answer["html"]
    assert answer["gist"] == explorer.shown.gist
    assert (answer["run"], answer["page"], answer["id"]) == (live.RUN, "a page", explorer.name)
    for key, one in explorer.controls.items():
        assert f'name="{key}"' in answer["html"] and one.label in answer["html"]


@every_explorer
def test_the_stored_output_is_the_still_view_without_controls(name: str) -> None:
    stored = EXPLORERS[name]()._repr_mimebundle_()
    assert set(stored) == {"text/plain", "text/html"}
    assert stored["text/plain"].split("\n")[-1].startswith("Run this lesson to wake it")
    assert "Not answered" not in stored["text/plain"]
    for control in ("<select", "<input", "<textarea", "<button", "<form"):
        assert control not in stored["text/html"]


def test_a_prediction_for_a_claim_is_kept_and_compared() -> None:
    explorer = explore.claims().set(claim="c05", c05="incomplete", c06="opinion")
    assert journal.kept("claims/c05").answer == "incomplete" and explorer.shown.markup.count("predicted: ") == 2
    assert not any(word in explorer._repr_mimebundle_()["text/html"] for word in ("<input", "predicted", "is-1"))
    told("claims", set={"shown": ["shown"]})
    assert explorer.shown.gist.endswith("stand. 1 of 2 predictions fit.")
    assert f"{facts.library().claims['c05'].claim}: First answer: incomplete;" in explore.work().shown.words


def test_the_timeline_keeps_its_event_in_each_order() -> None:
    last = show.ordered("text")[-1]
    explorer = explore.timeline().set(event=last.id, order="text")
    assert explorer.shown == show.timeline(event=last.id, order="text")
    for step, state in ((20, {"event": last.id}), (18, {"order": "time"})):
        assert told(explorer.name, set=state)["gist"].startswith(f"Event {step} of 20: {last.title}")


def test_the_capitals_begin_with_the_day_after_the_report() -> None:
    assert explore.capitals().state["on"] == "2024-05-31"


def test_a_question_starts_blank_and_answers_each_choice() -> None:
    explorer = explore.question("recall-silence")
    assert (explorer.state, explorer.shown.gist) == ({"answer": None, "sure": None}, ask.BLANK)
    for _ in range(2):  # a check of a blank says what is missing and where, however often
        assert "choose, above: “Your answer”. Then" in explorer.set(sure="sure").shown.gist
    assert explorer.set(answer="not stated").shown.gist.startswith("Yes: ")
    assert explorer.set(answer="unclear").shown.gist.startswith("Not yet: ")
    assert explore.question("recall-silence").state == {"answer": "unclear", "sure": "sure"}


def test_to_pass_over_an_option_is_no_answer() -> None:
    explorer = explore.question("recall-silence")
    for option in ("not allowed", "unclear"):
        answer = told(explorer.name, set={"answer": option, "sure": "sure"})
        assert answer["gist"].startswith("Not checked yet.") and not journal.kept("recall-silence").at
    assert told(explorer.name, set={"answer": "not stated"}, press="check")["gist"].startswith("Yes: ")
    assert journal.kept("recall-silence").answer == "not stated"


def test_an_answer_is_told_only_when_it_says_how_sure() -> None:
    explorer = explore.question("recall-silence").set(answer="not stated")
    assert "choose, above: “How sure are you?”. Then" in explorer.shown.gist and not journal.kept("recall-silence").at


def test_every_story_can_be_predicted() -> None:
    for story in facts.library().stories.values():
        explorer = explore.predict(story.id).set(answer=story.answer, sure="guessing")
        assert explorer.shown.gist.startswith("Yes: Your prediction fits:"), story.id
        other = next(answer for answer in rules.ANSWERS if answer != story.answer)
        assert explorer.set(answer=other).shown.gist.startswith("Not yet: The verdict")
        chain = rules.judge(rules.case(story.id), story.position).chain
        settle = [own.paragraph for own in chain[-1].cited] if chain else ["none of them"]
        for number in explorer.controls["paragraph"].options if "paragraph" in explorer.state else ():
            line = explorer.set(paragraph=number).shown.words.split("\n")[1]
            assert line.startswith("Yes: " if number in settle else "Not yet: "), (story.id, number)
            assert line.endswith(f"; you chose {number}.")
            assert journal.kept(story.id)[2:5] == (other, "guessing", number)
        assert explore.predict(story.id).state == explorer.state


def test_an_unknown_control_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no control “suplier”. Did you mean “supplier”?"):
        explore.limits().set(suplier="us")


def test_an_error_in_a_view_is_told_to_the_page_and_raised() -> None:
    def view(broken: bool) -> View:
        if broken:
            raise RuntimeError("<b>the table is gone</b>")
        return note("All is well.")

    sent: list[dict[str, Any]] = []
    Explorer("broken", view, {"broken": Control("checkbox", "Break it", False)})
    page = SimpleNamespace(send=lambda answer, buffers: sent.append({**answer, "buffers": buffers}))
    with pytest.raises(RuntimeError):
        live._hear(page, {"id": "broken", "page": "", "set": {"broken": True}}, None)
    assert sent[0]["said"].endswith("nothing is lost: <b>the table is gone</b>")
    assert sent[0]["buffers"] == []
    assert told("broken", set={"broken": False})["gist"] == "All is well."


def test_a_page_with_a_view_of_another_kernel_is_told_that_it_is_gone() -> None:
    assert told("question/of-yesterday", wake=True)["gone"]
    assert "html" not in told("question/of-yesterday", wake=True)


def test_a_page_that_only_asks_gets_a_sign_of_life() -> None:
    assert told("", ping=True) == {"run": live.RUN, "id": "", "page": "a page"}


# Texts.


@pytest.fixture
def boxes() -> Iterator[Explorer]:
    yield explore.memo("advice")


def test_a_text_is_confirmed_as_it_was_kept(boxes: Explorer) -> None:
    answer = told(boxes.name, set={"claim": "Keep it."}, seen={"claim": ""})
    assert (answer["said"], answer["failed"]) == ("Saved.", [])
    assert answer["kept"]["claim"] == journal.kept("advice/claim").answer == "Keep it."


def test_what_a_student_types_stays_whole_in_its_box(boxes: Explorer) -> None:
    told(boxes.name, set={"claim": '\n"><img src=x>'}, seen={"claim": ""})
    assert '>\n\n"&gt;&lt;img src=x&gt;</textarea>' in told(boxes.name, wake=True)["html"]
    work = explore.work().set(student='"><img src=x>')
    assert 'value="&quot;&gt;&lt;img src=x&gt;"' in work.markup()


def test_a_text_that_this_page_has_not_seen_is_not_replaced(boxes: Explorer) -> None:
    told(boxes.name, set={"claim": "A long text."}, seen={"claim": ""})
    for text in ("Short.", "", "A longer text than the one that is there."):
        answer = told(boxes.name, set={"claim": text}, seen={"claim": ""})
        assert answer["said"].startswith("Not saved") and answer["other"] == {"claim": "A long text."}
        assert "claim" not in answer["kept"] and journal.kept("advice/claim").answer == "A long text."
    told(boxes.name, set={"claim": "Short."}, press="save", seen={"claim": "A long text."})
    assert journal.kept("advice/claim").answer == "Short."


def test_two_explorers_of_one_memo_blank_nothing() -> None:
    first, second = explore.memo("advice"), explore.memo("advice")
    second.set(evidence=["c01"], reasoning="Because.")
    first.set(claim="x")
    kept = {box: journal.kept(f"advice/{box}").answer for box in ("claim", "evidence", "reasoning")}
    said = facts.library().claims["c01"].claim
    assert kept == {"claim": "x", "evidence": said, "reasoning": "Because."}
    second.set(evidence=["c01", "c05"])
    assert told(first.name, wake=True)["said"] == "" and first.take({})["said"] == ""
    assert first.state["evidence"] == ["c01", "c05"], "what another page has ticked is shown"
    assert first.take({"evidence": ["c05", "keep-clash"]})["said"] == "Saved."
    assert "Evidence: 2. Without " in first.markup() and ", 1 would be left." in first.markup()
    assert journal.kept("advice/evidence").answer.count("\n") == 1, "it is kept in words"
    journal.keep("advice/evidence", "as in c01 and c99")
    assert explore.memo("advice").state["evidence"] == ["c01"], "ids were kept before"
    assert explore.memo("advice").take({"evidence": []})["said"] == "Saved."
    assert journal.kept("advice/evidence").answer == ""


def test_what_the_disk_did_not_take_is_not_said_to_be_saved(
    boxes: Explorer, own_folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_folder.mkdir()
    (own_folder / "work").write_text("a file where the folder should be")
    answer = told(boxes.name, set={"claim": "Keep it."}, seen={"claim": ""})
    assert "could not be saved" in answer["said"] and answer["failed"] == ["claim"]
    assert "claim" not in answer["kept"]
    answer = told(boxes.name, set={"evidence": ["c01"]})
    assert "could not be saved" in answer["said"] and boxes.state["evidence"] == ["c01"]


# The first cell.


def test_a_corrected_fact_is_shown_after_the_first_cell(edit: Edit) -> None:
    facts.use(edit("glossary.csv", "Permission from someone who has the power to give it.", "Leave."))
    assert "Leave." in show.words("authorisation").words
    folder = edit("glossary.csv", "Leave.", "A permit.")
    assert "Leave." in show.words("authorisation").words and folder == facts.home()
    assert explore.start().words == "Ready."
    assert "A permit." in show.words("authorisation").words


def test_the_first_cell_says_whether_the_tables_are_sound(edit: Edit) -> None:
    facts.use(edit("glossary.csv", "Permission from someone who has the power to give it.", "Leave."))
    with pytest.raises(ValueError):
        facts.use(edit("glossary.csv", "Leave.", ""))
    broken = explore.start().words.split("\n")
    assert broken[0] == "The tables need mending first."
    assert broken[1].startswith("Data/glossary.csv, line") and "is empty" in broken[1]


def test_the_links_to_save_come_with_their_button_alone() -> None:
    journal.keep("one", "An answer.")
    explorer = explore.work().set(student="Ann")
    assert "Save my work as HTML" not in explorer.shown.words
    explorer.take({}, "save")
    assert "Save my work as HTML" in explorer.shown.words


def test_the_first_cell_tells_of_a_story_that_the_rules_do_not_bear_out(edit: Edit) -> None:
    told = "shelling Kharkiv.,us,shorter-range,russia-border,attacking,kharkiv,,"
    edit("cases.csv", f"{told}allowed", f"{told}unclear")
    told = "shelling Kharkiv.,us,atacms,russia-border,attacking,kharkiv,,"
    facts.use(edit("cases.csv", told, told.replace(",us,", ",uk,")))
    told = explore.start().words.split("\n")
    mend = "“Answer” says “unclear”, but the rules give “allowed”. Mend one of them."
    assert told[0] == "The tables need mending first."
    assert f"Data/cases.csv, line 2 (guns-firing): {mend[0]}{mend[1].lower()}{mend[2:]}" in told
    assert any("There is no such case: “ATACMS” goes only with “United States”." in line for line in told)
