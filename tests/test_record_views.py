"""The views of the record and of the sources show what the tables say, cell by cell; the figures show it too."""

import re
from base64 import b64decode
from collections import Counter
from itertools import product

import matplotlib
import pandas as pd
import pytest
from matplotlib import pyplot

from helpers import facts, rules, show
from helpers.show import maps
from helpers.view import View
from tests.test_show import answered, chosen, grid, is_readable, looks, parsed, signed, text

LIBRARY = facts.library()
NONE = signed("no such case")
CASE = {"weapon": "shorter-range", "place": "russia-border", "target": "attacking", "threatens": "kharkiv"}
ARTICLE, RECORD = "Layer: article.", "as far as our sources reach, November 2025. Layer: record."
VIEWS = {
    "changes": (lambda: show.changes("us", "atacms"), RECORD),
    "capitals": (lambda: show.capitals("2024-05-31", **CASE), RECORD),
    "voices": (lambda: show.voices("france"), RECORD),
    "voices with the report": (
        lambda: show.voices("uk"),
        f"{ARTICLE} From other reports, each with its date, {RECORD}",
    ),
    "positions": (lambda: show.positions("us", layer="record", on="2024-06-30", **CASE), RECORD),
    "timeline": (lambda: show.timeline(layer="record", topic="decision"), RECORD),
    "border": (lambda: show.border(), RECORD),
    "ranges": (lambda: show.ranges(), RECORD),
    "outcomes": (lambda: show.outcomes(), RECORD),
    "reasons": (lambda: show.reasons("keep"), RECORD),
    "sources": (lambda: show.sources("named person"), ARTICLE),
    "chain": (lambda: show.chain(), ARTICLE),
    "card": (lambda: show.card(), ARTICLE),
}


def rows(markup: str, number: int = 0) -> list[list[str]]:
    """The texts of the cells of one table, row by row, without its head."""
    table = list(parsed(markup).iter("table"))[number]
    return [[text(cell) for cell in row] for row in table.find("tbody")]


def dated(sources: tuple[facts.Source, ...]) -> str:
    """The sources of a row as a view shows them."""
    return " · ".join(source.citation for source in sources)


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_is_the_same_twice_names_its_layer_and_links_only_what_may_be_linked(name: str) -> None:
    make, line = VIEWS[name]
    shown = make()
    assert shown == make() and shown.words.endswith(line) and is_readable(shown)
    linked = {link.get("href") for link in parsed(shown.markup).iter("a")}
    assert linked <= {source.url for source in LIBRARY.sources.values() if source.url}


# The limits through time, and the same case under each capital.


@pytest.mark.parametrize(
    ("actor", "weapon"), [*product(("us", "uk", "germany"), ("shorter-range", "long-range")), ("denmark", "f-16")]
)
def test_each_small_table_has_the_answers_of_its_day(actor: str, weapon: str) -> None:
    held = {facts.write_day(position.latest): position for position in facts.held(actor, "record")}
    before = dict(zip(held, [next(iter(held.values())), *held.values()], strict=False))
    cases, found = rules.cases("record", supplier=actor, weapon=weapon), Counter()
    for day, names, column, cell in grid(show.changes(actor, weapon).markup):
        if cell != NONE:
            case = rules.Case(supplier=actor, weapon=weapon, **chosen(names, column))
            was, now = answered(case, before[day]), answered(case, held[day])
            assert cell == signed(now) + (f" (was: {was})" if was != now else ""), day
            found[day] += 1
    first, *later = held
    moved = [day for day in later if any(answered(case, before[day]) != answered(case, held[day]) for case in cases)]
    assert list(found) == [first, *moved] and set(found.values()) == {len(cases)}


def test_the_small_tables_come_with_what_was_held_and_who_said_so() -> None:
    told = show.changes("us", "shorter-range").words
    for held in facts.held("us", "record"):
        assert f"{facts.write_day(held.latest)}: {held.stance}" in told
        assert all(f"— {voice.speaker}, {show.interval(voice)}" in told for voice in held.voices)
    assert show.changes("uk", "atacms").words == "There is no case with “ATACMS” for Britain."


