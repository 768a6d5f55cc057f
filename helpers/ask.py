"""Questions, and what is said to an answer: the reason for that very option, never the key."""

from helpers import facts
from helpers.check.tables import close
from helpers.view import Node, View, boxes, page, tag

BLANK = "Not answered yet."


def question(name: str) -> View:
    """Return a question with its options, as it stands before an answer.

    >>> question(next(iter(facts.library().questions))).gist != ""
    True
    """
    options = [tag("li", option.says) for option in _asked(name).options]
    return page(prompt(name), *([tag("ol", *options, type="a")] if options else []))


def prompt(name: str) -> Node:
    """Return the words of a question alone.

    >>> prompt(next(iter(facts.library().questions))).name
    'p'
    """
    return tag("p", _asked(name).prompt, look="title")


def check(name: str, answer: str | None = None, sure: str | None = None) -> View:
    """Return what to say to an answer: its reason, and for a wrong one the paragraph to read again.

    A question about the record names its sources too. A blank is said to be a blank, and an answer
    that is no option gets a sentence with the nearest option.

    >>> check(next(iter(facts.library().questions))).words
    'Not answered yet.'
    """
    asked = _asked(name)
    options = {option.says: option for option in asked.options}
    if answer in options:
        cited = " · ".join(source.citation for source in asked.sources)
        record = [tag("p", f"In the record: {cited}.", look="kind")] if cited else []
        return page(_said(asked, options[answer], sure), *record)
    listed = "; ".join(option.removesuffix(".") for option in options)
    wrong = f"“{answer}” is not one of the answers: {listed}.{close(answer or '', options)}"
    return page(tag("p", wrong if answer else BLANK, look="text"))


def _said(asked: facts.Question, chosen: facts.Option, sure: str | None) -> Node:
    """Return whether an option is right, its reason, and where to read again."""
    yes, again = ("Yes.", " ") if chosen.right else ("Not this one.", " Read again: ")
    said = f" You said: {sure}." if sure else ""
    where = (again, boxes([asked.paragraph])) if asked.paragraph else ()
    return tag("p", f"{yes} {chosen.reason}{said}", *where, look="text")


def _asked(name: str) -> facts.Question:
    return facts.find(facts.library().questions, name, "question")
