"""A reader's own copy of the report is recognised however it was pasted; what differs in it is named, never hidden.

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
from helpers.student.copy import Copy, compared, edition, fingerprint, own_copy, spelled

DRAW = random.Random(7)
STOCK = "the baker's oven café offices flour “new rye” loaf-tin morning naïve seller’s £4 sold O'Neill 27-month".split()
TEXT = {str(number): " ".join(DRAW.choices(STOCK, k=12 + 5 * number)) + " end." for number in range(1, 12)}
TEXT["3"] = "“The affluent official’s floury ﬁnger,” she said — and “it’s well-kept,” he wrote… in 1997. " + TEXT["3"]
PAGE = "\n\n".join(TEXT.values())
SAME = "Your copy is the same edition: all 11 paragraphs are there, word for word."


def with_(**other: str) -> str:
    """The page with other words in some paragraphs, named `p4` and so on."""
    return "\n\n".join((TEXT | {name[1:]: text for name, text in other.items()}).values())


@pytest.fixture(autouse=True)
def invented(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tables with the fingerprints of the invented text; the place for a reader's own copy is beside them."""
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


def numbered(text: str) -> str:
    return "\n\n".join(f"[{number}] {one}" for number, one in enumerate(text.split("\n\n"), 1))


def wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(one, 40) for one in text.split("\n\n"))


def inside(text: str) -> str:
    """A caption and a link between the lines of every paragraph."""
    paragraphs = (textwrap.wrap(one, 40) for one in text.split("\n\n"))
    return "\n\n".join("\n".join([one[0], "", "Photograph: an oven", "Read more here", *one[1:]]) for one in paragraphs)


def framed(text: str) -> str:
    return f"Menu\nNews 1 2 3\nThe headline\n{text} - This piece was first baked elsewhere\nComments (12)\n"


