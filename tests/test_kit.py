"""A teacher's words fit the lessons; what does not fit gets a sentence with its file and line."""

import shutil
from pathlib import Path

import pytest

from helpers import facts
from teach import kit

ROOT = Path(__file__).parent.parent
FAULTS = [
    ("essential:", "other:", "line 1: “essential” is missing here"),
    ('"45": [3, ', '"45": [33, ', "line 11: plan “45” adds up to 75 minutes, more than 45."),
    ('"45": [3, ', '"45": [', "line 11: plan “45” has 11 numbers for 11 steps and the opening."),
    ('step: "Remember"', 'step: "Rember"', "line 22: the lesson has no step “Rember”. Did you mean “Remember”?"),
    ("board:", "stop: [Raed]\nboard:", "the lesson has no step “Raed”. Did you mean “Read”?"),
    ('paragraphs: ["11"]', "paragraphs: []", "paragraph 11 is asked for here, and is not on the sheet."),
    ("recap: ", "recap: [", "this can't be read"),
    ("late:", "lat:", "the kit reads no “lat”. Did you mean “late”?"),
]


def test_the_words_fit_the_lessons() -> None:
    assert (made := kit.texts(ROOT))[1] == [] and "**not stated**: the source" in made[0]["set/front"]


@pytest.mark.parametrize("old, new, told", FAULTS)
def test_a_fault_gets_its_sentence(old: str, new: str, told: str, tmp_path: Path) -> None:
    for name in ("data", "notebooks", "teach"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "teach/words/04.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    faults = "".join(fault for fault in kit.texts(tmp_path)[1] if fault.startswith("teach/words/04.yaml, "))
    facts.use(ROOT / "data")
    assert told in faults
