"""The teacher's kit, in one command: `python -m teach.kit OUT`.

Each piece is written once, as Markdown from a template; pandoc and Typst make of it documents,
slides and pages to print. Its facts are those of the tables and the lessons, the rest stands in
teach/words.
"""

import csv
import re
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import matplotlib
import yaml

from helpers import facts, rules, show
from helpers.check.tables import TableError, close, load
from helpers.show.parts import interval
from helpers.show.policy import KINDS
from helpers.student.page import SURE
from helpers.view import SIGNS
from teach.lesson import MORE, Lesson, read, words

HERE = Path(__file__).parent
FOLDERS = {"08": "data/town"}  # the tables of a lesson, where they are not those of the report
PAPER = {"A4": "a4", "letter": "us-letter"}
PAGES = {"guide": 2, "sheet": 4, "slip": 2, "sheet-0": 4, "report": 2, "table": 1}  # at most
READER = "markdown-implicit_figures-citations-tex_math_dollars-fancy_lists-example_lists"
READER += "-table_captions"
LOOK = yaml.safe_load((HERE / "look.yaml").read_text(encoding="utf-8"))
FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"  # for the signs that a book face lacks
Texts = dict[str, str]  # Markdown, by the name of the piece: its folder and its file


class Given(NamedTuple):
    """What the pieces of a lesson are made of, beside the tables, and what is to mend in it."""

    lesson: Lesson
    words: dict[str, Any]
    options: dict[str, str]  # why a wrong option tempts
    moves: dict[str, str]  # what to do if many were sure and wrong
    faults: list[str]


def lessons(root: Path) -> Iterator[Given]:
    """Yield what each lesson is made of, with its own tables in use."""
    every = [load(root / folder)[3] for folder in ("data", *FOLDERS.values())]
    known = {of: {id_ for own in every for id_ in own[of]} for of in ("options", "questions")}
    for path in sorted((root / "notebooks").glob("[0-9][0-9]-*.ipynb")):
        facts.use(root / FOLDERS.get(path.name[:2], "data"))
        lesson, faults = read(path), [*rules.problems()]
        own, told = words(root / "teach/words" / f"{lesson.number}.yaml", lesson)
        options, wrong = _added(root, "options", known["options"])
        moves, more = _added(root, "moves", known["questions"])
        yield Given(lesson, own, options, moves, [*faults, *told, *wrong, *more])


def texts(root: Path) -> tuple[Texts, list[str]]:
    """Return each piece as Markdown, and a sentence for all that is to mend."""
    made, told, every, plans = Texts(), list[str](), list[Lesson](), dict[str, Any]()
    for given in lessons(root):
        told += given.faults
        every.append(given.lesson)
        plans[given.lesson.number] = given.words.get("plans", {})
        calls = [call for step in given.lesson.steps for call in step.calls]
        first = facts.library().dimensions[facts.library().supplier].values[0].id
        tabled = any(it.name == "explore.limits" and it.args in ((), (first,)) for it in calls)
        for piece in ("slides", "guide", "sheet", "key", *["table"] * tabled):
            marks = _marks(made.get(f"{given.lesson.number}/slides", ""))
            if given.words or piece != "guide":
                text = _text(piece, slide_steps=marks, tabled=tabled, **given._asdict())
                # What a sheet keeps back, to hand out later, is a piece of its own.
                for name, part in zip((piece, "slip"), text.split("%%%\n"), strict=False):
                    made[f"{given.lesson.number}/{name}"] = part
    facts.use(root / "data")
    own, faults = words(root / "teach/words/kit.yaml", None)
    for piece in ("sheet-0", "report", "front", "discussion"):
        if own or piece in ("sheet-0", "report"):
            made[f"set/{piece}"] = _text(piece, words=own, lessons=every, plans=plans)
    made["index"] = _text("index", lessons=every, made=set(made))
    return made, list(dict.fromkeys(told + faults))