@pytest.mark.parametrize("day", ["2023-01-01", "2024-05-30", "2024-05-31", "2025-11-30"])
def test_each_capital_gives_the_answer_that_it_held_on_the_day(day: str) -> None:
    shown = show.capitals(day, **CASE)
    found = {name: (answer, says) for name, answer, says in rows(shown.markup)}
    assert set(found) == {value.label for value in LIBRARY.dimensions["supplier"].values}
    for value in LIBRARY.dimensions["supplier"].values:
        known = [held for held in LIBRARY.positions.values() if (held.layer, held.scope) == ("record", value.id)]
        told = sorted((held for held in known if str(held.latest) <= day), key=lambda held: held.latest)
        answer, says = found[value.label]
        case = rules.Case(supplier=value.id, **CASE)
        assert answer == signed(answered(case, told[-1]) if told else "not stated")
        assert says.startswith(told[-1].stance if told else "No position was found up to this day.")
        assert not told or told[-1].voices[0].speaker in says
    order = [*map(signed, rules.ANSWERS)]
    listed = [answer for answer, _ in found.values()]
    assert listed == sorted(listed, key=order.index)
    assert all(f"{answer[2:]}: {count}" in shown.gist for answer, count in Counter(listed).items())


def test_a_capital_without_such_a_weapon_has_no_such_case() -> None:
    found = dict(row[:2] for row in rows(show.capitals("2024-05-31", **CASE | {"weapon": "f-16"}).markup))
    assert (found["Britain"], found["Belgium"], found["Denmark"]) == (NONE, signed("not allowed"), signed("allowed"))
    impossible = show.capitals("2000-01-01", **CASE | {"threatens": "nobody"})
    assert {row[1] for row in rows(impossible.markup)} == {NONE}


def test_a_position_of_the_record_keeps_what_the_one_before_it_says() -> None:
    told = {(said.position, said.aspect): said for said in LIBRARY.statements.values()}
    for actor in ("us", "uk", "france"):
        held, line = facts.position(actor, "record"), []
        while held:
            line, held = [*line, held.id], held.amends
        for question, cell in rows(show.positions(actor, layer="record").markup):
            (aspect,) = [aspect.id for aspect in LIBRARY.aspects.values() if aspect.question == question]
            said = next((told[id_, aspect] for id_ in line if (id_, aspect) in told), None)
            assert said.says in cell if said else cell == signed("not stated")
            assert all(f"{voice.speaker}, {show.interval(voice)}" in cell for voice in (said.voices if said else ()))


# The voices, the claims, the reasons.


def test_a_state_outlet_is_named_as_one_wherever_it_is_cited() -> None:
    kinds = {row["id"]: row["kind"] for row in LIBRARY.rows["sources"]}
    for source in LIBRARY.sources.values():
        assert (source.cite == "state") == (not source.url and kinds[source.id] == "state media")
    assert "TASS, in news-pravda, 29 May 2024, a state or state-aligned outlet (claimed)" in show.voices("uk").words


def test_each_voice_stands_with_day_words_source_and_status() -> None:
    voices = sorted(LIBRARY.voices.values(), key=lambda voice: voice.latest)
    for found, voice in zip(rows(show.voices(*LIBRARY.actors).markup), voices, strict=True):
        who = f"{show.interval(voice)}: {voice.speaker} {voice.id}"
        said = f"{voice.says} {dated(voice.sources)} ({voice.status}) {voice.note}".strip()
        assert found == [who, said, f"{signed(voice.answer) if voice.answer else ''} {voice.reading}".strip()]
    missile = rows(show.voices("us", "uk", about="named missile").markup)
    assert len(missile) == 16 and missile == rows(show.voices("uk", about="named missile").markup)


