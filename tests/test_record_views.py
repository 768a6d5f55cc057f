"""The views of the record and of the sources show what the tables say, cell by cell, and name their layer."""

import re
from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import pytest

from helpers import explore, facts, rules, show, view
from tests import drawings
from tests.conftest import Edit
from tests.test_show import grid, parsed, text

LIBRARY = facts.library()
ROWS = LIBRARY.rows
CASE = {"weapon": "shorter-range", "place": "russia-border", "target": "attacking", "threatens": "kharkiv"}
ARTICLE = "From the report (The Irish Times, with a text from The New York Times, 30 May 2024). Layer: article."
RECORD = "From other reports, each with its date, as far as our sources reach, November 2025. Layer: record."
VIEWS = {
    "changes": (lambda: show.changes("us", "atacms"), RECORD),
    "capitals": (lambda: show.capitals("2024-05-31", **CASE), RECORD),
    "voices": (lambda: show.voices("france"), RECORD),
    "voices with the report": (lambda: show.voices("uk"), f"{ARTICLE} {RECORD}"),
    "positions": (lambda: show.positions("us", "france", layer="record", on="2024-06-30", **CASE), RECORD),
    "record timeline": (lambda: show.timeline(layer="record", topic="decision"), RECORD),
    "border": (lambda: show.border(), RECORD),
    "ranges": (lambda: show.ranges(), RECORD),
    "both timeline": (lambda: show.timeline(layer="both"), f"{ARTICLE} {RECORD}"),
    "outcomes": (lambda: show.outcomes(), f"{ARTICLE} {RECORD}"),
    "reasons": (lambda: show.reasons("keep"), f"{ARTICLE} {RECORD}"),
    "sources": (lambda: show.sources("named person"), ARTICLE),
    "chain": (lambda: show.chain(), ARTICLE),
    "card": (lambda: show.card(), ARTICLE),
}


def rows(markup: str, number: int = 0) -> list[list[str]]:
    """The texts of the cells of one table, row by row, without its head."""
    table = list(parsed(markup).iter("table"))[number]
    return [[text(cell) for cell in row] for row in table.find("tbody")]


def dated(ids: str) -> str:
    """The sources of a row as a view shows them."""
    known = [LIBRARY.sources[id_] for id_ in ids.split()]
    told = {"state": ", a state or state-aligned outlet"}
    return " · ".join(
        f"{one.publisher}, {spelled(one.date) if one.date else 'undated'}{told.get(one.cite, '')}" for one in known
    )


def _answer(case: rules.Case, held: facts.Position) -> str:
    return rules.judge(case, held).answer


