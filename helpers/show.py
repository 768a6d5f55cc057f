"""The still views: the timeline, the limits, the verdict, the positions, and a rule without some of its words.

Each view is a pure function of its arguments and the tables: the same arguments give the same bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import facts, rules
from helpers.view import BAND, FAINT, INK, PAPER, Html, View, boxes, canvas, mark, page, picture, tag

WIDE, NARROW = 860, 340  # pixels: beside a JupyterLab side bar; on a telephone
_KINDS = {"general": "general rule", "exception": "exception", "limit": "limit", "doubt": "open to two readings"}
NO_CASE = "no such case"
TRIAL = "A trial of ours: the report does have these words."
OURS = "In our own words, for the words of the report."
LONG_GAP = timedelta(days=120)  # a gap without any event that is longer is cut out of the axis


def verdict(case: rules.Case, position: facts.Position | None = None) -> View:
    """Return the answer that a position gives to a case, with the chain of rules that led to it."""
    found = rules.judge(case, position)
    chain = tag("div", *(_step(depth, rule, rule is found.chain[-1]) for depth, rule in enumerate(found.chain)))
    silence = [] if found.chain else [found.silence]
    readings = [f"Reading {letter}: {text}" for letter, text in zip("AB", found.readings, strict=False)]
    said = [f"{_step_words(rule)}{' This settles it.' * (rule is found.chain[-1])}" for rule in found.chain]
    return page(
        "\n".join([f"{found.answer.capitalize()}: {held_by(found.position)}.", str(case), *said, *readings, *silence]),
        tag("p", mark(found.answer), f" {held_by(found.position)}", look="title"),
        tag("p", str(case), look="text"),
        chain,
        *(tag("p", one, look="text") for one in (*readings, *silence)),
        layer=layer_line(found.position.layer),
    )


def prediction(story: str, answer: str | None = None) -> View:
    """Return the verdict on a story beside the answer that a student predicts; without one, only the story."""
    told = facts.find(facts.library().stories, story, "story")
    held = facts.library().positions[told.position] if told.position else None
    if not answer:
        ask = f"Your prediction: {', '.join(rules.ANSWERS[:-1])} or {rules.ANSWERS[-1]}?"
        parts = tag("p", told.story, look="title"), tag("p", ask, look="text")
        return page(f"{told.story}\n{ask}", *parts, layer=layer_line("article"))
    found = verdict(rules.case(story), held)
    met = "Your prediction fits" if answer == rules.judge(rules.case(story), held).answer else "The report differs"
    gist = f"{met}. You predicted: {answer}."
    predicted = tag("div", tag("p", f"{met}. You predicted: ", mark(answer), look="text"), look="page")
    return View(f"{gist}\n{found.words}", Html(predicted + found.markup))


def limits(
    actor: str | None = None, only: str | None = None, on: str | None = None, *, case: rules.Case | None = None
) -> View:
    """Return every case of one supplier with its answer, as one table for each class of weapon, or for one class.

    The answers are those of the position that was held on the given day; a case can be framed.
    """
    held = facts.position(actor or _axis("page")[0].values[0].id, on=on)
    panels = [one for one in _panels(held) if only in (None, one.value.id)]
    if not panels:
        return note(f"There is no case with “{only}” for {held.name}.")
    framed = {case.ids} if case else set()
    gist = f"Case by case: {held_by(held)}."
    return page(
        "\n".join([gist, f"{held.stance} ({rules.cite(held.cited)})", *(_panel_words(one, held) for one in panels)]),
        tag("p", gist, look="title"),
        tag("p", f"{held.stance} ", _cited(held.cited), look="text"),
        tag("p", Html(" ".join(mark(answer) for answer in rules.ANSWERS)), look="key"),
        *(_grid(panel, held, held, framed) for panel in panels),
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
    beside = (tag("div", found.markup, look="left"), tag("div", around.markup, look="right"))
    return View(f"{found.words}\n{around.words}", tag("div", *beside, look="beside"))


def redraft(term: str) -> View:
    """Return what changes when the words of a term are struck out: only the rows in which an answer changes."""
    struck = facts.find(facts.library().terms, term, "term")
    parts, words = [], []
    for held in facts.library().positions.values():
        without = rules.strike(held, struck)
        if without != held:
            moves, grids, count = _changes(held, without)
            words.append(f"{held_by(held)}: {count} ({'; '.join(moves)}).")
            parts += [tag("p", words[-1], look="text"), *grids]
    gist = f"Without “{struck.words}”: {' '.join(words)}"
    return page(
        f"{gist}\n{TRIAL}\n{struck.effect}",
        tag("p", "Struck out: ", tag("del", struck.words), " ", boxes((struck.paragraph,)), look="title"),
        tag("p", TRIAL, look="kind"),
        tag("p", struck.effect, look="text"),
        *parts,
        layer=layer_line("article"),
    )


def positions(*actors: str, layer: str = "article", **chosen: str) -> View:
    """Return what each actor holds, side by side, the most silent question first.

    With the values of a case, all but the supplier, the first row asks every actor the same case, each with a
    weapon of its own.
    """
    known = dict.fromkeys(one.actor for one in facts.library().positions.values() if one.layer == layer)
    if not known:
        return note(f"No position is told in the layer “{layer}”.")
    held = [facts.position(actor, layer) for actor in actors or known]
    said = facts.library().statements
    silent = {aspect: sum((one.id, aspect) not in said for one in held) for aspect in facts.library().aspects}
    caption = f"Side by side: {'; '.join(one.name for one in held)}. Rows where the report is silent come first."
    words, asked, rows = _same_case(chosen, held) if chosen else ([], "", [])
    words.append(caption)
    for aspect in sorted(silent, key=lambda one: -silent[one]):
        cells = [said.get((one.id, aspect)) for one in held]
        question = facts.library().aspects[aspect]
        rows.append(_row(question, [_statement(cell) for cell in cells]))
        words.append(f"{question} {_listed(held, [_statement_words(cell) for cell in cells])}")
    heads = (tag("th", name, look="head", scope="col") for name in ("Question", *(one.name for one in held)))
    head, body = tag("thead", tag("tr", *heads)), tag("tbody", *rows)
    table = tag("table", tag("caption", caption, look="caption"), head, body, look="table")
    return page("\n".join(words), tag("p", asked, look="text"), table, layer=layer_line(layer))


def paragraphs(*numbers: str) -> View:
    """Return parts of the report in plain words; all of them when none is named."""
    found = [facts.paragraph(number) for number in numbers or facts.library().paragraphs]
    rows = [[one.id, one.heading, one.plain] for one in found]
    return _listing("The report in plain words of our own.", ("Paragraph", "About", "In plain words"), rows)


def words(*terms: str) -> View:
    """Return words to know with their meaning."""
    found = [facts.find(facts.library().glossary, term, "word") for term in terms or facts.library().glossary]
    return _listing("Words to know.", ("Word", "Meaning"), [[one.term, one.meaning] for one in found], OURS)


def people(*actors: str) -> View:
    """Return who is who: the actors with what the report tells of them."""
    found = [facts.find(facts.library().actors, actor, "actor") for actor in actors or facts.library().actors]
    return _listing("Who is who.", ("Name", "In the report"), [[one.name, one.role] for one in found])


def times() -> View:
    """Return the time words of the report, each with the rule that turns it into an interval."""
    rows = [[one["words"], one["rule"]] for one in facts.library().rows["times"]]
    return _listing("How the lessons read time words.", ("The report says", "We take it to mean"), rows, OURS)


def unsaid(*numbers: str) -> View:
    """Return what the claims of some paragraphs leave unsaid, claim by claim."""
    asked = {facts.paragraph(number).id for number in numbers}
    found = [one for one in facts.library().claims.values() if one.paragraph in asked and one.left_unsaid]
    rows = [[one.paragraph, f"{one.claim} — {one.speaker}", one.left_unsaid] for one in found]
    return _listing("What the article does not say.", ("Paragraph", "It says, and who speaks", "It does not say"), rows)


def note(words: str) -> View:
    """Return a view that only says something of ours."""
    return page(words, tag("p", words, look="title"))


def timeline(until: str | None = None, *, step: int | None = None, order: str = "time", layer: str = "article") -> View:
    """Return the events with their intervals, in the order of time or of the text.

    With `until`, only events that had surely happened by that day stand out; with `step`, only so many, and
    the last of them is told in full. Where the first day is not stated, the bar is open to the left.
    """
    events = ordered(order, layer)
    if not events:
        return note(f"No event is told in the layer “{layer}”.")
    try:
        day = facts.read_day(until) if until else None
    except ValueError as error:
        return note(str(error))
    bright = [one for one in events[:step] if day is None or one.latest <= day]
    chosen = bright[-1] if step and bright else None
    gist = _timeline_gist(events, bright, chosen, order)
    words = "\n".join([gist, *(f"{one.title}: {interval(one)} (paragraph {one.claim.paragraph})." for one in bright)])
    wide, narrow = (_draw(events, bright, chosen, width) for width in (WIDE, NARROW))
    drawing = picture(wide, narrow, words)
    card, told = _event_card(chosen) if chosen else (Html(), "")
    key = "Bar: from the earliest to the latest day. Dashes: the earliest day is not stated. Diamond: the day is known."
    return page(
        f"{words}{told}",
        tag("p", gist, look="title"),
        card,
        drawing,
        tag("p", key, look="kind"),
        layer=layer_line(layer),
    )


def ordered(order: str, layer: str = "article") -> list[facts.Event]:
    """Return the events of a layer in the order of 'time' (by their latest day) or of the 'text'."""
    found = [one for one in facts.library().events.values() if one.layer == layer]
    places = {id_: place for place, id_ in enumerate(facts.library().paragraphs)}
    orders: dict[str, Callable[[facts.Event], Any]] = {
        "time": lambda one: one.latest,
        "text": lambda one: places[one.claim.paragraph],
    }
    return sorted(found, key=facts.find(orders, order, "order"))


def interval(event: facts.Event) -> str:
    """Return the interval of an event in words; a first day that is not stated is not given."""
    last = _in_words(event.latest)
    if event.earliest is None:
        return f"by {last}"
    return last if event.earliest == event.latest else f"{_in_words(event.earliest)} to {last}"


def layer_line(layer: str) -> str:
    """Return the line that says which layer a view shows, and the texts behind it."""
    texts = [one for one in facts.library().sources.values() if one.layer == layer]
    listed = "; ".join(f"{one.label} ({one.publisher}, {_in_words(one.date)})" for one in texts)
    return f"From {listed}. Layer: {layer}."


def held_by(position: facts.Position) -> str:
    """Return whose position it is, and the day by which it was surely held."""
    return f"{position.name}, in force since {_in_words(position.latest)} at the latest"


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _listing(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], line: str = "") -> View:
    """Return a plain table; a first column of paragraphs is shown as numbers in boxes."""
    boxed = heads[0] == "Paragraph"
    head = tag("thead", tag("tr", *(tag("th", one, look="head", scope="col") for one in heads)))
    firsts = [boxes((row[0],)) if boxed else Html(tag("span", row[0])) for row in rows]
    body = (
        tag("tr", tag("th", first, look="head", scope="row"), *(tag("td", cell, look="cell") for cell in row[1:]))
        for first, row in zip(firsts, rows, strict=True)
    )
    said = (f"{'Paragraph ' * boxed}{row[0]}: {' | '.join(row[1:])}" for row in rows)
    table = tag("table", tag("caption", caption, look="caption"), head, tag("tbody", *body), look="table")
    return page("\n".join([caption, *said]), table, layer=line or layer_line("article"))


def supplier() -> str:
    """Return the id of the dimension whose value names the actor that decides."""
    return _axis("page")[0].id


def _axis(axis: str) -> list[facts.Dimension]:
    return [one for one in facts.library().dimensions.values() if one.axis == axis]


def _step(depth: int, rule: facts.Rule, settles: bool) -> Html:
    kind = tag("span", f"{_KINDS[rule.kind]}{' · this settles it' * settles}", look="kind")
    inner = tag("div", kind, tag("br"), f"{rule.says} ", _cited(rule.cited), look="settles" if settles else "step")
    return tag("div", inner, style=f"margin-left:{16 * depth}px")


def _cited(cited: Iterable[facts.Citation]) -> Html:
    return Html(" · ".join(f"{boxes((one.paragraph,))} {tag('span', one.speaker)}" for one in cited))


def _step_words(rule: facts.Rule) -> str:
    return f"{_KINDS[rule.kind].capitalize()}: {rule.says} ({rules.cite(rule.cited)})"


@dataclass(frozen=True)
class _Panel:
    """One class of weapon of one supplier: its cases by column and by row, where there is such a case."""

    value: facts.Value
    cases: dict[tuple[str, tuple[str, ...]], rules.Case]

    def rows(self) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(row for _, row in self.cases))


def _panels(held: facts.Position) -> list[_Panel]:
    page_, panel = _axis("page")[0], _axis("panel")[0]
    column, rows = _axis("column")[0].id, [one.id for one in _axis("row")]
    panels = []
    for value in panel.values:
        fixed = {page_.id: held.scope or page_.values[0].id, panel.id: value.id}
        found = {(one[column], tuple(one[row] for row in rows)): one for one in rules.cases(**fixed)}
        panels += [_Panel(value, found)] if found else []
    return panels


def _changes(held: facts.Position, without: facts.Position) -> tuple[list[str], list[Html], str]:
    """Return each kind of change, a table for each class of weapon with a change, and the count in words."""
    moves: dict[str, int] = {}
    grids, total = [], 0
    for panel in _panels(held):
        pairs = {one: (rules.judge(one, held).answer, rules.judge(one, without).answer) for one in panel.cases.values()}
        changed = {one for one, (before, after) in pairs.items() if before != after}
        for one in changed:
            move = f"{pairs[one][0]} becomes {pairs[one][1]}"
            moves[move] = moves.get(move, 0) + 1
        left = {
            at: one
            for at, one in panel.cases.items()
            if any(panel.cases.get((c, at[1])) in changed for c in _columns())
        }
        grids += [_grid(replace(panel, cases=left), held, without)] if changed else []
        total += len(pairs)
    listed = [f"{move}: {count}" for move, count in sorted(moves.items())]
    return listed, grids, f"{sum(moves.values())} of {total} answers change"


def _columns() -> dict[str, facts.Value]:
    return {value.id: value for value in _axis("column")[0].values}


def _grid(
    panel: _Panel, before: facts.Position, after: facts.Position, framed: Iterable[frozenset[str]] = frozenset()
) -> Html:
    """Return one panel as a table; a framed case stands out, and so does an answer that differs from before."""
    values, columns = facts.library().values, _columns()
    titles = (*(one.title for one in _axis("row")), *(value.short for value in columns.values()))
    heads = tag("tr", *(tag("th", title, look="head", scope="col") for title in titles))
    body, above = [], ""
    for row in panel.rows():
        same = sum(1 for other in panel.rows() if other[0] == row[0])
        first = [tag("th", values[row[0]].short, look="head", scope="rowgroup", rowspan=str(same))]
        rest = [tag("th", values[one].short, look="head", scope="row") for one in row[1:]]
        cells = [panel.cases.get((column, row)) for column in columns]
        ticks = [_tick(one, before, after, bool(one and one.ids in framed)) for one in cells]
        body.append(tag("tr", *(first if row[0] != above else []), *rest, *ticks))
        above = row[0]
    caption = tag("caption", panel.value.label, look="caption")
    table = tag("table", caption, tag("thead", heads), tag("tbody", *body), look="table")
    return tag("div", table, look="panel")


def _tick(case: rules.Case | None, before: facts.Position, after: facts.Position, framed: bool) -> Html:
    if case is None:
        return tag("td", tag("span", NO_CASE, look="kind"), look="tick")
    was, now = rules.judge(case, before).answer, rules.judge(case, after).answer
    note = [tag("small", "your case")] if framed else [tag("small", f"was: {was}")] if was != now else []
    return tag("td", mark(now, small=True), *note, look="chosen" if note else "tick")


def _panel_words(panel: _Panel, held: facts.Position) -> str:
    """Return a panel in words: for each column, the rows of each answer, or its one answer."""
    values, parts = facts.library().values, []
    for column, value in _columns().items():
        found: dict[str, list[str]] = {}
        for (at, row), case in panel.cases.items():
            if at == column:
                label = " · ".join(values[one].short for one in row)
                found.setdefault(rules.judge(case, held).answer, []).append(label)
        listed = "; ".join(f"{one} for {', '.join(rows)}" if len(found) > 1 else one for one, rows in found.items())
        parts.append(f"{value.short}: {listed}.")
    label = panel.value.label
    return f"{label[:1].upper()}{label[1:]}. {' '.join(parts)}"


def _same_case(chosen: dict[str, str], held: Sequence[facts.Position]) -> tuple[list[str], str, list[Html]]:
    """Return one case put to several actors: its words, the case in a sentence, and the row with the answers."""
    answers = [_own_answer(chosen, one) for one in held]
    asked = f"The same case for each, with a weapon of its own. {rules.describe(chosen)}"
    return [f"This case: {_listed(held, answers)}", asked], asked, [_row("This case", map(_answer_mark, answers))]


def _own_answer(chosen: dict[str, str], held: facts.Position) -> str:
    """Return the answer to a case whose supplier is the actor itself, or that there is no such case."""
    page_ = _axis("page")[0]
    for supplier in [held.scope] if held.scope else [value.id for value in page_.values]:
        try:
            return rules.judge(rules.Case(**chosen | {page_.id: supplier}), held).answer
        except rules.ClashError:
            continue
    return NO_CASE


def _answer_mark(answer: str) -> Html:
    return tag("span", answer, look="kind") if answer == NO_CASE else mark(answer)


def _row(question: str, cells: Iterable[Html]) -> Html:
    return tag("tr", tag("th", question, look="head", scope="row"), *(tag("td", cell, look="cell") for cell in cells))


def _statement(found: facts.Statement | None) -> Html:
    if found is None:
        return mark("not stated")
    sign = Html(mark("unclear") + " ") if found.status == "unclear" else Html()
    return Html(sign + tag("span", f"{found.says} ") + boxes(found.paragraphs))


def _statement_words(found: facts.Statement | None) -> str:
    if found is None:
        return "not stated"
    sign = "unclear, " if found.status == "unclear" else ""
    return f"{sign}{found.says} (paragraph{'s' if len(found.paragraphs) > 1 else ''} {', '.join(found.paragraphs)})"


def _listed(held: Sequence[facts.Position], cells: Sequence[str]) -> str:
    return "; ".join(f"{one.name}: {cell}" for one, cell in zip(held, cells, strict=True)) + "."


def _timeline_gist(
    events: Sequence[facts.Event], bright: Sequence[facts.Event], chosen: facts.Event | None, order: str
) -> str:
    by = "as the report tells them" if order == "text" else "sorted by latest possible day"
    if chosen:
        return f"Event {len(bright)} of {len(events)}, {by}: {chosen.title}, {interval(chosen)}."
    shown = f"{len(events)} events" if len(bright) == len(events) else f"{len(bright)} of {len(events)} events"
    return f"Timeline: {shown}, {by}."


def _event_card(event: facts.Event) -> tuple[Html, str]:
    claim = event.claim
    told = f"{event.title}. {event.told}"
    when = f"Time words: {event.words}. {event.rule} So: {interval(event)}."
    left = f"The report does not say: {claim.left_unsaid}." if claim.left_unsaid else ""
    card = tag(
        "div",
        tag("p", told, " ", boxes((claim.paragraph,)), f" — {claim.speaker}", look="text"),
        tag("p", when, look="text"),
        tag("p", left, look="text"),
        look="card",
    )
    return card, f"\n{told} (paragraph {claim.paragraph}; {claim.speaker})\n{when}\n{left}".rstrip()


def _draw(
    events: Sequence[facts.Event], bright: Sequence[facts.Event], chosen: facts.Event | None, width: int
) -> Figure:
    """Return the timeline, one row an event: its paragraph in a box, its title, its interval as a bar and in words."""
    narrow = width < WIDE
    left, right, row = (8, width - 10, 44) if narrow else (300, width - 190, 26)
    figure = canvas(width, 40 + row * len(events))
    axes = figure.axes[0]
    place, ticks, cuts = _scale([day for one in events for day in (one.earliest, one.latest) if day], left, right)
    for x, label in ticks:
        axes.plot([x, x], [24, 40 + row * len(events)], color="#dddddd", lw=0.8, zorder=0)
        axes.text(x + 2, 16, label, fontsize=9.5, color=FAINT)
    axes.axvline(place(_report_day()), ymax=1 - 24 / (40 + row * len(events)), color=INK, lw=0.8, ls=":", zorder=0)
    axes.text(place(_report_day()), 16, "report", fontsize=9.5, color=INK, ha="center")
    for x in cuts:
        axes.text(x, 16, "//", fontsize=10, color=INK, ha="center")
    for line, event in enumerate(events):
        top = 32 + row * line
        ink = INK if event in bright else "#767676"
        if event is chosen:
            axes.axhspan(top, top + row, color=BAND, zorder=-1)
        _label(axes, event, (8, top + 15), ink, event is chosen)
        x, align = (width - 8, "right") if narrow else (right + 14, "left")
        back = {"facecolor": BAND if event is chosen else PAPER, "edgecolor": "none", "pad": 1}
        axes.text(x, top + 17, _short(event), fontsize=9.5, color=ink, ha=align, bbox=back if narrow else None)
        _bar(axes, event, place, left, top + (32 if narrow else 13), ink, event in bright)
    return figure


def _label(axes: Axes, event: facts.Event, at: tuple[float, float], ink: str, bold: bool) -> None:
    box = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": ink, "linewidth": 0.8}
    axes.text(at[0] + 12, at[1], event.claim.paragraph, fontsize=9, color=ink, ha="center", va="center", bbox=box)
    weight = "bold" if bold else "normal"
    axes.text(at[0] + 28, at[1], event.title, fontsize=11, color=ink, va="center", weight=weight)


def _bar(
    axes: Axes, event: facts.Event, place: Callable[[date], float], left: float, y: float, ink: str, full: bool
) -> None:
    """Draw the interval: a bar, a dot for a single day, or a dashed line that is open to the left."""
    last = place(event.latest)
    if event.earliest is None:
        axes.plot([max(left, last - 90), last], [y, y], color=ink, lw=2, ls=(0, (2, 2)))
        axes.plot([last], [y], marker="|", ms=11, mew=2.5, color=ink)
    elif event.earliest == event.latest:
        axes.plot([last], [y], marker="D", ms=7, color=ink, fillstyle="full" if full else "none")
    else:
        axes.plot([place(event.earliest), last], [y, y], color=ink, lw=8 if full else 2, solid_capstyle="butt")


def _short(event: facts.Event) -> str:
    """Return the interval in few letters, for the drawing; the year only where it is not that of the report."""
    year = event.latest.year
    last = f"{event.latest.day} {event.latest:%b}{'' if year == _report_day().year else f' {year}'}"
    if event.earliest is None:
        return f"by {last}"
    return last if event.earliest == event.latest else f"{event.earliest.day} {event.earliest:%b} – {last}"


def _report_day() -> date:
    return next(iter(facts.library().sources.values())).date


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
    ticks = [(place(one), f"{one:%b}{'' if one.year == known[-1].year else f' {one.year}'}") for one in months]
    return place, ticks, [edge - 7 for edge in edges[1:]]
