"""Each view says in words what it shows, shows what the rules and tables say, and is safe."""

import re
import xml.etree.ElementTree as ET
from html import escape
from itertools import product

import pytest
from IPython.core.formatters import DisplayFormatter

from helpers import explore, facts, rules, show, view
from tests.conftest import Edit
from tests.test_order import VIEWS

LIBRARY = facts.library()
WEAPON, TARGET = {"weapon": "long-range"}, {"target": "attacking", "threatens": "kharkiv"}
NEAR, FAR = ({"place": f"russia-{place}", **WEAPON, **TARGET} for place in ("border", "elsewhere"))
PAPERS = "The Irish Times, with a text from The New York Times, 30 May 2024"
ARTICLE = f"From the report ({PAPERS}). Layer: article."
RECORD = "up to March 2026, where our sources end. Layer: record."
BOTH = f"{ARTICLE} From other reports, each with its date, {RECORD}"
ENDS = dict.fromkeys(("changes", "capitals", "positions"), RECORD)
ENDS |= dict.fromkeys(("claims", "reasons", "timeline"), BOTH)
ENDS |= dict.fromkeys(("words", "times"), "In our own words, for the words of the report.")
ENDS["border"] = "Measured by us in a straight line on a simple outline. No figure here is from the report."
ENDS["criteria"] = "Our own criteria; there is no answer key."


def parsed(markup: str) -> ET.Element:
    """The elements of a view."""
    closed = re.sub(r"<(br|img|source|input)([^>]*)>", r"<\1\2/>", markup)
    return ET.fromstring(f"<body>{closed}</body>")


def text(node: ET.Element) -> str:
    return " ".join("".join(node.itertext()).split())


def looks(shown: view.View, look: str) -> list[ET.Element]:
    nodes = parsed(shown.markup).iter()
    return [node for node in nodes if f"wl-{look}" in node.get("class", "").split()]


def signed(answer: str) -> str:
    return f"{view.SIGNS[answer]} {answer}"


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_can_be_read_aloud_names_its_layer_and_links_what_may_be_linked(name: str) -> None:
    shown = VIEWS[name]()
    assert shown.words.startswith(f"{shown.gist}\n")
    assert DisplayFormatter().format(shown)[0]["text/plain"] == shown.words
    assert shown.words.endswith(ENDS.get(name, ARTICLE)) and shown == VIEWS[name]()
    body = parsed(shown.markup)
    assert all(text(table.find("caption")) for table in body.iter("table"))
    assert all(cell.get("scope") for cell in body.iter("th"))
    assert all(len(image.get("alt", "")) > 40 for image in body.iter("img"))
    linked = {link.get("href") for link in body.iter("a")}
    assert linked <= {source.url for source in LIBRARY.sources.values() if source.url}


# The verdict.


def test_an_unclear_verdict_gives_both_readings_and_a_silent_one_says_so() -> None:
    words = show.verdict(rules.case("deeper-battery")).words
    assert "\nReading A: Paragraph 8 sets no distance." in words
    assert "\nReading B: Paragraph 2 speaks of fire from “just over the border”." in words
    words = show.verdict(rules.case("occupied-us")).words
    assert words.startswith("Not stated: United Stat") and "Silence is not permission." in words
    held, case = facts.position("france", "record"), rules.Case(supplier="france", **NEAR)
    assert "28 May 2024" in show.verdict(case, held).words


def test_a_prediction_is_kept_apart_from_the_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = "Your prediction: allowed, not allowed, not stated or unclear?"
    assert explore.predict("bomber").still.words.split("\n")[1:] == [ask, ARTICLE]
    held = show.verdict(rules.case("british-view-of-us"), facts.position("uk")).words
    assert held in explore.predict("british-view-of-us").set(answer="not stated", sure="sure").shown.words
    told = facts.library().stories["bomber"]._replace(position=facts.position("us", "record"))
    monkeypatch.setitem(facts.library().stories, "bomber", told)
    recorded = explore.predict("bomber")
    assert recorded.still.words.endswith(RECORD) and [*recorded.state] == ["answer", "sure"]


# The positions.


