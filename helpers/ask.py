"""Questions, and what is said to an answer: its reason, and the key after a second miss."""

from collections.abc import Sequence

from helpers import facts
from helpers.check.tables import close
from helpers.show.parts import layer_line, text
from helpers.view import Child, Node, View, boxes, mark, page, tag

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


def check(name: str, answer: str = "", sure: str = "", missed: int = 0, first: str = "") -> View:
    """Return what to say to an answer: its reason, and for a wrong one the paragraph to read again.

    Who has `missed` it twice is told the right answer too. `first` is what was guessed long before.
    A question about the record names its sources too. A blank is said to be a blank, and an answer
    that is no option gets a sentence with the nearest option.

    >>> check(next(iter(facts.library().questions))).words
    'Not answered yet.'
    """
    asked = _asked(name)
    options = {option.says: option for option in asked.options}
    if chosen := options.get(answer):
        cited = " · ".join(source.citation for source in asked.sources)
        record = [text(f"In the record: {cited}.", look="kind")] if cited else []
        felt = f" You said that you were {sure}." if sure else ""
        right = next(option for option in options.values() if option.right)
        key = f" The right answer: {right.says.rstrip('.')}. {right.reason}" if missed > 1 else ""
        said = told(chosen.right, chosen.reason, felt, key)
        more = [text(f"Your first answer was {first}.")] if first else []
        more += [again(asked.paragraph)] if asked.paragraph else []
        return page(said, *more, *record)
    wrong = f"“{answer}” is not one of the answers.{close(answer, options)}"
    return page(text(wrong if answer else BLANK))


def told(right: bool, *said: Child) -> Node:
    """Return what is said to an answer, after a mark that says whether it is right.

    >>> page(told(False, "Count again.")).words
    'Not yet: Count again.'
    """
    return tag("p", mark("yes" if right else "not yet"), ": ", *said, look="feedback")


def missing(labels: Sequence[str], button: str) -> View:
    """Return what is still to choose before an answer can be checked, and where.

    >>> missing(["Your answer"], "Check").words
    'Not checked: Still to choose, above: “Your answer”. Then press “Check” again.'
    """
    said = f": Still to choose, above: “{'” and “'.join(labels)}”. Then press “{button}” again."
    return page(tag("p", mark("not checked"), said, look="feedback"))


def again(number: str) -> Node:
    """Return a paragraph of the report in plain words, to be unfolded there and then.

    >>> again(next(iter(facts.library().paragraphs))).name
    'details'
    """
    part = facts.paragraph(number)
    says = text(boxes([number]), " ", tag("strong", f"{part.heading}."), f" {part.plain}")
    by = text(f"In our own plain words. {layer_line('article')}", look="layer")
    return tag("details", tag("summary", f"Read again: paragraph {number}"), says, by, look="again")


def _asked(name: str) -> facts.Question:
    return facts.find(facts.library().questions, name, "question")
