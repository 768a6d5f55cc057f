"""The still views: the report and its sources, the limits, the positions, the timeline, the map.

Each view is a pure function of its arguments and the tables: the same arguments give the same bytes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, product
from math import cos, radians
from typing import TYPE_CHECKING, Any

from helpers import facts, rules, tables
from helpers.view import (
    BAND,
    FAINT,
    FILLS,
    INK,
    PAPER,
    RECORD,
    Html,
    View,
    boxes,
    canvas,
    drawing,
    letters,
    mark,
    page,
    picture,
    seen,
    stroke,
    table,
    tag,
    tick,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE, NARROW = 860, 340  # pixels: beside a JupyterLab side bar; on a telephone
_KINDS = {"general": "general rule", "exception": "exception", "limit": "limit", "doubt": "open to two readings"}
NO_CASE = "no such case"
_MIDDLE = "text-anchor:middle"
TRIAL = "A trial of ours: the report does have these words."
OURS = "In our own words, for the words of the report."
FEW = 12  # changes that are all alike are told, not shown, when there are more
UNFOUND = "No position was found up to this day."
KM_PER_DEGREE = 111.2  # along a meridian
Days = dict[str, list[facts.Event]]
Framed = Iterable[frozenset[str]]
Answers = dict[frozenset[str], str]  # by the ids of a case
LONG_GAP = timedelta(days=120)  # a gap without any event that is longer is cut out of the axis


# The rules.


def verdict(case: rules.Case, position: facts.Position | None = None) -> View:
    """Return the answer that a position gives to a case, with the chain of rules that led to it."""
    found = rules.judge(case, position)
    readings = [f"Reading {letter}: {text}" for letter, text in zip("AB", found.readings, strict=False)]
    return page(
        tag("p", mark(found.answer), f": {held_by(found.position)}.", look="title"),
        tag("p", str(case), look="text"),
        *(_step(depth, rule, rule is found.chain[-1]) for depth, rule in enumerate(found.chain)),
        *(tag("p", one, look="text") for one in (readings if found.chain else [found.silence])),
        layer=layer_line(found.position.layer),
    )


def prediction(story: str, answer: str | None = None) -> View:
    """Return the verdict on a story beside the answer that a student predicts; without one, only the story."""
    told = facts.find(facts.library().stories, story, "story")
    if not answer:
        ask = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
        parts = tag("p", told.story, look="title"), tag("p", ask, look="text")
        return page(*parts, layer=layer_line(told.position.layer if told.position else "article"))
    case = rules.case(story)
    met = "Your prediction fits" if answer == rules.judge(case, told.position).answer else "The report differs"
    predicted = tag("p", f"{met}. You predicted: ", mark(answer), ".", look="text")
    return seen(tag("div", predicted, look="page"), verdict(case, told.position).markup)


def limits(
    actor: str | None = None, only: str | None = None, on: str | None = None, *, case: rules.Case | None = None
) -> View:
    """Return every case of one supplier with its answer, as one table for each class of weapon, or for one class.

    The answers are those of the position that was held on the given day; a case can be framed.
    """
    held = facts.position(actor or _axis("page")[0].values[0].id, on=on)
    panels = [(one, _answers(one, held)) for one in _panels(held, only)]
    if not panels:
        return note(f"There is no case with “{only}” for {held.actor.name}.")
    return page(
        tag("p", f"Case by case: {held_by(held)}.", look="title"),
        tag("p", _stance(held), look="text"),
        _key(),
        *(tag("div", _grid(one, now, now, {case.ids} if case else ()), look="panel") for one, now in panels),
        layer=layer_line(held.layer),
    )


def answer(**chosen: str) -> View:
    """Return the verdict on the chosen case, or why there is no such case, beside the table of cases around it."""
    panel = chosen.get(_axis("panel")[0].id)
    try:
        case = rules.Case(**chosen)
        found, around = verdict(case), limits(case.decider, panel, case=case)
    except rules.ClashError as error:
        open_ = [one.value.id for one in _panels(facts.position(chosen[supplier()]))]
        found, around = note(str(error)), limits(chosen[supplier()], panel if panel in open_ else open_[0])
    return seen(
        tag("div", tag("div", found.markup, look="left"), tag("div", around.markup, look="right"), look="beside")
    )


def redraft(term: str) -> View:
    """Return what changes when the words of a term are struck out: only the rows in which an answer changes."""
    try:
        struck = facts.find(facts.library().terms, term, "term")
    except KeyError as error:
        return note(error.args[0])
    pairs = [(one, rules.strike(one, struck)) for one in facts.library().positions.values() if one.layer == "article"]
    found = [(held, _judged(held, without)) for held, without in pairs if without.rules != held.in_force]
    counts = [f"{held.actor.name}: {_count(judged)}" for held, judged in found]
    return page(
        tag("p", f"Without “{struck.words}” ", boxes((struck.paragraph,)), f": {'; '.join(counts)}.", look="title"),
        tag("p", TRIAL, look="kind"),
        tag("p", struck.effect, look="text"),
        _key(),
        *(part for held, judged in found for part in _redrafted(held, judged)),
        layer=layer_line("article"),
    )


def changes(actor: str, panel: str, layer: str = "record") -> View:
    """Return the limits of one actor for one class of weapon, one small table for each date on which they change."""
    held = facts.held(actor, layer)
    name, label = held[0].actor.name, facts.library().values[panel].label
    open_ = _panels(held[0], panel)
    if not open_:
        return note(f"There is no case with “{label}” for {name}.")
    answers = [_answers(open_[0], one) for one in held]
    dots = [
        tag("div", _grid(open_[0], then, now, slim=facts.write_day(one.latest)), look="dots")
        for one, then, now in zip(held, [answers[0], *answers], answers, strict=False)
        if then is now or then != now
    ]
    title = f"{name}, {label}. Dates: {len(held)}. A frame marks a change; a date with no change has no table."
    told = (tag("p", tag("strong", f"{facts.write_day(one.latest)}: "), _stance(one), look="text") for one in held)
    return page(tag("p", title, look="title"), _key(), *dots, *told, layer=layer_line(layer))


# The positions, side by side.


def positions(*actors: str, layer: str = "article", on: str | None = None, **chosen: str) -> View:
    """Return what each actor holds, or held on a day, side by side, the most silent question first.

    With the values of a case, all but the supplier, the first row asks every actor the same case, each with a
    weapon of its own.
    """
    known = dict.fromkeys(one.actor.id for one in facts.library().positions.values() if one.layer == layer)
    held = [facts.position(actor, layer, on) for actor in actors or known]
    said = {(one.position, one.aspect): one for one in facts.library().statements.values()}
    aspects = [one["id"] for one in facts.library().rows["aspects"]]
    silent = {aspect: sum(_stated(said, one, aspect) is None for one in held) for aspect in aspects}
    names = [one.actor.name for one in held]
    caption = f"Side by side: {'; '.join(names)}. Rows with silence come first."
    rows = [
        [facts.library().row("aspects", aspect)["question"], *(_statement(_stated(said, one, aspect)) for one in held)]
        for aspect in sorted(silent, key=lambda one: -silent[one])
    ]
    answers = [_own_answer(chosen, one) for one in held] if chosen else []
    same = [["This case", *map(_answer_mark, answers)]] if chosen else []
    return page(
        *(_same_case(chosen, dict(zip(names, answers, strict=True))) if chosen else ()),
        table(caption, ("Question", *names), same + rows),
        layer=layer_line(layer),
    )


def capitals(on: str, **chosen: str) -> View:
    """Return the same case under each capital on a day, from the record, each with a weapon of its own."""
    day, order = facts.read_day(on), (*rules.ANSWERS, NO_CASE)
    rows = sorted((_capital(one, day, chosen) for one in _axis("page")[0].values), key=lambda row: order.index(row[1]))
    counts = Counter(answer for _, answer, _ in rows)
    listed = ", ".join(f"{answer}: {counts[answer]}" for answer in order if counts[answer])
    return page(
        tag("p", f"{facts.write_day(day)}, the same case under {len(rows)} capitals. {listed}.", look="title"),
        tag("p", rules.describe(chosen), look="text"),
        table(
            "Each with a weapon of its own",
            ("Capital", "Answer", "What was said, by whom and when"),
            [(name, _answer_mark(answer), says) for name, answer, says in rows],
        ),
        layer=layer_line("record"),
    )


def voices(*actors: str, about: str = "") -> View:
    """Return the dated voices for some actors, the earliest first, with how well each is attested."""
    asked = {facts.find(facts.library().actors, actor, "actor").id for actor in actors}
    own = [one for one in facts.library().voices.values() if one.actor.id in asked]
    facts.find({"": "", **{one.about: one.about for one in own}}, about, "subject of these voices")
    found = [one for one in own if about in ("", one.about)]
    rows = [
        (
            _named(f"{interval(one)}: {one.speaker}", one.id),
            Html(
                tag("span", f"{one.says} ") + _sources(one.sources, one.status) + tag("small", f" {one.note}".rstrip())
            ),
            _reading(one),
        )
        for one in sorted(found, key=lambda one: one.latest)
    ]
    heads = "When, who, id", "What was said", "May they be used in Russia?"
    mixed = any(source.layer == "article" for one in found for source in one.sources)
    return page(table(f"{len(rows)} dated voices", heads, rows), layer=layer_line("both" if mixed else "record"))


# The report, and what became of it.


def paragraphs(*numbers: str) -> View:
    """Return parts of the report in plain words, beside the reader's own copy where there is one; by default all."""
    found = [facts.paragraph(number) for number in numbers or facts.library().paragraphs]
    copy = facts.own_copy() or facts.Copy({})
    rows = [[boxes((one.id,)), one.heading, one.plain, *_copied(copy, one.id)] for one in found]
    heads = "Paragraph", "About", "In plain words", *(("Your own copy",) if copy.texts else ())
    line = [tag("p", facts.edition(copy), look="text")] if copy.texts or copy.fault else []
    return page(table("The report in plain words of our own.", heads, rows), *line, layer=layer_line("article"))


