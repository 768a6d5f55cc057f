"""On the desk every cell, paragraph, word and day answers as the engine does, and never in vain."""

import re
from itertools import pairwise

import pytest

from helpers import explore, facts, rules, show
from helpers.live import Explorer
from helpers.student import journal
from helpers.view import View
from tests.test_explore import told
from tests.test_show import looks, parsed, signed, text

LIBRARY = facts.library()
SUPPLIERS = [value.id for value in LIBRARY.dimensions["supplier"].values]
REPORT = [value.id for value in rules.values(LIBRARY.dimensions["supplier"])]
TERMS = LIBRARY.terms
Cells = dict[str, str]


def key(layer: str, case: rules.Case) -> str:
    return " ".join([layer, *(case[name] for name in LIBRARY.dimensions)])


def cells(shown: View, look: str = "tick") -> Cells:
    """The sign of each cell of a grid and the answer in its name, by what it sets: a layer and the values of a case."""
    ticks = [(text(cell), box) for cell in looks(shown, look) for box in cell.findall("input")]
    return {box.get("value", ""): f"{sign} {box.get('aria-label', '').partition(': ')[2]}" for sign, box in ticks}


def judged(layer: str, held: facts.Position | None, then: facts.Position | None, **fixed: str) -> Cells:
    """What the cells of some cases must say under a position, and what they said before."""

    def answer(case: rules.Case, position: facts.Position | None) -> str:
        return rules.judge(case, position).answer if position else "not stated"

    found = {}
    for case in rules.cases(layer, **fixed):
        now, was = answer(case, held), answer(case, then)
        found[key(layer, case)] = signed(now) + (f" (was: {was})" if was != now else "")
    return found


def line(actor: str, layer: str) -> list[facts.Position]:
    return [own for own in facts.library().layers[layer] if own.actor.id == actor]


@pytest.mark.parametrize("supplier", REPORT)
def test_every_cell_of_the_report_has_the_answer_of_the_engine(supplier: str) -> None:
    held = facts.position(supplier)
    assert cells(explore.limits(supplier).shown) == judged("article", held, held, supplier=supplier)


CHANGING = [(own, layer) for layer in show.WHERE for own in SUPPLIERS if len(line(own, layer)) > 1]


@pytest.mark.parametrize(("supplier", "layer"), CHANGING)
def test_each_day_has_its_own_answers_and_frames_what_is_new(supplier: str, layer: str) -> None:
    desk, told = explore.changes(supplier, layer), line(supplier, layer)
    assert show.stops([supplier], [layer]) == [str(held.latest) for held in told]
    assert desk.state["on"] == str(told[-1].latest)
    for then, now in pairwise(told[:1] + told):
        shown = desk.set(on=str(now.latest)).shown
        assert cells(shown) == judged(layer, now, then, supplier=supplier)
        assert cells(shown, "noted") == {own: it for own, it in cells(shown).items() if "was: " in it}
        for voice in now.voices:
            assert f"{show.interval(voice)}, {voice.speaker}: {voice.says}" in shown.words
            assert voice.note in shown.words


@pytest.mark.parametrize("day", ["2023-02-05", "2024-05-31", "2025-11-18"])
def test_side_by_side_each_capital_answers_for_itself_and_silence_is_silence(day: str) -> None:
    for own in ["us", "uk", "germany", "greece"], ["us", "norway", "denmark"]:
        desk, known = explore.capitals(*own).set(layers=["article", "record"], on=day), {}
        assert desk.state["on"] == day, "a chosen day stays, whoever is ticked"
        for layer in ("article", "record"):
            for actor in own:
                told = [held for held in line(actor, layer) if str(held.latest) <= day]
                held = told[-1] if told else None
                new = held and str(held.latest) == day and told[1:]
                then = told[-2] if new else held
                fixed = {"supplier": actor, "weapon": "shorter-range", "place": "russia-border"}
                known |= judged(layer, held, then, **fixed)
        assert cells(desk.shown) == known
        assert "in the record, " in desk.shown.words and "in the report, " in desk.shown.words


def test_each_capital_has_a_weapon_of_its_own() -> None:
    desk = explore.positions("us", "uk", "france").set(weapon="atacms", place="russia-elsewhere")
    weapons = {tuple(value.split()[1:3]) for value in cells(desk.shown)}
    assert weapons == {("us", "atacms"), ("uk", "shorter-range"), ("france", "shorter-range")}
    assert {value.split()[3] for value in cells(desk.shown)} == {"russia-elsewhere"}


