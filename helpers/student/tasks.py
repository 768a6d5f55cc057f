"""The explorers in which a student answers; what is answered is kept, and is there again later."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from helpers import ask, facts, rules, show
from helpers.doors import desk, suppliers
from helpers.facts import Reason, library
from helpers.live import Control, Explorer, Told
from helpers.show.parts import text, told
from helpers.student import journal, page
from helpers.view import Node, View, boxes, mark, note, pick, tag

Asks = dict[str, tuple[str, Sequence[str]]]  # what each list asks for, and its options
CHECK, NONE, CLAIMS = "Check my answer", "none of them", "Claims of the report"
KEEP, FIRST = "Keep my guess", "first"
SURE = "How sure are you?", page.SURE


def predict(story: str) -> Explorer:
    """Return a story to predict the answer for; the verdict comes once the prediction is kept.

    >>> story = next(iter(library().stories))
    >>> predict(story).shown.words
    'Not answered yet.'
    """
    asked = facts.find(library().stories, story, "story")
    row = next(row for row in library().rows["cases"] if row["id"] == story)
    found = rules.judge(rules.case(story), asked.position)
    cited = {own.paragraph for rule in found.position.rules for own in rule.cited}
    settle = dict.fromkeys(own.paragraph for rule in found.chain[-1:] for own in rule.cited)
    asks: Asks = {"answer": ("Your prediction", rules.ANSWERS), "sure": SURE}
    if numbers := [number for number in library().paragraphs if number in cited]:
        asks["paragraph"] = "Which paragraph settles it?", [*numbers, NONE]

    def view(answer: str, sure: str, paragraph: str | None = None) -> View:
        fits = answer == found.answer
        met = "Your prediction fits" if fits else "The verdict differs from your prediction"
        why = "" if fits else " " + row["if_" + answer.replace(" ", "_")]
        said = ask.told(fits, f"{met}: ", mark(answer), f". You said that you were {sure}.{why}")
        where = [_where([*settle], paragraph)] if paragraph else []
        return View((tag("div", said, *where, look="page"), *ruled.nodes))

    ruled = show.verdict(found.case, found.position)
    head = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
    still = told(found.position.layer, asked.story, text(head))
    return _checked(f"predict/{story}", view, asks, still)


def _where(settle: Sequence[str], chosen: str) -> Node:
    """Return where the rule stands that settles a case, beside the paragraph that was chosen."""
    rule = "The rule that settles it is in " if settle else "No rule is about such a case"
    return ask.told(chosen in (settle or [NONE]), rule, boxes(settle), f"; you chose {chosen}.")


def question(name: str) -> Explorer:
    """Return a question; each answer gets its own reason, once the student has said how sure.

    >>> name, asked = next(iter(library().questions.items()))
    >>> "How sure" in question(name).set(answer=asked.options[0].says, sure=None).shown.words
    True
    """
    return _asked("question", name)


def guess(name: str) -> Explorer:
    """Return a question to guess: the guess is kept, and told beside the answer of a later lesson.

    >>> guess(next(iter(library().questions))).shown.words
    'Not answered yet.'
    """
    return _asked(FIRST, name)


def review(place: int) -> Explorer | View:
    """Return, blank, a question that was answered sure and wrong on an earlier day, or a line.

    It comes back until it is right; `place` is 1 for the first one.

    >>> review(99).words
    'Nothing to come back to here today.'
    """
    due = [*page.due(datetime.now(UTC).date().isoformat())][place - 1 : place]
    return _asked(page.AGAIN, *due) if due else note("Nothing to come back to here today.")


def _asked(kind: str, name: str) -> Explorer:
    """Return a question to answer, or to guess at first, or again on another day."""
    options = facts.find(library().questions, name, "question").options
    asks: Asks = {"answer": ("Your answer", [option.says for option in options]), "sure": SURE}
    own = name if kind == "question" else f"{name}/{kind}"

    def view(answer: str, sure: str) -> View:
        if kind == FIRST:
            return note("Kept. You will come back to it.")
        wrong = {option.says for option in options if not option.right}
        missed = sum(tried.answer in wrong for tried in journal.tries(own))
        early = journal.kept(f"{name}/{FIRST}")
        first = f"“{early.answer}”, and you were {early.sure}" if early.answer else ""
        return ask.check(name, answer, sure, missed if answer in wrong else 0, first)

    return _checked(f"{kind}/{own}", view, asks, ask.question(name))


def _checked(name: str, view: Callable[..., View], asks: Asks, still: View) -> Explorer:
    """Return an explorer whose answer is kept, and told, once its button is pressed."""
    kind, _, own = name.partition("/")
    last, button = journal.kept(own)._asdict(), KEEP if kind == FIRST else CHECK
    lists = {}
    for key, (label, options) in asks.items():
        same = dict(zip(options, options, strict=True))
        lists[key] = Control("radio", label, same.get(last[key]), same)

    def checked(press: str | None = None, **state: str | None) -> View:
        if press == "":  # to pass over an option is no answer
            return note(f"Not checked yet. Press “{button}”.")
        if blank := [lists[key].label for key in ("answer", "sure") if not state[key]]:
            return ask.missing(blank, button) if press or state["answer"] else note(ask.BLANK)
        return view(**state)

    def keep(**state: str | None) -> str:
        chosen = [facts.find(lists[key].options, to, "option") for key, to in state.items() if to]
        return journal.keep(own, *chosen) if state["answer"] and state["sure"] else ""

    head, check = tag("p", still.gist, look="title"), {"check": Control("button", button)}
    return Explorer(name, checked, lists | check, still, [head], keep, presses=True)


def write(name: str) -> Explorer:
    """Return a box for an opinion, above what to look for in it; what is typed is kept.

    >>> name = next(name for name, asked in library().questions.items() if asked.criteria)
    >>> write(name).set(text="").shown.gist
    'Not answered yet.'
    """
    return _written(name, {"text": _box("Your answer", name)}, {"text": name})


def memo(name: str) -> Explorer:
    """Return a memo to write: boxes, and the evidence to choose; all of it is kept at once.

    >>> name = next(name for name, asked in library().questions.items() if asked.criteria)
    >>> [*memo(name).state]
    ['claim', 'reasoning', 'other', 'evidence']
    """
    says = {"claim": "Claim", "reasoning": "Reasoning", "other": "What the other side would say"}
    keeps, own = {part: f"{name}/{part}" for part in says}, f"{name}/evidence"
    controls = {part: _box(says[part], keeps[part]) for part in says}
    controls["evidence"] = Evidence("checkbox", "What your memo rests on", _ticked(own))

    def moves(old: Told, new: Told) -> tuple[Told, str]:
        """Keep what is ticked, and show what is kept: another page may have kept it."""
        ids = new.get("evidence")
        told = "\n".join(it.says for id_, it in pieces().items() if id_ in (ids or ()))
        said = "" if ids is None else journal.keep(own, told) or journal.SAVED
        return {**old, **new, "evidence": _ticked(own)}, said

    return _written(name, controls, keeps, moves=moves)


class Evidence(Control):
    """The reasons of each side and the claims, to choose from."""

    def drawn(self, name: str, state: Told) -> Node:
        """Return each as a checkbox under its side; the claims are folded."""
        chosen, known = state[name], pieces()
        by = Counter(known[id_].speaker for id_ in chosen).most_common(1)
        told = [f" Without {who}, {len(chosen) - most} would be left." for who, most in by]
        groups = [tag("legend", self.label), text(f"Evidence: {len(chosen)}.", *told)]
        for side, group in facts.grouped(known.values(), lambda own: own.side).items():
            ticks = [_tick(name, it, it.id in chosen) for it in group]
            is_open = None if side == CLAIMS else ""
            groups.append(tag("details", tag("summary", side), *ticks, open=is_open))
        return tag("fieldset", *groups, look="evidence")


@lru_cache(256)  # a press changes one of them
def _tick(name: str, it: Reason, on: bool) -> Node:
    says = it.says, text(f"{it.speaker} ", boxes([it.paragraph]), look="kind")
    tick = pick("checkbox", name, it.id, on, tag("div", *says))
    return tick._replace(made=tick.html())


def pieces() -> dict[str, Reason]:
    """Return what a memo can rest on, by id: the reasons under their side, and the claims.

    >>> {*pieces()} == {*library().reasons, *library().claims}
    True
    """
    sides = library().schemas["reasons"].fields["side"]["categories"]
    heads = {side["value"]: f"Reasons {side['label']}" for side in sides}
    found = {id_: own._replace(side=heads[own.side]) for id_, own in library().reasons.items()}
    for id_, own in library().claims.items():
        found[id_] = Reason(id_, CLAIMS, "article", own.attribution, own.claim, own.paragraph, ())
    return found


def _ticked(name: str) -> list[str]:
    """Return the ids of what was ticked last: it is kept in words, and was kept as ids before."""
    had = {*(told := journal.kept(name).answer).split("\n"), *told.split()}
    return [id_ for id_, it in pieces().items() if {id_, it.says} & had]


def _written(name: str, boxes: dict[str, Control], keeps: journal.Texts, **more: Any) -> Explorer:
    """Return boxes to write in, by name, above what to look for in a text."""
    criteria = show.criteria(facts.find(library().questions, name, "question").criteria).nodes

    def view(evidence: Sequence[str] = (), **texts: str) -> View:
        words = sum(len(typed.split()) for typed in texts.values())
        told = note(f"Words: {words}." if words or evidence else ask.BLANK)
        return View((*told.nodes, *criteria))

    controls = {**boxes, "save": Control("button", "Save")}
    still, head = View((*ask.question(name).nodes, *criteria)), [ask.prompt(name)]
    return Explorer(f"write/{name}", view, controls, still, head, keeps=keeps, **more)


def draft(name: str) -> Explorer:
    """Return the desk to write an exception of one's own, kept as the answer to a question.

    >>> name = next(name for name, asked in library().questions.items() if asked.criteria)
    >>> draft(name).state["asks"]
    []
    """
    known = {value.short: value.id for value in library().values.values()}
    asked = [known[words] for words in journal.kept(name).answer.split("; ") if words in known]

    def keep(asks: list[str], **_: Any) -> str:
        written = "; ".join(library().values[id_].short for id_ in asks)
        return journal.keep(name, written) or journal.SAVED

    head = [ask.prompt(name), *show.criteria(library().questions[name].criteria).nodes]
    controls = {"keep": Control("button", "Keep this draft")}
    made = desk("draft", name, capitals=suppliers()[:1], asks=asked)
    return replace(made, controls=controls, keep=keep, head=head)


def work() -> Explorer:
    """Return the student's work on one page to hand in, with a box for the name.

    >>> [*work().state]
    ['student']
    """
    asks = {"student": Control("text", "Your name", journal.kept(journal.NAME).answer)}
    asks |= {act: Control("button", f"{act.title()} my work") for act in ("show", "save")}
    still = note("Run this lesson to see your work on one page, and to save it.")
    return Explorer("work", page.work, asks, still, keeps={"student": journal.NAME}, presses=True)


def _box(label: str, name: str) -> Control:
    return Control("textarea", label, journal.kept(name).answer)
