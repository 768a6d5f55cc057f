"""The record stands as its sources have it: who spoke, when, how well it is attested, and what follows for a case.

What is expected, here and in the folder expected, was written by hand from the sources, not taken from the tables.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from matplotlib.path import Path as Outline

from helpers import facts, rules
from helpers.check import tables
from tests.conftest import read

LIBRARY = facts.library()


def record(table: str) -> list[tables.Row]:
    return [row for row in LIBRARY.rows[table] if row["layer"] == "record"]


def judged(name: str) -> list[dict[str, str]]:
    """What must stand in a table, as it was written by hand."""
    return read(f"expected/{name}")


def told(row: tables.Row, names: Iterable[str]) -> dict[str, str]:
    """Those cells of a row, as they stand in its file."""
    return {name: str(row[name] or "") for name in names}


# Sources: who may be linked, who is cited by name alone, and who speaks only for a state.

STATE = {"s23", "s25", "s29", "s97", "s113", "s117", "s156", "s229", "s246"}
COPIES = {"s02", "s07", "s08", "s09", "s10", "s11", "s12", "s30", "s37", "s38", "s50", "s56", "s66"} | {
    *("s125", "s129", "s134", "s142", "s145", "s146", "s155", "s173", "s178", "s211", "s225")
}


KINDS = {"state": ("state media", "state outlet"), "outlet": ("copy", "copy|partisan outlet")}


@pytest.mark.parametrize("row", record("sources"), ids=lambda row: row["id"])
def test_a_source_is_linked_only_where_it_may_be_and_else_says_what_it_is(row: tables.Row) -> None:
    cite = "state" if row["id"] in STATE else "outlet" if row["id"] in COPIES else "link"
    assert row["cite"] == cite
    assert re.match("https?://" if cite == "link" else "$", row["url"])
    kind, says = KINDS.get(cite, ("", ""))
    assert (row["kind"] if row["kind"] in ("state media", "copy") else "") == kind
    assert re.search(says, row["note"])


def cited() -> dict[str, list[str]]:
    """The sources of every row that has some, by table and id."""
    tables = ("voices", "events", "outcomes", "figures", "reasons")
    rows = ((name, row) for name in tables for row in LIBRARY.rows[name])
    return {f"{name} {row['id']}": [*row["sources"]] for name, row in rows if row["sources"]}


def test_every_source_is_used_and_every_voice_and_event_has_one() -> None:
    assert {id_ for ids in cited().values() for id_ in ids} >= {row["id"] for row in record("sources")}
    assert not [row["id"] for row in (*LIBRARY.rows["voices"], *record("events")) if not row["sources"]]


def test_what_rests_on_state_outlets_alone_says_so() -> None:
    alone = [key for key, ids in cited().items() if set(ids) <= STATE]
    assert sorted(alone) == [
        "voices slovakia-prime-minister-2024-11-18",
        "voices stoltenberg-2024-05-27",
        "voices uk-sak-2024-05-29",
    ]
    for key in alone:
        table, id_ = key.split()
        assert "state outlet" in next(row["note"] for row in LIBRARY.rows[table] if row["id"] == id_), key


def test_a_day_that_is_not_printed_is_said_to_be_inferred() -> None:
    notes = {row["id"]: row["note"] for name in ("voices", "events") for row in LIBRARY.rows[name]}
    assert "inferred" in notes["germany-scholz-2024-07-11"]
    for one in ("uk-shapps-2024-05-14", "e11"):
        assert "partisan outlet" in notes[one] and "Sputnik gives the day" in notes[one], one
    undated = {row["id"] for row in record("sources") if not row["date"]}
    assert undated == {"s103", "s104"}


# Actors: twenty-seven, of whom one has said nothing that we found.

ACTORS = {
    *("us", "uk", "france", "germany", "stoltenberg", "nato-assembly", "ukraine", "russia", "netherlands", "denmark"),
    *("norway", "sweden", "finland", "poland", "latvia", "lithuania", "estonia", "czechia", "canada", "belgium"),
    *("italy", "spain", "turkiye", "hungary", "slovakia", "eu"),
}


def test_every_actor_has_a_voice_and_a_position_but_one() -> None:
    assert {one.actor.id for one in LIBRARY.voices.values()} == ACTORS
    assert {row["actor"] for row in record("positions")} == ACTORS and "greece" in LIBRARY.actors


def test_a_position_rests_on_what_was_said_for_its_actor_by_its_day() -> None:
    pairs = [(one, voice) for one in LIBRARY.positions.values() for voice in one.voices]
    assert not [one.id for one, voice in pairs if voice.actor != one.actor]
    later = {one.id for one, voice in pairs if voice.latest > one.latest}
    assert later == {"us-r-ban"}  # its voices look back, and its stance and rules say so


def test_the_statements_on_the_british_missile_are_there_in_order() -> None:
    found = [row for row in LIBRARY.rows["voices"] if row["about"] == "named missile"]
    assert [told(row, ("latest", "answer", "status")) for row in found] == judged("british_missile")
    assert {row["actor"] for row in found} == {"uk"}


# Events and outcomes.


def test_the_events_are_there_with_their_days_and_say_how_well_they_are_attested() -> None:
    expected = judged("events")
    found = sorted(record("events"), key=lambda row: row["id"])
    assert [told(row, expected[0]) for row in found] == expected


def test_every_claim_has_one_outcome() -> None:
    found = [told(row, ("claim", "status")) for row in LIBRARY.rows["outcomes"]]
    sourced = ["yes" if row["sources"] else "no" for row in LIBRARY.rows["outcomes"]]
    assert [{**row, "sourced": own} for row, own in zip(found, sourced, strict=True)] == judged("outcomes")


# What follows for a case.


def answered(row: dict[str, str]) -> str:
    """The answer to a case: of an actor on a day, or in the report, now or before the decision."""
    try:
        case = rules.Case(**{name: row[name] for name in LIBRARY.dimensions})
        held = LIBRARY.positions.get(row.get("position", ""))
        return rules.judge(case, facts.position(row["actor"], "record", row["on"]) if "on" in row else held).answer
    except rules.CaseError:
        return "no such case"
    except KeyError:  # no position is held yet
        return "not stated"


def wrong(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The rows of judged cases where the answer is another."""
    return [row for row in rows if answered(row) != row["answer"]]