def spelled(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_is_the_same_twice_names_its_layer_and_can_be_read(name: str) -> None:
    make, line = VIEWS[name]
    shown, body = make(), parsed(make().markup)
    assert shown == make() and shown.words.endswith(line) and text(body).endswith(line)
    assert shown.gist == shown.words.split("\n")[0]
    for table in body.iter("table"):
        assert text(table.find("caption")) and all(cell.get("scope") for cell in table.iter("th"))
    assert all(len(image.get("alt", "")) > 40 for image in body.iter("img"))


@pytest.mark.parametrize("name", VIEWS)
def test_only_sources_that_may_be_linked_are(name: str) -> None:
    linked = {one.url for one in LIBRARY.sources.values() if one.url}
    found = [link.get("href") for link in parsed(VIEWS[name][0]().markup).iter("a")]
    assert set(found) <= linked


# The limits through time, and the same case under each capital.


@pytest.mark.parametrize(
    ("actor", "weapon"), [*product(("us", "uk", "germany"), ("shorter-range", "long-range")), ("denmark", "f-16")]
)
def test_each_small_table_has_the_answers_of_its_day(actor: str, weapon: str) -> None:
    short = {(value.dimension, value.short): value.id for value in LIBRARY.values.values()}
    held = {spelled(one.latest): one for one in facts.held(actor, "record")}
    before = dict(zip(held, [next(iter(held.values())), *held.values()], strict=False))
    found = Counter()
    cases = rules.cases("record", supplier=actor, weapon=weapon)
    for day, (target, threatens), column, cell in grid(show.changes(actor, weapon).markup):
        if show.NO_CASE in cell:
            continue
        place = short["place", column]
        chosen = {"target": short["target", target], "threatens": short["threatens", threatens], "place": place}
        case = rules.Case(supplier=actor, weapon=weapon, **chosen)
        was, now = _answer(case, before[day]), _answer(case, held[day])
        changed = f" (was: {was})" if was != now else ""
        assert cell == f"{view.MARKS[now][0]} {now}{changed}", (day, chosen)
        found[day] += 1
    assert set(found.values()) == {len(cases)}
    first, *later = held
    moved = [one for one in later if any(_answer(case, before[one]) != _answer(case, held[one]) for case in cases)]
    assert list(found) == [first, *moved]


def test_the_small_tables_come_with_what_was_held_and_who_said_so() -> None:
    told = show.changes("us", "shorter-range").words
    for one in facts.held("us", "record"):
        assert f"{spelled(one.latest)}: {one.stance}" in told
        for voice in one.voices:
            assert f"— {voice.speaker}, {show.interval(voice)}" in told


def test_a_weapon_that_an_actor_does_not_have_gets_a_sentence() -> None:
    assert show.changes("uk", "atacms").words == "There is no case with “ATACMS” for Britain."


@pytest.mark.parametrize("day", ["2023-01-01", "2024-05-30", "2024-05-31", "2025-11-30"])
def test_each_capital_gives_the_answer_that_it_held_on_the_day(day: str) -> None:
    shown = show.capitals(day, **CASE)
    found = {name: (answer, says) for name, answer, says in rows(shown.markup)}
    capitals = LIBRARY.dimensions["supplier"].values
    assert set(found) == {one.label for one in capitals}
    for value in capitals:
        own = [one for one in LIBRARY.positions.values() if one.layer == "record" and one.scope == value.id]
        told = sorted((one for one in own if str(one.latest) <= day), key=lambda one: one.latest)
        answer, says = found[value.label]
        if told:
            expected = rules.judge(rules.Case(supplier=value.id, **CASE), told[-1]).answer
            assert says.startswith(told[-1].stance) and told[-1].voices[0].speaker in says
        else:
            expected = "not stated"
            assert says == show.UNFOUND
        assert answer == f"{view.MARKS[expected][0]} {expected}"
    listed = [answer.split(" ", 1)[1] for answer, _ in found.values()]
    order = [*rules.ANSWERS, show.NO_CASE]
    assert listed == sorted(listed, key=order.index)
    for answer, count in Counter(listed).items():
        assert f"{answer}: {count}" in shown.gist


def test_a_capital_without_such_a_weapon_has_no_such_case() -> None:
    found = dict(row[:2] for row in rows(show.capitals("2024-05-31", **CASE | {"weapon": "f-16"}).markup))
    assert found["Britain"] == f"▫ {show.NO_CASE}" and found["Belgium"] == "✕ not allowed"
    assert found["Denmark"] == "● allowed"


# The voices, the claims, the reasons.


def test_a_state_outlet_is_named_as_one_wherever_it_is_cited() -> None:
    for one in LIBRARY.sources.values():
        assert (one.cite == "state") == (not one.url and LIBRARY.row("sources", one.id)["kind"] == "state media")
    assert "TASS, in news-pravda, 29 May 2024, a state or state-aligned outlet (claimed)" in show.voices("uk").words


def test_each_voice_stands_with_day_words_source_and_status() -> None:
    found = rows(show.voices(*LIBRARY.actors).markup)
    for (who, said, reading), one in zip(
        found, sorted(LIBRARY.voices.values(), key=lambda one: one.latest), strict=True
    ):
        row = LIBRARY.row("voices", one.id)
        assert who == f"{show.interval(one)}: {one.speaker} {one.id}"
        assert said == f"{one.says} {dated(row['sources'])} ({one.status}) {one.note}".strip()
        mark = f"{view.MARKS[one.answer][0]} {one.answer}" if one.answer else ""
        assert reading == f"{mark} {one.reading}".strip()


def test_the_voices_can_be_narrowed() -> None:
    ids = [row[0].split(" ")[-1] for row in rows(show.voices("uk", about="named missile").markup)]
    assert len(ids) == 16 and {LIBRARY.voices[id_].about for id_ in ids} == {"named missile"}
    both = rows(show.voices("us", "uk", about="named missile").markup)
    assert [row[0] for row in both] == [row[0] for row in rows(show.voices("uk", about="named missile").markup)]
    with pytest.raises(KeyError, match="Did you mean “france”"):
        show.voices("frence")


def test_every_claim_stands_under_its_kind_of_speaker() -> None:
    kinds = Counter(one.speaker.kind for one in LIBRARY.claims.values())
    for kind, boxes in rows(show.sources().markup):
        name = kind.split(" (")[0]
        own = [one.paragraph for one in LIBRARY.claims.values() if one.speaker.kind == name]
        assert kind == f"{name} ({kinds[name]})" and boxes == " ".join(f"¶ {one}" for one in own)
    assert [row[0] for row in rows(show.sources().markup)] == [f"{one} ({n})" for one, n in kinds.most_common()]


def test_each_kind_of_speaker_has_a_fill_of_its_own() -> None:
    chips = re.findall(r'class="wl-chip (wl-[^"]+)" title="([^"]+)"', show.sources().markup)
    assert len({fill for fill, _ in chips}) == len({kind for _, kind in chips}) == len(dict(chips))
    assert len(set(view.FILLS)) == len(view.FILLS) >= len(dict(chips))


def test_the_claims_of_a_kind_are_told_in_full() -> None:
    for kind in {one.speaker.kind for one in LIBRARY.claims.values()}:
        own = [one for one in LIBRARY.claims.values() if one.speaker.kind == kind]
        assert rows(show.sources(kind).markup, 1) == [
            [f"¶ {one.paragraph} {one.id}", one.claim, one.attribution] for one in own
        ]
    with pytest.raises(KeyError, match="There is no kind of speaker"):
        show.sources("somebody")


def test_only_what_takes_its_text_from_the_link_before_has_a_plain_arrow() -> None:
    body = parsed(show.chain().markup)
    arrows = [text(one) for one in body.iter("div") if one.get("class") == "wl-arrow"]
    links = [text(one) for one in body.iter("div") if one.get("class") == "wl-link"]
    assert arrows == ["⇢", "→"] and len(links) == 3
    for link, row in zip(links, ROWS["chain"], strict=True):
        where = f" ¶ {row['paragraph']}" if row["paragraph"] else ""
        name = LIBRARY.actors[row["actor"]].name
        assert " ".join(link.split()) in (
            f"{name}{row['does']}{where}It relies on: {row['relies_on'] or 'not stated'}.",
            f"{name}{row['does']}{where} It relies on: {row['relies_on'] or 'not stated'}.",
        )


def test_a_link_of_the_chain_may_stand_in_no_paragraph(edit: Edit) -> None:
    facts.use(edit("chain.csv", 'on the same day",,10', 'on the same day",,'))
    first = next(one for one in parsed(show.chain().markup).iter("div") if one.get("class") == "wl-link")
    assert text(first).endswith("on the same day It relies on: not stated.")


def test_the_card_has_each_answer_with_paragraph_and_speaker() -> None:
    assert rows(show.card().markup) == [
        [one["question"], one["answer"], f"¶ {one['paragraph']} {LIBRARY.actors[one['speaker']].name}"]
        for one in ROWS["card"]
    ]


@pytest.mark.parametrize("status", ["", "contested", "confirmed"])
def test_each_outcome_stands_beside_its_claim(status: str) -> None:
    own = [row for row in ROWS["outcomes"] if status in ("", row["status"])]
    found = rows(show.outcomes(status).markup)
    assert len(found) == len(own)
    for (claim, says, known), row in zip(found, own, strict=True):
        one = LIBRARY.claims[row["claim"]]
        assert (claim, says) == (f"¶ {one.paragraph} {one.claim} — {one.attribution}", row["status"])
        assert known == f"{row['says']} {dated(row['sources'])}".strip()


@pytest.mark.parametrize("side", ["widen", "keep"])
def test_each_reason_stands_with_speaker_layer_place_and_id(side: str) -> None:
    own = [row for row in ROWS["reasons"] if row["side"] == side]
    places = [f"¶ {row['paragraph']}" if row["paragraph"] else dated(row["sources"]) for row in own]
    assert rows(show.reasons(side).markup) == [
        [f"{row['speaker']} {row['id']}", row["says"], f"{row['layer']}: {place}"]
        for row, place in zip(own, places, strict=True)
    ]


def test_the_criteria_of_a_set_and_no_other_are_shown() -> None:
    for name in {row["set"] for row in ROWS["criteria"]}:
        own = [[row["look_for"], row["strong"], row["weak"]] for row in ROWS["criteria"] if row["set"] == name]
        assert rows(show.criteria(name).markup) == own


# The drawings.


def test_both_layers_stand_on_one_timeline() -> None:
    events = show.ordered("time", "both")
    assert {one.layer for one in events} == {"article"}
    words, lines = drawings.read(show._draw(events, set(), "", show.WIDE, show._record_days("both")))
    titles = {one.says: one.y for one in words}
    drawn = {one.points[0] for one in lines if one.style.get("fill") == view.RECORD}
    known = [one for one in LIBRARY.events.values() if one.dates]
    days = [d for one in events for d in (one.earliest, one.latest) if d]
    place, _, _ = show._scale([*days, *(one.latest for one in known)], 300, show.WIDE - 190)
    tops = {(place(one.latest), titles[LIBRARY.events[one.dates].title] - 10) for one in known}
    assert len(drawn) == len(tops)
    for at in sorted(tops):
        assert any(at == pytest.approx(one, abs=0.01) for one in drawn)
    told = show.timeline(layer="both").words
    for one in known:
        event = LIBRARY.events[one.dates]
        start = f"{event.title}: {show.interval(event)} (paragraph {event.claim.paragraph})."
        assert f"{start} In the record: {show.interval(one)}, {one.title} ({one.status})." in told
        assert any(label.endswith(f"▲ {show._short(one)}") for label in titles)


def test_the_axis_reaches_a_day_that_only_the_record_knows() -> None:
    first, last = show.ordered("time")[0], show.ordered("time", "record")[-1]
    _, lines = drawings.read(show._draw([first], set(), "", show.WIDE, {first.id: [last]}))
    (triangle,) = (one.points for one in lines if one.style.get("fill") == view.RECORD)
    assert show.WIDE / 2 < triangle[0][0] <= show.WIDE - 190


def test_a_step_with_both_layers_tells_what_the_record_says() -> None:
    one = next(one for one in LIBRARY.events.values() if one.dates)
    step = [event.id for event in show.ordered("time", "both")].index(one.dates) + 1
    told = show.timeline(step=step, layer="both").words
    assert f"In the record: {show.interval(one)}. {one.told} ({one.status})" in told
    assert "In the record" not in show.timeline(step=step).words


def test_the_record_alone_has_its_own_days_and_no_paragraph() -> None:
    own = [one for one in show.ordered("time", "record") if one.topic == "decision"]
    shown = show.timeline(layer="record", topic="decision")
    assert shown.gist == f"Timeline: {len(own)} events, sorted by latest possible day."
    for one in own:
        assert f"{one.title}: {show.interval(one)} (record, {one.status})." in shown.words
    assert "(paragraph" not in shown.words


@pytest.mark.parametrize("width", [show.WIDE, show.NARROW])
def test_the_map_has_each_place_with_its_distance_where_it_lies(width: int) -> None:
    figures = {row["id"]: f"{row['value']} {row['unit']}" for row in ROWS["figures"]}
    axes = show._map(width, figures).axes[0]
    texts = {one.get_text(): one.get_position() for one in axes.texts}
    lon, lat = ([float(row[name]) for row in ROWS["border"]] for name in ("lon", "lat"))
    across = (width - 20) / (max(lon) - min(lon))
    for row in ROWS["places"]:
        label = f"{row['name']}\n{figures[row['figure']]}" if row["figure"] else row["name"]
        x, y = texts[label]
        assert x == pytest.approx(10 + (float(row["lon"]) - min(lon)) * across)
        assert 0 < x < width and 0 < y < axes.get_ylim()[0]
    outline = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert len(outline.get_xdata()) == len(lon) and max(outline.get_xdata()) == pytest.approx(width - 10)
    roads = [line for line in axes.lines if line.get_color() == view.RECORD]
    bar = next(line for line in axes.lines if len(line.get_xdata()) == 2 and len(set(line.get_ydata())) == 1)
    scale = (bar.get_xdata()[1] - bar.get_xdata()[0]) / 50  # pixels for a kilometre
    for line, row in zip(roads, (row for row in ROWS["places"] if row["figure"]), strict=True):
        (x, other), (y, there) = line.get_xdata(), line.get_ydata()
        drawn = ((x - other) ** 2 + (y - there) ** 2) ** 0.5 / scale
        assert drawn == pytest.approx(float(figures[row["figure"]].split()[0]), rel=0.02)


def test_the_map_says_which_side_is_which() -> None:
    texts = {one.get_text(): one.get_position() for one in show._map(show.WIDE, {}).axes[0].texts}
    assert texts["UKRAINE"][0] < texts["RUSSIA"][0] and texts["UKRAINE"][1] > texts["RUSSIA"][1]


@pytest.mark.parametrize("width", [show.WIDE, show.NARROW])
def test_each_figure_has_a_bar_as_long_as_it_is(width: int) -> None:
    found = sorted((row for row in ROWS["figures"] if row["unit"] == "km"), key=lambda row: float(row["value"]))
    axes = show._scaled(found, width).axes[0]
    most = float(found[-1]["value"])
    bars = {round(one.get_y() + one.get_height() / 2): one.get_x() + one.get_width() for one in axes.patches}
    lines = {round(one.get_ydata()[0]): max(one.get_xdata()) for one in axes.lines if len(one.get_xdata()) == 2}
    labels = [one.get_text() for one in axes.texts]
    for number, row in enumerate(found):
        y, end = 36 + 44 * number, 8 + (width - 78) * float(row["value"]) / most
        assert (bars if row["kind"] == "range" else lines)[y] == pytest.approx(end)
        assert labels[2 * number : 2 * number + 2] == [row["label"], f"{row['value']} km"]


def test_each_figure_says_how_it_was_obtained() -> None:
    found = {row[0]: row[1:] for row in rows(show.ranges().markup)}
    own = [row for row in ROWS["figures"] if row["unit"] == "km"]
    assert len(found) == len(own)
    for row in own:
        told = f"{row['note']} {dated(row['sources'])}".strip()
        assert found[row["label"]] == [f"{row['value']} km, {row['kind']}", told]


# The explorers of the record.


def test_the_capitals_open_on_the_day_after_the_report_and_follow_their_lists() -> None:
    explorer = explore.capitals()
    assert explorer.state["on"] == "2024-05-31"
    explorer.set(weapon="f-16", on="2024-06-20")
    assert explorer.shown == show.capitals(**explorer.state)


def test_the_changes_follow_their_lists() -> None:
    explorer = explore.changes()
    assert {"us", "uk"} <= {id_ for _, id_ in explorer._controls["actor"].options}
    assert explorer.set(actor="uk", panel="storm-shadow").shown == show.changes("uk", "storm-shadow")


def test_the_kinds_of_speaker_can_be_chosen() -> None:
    explorer = explore.sources()
    for _, kind in explorer._controls["kind"].options:
        assert explorer.set(kind=kind).shown == show.sources(kind)


def test_a_case_that_can_not_be_is_no_case_in_any_capital() -> None:
    shown = show.capitals("2000-01-01", **CASE | {"threatens": "nobody"})
    assert {row[1] for row in rows(shown.markup)} == {f"▫ {show.NO_CASE}"}


def test_the_lists_of_the_record_have_its_own_values() -> None:
    controls = explore.capitals()._controls
    assert "border-elsewhere" in dict(controls["place"].options).values()
    assert "f-16" in dict(controls["weapon"].options).values()
    assert "f-16" in dict(explore.changes()._controls["panel"].options).values()
    assert "f-16" not in dict(explore.limits()._controls["weapon"].options).values()


def test_the_timeline_of_both_layers_follows_its_step() -> None:
    explorer = explore.timeline(layer="both").set(step=6)
    assert explorer.shown == show.timeline(step=6, layer="both") != show.timeline(step=6)


def test_a_position_of_the_record_keeps_what_the_one_before_it_says() -> None:
    told = {(one.position, one.aspect): one for one in LIBRARY.statements.values()}
    for actor in ("us", "uk", "france"):
        for cell in (row[1] for row in rows(show.positions(actor, layer="record").markup)):
            assert cell
        held, chain = facts.position(actor, "record"), []
        while held:
            chain, held = [*chain, held.id], held.amends
        for row in rows(show.positions(actor, layer="record").markup):
            aspect = next(one["id"] for one in ROWS["aspects"] if one["question"] == row[0])
            own = next((told[id_, aspect] for id_ in chain if (id_, aspect) in told), None)
            assert (row[1] == "○ not stated") == (own is None)
            if own:
                assert own.says in row[1]
                for voice in own.voices:
                    assert f"{voice.speaker}, {show.interval(voice)}" in row[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: show.outcomes("contestd"),
        lambda: show.reasons("kepp"),
        lambda: show.criteria("memmo"),
        lambda: show.voices("uk", about="named misile"),
    ],
)
def test_a_mistyped_name_gets_the_nearest(make: Any) -> None:
    with pytest.raises(KeyError, match="Did you mean"):
        make()