def test_every_claim_stands_under_its_kind_of_speaker_with_a_fill_of_its_own() -> None:
    kinds = facts.grouped(LIBRARY.claims.values(), lambda claim: claim.speaker.kind)
    found = rows(show.sources().markup)
    assert [int(re.search(r"\d+", kind)[0]) for kind, _ in found] == sorted(map(len, kinds.values()), reverse=True)
    for kind, own in kinds.items():
        assert [f"{kind} ({len(own)})", " ".join(f"¶ {claim.paragraph}" for claim in own)] in found
        full = [[f"¶ {claim.paragraph} {claim.id}", claim.claim, claim.attribution] for claim in own]
        assert rows(show.sources(kind).markup, 1) == full
    fills = {(chip.get("class"), chip.get("title")) for chip in looks(show.sources(), "chip")}
    assert len(fills) == len({fill for fill, _ in fills}) == len(kinds)


def test_only_what_takes_its_text_from_the_link_before_has_a_plain_arrow() -> None:
    arrows, links = ([text(node) for node in looks(show.chain(), look)] for look in ("arrow", "link"))
    assert arrows == ["⇢", "→"]
    for shown, link in zip(links, LIBRARY.chain.values(), strict=True):
        assert shown.startswith(f"{link.actor.name}{link.does} ¶ {link.paragraph}")
        assert shown.endswith(f"It relies on: {link.relies_on or 'not stated'}.")


def test_the_card_the_criteria_and_the_reasons_are_those_of_the_tables() -> None:
    card = [[ask.question, ask.answer, f"¶ {ask.paragraph} {ask.speaker.name}"] for ask in LIBRARY.card.values()]
    assert rows(show.card().markup) == card
    for name, own in facts.grouped(LIBRARY.criteria.values(), lambda criterion: criterion.set).items():
        assert rows(show.criteria(name).markup) == [[part.look_for, part.strong, part.weak] for part in own]
    for side, own in facts.grouped(LIBRARY.reasons.values(), lambda reason: reason.side).items():
        places = [f"¶ {reason.paragraph}" if reason.paragraph else dated(reason.sources) for reason in own]
        told = [[f"{reason.speaker} {reason.id}", reason.says, reason.layer] for reason in own]
        found = [[*cells, f"{layer}: {place}"] for (*cells, layer), place in zip(told, places, strict=True)]
        assert rows(show.reasons(side).markup) == found


@pytest.mark.parametrize("status", ["", "contested", "confirmed"])
def test_each_outcome_stands_beside_its_claim(status: str) -> None:
    own = [outcome for outcome in LIBRARY.outcomes.values() if status in ("", outcome.status)]
    for found, outcome in zip(rows(show.outcomes(status).markup), own, strict=True):
        claim = outcome.claim
        told = f"¶ {claim.paragraph} {claim.claim} — {claim.attribution}"
        assert found == [told, outcome.status, f"{outcome.says} {dated(outcome.sources)}".strip()]


def test_evidence_is_told_with_what_it_says_its_layer_and_who_says_so() -> None:
    heard = {event.id: "; ".join(source.publisher for source in event.sources) for event in LIBRARY.events.values()}
    heard |= {event.id: event.claim.attribution for event in LIBRARY.events.values() if event.claim}
    heard |= {claim.id: claim.attribution for claim in LIBRARY.claims.values()}
    heard |= {told.id: told.speaker for told in (*LIBRARY.voices.values(), *LIBRARY.reasons.values())}
    heard = {id_: who for id_, who in heard.items() if not id_.isalpha()}  # a plain word is no id
    assert {row[0]: row[3] for row in rows(show.evidence(" ".join(heard)).markup)} == heard
    shown = show.evidence("C01, or c99, and a plain word")
    assert rows(shown.markup)[0][1] == LIBRARY.claims["c01"].claim
    assert shown.gist.startswith("There is no entry “c99”. Did you mean “c") and len(shown.words.split("\n")) == 3


@pytest.mark.parametrize(("event", "sources"), [("e45", "s69"), ("e27", "report s02 s04 s05"), ("e31", "s48 s49")])
def test_the_sources_of_an_event_are_those_that_were_read(event: str, sources: str) -> None:
    assert {source.id for source in LIBRARY.events[event].sources} == set(sources.split())


