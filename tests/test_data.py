"""The tables hold the whole report, in our own words, each fact with its paragraph and its speaker."""

import csv
import json
import re
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from helpers import facts, rules
from helpers.check import tables

ROOT = Path(__file__).parent.parent
with (ROOT / "tests" / "key_facts.csv").open(encoding="utf-8", newline="") as file:
    FACTS = list(csv.DictReader(file))  # each was read in the numbered text, and nothing else here would miss it
ROWS = tables.load(tables.folder())
LAYERS = {row["id"]: row["layer"] for row in ROWS["positions"]}


def told(table: str, layer: str) -> list[tables.Row]:
    """The rows of one layer; rules and statements are of the layer of their position."""
    return [row for row in ROWS[table] if (row.get("layer") or LAYERS[row["position"]]) == layer]


def test_all_thirty_claims_and_all_parts_of_the_report_are_there() -> None:
    assert [row["id"] for row in ROWS["claims"]] == [f"c{number:02}" for number in range(30)]
    assert list(facts.library().paragraphs) == ["H", "S", "C", *map(str, range(1, 12))]


def test_the_positions_of_six_actors_are_there() -> None:
    assert {one.actor.id for one in facts.library().positions.values() if one.layer == "article"} == {
        *("us", "uk", "france", "germany", "stoltenberg", "ukraine")
    }


def test_every_body_paragraph_has_a_claim() -> None:
    assert {row["paragraph"] for row in ROWS["claims"]} >= {*map(str, range(1, 12)), "C"}


def written(cell: object) -> str:
    """A typed cell as the tables have it."""
    return " ".join(cell) if isinstance(cell, tuple) else str(cell or "")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['table']} {fact['id']} {fact['column']}")
def test_the_facts_stand_as_the_report_has_them(fact: dict[str, str]) -> None:
    row = next(row for row in ROWS[fact["table"]] if row["id"] == fact["id"])
    assert written(row[fact["column"]]) == fact["cell"]


def test_the_key_facts_name_every_rule_and_every_claim_of_the_report() -> None:
    for table, column in (("rules", "answer"), ("claims", "speaker")):
        known = {fact["id"] for fact in FACTS if (fact["table"], fact["column"]) == (table, column)}
        assert known == {row["id"] for row in (told(table, "article") if table == "rules" else ROWS[table])}


REPORT = date(2024, 5, 30)
INTERVALS = {
    "thursday": (REPORT, REPORT),
    "same-day": (REPORT, REPORT),
    "this-month": (REPORT.replace(day=1), REPORT - timedelta(days=1)),
    "last-week": (date(2024, 5, 20), date(2024, 5, 26)),
    "recently": (date(2024, 4, 30), REPORT),
    "weeks": (date(2024, 3, 30) + timedelta(days=1), REPORT - timedelta(weeks=2)),
    "months": (None, date(2024, 3, 30)),
    "27-months": (date(2022, 1, 30) + timedelta(days=1), date(2022, 2, 28)),
    "by-that-time": (None, date(2024, 5, 26)),
    "before-last-week": (None, date(2024, 5, 26)),
    "already": (None, REPORT),
    "before-report": (None, REPORT),
    "before-talks": (None, REPORT - timedelta(weeks=2)),
}


def test_a_position_begins_when_its_event_does() -> None:
    events = {row["id"]: (row["earliest"], row["latest"]) for row in ROWS["events"]}
    begins = {
        "us-before": "ban",
        "us": "instruction",
        "uk": "britain",
        "france": "france-germany",
        "germany": "france-germany",
        "stoltenberg": "stoltenberg",
    }
    held = {row["id"]: (row["earliest"], row["latest"]) for row in ROWS["positions"]}
    assert {id_: held[id_] for id_ in begins} == {id_: events[event] for id_, event in begins.items()}


def test_each_line_of_the_card_has_a_claim_of_the_same_paragraph_and_speaker() -> None:
    told = {(row["paragraph"], row["speaker"]) for row in ROWS["claims"]}
    assert {(row["paragraph"], row["speaker"]) for row in ROWS["card"]} <= told


def test_an_opinion_has_criteria_and_no_options() -> None:
    sets = {row["set"] for row in ROWS["criteria"]}
    optioned = {row["question"] for row in ROWS["options"]}
    for row in ROWS["questions"]:
        assert (row["criteria"] in sets) == (row["part"] == "opinion"), row["id"]
        assert (row["id"] in optioned) == (row["part"] != "opinion"), row["id"]


