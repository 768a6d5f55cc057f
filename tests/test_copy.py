"""A reader's own copy of the report is known however it was pasted; what differs in it is named.

The text here is invented: no sentence of the report is part of the project.
"""

import csv
import random
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

import pytest

from helpers import facts, show
from helpers.check import tables
from helpers.student.copy import compared, fingerprint, own_copy, spelled

DRAW = random.Random(7)
STOCK = "baker's oven café offices flour “new rye” loaf-tin naïve seller’s £4 O'Neill 27-month"
TEXT = {str(number): " ".join(DRAW.choices(STOCK.split(), k=12 + 5 * number)) + " end." for number in range(1, 12)}
TEXT["3"] = f"“The affluent official’s floury ﬁnger,” she said — and he wrote… in 1997. {TEXT['3']}"
PAGE = "\n\n".join(TEXT.values())
SAME = "Your copy is the same edition: all 11 paragraphs are there, word for word."
CAPTION = "\nPhotograph: an oven\nRead more here\n"


@pytest.fixture(autouse=True)
def invented(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tables with the fingerprints of the invented text; an own copy goes beside them."""
    monkeypatch.delenv("WITHIN_LIMITS_HOME")
    rows = list(csv.DictReader((copy / "paragraphs.csv").read_text("utf-8").splitlines()))
    for row in rows:
        if words := spelled(TEXT.get(row["id"], "")):
            row |= {"words": str(len(words)), "fingerprint": fingerprint(words)}
    with (copy / "paragraphs.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader(), out.writerows(rows)
    facts.use(copy)
    return copy


def wrapped(text: str) -> str:
    return "\r\n\r\n".join(textwrap.fill(part, 40, break_on_hyphens=False) for part in text.split("\n\n"))


def framed(text: str) -> str:
    return f"Menu\nNews 1 2 3\nThe headline\n{text} - First baked elsewhere\nComments (12)\n"


PASTED: dict[str, Callable[[str], str]] = {
    "plain marks": lambda text: text.translate(str.maketrans("“”’—", '""\'-')),
    "other marks": lambda text: text.translate(str.maketrans("“”-—’'", "«»‑–ʼ‛")),
    "hidden signs": lambda text: text.replace(" ", "\u00a0").replace("oven", "ov\u00ade\u200bn"),
    "other signs": lambda text: normalize("NFD", text).translate(str.maketrans("279", "２７９")),
    "ligatures, capitals": lambda text: text.replace("ffi", "ﬃ").replace("fl", "ﬂ").title(),
    "captions between": lambda text: text.replace("\n\n", CAPTION),
    "all in one line": lambda text: text.replace("\n\n", " "),
    "short lines, and a page around": lambda text: framed(wrapped(text.replace("’", "'"))),
}


@pytest.mark.parametrize("name", PASTED)
def test_the_same_edition_is_known_however_it_was_pasted(name: str) -> None:
    texts, edition = compared(PASTED[name](PAGE))
    assert (edition, list(texts)) == (SAME, list(TEXT))
    assert [*map(spelled, texts.values())] == [*map(spelled, TEXT.values())]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_from_any_editor_is_given_as_it_stands(invented: Path, encoding: str) -> None:
    (invented / "article.txt").write_bytes(wrapped(PAGE).encode(encoding))
    texts, edition = own_copy()
    assert edition == SAME and [*texts.values()] == PAGE.split("\n\n")


def test_one_word_or_line_within_is_a_difference_in_every_paragraph() -> None:
    for number, text in TEXT.items():
        words = text.split()
        changed = " ".join([*words[:5], "loaves", *words[6:]])
        for other in (changed, CAPTION.join([" ".join(words[:5]), " ".join(words[5:])]), ""):
            texts, edition = compared(framed("\n\n".join((TEXT | {number: other}).values())))
            assert f"What differs: {number}." in edition and {**texts, number: text} == TEXT
            assert texts[number].startswith("Differs from our edition: compare it in article.txt.")


def test_what_is_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(tmp_path))
    path = tmp_path / "article.txt"
    assert own_copy() == ({}, "")
    path.write_bytes(b"%PDF\x81\x8d\x8f\x90\x9d\xff")
    said = {}, "article.txt can't be read. Save it as plain text (UTF-8), or take it away."
    assert own_copy() == said
    path.unlink(), path.mkdir()
    assert own_copy() == said


def test_no_fingerprint_is_that_of_a_few_words() -> None:
    known = facts.use(tables.folder())
    prints = {part.fingerprint for part in known.paragraphs.values() if part.words}
    assert len(prints) == 11 and min(known.paragraphs[name].words for name in TEXT) >= 11
    rows = [row for table in known.rows.values() for row in table]
    told = [spelled(str(cell)) for row in rows for cell in row.values()]
    places = [(own, at) for own in told for at in range(len(own))]
    runs = {own[at : at + size] for own, at in places for size in range(1, 9)}
    single = sorted({word for own in told for word in own})
    assert not prints & {fingerprint(run) for run in {*runs, *pairwise(single)}}


def test_the_copy_stands_beside_our_words_with_what_differs_in_it(invented: Path) -> None:
    assert "own copy" not in show.paragraphs().words
    (invented / "article.txt").write_text(PAGE.replace(TEXT["4"], "Other."), encoding="utf-8")
    third, fourth = show.paragraphs("3", "4").words.split("\n")[1:3]
    assert third.endswith(f"Your own copy: {TEXT['3']}")
    assert "Your own copy: Differs from our edition: compare it in" in fourth
    (invented / "article.txt").write_text("A recipe", encoding="utf-8")
    shown = show.paragraphs()
    assert own_copy()[1] in shown.markup
