"""Each view says in words what its picture says, shows what the rules and tables say, and is safe to show."""

import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import matplotlib
import pytest
from matplotlib.colors import to_hex

from helpers import ask, explore, facts, rules, show, view
from tests import drawings
from tests.conftest import Edit

WEAPON_FAR = {"weapon": "long-range", "place": "russia-elsewhere", "target": "attacking", "threatens": "kharkiv"}
VIEWS = {
    "verdict": lambda: show.verdict(rules.case("near-kyiv")),
    "unclear verdict": lambda: show.verdict(rules.case("supply-site")),
    "silent verdict": lambda: show.verdict(rules.case("own-weapon")),
    "prediction": lambda: show.prediction("bomber", "allowed"),
    "no prediction": lambda: show.prediction("bomber"),
    "limits": lambda: show.limits("us"),
    "limits before": lambda: show.limits("us", "shorter-range", on="2023-12-31"),
    "answer": lambda: show.answer(**rules.case("guns-firing").chosen),
    "redraft": lambda: show.redraft("kharkiv-only"),
    "positions": lambda: show.positions(),
    "positions with a case": lambda: show.positions("us", "uk", **WEAPON_FAR),
    "timeline": lambda: show.timeline(),
    "timeline until": lambda: show.timeline(until="2024-05-16"),
    "timeline step": lambda: show.timeline(step=5, order="text"),
    "paragraphs": lambda: show.paragraphs("3", "8"),
    "words": lambda: show.words("hedge"),
    "times": lambda: show.times(),
    "unsaid": lambda: show.unsaid("5"),
    "question": lambda: ask.question("exit-same"),
    "note": lambda: show.note("A note."),
}


# The elements that a view may have: those with a look of their own, and those that may go without.
STYLED = {"p", "div", "table", "caption", "th", "td", "img", "a"}
PLAIN = {"body", "span", "strong", "small", "br", "ol", "li", "thead", "tbody", "tr", "picture", "source"}


def parsed(markup: str) -> ET.Element:
    """The elements of a view, of which none is unknown or without its look, and no look is unknown."""
    closed = re.sub(r"<(br|img|source)([^>]*)>", r"<\1\2/>", re.sub("</source>", "", markup))
    body = ET.fromstring(f"<body>{closed}</body>")
    for one in body.iter():
        looks = [look.removeprefix("wl-") for look in one.get("class", "").split()]
        assert one.tag in PLAIN or (one.tag in STYLED and (looks or one.get("style"))), ET.tostring(one)
        assert all(look in view.LOOKS for look in looks), ET.tostring(one)
    return body


def text(node: ET.Element) -> str:
    return " ".join("".join(node.itertext()).split())


@pytest.mark.parametrize("name", VIEWS)
def test_the_same_arguments_give_the_same_bytes(name: str) -> None:
    assert VIEWS[name]() == VIEWS[name]()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_a_whole_page_part_that_a_screen_reader_can_read(name: str) -> None:
    shown = VIEWS[name]()
    body = parsed(shown.markup)
    for table in body.iter("table"):
        assert text(table.find("caption")), "a table has a caption"
        assert all(cell.get("scope") for cell in table.iter("th"))
    for image in body.iter("img"):
        assert len(image.get("alt", "")) > 40
    assert not list(body.iter("svg")) and "<script" not in shown.markup
    assert shown.words.strip() and shown.gist == shown.words.split("\n")[0]


@pytest.mark.parametrize("name", [name for name in VIEWS if name not in ("question", "note", "words", "times")])
def test_a_view_of_facts_names_its_layer(name: str) -> None:
    line = "From the report (The Irish Times, with a text from The New York Times, 30 May 2024). Layer: article."
    shown = VIEWS[name]()
    assert shown.words.endswith(line)
    assert text(parsed(shown.markup)).endswith(line)


def test_the_notebook_gets_words_and_markup_with_its_looks_written_into_it() -> None:
    shown, (size, box) = show.note("A note."), (view.LOOKS[one] for one in ("title", "page"))
    assert shown.markup == '<div class="wl-page"><p class="wl-title">A note.</p></div>'
    assert shown._repr_mimebundle_() == {
        "text/plain": "A note.",
        "text/html": f'<div class="wl-page" style="{box}"><p class="wl-title" style="{size}">A note.</p></div>',
    }