def _copied(copy: facts.Copy, number: str) -> list[str]:
    """Return the cell with the own copy of a paragraph; none without a copy, and empty for what is not compared."""
    note = "Differs from our edition: " * (number in copy.differ)
    return [note + copy.texts.get(number, "")] if copy.texts else []


def card() -> View:
    """Return who, what, when, where and why, each as the report answers it."""
    rows = [
        (one["question"], one["answer"], _cited((facts.Citation(_name(one["speaker"]), one["paragraph"]),)))
        for one in facts.library().rows["card"]
    ]
    heads = "Question", "The report", "Where, and who says it"
    return page(table("Who, what, when, where, why", heads, rows), layer=layer_line("article"))


def sources(kind: str = "") -> View:
    """Return every claim by the kind of its speaker, in words and hatch, or the claims of one kind in full."""
    groups = facts.grouped(facts.library().claims.values(), lambda one: one.speaker.kind)
    facts.find({"": [], **groups}, kind, "kind of speaker")
    fills = {one: place for place, one in enumerate(groups)}
    listed = [
        (
            _chip(one, fills[one], f"{one} ({len(claims)})"),
            Html(" ".join(_chip(one, fills[one], f"¶ {claim.paragraph}") for claim in claims)),
        )
        for one, claims in sorted(groups.items(), key=lambda pair: -len(pair[1]))
    ]
    told = [(_named(boxes((one.paragraph,)), one.id), one.claim, one.attribution) for one in groups.get(kind, ())]
    gist = f"{len(facts.library().claims)} claims by kind of speaker.{f' In full: {kind}.' * bool(kind)}"
    return page(
        tag("p", gist, look="title"),
        table("One box for each claim, with its paragraph", ("Kind of speaker", "Claims"), listed),
        *([table(f"In full: {kind}", ("Paragraph, id", "Claim", "Who says so"), told)] if told else []),
        layer=layer_line("article"),
    )