PASTED: dict[str, Callable[[str], str]] = {
    "plain marks": lambda text: text.translate(str.maketrans("“”’—", '""\'-')),
    "other marks": lambda text: text.translate(str.maketrans("“”-—’'", "«»‑–ʼ‛")),
    "other spaces, hidden hyphens": lambda text: text.replace(" ", "\u00a0").replace("oven", "ov\u00ade\u200bn"),
    "accents in two signs, wide digits": lambda text: normalize("NFD", text).translate(str.maketrans("279", "２７９")),
    "ligatures, capitals": lambda text: text.replace("ffi", "ﬃ").replace("fl", "ﬂ").title(),
    "captions and links between": lambda text: text.replace("\n\n", "\nPhotograph, 3 May\n\nTen more loaves\nAdvert\n"),
    "numbers, and captions inside": lambda text: inside(numbered(text)),
    "all in one line": lambda text: text.replace("\n\n", " "),
    "lines of 40 signs, Windows line ends": lambda text: wrapped(text).replace("\n", "\r\n"),
    "all at once": lambda text: framed(inside(numbered(text.replace("’", "'")))).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", PASTED)
def test_the_same_edition_is_known_however_it_was_pasted(name: str) -> None:
    found = compared(PASTED[name](PAGE))
    assert (edition(found), found.differ, list(found.texts)) == (SAME, (), list(TEXT))
    assert [*map(spelled, found.texts.values())] == [*map(spelled, TEXT.values())]


def test_a_paragraph_is_given_as_the_copy_has_it_out_of_a_long_page_too() -> None:
    rest = textwrap.fill(" ".join(DRAW.choices(STOCK, k=9000)), 60)
    found = compared(f"{rest[:20000]}\n\n{numbered(PAGE.replace(' ', chr(10)))}\n\n{rest[20000:]}")
    assert dict(found.texts) == TEXT and edition(found) == SAME


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_from_any_editor_is_read(invented: Path, encoding: str) -> None:
    text = PAGE.replace("ﬁ", "fi") if encoding == "cp1252" else PAGE
    (invented / "article.txt").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    found = own_copy()
    assert found and edition(found) == SAME and f"{text}\n\n".count(f"{found.texts['3']}\n\n") == 1


def test_another_edition_is_told_with_what_stands_there_instead() -> None:
    fourth, fifth = TEXT["4"].replace("end.", "finish."), "Quite another text, with 40 loaves."
    found = compared(framed(with_(p4=fourth, p5=fifth)))
    assert found.differ == ("4", "5") and len(found.same) == 9
    assert edition(found) == (
        "Your copy is another edition. What differs: paragraphs 4, 5. Editions of one report can differ: compare them."
    )
    assert found.texts["4"] == found.texts["5"] == f"{fourth} {fifth}" and found.texts["6"] == TEXT["6"]
    without = compared(PAGE.replace(f"{TEXT['6']}\n\n", ""))
    assert without.differ == ("6",) and without.texts["6"] == ""


def test_one_changed_word_is_seen_in_every_paragraph() -> None:
    for number, text in TEXT.items():
        words = text.split()
        words[5] = "ovens" if words[5] != "ovens" else "oven"
        found = compared(with_(**{f"p{number}": " ".join(words)}))
        assert found.differ == (number,) and "differs: paragraph " + number + "." in edition(found)
        assert number in ("1", "11") or found.texts[number] == " ".join(words)


@pytest.mark.parametrize(("between", "differ"), [("\nAd\n" * 4, ()), ("\nAd\n" * 5, ("6",)), (" as told ", ("6",))])
def test_up_to_four_lines_may_stand_within_a_paragraph_and_no_words(between: str, differ: tuple[str, ...]) -> None:
    words = TEXT["6"].split()
    assert compared(with_(p6=" ".join(words[:9]) + between + " ".join(words[9:]))).differ == differ


def test_with_no_neighbour_a_paragraph_has_at_most_300_words_in_its_place() -> None:
    found = compared(with_(p1="one " * 200 + "two " * 200, p11="three " * 200 + "four " * 200))
    assert found.texts["1"].split() == ["one"] * 100 + ["two"] * 200
    assert found.texts["11"].split() == ["three"] * 200 + ["four"] * 100


def test_another_text_is_not_taken_for_the_report() -> None:
    two = "\n".join([TEXT["1"], TEXT["2"], "All the rest is about something else."])
    fault = "article.txt does not look like the report. Put its text there, and no other."
    assert compared("") == compared("A recipe for rye bread.") == compared(two) == Copy({}, fault=fault)
    assert compared(f"{two}\n{TEXT['3']}").texts


def test_a_copy_that_can_not_be_read_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(tmp_path))
    mend = "can't be read. Save the report under this name as plain text (UTF-8), or take the file away."
    fault, path = Copy({}, fault=f"{tmp_path.name}/article.txt {mend}"), tmp_path / "article.txt"
    assert own_copy() is None
    path.write_bytes(b"%PDF\x81\x8d\x8f\x90\x9d\xff")
    assert own_copy() == fault
    path.unlink(), path.mkdir()
    assert own_copy() == fault and edition(fault) == fault.fault


def test_no_fingerprint_is_that_of_a_few_words() -> None:
    facts.use(tables.folder())
    rows = [row for row in facts.library().rows["paragraphs"] if row["fingerprint"]]
    prints = {row["fingerprint"] for row in rows}
    assert [row["id"] for row in rows] == list(TEXT) and len(prints) == 11 and all(row["words"] >= 11 for row in rows)
    told = [spelled(str(cell)) for table in facts.library().rows.values() for row in table for cell in row.values()]
    runs = {own[first : first + size] for own in told for size in range(1, 9) for first in range(len(own))}
    single = sorted({word for own in told for word in own})
    assert not prints & {fingerprint(run) for run in {*runs, *pairwise(single)}}
    assert fingerprint(spelled("Eleven loaves, “new rye”.")) == "14fcc66981901aea", "those in the tables are lost"


def test_the_copy_stands_beside_our_words_with_what_differs_in_it(invented: Path) -> None:
    assert "own copy" not in show.paragraphs().words
    (invented / "article.txt").write_text(PAGE.replace(TEXT["4"], "Quite another text."), encoding="utf-8")
    shown = show.paragraphs("C", "3", "4").words.split("\n")
    cells = {line[:11]: line.partition("Your own copy: ")[2] for line in shown if line.startswith("Paragraph ")}
    assert [*cells.values()] == ["", TEXT["3"], "Differs from our edition: Quite another text."]
    assert edition(own_copy()) in shown
    (invented / "article.txt").write_text("A recipe", encoding="utf-8")
    assert edition(own_copy()) in show.paragraphs().markup and "own copy" not in show.paragraphs().words
