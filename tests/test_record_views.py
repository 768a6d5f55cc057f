"""The views of the record and of the sources show what the tables say, cell by cell."""

import re
from base64 import b64decode
from collections import Counter
from itertools import product

import matplotlib
import pytest

from helpers import facts, rules, show
from helpers.show import drawn
from helpers.student import tasks
from helpers.view import View
from tests.test_show import NEAR, answered, chosen, grid, looks, parsed, signed, text

LIBRARY = facts.library()
NONE = signed("no such case")
CASE = NEAR | {"weapon": "shorter-range"}
RANGES = product(("us", "uk", "germany"), ("shorter-range", "long-range"))


def rows(markup: str, number: int = 0) -> list[list[str]]:
    """The texts of the cells of one table, row by row, without its head."""
    table = list(parsed(markup).iter("table"))[number]
    return [[text(cell) for cell in row] for row in table.find("tbody")]


def dated(sources: tuple[facts.Source, ...]) -> str:
    """The sources of a row as a view shows them."""
    return " · ".join(source.citation for source in sources)


# The limits through time, and the same case under each capital.


@pytest.mark.parametrize(("actor", "weapon"), [*RANGES, ("denmark", "f-16")])
def test_each_small_table_has_the_answers_of_its_day(actor: str, weapon: str) -> None:
    held, found, known = facts.held(actor, "record"), {}, {}
    for day, names, column, cell in grid(show.changes(actor, weapon).markup):
        if cell != NONE:
            case = rules.Case(supplier=actor, weapon=weapon, **chosen(names, column))
            found[day, case.ids] = cell
    cases = rules.cases("record", supplier=actor, weapon=weapon)
    for now, then in zip(held, [held[0], *held], strict=False):
        answers = {case.ids: (answered(case, now), answered(case, then)) for case in cases}
        if now is then or any(answer != was for answer, was in answers.values()):
            for case, (answer, was) in answers.items():
                note = f" (was: {was})" if answer != was else ""
                known[facts.write_day(now.latest), case] = signed(answer) + note
    assert found == known


def test_the_small_tables_come_with_what_was_held_and_who_said_so() -> None:
    told = show.changes("us", "shorter-range").words
    for held in facts.held("us", "record"):
        assert f"{facts.write_day(held.latest)}: {held.stance}" in told
        assert all(f"— {said.speaker}, {show.interval(said)}" in told for said in held.voices)
    assert show.changes("uk", "atacms").words.count("\nThere is no such case.\n") == 1


@pytest.mark.parametrize("day", ["2023-01-01", "2024-05-30", "2024-05-31", "2025-11-30", "2026-03-13"])
def test_each_capital_gives_the_answer_that_it_held_on_the_day(day: str) -> None:
    shown, values = show.capitals(day, **CASE), LIBRARY.dimensions["supplier"].values
    found = {name: (answer, says) for name, answer, says in rows(shown.markup)}
    told = sorted(LIBRARY.positions.values(), key=lambda held: held.latest)
    told = [held for held in told if held.layer == "record" and str(held.latest) <= day]
    for value in values:
        case, own = rules.Case(supplier=value.id, **CASE), [p for p in told if p.scope == value.id]
        answer, says = found.pop(value.label)
        assert answer == signed(answered(case, own[-1]) if own else "not stated")
        assert says.startswith(own[-1].stance if own else "No position was found up to this day.")
        assert not own or own[-1].voices[0].speaker in says
    listed = [answer for _, answer, _ in rows(shown.markup)]
    assert listed == sorted(listed, key=[*map(signed, rules.ANSWERS)].index) and not found
    assert all(f"{name[2:]}: {count}" in shown.gist for name, count in Counter(listed).items())


def test_a_capital_without_such_a_weapon_has_no_such_case() -> None:
    shown = show.capitals("2024-05-31", **CASE | {"weapon": "f-16"})
    found = dict(row[:2] for row in rows(shown.markup))
    answers = [found[name] for name in ("Britain", "Belgium", "Denmark")]
    assert answers == [NONE, signed("not allowed"), signed("allowed")]
    impossible = show.capitals("2000-01-01", **CASE | {"threatens": "nobody"})
    assert {row[1] for row in rows(impossible.markup)} == {NONE}