def chain() -> View:
    """Return the chain of reports behind the one that we read: who took the text from whom, or only came later."""
    flow, before = [], ""
    for one in facts.library().rows["chain"]:
        if before:
            flow.append(tag("div", "→" if one["relies_on"] == before else "⇢", look="arrow"))
        before = _name(one["actor"])
        where = boxes((one["paragraph"],) if one["paragraph"] else ())
        told = tag("p", f"{one['does']} ", where, look="text")
        relies = tag("p", f"It relies on: {one['relies_on'] or 'not stated'}.", look="kind")
        flow.append(tag("div", tag("p", tag("strong", before), look="text"), told, relies, look="link"))
    key = "⇢ only the order in time; → the text was taken from there."
    title, told = tag("p", "One chain of reports.", look="title"), tag("p", key, look="kind")
    return page(title, tag("div", *flow, look="beside"), told, layer=layer_line("article"))


def outcomes(status: str = "") -> View:
    """Return how the claims of the report stand in the later record, or those with one status."""
    found = _rows("outcomes", "status", status) if status else facts.library().rows["outcomes"]
    rows = []
    for one in found:
        claim = facts.library().claims[one["claim"]]
        says = Html(tag("span", f"{one['says']} ") + _listed(one))
        words = tag("span", f"{claim.claim} — {claim.attribution}", style="font-weight:400")
        told = Html(f"{boxes((claim.paragraph,))} {words}")
        rows.append((told, one["status"], says))
    heads = "Article: the claim and its speaker", "How it stands", "Record: what is known now"
    return page(table(f"{len(rows)} claims against the record", heads, rows), layer=layer_line("both"))


def reasons(side: str) -> View:
    """Return the reasons that one side states, each with its speaker, its id and its place."""
    rows = []
    for one in _rows("reasons", "side", side):
        told = boxes((one["paragraph"],)) if one["paragraph"] else _listed(one)
        rows.append((_named(one["speaker"], one["id"]), one["says"], Html(tag("span", f"{one['layer']}: ") + told)))
    return page(table("Stated reasons", ("Who, id", "Reason", "Layer and place"), rows), layer=layer_line("both"))


def criteria(name: str) -> View:
    """Return what to look for in an answer that has no key."""
    rows = [(one["look_for"], one["strong"], one["weak"]) for one in _rows("criteria", "set", name)]
    heads = "Look for", "Strong", "Not there yet"
    return page(table("What to look for", heads, rows), layer="Criteria of ours, with no key.")


def evidence(text: str) -> View:
    """Return what the entries say whose ids stand in a text; what looks like an id and is none gets a sentence."""
    library = facts.library()
    known = {
        **{one.id: (one.told, one.layer, _told_by(one)) for one in library.events.values()},
        **{one["id"]: (one["says"], one["layer"], one["speaker"]) for one in library.rows["reasons"]},
        **{one.id: (one.says, "record", one.speaker) for one in library.voices.values()},
        **{one.id: (one.claim, "article", one.attribution) for one in library.claims.values()},
    }
    named = dict.fromkeys(re.findall(r"\b(?:[a-z]\d+|\w+(?:-\w+)+)\b", text.lower()))  # a plain word is no id
    near = {id_: tables.close(id_, known) for id_ in named if id_ not in known}
    says = [f"There is no entry “{id_}”.{near[id_]}" for id_ in near if near[id_] or id_[1:].isdigit()]
    rows = [(id_, *known[id_]) for id_ in named if id_ in known]
    listed = [table("Your evidence", ("Id", "Says", "Layer", "Who says so"), rows)] if rows else []
    none = [] if rows else [tag("p", "No evidence yet. Type ids, with a space between them.", look="title")]
    return page(*none, *(tag("p", line, look="title") for line in says), *listed)


def words(*terms: str) -> View:
    """Return words to know with their meaning."""
    known = {one["id"]: (one["term"], one["meaning"]) for one in facts.library().rows["glossary"]}
    rows = [facts.find(known, term, "word") for term in terms or known]
    return page(table("Words to know.", ("Word", "Meaning"), rows), layer=OURS)