def test_an_element_with_two_looks_has_the_styles_of_both_in_their_order() -> None:
    marked, (shape, fill) = view.styled(view.mark("not stated")), (view.LOOKS[one] for one in ("mark", "not-stated"))
    assert marked.startswith(f'<span class="wl-mark wl-not-stated" style="{shape};{fill}">')


def test_a_trial_on_a_position_has_answers_of_its_own() -> None:
    # What was found for a position is kept: it must not serve a trial on it, which cites the same.
    held = facts.position("us")
    for one in (held, *(rules.strike(held, term) for term in facts.library().terms.values())):
        for panel in show._panels(held):
            assert show._answers(panel, one) == {case.ids: _answer(case, one) for case in panel.cases.values()}


def _answer(case: rules.Case, held: facts.Position) -> str:
    return rules.judge(case, held).answer


def test_the_sheet_has_each_look_as_a_rule_that_outdoes_the_notebook() -> None:
    rules_ = [line.split(" ", 1) for line in view.sheet().split("\n")]
    assert [one for one, _ in rules_] == [f".wl-{name}" * 4 for name in view.LOOKS]
    assert [one for _, one in rules_] == [f"{{ {look} }}" for look in view.LOOKS.values()]
    assert f"{view.sheet()}\n</style>" in explore.start().markup


# The verdict.


def test_a_verdict_in_words() -> None:
    assert show.verdict(rules.case("atacms-border")).words.split("\n")[:-1] == [
        "Not allowed: United States, in force since 30 May 2024 at the latest.",
        "Supplier: United States; weapon: ATACMS; place: Russia, just across from the Kharkiv region;"
        " target: forces that are attacking; under threat: the Kharkiv area.",
        "General rule",
        "Where the new permission does not reach, the ban stays: no American weapons fired into Russia."
        " paragraph 4 The New York Times paragraph 8 US officials",
        "Exception",
        "Ukraine may answer forces that attack or are about to attack, “in the Kharkiv region”."
        " paragraph 3 a US official in a statement",
        "Limit · this settles it",
        "But not with ATACMS, and not as a long-range strike."
        " paragraph 3 a US official in a statement paragraph 9 a senior US official",
    ]


def test_an_unclear_verdict_gives_both_readings_and_a_silent_one_says_so() -> None:
    unclear = show.verdict(rules.case("deeper-battery")).words
    assert "\nReading A: Paragraph 8 sets no distance." in unclear
    assert "\nReading B: Paragraph 2 speaks of fire from “just over the border”." in unclear
    silent = show.verdict(rules.case("occupied-us")).words
    assert silent.startswith("Not stated: United States") and "Silence is not permission." in silent


def test_a_prediction_is_kept_apart_from_the_verdict() -> None:
    blank, right, wrong = (show.prediction("bomber", answer).words for answer in (None, "unclear", "allowed"))
    assert blank.split("\n")[1] == "Your prediction: allowed, not allowed, not stated or unclear?"
    assert "fits" not in blank and "differs" not in blank and "Reading" not in blank
    assert right.startswith("Your prediction fits. You predicted: unclear.")
    british = facts.library().stories["british-view-of-us"]
    held = show.verdict(rules.case(british.id), facts.position("uk")).words
    assert held in show.prediction(british.id, "not stated").words
    assert wrong.startswith("The report differs. You predicted: allowed.") and "Unclear: United States" in wrong


def test_values_that_do_not_go_together_are_answered_with_the_reason() -> None:
    chosen = rules.case("guns-firing").chosen | {"supplier": "uk", "weapon": "atacms"}
    assert show.answer(**chosen).gist == (
        "There is no such case: “ATACMS” goes only with “United States”."
        " In the report, ATACMS come from the United States."
    )


# The grid: every cell of the table has the answer of the engine.


