"""A lesson as its notebook tells it, and the words that a teacher adds to it in teach/words."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from helpers import facts
from helpers.check.tables import close

KEYS = tuple("essential materials plans steps cut board misconceptions support stretch".split())
KEYS += tuple("care recap everyday do_now exit samples".split())
PARTS = {
    "steps": ("step", "says", "students", "look_for", "stuck"),
    "misconceptions": ("thinks", "answer"),
    "everyday": ("title", "text", "tasks", "key"),
    "samples": ("task", "strong", "because", "middling", "lacks"),
    # Not every lesson has these:
    "opening": ("says", "students", "look_for", "stuck"),
    "also": ("id", "says"),
    "glossary": ("term", "meaning"),
}
SET = tuple("letter norms article paths standards rubric roles discussion".split())
# What the words of a lesson may have besides, and what it is where they have none.
MORE: dict[str, Any] = {"chains": None, "optional": None}
MORE |= dict.fromkeys("begin later late do_now_answer words_at cards_note screens".split(), "")
MORE |= dict.fromkeys("paragraphs gaps glossary also beside stop claims filled".split(), [])
MORE |= dict.fromkeys("words_out last new_page screen_only no_slide memo".split(), [])
MORE |= dict.fromkeys("opening hints paper glance slides answers reveal box".split(), {})
MORE |= dict.fromkeys("room on_paper cards".split(), {})
STEPS = "hints", "slides", "answers", "stop", "optional"  # name steps
ASKS = "question", "guess", "predict", "write", "memo", "draft"
MOST = {"essential": 30, "recap": 45, "letter": 160}  # words
BOARD, WIDE = 8, 60  # lines, characters

Lines = dict[tuple[Any, ...], int]
# fmt: off
# A line of code in a lesson that shows or asks something, such as explore.question("…").
Call = NamedTuple("Call", [("name", str), ("args", tuple[str, ...]), ("hidden", int)])
# What stands under a heading of a lesson, and its texts; `minutes` are 0 where it has none.
Step = NamedTuple(
    "Step", [("heading", str), ("minutes", int), ("calls", list[Call]), ("told", list[str])]
)
# fmt: on


class Lesson(NamedTuple):
    """What a notebook says of itself, and the steps that have minutes."""

    number: str
    title: str
    promise: str
    question: str
    aims: list[str]
    steps: list[Step]

    @property
    def minutes(self) -> int:
        """The minutes of all steps."""
        return sum(step.minutes for step in self.steps)

    @property
    def tasks(self) -> dict[str, int]:
        """The questions and cases that a student answers, by id, numbered through the lesson."""
        asked = self.named(*(f"explore.{name}" for name in ASKS))
        return {id_: number for number, id_ in enumerate(asked, 1)}

    @property
    def paragraphs(self) -> set[str]:
        """The paragraphs that its sheet has: those it shows, or all where it lists each claim."""
        shown = [call for step in self.steps for call in step.calls if "paragraphs" in call.name]
        lists = ("explore.sources", "explore.claims")
        every = [it for step in self.steps for it in step.calls if it.name in lists]
        every += [it for it in shown if not it.args]
        return {*facts.library().paragraphs} if every else {*self.named("show.paragraphs")}

    def named(self, *names: str) -> list[str]:
        """Return what the calls of some names ask for, each once, in the order of the lesson."""
        calls = [call for step in self.steps for call in step.calls if call.name in names]
        return list(dict.fromkeys(arg for call in calls for arg in call.args))


def read(path: Path) -> Lesson:
    """Return a lesson as its notebook tells it."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    head = "".join(cells[0]["source"])
    heads = (re.search(how, head, re.M) for how in (r"^# (.+)", r"^> (.+)", r"question:\*\* (.+)"))
    title, promise, question = (found[1] if found else "" for found in heads)
    steps = [Step("", 0, [], [])]
    for cell in cells[1:]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            steps[-1].calls.extend(_calls(source))
            continue
        parts = re.split(r"^## (.+?)(?: \((\d+) minutes\))?$", source, flags=re.M)
        steps[-1].told.append(parts[0].strip())
        for heading, minutes, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            steps.append(Step(heading, int(minutes or 0), [], [text.strip()]))
        for notice in re.findall(r"^\*\*.+\*\*\n\n1\. (?:.*\n)*?\d+\. .+$(?!\n\d)", source, re.M):
            steps[-1].calls.append(Call("notice", (notice,), 0))
    aims = re.findall(r"^- (.+)$", head, re.M)
    return Lesson(path.name[:2], title, promise, question, aims, [it for it in steps if it.minutes])