def test_a_position_of_the_record_keeps_what_the_one_before_it_says() -> None:
    told = {(said.position, said.aspect): said for said in LIBRARY.statements.values()}
    asks = {aspect.question: aspect.id for aspect in LIBRARY.aspects.values()}
    for actor in ("us", "uk", "france"):
        held, line = facts.position(actor, "record"), []
        while held:
            line, held = [*line, held.id], held.amends
        for question, cell in rows(show.positions(actor, layer="record").markup):
            known = [told[id_, asks[question]] for id_ in line if (id_, asks[question]) in told]
            assert known[0].says in cell if known else cell == signed("not stated")
            for voice in known[0].voices if known else ():
                assert f"{voice.speaker}, {show.interval(voice)}" in cell


# The voices, the claims, the reasons.


def test_a_state_outlet_is_named_as_one_wherever_it_is_cited() -> None:
    kinds = {row["id"]: row["kind"] for row in LIBRARY.rows["sources"]}
    for source in LIBRARY.sources.values():
        assert (source.cite == "state") == (not source.url and kinds[source.id] == "state media")
    tass = "TASS, in news-pravda, 29 May 2024, a state or state-aligned outlet (claimed)"
    assert tass in show.voices("uk").words


def test_each_voice_stands_with_day_words_source_and_status() -> None:
    voices = sorted(LIBRARY.voices.values(), key=lambda voice: voice.latest)
    for found, voice in zip(rows(show.voices(*LIBRARY.actors).markup), voices, strict=True):
        who = f"{show.interval(voice)}: {voice.speaker} {voice.id}"
        said = f"{voice.says} {dated(voice.sources)} ({voice.status}) {voice.note}".strip()
        reading = f"{signed(voice.answer) if voice.answer else ''} {voice.reading}".strip()
        assert found == [who, said, reading]
    ours, british = (show.voices(*who, about="named missile") for who in (("us", "uk"), ("uk",)))
    assert rows(ours.markup) == rows(british.markup) and len(rows(british.markup)) == 20


def test_every_claim_stands_under_its_kind_of_speaker() -> None:
    kinds = facts.grouped(LIBRARY.claims.values(), lambda claim: claim.speaker.kind)
    found = rows(show.sources().markup)
    sizes = [int(re.search(r"\d+", kind)[0]) for kind, _ in found]
    assert sizes == sorted(map(len, kinds.values()), reverse=True)
    for kind, own in kinds.items():
        boxes = " ".join(f"¶ {claim.paragraph}" for claim in own)
        assert [f"{kind} ({len(own)})", boxes] in found
        full = [[f"¶ {told.paragraph} {told.id}", told.claim, told.attribution] for told in own]
        assert rows(show.sources(kind).markup, 1) == full


def test_only_what_takes_its_text_from_the_link_before_has_a_plain_arrow() -> None:
    shown = show.chain()
    arrows, links = ([text(node) for node in looks(shown, look)] for look in ("arrow", "link"))
    assert arrows == ["⇢", "→"]
    for told, link in zip(links, LIBRARY.chain.values(), strict=True):
        assert told.startswith(f"{link.actor.name}{link.does} ¶ {link.paragraph}")
        assert told.endswith(f"It relies on: {link.relies_on or 'not stated'}.")


def test_the_card_the_criteria_and_the_reasons_are_those_of_the_tables() -> None:
    card = LIBRARY.card.values()
    places = [f"¶ {ask.paragraph} {ask.speaker.name}" for ask in card]
    told = [[ask.question, ask.answer, place] for ask, place in zip(card, places, strict=True)]
    assert rows(show.card().markup) == told
    for name, own in facts.grouped(LIBRARY.criteria.values(), lambda part: part.set).items():
        told = [[part.look_for, part.strong, part.weak] for part in own]
        assert rows(show.criteria(name).markup) == told
    for side, own in facts.grouped(LIBRARY.reasons.values(), lambda reason: reason.side).items():
        for found, part in zip(rows(show.reasons(side).markup), own, strict=True):
            place = f"¶ {part.paragraph}" if part.paragraph else dated(part.sources)
            who = f"{part.speaker} {part.id}"
            assert found == [who, part.says, f"{part.layer}: {place}"]