def grid(markup: str) -> Iterator[tuple[str, list[str], str, str]]:
    """Yield the caption, the headings of the row, the heading of the column and the text of each cell."""
    for table in parsed(markup).iter("table"):
        columns = [text(cell) for cell in table.find("thead").iter("th")][1:]
        for row in table.find("tbody"):
            (names,) = (text(cell) for cell in row.iter("th"))
            for column, cell in zip(columns, row.iter("td"), strict=True):
                yield text(table.find("caption")), names.split(" · "), column, text(cell)


@pytest.mark.parametrize("supplier", [value.id for value in rules.values(facts.library().dimensions["supplier"])])
def test_every_cell_of_the_limits_shows_the_verdict(supplier: str) -> None:
    short = {(value.dimension, value.short): value.id for value in facts.library().values.values()}
    labels = {value.label: value.id for value in facts.library().dimensions["weapon"].values}
    found = 0
    for caption, (target, threatens), column, cell in grid(show.limits(supplier).markup):
        chosen = {
            "supplier": supplier,
            "weapon": labels[caption],
            "place": short["place", column],
            "target": short["target", target],
            "threatens": short["threatens", threatens],
        }
        if cell == f"▫ {show.NO_CASE}":
            with pytest.raises(rules.CaseError):
                rules.Case(**chosen)
        else:
            answer = rules.judge(rules.Case(**chosen)).answer
            assert cell == f"{view.MARKS[answer][0]} {answer}", chosen
            found += 1
    assert found == len(rules.cases(supplier=supplier))


def test_an_impossible_case_keeps_the_table_in_its_place() -> None:
    whole = rules.case("guns-firing").chosen
    grids = [show.answer(**whole | {"weapon": weapon}).markup for weapon in ("shorter-range", "storm-shadow")]
    assert [len(list(parsed(markup).iter("table"))) for markup in grids] == [1, 1]
    clash = whole | {"supplier": "uk", "weapon": "long-range", "target": "attacking", "threatens": "nobody"}
    (found,) = parsed(show.answer(**clash).markup).iter("table")
    (asked,) = parsed(show.limits("uk", "long-range").markup).iter("table")
    assert "There is no such case" in show.answer(**clash).words and ET.tostring(found) == ET.tostring(asked)


def test_a_mistyped_day_gets_a_sentence() -> None:
    assert show.timeline(until="16 May").words == "“16 May” is no day. Write year-month-day, such as 2024-01-31."


def test_the_limits_in_words_name_the_open_cells() -> None:
    lines = show.limits("us").words.split("\n")
    first = lines.index("Shorter range")
    assert lines[first + 1] == (
        "Attacking · Kharkiv: Russia, at the border: allowed; Russia, elsewhere: unclear; occupied Ukraine: not stated"
    )


def framed(shown: view.View) -> list[str]:
    """The cells that stand out."""
    return [text(cell) for cell in parsed(shown.markup).iter("td") if "wl-noted" in cell.get("class", "")]


def test_a_chosen_case_is_framed_and_named() -> None:
    shown = show.answer(**rules.case("near-kyiv").chosen)
    assert framed(shown) == ["✕ not allowed (your case)"]


def test_a_redraft_frames_the_cells_that_change_and_is_called_a_trial() -> None:
    shown = show.redraft("kharkiv-only")
    assert Counter(framed(shown)) == {"● allowed (was: not allowed)": 2, "◐ unclear (was: not allowed)": 2}
    assert shown.gist == "Without “the Kharkiv area” paragraph 8: United States: 4 of 90 answers change."
    assert "4 of 90 answers change (not allowed becomes allowed: 2; not allowed becomes unclear: 2)" in shown.words
    assert show.TRIAL in shown.words and show.TRIAL in shown.markup


# The positions.


def test_the_most_silent_questions_come_first() -> None:
    rows = list(parsed(show.positions().markup).iter("tr"))[1:]
    silent = [sum(text(cell) == "○ not stated" for cell in row.iter("td")) for row in rows]
    assert silent == sorted(silent, reverse=True) and silent[0] == 5 and silent[-1] == 0


