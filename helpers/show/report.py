"""The report in plain words, who speaks in it, and what became of it."""

from helpers.facts import Claim, Link, Paragraph, Reason, find, grouped, library, paragraph
from helpers.show.parts import listed, named, picked, placed, sourced, text, told
from helpers.student.copy import Copy, edition, own_copy
from helpers.view import Child, Node, View, boxes, page, span, table, tag

__all__ = ["card", "chain", "criteria", "outcomes", "paragraphs", "people", "reasons"]
__all__ += ["sources", "times", "unsaid", "words"]
OURS = "In our own words, for the words of the report."


def paragraphs(*numbers: str) -> View:
    """Return parts of the report in plain words, by default all, beside the reader's own copy.

    >>> paragraphs().gist
    'The report in plain words of our own.'
    """
    copy = own_copy()
    rows = [_part(paragraph(number), copy) for number in numbers or library().paragraphs]
    heads = ["Paragraph", "About", "In plain words", "Your own copy"][: len(rows[0])]
    same = [text(edition(copy))] if copy else []
    return listed("article", "The report in plain words of our own.", heads, rows, *same)


def _part(part: Paragraph, copy: Copy | None) -> list[Child]:
    """Return a paragraph in plain words, and as it stands in the own copy if that has any text."""
    plain: list[Child] = [boxes((part.id,)), part.heading, part.plain]
    if not copy or not copy.texts:
        return plain
    differs = "Differs from our edition: " if part.id in copy.differ else ""
    return [*plain, differs + copy.texts.get(part.id, "")]


def card() -> View:
    """Return who, what, when, where and why, each as the report answers it.

    >>> card().gist
    'Who, what, when, where, why'
    """
    asks = library().card.values()
    rows = [(ask.question, ask.answer, placed(ask.paragraph, ask.speaker.name)) for ask in asks]
    heads = "Question", "The report", "Where, and who says it"
    return listed("article", "Who, what, when, where, why", heads, rows)


def sources(kind: str = "") -> View:
    """Return every claim by the kind of its speaker, or the claims of one kind in full too.

    >>> sources().gist.endswith("claims by kind of speaker.")
    True
    """
    kinds = grouped(library().claims.values(), lambda claim: claim.speaker.kind)
    chosen = find({"": [], **kinds}, kind, "kind of speaker")
    most = sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    rows = [(f"{name} ({len(own)})", boxes(said.paragraph for said in own)) for name, own in most]
    each = table("One box for each claim, with its paragraph", ("Kind of speaker", "Claims"), rows)
    gist = f"{len(library().claims)} claims by kind of speaker."
    if not chosen:
        return told("article", gist, each)
    full = [(named(boxes((own.paragraph,)), own.id), own.claim, own.attribution) for own in chosen]
    said = table(f"In full: {kind}", ("Paragraph, id", "Claim", "Who says so"), full)
    return told("article", f"{gist} In full: {kind}.", each, said)


def chain() -> View:
    """Return the chain of reports behind the one that we read.

    >>> chain().gist
    'One chain of reports.'
    """
    links = library().chain.values()
    befores = ["", *(link.actor.name for link in links)]
    flow = [part for link in map(_link, links, befores) for part in link]
    key = text("⇢ only the order in time; → the text was taken from there.", look="kind")
    return told("article", "One chain of reports.", tag("div", *flow, look="beside"), key)


def _link(link: Link, before: str) -> list[Node]:
    """Return a link, after an arrow that says whether it took its text from the one before."""
    arrow = [tag("div", "→" if link.relies_on == before else "⇢", look="arrow")] if before else []
    does = text(f"{link.does} ", boxes((link.paragraph,)))
    relies = text(f"It relies on: {link.relies_on or 'not stated'}.", look="kind")
    return [*arrow, tag("div", text(tag("strong", link.actor.name)), does, relies, look="link")]


def outcomes(status: str = "") -> View:
    """Return how the claims of the report stand in the later record, or those with one status.

    >>> outcomes().gist.endswith("claims against the record")
    True
    """
    known = library().outcomes.values()
    found = picked(known, lambda outcome: outcome.status, status, "status in outcomes")
    rows = [(_claim(now.claim), now.status, sourced(now.says, now.sources)) for now in found]
    heads = "Article: the claim and its speaker", "How it stands", "Record: what is known now"
    return listed("both", f"{len(rows)} claims against the record", heads, rows)


def _claim(claim: Claim) -> Node:
    return placed(claim.paragraph, span(_said(claim), look="plain"))


def _said(claim: Claim) -> str:
    return f"{claim.claim} — {claim.attribution}"


def reasons(side: str = "") -> View:
    """Return the reasons that one side states, each with its speaker, its id and its place.

    >>> reasons().gist
    'Stated reasons'
    """
    found = picked(library().reasons.values(), lambda reason: reason.side, side, "side in reasons")
    rows = [(named(reason.speaker, reason.id), reason.says, _place(reason)) for reason in found]
    return listed("both", "Stated reasons", ("Who, id", "Reason", "Layer and place"), rows)


def _place(reason: Reason) -> Node:
    return span(f"{reason.layer}: ", boxes((reason.paragraph,)), sourced("", reason.sources))


def criteria(name: str) -> View:
    """Return what to look for in an answer that has no key.

    >>> criteria(next(iter(library().criteria.values())).set).gist
    'What to look for'
    """
    found = picked(library().criteria.values(), lambda own: own.set, name, "set in criteria")
    rows = [(criterion.look_for, criterion.strong, criterion.weak) for criterion in found]
    asked = table("What to look for", ("Look for", "Strong", "Not there yet"), rows)
    return page(asked, layer="Criteria of ours, with no key.")


def words(*terms: str) -> View:
    """Return words to know with their meaning, by default all.

    >>> words().gist
    'Words to know.'
    """
    known = {word.id: (word.term, word.meaning) for word in library().glossary.values()}
    rows = [find(known, term, "word") for term in terms or known]
    return page(table("Words to know.", ("Word", "Meaning"), rows), layer=OURS)


def people(*actors: str) -> View:
    """Return who is who: the actors with what the report tells of them, by default all.

    >>> people().gist
    'Who is who.'
    """
    everyone = library().actors.values()
    known = {actor.id: (actor.name, actor.role) for actor in everyone if actor.layer == "article"}
    rows = [find(known, name, "actor") for name in actors or known]
    return listed("article", "Who is who.", ("Name", "In the report"), rows)


def times() -> View:
    """Return the time words of the report, each with the rule that turns it into an interval.

    >>> times().gist
    'How the lessons read time words.'
    """
    rows = [(time.words, time.rule) for time in library().times.values()]
    heads = "The report says", "We take it to mean"
    return page(table("How the lessons read time words.", heads, rows), layer=OURS)


def unsaid(*numbers: str) -> View:
    """Return what the claims of some paragraphs leave unsaid, claim by claim.

    >>> unsaid().gist
    'What the article does not say.'
    """
    asked, claims = [paragraph(number).id for number in numbers], library().claims.values()
    found = [claim for claim in claims if claim.paragraph in asked and claim.left_unsaid]
    rows = [(boxes((claim.paragraph,)), _said(claim), claim.left_unsaid) for claim in found]
    heads = "Paragraph", "It says, and who speaks", "It does not say"
    return listed("article", "What the article does not say.", heads, rows)
