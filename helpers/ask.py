"""Questions and what to say to an answer: the reason for that very answer, never the key."""

from helpers import facts, tables
from helpers.view import Html, View, boxes, page, tag

BLANK = "Not answered yet."


def question(name: str) -> View:
    """Return a question with its options, as it stands before an answer."""
    asked = facts.find(facts.library().questions, name, "question")
    options = (tag("li", option.says) for option in asked.options)
    return page(prompt(name), tag("ol", *options, type="a"), tag("p", BLANK, look="text"))


def prompt(name: str) -> Html:
    """Return the words of a question alone."""
    return tag("p", facts.find(facts.library().questions, name, "question").prompt, look="title")


def check(name: str, answer: str | None = None) -> View:
    """Return what to say to an answer: its reason, and for a wrong one the paragraph to read again.

    A blank is said to be a blank; an answer that is no option gets a sentence with the nearest option.
    """
    asked = facts.find(facts.library().questions, name, "question")
    options = {option.says: option for option in asked.options}
    if not answer:
        return _said(BLANK)
    if answer not in options:
        listed = "; ".join(option.rstrip(".") for option in options)
        return _said(f"“{answer}” is not one of the answers: {listed}.{tables.close(answer, options)}")
    chosen = options[answer]
    if chosen.right:
        return _said(f"Yes. {chosen.reason}", asked.paragraph)
    return _said(f"Not this one. {chosen.reason}{' Read again:' if asked.paragraph else ''}", asked.paragraph)


def _said(words: str, paragraph: str = "") -> View:
    return page(tag("p", f"{words} ", boxes((paragraph,)) if paragraph else Html(), look="text"))
