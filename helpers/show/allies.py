"""What others hold: the positions side by side, one case under each capital, the dated voices."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from helpers import facts, rules
from helpers.facts import Position, Statement, Voice, find, grouped, library
from helpers.show import parts
from helpers.show.parts import NO_CASE, listed, text, title, told
from helpers.view import Node, View, boxes, mark, span, table, tag

__all__ = ["capitals", "positions", "voices"]
Said = Mapping[tuple[str, str], Statement]  # by position and aspect


def positions(*actors: str, layer: str = "article", on: str = "", **chosen: str) -> View:
    """Return what each actor holds on a day, side by side, the most silent question first.

    With the values of a case, all but the supplier, the first row asks every actor the same case,
    each with a weapon of its own.

    >>> positions().gist.startswith("Side by side: ")
    True
    """
    known = [held.actor.id for held in library().positions.values() if held.layer == layer]
    held = [facts.position(actor, layer, on or None) for actor in actors or dict.fromkeys(known)]
    names = [position.actor.name for position in held]
    caption = f"Side by side: {'; '.join(names)}. Rows with silence come first."
    heads, rows = ("Question", *names), _questions(held)
    if not chosen:
        return listed(layer, caption, heads, rows)
    answers = [_own_answer(chosen, position) for position in held]
    head = "; ".join(f"{name}: {answer}" for name, answer in zip(names, answers, strict=True))
    each = text(f"The same case for each, {_own()}. {rules.describe(chosen)}")
    same = table(caption, heads, [("This case", *map(mark, answers)), *rows])
    return told(layer, title(f"This case: {head}."), each, same)


def _questions(held: list[Position]) -> list[tuple[str | Node, ...]]:
    """Return a row for each question, with what is said of each position; silence comes first."""
    known, aspects = library().statements.values(), library().aspects.values()
    said = {(statement.position, statement.aspect): statement for statement in known}
    rows = [(ask.question, [_stated(said, each, ask.id) for each in held]) for ask in aspects]
    rows.sort(key=lambda row: -row[1].count(None))
    return [(question, *map(_statement, found)) for question, found in rows]


def _stated(said: Said, held: Position, aspect: str) -> Statement | None:
    """Return what is said of a position under an aspect, or of the one that it amends."""
    found = said.get((held.id, aspect))
    return found if found or not held.amends else _stated(said, held.amends, aspect)


def _statement(said: Statement | None) -> Node:
    if said is None:
        return mark(rules.NOT_STATED)
    sign = (mark(said.status), " ") if said.status == rules.UNCLEAR else ()
    who = parts.cited(facts.Citation(voice.speaker, voice=voice) for voice in said.voices)
    return span(*sign, f"{said.says} ", boxes(said.paragraphs), who)


def _own_answer(chosen: Mapping[str, str], held: Position) -> str:
    """Return the answer to a case whose supplier is the actor, or that there is no such case."""
    known = [held.scope] if held.scope else [value.id for value in parts.axis("page")[0].values]
    answers = [_put(chosen, supplied, held) for supplied in known]
    return next((answer for answer in answers if answer != NO_CASE), NO_CASE)


def _own() -> str:
    return f"with a {parts.axis('panel')[0].title.lower()} of its own"


def _put(chosen: Mapping[str, str], supplied: str, held: Position | None) -> str:
    """Return the answer to a case with weapons of that supplier, or that there is no such case."""
    try:
        case = rules.Case(**{**chosen, parts.supplier(): supplied})
    except rules.ClashError:
        return NO_CASE
    return rules.judge(case, held).answer if held else rules.NOT_STATED


def capitals(on: str, **chosen: str) -> View:
    """Return the same case under each capital on a day, from the record, each with its weapon."""
    day, order = facts.read_day(on), (*rules.ANSWERS, NO_CASE)
    found = [_capital(value, day, chosen) for value in parts.axis("page")[0].values]
    found.sort(key=lambda row: order.index(row[1]))
    counts = Counter(answer for _, answer, _ in found)
    total = ", ".join(f"{answer}: {counts[answer]}" for answer in order if counts[answer])
    head = f"{facts.write_day(day)}, the same case under {len(found)} capitals. {total}."
    heads = "Capital", "Answer", "What was said, by whom and when"
    rows = [(name, mark(answer), says) for name, answer, says in found]
    same = table(f"Each {_own()}", heads, rows)
    return told("record", title(head), text(rules.describe(chosen)), same)


def _capital(value: facts.Value, day: date, chosen: Mapping[str, str]) -> tuple[str, str, Node]:
    """Return a supplier, its answer to a case on a day, and what it holds, with who said so."""
    record = [held for held in library().positions.values() if held.layer == "record"]
    by_then = [held for held in record if held.scope == value.id and held.latest <= day]
    held = max(by_then, key=lambda held: held.latest, default=None)
    says = parts.stance(held) if held else span("No position was found up to this day.")
    return value.label, _put(chosen, value.id, held), says


def voices(*actors: str, about: str = "") -> View:
    """Return the dated voices for some actors, the earliest first, with how well each is attested.

    >>> voices(next(iter(library().voices.values())).actor.id).gist.endswith("dated voices")
    True
    """
    asked = {find(library().actors, actor, "actor").id for actor in actors}
    heard = [voice for voice in library().voices.values() if voice.actor.id in asked]
    subjects = {"": heard, **grouped(heard, lambda voice: voice.about)}
    found = find(subjects, about, "subject of these voices")
    rows = [_voice(voice) for voice in sorted(found, key=lambda voice: voice.latest)]
    asks = library().package.schemas["voices"].fields["answer"].get("title", "Our reading")
    mixed = any(source.layer == "article" for voice in found for source in voice.sources)
    heads = "When, who, id", "What was said", asks
    return listed("both" if mixed else "record", f"{len(rows)} dated voices", heads, rows)


def _voice(voice: Voice) -> tuple[Node, Node, Node]:
    """Return when and who, what was said and where, and how we read it."""
    who = parts.named(f"{parts.interval(voice)}: {voice.speaker}", voice.id)
    says = parts.sourced(voice.says, voice.sources, voice.status)
    sign = [mark(voice.answer)] if voice.answer else []
    reading = span(*sign, tag("small", f" {voice.reading}"))
    return who, span(says, tag("small", f" {voice.note}")), reading
