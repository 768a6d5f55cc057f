"""What others hold: the positions side by side, one case under each capital, the dated voices."""

from contextlib import suppress

from helpers import facts, rules
from helpers.show import parts
from helpers.view import Cells, Node, View, boxes, mark, span, table, tag

__all__ = ["capitals", "positions", "voices"]
SILENT = mark(rules.NOT_STATED)


def positions(*actors: str, layer: str = "article", on: str = "", **chosen: str) -> View:
    """Return what each actor holds on a day, side by side, the most silent question first.

    With the values of a case, all but the supplier, the first row asks every actor the same case,
    each with a weapon of its own.

    >>> positions().gist.startswith("Side by side: ")
    True
    """
    known = [held.actor.id for held in facts.library().positions.values() if held.layer == layer]
    held = [facts.position(actor, layer, on or None) for actor in actors or dict.fromkeys(known)]
    names = [position.actor.name for position in held]
    caption = f"Side by side: {'; '.join(names)}. Rows with silence come first."
    heads, rows = ("Question", *names), _questions(held)
    if not chosen:
        return parts.listed(layer, caption, heads, rows)
    answers = [_answer(chosen, position, position.scope) for position in held]
    head = "; ".join(f"{name}: {answer}" for name, answer in zip(names, answers, strict=True))
    each = parts.text(f"The same case for each, {_own()}. {rules.describe(chosen)}")
    same = table(caption, heads, [["This case", *map(mark, answers)], *rows])
    return parts.told(layer, f"This case: {head}.", each, same)


def _questions(held: list[facts.Position]) -> list[Cells]:
    """Return a row for each question, with what is said of each position; silence comes first."""
    asks = facts.library().aspects.values()
    rows: list[Cells] = [[ask.question, *(_said(own, ask.id) for own in held)] for ask in asks]
    return sorted(rows, key=lambda row: -row.count(SILENT))


def _said(held: facts.Position, aspect: str) -> Node:
    """Return what is said of a position under an aspect, or of the one that it amends."""
    known = facts.library().statements.values()
    own = [said for said in known if (said.position, said.aspect) == (held.id, aspect)]
    if not own:
        return _said(held.amends, aspect) if held.amends else SILENT
    sign = (mark(own[0].status), " ") if own[0].status == rules.UNCLEAR else ()
    who = parts.cited(facts.Citation(voice.speaker, voice=voice) for voice in own[0].voices)
    return span(*sign, f"{own[0].says} ", boxes(own[0].paragraphs), who)


def _own() -> str:
    return f"with a {parts.axis('panel')[0].title.lower()} of its own"


def _answer(chosen: dict[str, str], held: facts.Position | None, supplied: str) -> str:
    """Return the answer to a case with weapons of a supplier; with "", of the first that can be."""
    every = [value.id for value in parts.axis("page")[0].values]
    for supplier in [supplied] if supplied else every:
        with suppress(rules.ClashError):
            case = rules.Case(**{**chosen, parts.supplier(): supplier})
            return rules.judge(case, held).answer if held else rules.NOT_STATED
    return parts.NO_CASE


def capitals(on: str, **chosen: str) -> View:
    """Return the same case under each capital on a day, from the record, each with its weapon.

    >>> case = {**rules.cases()[0].chosen}
    >>> del case[parts.supplier()]
    >>> "the same case under" in capitals("9999-12-31", **case).gist
    True
    """
    day, order = facts.write_day(facts.read_day(on)), [*rules.ANSWERS, parts.NO_CASE]
    found = [_capital(value, on, chosen) for value in parts.axis("page")[0].values]
    found.sort(key=lambda row: order.index(row[1]))
    answers = [answer for _, answer, _ in found]
    total = ", ".join(f"{answer}: {answers.count(answer)}" for answer in dict.fromkeys(answers))
    head = f"{day}, the same case under {len(found)} capitals. {total}."
    rows = [(name, mark(answer), says) for name, answer, says in found]
    same = table(f"Each {_own()}", ("Capital", "Answer", "What was said, by whom and when"), rows)
    return parts.told("record", head, parts.text(rules.describe(chosen)), same)


def _capital(value: facts.Value, on: str, chosen: dict[str, str]) -> tuple[str, str, Node]:
    """Return a supplier, its answer to a case on a day, and what it holds, with who said so."""
    record = [held for held in facts.library().positions.values() if held.layer == "record"]
    told = [held for held in record if held.scope == value.id and held.latest <= facts.read_day(on)]
    held = max(told, key=lambda held: held.latest, default=None)
    says = parts.stance(held) if held else span("No position was found up to this day.")
    return value.label, _answer(chosen, held, value.id), says


def voices(*actors: str, about: str = "") -> View:
    """Return the dated voices for some actors, the earliest first, with how well each is attested.

    >>> voices(next(iter(facts.library().voices.values())).actor.id).gist.endswith("dated voices")
    True
    """
    asked = [facts.find(facts.library().actors, actor, "actor") for actor in actors]
    heard = [voice for voice in facts.library().voices.values() if voice.actor in asked]
    found = parts.picked(heard, lambda voice: voice.about, about, "subject of these voices")
    rows = [_voice(voice) for voice in sorted(found, key=lambda voice: voice.latest)]
    asks = facts.library().package.schemas["voices"].fields["answer"].get("title", "Our reading")
    mixed = any(source.layer == "article" for voice in found for source in voice.sources)
    heads = "When, who, id", "What was said", asks
    return parts.listed("both" if mixed else "record", f"{len(rows)} dated voices", heads, rows)


def _voice(voice: facts.Voice) -> tuple[Node, Node, Node]:
    """Return when and who, what was said and where, and how we read it."""
    who = parts.named(f"{parts.interval(voice)}: {voice.speaker}", voice.id)
    says = parts.sourced(voice.says, voice.sources, voice.status)
    reading = span(mark(voice.answer) if voice.answer else "", tag("small", f" {voice.reading}"))
    return who, span(says, tag("small", f" {voice.note}")), reading