def test_each_cell_shows_what_the_report_says_of_that_actor() -> None:
    head, *rows = parsed(show.positions().markup).iter("tr")
    names = [text(cell) for cell in head.iter("th")][1:]
    questions = {row["question"]: row["id"] for row in facts.library().rows["aspects"]}
    held = [facts.position(one.actor.id) for one in facts.library().positions.values() if one.layer == "article"]
    ids = {one.actor.name: one.id for one in held}
    told = {(one.position, one.aspect): one for one in facts.library().statements.values()}
    for row in rows:
        aspect = questions[text(row.find("th"))]
        for name, cell in zip(names, row.iter("td"), strict=True):
            said = told.get((ids[name], aspect))
            boxes = " ".join(f"¶ {number}" for number in said.paragraphs) if said else ""
            sign = "◐ unclear " if said and said.status == "unclear" else ""
            assert text(cell) == (f"{sign}{said.says} {boxes}" if said else "○ not stated")


def test_the_same_case_is_put_to_everyone_with_a_weapon_of_its_own() -> None:
    far = {"place": "russia-elsewhere", "target": "other-military", "threatens": "nobody"}
    assert show.positions(weapon="storm-shadow", **far).gist == (
        "This case: United States: no such case; Britain: allowed; France: no such case; Germany: no such case;"
        " Jens Stoltenberg, NATO: unclear; Ukraine: no such case."
    )
    assert show.positions("us", "uk", "france", weapon="long-range", **far).gist == (
        "This case: United States: not allowed; Britain: not stated; France: unclear."
    )


# The timeline: the drawing is held against the table.


@pytest.mark.parametrize("width", [show.WIDE, show.NARROW])
@pytest.mark.parametrize("order", ["time", "text"])
def test_each_row_of_the_timeline_has_its_own_box_title_dates_and_bar(width: int, order: str) -> None:
    events = show.ordered(order)
    words, lines = drawings.read(show._draw(events, {one.id for one in events}, "", width, {}))
    titles = {one.says: one for one in words}
    wide = width == show.WIDE
    days = [day for one in events for day in (one.earliest, one.latest) if day]
    place, _, _ = show._scale(days, *((300, show.WIDE - 190) if wide else (8, width - 10)))
    tops = [titles[one.title].y for one in events]
    assert tops == sorted(tops)
    for event, top in zip(events, tops, strict=True):
        row = [one.says for one in words if abs(one.y - top) < 4]
        assert row == [event.claim.paragraph, event.title, show._short(event)]
        middle = top + (-5 if wide else 14)
        bars = [one for one in lines if abs(sum(y for _, y in one.points) / len(one.points) - middle) < 3]
        bars = [one for one in bars if one.points[0][0] > (50 if wide else 0) and one.style.get("stroke") == view.INK]
        ends = [x for one in bars for x, _ in one.points]
        half = 5 if event.earliest == event.latest else 0  # the corners of a diamond
        assert max(ends) == pytest.approx(place(event.latest) + half, abs=0.01)
        if event.earliest:
            assert min(ends) == pytest.approx(place(event.earliest) - half, abs=0.01)
        assert any("stroke-dasharray" in one.style for one in bars) == (event.earliest is None)


def test_the_axis_keeps_the_order_of_days_and_cuts_the_long_gap() -> None:
    days = sorted({day for one in show.ordered("time") for day in (one.earliest, one.latest) if day})
    place, ticks, cuts = show._scale(days, 0, 400)
    xs = [place(day) for day in days]
    assert xs == sorted(xs) and xs[0] > 0 and xs[-1] < 400
    assert [label for _, label in ticks] == ["Feb 2022", "Apr", "May"] and len(cuts) == 1
    assert place(days[1]) < cuts[0] < place(days[2])


