"""A reader's own copy of the report is recognised however it was pasted; what differs in it is named, never hidden.

The text here is invented: no sentence of the report is part of the project.
"""

import csv
import random
import textwrap
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from helpers import facts, show, tables
from helpers.view import tag

DRAW = random.Random(7)
STOCK = "the baker's oven café offices flour “new rye” loaf-tin morning naïve seller’s £4 sold O'Neill 27-month".split()
TEXT = {str(number): " ".join(DRAW.choices(STOCK, k=12 + 5 * number)) + " end." for number in range(1, 12)}
TEXT["3"] = (
    "“The affluent official’s floury ﬁnger,” she said — and then, “it’s well-kept,” he wrote… in 1997. " + TEXT["3"]
)
PAGE = "\n\n".join(TEXT.values())
SAME = "Your copy is the same edition: all 11 paragraphs are there, word for word."


@pytest.fixture(autouse=True)
def invented(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tables with the fingerprints of the invented text; the place for a reader's own copy is beside them."""
    monkeypatch.delenv("WITHIN_LIMITS_HOME")
    with (copy / "paragraphs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["id"] in TEXT:
            words = facts.spelled(TEXT[row["id"]])
            row |= {"words": str(len(words)), "fingerprint": facts.fingerprint(words)}
    with (copy / "paragraphs.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    facts.use(copy)
    return copy


def straight(text: str) -> str:
    return text.translate(str.maketrans("“”’—", '""\'-'))


def numbered(text: str) -> str:
    return "\n\n".join(f"[{number}] {one}" for number, one in enumerate(text.split("\n\n"), 1))


def wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(one, 40) for one in text.split("\n\n"))


def between(text: str) -> str:
    return text.replace("\n\n", "\nPhotograph: nobody, 3 May\n\nRead more: ten more loaves\nAdvertisement\n")


def inside(text: str) -> str:
    """A caption and a link between the lines of every paragraph."""
    paragraphs = (textwrap.wrap(one, 40) for one in text.split("\n\n"))
    return "\n\n".join("\n".join([one[0], "", "Photograph: an oven", "Read more here", *one[1:]]) for one in paragraphs)


def framed(text: str) -> str:
    return (
        f"Menu\nNews Sport Weather 1 2 3\nThe headline\n{text} - This piece was first baked elsewhere\nComments (12)\n"
    )


PASTED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "straight quotation marks": straight,
    "other apostrophes": lambda text: text.replace("’", "ʼ").replace("'", "‛"),
    "low and angled quotation marks": lambda text: text.replace("“", "«").replace("”", "»"),
    "other dashes": lambda text: text.replace("-", "‑").replace("—", "–"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "ligatures": lambda text: text.replace("ffi", "ﬃ").replace("fl", "ﬂ"),
    "soft hyphens": lambda text: text.replace("oven", "ov\u00aden").replace("morning", "mor\u200bning"),
    "accents in two signs": lambda text: text.replace("é", "e\u0301").replace("ï", "i\u0308"),
    "digits of another width": lambda text: text.replace("27", "２７").replace("1997", "１９９７"),
    "capitals": str.upper,
    "lines of 40 signs": wrapped,
    "numbers before the paragraphs": numbered,
    "captions and links between": between,
    "captions and links inside": inside,
    "numbers, and captions inside": lambda text: inside(numbered(text)),
    "a page around it": framed,
    "all in one line": lambda text: text.replace("\n\n", " "),
    "Windows line ends": lambda text: wrapped(text).replace("\n", "\r\n"),
    "everything at once": lambda text: framed(inside(numbered(straight(text)))).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", PASTED)
def test_the_same_edition_is_known_however_it_was_pasted(name: str) -> None:
    found = facts.compared(PASTED[name](PAGE))
    assert (facts.edition(found), found.differ) == (SAME, ())
    assert list(found.texts) == list(TEXT)
    for number, text in found.texts.items():
        assert facts.spelled(text) == facts.spelled(TEXT[number]), number


def test_a_paragraph_is_given_as_the_copy_has_it() -> None:
    found = facts.compared(framed(numbered(PAGE.replace(" ", "\n"))))
    assert dict(found.texts) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_file_from_any_editor_is_read(invented: Path, encoding: str) -> None:
    text = PAGE.replace("ﬁ", "fi") if encoding == "cp1252" else PAGE
    (invented / "article.txt").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    found = facts.own_copy()
    assert found and facts.edition(found) == SAME and f"{text}\n\n".count(f"{found.texts['3']}\n\n") == 1


def test_another_edition_is_told_with_what_stands_there_instead() -> None:
    other = TEXT | {"4": TEXT["4"].replace("end.", "finish."), "5": "Quite another text, with 40 loaves."}
    found = facts.compared(framed("\n\n".join(other.values())))
    assert found.differ == ("4", "5") and len(found.same) == 9
    assert facts.edition(found) == (
        "Your copy is another edition. What differs: paragraphs 4, 5. Editions of one report can differ: compare them."
    )
    assert found.texts["4"] == found.texts["5"] == f"{other['4']} {other['5']}"
    assert found.texts["6"] == TEXT["6"]


def test_one_changed_word_is_seen_in_every_paragraph() -> None:
    for number, text in TEXT.items():
        words = text.split()
        words[5] = "ovens" if words[5] != "ovens" else "oven"
        found = facts.compared("\n\n".join((TEXT | {number: " ".join(words)}).values()))
        assert found.differ == (number,) and "differs: paragraph " + number + "." in facts.edition(found)
        assert number in ("1", "11") or found.texts[number] == " ".join(words)


def test_words_added_within_a_line_make_another_edition() -> None:
    words = TEXT["6"].split()
    added = " ".join([*words[:9], "as", "told", *words[9:]])
    assert facts.compared("\n\n".join((TEXT | {"6": added}).values())).differ == ("6",)


@pytest.mark.parametrize(("lines", "differ"), [(4, ()), (5, ("6",))])
def test_up_to_four_lines_may_stand_within_a_paragraph(lines: int, differ: tuple[str, ...]) -> None:
    words = TEXT["6"].split()
    parted = "\n".join([" ".join(words[:9]), *["Advertisement"] * lines, " ".join(words[9:])])
    assert facts.compared("\n\n".join((TEXT | {"6": parted}).values())).differ == differ


def test_with_no_neighbour_a_paragraph_has_at_most_300_words_in_its_place() -> None:
    other = TEXT | {"1": "one " * 200 + "two " * 200, "11": "three " * 200 + "four " * 200}
    found = facts.compared("\n\n".join(other.values()))
    assert found.texts["1"].split() == ["one"] * 100 + ["two"] * 200
    assert found.texts["11"].split() == ["three"] * 200 + ["four"] * 100


def test_a_paragraph_that_is_left_out_has_no_text() -> None:
    found = facts.compared("\n\n".join(text for number, text in TEXT.items() if number != "6"))
    assert found.differ == ("6",) and found.texts["6"] == ""


def test_another_text_is_not_taken_for_the_report() -> None:
    two = "\n".join([TEXT["1"], TEXT["2"], "All the rest is about something else."])
    for text in ("", "A recipe for rye bread.", two):
        found = facts.compared(text)
        assert found == facts.Copy(
            {}, fault="article.txt does not look like the report. Put its text there, and no other."
        )
    assert facts.compared(f"{two}\n{TEXT['3']}").texts


def test_without_a_copy_there_is_none(invented: Path) -> None:
    assert facts.own_copy() is None


def test_a_copy_that_can_not_be_read_is_said_to_be_so(invented: Path) -> None:
    mend = (
        "data/article.txt can't be read. Save the report under this name as plain text (UTF-8), or take the file away."
    )
    path = invented / "article.txt"
    path.write_bytes(b"%PDF\x81\x8d\x8f\x90\x9d\xff")
    found = facts.own_copy()
    assert found == facts.Copy({}, fault=mend)
    path.unlink()
    path.mkdir()
    found = facts.own_copy()
    assert found and facts.edition(found) == mend


def test_the_copy_can_stand_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN_LIMITS_HOME", str(tmp_path))
    (tmp_path / "article.txt").write_text(PAGE, encoding="utf-8")
    found = facts.own_copy()
    assert found and facts.edition(found) == SAME


def test_a_long_page_is_read_in_a_moment() -> None:
    rest = textwrap.fill(" ".join(DRAW.choices(STOCK, k=9000)), 60)
    began = time.process_time()
    found = facts.compared(f"{rest[:20000]}\n\n{PAGE}\n\n{rest[20000:]}")
    assert facts.edition(found) == SAME and time.process_time() - began < 3


def test_no_fingerprint_is_that_of_a_few_words() -> None:
    facts.use(tables.folder())
    rows = [row for row in facts.library().rows["paragraphs"] if row["fingerprint"]]
    assert [row["id"] for row in rows] == list(TEXT) and all(int(row["words"]) >= 11 for row in rows)
    kept = {row["fingerprint"] for row in rows}
    assert len(kept) == len(TEXT)
    cells = {cell for table in facts.library().rows.values() for row in table for cell in row.values()}
    for words in map(facts.spelled, cells):
        for size in range(1, 9):
            runs = {words[first : first + size] for first in range(len(words) - size + 1)}
            assert not kept & {facts.fingerprint(run) for run in runs}
    single = sorted({word for cell in cells for word in facts.spelled(cell)})
    assert not kept & {facts.fingerprint(pair) for pair in pairwise(single)}


def test_a_fingerprint_is_of_the_words_in_their_order() -> None:
    words = facts.spelled(TEXT["1"])
    assert facts.fingerprint(words) == facts.fingerprint(facts.spelled(TEXT["1"].upper()))
    assert facts.fingerprint(words) != facts.fingerprint(reversed(words)) and len(facts.fingerprint(words)) == 16


def test_a_fingerprint_is_the_same_for_ever() -> None:
    """Those in the tables were made once, from a text that is not here."""
    assert facts.fingerprint(facts.spelled("Eleven loaves, “new rye”.")) == "14fcc66981901aea"


def test_the_copy_stands_beside_our_words_with_what_differs_in_it(invented: Path) -> None:
    (invented / "article.txt").write_text(PAGE.replace(TEXT["4"], "Quite another text."), encoding="utf-8")
    found, shown = facts.own_copy(), show.paragraphs("C", "3", "4").markup
    assert found and found.differ == ("4",) and not found.texts.get("C")
    assert tag("th", "Your own copy", look="head", scope="col") in shown
    for cell in ("", TEXT["3"], f"Differs from our edition: {found.texts.get('4', '')}"):
        assert tag("td", cell, look="cell") in shown, cell
    assert tag("p", facts.edition(found), look="text") in shown


def test_without_a_copy_nothing_is_said_of_one(invented: Path) -> None:
    assert "own copy" not in show.paragraphs().markup
    (invented / "article.txt").mkdir()
    found, shown = facts.own_copy(), show.paragraphs().markup
    assert found and tag("p", facts.edition(found), look="text") in shown and "Your own copy" not in shown
