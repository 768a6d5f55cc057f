"""What is allowed, and by whom: a verdict with its chain, positions compared, dated voices."""

from helpers import facts, rules
from helpers.show.parts import cited, held_by, listed, text, told
from helpers.view import Node, View, boxes, mark, span, tag

__all__ = ["positions", "verdict"]
SILENT = mark(rules.NOT_STATED)
KINDS = {"general": "general rule", "doubt": "open to two readings"}  # others are named as they are


def verdict(case: rules.Case, position: facts.Position | None = None, hidden: int = 0) -> View:
    """Return the answer that a position gives to a case, with the chain of rules that led to it.

    The last steps can be `hidden`: each is folded away, and with it the answer.

    >>> case = rules.cases()[0]
    >>> verdict(case).gist.lower().startswith(rules.judge(case).answer)
    True
    """
    found = rules.judge(case, position)
    all_ = [*steps(found), text(mark(found.answer))]
    shown, say = len(all_) - 1 - hidden, tag("summary", "Say it first, then open it.")
    folded = [tag("details", say, step, look="again") for step in all_[shown:] if hidden]
    lead = () if hidden else (mark(found.answer), ": ")
    parts = text(rules.describe(case.chosen)), *all_[:shown], *folded
    return told(found.position.layer, span(*lead, f"{held_by(found.position)}."), *parts)


def steps(found: rules.Verdict) -> list[Node]:
    """Return the rules of a verdict, the last of which settles it, its readings, or its silence.

    >>> len(steps(rules.judge(rules.cases()[0]))) > 0
    True
    """
    told = [_step(depth, rule, rule is found.chain[-1]) for depth, rule in enumerate(found.chain)]
    ends = [f"Reading {sign}: {says}" for sign, says in zip("AB", found.readings, strict=False)]
    return [*told, *map(text, ends)] or [text(found.silence)]


def _step(depth: int, rule: facts.Rule, settles: bool) -> Node:
    kind = f"{KINDS.get(rule.kind, rule.kind)}{' · this settles it' if settles else ''}"
    says = tag("span", kind, look="kind"), tag("br"), f"{rule.says} ", cited(rule.cited)
    return tag("div", *says, look=f"{'settles' if settles else 'step'} depth-{min(depth, 3)}")


def positions(*actors: str, layer: str = "article", on: str = "") -> View:
    """Return what each actor holds on a day, side by side, the most silent question first.

    >>> positions().gist.startswith("Side by side: ")
    True
    """
    known = facts.find(facts.library().layers, layer, "layer")
    every = actors or dict.fromkeys(position.actor.id for position in known)
    held = [facts.position(actor, layer, on or None) for actor in every]
    names = [position.actor.name for position in held]
    caption = f"Side by side: {'; '.join(names)}. Rows with silence come first."
    asks = facts.library().rows["aspects"]
    rows = [[ask["question"], *(_said(own, ask["id"]) for own in held)] for ask in asks]
    rows.sort(key=lambda row: -row.count(SILENT))
    return listed(layer, caption, ("Question", *names), rows)


def _said(held: facts.Position, aspect: str) -> Node:
    """Return what is said of a position under an aspect, or of the one that it amends."""
    known = facts.library().statements.values()
    own = [said for said in known if (said.position, said.aspect) == (held.id, aspect)]
    if not own:
        return _said(held.amends, aspect) if held.amends else SILENT
    sign = (mark(own[0].status), " ") if own[0].status == rules.UNCLEAR else ()
    who = cited(facts.Citation(voice.speaker, "", voice) for voice in own[0].voices)
    return span(*sign, f"{own[0].says} ", boxes(own[0].paragraphs), who)