BY_DAY = facts.grouped(judged("by_day"), lambda row: row["actor"])


@pytest.mark.parametrize("actor", BY_DAY)
def test_what_a_capital_allows_by_date(actor: str) -> None:
    assert wrong(BY_DAY[actor]) == []


@pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 6, 20), date(2024, 11, 25)])
def test_a_position_counts_from_its_last_possible_day_on(day: date) -> None:
    before = day - timedelta(days=1)
    assert facts.position("us", "record", day).latest == day
    assert facts.position("us", "record", before).latest < before


def test_the_first_american_permission_is_told_in_two_ways_with_a_name_for_each() -> None:
    case = rules.Case(**rules.case("guns-firing").chosen | {"threatens": "elsewhere"})
    last = rules.judge(case, facts.position("us", "record", "2024-06-16")).chain[-1]
    wide, narrow = last.readings
    assert "Carpenter" in wide and "Sumy" in wide and "Blinken" in narrow and "Austin" in narrow
    assert LIBRARY.voices["us-carpenter-2024-05-31"] in [cited.voice for cited in last.cited]


def test_the_october_report_of_2025_is_about_a_british_missile() -> None:
    used = {voice.id for one in LIBRARY.positions.values() if one.actor.id == "us" for voice in one.voices}
    used |= {cited.voice.id for one in LIBRARY.rules.values() if one.id.startswith("us-r") for cited in one.cited}
    assert not [id_ for id_ in used if id_.endswith("2025-10-22")]
    british = facts.position("uk", "record", "2025-10-22")
    assert {voice.id for voice in british.voices} >= {"uk-wsj-2025-10-22", "uk-trump-2025-10-22"}


@pytest.mark.parametrize(
    ("actor", "day"),
    [
        *(("us", "2022-06-01"), ("us", "2023-05-24")),  # the request of May 2023 is the first general ban on record
        *(("slovakia", "2024-05-31"), ("hungary", "2024-05-29"), ("greece", "2026-03-13")),
    ],
)
def test_who_has_said_nothing_yet_has_no_position(actor: str, day: str) -> None:
    with pytest.raises(KeyError):
        facts.position(actor, "record", day)


def test_those_who_can_not_permit_have_no_rules() -> None:
    for actor in ("stoltenberg", "nato-assembly", "eu", "russia", "ukraine"):
        assert facts.position(actor, "record").rules == (), actor


def test_an_amended_rule_stays_where_the_new_ones_do_not_reach() -> None:
    last = facts.position("us", "record")
    assert last.id == "us-r-2025" and last.amends and last.amends.id == "us-r-review"
    chain = [rule.id for rule in rules.judge(rules.case("guns-firing"), last).chain]
    assert chain == ["us-r-ban-russia", "us-r-kharkiv-counter-fire", "us-r-border-across"]


# Figures and the map.

Point = tuple[float, float]


def test_the_figures_stand_as_their_sources_have_them() -> None:
    figures = {row["id"]: float(row["value"]) for row in LIBRARY.rows["figures"]}
    assert figures == {row["id"]: float(row["value"]) for row in judged("figures")}
    for row in LIBRARY.rows["figures"]:
        assert row["kind"] == "measured" or "measured" not in row["id"], row["id"]
        assert bool(row["sources"]) == (row["kind"] != "measured") and row["note"], row["id"]