def test_the_dates_lines_and_shades_of_the_timeline_are_those_of_the_tables() -> None:
    events = show.ordered("time")
    short = {one.id: show._short(one) for one in events}
    assert short["ban"] == "31 Jan – 28 Feb 2022" and short["requests"] == "by 30 Mar"
    assert short["britain"] == "31 Mar – 16 May" and short["politico"] == "30 May"
    bright = events[:6]
    words, lines = drawings.read(show._draw(events, {one.id for one in bright}, bright[-1].id, show.WIDE, {}))
    place, ticks, _ = show._scale([day for one in events for day in (one.earliest, one.latest) if day], 300, 670)
    uprights = {one.points[0][0] for one in lines if one.points[0][0] == one.points[-1][0]}
    for x in (*(x for x, _ in ticks), place(date(2024, 5, 30))):
        assert any(abs(x - one) < 0.01 for one in uprights)
    assert [x for x, label in ticks if label == "May"] == [place(date(2024, 5, 1))]
    texts = {one.says: one for one in words}
    assert texts["report"].x == pytest.approx(place(date(2024, 5, 30)), abs=0.01)
    dark = {one.title for one in events if texts[one.title].style["fill"] == view.INK}
    assert dark == {one.title for one in bright}
    (band,) = (one for one in lines if one.style.get("fill") == view.BAND)
    heights = [y for _, y in band.points]
    assert min(heights) < texts[bright[-1].title].y < max(heights)


def test_no_label_of_the_timeline_is_cut_off_or_covers_another() -> None:
    for width, layer in product((show.WIDE, show.NARROW), ("article", "both", "record")):
        events = [one for one in show.ordered("time", layer) if layer != "record" or one.topic == "decision"]
        words, _ = drawings.read(show._draw(events, set(), events[-1].id, width, show._record_days(layer)))
        extents = [(one.says, *one.extent) for one in words]
        for index, (label, left, right, top, bottom) in enumerate(extents):
            assert left >= 0 and right <= width and top >= 0, label
            for other, start, end, over, under in extents[index + 1 :]:
                assert right < start or end < left or bottom < over or under < top, f"{label} covers {other}"


def test_the_timeline_shows_only_what_had_surely_happened() -> None:
    assert show.timeline(until="2024-05-16").gist == "Timeline: 6 of 20 events, sorted by latest possible day."
    assert "Politico" not in show.timeline(until="2024-05-29").words
    assert show.timeline(until="2020-01-01").gist == "Timeline: 0 of 20 events, sorted by latest possible day."


def test_a_step_tells_its_event_with_time_words_rule_and_gap() -> None:
    shown = show.timeline(step=6)
    assert shown.gist == (
        "Event 6 of 20, sorted by latest possible day: Britain allows Storm Shadow, 31 March 2024 to 16 May 2024."
    )
    card = text(next(one for one in parsed(shown.markup).iter("div") if one.get("class") == "wl-card"))
    assert "Britain lets Ukraine use Storm Shadow in Russia. ¶ 5 — The New York Times" in card
    assert "The report does not say: who said so in London" in card
    assert "Time words: “weeks” or “weeks ago”. At least two weeks before the report" in shown.words
    assert "The report does not say: who said so in London" in shown.words


@pytest.mark.parametrize("step", range(1, len(show.ordered("time", "record")) + 1))
def test_a_step_of_the_record_tells_its_event_with_sources_and_status(step: int) -> None:
    event = show.ordered("time", "record")[step - 1]
    shown = show.timeline(step=step, layer="record")
    card = next(one for one in parsed(shown.markup).iter("div") if one.get("class") == "wl-card")
    told, *lines = (text(one) for one in card)
    cited = " · ".join(one.citation for one in event.sources)
    assert told == f"{event.title}. {event.told} {cited} ({event.status})"
    assert lines == [event.note, ""]


def test_what_a_claim_leaves_unsaid_may_be_nothing(edit: Edit) -> None:
    gap = show.ordered("time", "article")[5].claim.left_unsaid
    assert f"The report does not say: {gap}." in show.timeline(step=6).words
    facts.use(edit("claims.csv", gap, ""))
    card = next(one for one in parsed(show.timeline(step=6).markup).iter("div") if one.get("class") == "wl-card")
    assert [text(one) for one in card][2:] == [""]


def test_evidence_from_the_record_names_each_outlet_and_from_the_report_its_speaker() -> None:
    events = facts.library().events.values()
    heard = {one.id: "; ".join(source.publisher for source in one.sources) for one in events if not one.claim}
    heard |= {one.id: one.claim.attribution for one in events if one.claim}
    heard = {id_: says for id_, says in heard.items() if not id_.isalpha()}  # a plain word is no id
    rows = list(parsed(show.evidence(" ".join(heard)).markup).iter("tr"))[1:]
    assert {text(row[0]): text(row[3]) for row in rows} == heard