def test_a_mistyped_word_to_strike_out_gets_a_sentence() -> None:
    assert show.redraft("kharkiv-onlyy").words.startswith(
        "There is no term “kharkiv-onlyy”. Did you mean “kharkiv-only”?"
    )


def test_a_verdict_of_the_record_names_speaker_and_day() -> None:
    case = rules.Case(supplier="france", **CASE)
    assert "28 May 2024" in show.verdict(case, facts.position("france", "record")).words
    assert "2024-05-28" in repr(rules.judge(case, facts.position("france", "record")))


@pytest.mark.parametrize(("event", "sources"), [("e45", "s69"), ("e27", "s01 s02 s04 s05"), ("e31", "s48 s49")])
def test_the_sources_of_an_event_are_those_that_were_read(event: str, sources: str) -> None:
    assert set(LIBRARY.row("events", event)["sources"].split()) == set(sources.replace("s01", "report").split())


def test_signs_of_money_in_a_title_are_no_formula(edit: Edit) -> None:
    facts.use(edit("events.csv", "Britain allows Storm Shadow", "From $60_{x$ to $50"))
    assert "From $60_{x$ to $50" in show.timeline().words


def test_markup_in_the_tables_of_the_record_is_shown_as_text(edit: Edit) -> None:
    bad = "<img src=x onerror=alert(1)>"
    for table, column in (("reasons", "says"), ("outcomes", "says"), ("card", "answer"), ("figures", "label")):
        edit(f"{table}.csv", ROWS[table][0][column], bad)
    folder = edit("places.csv", "Sumy,", f"{bad},")
    facts.use(folder)
    side = ROWS["reasons"][0]["side"]
    for view_ in (show.reasons(side), show.outcomes(), show.card(), show.ranges(), show.border()):
        assert bad not in view_.markup and bad in view_.words