def people(*actors: str) -> View:
    """Return who is who: the actors with what the report tells of them."""
    known = {one.id: one for one in facts.library().actors.values() if one.layer == "article"}
    found = [facts.find(known, actor, "actor") for actor in actors or known]
    rows = [(one.name, one.role) for one in found]
    return page(table("Who is who.", ("Name", "In the report"), rows), layer=layer_line("article"))


def times() -> View:
    """Return the time words of the report, each with the rule that turns it into an interval."""
    rows = [(one.words, one.rule) for one in facts.library().times.values()]
    return page(table("How the lessons read time words.", ("The report says", "We take it to mean"), rows), layer=OURS)


def unsaid(*numbers: str) -> View:
    """Return what the claims of some paragraphs leave unsaid, claim by claim."""
    asked = {facts.paragraph(number).id for number in numbers}
    found = [one for one in facts.library().claims.values() if one.paragraph in asked and one.left_unsaid]
    rows = [(boxes((one.paragraph,)), f"{one.claim} — {one.attribution}", one.left_unsaid) for one in found]
    heads = "Paragraph", "It says, and who speaks", "It does not say"
    return page(table("What the article does not say.", heads, rows), layer=layer_line("article"))


def note(words: str) -> View:
    """Return a view that only says something of ours."""
    return page(tag("p", words, look="title"))


# The map and the distances.


def border() -> View:
    """Return the map of the border with the places near it and their distance from it, in kilometres."""
    rows, known = facts.library().rows["places"], facts.library().rows["figures"]
    figures = {one["id"]: f"{one['value']} {one['unit']}" for one in known}
    key = "Measured by us in a straight line on a simple outline. No figure here is from the report."
    lines = [
        f"{one['name']}: {figures[one['figure']]} to the nearest point of the border." for one in rows if one["figure"]
    ]
    return page(
        tag("p", "The border, and how far from it these cities lie.", look="title"),
        picture(_map(WIDE, figures), _map(NARROW, figures), "\n".join(lines)),
        tag("p", key, look="kind"),
        layer=layer_line("record"),
    )


def ranges() -> View:
    """Return distances and published headline ranges on one scale, in kilometres, each with how it was obtained."""
    found = [one for one in facts.library().rows["figures"] if one["unit"] == "km"]
    found.sort(key=lambda one: float(one["value"]))
    rows = [
        (one["label"], f"{one['value']} km, {one['kind']}", Html(tag("span", f"{one['note']} ") + _listed(one)))
        for one in found
    ]
    alt = "\n".join(f"{one['label']}: {one['value']} km ({one['kind']})." for one in found)
    key = "Hatched bar: a published range. Full dot: a published distance. Open dot: measured by us."
    heads = "What", "Figure and kind", "How it was obtained"
    return page(
        tag("p", "Distances and published ranges on one scale.", look="title"),
        picture(_scaled(found, WIDE), _scaled(found, NARROW), alt),
        tag("p", key, look="kind"),
        table("Where each figure comes from", heads, rows),
        layer=layer_line("record"),
    )


# The timeline.


def timeline(
    until: str | None = None, *, step: int | None = None, order: str = "time", layer: str = "article", topic: str = ""
) -> View:
    """Return the events with their intervals, in the order of time or of the text.

    The layer 'both' sets the day that the record knows beside the interval of the report. With `until`, only
    events that had surely happened by that day stand out; with `step`, only so many, and the last of them is told
    in full. Where the first day is not stated, the bar is open to the left.
    """
    events = [one for one in ordered(order, layer) if topic in ("", one.topic)]
    if not events:
        return note(f"No event is told in the layer “{layer}”.")
    try:
        day = facts.read_day(until) if until else None
    except ValueError as error:
        return note(str(error))
    bright = [one for one in events[:step] if day is None or one.latest <= day]
    chosen = bright[-1] if step and bright else None
    gist = _timeline_gist(len(events), len(bright), chosen, order)
    days = _record_days(layer)
    lines = (f"{one.title}: {interval(one)} ({_where(one)}).{_known(days.get(one.id, ()))}" for one in bright)
    lit, last = {one.id for one in bright}, chosen.id if chosen else ""
    wide, narrow = (_draw(events, lit, last, width, days) for width in (WIDE, NARROW))
    bars = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated. "
    key = f"{bars * (layer != 'record')}Diamond: the day is known. // marks where the axis is cut."
    return page(
        tag("p", gist, look="title"),
        *([_event_card(chosen, days.get(chosen.id, ()))] if chosen else []),
        picture(wide, narrow, "\n".join(lines) or gist),
        tag("p", key + " Triangle: from the record." * (layer != "article"), look="kind"),
        layer=layer_line(layer),
    )


def ordered(order: str, layer: str = "article") -> list[facts.Event]:
    """Return the events of a layer in the order of 'time' (by their latest day) or of the 'text'."""
    own = "article" if layer == "both" else layer
    found = [one for one in facts.library().events.values() if one.layer == own]
    places = {id_: place for place, id_ in enumerate(facts.library().paragraphs)}
    orders: dict[str, Callable[[facts.Event], Any]] = {
        "time": lambda one: one.latest,
        "text": lambda one: places[one.claim.paragraph] if one.claim else len(places),
    }
    return sorted(found, key=facts.find(orders, order, "order"))