def test_each_cell_shows_what_the_report_says_of_that_actor_and_silence_comes_first() -> None:
    head, *rows = parsed(show.positions().markup).iter("tr")
    article = {held.actor for held in LIBRARY.positions.values() if held.layer == "article"}
    held = {actor.name: facts.position(actor.id).id for actor in article}
    told = {(said.position, said.aspect): said for said in LIBRARY.statements.values()}
    asks, silent = {ask["question"]: ask["id"] for ask in LIBRARY.rows["aspects"]}, []
    for asked, *cells in rows:
        known = [told.get((held[text(name)], asks[text(asked)])) for name in head[1:]]
        for said, cell in zip(known, cells, strict=True):
            sign = "◐ unclear " if said and said.status == "unclear" else ""
            boxes = " ".join(f"¶ {number}" for number in said.paragraphs) if said else ""
            assert text(cell) == (f"{sign}{said.says} {boxes}" if said else "○ not stated")
        silent.append(known.count(None))
    assert silent == sorted(silent, reverse=True) and (silent[0], silent[-1]) == (5, 0)


@pytest.mark.parametrize("day", ["2024-05-30", "2024-05-31", "2025-11-30"])
def test_the_positions_are_those_held_on_the_day(day: str) -> None:
    held = facts.position("us", "record", day)
    told = [said.says for said in LIBRARY.statements.values() if said.position == held.id]
    shown = show.positions("us", layer="record", on=day).words
    assert told and all(says in shown for says in told)


# The timeline.


def marks(shown: view.View, *kinds: str) -> list[tuple[str, str, float, float]]:
    """The marks of some kinds: the title of the event, the kind, and the ends of the place."""
    found = []
    for row in parsed(shown.markup).find(".//tbody"):
        for mark in row.iter("span"):
            if (kind := mark.get("class", "").removeprefix("wl-at wl-")) in kinds:
                left, right = map(float, re.findall(r"[\d.]+", mark.get("style")))
                found.append((text(row[0]), kind, left, 100 - right))
    return found


@pytest.mark.parametrize("order", ["time", "text"])
@pytest.mark.parametrize("layer", ["article", "both", "record"])
def test_each_event_has_its_interval_in_words_and_as_a_mark(layer: str, order: str) -> None:
    shown, events = show.timeline(layer=layer, order=order), show.ordered(order, layer)
    places, bars = {}, marks(shown, "bar", "diamond", "open")
    for event, (title, kind, left, right) in zip(events, bars, strict=True):
        single = "diamond" if event.earliest == event.latest else "bar"
        assert (title, kind) == (event.title, single if event.earliest else "open")
        places |= {event.earliest or event.latest: left, event.latest: right}
        where = f"paragraph {event.claim.paragraph}" if event.claim else f"record, {event.status}"
        assert f"\n{title}: {show.interval(event)} ({where})." in shown.words
    reports = marks(shown, "report")
    assert len(reports) == len(events) and len({place for *_, place in reports}) == 1
    places[LIBRARY.day] = reports[0][-1]
    assert [place for _, place in sorted(places.items())] == sorted({*places.values()})


def test_the_axis_names_each_month_with_a_day_and_marks_its_cuts() -> None:
    names = [text(node) for node in looks(show.timeline(), "month")]
    assert names == ["Jan 2022", "Feb 2022", "// Mar 2024", "Apr 2024", "May 2024"]


def test_what_the_record_knows_stands_beside_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    record = [event for event in facts.library().events.values() if event.layer == "record"]
    other = next(event for event in record if not event.dates)
    monkeypatch.setitem(facts.library().events, other.id, other._replace(dates="politico"))
    known = [event for event in facts.library().events.values() if event.dates]
    shown = show.timeline(layer="both")
    told = dict(line.split(": ", 1) for line in shown.words.split("\n") if "In the record" in line)
    for day in known:
        words = f" In the record: {show.interval(day)}, {day.title} ({day.status})."
        assert words in told[facts.library().events[day.dates].title]
    assert len(marks(shown, "triangle")) == len(known) > len(told)


def test_the_timeline_says_what_had_surely_happened_and_what_had_not() -> None:
    shown, late = show.timeline(until="2024-05-29"), "Not certain by 29 May 2024."
    assert shown.gist == "Timeline: 11 of 20 events are certain by 29 May 2024."
    pale = [line.partition(":")[0] for line in shown.words.split("\n") if line.endswith(late)]
    assert pale == [event.title for event in show.ordered("time")][11:]
    assert len(looks(shown, "pale")) == len(pale) == 9
    assert show.timeline(until="2020-01-01").gist.startswith("Timeline: 0 of 20 events")
    assert text(looks(show.timeline(layer="record"), "month")[-1]) == "2026"