@pytest.mark.parametrize("day", ["2024-05-30", "2024-05-31", "2025-11-30"])
def test_the_positions_are_those_held_on_the_day(day: str) -> None:
    shown = show.positions("us", layer="record", on=day, **WEAPON_FAR | {"place": "russia-border"})
    verdict = rules.judge(
        rules.Case(supplier="us", **WEAPON_FAR | {"place": "russia-border"}), facts.position("us", "record", day)
    )
    assert shown.gist == f"This case: {facts.library().actors['us'].name}: {verdict.answer}."


def test_the_picture_comes_for_wide_and_narrow_screens_with_its_words() -> None:
    shown = show.timeline()
    body = parsed(shown.markup)
    image = next(body.iter("img"))
    assert image.get("alt").split() == " ".join(shown.words.split("\n")[1:-2]).split()
    sources = [image.get("src"), next(body.iter("source")).get("srcset")]
    drawings = [b64decode(source.split(",")[1]).decode() for source in sources]
    assert [re.search(r'viewBox="0 0 (\d+)', one).group(1) for one in drawings] == [str(show.WIDE), str(show.NARROW)]
    assert all("Britain allows Storm Shadow" in drawing and "<dc:date>" not in drawing for drawing in drawings)


# Safety and colours.


def test_markup_in_the_tables_is_shown_as_text(edit: Edit) -> None:
    bad = "<img src=x onerror=alert(1)>"
    edit("terms.csv", "border,just over the border", "border," + bad)
    edit("events.csv", "Britain allows Storm Shadow", bad)
    edit("paragraphs.csv", "Who else reported it", bad)
    edit("statements.csv", "“anywhere in Russia”", bad)
    edit(
        "rules.csv",
        'us-long-range,us,us-ban,limit,not allowed,"But not with ATACMS',
        f'us-long-range,us,us-ban,limit,not allowed,"{bad}',
    )
    edit("cases.csv", "A Russian aircraft over Russia is on its way", bad)
    edit("options.csv", "It was 16 May.", bad)
    facts.use(edit("questions.csv", "“officials said”. How many", bad))
    for name in VIEWS:
        assert bad not in VIEWS[name]().markup, name
    assert bad not in show.redraft("just-over-the-border").markup + ask.question("before-weeks").markup
    assert bad in show.paragraphs("10").words and "&lt;img" in show.paragraphs("10").markup


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("back", [view.PAPER, view.BAND])
@pytest.mark.parametrize("ink", [view.INK, view.FAINT, view.RECORD])
def test_text_stands_out_from_its_ground(ink: str, back: str) -> None:
    assert contrast(ink, back) >= 4.5


@pytest.mark.parametrize("answer", rules.ANSWERS)
def test_an_answer_has_a_sign_a_word_and_a_fill_that_text_can_be_read_on(answer: str) -> None:
    sign, fill = view.MARKS[answer]
    assert text(parsed(view.mark(answer))) == f"{sign} {answer}"
    ink = re.search(r"(?<![-\w])color:(#\w+)", fill).group(1)
    grounds = re.findall(r"#\w{3,6}", fill.split("background:")[1].split(";border")[0].split(";color")[0])
    assert grounds
    for ground in grounds:
        full = ground if len(ground) == 7 else "#" + "".join(digit * 2 for digit in ground[1:])
        inked = ink if len(ink) == 7 else "#" + "".join(digit * 2 for digit in ink[1:])
        assert contrast(inked, full) >= 4.5, f"{ink} on {ground}"


def test_the_four_answers_have_four_signs_and_four_fills() -> None:
    assert list(view.MARKS) == list(rules.ANSWERS)
    assert len({sign for sign, _ in view.MARKS.values()}) == len({fill for _, fill in view.MARKS.values()}) == 4


def test_the_page_style_is_in_the_package() -> None:
    page = (Path(show.__file__).parent / "page.html").read_text(encoding="utf-8")
    assert "data-lm-suppress-shortcuts" in page and "http" not in page