def _text(piece: str, **given: Any) -> str:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    env.filters |= {"cell": cell, "told": _told, "mark": _mark, "interval": interval}
    env.filters |= {"noted": _noted, "revealed": _revealed, "by_sentence": _by_sentence}
    env.globals |= {"facts": facts.library(), "sure": SURE, "answers": rules.ANSWERS}
    more = MORE | (given.get("words") or {})
    env.globals |= {"more": more, "asked": lambda id_, says: more["paper"].get(id_, says)}
    env.globals |= {"own_tables": FOLDERS, "gaps_of": gaps}
    env.globals |= {"kinds": KINDS, "position": facts.position, "verdict": verdict}
    env.globals |= {"crossed": crossed, "grid": grid, "voices": voices, "options_of": options}
    env.globals |= {"claims_of": claims, "places": places}
    env.globals |= {"optional": _optional(more), "office_of": office}
    env.globals |= {"minutes": _minutes, "border": show.border, "day": facts.write_day}
    return env.get_template(f"{piece}.md.j2").render(given)


def cell(text: object) -> str:
    """Return a text that fits into a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def _told(text: str) -> str:
    """Return a text as a sentence."""
    return f"{text[:1].upper()}{text[1:]}{'' if text[-1:] in '.?!”' else '.'}"


def _mark(answer: str) -> str:
    return f"{SIGNS[answer]} {answer}".replace(" ", "\N{NO-BREAK SPACE}")


def _by_sentence(text: str) -> str:
    """Return a text with each sentence on a line of its own."""
    return re.sub(r"(?<=[.?!:])\s+(?=[^a-z])", "\\\\\n", text.strip())


def _revealed(texts: list[str | None]) -> str:
    """Return texts as items that come one by one, each at a press."""
    parts = [part for text in texts for part in (text or "").strip().split("\n\n") if part]
    items = [it if it[:2] == "- " else "- " + it.replace("\n", "\n  ") for it in parts]
    return "\n\n".join(["::: incremental", *items, ":::\n"]) if items else ""


def _noted(text: str, step: int, says: str) -> str:
    """Return the slides of a step, each marked with it and with notes for whoever speaks."""
    slides = re.split(r"^(?=# )", text, flags=re.M)[1:]
    marked = (re.sub("^# .*", rf"\g<0> {{.step{step}}}", slide) for slide in slides)
    return "".join(f"{it.rstrip()}\n\n::: notes\n{says.strip()}\n:::\n\n" for it in marked)


def _marks(slides: str) -> dict[int, str]:
    """Return the numbers of a step's slides, such as 3–5, by the place of the step."""
    found = dict[int, list[int]]()
    for number, step in enumerate(re.findall(r"^# .*{\.step(-?\d+)}$", slides, re.M), 1):
        found.setdefault(int(step), []).append(number)
    return {step: "–".join(map(str, sorted({it[0], it[-1]}))) for step, it in found.items()}


def _optional(own: dict[str, Any]) -> list[str]:
    """Return the steps for which there may be no time: by default what 45 minutes leave out."""
    if own["optional"] is not None or "45" not in own.get("plans", ()):
        return own["optional"] or []
    minutes = own["plans"]["45"][-len(own["steps"]) :]
    return [it["step"] for it, count in zip(own["steps"], minutes, strict=True) if not count]


def _added(root: Path, name: str, known: set[str]) -> tuple[dict[str, str], list[str]]:
    """Return the sentences of a table in teach, by id, and what is wrong with them."""
    path = root / "teach" / f"{name}.csv"
    if not path.exists():
        return {}, [f"teach/{name}.csv is missing. The keys are built without it."]
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = {row[0]: (at, row[1]) for at, row in enumerate(csv.reader(file), 1) if row[1:]}
    told = [
        f"teach/{name}.csv, line {at}: the tables have no “{id_}”.{close(id_, known)}"
        for id_, (at, _) in lines.items()
        if id_ not in known and at > 1
    ]
    for row in facts.library().rows["options"] if name == "options" else ():
        if not row["right"] and row["id"] not in lines:
            told.append(f"teach/{name}.csv: “{row['id']}” is missing. Say why it tempts.")
    return {id_: says for id_, (_, says) in lines.items()}, told


def _minutes(plan: list[Any], step: int) -> str:
    """Return the minutes of a step in a plan; where there are periods, with the period."""
    if not isinstance(plan[0], list):
        return str(plan[step] or "–")
    each = [f"{at}:\N{NO-BREAK SPACE}{own[step]}" for at, own in enumerate(plan, 1) if own[step]]
    return ", ".join(each) or "–"


