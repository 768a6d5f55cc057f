"""Each view says in words what it shows, shows what the rules and tables say, and is safe to show."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from helpers import facts, rules, show, view
from helpers.show import policy
from tests.conftest import Edit

LIBRARY = facts.library()
FAR = {"weapon": "long-range", "place": "russia-elsewhere", "target": "attacking", "threatens": "kharkiv"}
ARTICLE = "From the report (The Irish Times, with a text from The New York Times, 30 May 2024). Layer: article."
OURS = {"note": "A note.", **dict.fromkeys(("words", "times"), "In our own words, for the words of the report.")}
VIEWS = {
    "verdict": lambda: show.verdict(rules.case("near-kyiv")),
    "prediction": lambda: show.prediction("bomber", "allowed"),
    "no prediction": lambda: show.prediction("bomber"),
    "limits": lambda: show.limits("us"),
    "answer": lambda: show.answer(**rules.case("guns-firing").chosen),
    "redraft": lambda: show.redraft("kharkiv-only"),
    "positions": lambda: show.positions(),
    "positions with a case": lambda: show.positions("us", "uk", **FAR),
    "timeline": lambda: show.timeline(),
    "timeline step": lambda: show.timeline(step=5, order="text"),
    "paragraphs": lambda: show.paragraphs("3", "8"),
    "unsaid": lambda: show.unsaid("5"),
    "words": lambda: show.words("hedge"),
    "times": lambda: show.times(),
    "note": lambda: show.note("A note."),
}


def parsed(markup: str) -> ET.Element:
    """The elements of a view."""
    closed = re.sub(r"<(br|img|source|input)([^>]*)>", r"<\1\2/>", markup)
    return ET.fromstring(f"<body>{closed}</body>")


def text(node: ET.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def looks(shown: view.View, look: str) -> list[ET.Element]:
    return [node for node in parsed(shown.markup).iter() if f"wl-{look}" in node.get("class", "").split()]


def answered(case: rules.Case, held: facts.Position) -> str:
    return rules.judge(case, held).answer


def signed(answer: str) -> str:
    return f"{view.SIGNS[answer]} {answer}"


def is_readable(shown: view.View) -> bool:
    """Whether a screen reader can read a view: tables with captions and heads, pictures with words."""
    body = parsed(shown.markup)
    captions = [text(table.find("caption")) for table in body.iter("table")]
    pictures = [len(image.get("alt", "")) > 40 for image in body.iter("img")]
    return all([*captions, *pictures, *(cell.get("scope") for cell in body.iter("th"))])


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_can_be_read_aloud_and_names_its_layer(name: str) -> None:
    shown = VIEWS[name]()
    assert is_readable(shown) and shown.words.strip() and shown.gist == shown.words.split("\n")[0]
    assert shown.words.endswith(OURS.get(name, ARTICLE))


# The verdict.


def test_an_unclear_verdict_gives_both_readings_and_a_silent_one_says_so() -> None:
    unclear = show.verdict(rules.case("deeper-battery")).words
    assert "\nReading A: Paragraph 8 sets no distance." in unclear
    assert "\nReading B: Paragraph 2 speaks of fire from “just over the border”." in unclear
    silent = show.verdict(rules.case("occupied-us")).words
    assert silent.startswith("Not stated: United States") and "Silence is not permission." in silent


def test_a_verdict_of_the_record_names_speaker_and_day() -> None:
    case = rules.Case(supplier="france", **FAR | {"place": "russia-border"})
    assert "28 May 2024" in show.verdict(case, facts.position("france", "record")).words


def test_a_prediction_is_kept_apart_from_the_verdict() -> None:
    blank, right, wrong = (show.prediction("bomber", answer).words for answer in (None, "unclear", "allowed"))
    assert blank.split("\n")[1] == "Your prediction: allowed, not allowed, not stated or unclear?"
    assert not re.search("fits|differs|Reading", blank)
    assert right.startswith("Your prediction fits. You predicted: unclear.")
    assert wrong.startswith("The report differs. You predicted: allowed.") and "Unclear: United States" in wrong
    held = show.verdict(rules.case("british-view-of-us"), facts.position("uk")).words
    assert held in show.prediction("british-view-of-us", "not stated").words


def test_a_story_is_told_with_the_layer_of_its_position(monkeypatch: pytest.MonkeyPatch) -> None:
    told = LIBRARY.stories["bomber"]._replace(position=facts.position("us", "record"))
    monkeypatch.setitem(facts.library().stories, "bomber", told)
    assert show.prediction("bomber").words.endswith(show.layer_line("record"))


# The tables of cases: every cell has the answer of the engine.


def grid(markup: str) -> Iterator[tuple[str, list[str], str, str]]:
    """Yield the caption, the headings of the row, the heading of the column and the text of each cell."""
    for table in parsed(markup).iter("table"):
        columns = [text(cell) for cell in table.find("thead").iter("th")][1:]
        for row in table.find("tbody"):
            head, *cells = (text(cell) for cell in row)
            for column, cell in zip(columns, cells, strict=True):
                yield text(table.find("caption")), head.split(" · "), column, cell


def chosen(names: list[str], column: str) -> dict[str, str]:
    """The values of a case by the short names of its row and column."""
    short = {(value.dimension, value.short): value.id for value in LIBRARY.values.values()}
    found = zip(("target", "threatens", "place"), (*names, column), strict=True)
    return {name: short[name, value] for name, value in found}


@pytest.mark.parametrize("supplier", [value.id for value in rules.values(LIBRARY.dimensions["supplier"])])
def test_every_cell_of_the_limits_shows_the_verdict(supplier: str) -> None:
    labels = {value.label: value.id for value in LIBRARY.dimensions["weapon"].values}
    found = 0
    for caption, names, column, cell in grid(show.limits(supplier).markup):
        case = {"supplier": supplier, "weapon": labels[caption], **chosen(names, column)}
        if cell == signed("no such case"):
            with pytest.raises(rules.CaseError):
                rules.Case(**case)
        else:
            assert cell == signed(rules.judge(rules.Case(**case)).answer), case
            found += 1
    assert found == len(rules.cases(supplier=supplier))


def test_with_no_supplier_named_the_limits_are_those_of_the_first() -> None:
    first = LIBRARY.dimensions["supplier"].values[0].id
    assert show.limits() == show.limits(first)
    assert show.limits("uk", "atacms").words == "There is no case with “atacms” for Britain."
    cells = [cell for *_, cell in grid(show.limits("stoltenberg").markup) if "no such case" not in cell]
    assert len(cells) == len(rules.cases(supplier=first))


def test_a_chosen_case_is_framed_and_an_impossible_one_gets_the_reason_above_the_same_table() -> None:
    case = rules.case("near-kyiv").chosen
    assert [text(cell) for cell in looks(show.answer(**case), "noted")] == ["✕ not allowed (your case)"]
    shown = show.answer(**case | {"supplier": "uk", "weapon": "long-range", "threatens": "nobody"})
    assert shown.gist.startswith("There is no such case: “") and not looks(shown, "noted")
    assert [*grid(shown.markup)] == [*grid(show.limits("uk", "long-range").markup)]
    other = show.answer(**case | {"supplier": "uk", "weapon": "atacms"})
    assert "goes only with “United States”. In the report, ATACMS come from" in other.gist
    assert len([*parsed(other.markup).iter("table")]) == 1


def test_a_redraft_frames_the_cells_that_change_and_is_called_a_trial() -> None:
    shown = show.redraft("kharkiv-only")
    cells = Counter(text(cell) for cell in looks(shown, "noted"))
    assert cells == {"● allowed (was: not allowed)": 2, "◐ unclear (was: not allowed)": 2}
    assert shown.gist == "Without “the Kharkiv area” paragraph 8: United States: 4 of 90 answers change."
    assert "(not allowed becomes allowed: 2; not allowed becomes unclear: 2)" in shown.words
    assert policy.TRIAL in shown.words
    assert show.redraft("kharkiv-onlyy").words.endswith("“kharkiv-onlyy”. Did you mean “kharkiv-only”?")


@pytest.mark.parametrize("term", LIBRARY.terms)
def test_a_redraft_shows_the_rows_with_a_change_unless_many_are_alike(term: str) -> None:
    shown = show.redraft(term)
    rows = [row for table in parsed(shown.markup).iter("table") for row in table.find("tbody")]
    assert all(any("noted" in cell.get("class", "") for cell in row) for row in rows)
    many = re.findall(r": (\d+) of \d+ answers change \([^;]*?: \1\)", shown.words)
    assert bool(rows) == (max(map(int, many), default=0) <= policy.FEW)


# The positions.


def test_each_cell_shows_what_the_report_says_of_that_actor_and_silence_comes_first() -> None:
    head, *rows = parsed(show.positions().markup).iter("tr")
    article = [held for held in LIBRARY.positions.values() if held.layer == "article"]
    ids = {held.actor.name: facts.position(held.actor.id).id for held in article}
    names = [text(cell) for cell in head][1:]
    assert names == [*ids]
    aspects = {aspect.question: aspect.id for aspect in LIBRARY.aspects.values()}
    told = {(said.position, said.aspect): said for said in LIBRARY.statements.values()}
    silent = []
    for asked, *cells in rows:
        silent.append(0)
        for name, cell in zip(names, cells, strict=True):
            said = told.get((ids[name], aspects[text(asked)]))
            sign = "◐ unclear " if said and said.status == "unclear" else ""
            boxes = " ".join(f"¶ {number}" for number in said.paragraphs) if said else ""
            assert text(cell) == (f"{sign}{said.says} {boxes}" if said else "○ not stated")
            silent[-1] += said is None
    assert silent == sorted(silent, reverse=True) and (silent[0], silent[-1]) == (5, 0)


def test_the_same_case_is_put_to_everyone_with_a_weapon_of_its_own() -> None:
    far = {"place": "russia-elsewhere", "target": "other-military", "threatens": "nobody"}
    assert show.positions(weapon="storm-shadow", **far).gist == (
        "This case: United States: no such case; Britain: allowed; France: no such case; Germany: no such case;"
        " Jens Stoltenberg, NATO: unclear; Ukraine: no such case."
    )
    assert show.positions("us", "uk", "france", weapon="long-range", **far).gist == (
        "This case: United States: not allowed; Britain: not stated; France: unclear."
    )


@pytest.mark.parametrize("day", ["2024-05-30", "2024-05-31", "2025-11-30"])
def test_the_positions_are_those_held_on_the_day(day: str) -> None:
    near = FAR | {"place": "russia-border"}
    answer = answered(rules.Case(supplier="us", **near), facts.position("us", "record", day))
    assert show.positions("us", layer="record", on=day, **near).gist == f"This case: United States: {answer}."


# The timeline.


def marks(shown: view.View, *kinds: str) -> list[tuple[str, str, float, float]]:
    """The marks of some kinds: the title of the event, the kind, and the ends of the place."""
    found = []
    for row in parsed(shown.markup).find(".//tbody"):
        for mark in row.iter("div"):
            if (kind := mark.get("class", "").removeprefix("wl-at wl-")) in kinds:
                left, right = (float(number) for number in re.findall(r"[\d.]+", mark.get("style")))
                found.append((text(row[0]), kind, left, 100 - right))
    return found


@pytest.mark.parametrize("order", ["time", "text"])
@pytest.mark.parametrize("layer", ["article", "both", "record"])
def test_each_event_has_its_interval_in_words_and_as_a_mark_at_its_days(layer: str, order: str) -> None:
    shown, events, places = show.timeline(layer=layer, order=order), show.ordered(order, layer), {}
    bars = marks(shown, "bar", "diamond", "open")
    for event, (title, kind, left, right) in zip(events, bars, strict=True):
        single = "diamond" if event.earliest == event.latest else "bar"
        assert (title, kind) == (event.title, single if event.earliest else "open")
        places |= {event.earliest or event.latest: left, event.latest: right}
        where = f"paragraph {event.claim.paragraph}" if event.claim else f"record, {event.status}"
        assert f"\n{title}: {show.interval(event)} ({where})." in shown.words
    reports = marks(shown, "report")
    assert len(reports) == len(events) and len({place for *_, place in reports}) == 1
    places[show.report_day()] = reports[0][-1]
    assert [place for _, place in sorted(places.items())] == sorted({*places.values()})


def test_the_axis_names_each_month_with_a_day_and_marks_its_cuts() -> None:
    names = [text(node) for node in looks(show.timeline(), "month")]
    assert names == ["Jan 2022", "Feb", "// Mar 2024", "Apr", "May"]
    record = [text(node) for node in looks(show.timeline(layer="record", topic="decision"), "month")]
    assert record == ["May 2024", "Jun", "// Nov", "// Aug 2025", "Sep", "Oct"]


def test_all_that_the_record_knows_of_an_event_stands_beside_it(edit: Edit) -> None:
    dated = next(event for event in LIBRARY.events.values() if event.dates == "politico")
    other = next(event for event in LIBRARY.events.values() if event.layer == "record" and not event.dates)
    lines = (facts.home() / "events.csv").read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.startswith(f"{other.id},"))
    facts.use(edit("events.csv", line, line + "politico"))
    shown = show.timeline(layer="both")
    told = {f" In the record: {show.interval(day)}, {day.title} ({day.status})." for day in (dated, other)}
    (row,) = [line for line in shown.words.split("\n") if line.startswith("Politico reports it: ")]
    assert all(words in row for words in told)
    days = marks(shown, "triangle")
    assert sum(title == "Politico reports it" for title, *_ in days) == 2
    assert len(days) == 1 + sum(event.dates != "" for event in LIBRARY.events.values())


def test_the_timeline_says_what_had_surely_happened_and_what_had_not() -> None:
    assert show.timeline(until="2024-05-16").gist == "Timeline: 6 of 20 events, sorted by latest possible day."
    sure, rest = show.timeline(until="2024-05-29").words.split("\nPale: not certain by 29 May 2024.\n")
    assert "Politico" not in sure and "Politico" in rest
    assert len(looks(show.timeline(until="2024-05-29"), "pale")) == 2 * 9
    assert show.timeline(until="2020-01-01").gist == "Timeline: 0 of 20 events, sorted by latest possible day."
    assert show.timeline(until="16 May").words == "“16 May” is no day. Write year-month-day, such as 2024-01-31."
    assert show.timeline(layer="record", topic="wether").words == "No event is told in the layer “record”."


def test_a_step_tells_its_event_with_time_words_rule_and_gap(edit: Edit) -> None:
    shown = show.timeline(step=6)
    britain = "Britain allows Storm Shadow"
    assert shown.gist.endswith(f"possible day: {britain}, 31 March 2024 to 16 May 2024.")
    told, rule, gap = (text(line) for line in looks(shown, "card")[0])
    assert told == f"{britain}. Britain lets Ukraine use Storm Shadow in Russia. ¶ 5 — The New York Times"
    assert rule.startswith("Time words: “weeks” or “weeks ago”. At least two weeks before the report")
    assert gap == "The report does not say: who said so in London, in what words, with what limits."
    facts.use(edit("claims.csv", "who said so in London, in what words, with what limits", ""))
    assert [text(line) for line in looks(show.timeline(step=6), "card")[0]][2:] == [""]


@pytest.mark.parametrize("step", range(1, len(show.ordered("time", "record")) + 1, 5))
def test_a_step_of_the_record_tells_its_event_with_sources_and_status(step: int) -> None:
    event = show.ordered("time", "record")[step - 1]
    (card,) = looks(show.timeline(step=step, layer="record"), "card")
    cited = " · ".join(source.citation for source in event.sources)
    assert [text(line) for line in card] == [f"{event.title}. {event.told} {cited} ({event.status})", event.note, ""]


def test_events_of_the_record_follow_the_text_in_the_order_of_their_table() -> None:
    record = [event for event in LIBRARY.events.values() if event.layer == "record"]
    assert show.ordered("text", "record") == record


# Names, safety and colours.


@pytest.mark.parametrize(
    ("ask_for", "kind"),
    [
        (lambda: show.words("hegde"), "word"),
        (lambda: show.people("bidden"), "actor"),
        (lambda: show.prediction("bommber"), "story"),
        (lambda: show.changes("franse", "long-range"), "position"),
        (lambda: show.reasons("keepp"), "side in reasons"),
        (lambda: show.outcomes("contestd"), "status in outcomes"),
        (lambda: show.criteria("memmo"), "set in criteria"),
        (lambda: show.sources("somebody"), "kind of speaker"),
        (lambda: show.voices("franse"), "actor"),
        (lambda: show.voices("france", about="wether"), "subject of these voices"),
        (lambda: show.ordered("tmie"), "order"),
    ],
)
def test_an_unknown_name_is_refused_as_what_it_should_be(ask_for: Callable[[], object], kind: str) -> None:
    with pytest.raises(KeyError, match=f"There is no {kind} “"):
        ask_for()


def test_markup_in_the_tables_is_shown_as_text(edit: Edit) -> None:
    bad = "<img src=x onerror=alert(1)>"
    edit("terms.csv", "just over the border", bad)
    edit("events.csv", "Britain allows Storm Shadow", bad)
    edit("paragraphs.csv", "Who else reported it", bad)
    edit("statements.csv", "“anywhere in Russia”", bad)
    edit("rules.csv", "Where the new permission does not reach, the ban stays: no", bad)
    edit("cases.csv", "A Russian aircraft over Russia is on its way", bad)
    for name in ("reasons", "outcomes"):
        edit(f"{name}.csv", next(iter(LIBRARY.rows[name]))["says"], bad)
    edit("card.csv", LIBRARY.rows["card"][0]["answer"], bad)
    edit("figures.csv", LIBRARY.rows["figures"][0]["label"], bad)
    facts.use(edit("places.csv", "Sumy", bad))
    hit = [show.timeline(), show.paragraphs("10"), show.positions(), show.prediction("bomber"), show.card()]
    hit += [show.redraft("just-over-the-border"), show.verdict(rules.case("atacms-border")), show.outcomes()]
    for shown in (*hit, show.reasons(LIBRARY.rows["reasons"][0]["side"]), show.ranges(), show.border()):
        assert bad in shown.words and bad not in shown.markup


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", view.LOOKS.split("/* Dark"), ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    colours = dict(re.findall(r"--wl-([\w-]+): (#\w{6});", theme.split("High Contrast")[0]))
    for ink, back in product(("ink", "faint", "record"), ("paper", "band")):
        light, dark = sorted((luminance(colours[ink]), luminance(colours[back])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {back}"


def test_with_no_events_our_sources_reach_to_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts.library(), "events", {})
    assert f"reach, {show.report_day():%B %Y}." in show.layer_line("record")
