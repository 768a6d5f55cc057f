"""The prose can be read at grade 10 or below, and cares for its readers."""

import json
import re

import pyphen
import pytest

from helpers import facts
from tests.store_outputs import LESSONS

MOST = 10  # the school grade of the Flesch-Kincaid measure, for readers of 15 to 20
ROWS = facts.library().rows
TOLD = {  # the columns of the tables that a student reads
    "paragraphs": ("plain",),
    "claims": ("claim",),
    "events": ("told",),
    "voices": ("says",),
    "outcomes": ("says",),
    "reasons": ("says",),
    "rules": ("says", "reading_a", "reading_b"),
    "positions": ("stance",),
    "statements": ("says",),
    "terms": ("effect",),
    "cases": ("story",),
    "card": ("answer",),
    "chain": ("does",),
    "glossary": ("meaning",),
    "criteria": ("strong", "weak"),
    "questions": ("prompt",),
    "options": ("says", "reason"),
}
NAMES = {word for table in ("actors", "places") for row in ROWS[table] for word in re.findall(r"[A-Z]\w+", row["name"])}
parts = pyphen.Pyphen(lang="en_GB", left=1, right=1)


def cells() -> dict[str, str]:
    """Each cell of prose by lesson and id, without links, code and marks."""
    found = {}
    for path in LESSONS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", "".join(cell["source"]))
                found[f"{path.stem}/{cell['id']}"] = re.sub(r"`[^`]*`|^#.*$|[*>]", "", text, flags=re.MULTILINE)
    return found


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text, names aside: long sentences and long words make it rise."""
    sentences = [one for one in re.split(r"(?<=[.?!])\s+|\n\n+|\n- ", text) if re.search(r"\w", one)]
    words = [word for word in re.findall(r"[A-Za-z]+", text) if word not in NAMES]
    syllables = sum(len(parts.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_measure_tells_hard_prose_from_plain() -> None:
    plain = "The ban stays. There is one exception. It has limits, and they are narrow."
    hard = (
        "Notwithstanding the administration's longstanding prohibition, the authorisation, characterised by officials"
        " as fundamentally defensive, constitutes an unprecedented modification of established international policy."
    )
    assert grade(plain) < 5 and grade(hard) > 15


@pytest.mark.parametrize("name", [name for name, text in cells().items() if len(text.split()) >= 25])
def test_each_cell_of_prose_can_be_read_at_grade_ten(name: str) -> None:
    assert grade(cells()[name]) <= MOST


@pytest.mark.parametrize("table", TOLD)
def test_the_tables_can_be_read_at_grade_ten(table: str) -> None:
    for column in TOLD[table]:
        whole = [f"{row[column].rstrip('.')}." for row in ROWS[table] if row[column]]
        assert grade(" ".join(whole)) <= MOST, column
        for text in whole:
            assert len(text.split()) < 25 or grade(text) <= MOST + 2, text  # one row is a small sample


LOADED = ("relented", "deflected", "relentless", "regime", "aggressor", "admitted", "slammed", "brutal", "heroic")


@pytest.mark.parametrize("table", TOLD)
def test_the_tables_use_no_loaded_word_of_their_own(table: str) -> None:
    for row in ROWS[table]:
        own = re.sub(r"“[^”]*”", "", " ".join(row[column] for column in TOLD[table])).lower()
        assert not [word for word in LOADED if word in own], row["id"]


def test_a_reader_close_to_the_war_is_told_that_they_may_stop() -> None:
    start, advise = (
        " ".join(text for name, text in cells().items() if name.startswith(number)) for number in ("00", "06")
    )
    assert "real war" in start and "real war" in advise
    assert "Nobody has to speak for a country" in advise