def card(**arguments: object) -> list[str]:
    """The lines about the event that a step of the timeline comes to."""
    (card,) = looks(show.timeline(**arguments), "card")
    return [text(line) for line in card]


def test_a_step_tells_its_event_with_time_words_rule_and_gap(edit: Edit) -> None:
    unsaid = "who said so in London, in what words, with w"
    gist, told, rule, gap = card(event="britain")
    assert gist == "Event 6 of 20: Britain allows Storm Shadow, 31 March 2024 to 16 May 2024."
    says = "Britain lets Ukraine use Storm Shadow in Russia."
    assert told == f"{says} ¶ 5 — The New York Times"
    assert rule.startswith("Time words: “weeks” or “weeks ago”. At least two weeks before the rep")
    assert gap == f"The report does not say: {unsaid}hat limits."
    facts.use(edit("claims.csv", f"{unsaid}hat limits", ""))
    assert card(event="britain") == [gist, told, rule, ""]


@pytest.mark.parametrize("step", range(1, len(show.ordered("time", "record")) + 1, 5))
def test_a_step_of_the_record_tells_its_event_with_sources_and_status(step: int) -> None:
    event = show.ordered("time", "record")[step - 1]
    cited = " · ".join(source.citation for source in event.sources)
    told = f"{event.told} {cited} ({event.status})"
    assert card(event=event.id, layer="record")[1:] == [told, event.note, ""]


def test_events_follow_the_text_by_paragraph_and_those_of_the_record_their_table() -> None:
    numbers = [*LIBRARY.paragraphs]
    places = [numbers.index(event.claim.paragraph) for event in show.ordered("text")]
    record = [event for event in LIBRARY.events.values() if event.layer == "record"]
    assert places == sorted(places) and show.ordered("text", "record") == record


# Names, safety and colours.

WRONG = "words hegde word, criteria memmo criteria, claims c99 claim, ordered tmie order, positions franse position"


@pytest.mark.parametrize("names", WRONG.split(", "))
def test_an_unknown_name_is_refused_as_what_it_should_be(names: str) -> None:
    view, wrong, kind = names.split()
    with pytest.raises(KeyError, match=f"There is no {kind}[a-z ]* “{wrong}”"):
        getattr(show, view)(wrong)
    with pytest.raises(KeyError, match="There is no event “wether”"):
        show.timeline(event="wether")


def test_markup_in_the_tables_is_shown_as_text(edit: Edit) -> None:
    bad = "<img src=x onerror=alert(1)>"
    assert ", Kharkiv: " in explore.redraft().shown.markup  # drawn before the tables were mended
    edit("values.csv", ",Kharkiv,", f",{bad},")
    edit("terms.csv", "just over the border", bad)
    edit("events.csv", "Britain allows Storm Shadow", bad)
    edit("statements.csv", "“anywhere in Russia”", bad)
    edit("paragraphs.csv", "“just over the border”", f"“{bad}”")
    edit("rules.csv", "Where the new permission does not reach, the ban stays: no", bad)
    facts.use(edit("places.csv", "Sumy", bad))
    hit = [explore.redraft("just-over-the-border").shown, show.timeline(), show.positions()]
    assert f", {escape(bad)}: " in hit[0].markup and ", Kharkiv: " not in hit[0].markup
    for shown in (*hit, show.verdict(rules.case("atacms-border")), show.border()):
        assert bad in shown.words and bad not in shown.markup


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    curve = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * curve[0] + 0.7152 * curve[1] + 0.0722 * curve[2]


@pytest.mark.parametrize("theme", view.LOOKS.split("/* Dark"), ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme: str) -> None:
    colours = dict(re.findall(r"--wl-([\w-]+): (#\w{6});", theme.split("High Contrast")[0]))
    for ink, back in product(("ink", "faint", "record"), ("paper", "band")):
        dark, light = sorted((luminance(colours[ink]), luminance(colours[back])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {back}"


def test_with_no_events_our_sources_reach_to_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts.library(), "events", {})
    assert f"up to {LIBRARY.day:%B %Y}, where" in show.layer_line("record")
