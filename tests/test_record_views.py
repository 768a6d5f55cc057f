"""The views of the record and of the sources show what the tables say, cell by cell."""

import re
from base64 import b64decode
from collections import Counter
from html import escape

import matplotlib
import pytest

from helpers import explore, facts, show
from helpers.show import drawn
from helpers.view import View
from tests.test_show import looks, parsed, signed, text

LIBRARY = facts.library()


def rows(markup: str, number: int = 0) -> list[list[str]]:
    """The texts of the cells of one table, row by row, without its head."""
    table = list(parsed(markup).iter("table"))[number]
    return [[text(cell) for cell in row] for row in table.find("tbody")]


def dated(sources: tuple[facts.Source, ...]) -> str:
    """The sources of a row as a view shows them."""
    return " · ".join(source.citation for source in sources)


def test_a_position_of_the_record_keeps_what_the_one_before_it_says() -> None:
    told = {(said.position, said.aspect): said for said in LIBRARY.statements.values()}
    asks = {aspect["question"]: aspect["id"] for aspect in LIBRARY.rows["aspects"]}
    for actor in ("us", "uk", "france"):
        held, line = facts.position(actor, "record"), []
        while held:
            line, held = [*line, held.id], held.amends
        for question, cell in rows(show.positions(actor, layer="record").markup):
            known = [told[id_, asks[question]] for id_ in line if (id_, asks[question]) in told]
            assert known[0].says in cell if known else cell == signed("not stated")
            for voice in known[0].voices if known else ():
                assert f"{voice.speaker}, {show.interval(voice)}" in cell


# The voices, the claims, the reasons.


def test_every_claim_stands_under_its_kind_of_speaker() -> None:
    kinds = facts.grouped(LIBRARY.claims.values(), lambda claim: claim.speaker.kind)
    found = [(text(one.find("legend")), text(one)) for one in parsed(show.claims().markup).iter("fieldset")]
    assert len(found) == len(kinds) and "Show how" not in show.claims().markup
    for kind, own in kinds.items():
        own.sort(key=lambda claim: [*LIBRARY.paragraphs].index(claim.paragraph))
        numbers = " ".join(claim.paragraph for claim in own)
        assert (f"{kind}: {len(own)}", f"{kind}: {len(own)}{numbers}") in found
        for told in own:
            (_, full, *gap) = map(text, looks(explore.sources().set(claim=told.id).shown, "full")[0][0])
            assert full == f"¶ {told.paragraph} {told.claim} — {told.attribution}"
            assert gap == [f"It does not say: {told.left_unsaid}." * bool(told.left_unsaid)]


def test_the_squares_say_how_claims_stand_only_once_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for now in LIBRARY.outcomes.values():
        id_, mine = now.claim.id, {now.claim.id: now.status}
        guessed, shown = show.claims(id_, False, **mine).markup, show.claims(id_, True, **mine).words
        assert guessed.count(f"predicted: {now.status};") == guessed.count("predicted: ") == 1
        assert escape(now.says) not in guessed and "1 of 1 predictions fit." in shown
        assert f"{now.says} {dated(now.sources)}".strip() in shown
    for status, count in Counter(now.status for now in LIBRARY.outcomes.values()).items():
        spoken = show.claims(shown=True).markup.count(f"; {status};")
        assert f"{status}: {count}" in shown.lower() and spoken == count
    monkeypatch.setattr(facts.library(), "outcomes", {})
    assert "no outcome for it." in show.claims("c05", True).words


def test_only_what_takes_its_text_from_the_link_before_has_a_plain_arrow() -> None:
    shown = show.chain()
    arrows, links = ([text(node) for node in looks(shown, look)] for look in ("arrow", "link"))
    assert arrows == ["⇢", "→"]
    for told, link in zip(links, LIBRARY.rows["chain"], strict=True):
        assert told.startswith(f"{LIBRARY.actors[link['actor']].name}{link['does']} ¶ {link['paragraph']}")
        assert told.endswith(f"It relies on: {link['relies_on'] or 'not stated'}.")


def test_the_card_the_criteria_and_the_reasons_are_those_of_the_tables() -> None:
    told = []
    for ask in LIBRARY.rows["card"]:
        place = f"¶ {ask['paragraph']} {LIBRARY.actors[ask['speaker']].name}"
        told.append([ask["question"], ask["answer"], place])
    assert rows(show.card().markup) == told
    for name, own in facts.grouped(LIBRARY.rows["criteria"], lambda part: part["set"]).items():
        told = [[part[at] for at in ("look_for", "strong", "weak")] for part in own]
        assert rows(show.criteria(name).markup) == told
    for found, part in zip(rows(show.reasons().markup), LIBRARY.reasons.values(), strict=True):
        place = f"¶ {part.paragraph}" if part.paragraph else dated(part.sources)
        assert found == [part.speaker, part.says, part.side, f"{part.layer}: {place}"]


def test_each_piece_of_evidence_is_offered_with_who_says_so_and_where() -> None:
    told = [(own.claim, own.attribution, own.paragraph) for own in LIBRARY.claims.values()]
    told += [(own.says, own.speaker, own.paragraph) for own in LIBRARY.reasons.values()]
    places = {f"{says}{who} {f'¶ {number}' * bool(number)}".strip() for says, who, number in told}
    labels = parsed(explore.memo("advice").markup()).iter("label")
    assert {text(label) for label in labels if label[0].get("type") == "checkbox"} == places


# The figures.


def drawing(shown: View) -> str:
    return b64decode(re.search(r"base64,([^\"]+)", shown.markup)[1]).decode()


def test_the_map_has_each_place_where_it_lies_with_a_line_as_long_as_its_distance() -> None:
    known = {own["id"]: own["value"] for own in LIBRARY.rows["figures"]}
    far = {at["name"]: f"{known[at['figure']]} km" for at in LIBRARY.rows["places"] if at["figure"]}
    ax = drawn._map(far)
    texts = [own for part in (ax, *ax.child_axes) for own in part.texts]
    labels = {re.sub("\xa0 | \xa0", "", own.get_text()): own.get_position() for own in texts}
    lines = [line.get_xydata().tolist() for line in ax.lines]
    for place in LIBRARY.rows["places"]:
        name, at, end = place["name"], (place["lon"], place["lat"]), (place["border_lon"], place["border_lat"])
        figure = known.get(place["figure"])
        assert labels[f"{name}\n{figure} km" if figure else name] == at
        if figure or place["look"] == "bar":
            assert [[*at], [*end]] in lines
            north = (at[1] - end[1]) * 111.2  # kilometres, along a meridian
            east = (at[0] - end[0]) * 111.2 / ax.get_aspect()
            assert (east**2 + north**2) ** 0.5 == pytest.approx(figure or float(name.split()[0]), rel=0.02)
    outlines = facts.grouped(LIBRARY.rows["border"], lambda point: point["area"])
    lands = [[[point["lon"], point["lat"]] for point in outlines[name]] for name in ("russia", "belarus", "ukraine")]
    assert [patch.get_xy()[:-1].tolist() for patch in ax.patches] == lands


def test_a_figure_is_the_same_in_any_style_and_its_text_stays_text() -> None:
    plain, odd = show.border(), {"svg.fonttype": "path", "font.size": 30}
    with matplotlib.rc_context({"figure.facecolor": "black", **odd}):
        assert show.border() == plain
    svg = drawing(plain)
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    letters = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
    assert min(letters) * 340 / width >= 11, "on a telephone"
    assert re.search(r">\s+Kharkiv\s+</text>", svg) and "<dc:date>" not in svg