def test_the_headings_of_a_cell_are_those_of_its_case() -> None:
    short = {value.id: value.short for value in LIBRARY.values.values()}
    _, heads, *rows = parsed(explore.limits().shown.markup).iter("tr")
    for row in rows:
        for head, cell in zip(heads[1:], row[1:], strict=True):
            for box in cell.iter("input"):
                _, _, weapon, place, target, threatens = box.get("value", "").split()
                assert text(head) == f"{short[weapon]}, {short[place]}"
                assert text(row[0]) == f"{short[target]} {short[threatens]}"
                assert short[place] in box.get("aria-label", "")


# A cell, its paragraphs and words.


def marked(shown: View, look: str) -> set[str]:
    return {text(node[0]).removeprefix("¶ ") for node in looks(shown, look) if node[0].tag == "label"}


@pytest.mark.parametrize("story", ["guns-firing", "near-kyiv", "deeper-battery", "atacms-border"])
def test_a_cell_shows_its_chain_its_paragraphs_and_its_words(story: str) -> None:
    found = rules.judge(case := rules.case(story))
    shown = explore.limits().set(**case.chosen).shown
    assert all(rule.says in shown.words for rule in found.chain)
    assert f"{found.answer.capitalize()} {rules.describe(case.chosen)}" in shown.words
    assert cells(shown, "picked") == {key("article", case): signed(found.answer)}
    assert marked(shown, "settled") == {cited.paragraph for cited in found.chain[-1].cited}
    bearing = {rule.id for rule in found.chain}
    told = {phrase.words for term in TERMS.values() for phrase in term.phrases
        if bearing & {strike.rule for strike in term.strikes}}  # fmt: skip
    assert {text(node) for node in looks(shown, "bearing")} == told


@pytest.mark.parametrize("number", ["3", "8", "9"])
def test_a_paragraph_lights_up_the_cells_that_it_decides(number: str) -> None:
    desk, known = explore.limits().set(paragraph=[number]), set()
    for case in rules.cases(supplier="us"):
        last = rules.judge(case).chain[-1:]
        if any(cited.paragraph == number for rule in last for cited in rule.cited):
            known.add(key("article", case))
    pale = {cell.find("input").get("value") for cell in looks(desk.shown, "passed")}
    assert {*cells(desk.shown)} - pale == known
    count = f"Paragraph {number} decides {len(known)} of {len(rules.cases(supplier='us'))}."
    assert count in desk.shown.gist
    assert desk.set(weapon="atacms").state["paragraph"] == []


@pytest.mark.parametrize("term", TERMS)
def test_words_that_are_crossed_out_change_the_grid_that_they_bear_on(term: str) -> None:
    desk = explore.redraft(term)
    bears = [held for held in LIBRARY.layers["article"] if rules.strike(held, TERMS[term]) != held]
    held = next(own for own in bears if own.id in show.trials([one.id for one in TERMS[term].phrases]))
    new = rules.strike(held, *rules.fallen([phrase.id for phrase in TERMS[term].phrases]))
    known = judged("article", new, held, supplier=held.scope)
    assert cells(desk.shown) == known
    count = sum("was: " in cell for cell in known.values())
    assert f"{count} of {len(known)} answers change" in desk.shown.gist and count
    struck = {text(node) for node in parsed(desk.shown.markup).iter("s")}
    assert struck == {phrase.words for phrase in TERMS[term].phrases}
    start = explore.limits().shown.nodes[0]
    back = desk.set(without=[], capitals=["us"], on="", **rules.cases()[0].chosen)
    assert back.shown.nodes[0] == start


def test_words_fall_only_where_all_their_places_are_crossed_out() -> None:
    desk = explore.redraft().set(without=["kharkiv-only"])
    assert "no answer changes. “the Kharkiv region” still stands in paragraph 3." in desk.shown.gist
    both = desk.set(without=["kharkiv-only", "kharkiv-only-3"])
    assert "10 of 84 answers change" in both.shown.gist
    both.set(without=["kharkiv-only", "kharkiv-only-3", "preparing"])
    assert both.shown.gist.split(": ")[1].count("“") == 3


# No dead ends, and the code.


def test_the_newest_choice_stays_and_the_others_move_and_say_so() -> None:
    desk = explore.positions("us", "uk")
    desk.set(target="civilian")
    assert (desk.state["target"], desk.state["threatens"]) == ("civilian", "nobody")
    said = desk.take({"weapon": "storm-shadow"})["said"]
    assert desk.state["supplier"] == "uk" and "Supplier is now “Britain”." in said
    assert "goes only with “Britain”" in said
    said = explore.redraft().take({"without": ["same-position"]})["said"]
    assert said.startswith("These words bear on another grid: France")