def kilometres(one: Point, two: Point) -> float:
    """Distance where the earth is as good as flat; within half a per cent of its true shape."""
    east = (two[0] - one[0]) * math.cos(math.radians((one[1] + two[1]) / 2))
    return math.hypot(east, two[1] - one[1]) * 111.195


def test_the_distances_on_the_map_are_those_of_the_figures() -> None:
    line = [(row["lon"], row["lat"]) for row in LIBRARY.rows["border"] if row["area"] == "ukraine"]
    known = {row["id"]: row["value"] for row in LIBRARY.rows["figures"]}
    measured = [row for row in LIBRARY.rows["places"] if row["figure"]]
    assert [row["id"] for row in measured] == ["kharkiv", "sumy"]
    dense = [(a + (c - a) * at / 50, b + (d - b) * at / 50) for (a, b), (c, d) in pairwise(line) for at in range(51)]
    for row in measured:
        place, end = (row["lon"], row["lat"]), (row["border_lon"], row["border_lat"])
        nearest = min(kilometres(place, point) for point in dense)
        assert nearest == pytest.approx(known[row["figure"]], abs=0.2), row["id"]
        assert kilometres(place, end) == pytest.approx(nearest, abs=0.1), row["id"]


def test_the_lands_fill_the_map_and_each_place_lies_in_its_own() -> None:
    outlines = facts.grouped(LIBRARY.rows["border"], lambda point: point["area"])
    lands = {name: [(own["lon"], own["lat"]) for own in outlines[name]] for name in ("russia", "belarus", "ukraine")}
    turns = [one[0] * two[1] - two[0] * one[1] for land in lands.values() for one, two in pairwise([*land, land[0]])]
    assert abs(sum(turns)) / 2 == pytest.approx((39.6 - 29.4) * (53 - 48.8), abs=0.01), "no gap, no overlap"
    within: dict[str, list[str]] = {name: [] for name in lands}
    for row, name in product(LIBRARY.rows["places"], lands):
        if row["look"] in ("area", "dot") and Outline(lands[name]).contains_point((row["lon"], row["lat"])):
            within[name].append(row["id"])
    inside = {"russia": ["belgorod", "kursk"], "belarus": [], "ukraine": ["kyiv", "kharkiv", "sumy"]}
    assert within == {name: [name, *own] for name, own in inside.items()}


# Judged from the sources alone, by a reader who had not seen the tables.


def test_each_case_of_the_report_has_the_answer_that_its_words_give() -> None:
    assert wrong(judged("report_cases")) == []


def test_each_case_of_the_record_has_the_answer_that_its_sources_give() -> None:
    assert wrong(judged("record_cases")) == []


def test_every_case_of_the_report_and_every_day_of_the_record_is_judged() -> None:
    of_report = {frozenset(row[name] for name in LIBRARY.dimensions) for row in judged("report_cases")}
    left = [case for case in rules.cases() if case.ids not in of_report]
    silent = {(case["supplier"], rules.judge(case).answer) for case in left}
    assert silent == {("ukraine", "not stated")}, "of its own weapons the report says nothing"
    judged_then: Counter[str] = Counter()
    for row in judged("record_cases"):
        with suppress(KeyError):
            judged_then[facts.position(row["actor"], "record", on=row["on"]).id] += 1
    missing = [held.id for held in LIBRARY.layers["record"] if held.scope and judged_then[held.id] < 5]
    assert not missing


def test_each_voice_has_the_day_the_speaker_the_answer_and_the_sources_that_were_read() -> None:
    expected = {row["id"]: row for row in judged("voices")}
    assert LIBRARY.voices.keys() == expected.keys()
    for voice in LIBRARY.rows["voices"]:
        row, sources = expected[voice["id"]], LIBRARY.voices[voice["id"]].sources
        published = sorted(f"{one.publisher} {one.date or ''}".strip() for one in sources)
        assert row["speaker"] in voice["speaker"] and "; ".join(published) == row["publishers"], voice["id"]
        assert row | told(voice, ("earliest", "latest", "answer")) == row


def test_each_statement_and_each_reason_stands_where_a_reader_found_it() -> None:
    statements = {row["id"]: row for row in LIBRARY.rows["statements"]}
    assert statements.keys() == {row["id"] for row in judged("statements")}
    for row in judged("statements"):
        cited = {name: {*statements[row["id"]][name]} for name in ("paragraphs", "voices")}
        assert any(cited.values()) and all(cited[name] <= {*row[name].split()} for name in cited), row["id"]
    assert LIBRARY.reasons.keys() == {row["id"] for row in judged("reasons")}
    for row in judged("reasons"):
        reason = LIBRARY.reasons[row["id"]]
        published = "; ".join(f"{source.publisher} {source.date}" for source in reason.sources)
        assert reason.paragraph in row["paragraphs"].split() or not row["paragraphs"], row["id"]
        assert row["speaker"] in reason.speaker and published == row["publishers"], row["id"]
