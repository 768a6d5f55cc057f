"""The checks of the kit: students can read no key, and a corrected fact comes through.

`python -m teach.check OUT` builds the kit, searches it, and changes a cell in each table.
"""

import csv
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

from pypdf import PdfReader

from helpers import facts, show
from helpers.check.tables import TableError
from helpers.view import SIGNS
from teach import kit

ROOT = Path(__file__).parents[1]
XML = re.compile(r'descr="([^"]*)"|<[wa]:t(?: [^>]*)?>([^<]*)<|</[wa]:(p)>')  # words, and ends
BOLD = re.compile(r"☐\s*</w:t></w:r>\s*<w:r><w:rPr>\s*<w:b\b")  # an option in bold letters
PRESSED = re.compile(r'<p:pRg st="(\d+)" end="(\d+)"')  # lines of a slide that come at a press
SIGN = f"(?<!☐ )[{''.join(SIGNS.values())}]"
TOLD = re.compile(rf"{SIGN}|\b(?:answer|verdict)[^\w☐]{{1,4}}(?:allowed|not |unclear)", re.I)


def parts(file: Path, inside: str = "", cut: Callable[[str], str] = str) -> list[str]:
    """Return the words of a PDF, or of the parts of a document, with those of its pictures."""
    if file.suffix == ".pdf":
        return ["\n".join(page.extract_text() for page in PdfReader(file).pages)]
    book = zipfile.ZipFile(file)
    names = sorted(sorted(filter(re.compile(inside).fullmatch, book.namelist())), key=len)
    found = [XML.findall(cut(book.read(name).decode())) for name in names]
    said = ("".join(alt + told + "\n" * len(end) for alt, told, end in it) for it in found)
    return list(map(unescape, said))


def at_first(slide: str) -> str:
    """Return a slide without the lines of its text that come at a press."""
    late = {own + 2 for a, b in PRESSED.findall(slide) for own in range(int(a), int(b) + 1)}
    lines = enumerate(re.split("(?=<a:p>|<a:p ?/>)", slide))  # the title is the second
    return "".join(line for at, line in lines if at not in late)


def squash(text: str) -> str:
    """Return a text without what a typesetter may change."""
    return re.sub(r"[\W_]", "", text.lower())


def secrets(given: kit.Given) -> dict[str, list[str]]:
    """Return what the key says of each task, sentence by sentence; "" has what is of no task."""
    own, found = given.words, dict[str, list[str]]()
    found[""] = [*own["everyday"]["key"]] if own else []
    found[""] += [it[at] for it in own.get("samples", ()) for at in ("strong", "middling")]
    for id_ in [*given.lesson.named("show.verdict")[1:], *given.lesson.tasks]:
        rows = [row for row in facts.library().rows["cases"] if row["id"] == id_]
        found[id_] = [str(row[at]) for row in rows for at in row if at.startswith("if_")]
        found[id_] += kit.verdict(id_).readings if rows else [given.moves.get(id_, "")]
        found[id_] += [own.get("glance", {}).get(id_, "")]
        for option in kit.options(id_):
            found[id_] += [option["reason"], given.options.get(option["id"], "")]
    for id_, told in found.items():
        cut = [squash(it) for text in told for it in re.split(r"(?<=[.?!])\s", text)]
        found[id_] = [it for it in cut if len(it) > 24]
    return found


def leaks(out: Path) -> Iterator[str]:
    """Yield each place where a student could read a key."""
    for given in kit.lessons(ROOT):
        hidden, number, paper = secrets(given), given.lesson.number, given.words.get("paper", {})
        asked = {id_: squash(paper.get(id_, _asked(id_))) for id_ in hidden if id_}
        for file in (*out.glob(f"{number}/s[hl]*"), *out.glob("set/sheet*")):
            text = "\n".join(parts(file, r"word/[a-z]+\.xml"))
            yield from _read(f"{file.parent.name}/{file.name}", text, hidden)
        for name in ("sheet.docx", "slip.docx"):
            document = zipfile.ZipFile(out / number / name).read("word/document.xml").decode()
            yield from (f"{number}/{name} has a bold option." for _ in BOLD.findall(document))
        slides = parts(out / number / "slides.pptx", r"ppt/slides/\w+\.xml")
        notes = parts(out / number / "slides.pptx", r"ppt/notesSlides/.*\.xml")
        shown = parts(out / number / "slides.pptx", r"ppt/slides/\w+\.xml", at_first)
        for id_, told in hidden.items():
            told_in = getattr(facts.library().questions.get(id_), "lesson", id_ and number)
            # Where it is of another lesson, that one tells it; of no task, the key alone.
            mine = enumerate(slides if told_in.endswith(number) else ())
            at = [at for at, it in mine if asked[id_] in squash(it)]
            early = "\n".join([*notes, *slides[: at[0] if at else None], *shown])
            yield from _read(f"{number}/slides.pptx", early, {id_: told})


def _asked(id_: str) -> str:
    stories = facts.library().stories
    return stories[id_].story if id_ in stories else facts.library().questions[id_].prompt


def _read(name: str, text: str, hidden: dict[str, list[str]]) -> Iterator[str]:
    """Yield the keys that can be read in a text."""
    flat, words = squash(text), " ".join(text.split()).replace("’", "'")
    for id_, told in hidden.items():
        yield from (f"{name} has a key ({id_}): {it}" for it in told if it in flat)
        if id_ in facts.library().stories:
            for after in words.split(_asked(id_))[1:]:
                if TOLD.search(re.split(r"How sure|Example|\d\. ?[A-Z]", after)[0]):
                    yield f"{name} tells the answer to {id_}."
    yield from (f"{name} has a marked box: {mark}" for mark in re.findall("[☑☒✓✔✗■]", text))


def lost() -> Iterator[str]:
    """Yield each table in which no corrected cell comes through, or gets a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("data", "notebooks", "teach"):
            shutil.copytree(ROOT / name, root / name)
        before = _built(root)
        tables = [name for name in facts.library().rows if not any(_tried(root, name, before))]
        for name in tables:
            yield f"A corrected cell of data/{name}.csv does not come through."


def _built(root: Path) -> str:
    try:
        made, told = kit.texts(root)
        return "\n".join([*made.values(), *told, show.border().markup])
    except TableError as error:
        return str(error)


def _tried(root: Path, name: str, before: str) -> Iterator[bool]:
    """Yield whether a corrected cell comes through: first those that can be read in the kit."""
    path = root / "data" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    head, *rows = csv.reader(text.splitlines())
    cells = [(at, to) for at in range(len(rows)) for to in range(1, len(head)) if rows[at][to]]
    fields = facts.library().schemas[name].fields
    free = [at for at, of in enumerate(head) if not {"categories", "refers"} & {*fields[of]}]
    long = [(at, to) for at, to in cells if to in free and " " in rows[at][to]]
    # The words of positions stand in no piece.
    shown = [it for it in long if kit.cell(rows[it[0]][it[1]]) in before and name != "positions"]
    for at, to in (shown or cells)[:15]:
        new = [[*row] for row in rows]
        new[at][to] += " Zebra." if (at, to) in shown else "1"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *new])
        after = _built(root)
        path.write_text(text, encoding="utf-8")
        yield "Zebra" in after if (at, to) in shown else after != before


if __name__ == "__main__":
    sys.exit("\n".join([*kit.make(OUT := Path(sys.argv[1])), *leaks(OUT), *lost()]) or None)