def interval(one: facts.Event | facts.Voice) -> str:
    """Return the interval of an event or a voice in words; a first day that is not stated is not given."""
    last = facts.write_day(one.latest)
    if one.earliest is None:
        return f"by {last}"
    return last if one.earliest == one.latest else f"{facts.write_day(one.earliest)} to {last}"


def layer_line(layer: str) -> str:
    """Return the line that says which layer a view shows, and the texts behind it."""
    report = next(iter(facts.library().sources.values()))
    article = f"From {report.label} ({report.publisher}, {facts.write_day(report_day())}). Layer: article."
    last = max((one.latest for one in facts.library().events.values()), default=report_day())
    record = f"From other reports, each with its date, as far as our sources reach, {last:%B %Y}. Layer: record."
    return {"article": article, "record": record, "both": f"{article} {record}"}[layer]


def held_by(position: facts.Position) -> str:
    """Return whose position it is, and the day by which it was surely held."""
    return f"{position.actor.name}, in force since {facts.write_day(position.latest)} at the latest"


def supplier() -> str:
    """Return the id of the dimension whose value names the actor that decides."""
    return _axis("page")[0].id


def panel() -> str:
    """Return the id of the dimension that a table of cases is for one value of."""
    return _axis("panel")[0].id


def _name(actor: str) -> str:
    return facts.library().actors[actor].name


def _axis(axis: str) -> list[facts.Dimension]:
    return [one for one in facts.library().dimensions.values() if one.axis == axis]


def _key() -> Html:
    return tag("p", "Key: ", Html(" ".join(_answer_mark(answer) for answer in (*rules.ANSWERS, NO_CASE))), look="key")


def _chip(kind: str, place: int, words: str) -> Html:
    return tag("span", words, look=f"chip fill-{place % len(FILLS)}", title=kind)


def _step(depth: int, rule: facts.Rule, settles: bool) -> Html:
    kind = tag("span", f"{_KINDS[rule.kind]}{' · this settles it' * settles}", look="kind")
    inner = tag("div", kind, tag("br"), f"{rule.says} ", _cited(rule.cited), look="settles" if settles else "step")
    return tag("div", inner, style=f"margin-left:{16 * depth}px")


@lru_cache
def _stance(held: facts.Position) -> Html:
    """Return what is held, and who says so where."""
    return tag("span", f"{held.stance} ", _cited(held.cited))


def _cited(cited: Iterable[facts.Citation]) -> Html:
    return Html(" ".join(_citation(one) for one in cited))


@lru_cache(maxsize=2048)
def _citation(one: facts.Citation) -> Html:
    """Return who says something, and where: in a paragraph of the report, or on a day of the record."""
    if one.voice:
        told = tag("span", f"— {one.speaker}, {interval(one.voice)} ")
        return Html(told + _sources(one.voice.sources, one.voice.status))
    return Html(f"{boxes((one.paragraph,))} {tag('span', one.speaker)}")


def _rows(name: str, column: str, value: str) -> list[tables.Row]:
    """Return the rows of a table with that value; raises KeyError with a sentence when there is none."""
    groups = facts.grouped(facts.library().rows[name], lambda row: row[column])
    return facts.find(groups, value, f"{column} in {name}")


def _named(words: str, id_: str) -> Html:
    """Return the first cell of a row, with the id that a memo can cite."""
    return tag("span", words, tag("small", f" {id_}", look="kind"))


def _sources(known: Iterable[facts.Source], status: str = "") -> Html:
    """Return the mark of the record: each source with its date, linked where it may be, and how well it is attested.

    A state outlet is named as one.
    """
    links = [
        tag("a", one.citation, look="source", href=one.url) if one.url else tag("span", one.citation, look="outlet")
        for one in known
    ]
    return Html(" · ".join(links) + (tag("span", f" ({status})", look="kind") if status else ""))


def _listed(row: tables.Row) -> Html:
    """Return the sources that a row of a table names."""
    return _sources(facts.library().sources[id_] for id_ in row["sources"].split())


def _reading(one: facts.Voice) -> Html:
    return Html((mark(one.answer) if one.answer else "") + tag("small", f" {one.reading}"))


@dataclass(frozen=True, eq=False)
class _Panel:
    """One class of weapon of one supplier: its columns, and by column and row the cases that there are."""

    value: facts.Value
    columns: Sequence[facts.Value]
    cases: dict[tuple[str, tuple[str, ...]], rules.Case]


def _panels(held: facts.Position, only: str | None = None) -> list[_Panel]:
    found = _known_panels(facts.library(), held.layer, held.scope or _axis("page")[0].values[0].id)
    return [one for one in found if only in (None, one.value.id)]


@lru_cache
def _known_panels(library: facts.Library, layer: str, supplied: str) -> list[_Panel]:
    panel, column, rows = _axis("panel")[0], _axis("column")[0], [one.id for one in _axis("row")]
    panels = []
    for value in rules.values(panel, layer):
        cases = rules.cases(layer, **{supplier(): supplied, panel.id: value.id})
        found = {(one[column.id], tuple(one[row] for row in rows)): one for one in cases}
        panels += [_Panel(value, rules.values(column, layer), found)] if found else []
    return panels


Judged = tuple[_Panel, Answers, Answers]


def _changed(judged: Iterable[Judged]) -> dict[frozenset[str], str]:
    """Return how the answer to each case changes, for those that change, by the ids of the case."""
    found = [(ids, then[ids], answer) for _, then, now in judged for ids, answer in now.items()]
    return {ids: f"{was} becomes {answer}" for ids, was, answer in found if was != answer}


