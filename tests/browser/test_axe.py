"""The reference checker of accessibility finds nothing wrong with ours: markdown, pictures, tables, controls."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import WIDE
from tests.browser.driver import DRAWN, Lesson

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OURS = (".jp-OutputArea-output", ".jp-RenderedMarkdown")
# What the applications put into parts of ours, and a lesson can't change.
FRAME = (
    ".jp-collapseHeadingButton",  # beside each heading
    ".jp-InternalAnchorLink",  # the sign after each heading
)
# The page of an application has no height, so to the checker all lies outside of it, and it says nothing about it.
SCROLLABLE = "html, body { height: 100vh; overflow: visible !important; } .jp-OutputArea-output { overflow: visible; }"
HEIGHT = """() => {
  const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")].map(cell => cell.getBoundingClientRect());
  return Math.ceil(cells.at(-1).bottom - cells[0].top);
}"""
# The colour of a text, and all colours of what it stands on: of a gradient, or else of the first ground that has one.
COLOURS = """node => {
  const { color } = getComputedStyle(node);
  for (let one = node; one; one = one.parentElement) {
    const { backgroundImage, backgroundColor } = getComputedStyle(one);
    const found = backgroundImage.match(/rgba?\\([^)]+\\)/g) ?? [backgroundColor].filter(one => !one.endsWith(", 0)"));
    if (found.length) return [color, found];
  }
}"""
# Rules that must have judged a lesson in which there is something of ours like that.
MUST = {
    "color-contrast": ".jp-RenderedMarkdown p",
    "target-size": ".widget-radio-box input",
    "label": ".widget-radio-box input",
    "select-name": ".jupyter-widgets select",
    "aria-input-field-name": "[role=slider]",
    "button-name": ".widget-button",
    "image-alt": "img.wl-picture",
    "th-has-data-cells": ".wl-table th",
    "heading-order": ".jp-RenderedMarkdown h2",
}


@pytest.fixture(scope="module")
def found(lesson: Lesson) -> Iterator[dict[str, Any]]:
    """What the checker says of all that is ours, on a window as high as the lesson."""
    page = lesson.page
    for _ in range(2):  # what comes into the window may be higher than it was said to be
        page.set_viewport_size({**WIDE, "height": page.evaluate(HEIGHT) + 400})
        page.evaluate(DRAWN)
    style = page.add_style_tag(content=SCROLLABLE)
    page.evaluate(DRAWN)
    options = {"runOnly": TAGS, "resultTypes": ["violations", "incomplete"]}
    context = {"include": [[one] for one in OURS], "exclude": [[one] for one in FRAME]}
    yield Axe().run(page, context, options).response
    style.evaluate("style => style.remove()")
    page.set_viewport_size(WIDE)


def told(found: dict[str, Any], kind: str) -> list[str]:
    return [f"{one['id']}: {node['html'][:300]}" for one in found[kind] for node in one["nodes"]]


def test_nothing_is_wrong(found: dict[str, Any]) -> None:
    assert told(found, "violations") == []


def test_no_rule_is_silent_for_want_of_seeing_anything(lesson: Lesson, found: dict[str, Any]) -> None:
    judged = {one["id"] for kind in ("passes", "violations") for one in found[kind] if one["nodes"]}
    there = {rule for rule, selector in MUST.items() if lesson.page.locator(selector).count()}
    assert len(there) > 5 and there <= judged


def test_every_link_in_a_text_is_underlined(lesson: Lesson) -> None:
    """The checker asks it only of links between many other words."""
    links = lesson.page.locator(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)")
    lines = links.evaluate_all("links => links.map(link => getComputedStyle(link).textDecorationLine)")
    assert set(lines) == {"underline"}


def test_text_on_more_than_one_colour_stands_out_from_each(lesson: Lesson, found: dict[str, Any]) -> None:
    """The checker leaves it to people, as it does signs and lists."""
    for one in found["incomplete"]:
        assert one["id"] == "color-contrast", told(found, "incomplete")
        for node in one["nodes"]:
            text, grounds = lesson.page.locator(node["target"][0]).evaluate(COLOURS)
            assert all(contrast(text, ground) >= 4.5 for ground in grounds), (node["html"], text, grounds)


def contrast(*colours: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    dark, light = sorted(map(luminance, colours))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
