"""A second report, of another kind, works with the same code; and the code knows neither of the two."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import explore, facts, rules, show
from helpers.check import tables
from helpers.live import Explorer

ROOT = Path(__file__).parent.parent
SECOND = ROOT / "tests" / "library"
FOLDERS = [tables.folder(), SECOND]
GENERAL = {"report", "record", "source", "claim", "limit", "exception", "unclear", "position", "interval"}
GENERAL |= {"evidence", "reasoning", "memo", "lend", "paper", "home", "children"}  # of any report


@pytest.fixture
def second() -> facts.Library:
    return facts.use(SECOND)


def test_the_second_tables_are_sound() -> None:
    assert tables.problems(SECOND) == []


def test_the_second_tables_have_a_row_in_each_table_and_share_none_with_the_first(second: facts.Library) -> None:
    first = {name: tables.load(tables.folder())[name] for name in second.rows}
    assert all(second.rows.values())
    for name in ("actors", "claims", "events", "positions", "rules", "values", "cases"):
        shared = {row["id"] for row in second.rows[name]} & {row["id"] for row in first[name]}
        assert not {id_ for id_ in shared if not re.fullmatch(r"c\d+", id_)}, name


def test_each_story_of_the_second_report_has_the_answer_of_its_table(second: facts.Library) -> None:
    for story in second.stories.values():
        assert rules.judge(rules.case(story.id), story.position).answer == story.answer, story.id
    assert {story.answer for story in second.stories.values()} == {"allowed", "not allowed", "unclear"}


def test_the_records_of_the_second_report_are_joined(second: facts.Library) -> None:
    assert second.report.label == "the report" and second.edition == "0.0.1"
    assert facts.position("ashby", on="2030-06-01").id == "ashby-before"
    later = facts.position("ashby", "record")
    assert [rule.id for rule in later.in_force] == ["door-maps-stay", "door-novels", "door-maps-home"]
    assert later.cited == (facts.Citation(later.voices[0].speaker, voice=later.voices[0]),)
    assert second.claims["c01"].attribution == "clerks of the town hall, as told by The Valley Courier"
    assert second.card["what-stays"].speaker.name == second.outcomes["o03"].claim.speaker.name == "Ida Marsh"
    assert second.places["ashby"].figure == second.figures["towns-measured"]
    assert [f"{figure.value}" for figure in second.figures.values()] == ["6.5", "7", "12.0", "4200"]


def test_a_table_of_the_second_report_has_real_types_and_names(second: facts.Library) -> None:
    events, options = facts.table("events"), facts.table("options")
    assert (events["latest"] - events["earliest"]).dt.days.tolist()[1:] == [2, 0, 0]
    assert options.groupby("question")["right"].sum().to_dict() == {"novels": 1, "who-told": 1}
    assert facts.table("claims").loc["c05", ["speaker_name", "via_name"]].tolist() == ["The Valley Courier", ""]
    assert facts.table("outcomes")["status"].cat.categories[0] == "confirmed"
    assert facts.table("voices").loc["brookfield-letter", "sources_name"] == ("open letter",)


def test_a_case_of_the_second_report_is_refused_in_its_own_words(second: facts.Library) -> None:
    with pytest.raises(rules.ClashError, match="“a map” goes only with “Ashby”. Only one of the towns has maps."):
        rules.Case(who="brookfield", what="map", where="inside", reader="child")
    with pytest.raises(rules.CaseError, match="A case also needs: reader."):
        rules.Case(who="ashby", what="novel", where="home")


VIEWS = {
    "limits": lambda: show.limits(),
    "positions": lambda: show.positions(),
    "redraft": lambda: show.redraft(first("terms")),
    "paragraphs": lambda: show.paragraphs(),
    "card": lambda: show.card(),
    "sources": lambda: show.sources(),
    "chain": lambda: show.chain(),
    "outcomes": lambda: show.outcomes(),
    "words": lambda: show.words(),
    "people": lambda: show.people(),
    "times": lambda: show.times(),
    "unsaid": lambda: show.unsaid("1", "2", "3"),
    "timeline": lambda: show.timeline(layer="both"),
    "border": lambda: show.border(),
    "ranges": lambda: show.ranges(),
    "capitals": lambda: explore.capitals(),
    "changes": lambda: explore.changes(),
    "question": lambda: explore.question(first("questions")).set(answer=key(), sure="sure"),
    "predict": lambda: explore.predict(first("stories")).set(answer="allowed"),
    "work": lambda: explore.work(),
    "timeline by steps": lambda: explore.timeline().set(step=2),
    "limits by lists": lambda: explore.limits(),
    "positions by ticks": lambda: explore.positions(),
    "claims by kind": lambda: explore.sources(),
    "words struck out": lambda: explore.redraft().set(term=first("terms")),
}


def first(table: str) -> str:
    return next(iter(getattr(facts.library(), table)))


def key() -> str:
    options = facts.library().questions[first("questions")].options
    return next(option.says for option in options if option.right)


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_of_the_second_report_speaks_of_it_alone(second: facts.Library, name: str) -> None:
    made = VIEWS[name]()
    shown = made.shown.words if isinstance(made, Explorer) else made.words
    _, named = own_words(tables.folder())
    assert len(shown) > 10 and not re.search(named, shown), shown


def test_a_word_of_the_second_report_carries_what_falls_with_it(second: facts.Library) -> None:
    assert "of" in show.redraft(first("terms")).gist
    assert explore.question(first("questions")).set(answer=key(), sure="sure").shown.gist.startswith("Yes.")


def strings(path: Path) -> Iterator[ast.Constant]:
    """The text in the code of a module, without its docstrings: their examples run on a report."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def own_words(folder: Path) -> tuple[set[str], str]:
    """The ids of a report, and a pattern for its names, places and dates."""
    rows = tables.load(folder)
    skipped = {"paragraphs", "times", "aspects", "dimensions"}
    ids = {row["id"] for name in rows if name not in skipped for row in rows[name]} - GENERAL
    named = {row.get(column, "") for part in rows.values() for row in part for column in ("name", "short", "publisher")}
    days = {str(row[name]) for part in rows.values() for row in part for name in ("date", "latest") if row.get(name)}
    words = {re.escape(word) for word in (named | days) - GENERAL if len(word) > 3}
    return ids, rf"\b({'|'.join(sorted(words))})\b"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_code_knows_no_id_name_place_or_day_of_a_report(folder: Path) -> None:
    ids, named = own_words(folder)
    for path in sorted((ROOT / "helpers").rglob("*.py")):
        for node in strings(path):
            where = f"{path.name}, line {node.lineno}: {node.value}"
            assert node.value not in ids and not re.search(named, node.value), where
