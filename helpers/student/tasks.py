"""The explorers in which a student answers; what is answered is kept, and is there again later."""

import re
from collections.abc import Callable, Sequence

from helpers import ask, facts, rules, show
from helpers.facts import library
from helpers.live import Control, Explorer
from helpers.show.parts import text, told
from helpers.student import journal
from helpers.student import page as sheet
from helpers.view import View, mark, note, page, table, tag

Draw = Callable[..., View]  # from the state of an explorer
CHECK = "Check my answer"
HOW_SURE = f"Say how sure you are, and press “{CHECK}” again."


def predict(story: str) -> Explorer:
    """Return a story to predict the answer for; the verdict comes once the prediction is kept.

    >>> story = next(iter(library().stories))
    >>> predict(story).set(answer=None).shown.words
    'Not predicted yet.'
    """
    asked = facts.find(library().stories, story, "story")
    found = rules.judge(rules.case(story), asked.position)
    ask = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
    still = told(found.position.layer, asked.story, text(ask))

    def view(answer: str | None) -> View:
        if not answer:
            return note("Not predicted yet.")
        met = "Your prediction fits" if answer == found.answer else "The report differs"
        head = page(text(f"{met}. You predicted: ", mark(answer), "."))
        return View((*head.nodes, *show.verdict(found.case, found.position).nodes))

    lists = {"answer": _options("Your prediction", rules.ANSWERS, journal.kept(story).answer)}
    return _checked(f"predict/{story}", view, lists, still)


def question(name: str) -> Explorer:
    """Return a question; each answer gets its own reason, once the student has said how sure.

    >>> name, asked = next(iter(library().questions.items()))
    >>> question(name).set(answer=asked.options[0].says, sure=None).shown.words == HOW_SURE
    True
    """
    asked, last = facts.find(library().questions, name, "question"), journal.kept(name)

    def view(answer: str | None, sure: str | None) -> View:
        return note(HOW_SURE) if answer and not sure else ask.check(name, answer, sure)

    answers = _options("Your answer", [option.says for option in asked.options], last.answer)
    lists = {"answer": answers, "sure": _options("How sure are you?", sheet.SURE, last.sure)}
    return _checked(f"question/{name}", view, lists, ask.question(name))


def _checked(name: str, view: Draw, lists: dict[str, Control], still: View) -> Explorer:
    """Return an explorer whose answer is kept, and told, once its button is pressed."""

    def keep(**state: str | None) -> str:
        chosen = [facts.find(lists[key].options, to, "option") for key, to in state.items() if to]
        return journal.keep(name.partition("/")[2], *chosen) if len(chosen) == len(lists) else ""

    head = tag("p", still.gist, look="title")
    controls = {**lists, "check": Control("button", CHECK)}
    waits = note(f"Not checked yet. Choose, then press “{CHECK}”.")
    return Explorer(name, view, controls, still, [head], keep, waits=waits)


def write(name: str) -> Explorer:
    """Return a box for an opinion, above what to look for in it; what is typed is kept.

    >>> name = next(name for name, asked in library().questions.items() if asked.criteria)
    >>> write(name).set(text="").shown.gist
    'Not answered yet.'
    """

    def view(text: str) -> View:
        return note(f"Words: {len(text.split())}." if text.strip() else ask.BLANK)

    return _written(name, view, {"text": "Your answer"}, {"text": name})


def memo(name: str) -> Explorer:
    """Return boxes for claim, evidence and reasoning; an id given as evidence is shown in full.

    >>> name = next(name for name, asked in library().questions.items() if asked.criteria)
    >>> [*memo(name).state]
    ['claim', 'evidence', 'reasoning']
    """
    labels = {part: part.capitalize() for part in ("claim", "evidence", "reasoning")}
    keeps = {part: f"{name}/{part}" for part in labels}
    return _written(name, lambda evidence, **_: entries(evidence), labels, keeps)


def entries(written: str) -> View:
    """Return what the entries say whose ids stand in a text; what is no id is passed over.

    >>> entries("").gist
    'No evidence yet. Type ids, with a space between them.'
    """
    own = library()
    known = {it.id: (it.claim, "article", it.attribution) for it in own.claims.values()}
    known |= {it.id: (it.says, it.layer, it.speaker) for it in own.reasons.values()}
    known |= {it.id: (it.says, "record", it.speaker) for it in own.voices.values()}
    ids = dict.fromkeys(re.findall(r"[\w-]+", written.lower()))
    rows = [(id_, *known[id_]) for id_ in ids if id_ in known]
    if not rows:
        return note("No evidence yet. Type ids, with a space between them.")
    return page(table("Your evidence", ("Id", "Says", "Layer", "Who says so"), rows))


def _written(name: str, view: Draw, labels: dict[str, str], keeps: dict[str, str]) -> Explorer:
    """Return boxes to write in, by name, above what to look for in a text."""
    asked = facts.find(library().questions, name, "question")
    criteria = show.criteria(asked.criteria).nodes

    def above(**state: str) -> View:
        return View((*view(**state).nodes, *criteria))

    boxes = {
        box: Control("textarea", labels[box], journal.kept(keeps[box]).answer) for box in keeps
    }
    controls = {**boxes, "save": Control("button", "Save")}
    still = View((*ask.question(name).nodes, *criteria))
    return Explorer(f"write/{name}", above, controls, still, [ask.prompt(name)], keeps=keeps)


def sure() -> Explorer:
    """Return how sure the student was at each first try, shown anew by a button.

    >>> sure().still.words
    'Run this lesson to see how sure you were.'
    """
    still = note("Run this lesson to see how sure you were.")
    return Explorer("sure", sheet.sure, {"again": Control("button", "Show how sure I was")}, still)


def work() -> Explorer:
    """Return the student's work on one page to hand in, with a box for the name.

    >>> [*work().state]
    ['student']
    """
    name = Control("text", "Your name", journal.kept(journal.NAME).answer)
    show_it, save_it = Control("button", "Show my work"), Control("button", "Save my work")
    controls = {"student": name, "show": show_it, "save": save_it}

    def view(student: str, press: str = "") -> View:
        return sheet.work(files=press == "save")

    still = note("Run this lesson to see your work on one page, and to save it.")
    keeps = {"student": journal.NAME}
    return Explorer("work", view, controls, still, keeps=keeps, presses=True)


def _options(label: str, options: Sequence[str], last: str) -> Control:
    return Control("radio", label, last if last in options else None, {own: own for own in options})