def options(question: str) -> list[Mapping[str, Any]]:
    """Return the options of a question as the table has them, in their order."""
    return [row for row in facts.library().rows["options"] if row["question"] == question]


def gaps(paragraph: str) -> list[str]:
    """Return what a paragraph leaves unsaid, without scraps that need the claim beside them."""
    claims = [it for it in facts.library().claims.values() if it.paragraph == paragraph]
    every = [gap for claim in claims for gap in (claim.left_unsaid or "").split("; ")]
    return [gap for gap in every if len(gap.split()) > 3]


def verdict(story: str) -> rules.Verdict:
    """Return what the rules say of a case that is told as a story."""
    return rules.judge(rules.case(story), facts.library().stories[story].position)


def crossed(stories: list[str]) -> list[tuple[facts.Term, dict[str, tuple[str, str]]]]:
    """Return up to four terms without which a case gets another answer: the old and the new."""
    found = []
    for term in facts.library().terms.values():
        cases = {}
        for story in stories:
            was = verdict(story)
            now = rules.judge(was.case, rules.strike(was.position, term))
            if now.answer != was.answer:
                cases[story] = (was.answer, now.answer)
        found += [(term, cases)] if cases and len(term.phrases) < 3 else []
    return found[:4]


def claims(paragraphs: list[str]) -> list[facts.Claim]:
    """Return the claims of some paragraphs, or of all, in the order of the sheet."""
    every = facts.library().claims.values()
    here = paragraphs or facts.library().paragraphs
    return [own for at in here for own in every if own.paragraph == at]


def places(own: dict[str, Any], id_: str) -> str:
    """Return the paragraphs of a task: that of its question, and those that its key names."""
    told = [row["reason"] for row in options(id_) if row["right"]]
    told += [it["strong"] for it in own.get("samples", ()) if it["task"] == id_]
    named = re.findall(r"(?:[Pp]aragraphs?|¶) (\d+)(?: and (\d+))?", " ".join(told))
    first = facts.library().questions[id_].paragraph or ""
    every = {first, *(it for pair in named for it in pair)}
    return ", ".join(it for it in facts.library().paragraphs if first and it in every)


def grid(supplier: str) -> dict[str, list[rules.Verdict]]:
    """Return the verdict on every case for the weapons of a supplier, place by place."""
    found: dict[str, list[rules.Verdict]] = {}
    across = facts.library().axes["column"][0].id
    for case in rules.cases(**{facts.library().supplier: supplier}):
        parts = (id_ for name, id_ in case.chosen.items() if name != across)
        labels = [facts.library().values[id_].short for id_ in parts]
        found.setdefault(" · ".join(labels[1:]), []).append(rules.judge(case))
    return found


def voices(actors: list[str]) -> list[facts.Voice]:
    """Return what the record has from some capitals up to the day after the report."""
    last = facts.library().day + timedelta(days=1)
    every = facts.library().voices.values()
    return [voice for voice in every if voice.actor.id in actors and voice.latest <= last]


def office(reason: facts.Reason) -> str:
    """Return what the tables add to the speaker of a reason: most often an office."""
    name = reason.speaker.partition(",")[0]
    people = [it for it in facts.library().actors.values() if it.kind == "named person"]
    every = [(it.name, "", it.role) for it in people]
    every += [it.speaker.partition(", ") for it in facts.library().voices.values()]
    said = (says.partition(",")[0] for who, _, says in every if name in who)
    fits = (it for it in said if it not in reason.speaker and not it.startswith(("in ", "at ")))
    return next(fits, "")


def make(out: Path, root: Path = HERE.parent) -> list[str]:
    """Write the kit into a folder, and return a sentence for all that is to mend."""
    made, told = texts(root)
    (out / "set").mkdir(parents=True, exist_ok=True)
    _map(out / "set")
    looks = [out / f"look.{kind}" for kind in ("docx", "pptx")]
    for look in looks:
        _look(look)
    with ThreadPoolExecutor() as pool:
        for last in (False, True):  # the guides name the pages of the sheets
            some = [name for name in made if name.endswith("guide") == last]
            for faults in pool.map(lambda name: [*_files(out, name, made[name])], some):
                told += faults
    for look in looks:
        look.unlink()
    return told