@pytest.mark.parametrize(
    ("ask_for", "kind"),
    [
        (lambda: facts.table("evnts"), "table"),
        (lambda: facts.paragraph("12"), "paragraph"),
        (lambda: show.words("hegde"), "word"),
        (lambda: show.people("bidden"), "actor"),
        (lambda: show.prediction("bommber"), "story"),
        (lambda: show.changes("franse", "long-range"), "position"),
        (lambda: show.reasons("keepp"), "side in reasons"),
        (lambda: ask.prompt("memmo"), "question"),
        (lambda: ask.check("memmo", "", ""), "question"),
        (lambda: explore.question("memmo"), "question"),
        (lambda: show.voices("franse"), "actor"),
        (lambda: show.voices("france", about="wether"), "subject of these voices"),
        (lambda: show.ordered("tmie"), "order"),
        (lambda: explore.positions("franse"), "position"),
        (lambda: explore.write("memmo"), "question"),
        (lambda: facts.library().row("events", "evnt"), "row of events"),
    ],
)
def test_an_unknown_name_is_refused_as_what_it_should_be(ask_for: Callable[[], object], kind: str) -> None:
    with pytest.raises(KeyError, match=f"There is no {kind} “"):
        ask_for()


def test_the_lines_of_a_cell_are_told_apart() -> None:
    cell = view.tag("p", "one") + view.tag("p", "two")
    markup = view.table("Caption", ("First", "Second", "Third"), [("Row", view.Html(cell), "three")])
    assert view.in_words(markup) == "Caption\nRow: Second: one two; Third: three"


def test_with_no_events_our_sources_reach_to_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts.library(), "events", {})
    assert f"reach, {show.report_day():%B %Y}." in show.layer_line("record")


def test_a_figure_keeps_signs_of_mathematics_and_its_paper_in_any_style() -> None:
    with matplotlib.rc_context({"figure.facecolor": "black"}):
        figure = view.canvas(100, 50)
    figure.axes[0].text(0, 0, "from $5$ to $6$")
    assert ">from $5$ to $6$</text>" in view._svg(figure)  # with mathematics read, a comment has the words
    assert to_hex(figure.get_facecolor()) == view.PAPER
    assert figure.axes[0].get_position().bounds == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("days", "months", "cuts"),
    [
        (("2024-01-07", "2024-02-01"), ["Jan", "Feb"], 0),
        (("2024-01-08", "2024-01-31"), [], 0),
        (("2023-12-31", "2024-01-02"), ["Jan"], 0),
        (("2024-12-01", "2025-01-01"), ["Dec", "Jan 2025"], 0),
        (("2024-01-03", "2024-05-02"), ["Jan", "Feb", "Mar", "Apr", "May"], 0),
        (("2024-01-03", "2024-05-03"), ["Jan", "May"], 1),
    ],
)
def test_the_axis_has_a_line_for_each_month_and_a_cut_in_each_long_gap(
    days: Sequence[str], months: list[str], cuts: int
) -> None:
    place, ticks, cut = show._scale(map(date.fromisoformat, days), 100, 200)
    assert [label for _, label in ticks] == months and len(cut) == cuts
    assert [x for x, _ in ticks] == sorted(x for x, _ in ticks)
    edges = [place(date.fromisoformat(one)) for one in days]
    assert 100 < edges[0] < edges[1] < 200 and all(edges[0] < one < edges[1] for one in cut)


def test_a_single_day_has_room_on_both_sides() -> None:
    day = show.report_day()
    assert show._scale([day], 100, 230)[0](day) == 160


def test_a_position_about_no_supplier_is_shown_for_the_first() -> None:
    first = facts.library().dimensions["supplier"].values[0].id
    cells = [cell for _, _, _, cell in grid(show.limits("stoltenberg").markup) if show.NO_CASE not in cell]
    assert len(cells) == len(rules.cases(supplier=first))


def test_events_of_the_record_follow_the_text_in_the_order_of_their_table() -> None:
    record = [one for one in facts.library().events.values() if one.layer == "record"]
    assert show.ordered("text", "record") == record
    assert show.timeline(layer="record", topic="wether").words == "No event is told in the layer “record”."


