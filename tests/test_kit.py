"""A teacher's words fit the lessons; what does not fit gets a sentence with its file and line."""

import shutil
from pathlib import Path

import pytest

from helpers import facts
from helpers.check import tables
from teach import kit

ROOT = Path(__file__).parent.parent
FAULTS = [
    ("essential:", "other:", "line 1: “essential” is missing here"),
    ('"45": [4, 2,', '"45": [4, 11,', "line 8: plan “45” adds up to 54 minutes, more than 45."),
    ('"45": [4, 2,', '"45": [4,', "line 8: plan “45” has 11 numbers for 11 steps and the opening."),
    ('step: "Remember"', 'step: "Rember"', "line 19: the lesson has no step “Rember”. Did you mean “Remember”?"),
    ("task: narrow", "task: narow", "the lesson has no task “narow”. Did you mean “narrow”?"),
    ('paragraphs: ["11"]', "paragraphs: []", "paragraph 11 is asked for here, and is not on the sheet."),
    ("recap: ", "recap: [", "this can't be read"),
]


def test_the_words_fit_the_lessons() -> None:
    assert kit.texts(ROOT)[1] == []


@pytest.mark.parametrize("old, new, told", FAULTS)
def test_a_fault_gets_its_sentence(old: str, new: str, told: str, tmp_path: Path) -> None:
    for name in ("data", "notebooks", "teach"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "teach/words/04.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    first = next(fault for fault in kit.texts(tmp_path)[1] if fault.startswith("teach/words/04.yaml, "))
    facts.use(tables.folder())
    assert told in first