def _files(out: Path, name: str, text: str) -> Iterator[str]:
    """Write the files of a piece, and yield what is too long."""
    import pypandoc
    import typst
    from pypdf import PdfReader

    (out / name).parent.mkdir(exist_ok=True)
    text = re.sub("@(.*?)@(.+?)@", lambda step: _placed((out / name).parent, *step.groups()), text)
    kind = {"slides": "pptx", "index": "html"}.get(name.rpartition("/")[2], "docx")
    more = [f"--resource-path={out}", f"--reference-doc={out}/look.{kind}"]
    more = ["--standalone"] if kind == "html" else more
    pypandoc.convert_text(text, kind, READER, more, outputfile=f"{out / name}.{kind}")
    if kind != "docx":
        return
    _change((file := out / f"{name}.docx").read_bytes(), file, LOOK["keep"], {})
    look = (HERE / "look.typ").read_text(encoding="utf-8")
    pages = look + pypandoc.convert_text(text, "typst", READER)
    for paper, size in PAPER.items():
        file, most = out / f"{name}-{paper}.pdf", PAGES.get(name.partition("/")[2])
        typst.compile(pages.encode(), file, out, [FONTS], True, sys_inputs={"paper": size})
        if most and (count := len(PdfReader(file).pages)) > most:
            yield f"{name} has {count} pages on {paper}; {most} are the most. Shorten its words."


def _placed(folder: Path, slides: str, step: str) -> str:
    """Return where a step stands: its slides, and the page of the sheet on which it begins."""
    from pypdf import PdfReader

    head = rf"^{re.escape(step)}(?: \(if there is time\)|(?<=ticket) {folder.name}.*)?\s*$"
    parts = [f"slide{'s' * ('–' in slides)} {slides}"] * bool(slides)
    for piece, name in (("sheet", "sheet p. {}"), ("slip", "slip")):
        pages = enumerate(PdfReader(folder / f"{piece}-A4.pdf").pages, 1)
        found = [no for no, page in pages if re.search(head, page.extract_text(), re.M)]
        parts += [name.format(no) for no in found[:1]]
    return f" ({', '.join(parts)})" if parts else ""


def _map(folder: Path) -> None:
    """Write the map of the lessons as a grey picture."""
    import typst

    drawn = b64decode(re.findall(r'svg\+xml;base64,([^"]+)', show.border().markup)[0]).decode()
    grey = re.sub(r"#([0-9a-f]{6})\b", lambda found: _grey(bytes.fromhex(found[1])), drawn)
    (folder / "map.svg").write_text(grey, encoding="utf-8")
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("map.svg")'
    typst.compile(page, folder / "map.png", folder, [FONTS], True, format="png", ppi=200)


def _grey(colour: bytes) -> str:
    light = sum(part * own for part, own in zip((0.3, 0.59, 0.11), colour, strict=True))
    return f"#{bytes([round(light)] * 3).hex()}"


def _look(path: Path) -> None:
    """Write the look of documents or slides: that of pandoc in grey, smaller, with lines."""
    import pypandoc

    asked = [pypandoc.get_pandoc_path(), "--print-default-data-file", f"reference{path.suffix}"]
    stock = subprocess.run(asked, check=True, capture_output=True).stdout
    _change(stock, path, LOOK["look"], {"word/footer1.xml": LOOK["footer"].encode()})


def _change(stock: bytes, path: Path, changes: Texts, more: dict[str, bytes]) -> None:
    """Write a document with changes in each of its parts, and with more of them."""
    with zipfile.ZipFile(BytesIO(stock)) as book:
        parts = {name: book.read(name) for name in book.namelist()} | more
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            for old, new in changes.items() if name.endswith((".xml", ".rels")) else ():
                part = re.sub(old, new, part.decode(), flags=re.S).encode()
            made.writestr(name, part)


def main(out: str) -> int:
    """Make the kit, and say what is to mend."""
    try:
        told = make(Path(out))
    except TableError as error:
        sys.exit(str(error))
    print(*told, f"The kit is in {out}.", sep="\n")
    return len(told) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