# The figures.


def pictures(shown: View) -> list[str]:
    """The drawings of a view: for narrow screens, if there is one, and the usual one."""
    return [b64decode(data).decode() for data in re.findall(r"base64,([^\"]+)", shown.markup)]


@pytest.mark.parametrize("width", [maps.WIDE, maps.NARROW])
def test_the_map_has_each_place_where_it_lies_with_a_line_as_long_as_its_distance(width: int) -> None:
    ax = maps._map(width)
    labels = {label.get_text(): label.xy for label in ax.texts}
    lines = [line.get_xydata().tolist() for line in ax.lines]
    (west, south), (east, _) = next(line for line in lines if len(line) == 2 and line[0][1] == line[1][1])
    scale = 50 / (east - west)  # kilometres for a degree to the east
    for place in LIBRARY.places.values():
        label = f"{place.name}\n{place.figure.value} km" if place.figure else place.name
        assert labels[label] == (place.lon, place.lat)
        if place.figure:
            assert [[place.lon, place.lat], [place.border_lon, place.border_lat]] in lines
            east, north = place.lon - place.border_lon, (place.lat - place.border_lat) * ax.get_aspect()
            assert scale * (east**2 + north**2) ** 0.5 == pytest.approx(place.figure.value, rel=0.02)
    outline = max(lines, key=len)
    assert outline == [[point.lon, point.lat] for point in LIBRARY.border.values()]
    assert labels["UKRAINE"][0] < labels["RUSSIA"][0] and labels["UKRAINE"][1] < labels["RUSSIA"][1]


def test_each_figure_has_a_bar_as_long_as_it_is_and_says_how_it_was_obtained() -> None:
    ax = maps._scale(maps.WIDE)
    bars = {bar.get_y() + bar.get_height() / 2: bar.get_width() for bar in ax.patches}
    dots = {line.get_ydata()[1]: (line.get_xdata()[1], line.get_fillstyle()) for line in ax.lines}
    known = [figure for figure in LIBRARY.figures.values() if figure.unit == "km"]
    found = rows(show.ranges().markup)
    for row, figure in enumerate(sorted(known, key=lambda figure: figure.value)):
        dot = figure.value, "full" if figure.kind == "published" else "none"
        assert bars[row] == figure.value if figure.kind == "range" else dots[row] == dot
        assert [label.get_text() for label in ax.texts][2 * row : 2 * row + 2] == [figure.label, f"{figure.value} km"]
        how = f"{figure.note} {dated(figure.sources)}".strip()
        assert found[row] == [figure.label, f"{figure.value} km, {figure.kind}", how]


def test_a_figure_is_the_same_in_any_style_and_its_text_stays_text() -> None:
    plain = show.border()
    with matplotlib.rc_context({"figure.facecolor": "black", "svg.fonttype": "path", "font.size": 30}):
        assert show.border() == plain
    narrow, wide = pictures(plain)
    widths = [float(re.search(r'viewBox="0 0 ([\d.]+)', drawing)[1]) * 96 / 72 for drawing in (narrow, wide)]
    assert widths == [pytest.approx(330, abs=30), pytest.approx(850, abs=30)]
    assert all(">Kharkiv</text>" in drawing and "<dc:date>" not in drawing for drawing in (narrow, wide))


def test_a_plot_of_pandas_becomes_a_view_and_is_not_shown_twice() -> None:
    table = pd.DataFrame({"cost": [5, 6]}, index=["from $5$", "to $6$"])
    shown = [show.figure(table.plot.barh(title="In $s and $s"), "Two bars.\nFive and six.") for _ in range(2)]
    assert shown[0] == shown[1] and shown[0].words == "Two bars.\nFive and six." and not pyplot.get_fignums()
    (drawing,) = pictures(shown[0])
    assert all(f">{words}</text>" in drawing for words in ("from $5$", "to $6$", "In $s and $s"))
