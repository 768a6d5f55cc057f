"""The report in plain words, who speaks in it, and what became of it."""

from collections.abc import Mapping

from helpers.facts import Claim, Outcome, find, grouped, library, paragraph
from helpers.show.parts import listed, placed, sourced, text, told
from helpers.student.copy import own_copy
from helpers.view import Node, View, boxes, page, pick, span, table, tag

__all__ = "card", "chain", "claims", "criteria", "paragraphs", "reasons", "times", "unsaid", "words"
OURS = "In our own words, for the words of the report."
UNKNOWN = "Our record has no outcome for it."
SIGNS = " ✓…+→↑≠□“"  # of no way to stand, and of those in their table


def paragraphs(*numbers: str) -> View:
    """Return parts of the report in plain words, by default all, beside the reader's own copy.

    >>> paragraphs().gist
    'The report in our own plain words.'
    """
    texts, edition = own_copy()
    heads = ("Paragraph", "About", "In plain words", "Your own copy")[: 4 if texts else 3]
    parts = [paragraph(number) for number in numbers or library().paragraphs]
    each = [(boxes((own.id,)), own.heading, own.plain, texts.get(own.id, "")) for own in parts]
    rows = [cells[: len(heads)] for cells in each]
    same = [text(edition)] if edition else []
    return listed("article", "The report in our own plain words.", heads, rows, *same)


def card() -> View:
    """Return who, what, when, where and why, each as the report answers it.

    >>> card().gist
    'Who, what, when, where, why'
    """
    known, names = library().rows["card"], library().actors
    where = [placed(ask["paragraph"], names[ask["speaker"]].name) for ask in known]
    rows = [(ask["question"], ask["answer"], own) for ask, own in zip(known, where, strict=True)]
    heads = "Question", "The report", "Where, and who says it"
    return listed("article", "Who, what, when, where, why", heads, rows)


def claims(claim: str = "", shown: bool | None = None, **predicted: str) -> View:
    """Return every claim as a square under its kind of speaker, with the chosen one in full.

    With no `shown`, they are only to read. While it is false, one predicts how they stand today:
    `predicted` has each by its id, and fills its square. Once it is true, the squares say how they
    do stand, and the record stands beside the chosen claim.

    >>> claims(shown=True).gist.endswith(" claims stand. You made no predictions.")
    True
    """
    known = {own.id: Outcome(own, "", UNKNOWN, ()) for own in library().claims.values()}
    known |= {own.claim.id: own for own in library().outcomes.values()}
    mine = {id_: way for id_, way in predicted.items() if way in _ways()}
    stands = {id_: own.status for id_, own in known.items()} if shown else mine
    fits = sum(stands[id_] == way for id_, way in mine.items())
    fit = f"{fits} of {len(mine)} predictions fit." if mine else "You made no predictions."
    chosen, ways = find({"": None, **known}, claim, "claim"), [*stands.values()]
    said = "" if shown else "predicted: "
    full = _full(chosen, mine.get(claim, ""), shown) if chosen else [text("Choose a square.")]
    parts = [_squares(claim, stands, said), tag("div", *full, look="full")]
    if shown is not None:
        box = pick("checkbox", "shown", "shown", shown, "Show how they stand", look="press switch")
        key = [_stand(way, words=f"{way}: {ways.count(way)}") for way in _ways() if way in ways]
        parts.append(tag("div", box, *key, look="stands"))
    head = f"{len(known)} claims by kind of speaker; each number is a paragraph."
    line = ("both", f"How {len(known)} claims stand. {fit}") if shown else ("article", head)
    return told(*line, tag("div", *parts, look="board"))


def _squares(chosen: str, stands: Mapping[str, str], said: str) -> Node:
    """Return the claims to choose by kind of speaker, each filled with what is said of it."""
    place, kinds = [*library().paragraphs].index, list[Node]()
    known = sorted(library().claims.values(), key=lambda own: place(own.paragraph))
    for kind, every in grouped(known, lambda own: own.speaker.kind).items():
        each = [tag("legend", f"{kind}: {len(every)}")]
        for own in every:
            way = stands.get(own.id, "")
            word, square = f" {said}{way};" if way else "", _stand(way, own.paragraph)
            says = f"paragraph {own.paragraph}, {kind};{word} {own.claim}"
            each.append(pick("radio", "claim", own.id, own.id == chosen, square, " ", says=says))
        kinds.append(tag("fieldset", *each, look="squares"))
    return tag("div", *kinds, look="claims")


def _ways() -> dict[str, str]:
    """Return the ways in which a claim can stand, each with its meaning."""
    known = library().schemas["outcomes"].fields["status"]["categories"]
    return {way["value"]: f"{way['value']}: {way['label']}" for way in known}