def test_all_that_the_record_knows_of_an_event_stands_beside_it(edit: Edit) -> None:
    own = next(one for one in facts.library().events.values() if one.dates == "politico")
    other = next(one for one in facts.library().events.values() if one.layer == "record" and not one.dates)
    lines = (facts.home() / "events.csv").read_text(encoding="utf-8").splitlines()
    line = next(one for one in lines if one.startswith(f"{other.id},"))
    facts.use(edit("events.csv", line, line + "politico"))
    shown = show.timeline(layer="both")
    told = [f" In the record: {show.interval(one)}, {one.title} ({one.status})." for one in (own, other)]
    assert "".join(told) in shown.words or "".join(reversed(told)) in shown.words
    wide = b64decode(re.search(r'src="[^,]+,([^"]+)', shown.markup)[1]).decode()
    marks = [f"  ▲ {show._short(one)}" for one in (own, other)]
    assert "".join(marks) in wide or "".join(reversed(marks)) in wide


def test_the_day_of_the_report_is_that_of_the_first_source(edit: Edit) -> None:
    facts.use(edit("sources.csv", "Politico,2024-05-30,Read in a copy.", "Politico,2024-05-29,Read in a copy."))
    assert show.report_day() == date(2024, 5, 30)


def test_with_no_supplier_named_the_limits_are_those_of_the_first() -> None:
    assert show.limits() == show.limits(facts.library().dimensions["supplier"].values[0].id)
    assert show.limits("uk", "atacms").words == "There is no case with “atacms” for Britain."


def test_one_with_no_weapons_of_its_own_is_asked_about_those_of_the_first_supplier() -> None:
    held = next(one for one in facts.library().positions.values() if not one.scope and one.rules)
    judged = show._judged(held, held)
    cases = [case for panel, *_ in judged for case in panel.cases.values()]
    assert {case.decider for case in cases} == {facts.library().dimensions["supplier"].values[0].id}
    assert any(now != show._answers(panel, facts.position(cases[0].decider)) for panel, _, now in judged)
    assert all(then == now for _, then, now in judged)


def test_many_changes_that_are_all_alike_are_only_told(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [one for one in facts.library().positions.values() if one.layer == "article"]
    struck = [(one, rules.strike(one, term)) for term in facts.library().terms.values() for one in held]
    judged = [(one, show._judged(one, without)) for one, without in struck]
    one, found = next((one, found) for one, found in judged if len(set(show._changed(found).values())) == 1)
    for few, told_only in ((len(show._changed(found)), False), (len(show._changed(found)) - 1, True)):
        monkeypatch.setattr(show, "FEW", few)
        assert (len(list(show._redrafted(one, found))) == 1) == told_only


def test_a_story_is_told_with_the_layer_of_its_position(monkeypatch: pytest.MonkeyPatch) -> None:
    stories, held = facts.library().stories, facts.library().positions.values()
    story = replace(next(iter(stories.values())), position=next(one for one in held if one.layer == "record"))
    monkeypatch.setitem(stories, story.id, story)
    assert show.prediction(story.id).words.endswith(show.layer_line("record"))


def test_a_prediction_that_is_taken_back_is_neither_kept_nor_judged(own_folder: Path) -> None:
    explorer = explore.predict("bomber").set(answer=None)
    assert explorer.shown == show.note("Not predicted yet.") and not own_folder.exists()
    assert explorer._line.value == ""


def test_a_scale_without_a_figure_is_an_empty_paper() -> None:
    assert not show._scaled([], 400).axes[0].texts


@pytest.mark.parametrize(
    ("ticks", "left"),
    [
        ([(0.5, "Jan"), (22.4, "Feb"), (22.5, "Mar"), (44.5, "Apr")], ["Jan", "Mar", "Apr"]),  # 22 pixels for a name
        ([(61.9, "May"), (62.0, "June")], ["May"]),  # up to 16 pixels before what stands at 100
        ([(62.0, "May")], []),
        ([(116.0, "May"), (116.1, "June")], ["June"]),  # and after it
    ],
)
def test_labels_of_the_axis_leave_room_for_each_other(ticks: list[tuple[float, str]], left: list[str]) -> None:
    assert [label for _, label in show._apart(ticks, 100)] == left