def _count(judged: Sequence[Judged]) -> str:
    return f"{len(_changed(judged))} of {sum(len(now) for _, _, now in judged)} answers change"


def _redrafted(held: facts.Position, judged: Sequence[Judged]) -> Iterable[Html]:
    """Yield the changes of one position in words, and the rows of its tables with a change, unless all are alike."""
    changed = _changed(judged)
    moves = "; ".join(f"{move}: {count}" for move, count in sorted(Counter(changed.values()).items()))
    yield tag("p", f"{held_by(held)}: {_count(judged)} ({moves}).", look="text")
    alike = len(set(changed.values())) == 1 and len(changed) > FEW
    for panel, then, now in () if alike else judged:
        rows = {row for (_, row), case in panel.cases.items() if case.ids in changed}
        left = {at: case for at, case in panel.cases.items() if at[1] in rows}
        if left:
            yield tag("div", _grid(replace(panel, cases=left), then, now), look="panel")


def _grid(panel: _Panel, then: Answers, now: Answers, framed: Framed = (), slim: str = "") -> Html:
    """Return one panel as a table; a framed case stands out, and so does an answer that was another one then.

    With the caption `slim` it is one of many: its columns are narrow.
    """
    known = facts.library().values
    heads = (" · ".join(one.title for one in _axis("row")), *(value.short for value in panel.columns))
    rows = [
        (
            " · ".join(known[one].short for one in row),
            *(_tick(panel.cases.get((value.id, row)), then, now, framed) for value in panel.columns),
        )
        for row in dict.fromkeys(row for _, row in panel.cases)
    ]
    return table(slim or panel.value.label, heads, rows, look="tick", slim="slim" * bool(slim))


@lru_cache(maxsize=256)  # a change of a control asks again for most of them
def _answers(panel: _Panel, held: facts.Position) -> Answers:
    return {one.ids: rules.judge(one, held).answer for one in panel.cases.values()}


def _judged(before: facts.Position, now: facts.Position) -> list[Judged]:
    """Return each panel with its answers under one position and under another."""
    return [(one, _answers(one, before), _answers(one, now)) for one in _panels(now)]


def _tick(case: rules.Case | None, then: Answers, now: Answers, framed: Framed) -> Html:
    if case is None:
        return tag("td", f"▫ {NO_CASE}", look="tick kind")
    was, answer = then[case.ids], now[case.ids]
    return tick(answer, "your case" if case.ids in framed else f"was: {was}" if was != answer else "")


def _capital(value: facts.Value, day: date, chosen: dict[str, str]) -> tuple[str, str, Html]:
    """Return a supplier, its answer to a case on a day, and what it holds, with who said so."""
    told = [one for one in facts.library().positions.values() if one.layer == "record" and one.scope == value.id]
    held = max((one for one in told if one.latest <= day), key=lambda one: one.latest, default=None)
    return value.label, _put(chosen, value.id, held), _stance(held) if held else tag("span", UNFOUND)


def _put(chosen: dict[str, str], supplied: str, held: facts.Position | None) -> str:
    """Return the answer to a case with weapons of that supplier, or that there is no such case."""
    try:
        case = rules.Case(**chosen | {supplier(): supplied})
    except rules.ClashError:
        return NO_CASE
    return rules.judge(case, held).answer if held else rules.NOT_STATED


def _same_case(chosen: dict[str, str], answers: dict[str, str]) -> Iterable[Html]:
    """Yield one case put to several actors: their answers in words, and the case in a sentence."""
    yield tag("p", f"This case: {'; '.join(f'{name}: {answer}' for name, answer in answers.items())}.", look="title")
    yield tag("p", f"The same case for each, with a weapon of its own. {rules.describe(chosen)}", look="text")


def _own_answer(chosen: dict[str, str], held: facts.Position) -> str:
    """Return the answer to a case whose supplier is the actor itself, or that there is no such case."""
    suppliers = [held.scope] if held.scope else [value.id for value in _axis("page")[0].values]
    return next((one for one in (_put(chosen, own, held) for own in suppliers) if one != NO_CASE), NO_CASE)


def _answer_mark(answer: str) -> Html:
    return tag("span", f"▫ {answer}", look="mark kind") if answer == NO_CASE else mark(answer)


def _stated(said: dict[tuple[str, str], facts.Statement], held: facts.Position, aspect: str) -> facts.Statement | None:
    """Return what is said of a position under an aspect, or of the one that it amends."""
    own = said.get((held.id, aspect))
    return own if own or held.amends is None else _stated(said, held.amends, aspect)


def _statement(found: facts.Statement | None) -> Html:
    if found is None:
        return mark("not stated")
    sign = mark("unclear") + " " if found.status == "unclear" else ""
    cited = _cited(facts.Citation(one.speaker, voice=one) for one in found.voices)
    return Html(sign + tag("span", f"{found.says} ") + boxes(found.paragraphs) + cited)


def _where(event: facts.Event) -> str:
    return f"paragraph {event.claim.paragraph}" if event.claim else f"record, {event.status}"


def _record_days(layer: str) -> Days:
    """Return the events of the record by the event of the report that they give a day for, where both are shown."""
    return facts.grouped(facts.library().events.values() if layer == "both" else (), lambda one: one.dates)


