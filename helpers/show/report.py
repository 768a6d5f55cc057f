"""The report in plain words, who speaks in it, and what became of it."""

import re

from helpers.check.tables import close
from helpers.facts import Claim, Event, Link, Paragraph, Reason, find, grouped, library, paragraph
from helpers.show.parts import aside, listed, named, placed, sourced, text, title, told
from helpers.student.copy import Copy, edition, own_copy
from helpers.view import Child, Node, View, boxes, page, spaced, span, table, tag

__all__ = ["card", "chain", "criteria", "evidence", "outcomes", "paragraphs", "people", "reasons"]
__all__ += ["sources", "times", "unsaid", "words"]
OURS = "In our own words, for the words of the report."
HATCHES = 5  # the looks that tell groups apart without colour


def paragraphs(*numbers: str) -> View:
    """Return parts of the report in plain words, by default all, beside the reader's own copy.

    >>> paragraphs().gist
    'The report in plain words of our own.'
    """
    copy = own_copy() or Copy({})
    found = [paragraph(number) for number in numbers or library().paragraphs]
    rows = [_part(part, copy) for part in found]
    heads = "Paragraph", "About", "In plain words", *(["Your own copy"] if copy.texts else [])
    plain = table("The report in plain words of our own.", heads, rows)
    return told("article", plain, *([text(edition(copy))] if copy.texts or copy.fault else []))


def _part(part: Paragraph, copy: Copy) -> tuple[Child, ...]:
    """Return a paragraph in plain words, and as it stands in the own copy if there is one."""
    differs = "Differs from our edition: " if part.id in copy.differ else ""
    texts = (differs + copy.texts.get(part.id, ""),) if copy.texts else ()
    return boxes((part.id,)), part.heading, part.plain, *texts


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
    looks = {name: f"chip fill-{place % HATCHES}" for place, name in enumerate(kinds)}
    most_first = sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    chips = [_chips(name, claims, looks[name]) for name, claims in most_first]
    heads = "Kind of speaker", "Claims"
    shown = [table("One box for each claim, with its paragraph", heads, chips)]
    gist = f"{len(library().claims)} claims by kind of speaker."
    if chosen:
        rows = [(_box(claim), claim.claim, claim.attribution) for claim in chosen]
        shown.append(table(f"In full: {kind}", ("Paragraph, id", "Claim", "Who says so"), rows))
        gist += f" In full: {kind}."
    return told("article", title(gist), *shown)


def _chips(kind: str, claims: list[Claim], look: str) -> tuple[Node, Node]:
    """Return a kind of speaker with the number of its claims, and a box for each of them."""
    says = f"{kind} ({len(claims)})", *(f"¶ {claim.paragraph}" for claim in claims)
    name, *each = (tag("span", words, look=look, title=kind) for words in says)
    return name, spaced(each)


def _box(claim: Claim) -> Node:
    return named(boxes((claim.paragraph,)), claim.id)


def chain() -> View:
    """Return the chain of reports behind the one that we read.

    >>> chain().gist
    'One chain of reports.'
    """
    links = library().chain.values()
    befores = ["", *(link.actor.name for link in links)]
    flow = [part for link in map(_link, links, befores) for part in link]
    key = aside("⇢ only the order in time; → the text was taken from there.")
    return told("article", title("One chain of reports."), tag("div", *flow, look="beside"), key)


def _link(link: Link, before: str) -> list[Node]:
    """Return a link, after an arrow that says whether it took its text from the one before."""
    arrow = [tag("div", "→" if link.relies_on == before else "⇢", look="arrow")] if before else []
    who = text(tag("strong", link.actor.name))
    does = text(f"{link.does} ", boxes((link.paragraph,) if link.paragraph else ()))
    relies = aside(f"It relies on: {link.relies_on or 'not stated'}.")
    return [*arrow, tag("div", who, does, relies, look="link")]


