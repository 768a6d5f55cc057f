"""The lessons keep to the house style, ran from top to bottom, and their prose says nothing that the tables do not."""

import json
import re
import statistics
import subprocess
import sys
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

import pytest

from helpers import explore, facts, rules, show
from helpers.check import tables
from tests.store_outputs import LESSONS as PATHS
from tests.store_outputs import NOTEBOOKS, fresh

LESSONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PATHS}
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def cells(name: str, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in LESSONS[name]["cells"] if cell["cell_type"] == kind]


def prose(name: str) -> str:
    return "\n\n".join(source(cell) for cell in cells(name, "markdown"))


def plain(name: str) -> str:
    """The prose without links, code and stars."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "", prose(name))).replace("*", "")


# The last lesson reads another report: its setup takes the tables of that one, and says what is wrong with them.
TOWN = facts.Library(tables.folder() / "town")
ASKED = [*facts.library().questions.values(), *TOWN.questions.values()]
CHOOSE = 'facts.use(facts.tables.folder() / "town")\n'
CATCH = 'print("The tables need mending first.", error, sep="\\n") if kind.__name__ == "TableError" else '
every_lesson = pytest.mark.parametrize("name", LESSONS)


def test_these_are_the_lessons() -> None:
    assert list(LESSONS) == [
        *("00-start-here", "01-what-was-decided", "02-who-says-so", "03-when", "04-what-is-allowed"),
        *("05-do-the-allies-agree", "06-what-would-you-advise", "07-what-we-know-now", "08-on-your-own"),
    ]


# The guard: strict comparison compares nothing where the count or the output is missing.


@every_lesson
def test_every_cell_ran_in_order_and_stored_its_output(name: str) -> None:
    code = cells(name, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        (output,) = cell["outputs"]
        assert output["output_type"] == "execute_result", cell["id"]
        kinds, both = set(output["data"]), {"text/plain", "text/html"}
        assert kinds == both or ("ipywidgets" in source(cell) and kinds < both), cell["id"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_new_run_writes_the_same_file(path: Path) -> None:
    bytes_of_pictures = r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+"
    again, stored = (re.sub(bytes_of_pictures, "PICTURE", text) for text in (fresh(path), path.read_text("utf-8")))
    assert again == stored


@pytest.mark.parametrize("how", [(), ("--execute",)], ids=["as stored", "run anew"])
def test_a_lesson_as_a_web_page_shows_its_still_views(how: tuple[str, ...], tmp_path: Path) -> None:
    to = ["--to", "html", "--output-dir", str(tmp_path), *how]
    run = [sys.executable, "-m", "nbconvert", *to, str(PATHS[1])]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / f"{PATHS[1].stem}.html").read_text(encoding="utf-8")
    for question in facts.library().questions.values():
        assert question.lesson != "lesson-01" or escape(question.prompt, False) in page
    assert page.count("your answers are kept.") >= 10
    assert "Not answered yet" not in page and '<script type="application/vnd.jupyter.widget-view' not in page


@every_lesson
def test_nothing_is_skipped(name: str) -> None:
    text = json.dumps(LESSONS[name]).lower()
    assert not re.search(r"nbval[-_]|raises-exception|#\s*nbval", text)


# The shape of a lesson.


@every_lesson
def test_a_lesson_opens_with_title_promise_question_aims_and_minutes(name: str) -> None:
    title = source(LESSONS[name]["cells"][0])
    assert re.match(r"# [^\n]+\n\n> [^\n]+\n\n\*\*The question:\*\* [^\n]+\?", title)
    assert title.count("\n- ") == 3 and re.search(r"\*\*Minutes:\*\* \d+$", title)
    assert len(re.findall(r"^# ", prose(name), re.MULTILINE)) == 1


@every_lesson
def test_the_minutes_of_the_steps_make_the_minutes_of_the_lesson(name: str) -> None:
    steps = [int(minutes) for minutes in re.findall(r"^## .*\((\d+) minutes\)$", prose(name), re.MULTILINE)]
    assert not steps or sum(steps) == int(re.search(r"\*\*Minutes:\*\* (\d+)", prose(name)).group(1))
    assert steps or name.startswith("00")


@every_lesson
def test_one_folded_setup_cell_has_all_imports(name: str) -> None:
    setup, *others = cells(name, "code")
    assert LESSONS[name]["cells"][1] is setup and setup["id"] == "setup"
    assert setup["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["setup", "hide-input"]}
    lines, own = source(setup), name.startswith("08")
    assert (CHOOSE in lines) == (CATCH in lines) == own
    lines = lines.replace(CHOOSE, "").replace(CATCH, "").replace("NameError, ValueError", "NameError")
    assert len([line for line in lines.splitlines() if line.strip()]) <= 8
    assert lines == source(cells("00-start-here", "code")[0])
    assert not any("import" in source(cell) for cell in others)


@every_lesson
def test_code_cells_are_short_and_stand_between_words(name: str) -> None:
    code = [source(cell) for cell in cells(name, "code")]
    sizes = [len(text.splitlines()) for text in code[1:]]
    assert max(sizes) <= 8 and statistics.median(sizes) <= 2
    assert not re.search(r"\bdef |\bclass |input\(|\bpip\b|inplace|%|sort_values\((?!.*stable)", "\n".join(code))
    kinds = [cell["cell_type"] for cell in LESSONS[name]["cells"]]
    assert ("code", "code") not in zip(kinds, kinds[1:], strict=False)
    most = 160 if name.startswith("00") else 100  # the first page explains the page itself
    assert 40 <= len(plain(name).split()) / len(code) <= most


@every_lesson
def test_cells_have_readable_ids(name: str) -> None:
    ids = [cell["id"] for cell in LESSONS[name]["cells"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one) for one in ids)


@every_lesson
def test_a_lesson_ends_with_exit_ticket_gaps_and_next(name: str) -> None:
    heads = re.findall(r"^## ([^(\n]+?)(?: \(\d+ minutes\))?$", prose(name), re.MULTILINE)
    ends = ["Exit ticket", "What the report does not say", "In the data", "Next"]
    assert [head for head in heads if head in ends] == [end for end in ends if "00" not in name or "data" not in end]


def test_a_full_lesson_has_every_step() -> None:
    for name in LESSONS:
        if not name.startswith("00"):
            heads = " ".join(re.findall(r"^## ([^(\n]+)", prose(name), re.MULTILINE)).lower()
            for step in ("remember", "predict", "look", "decide", "reason", "change", "talk", "in the data"):
                assert step in heads, f"{name}: {step}"


@every_lesson
def test_links_lead_to_lessons_that_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(name)):
        assert (NOTEBOOKS / target).is_file(), target


def opened(doors: str) -> list[tuple[str, str]]:
    """The questions that the lessons open by these doors, each with its lesson."""
    calls = [(name, source(cell)) for name in LESSONS for cell in cells(name, "code")]
    found = rf'explore\.(?:{doors})\("([^"]+)"\)'
    return [(f"lesson-{name[:2]}", id_) for name, call in calls for id_ in re.findall(found, call)]


def test_every_question_is_asked_once_in_its_lesson() -> None:
    asked, guessed = opened("question|write|memo|draft"), {id_ for _, id_ in opened("guess")}
    assert guessed < {id_ for _, id_ in asked}, "what was guessed is asked later on"
    assert sorted(asked) == sorted((one.lesson, one.id) for one in ASKED)


def test_a_full_lesson_recalls_what_came_before_and_has_an_exit() -> None:
    for name in LESSONS:
        own = [one for one in ASKED if one.lesson == f"lesson-{name[:2]}"]
        recalls = [one.id for one in own if one.part == "recall" or "recall" in one.id]
        assert len(recalls) >= 2 or name.startswith(("00", "07")), name
        assert any(one.part == "exit" or one.id.startswith("exit-") for one in own), name


# The prose: each date and number is in the tables, or is counted here.

CELLS = " ".join(path.read_text(encoding="utf-8") for path in tables.folder().rglob("*.csv"))


def days() -> set[str]:
    """Every day that the tables know, as the prose writes it, with and without its year."""
    known = set(re.findall(r"\d{4}-\d\d-\d\d", CELLS))
    written = set(re.findall(rf"\d+ (?:{MONTH})(?: \d{{4}})?", CELLS))
    for date in known:
        year, month, day = (int(part) for part in date.split("-"))
        name = f"{day} {MONTH.split('|')[month - 1]}"
        written |= {name, f"{name} {year}"}
    return written


@every_lesson
def test_each_date_in_the_prose_is_in_the_tables(name: str) -> None:
    for day in re.findall(rf"\d+ (?:{MONTH})(?: \d{{4}})?", plain(name)):
        assert day in days(), day


@every_lesson
def test_each_number_in_the_prose_is_in_the_tables(name: str) -> None:
    text = re.sub(r"\*\*Minutes:\*\* \d+|\(\d+ minutes\)", "", prose(name))
    text = re.sub(r"\]\([^)]*\)|`[^`]*`", "", text)
    for number in re.findall(r"\d+", text):
        assert re.search(rf"\b{number}\b", CELLS), number


SAID = {(one.position, one.aspect) for one in facts.library().statements.values()}
ASPECTS = [row["id"] for row in facts.library().rows["aspects"]]
SILENT = {sum((actor, aspect) not in SAID for aspect in ASPECTS) for actor in ("uk", "france", "germany")}
OPEN = Counter(one.position for one in facts.library().statements.values() if one.status == "unclear")
SPOKEN = facts.library().rows["claims"]
KIND = {row["id"]: row["kind"] for row in facts.library().rows["actors"]}
CARD = facts.library().rows["card"]
GAPS = [row for row in CARD if re.search("not stated|no distance|left open", row["answer"])]


def spoken(kind: str, rows: list[tables.Row] = SPOKEN) -> int:
    """How many claims, or lines of the card, have a speaker of that kind."""
    return sum(KIND[row["speaker"]] == kind for row in rows)


CRITERIA = facts.grouped(facts.library().rows["criteria"], lambda row: row["set"])
SIDES, FATES = facts.library().rows["reasons"], Counter(row["status"] for row in facts.library().rows["outcomes"])
EVENTS = facts.library().events
SUPPLIERS = rules.values(facts.library().axes["page"][0], "record")
SAYS = [explore.capitals(supplier.id).shown.gist for supplier in SUPPLIERS]
ALLOW = sum(says.startswith("This case: allowed") for says in SAYS)
CASES = rules.cases(supplier="us")
BEFORE = facts.position("us", on="2023-12-31")
UNSURE = [case["target"] for case in CASES if rules.judge(case).answer == "unclear"]
MOVES = Counter((rules.judge(case, BEFORE).answer, rules.judge(case).answer) for case in CASES)


def counted(desk: explore.Explorer) -> int:
    """How many answers are new on a desk, or change without words; none, if it does not say."""
    return sum(int(number) for number in re.findall(r"(\d+) of \d+ answers (?:change|differ)", desk.shown.gist))


DATED = [(EVENTS[row["id"]], EVENTS[row["dates"]]) for row in facts.library().rows["events"] if row["dates"]]
COUNTS = {
    "01-what-was-decided": [
        ("{} short passages about one decision", len(facts.library().paragraphs)),
        ("Our card has {} lines", len(CARD)),
        ("{} of them come from unnamed officials", spoken("unnamed officials", CARD)),
        ("from unnamed officials, and {} from the newspaper", spoken("news outlet", CARD)),
        ("{} lines also say what is missing", len(GAPS)),
        ("Without them, {} answers change", counted(explore.redraft("preparing"))),
    ],
    "02-who-says-so": [
        ("split it into {} claims", len(SPOKEN)),
        ("Now all {} claims", len(SPOKEN)),
        ("for {} of them, the report does not make clear who that is", spoken("left open")),
        ("{} claims have a newspaper as their speaker", spoken("news outlet")),
        ("and {} have unnamed officials", spoken("unnamed officials")),
        ("{} claim has a named person", spoken("named person")),
        ("Without “US officials”, {} claims fall away", sum(row["speaker"] == "us-officials" for row in SPOKEN)),
        ("Here are {} questions that an editor can ask", len(CRITERIA["anonymous"])),
    ],
    "03-when": [
        ("We know the exact day of only {} events", sum(one.earliest == one.latest for one in show.ordered("time"))),
    ],
    "04-what-is-allowed": [
        ("left {} in doubt", len(UNSURE)),
        ("{} of those are aircraft", UNSURE.count("aircraft")),
        ("{} answers are new", counted(explore.changes("us", "article"))),
        ("{} are now allowed", MOVES["not allowed", "allowed"]),
        ("{} went from “not allowed” to “unclear”", MOVES["not allowed", "unclear"]),
        ("{} went the other way", MOVES["unclear", "not allowed"]),
        ("Without “ATACMS”, {} answers change", counted(explore.redraft("atacms"))),
        ("Take out only “the Kharkiv area”, and {} does", counted(explore.redraft().set(without=["kharkiv-only"]))),
        ("Take out both of these, and {} change", counted(explore.redraft("kharkiv-only"))),
        ("Take out all three, and {} change", counted(explore.redraft("kharkiv-only", "atacms"))),
    ],
    "05-do-the-allies-agree": [
        ("For Britain, France and Germany, {} of the eight rows are silent", SILENT.pop() if len(SILENT) == 1 else -1),
        ("For France and Germany, {} more are unclear", OPEN["france"] if OPEN["france"] == OPEN["germany"] else -1),
        ("puts {} suppliers side by side", len(explore.positions().state["capitals"])),
        ("In the record, {} countries allow this one case", ALLOW),
    ],
    "06-what-would-you-advise": [
        *(
            (text, sum((row["side"], row["layer"]) == (side, layer) for row in SIDES))
            for side in ("widen", "keep", "withdraw")
            for text, layer in (("{} from the report and three", "article"), ("and {} from the record", "record"))
        ),
    ],
    "07-what-we-know-now": [
        ("{} claims are confirmed", FATES["confirmed"]),
        ("{} are marked as changed later", FATES["changed later"]),
        ("{} are overstated", FATES["overstated"]),
        ("{} were not checked", FATES["not checked"]),
        ("{} claims are contested", FATES["contested"]),
        ("{} more are incomplete", sum(FATES[name] for name in ("incomplete", "refined", "opinion"))),
        ("a day for {} of the twenty events", len({told.id for _, told in DATED})),
        ("{} events, and each lies inside", sum(one.layer == "article" for one in EVENTS.values())),
    ],
    "08-on-your-own": [
        ("The report makes {} claims", len(TOWN.claims)),
        ("Here are all {}", len(TOWN.claims)),
        ("has the {} events in the report", sum(one.layer == "article" for one in TOWN.events.values())),
    ],
}
WORDS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WORDS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
WORDS += [*(f"twenty-{one}" for one in WORDS[1:10]), "thirty", *(f"thirty-{one}" for one in WORDS[1:10])]


@pytest.mark.parametrize("name", COUNTS)
def test_each_count_in_the_prose_is_counted(name: str) -> None:
    for sentence, count in COUNTS[name]:
        assert sentence.format(WORDS[count]).lower() in plain(name).lower(), sentence.format(WORDS[count])


def test_each_day_of_the_record_lies_inside_its_interval() -> None:
    assert "and each lies inside the report's interval" in prose("07-what-we-know-now")
    for known, told in DATED:
        assert (told.earliest or known.latest) <= known.latest <= told.latest, told.id


def test_what_the_prose_says_of_the_certain_events_holds() -> None:
    certain = [one for one in show.ordered("time") if str(one.latest) <= "2024-05-26"]
    assert "By 26 May, half of the events are certain to have happened." in prose("03-when")
    assert len(certain) == len(show.ordered("time")) / 2


@every_lesson
def test_the_prose_takes_no_side_and_talks_to_nobody_from_above(name: str) -> None:
    text = re.sub(r"“[^”]*”", "", plain(name)).lower()
    for word in ("simply", "obviously", "of course", "relented", "deflected", "relentless", "regime", "aggressor"):
        assert word not in text, word


@every_lesson
def test_sentences_are_short(name: str) -> None:
    for paragraph in plain(name).split("\n"):
        for sentence in re.split(r"(?<=[.?!:])\s", paragraph):
            assert len(sentence.split()) <= 32, sentence