def _told_by(event: facts.Event) -> str:
    return event.claim.attribution if event.claim else "; ".join(one.publisher for one in event.sources)


def _known(days: Iterable[facts.Event]) -> str:
    return "".join(f" In the record: {interval(one)}, {one.title} ({one.status})." for one in days)


def _timeline_gist(events: int, bright: int, chosen: facts.Event | None, order: str) -> str:
    by = "as the report tells them" if order == "text" else "sorted by latest possible day"
    if chosen:
        return f"Event {bright} of {events}, {by}: {chosen.title}, {interval(chosen)}."
    return f"Timeline: {f'{bright} of ' * (bright < events)}{events} events, {by}."


def _event_card(event: facts.Event, days: Iterable[facts.Event]) -> Html:
    """Return an event in full: what is told, by whom, its time words and their rule, what is left unsaid."""
    claim, time = event.claim, event.time
    where = (
        Html(f"{boxes((claim.paragraph,))} — {tag('span', claim.attribution)}")
        if claim
        else _sources(event.sources, event.status)
    )
    lines = [
        f"Time words: {time.words}. {time.rule} So: {interval(event)}." if time else event.note,
        f"The report does not say: {claim.left_unsaid}." if claim and claim.left_unsaid else "",
        *(f"In the record: {interval(one)}. {one.told} ({one.status})" for one in days),
    ]
    told = tag("p", f"{event.title}. {event.told} ", where, look="text")
    return tag("div", told, *(tag("p", line, look="text") for line in lines), look="card")


def _draw(events: Sequence[facts.Event], lit: set[str], chosen: str, width: int, days: Days) -> Html:
    """Return the timeline, one row an event: its paragraph in a box, its title, its interval as a bar and in words."""
    narrow = width < WIDE
    left, right, row = (8, width - 10, 44) if narrow else (300, width - 190, 26)
    height = 40 + row * len(events)
    known = [day for one in events for day in (one.earliest, one.latest, *(two.latest for two in days.get(one.id, ())))]
    place, ticks, cuts = _scale(filter(None, [*known, report_day()]), left, right)
    report = place(report_day())
    parts = [stroke((report, 24), (report, height), style=f"stroke:{INK};stroke-width:.8;stroke-dasharray:1 1.5")]
    for x, label in _apart(ticks, report):
        parts += [stroke((x, 24), (x, height), style="stroke:#ddd"), letters(x + 2, 16, label, f"fill:{FAINT}")]
    for x, label in ((report, "report"), *((x, "//") for x in cuts)):
        parts += [letters(x, 16, label, f"fill:{INK};{_MIDDLE}")]
    for top, event in enumerate(events):
        y, ink, back = 32 + row * top, INK if event.id in lit else "#767676", BAND if event.id == chosen else PAPER
        own = days.get(event.id, ())
        told = _short(event) + "".join(f"  ▲ {_short(one)}" for one in own)
        halo = f"text-anchor:end;paint-order:stroke;stroke:{back};stroke-width:4px;" * narrow
        parts[:0] = [_box(0, y, width, row, f"fill:{BAND}")] * (back == BAND)
        parts += _label(event, y + 14, ink, back == BAND and not narrow)
        parts += [letters(width - 8 if narrow else right + 14, y + 17, told, f"{halo}fill:{ink}")]
        parts += [_bar(event, place, left, y + (32 if narrow else 13), ink, event.id in lit)]
        parts += [_triangle(place(one.latest), y + (32 if narrow else 13), 5) for one in own]
    return drawing(width, height, *parts)


def _apart(ticks: Iterable[tuple[float, str]], taken: float) -> Iterable[tuple[float, str]]:
    """Yield the month lines whose labels cover neither each other nor the label at `taken`."""
    free = 0.0
    for x, label in ticks:
        end = x + 6 * len(label) + 4
        if x >= free and (end < taken - 16 or x > taken + 16):
            yield x, label
            free = end


def _label(event: facts.Event, y: float, ink: str, bold: bool) -> list[Html]:
    title = letters(36, y + 4, event.title, f"fill:{ink};font-size:11px;font-weight:{'bold' if bold else 'normal'}")
    if not event.claim:
        return [_triangle(20, y, 4), title]
    number, half = event.claim.paragraph, 2 + 3 * len(event.claim.paragraph)
    box = _box(20 - half, y - 6, 2 * half, 13, f"fill:#fff;stroke:{ink};stroke-width:.8")
    return [box, letters(20, y + 4, number, f"fill:{ink};font-size:9px;{_MIDDLE}"), title]


def _bar(event: facts.Event, place: Callable[[date], float], left: float, y: float, ink: str, full: bool) -> Html:
    """Return the interval: a bar, a diamond for a single day, or a dashed line that is open to the left."""
    last = place(event.latest)
    if event.earliest is None:
        dashes = stroke((max(left, last - 90), y), (last, y), style=f"stroke:{ink};stroke-width:2;stroke-dasharray:4 4")
        return Html(dashes + stroke((last, y - 5.5), (last, y + 5.5), style=f"stroke:{ink};stroke-width:2.5"))
    if event.earliest == event.latest:
        corners = (last, y - 5), (last + 5, y), (last, y + 5), (last - 5, y), (last, y - 5)
        return stroke(*corners, style=f"stroke:{ink};fill:{ink if full else 'none'}")
    return stroke((place(event.earliest), y), (last, y), style=f"stroke:{ink};stroke-width:{8 if full else 2}")