def outcomes(status: str = "") -> View:
    """Return how the claims of the report stand in the later record, or those with one status.

    >>> outcomes().gist.endswith("claims against the record")
    True
    """
    known = [*library().outcomes.values()]
    statuses = {"": known, **grouped(known, lambda outcome: outcome.status)}
    found = find(statuses, status, "status in outcomes")
    rows = [(_claim(now.claim), now.status, sourced(now.says, now.sources)) for now in found]
    heads = "Article: the claim and its speaker", "How it stands", "Record: what is known now"
    return listed("both", f"{len(rows)} claims against the record", heads, rows)


def _claim(claim: Claim) -> Node:
    return placed(claim.paragraph, span(_said(claim), look="plain"))


def reasons(side: str) -> View:
    """Return the reasons that one side states, each with its speaker, its id and its place."""
    sides = grouped(library().reasons.values(), lambda reason: reason.side)
    found = find(sides, side, "side in reasons")
    rows = [(named(reason.speaker, reason.id), reason.says, _place(reason)) for reason in found]
    return listed("both", "Stated reasons", ("Who, id", "Reason", "Layer and place"), rows)


def _place(reason: Reason) -> Node:
    if reason.paragraph:
        return span(f"{reason.layer}: ", boxes((reason.paragraph,)))
    return sourced(f"{reason.layer}:", reason.sources)


def criteria(name: str) -> View:
    """Return what to look for in an answer that has no key."""
    sets = grouped(library().criteria.values(), lambda criterion: criterion.set)
    found = find(sets, name, "set in criteria")
    rows = [(criterion.look_for, criterion.strong, criterion.weak) for criterion in found]
    asked = table("What to look for", ("Look for", "Strong", "Not there yet"), rows)
    return page(asked, layer="Criteria of ours, with no key.")


def evidence(text: str) -> View:
    """Return what the entries say whose ids stand in a text; a sentence for what is no entry.

    >>> evidence("").gist
    'No evidence yet. Type ids, with a space between them.'
    """
    known = _entries()
    ids = dict.fromkeys(re.findall(r"\b(?:[a-z]\d+|\w+(?:-\w+)+)\b", text.lower()))
    rows = [(id_, *known[id_]) for id_ in ids if id_ in known]
    near = {id_: close(id_, known) for id_ in ids if id_ not in known}
    wrong = [id_ for id_ in near if near[id_] or id_[1:].isdigit()]  # a plain word is no id
    says = [f"There is no entry “{id_}”.{near[id_]}" for id_ in wrong]
    if not rows:
        says = ["No evidence yet. Type ids, with a space between them.", *says]
    heads = "Id", "Says", "Layer", "Who says so"
    return page(*map(title, says), *([table("Your evidence", heads, rows)] if rows else []))


def _entries() -> dict[str, tuple[str, str, str]]:
    """Return all that a text can cite, by id: what it says, its layer, and who says so."""
    events, claims = library().events.values(), library().claims.values()
    found = {event.id: (event.told, event.layer, _told_by(event)) for event in events}
    for reason in library().reasons.values():
        found[reason.id] = reason.says, reason.layer, reason.speaker
    for voice in library().voices.values():
        found[voice.id] = voice.says, "record", voice.speaker
    return found | {claim.id: (claim.claim, "article", claim.attribution) for claim in claims}


def _told_by(event: Event) -> str:
    publishers = "; ".join(source.publisher for source in event.sources)
    return event.claim.attribution if event.claim else publishers


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
    everyone = [actor for actor in library().actors.values() if actor.layer == "article"]
    known = {actor.id: (actor.name, actor.role) for actor in everyone}
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
    asked = {paragraph(number).id for number in numbers}
    claims = [claim for claim in library().claims.values() if claim.left_unsaid]
    found = [claim for claim in claims if claim.paragraph in asked]
    rows = [(boxes((claim.paragraph,)), _said(claim), claim.left_unsaid) for claim in found]
    heads = "Paragraph", "It says, and who speaks", "It does not say"
    return listed("article", "What the article does not say.", heads, rows)


def _said(claim: Claim) -> str:
    return f"{claim.claim} — {claim.attribution}"
