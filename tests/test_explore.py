"""Every control changes what is shown, errors are seen, and a lesson reads the same with no kernel."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from helpers import explore, facts, rules, show
from helpers.explore import Explorer
from helpers.view import View, tag
from tests.snapshots import choices
from tests.test_show import parsed

SAME = facts.library().questions["exit-same"].options
EXPLORERS = {
    "timeline": explore.timeline,
    "limits": explore.limits,
    "positions": explore.positions,
    "redraft": explore.redraft,
    "predict": lambda: explore.predict("bomber"),
    "question": lambda: explore.question("exit-same").set(answer=SAME[0].says, sure="sure"),
}


def test_with_every_day_after_the_report_the_first_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    days = {one.latest for one in facts.library().positions.values() if one.layer == "record"}
    monkeypatch.setattr(show, "report_day", lambda: min(days) - timedelta(days=2))
    assert explore.capitals().state["on"] == str(min(days))


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_value_of_every_control_shows_something_of_its_own(name: str) -> None:
    for control in EXPLORERS[name]().state:
        explorer = EXPLORERS[name]()
        shown = set()
        for value in choices(explorer._controls[control]):
            explorer.set(**{control: value})
            assert explorer.state[control] == value
            shown.add(explorer.shown.markup)
        assert len(shown) == len(choices(explorer._controls[control])), f"{control} does not change the picture"


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_panel_and_the_line_that_is_read_aloud_follow_the_view(name: str) -> None:
    explorer = EXPLORERS[name]()
    control = list(explorer.state)[-1]
    explorer.set(**{control: choices(explorer._controls[control])[-1]})
    assert explorer._panel.value == tag("div", explorer.shown.markup, **{"data-gist": explorer.shown.gist})
    assert explorer._line.value == ""


@pytest.mark.parametrize("name", EXPLORERS)
def test_the_stored_output_is_the_still_view(name: str) -> None:
    bundle = EXPLORERS[name]()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert "Layer: article." in bundle["text/plain"] or bundle["text/plain"].endswith("Not answered yet.")
    assert "wl-page" in bundle["text/html"]


def test_every_combination_of_the_lists_is_answered() -> None:
    explorer = explore.limits()
    seen = set()
    for supplier in choices(explorer._controls["supplier"]):
        for weapon in choices(explorer._controls["weapon"]):
            for target in choices(explorer._controls["target"]):
                explorer.set(supplier=supplier, weapon=weapon, target=target)
                seen.add(explorer.shown.gist.split(":")[0])
    assert seen == {"Allowed", "Not allowed", "Not stated", "Unclear", "There is no such case"}


def test_the_limits_follow_the_lists() -> None:
    explorer = explore.limits().set(supplier="us", weapon="shorter-range", threatens="elsewhere")
    assert explorer.shown == show.answer(**explorer.state)
    assert explorer.shown.gist.startswith("Not allowed: United States")
    assert explorer.set(supplier="uk", weapon="storm-shadow").shown.gist.startswith("Allowed: Britain")


def test_the_positions_follow_the_ticks() -> None:
    explorer = explore.positions().set(us=False, ukraine=False)
    assert "United States" not in explorer.shown.words
    for actor in explorer.state:
        if isinstance(explorer.state[actor], bool):
            explorer.set(**{actor: False})
    assert explorer.shown == show.note("Tick at least one name.")


def test_the_timeline_follows_step_and_order() -> None:
    explorer = explore.timeline().set(step=20, order="text")
    assert explorer.shown == show.timeline(step=20, order="text")
    assert explorer.shown.gist.endswith("Cavoli tells Ukraine, by 30 May 2024.")


def test_a_question_starts_blank_and_answers_each_choice() -> None:
    explorer = explore.question("recall-silence")
    assert (explorer.state, explorer.shown.gist) == ({"answer": None, "sure": None}, "Not answered yet.")
    assert explorer.set(sure="sure").shown.gist == "Not answered yet."
    assert explorer.set(answer="not stated").shown.gist.startswith("Yes. ")
    assert explorer.set(answer="unclear").shown.gist.startswith("Not this one. ")
    assert explorer.set(answer=None).shown.gist == "Not answered yet."


def test_nothing_is_struck_out_before_the_student_chooses() -> None:
    explorer = explore.redraft()
    assert explorer.shown == show.note("Choose the words to strike out.")
    assert explorer.set(term="atacms").shown == show.redraft("atacms")


def test_an_error_in_a_view_is_seen_and_raised() -> None:
    def view(answer: str | None) -> View:
        if answer == "unclear":
            raise RuntimeError("<b>the table is gone</b>")
        return show.note("All is well.")

    explorer = Explorer(view, explore.predict("bomber")._controls)
    with pytest.raises(RuntimeError):
        explorer.set(answer="unclear")
    assert "Something went wrong, and nothing is lost: &lt;b&gt;the table" in explorer._line.value
    explorer.set(answer="allowed")
    assert explorer._line.value == ""


def leaves(box: Any) -> list[Any]:
    return [leaf for child in getattr(box, "children", ()) for leaf in (leaves(child) or [child])]


@pytest.mark.parametrize("name", EXPLORERS)
def test_head_controls_line_and_panel_are_on_the_page_in_this_order(name: str) -> None:
    explorer = EXPLORERS[name]()
    found = leaves(explorer._box)
    head = found[: -2 - len(explorer._controls)]
    assert found[len(head) :] == [*explorer._controls.values(), explorer._line, explorer._panel]
    assert [one.value.count("wl-title") for one in head] == ([1] if name in ("predict", "question") else [])
    assert "wl-status" in explorer._line._dom_classes


def test_a_control_does_what_its_label_says() -> None:
    dimensions = facts.library().dimensions
    limits = explore.limits()
    assert {name: one.description for name, one in limits._controls.items()} == {
        name: one.title for name, one in dimensions.items()
    }
    for name, one in limits._controls.items():
        assert dict(one.options) == {value.label: value.id for value in rules.values(dimensions[name])}
    ticks = [one for one in explore.positions()._controls.values() if isinstance(one.value, bool)]
    names = [one.description for one in ticks]
    for name in names:
        explorer = explore.positions()
        next(one for one in explorer._controls.values() if one.description == name).value = False
        caption = next(line for line in explorer.shown.words.split("\n") if line.startswith("Side by side: "))
        assert name not in caption and caption.count(";") == len(names) - 2
    orders = dict(explore.timeline()._controls["order"].options)
    assert orders == {"by latest possible day": "time", "as the report tells it": "text"}
    for label, term in explore.redraft()._controls["term"].options[1:]:
        held = facts.library().terms[term]
        assert label == f"“{held.words}” (paragraph {held.paragraph})"
    assert "Which sentence could a careful editor print" in explore.question("exit-same")._box.children[0].value


def test_only_the_named_actors_are_compared() -> None:
    ticks = [one.description for one in explore.positions("us", "uk")._controls.values() if isinstance(one.value, bool)]
    assert ticks == ["United States", "Britain"]


def test_a_corrected_fact_is_shown_after_the_first_cell(edit: Any) -> None:
    facts.use(edit("glossary.csv", "Permission from someone who has the power to give it.", "Leave."))
    assert "Leave." in show.words("authorisation").words
    folder = edit("glossary.csv", "Leave.", "A permit.")
    assert "Leave." in show.words("authorisation").words and folder == facts.home()
    assert explore.start().words == "Ready."
    assert "A permit." in show.words("authorisation").words


def test_an_option_that_is_chosen_and_not_checked_is_told_by_its_view_alone() -> None:
    explorer = explore.question("exit-same")
    explorer._controls["answer"].value = SAME[0].says
    assert explorer._line.value == "" and 'data-gist="Not checked yet.' in explorer._panel.value


def test_an_unknown_control_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="There is no control “suplier”. Did you mean “supplier”?"):
        explore.limits().set(suplier="us")


def test_every_story_can_be_predicted() -> None:
    for story in facts.library().stories.values():
        explorer = explore.predict(story.id).set(answer=story.answer)
        assert explorer.shown.gist.startswith("Your prediction fits."), story.id
        other = next(answer for answer in rules.ANSWERS if answer != story.answer)
        assert explorer.set(answer=other).shown.gist.startswith("The report differs.")


def test_the_first_cell_says_whether_the_tables_are_sound(edit: Any) -> None:
    assert explore.start().words == "Ready."
    facts.use(edit("times.csv", "recently,“recently”", "recently,"))
    broken = explore.start().words.split("\n")
    assert broken[0] == "The tables need mending first."
    assert broken[1].startswith("data/times.csv, line 6 (recently): “words” is empty.")
    assert re.findall(r'<p class="wl-text"[^>]*>([^<]*)</p>', explore.start().markup) == broken


def test_what_needs_no_rest_is_shown_at_once() -> None:
    async def change() -> tuple[str, str]:
        explorer = explore.redraft()
        explorer._controls["term"].index = 1
        return explorer.shown.gist, explorer._line.value

    gist, line = asyncio.run(change())
    assert gist.startswith("Without “") and line == ""


def test_a_control_that_looks_different_asks_for_no_view() -> None:
    asked = []
    explorer = Explorer(lambda **state: asked.append(state) or show.note("A note."), explore.redraft()._controls)
    explorer._controls["term"].description = "Another name"
    assert len(asked) == 1


def test_what_is_said_beside_a_view_is_all_that_is_read_aloud() -> None:
    explorer = Explorer(lambda **_: show.note("A note."), {}, keep=lambda **_: "Saved.")
    explorer._change()
    assert explorer._line.value == "<span>Saved.</span>" and explorer._panel.value.startswith('<div data-gist="">')


def test_trouble_is_said_in_the_line_and_raised() -> None:
    explorer = Explorer(lambda **_: show.note("A note."), {}, keep=lambda **_: {}["no such key"])
    with pytest.raises(KeyError):
        explorer._change()
    assert explorer._line.value == "<span>Something went wrong, and nothing is lost: &#x27;no such key&#x27;</span>"


HEADS = {
    "predict": (lambda: explore.predict("bomber"), facts.library().stories["bomber"].story),
    "question": (lambda: explore.question("exit-same"), facts.library().questions["exit-same"].prompt),
    "write": (lambda: explore.write("advice"), facts.library().questions["advice"].prompt),
}


@pytest.mark.parametrize("name", HEADS)
def test_what_is_asked_stands_above_the_controls_as_a_title(name: str) -> None:
    make, asked = HEADS[name]
    (head,) = parsed(make()._box.children[0].value)
    assert (head.get("class"), head.text) == ("wl-title", asked)