def _box(x: float, y: float, width: float, height: float, style: str) -> Html:
    return stroke((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y), style=style)


def _triangle(x: float, y: float, half: float) -> Html:
    """Return the mark of the record."""
    corners = (x, y - half), (x + half, y + half), (x - half, y + half), (x, y - half)
    return stroke(*corners, style=f"fill:{RECORD};stroke:{PAPER}")


def _short(event: facts.Event) -> str:
    """Return the interval in few letters, for the drawing; the year only where it is not that of the report."""
    year = event.latest.year
    last = f"{event.latest.day} {event.latest:%b}{'' if year == report_day().year else f' {year}'}"
    if event.earliest is None:
        return f"by {last}"
    if event.earliest == event.latest:
        return last
    same = (event.earliest.year, event.earliest.month) == (year, event.latest.month)
    return f"{event.earliest.day}{'' if same else f' {event.earliest:%b} '}–{'' if same else ' '}{last}"


def report_day() -> date:
    """Return the day of the report: the first of the sources."""
    return facts.read_day(facts.library().rows["sources"][0]["date"])


Scale = tuple[Callable[[date], float], list[tuple[float, str]], list[float]]


def _scale(days: Iterable[date], left: float, right: float) -> Scale:
    """Return where a day stands between two edges, the month lines with their labels, and where the axis is cut."""
    known = sorted(set(days))
    starts = [known[0], *(two for one, two in pairwise(known) if two - one > LONG_GAP)]
    ends = [*(one for one, two in pairwise(known) if two - one > LONG_GAP), known[-1]]
    spans = [max((end - start).days, 1) + 12 for start, end in zip(starts, ends, strict=True)]
    unit = (right - left - 14 * (len(spans) - 1)) / sum(spans)
    edges = [left + 14 * k + unit * sum(spans[:k]) for k in range(len(spans))]

    def place(day: date) -> float:
        k = max(index for index, start in enumerate(starts) if index == 0 or start <= day)
        return edges[k] + unit * (6 + (day - starts[k]).days)

    months = [
        date(year, month, 1)
        for start, end in zip(starts, ends, strict=True)
        for year, month in product(range(start.year, end.year + 1), range(1, 13))
        if start - timedelta(days=6) <= date(year, month, 1) <= end
    ]
    ticks = [(place(one), f"{one:%b}{'' if one.year == report_day().year else f' {one.year}'}") for one in months]
    return place, ticks, [edge - 7 for edge in edges[1:]]


def _map(width: int, figures: dict[str, str]) -> "Figure":
    """Return the outline of the border, with a line from each place to the nearest point of the border."""
    outline = facts.library().rows["border"]
    west, north = min(float(one["lon"]) for one in outline), max(float(one["lat"]) for one in outline)
    east, south = max(float(one["lon"]) for one in outline), min(float(one["lat"]) for one in outline)
    unit = (width - 20) / (east - west)
    stretch = unit / cos(radians((north + south) / 2))
    figure = canvas(width, round((north - south) * stretch) + 30)
    axes = figure.axes[0]

    def at(lon: str, lat: str) -> tuple[float, float]:
        return 10 + (float(lon) - west) * unit, 15 + (north - float(lat)) * stretch

    for area in dict.fromkeys(one["area"] for one in outline):
        edge = [at(one["lon"], one["lat"]) for one in outline if one["area"] == area]
        axes.plot(*zip(*edge, strict=True), color=FAINT)
    for one in facts.library().rows["places"]:
        x, y = at(one["lon"], one["lat"])
        if one["figure"]:
            axes.plot(*zip((x, y), at(one["border_lon"], one["border_lat"]), strict=True), color=RECORD, lw=2)
            axes.plot([x], [y], marker="o", ms=7, color=INK)
        told = f"{one['name']}\n{figures.get(one['figure'], '')}".rstrip()
        size = 12 if one["figure"] else 17
        axes.text(x, y + 10, told, fontsize=size, color=INK, ha="center", va="top", linespacing=1.3)
    bar, foot = 50 * stretch / KM_PER_DEGREE, figure.bbox.height - 14
    axes.plot([12, 12 + bar], [foot, foot], color=INK, lw=2)
    axes.text(12, foot - 6, "50 km", fontsize=11, color=INK)
    return figure


def _scaled(found: Sequence[tables.Row], width: int) -> "Figure":
    """Return a bar for each figure on a common scale from zero: hatched for a range, a dot for a distance."""
    row, left, right = 44, 8, width - 70
    figure = canvas(width, 14 + row * len(found))
    axes = figure.axes[0]
    most = max((float(one["value"]) for one in found), default=1)
    for line, one in enumerate(found):
        y, x = 30 + row * line, left + (right - left) * float(one["value"]) / most
        axes.text(left, y - 12, one["label"], fontsize=10.5, color=INK, va="center")
        axes.text(x + 8, y + 6, f"{one['value']} km", fontsize=10.5, color=INK, va="center", weight="bold")
        if one["kind"] == "range":
            axes.barh([y + 6], [x - left], left=left, height=12, color=PAPER, edgecolor=RECORD, hatch="////")
        else:
            axes.plot([left, x], [y + 6, y + 6], color=INK, lw=2)
            dot = "full" if one["kind"] == "published" else "none"
            axes.plot([x], [y + 6], marker="o", ms=7, color=INK, fillstyle=dot)
    return figure
