"""The explorers in which a student answers; what is answered is kept, and is there again later."""

from collections.abc import Callable, Sequence

from helpers import ask, facts, rules, show
from helpers.live import Control, Explorer
from helpers.student import journal, page
from helpers.view import View, note, tag

Draw = Callable[..., View]  # from the state of an explorer
CHECK = "Check my answer"
HOW_SURE = f"Say how sure you are, and press “{CHECK}” again."


def predict(story: str) -> Explorer:
    """Return a story to predict the answer for; the verdict comes once the prediction is kept.

    >>> story = next(iter(facts.library().stories))
    >>> predict(story).set(answer=None).shown.words
    'Not predicted yet.'
    """
    told = show.prediction(story)

    def view(answer: str | None) -> View:
        return show.prediction(story, answer) if answer else note("Not predicted yet.")

    lists = {"answer": _options("Your prediction", rules.ANSWERS, _last(story).answer)}
    return _checked(f"predict/{story}", view, lists, told)


def question(name: str) -> Explorer:
    """Return a question; each answer gets its own reason, once the student has said how sure.

    >>> name, asked = next(iter(facts.library().questions.items()))
    >>> question(name).set(answer=asked.options[0].says, sure=None).shown.words == HOW_SURE
    True
    """
    asked, last = facts.find(facts.library().questions, name, "question"), _last(name)

    def view(answer: str | None, sure: str | None) -> View:
        return note(HOW_SURE) if answer and not sure else ask.check(name, answer, sure)

    answers = _options("Your answer", [option.says for option in asked.options], last.answer)
    lists = {"answer": answers, "sure": _options("How sure are you?", page.SURE, last.sure)}
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

    >>> name = next(name for name, asked in facts.library().questions.items() if asked.criteria)
    >>> write(name).set(text="").shown.gist
    'Not answered yet.'
    """

    def view(text: str) -> View:
        return note(f"Words: {len(text.split())}." if text.strip() else ask.BLANK)

    return _written(name, view, {"text": "Your answer"}, {"text": name})


def memo(name: str) -> Explorer:
    """Return boxes for claim, evidence and reasoning; an id given as evidence is shown in full.

    >>> name = next(name for name, asked in facts.library().questions.items() if asked.criteria)
    >>> [*memo(name).state]
    ['claim', 'evidence', 'reasoning']
    """
    labels = {part: part.capitalize() for part in ("claim", "evidence", "reasoning")}
    keeps = {part: f"{name}/{part}" for part in labels}
    return _written(name, lambda evidence, **_: show.evidence(evidence), labels, keeps)


def _written(name: str, view: Draw, labels: dict[str, str], keeps: dict[str, str]) -> Explorer:
    """Return boxes to write in, by name, above what to look for in a text."""
    asked = facts.find(facts.library().questions, name, "question")
    criteria = show.criteria(asked.criteria).nodes

    def above(**state: str) -> View:
        return View((*view(**state).nodes, *criteria))

    boxes = {box: Control("textarea", labels[box], _last(keeps[box]).answer) for box in keeps}
    controls = {**boxes, "save": Control("button", "Save")}
    still = View((*ask.question(name).nodes, *criteria))
    return Explorer(f"write/{name}", above, controls, still, [ask.prompt(name)], keeps=keeps)


def sure() -> Explorer:
    """Return how sure the student was at each first try, shown anew by a button.

    >>> sure().still.words
    'Run this lesson to see how sure you were.'
    """
    still = note("Run this lesson to see how sure you were.")
    return Explorer("sure", page.sure, {"again": Control("button", "Show how sure I was")}, still)


def work() -> Explorer:
    """Return the student's work on one page to hand in, with a box for the name.

    >>> [*work().state]
    ['student']
    """
    name = Control("text", "Your name", _last(journal.NAME).answer)
    controls = {"student": name, "again": Control("button", "Show my work")}
    still = note("Run this lesson to see your work on one page, with links to save it.")
    keeps = {"student": journal.NAME}
    return Explorer("work", lambda student: page.work(), controls, still, keeps=keeps)


def _last(name: str) -> journal.Entry:
    """Return the last answer that was kept under a name, or a blank one."""
    return journal.kept(name) or journal.Entry("", name, "")


def _options(label: str, options: Sequence[str], chosen: str) -> Control:
    listed = {option: option for option in options}
    return Control("radio", label, chosen if chosen in options else None, listed)