def _stand(way: str, inside: str = "", words: str = "") -> Node:
    """Return a square with the sign and fill of a way to stand, or of none, before words."""
    at = ["", *_ways()].index(way)
    square = span(span(f"{inside} {SIGNS[at]}", look="chip"), look=f"square is-{at}")
    return tag("div", square, span(f" {words}"), look="stand") if words else square


def _full(now: Outcome, mine: str, shown: bool | None) -> list[Node]:
    """Return a claim of the report; with it what may be predicted, or its record."""
    own, unsaid = now.claim, now.claim.left_unsaid
    says = placed(own.paragraph, span(_said(own), look="plain"))
    gap = text(f"It does not say: {unsaid}." if unsaid else "")
    card = tag("div", text("In the report", look="text kind"), text(says), gap, look="card")
    if shown:
        head = text("In the record, as far as our sources go", look="text kind")
        yours = text(f"You predicted: {mine}." if mine else "")
        known = _stand(now.status, words=now.status), text(sourced(now.says, now.sources)), yours
        return [card, tag("div", head, *known, look="known")]
    marks = {way: _stand(way, words=words) for way, words in _ways().items()}
    each = [pick("radio", own.id, way, way == mine, mark) for way, mark in marks.items()]
    head = tag("legend", "Predict: how does it stand today?")
    return [card] if shown is None else [card, tag("fieldset", head, *each, look="guesses")]


def chain() -> View:
    """Return the chain of reports behind the one that we read.

    >>> chain().gist
    'One chain of reports.'
    """
    flow, before = list[Node](), ""
    for link in library().rows["chain"]:
        name, relies_on = library().actors[link["actor"]].name, link["relies_on"]
        arrow = tag("div", "→" if relies_on == before else "⇢", look="arrow")
        does = text(f"{link['does']} ", boxes((link["paragraph"],)))
        relies = text(f"It relies on: {relies_on or 'not stated'}.", look="kind")
        box = tag("div", text(tag("strong", name)), does, relies, look="link")
        flow, before = [*flow, arrow, box], name
    key = text("⇢ only the order in time; → the text was taken from there.", look="kind")
    return told("article", "One chain of reports.", tag("div", *flow[1:], look="beside"), key)


def _said(claim: Claim) -> str:
    return f"{claim.claim} — {claim.attribution}"


def reasons() -> View:
    """Return the reasons that the sides state, each with its speaker and its place.

    >>> reasons().gist
    'Stated reasons'
    """
    found = library().reasons.values()
    where = [span(f"{it.layer}: ", boxes((it.paragraph,)), sourced("", it.sources)) for it in found]
    rows = [(it.speaker, it.says, it.side, place) for it, place in zip(found, where, strict=True)]
    return listed("both", "Stated reasons", ("Who", "Reason", "Side", "Layer and place"), rows)


def criteria(name: str) -> View:
    """Return what to look for in an answer that has no key.

    >>> criteria(library().rows["criteria"][0]["set"]).gist
    'What to look for'
    """
    found = find(grouped(library().rows["criteria"], lambda own: own["set"]), name, "criteria")
    heads, columns = ("Look for", "Strong", "Not there yet"), ("look_for", "strong", "weak")
    asked = table("What to look for", heads, [[own[at] for at in columns] for own in found])
    return page(asked, layer="Our own criteria; there is no answer key.")


def words(*terms: str) -> View:
    """Return words to know with their meaning, by default all; the name of an actor is one too.

    >>> words().gist
    'Words to know.'
    """
    known = {own["id"]: (own["term"], own["meaning"]) for own in library().rows["glossary"]}
    every = known | {own.id: (own.name, own.role) for own in library().actors.values()}
    rows = [find(every, term, "word") for term in terms or known]
    return page(table("Words to know.", ("Word", "Meaning"), rows), layer=OURS)


def times() -> View:
    """Return the time words of the report, each with the rule that turns it into an interval.

    >>> times().gist
    'How the lessons read time words.'
    """
    caption, heads = "How the lessons read time words.", ("The report says", "We take it to mean")
    return page(table(caption, heads, library().times.values()), layer=OURS)


def unsaid(*numbers: str) -> View:
    """Return what the claims of some paragraphs leave unsaid, claim by claim.

    >>> unsaid().gist
    'What the report does not say.'
    """
    asked = [paragraph(number).id for number in numbers]
    found = [own for own in library().claims.values() if own.paragraph in asked and own.left_unsaid]
    rows = [(boxes((own.paragraph,)), _said(own), own.left_unsaid) for own in found]
    heads = "Paragraph", "It says, and who speaks", "It does not say"
    return listed("article", "What the report does not say.", heads, rows)