@pytest.mark.parametrize("status", ["", "contested", "confirmed"])
def test_each_outcome_stands_beside_its_claim(status: str) -> None:
    own = [outcome for outcome in LIBRARY.outcomes.values() if status in ("", outcome.status)]
    for found, outcome in zip(rows(show.outcomes(status).markup), own, strict=True):
        claim = outcome.claim
        told = f"¶ {claim.paragraph} {claim.claim} — {claim.attribution}"
        known = f"{outcome.says} {dated(outcome.sources)}".strip()
        assert found == [told, outcome.status, known]


def test_evidence_is_told_with_what_it_says_its_layer_and_who_says_so() -> None:
    heard = {claim.id: claim.attribution for claim in LIBRARY.claims.values()}
    heard |= {voice.id: voice.speaker for voice in LIBRARY.voices.values()}
    heard |= {reason.id: reason.speaker for reason in LIBRARY.reasons.values()}
    assert {row[0]: row[3] for row in rows(tasks.entries(" ".join(heard)).markup)} == heard
    ((id_, says, layer, _),) = rows(tasks.entries("C01, or c99, and a plain word").markup)
    assert (id_, says, layer) == ("c01", LIBRARY.claims["c01"].claim, "article")


READ = {"e45": "s69 s148 s149 s150", "e27": "report s02 s04 s05", "e31": "s48 s49"}


@pytest.mark.parametrize(("event", "sources"), READ.items())
def test_the_sources_of_an_event_are_those_that_were_read(event: str, sources: str) -> None:
    assert {source.id for source in LIBRARY.events[event].sources} == set(sources.split())


# The figures.


def drawing(shown: View) -> str:
    return b64decode(re.search(r"base64,([^\"]+)", shown.markup)[1]).decode()


def test_the_map_has_each_place_where_it_lies_with_a_line_as_long_as_its_distance() -> None:
    ax, border = drawn._map(), LIBRARY.border.values()
    labels = {label.get_text().strip(): label.get_position() for label in ax.texts}
    lines = [line.get_xydata().tolist() for line in ax.lines]
    for place in LIBRARY.places.values():
        label = f"{place.name}\n{place.figure.value} km" if place.figure else place.name
        assert labels[label] == (place.lon, place.lat)
        if place.figure:
            assert [[place.lon, place.lat], [place.border_lon, place.border_lat]] in lines
            north = (place.lat - place.border_lat) * 111.2  # kilometres, along a meridian
            east = (place.lon - place.border_lon) * 111.2 / ax.get_aspect()
            assert (east**2 + north**2) ** 0.5 == pytest.approx(place.figure.value, rel=0.02)
    assert max(lines, key=len) == [[point.lon, point.lat] for point in border]
    assert labels["UKRAINE"] < labels["RUSSIA"] and labels["UKRAINE"][1] < labels["RUSSIA"][1]


def test_each_figure_has_a_bar_as_long_as_it_is_and_says_how_it_was_obtained() -> None:
    known = [figure for figure in LIBRARY.figures.values() if figure.unit == "km"]
    known.sort(key=lambda figure: figure.value)
    shown = show.ranges()
    bars, scale = looks(shown, "length"), rows(shown.markup)
    for bar, told, figure in zip(bars, scale, known, strict=True):
        length = float(re.search(r"width:([\d.]+)%", bar.get("style"))[1])
        assert length == pytest.approx(100 * figure.value / known[-1].value, rel=0.001)
        assert bar.get("class").endswith(f" wl-of-{figure.kind}")
        how = f"{figure.note} {dated(figure.sources)}".strip()
        assert told == [figure.label, f"{figure.value} km ({figure.kind}).", how]


def test_a_figure_is_the_same_in_any_style_and_its_text_stays_text() -> None:
    plain, odd = show.border(), {"svg.fonttype": "path", "font.size": 30}
    with matplotlib.rc_context({"figure.facecolor": "black", **odd}):
        assert show.border() == plain
    svg = drawing(plain)
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    letters = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
    assert min(letters) * 340 / width >= 11, "on a telephone"
    assert ">Kharkiv</text>" in svg and "<dc:date>" not in svg