def test_the_roster_of_a_table_names_all_its_rows() -> None:
    package = json.loads((tables.folder() / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if "roster" in resource:
            assert resource["roster"] == [row["id"] for row in ROWS[resource["name"]]], resource["name"]


def test_the_report_is_of_a_thursday_and_last_week_runs_from_monday_to_sunday() -> None:
    monday, sunday = INTERVALS["last-week"]
    assert (REPORT.isoweekday(), monday.isoweekday(), sunday.isoweekday()) == (4, 1, 7)
    assert REPORT - sunday < timedelta(days=7)


@pytest.mark.parametrize("row", told("events", "article"), ids=lambda row: row["id"])
def test_each_event_has_the_interval_of_its_time_words(row: tables.Row) -> None:
    assert (row["earliest"], row["latest"]) == INTERVALS[row["time"]]


def test_the_events_take_their_time_words_from_their_claims() -> None:
    times = {row["id"]: row["time"] for row in ROWS["claims"]}
    own = {  # told in a claim that dates another event, or none
        "assault": "before-talks",
        "trip": "before-last-week",
        "blinken": "before-last-week",
        "statement": "before-report",
        "senior-official": "before-report",
    }
    events = told("events", "article")
    assert {row["id"]: own.get(row["id"], times[row["claim"]]) for row in events} == {
        row["id"]: row["time"] for row in events
    }


def test_the_article_layer_knows_nothing_after_the_report() -> None:
    for row in (*ROWS["events"], *ROWS["positions"]):
        assert row["layer"] != "article" or row["latest"] <= REPORT, row["id"]


def test_both_sides_have_the_same_room_and_their_sources() -> None:
    sides = {side: [row for row in ROWS["reasons"] if row["side"] == side] for side in ("widen", "keep")}
    widen, keep = (sum(len(row["says"].split()) for row in rows) for rows in sides.values())
    assert len(sides["widen"]) == len(sides["keep"]) and abs(widen - keep) <= 0.1 * min(widen, keep)
    for layer in ("article", "record"):
        assert len({sum(row["layer"] == layer for row in rows) for rows in sides.values()}) == 1
    for row in ROWS["reasons"]:
        assert bool(row["paragraph"]) == (row["layer"] == "article") != bool(row["sources"]), row["id"]
        assert row["layer"] == "article" or re.search(r"20\d\d$", row["speaker"]), row["id"]


def test_quoted_terms_are_short() -> None:
    for row in ROWS["terms"]:
        assert len(row["words"].split()) <= 6, row["words"]


def test_every_actor_and_every_time_word_is_used() -> None:
    cells = {
        word
        for name, rows in ROWS.items()
        if name != "actors"
        for row in rows
        for cell in row.values()
        for word in (cell if isinstance(cell, tuple) else (cell,))
    }
    named = " ".join(written(cell) for rows in ROWS.values() for row in rows for cell in row.values())
    for row in ROWS["actors"]:
        assert row["id"] in cells or row["name"].split()[-1].strip(",") in named, row["id"]
    assert {row["id"] for row in ROWS["times"]} <= {row["time"] for row in (*ROWS["claims"], *ROWS["events"])}


def test_the_layers_cite_each_in_its_own_way() -> None:
    for name in ("positions", "rules", "statements"):
        for row in told(name, "article"):
            assert row["paragraphs"] and not row["voices"], row["id"]
        for row in told(name, "record"):
            assert row["voices"] and not row["paragraphs"] and not row.get("speakers"), row["id"]
    for row in told("events", "article"):
        assert row["time"] and row["claim"], row["id"]
        assert not any(row[name] for name in ("topic", "actors", "status", "note", "sources", "dates")), row["id"]
    for row in told("events", "record"):
        assert all(row[name] for name in ("topic", "actors", "status", "sources")), row["id"]
        assert not row["time"] and not row["claim"], row["id"]
    assert [row["id"] for row in told("actors", "record") if row["paragraph"]] == []


def test_a_rule_stands_under_a_rule_in_force_and_an_amended_position_is_the_actor_s_own() -> None:
    for one in facts.library().positions.values():
        known: list[str] = []
        for rule in one.in_force:
            assert not rule.under or rule.under in known, rule.id
            known.append(rule.id)
        if one.amends:
            assert (one.amends.actor, one.amends.layer) == (one.actor, one.layer), one.id
            assert one.amends.latest < one.latest, one.id


def test_a_strike_names_a_condition_of_its_own_rule() -> None:
    own = {row["id"]: row["rule"] for row in ROWS["conditions"]}
    for row in ROWS["strikes"]:
        assert not row["condition"] or own[row["condition"]] == row["rule"], row["id"]


def test_the_cases_have_a_column_for_every_dimension_with_its_own_values() -> None:
    for story in facts.library().stories.values():
        for dimension, value in rules.case(story.id).chosen.items():
            assert facts.library().values[value].dimension == dimension, story.id


def test_frictionless_accepts_the_package() -> None:
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=tables.folder(), capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["valid"] and report["stats"]["tasks"] == len(ROWS), done.stdout


def test_frictionless_would_see_a_double_id(copy: Path) -> None:
    path = copy / "glossary.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("claim,5,claim,", "ally,5,claim,"), encoding="utf-8")
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert not json.loads(done.stdout)["valid"]


def test_the_package_declares_every_table_and_every_column_in_words() -> None:
    package = json.loads((tables.folder() / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in package["resources"]} == {path.name for path in tables.folder().glob("*.csv")}
    for resource in package["resources"]:
        with (tables.folder() / resource["path"]).open(encoding="utf-8") as file:
            assert file.readline().strip().split(",") == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_guide_to_the_tables_names_each_of_them() -> None:
    guide = (tables.folder() / "README.md").read_text(encoding="utf-8")
    assert [name for name in ROWS if f"`{name}.csv`" not in guide] == []


def test_the_wheel_carries_the_tables(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("within_limits-*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    count = (
        "from helpers import facts, rules, explore; print(facts.__file__, len(rules.cases()), explore.start().words)"
    )
    done = subprocess.run(
        [sys.executable, "-c", count],
        cwd=tmp_path / "site",
        env={"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "helpers" / "facts.py"), "360", "Ready."]