def _calls(source: str) -> Iterator[Call]:
    for line in ast.parse(source).body:
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call):
            told = [it.value for it in ast.walk(line.value) if isinstance(it, ast.Constant)]
            hidden = sum(it for it in told if isinstance(it, int))
            args = tuple(it for it in told if isinstance(it, str))
            yield Call(ast.unparse(line.value.func), args, hidden)


def words(path: Path, lesson: Lesson | None) -> tuple[dict[str, Any], list[str]]:
    """Return a teacher's words for a lesson, or for the set, and a sentence for each fault.

    Faulty words are not used: then there are none.
    """
    name = "/".join(path.parts[-3:])
    if not path.exists():
        return {}, [f"{name} is missing. Write it in the manner of teach/words/04.yaml."]
    text = path.read_text(encoding="utf-8")
    try:
        found, root = yaml.safe_load(text), yaml.compose(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        told = f"this can't be read ({error.problem}). Mend the indentation or the quotation marks"
        return {}, [f"{name}, line {line}: {told} here, or in the line before."]
    if not isinstance(found, dict):
        return {}, [f"{name}, line 1: there are no keys. Write it as teach/words/04.yaml is."]
    lines = dict(_lines(root))
    faults = [*(_faults(found, lesson) if lesson else _missing(found, SET, ()))]
    if lesson and not faults and not found.get("beside"):
        faults = [*_unread(found, lesson)]
    wrong = [f"{name}, line {_line(lines, at)}: {says}" for at, says in faults]
    return ({} if wrong else found), wrong


def _lines(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    yield at, node.start_mark.line + 1
    for place, own in enumerate(node.value if not isinstance(node, yaml.ScalarNode) else ()):
        key, value = own if isinstance(own, tuple) else (None, own)
        yield from _lines(value, (*at, key.value if key else place))


def _line(lines: Lines, at: tuple[Any, ...]) -> int:
    return lines.get(at) or _line(lines, at[:-1])


Faults = Iterator[tuple[tuple[Any, ...], str]]


def _missing(found: Any, keys: tuple[str, ...], at: tuple[Any, ...]) -> Faults:
    for key in keys:
        if not isinstance(found, dict) or found.get(key) in (None, ""):
            yield at, f"“{key}” is missing here. Write it."


def _faults(found: dict[str, Any], lesson: Lesson) -> Faults:
    """Yield where the words of a lesson do not fit it, and a sentence on each."""
    shape = [*_missing(found, KEYS, ())]
    for key, parts in PARTS.items():
        each = found.get(key) or ()
        if isinstance(each, dict):
            shape += _missing(each, parts, (key,))
        else:
            shape += [it for at, own in enumerate(each) for it in _missing(own, parts, (key, at))]
    yield from shape
    if shape:
        return
    known = {*KEYS, *PARTS, *MORE}
    for key in found.keys() - known:
        yield (key,), f"the kit reads no “{key}”.{close(key, known)}"
    headings = [step.heading for step in lesson.steps]
    told: list[Any] = [
        (("steps", at, "step"), step["step"]) for at, step in enumerate(found["steps"])
    ]
    told += [(("cut", at), it) for at, it in enumerate(found["cut"])]
    told += [((key, it), it) for key in STEPS for it in found.get(key, ())]
    told += [(("later",), found["later"])] if "later" in found else []
    for key, name in told:
        if name not in headings:
            yield key, f"the lesson has no step “{name}”.{close(name, headings)}"
    if [step["step"] for step in found["steps"]] != headings:
        yield ("steps",), f"the steps are not those of the lesson, in order: {'; '.join(headings)}."
    for name, minutes in found["plans"].items():
        yield from _plan(str(name), minutes, len(headings), "opening" in found)
    yield from _ids(found, lesson)
    for key, most in MOST.items():
        if (count := len(str(found.get(key, "")).split())) > most:
            yield (key,), f"“{key}” has {count} words. Make it {most} at most."
    if len(drawn := found["board"].splitlines()) > BOARD or max(map(len, drawn)) > WIDE:
        yield ("board",), f"“board” is too large: {BOARD} lines of {WIDE} characters are the most."
    if len(found["everyday"]["tasks"]) != len(found["everyday"]["key"]):
        yield ("everyday", "key"), "“key” needs one answer for each of the “tasks”."


def _ids(found: dict[str, Any], lesson: Lesson) -> Faults:
    """Yield where the words name a task that is not there, or a paragraph not on the sheet."""
    known, options = facts.library(), [row["id"] for row in facts.library().rows["options"]]
    examples = lesson.named("show.verdict")
    for key, name, ids in (
        ("samples", "task", [*lesson.tasks]),
        ("also", "id", [*lesson.tasks, *examples, *known.terms]),
    ):
        for at, own in enumerate(found.get(key) or ()):
            if own[name] not in ids:
                says = f"the lesson has no task “{own[name]}”.{close(own[name], ids)}"
                yield (key, at, name), says
    for key, ids in (
        ("paper", [*lesson.tasks, *options]),
        ("glance", [*lesson.tasks, *examples, *known.terms]),
        ("reveal", [*lesson.tasks, *examples]),
        ("chains", lesson.named("explore.predict")),
        ("beside", ["report"]),
        ("no_slide", [*lesson.tasks, *(step.heading for step in lesson.steps)]),
    ):
        for id_ in found.get(key, ()):
            if id_ not in ids:
                yield (key, id_), f"the lesson has no task “{id_}”.{close(id_, ids)}"


def _unread(found: dict[str, Any], lesson: Lesson) -> Faults:
    """Yield where words or tasks ask for a paragraph that students do not have on paper."""
    known, there = facts.library(), lesson.paragraphs | {*found.get("paragraphs", ())}
    prompts = [known.questions[id_].prompt for id_ in lesson.tasks if id_ in known.questions]
    for at, text in [*_texts(found), *(((), prompt) for prompt in prompts)]:
        for named in re.findall(r"(?:[Pp]aragraphs?|¶) ((?:\d+(?:, | and | or )?)+)", text):
            for number in re.findall(r"\d+", named):
                if number not in there:
                    says = f"paragraph {number} is asked for here, and is not on the sheet."
                    yield at, f"{says} Put it into “paragraphs”."


def _texts(own: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(own, str):
        yield at, own
    each = own.items() if isinstance(own, dict) else enumerate(own if isinstance(own, list) else ())
    for key, value in each:
        yield from _texts(value, (*at, key))


def _plan(name: str, minutes: list[Any], steps: int, opening: bool) -> Faults:
    """Yield what is wrong with a plan: such as 50, or 2x40 with a list for each period.

    Where a lesson has an opening, the first number is for it.
    """
    times, _, most = name.rstrip("*").rpartition("x")
    periods = minutes if times else [minutes]
    if len(periods) != int(times or 1):
        yield ("plans", name), f"plan “{name}” needs {times} lists, one for each period."
    for at, period in enumerate(periods):
        where = ("plans", name, at) if times else ("plans", name)
        if len(period) != steps + opening:
            also = " and the opening" if opening else ""
            yield where, f"plan “{name}” has {len(period)} numbers for {steps} steps{also}."
        elif sum(period) > int(most):
            yield where, f"plan “{name}” adds up to {sum(period)} minutes, more than {most}."