@pytest.mark.parametrize("layer", ["article", "record"])
def test_no_two_values_lead_into_a_dead_end(layer: str) -> None:
    desk = (explore.limits if layer == "article" else explore.capitals)()
    for name in ("weapon", "place", "target", "threatens"):
        for value in rules.values(LIBRARY.dimensions[name], layer):
            desk.set(**{name: value.id})
            assert desk.state[name] == value.id and desk.state["supplier"] in desk.state["capitals"]
            assert looks(desk.shown, "picked")


def test_a_sixth_column_makes_room_and_the_last_one_stays() -> None:
    desk = explore.positions().set(capitals=[*REPORT[:2], "italy", *REPORT[2:]])
    assert len(desk.state["capitals"]) == 5 and "italy" in desk.state["capitals"]
    assert desk.set(capitals=[]).state["capitals"] and desk.set(layers=[]).state["layers"]
    assert desk.set(layers=["record"]).state["layer"] == "record"
    assert desk.state["on"] in show.stops(desk.state["capitals"], ["record"])


def test_a_cell_sets_all_its_values_at_once() -> None:
    desk, near = explore.limits(), rules.case("near-kyiv")
    answer = told(desk.name, set={"cell": key("article", near)})
    assert answer["gist"].startswith("This case: not allowed.")
    assert f'value="{key("article", near)}" checked=""' in answer["html"]
    assert {name: desk.state[name] for name in LIBRARY.dimensions} == near.chosen


OPENED = [
    explore.limits().set(target="aircraft", threatens="elsewhere"),
    explore.limits("uk").set(paragraph=["5"]),
    explore.redraft("preparing").set(without=["preparing", "atacms"]),
    explore.changes("uk").set(on="2024-05-02", target="preparing"),
    explore.positions("us", "france").set(layers=["article", "record"], place="russia-elsewhere"),
    explore.capitals(),
]


@pytest.mark.parametrize("desk", OPENED, ids=lambda desk: desk.name)
def test_the_line_of_code_gives_this_very_view(desk: Explorer) -> None:
    code = desk.shown.words.split("\n")[-1]
    again = eval(code[0].lower() + code[1:], {"explore": explore})
    assert again.state == desk.state and again.shown.nodes[0] == desk.shown.nodes[0]


@pytest.mark.parametrize("wrong", ["limits usa supplier", "redraft prepp term", "changes greece supplier"])
def test_an_unknown_name_is_refused(wrong: str) -> None:
    door, name, kind = wrong.split()
    with pytest.raises((KeyError, ValueError), match=f"“{name}”.*{kind}|{kind}[a-z ]* “{name}”"):
        getattr(explore, door)(name)


# A limit of one's own.


def test_a_draft_permits_what_it_asks_for_and_is_kept() -> None:
    asks = ["shorter-range", "attacking", "preparing", "kharkiv"]
    desk, held = explore.draft("rewrite"), facts.position("us")
    desk.take({"asks": asks})
    assert desk.markup().rindex('name="asks"') < desk.markup().index('name="keep"')  # ticks come first
    for case in rules.cases(supplier="us"):
        own = case["weapon"] in asks and case["target"] in asks and case["threatens"] in asks
        ban = rules.judge(case, held._replace(rules=held.rules[:1])).answer
        now, was = "allowed" if own else ban, rules.judge(case).answer
        told = signed(now) + (f" (was: {was})" if now != was else "")
        assert cells(desk.shown)[key("article", case)] == told
    assert not journal.kept("rewrite").answer
    assert desk.take({}, "keep")["said"] == journal.SAVED and explore.draft("rewrite").state["asks"] == asks
    assert journal.kept("rewrite").answer == "shorter range; attacking; about to attack; Kharkiv"


def test_what_is_stored_of_a_desk_reads_without_a_control() -> None:
    stored = explore.redraft("atacms")._repr_mimebundle_()
    assert not re.search("<(input|label|button|form)", stored["text/html"])
    assert "Attacking Kharkiv: shorter range, Russia, at the border: " in stored["text/plain"]


def order(shown: View) -> list[str]:
    """The paragraphs of the text in their order, those that are folded away last."""
    return [text(node) for node in looks(shown, "paragraph") if node.tag == "label"]


def test_words_that_are_crossed_out_stay_where_they_are_and_one_press_undoes_it() -> None:
    first = explore.redraft()
    for phrase in LIBRARY.phrases:
        desk = explore.redraft().set(without=[phrase])
        if desk.state["capitals"] == first.state["capitals"]:  # else another grid came up
            assert order(desk.shown) == order(first.shown), phrase
            assert cells(desk.set(without=[]).shown) == cells(first.shown), phrase
