"""The reference checker of accessibility finds nothing wrong with ours, in any theme, awake or not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import WIDE
from tests.browser.driver import APPS, DRAWN, LESSONS, Lesson, Server

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OURS = (".jp-OutputArea-output", ".jp-RenderedMarkdown")
# What the applications put into parts of ours, and a lesson can't change: beside each heading.
FRAME = (".jp-collapseHeadingButton", ".jp-InternalAnchorLink")
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
THEMES = {LIGHT: TAGS, DARK: ["cat.color"], f"{DARK} High Contrast": ["cat.color"]}
THEME = "theme => { jupyterapp.commands.execute('apputils:change-theme', { theme }); }"
TRUST = """trusted => {
  const { cells } = jupyterapp.shell.currentWidget.content.model;
  for (const cell of cells) cell.trusted = trusted;
}"""
IS_ON = "theme => document.body.dataset.jpThemeName === theme"
# The page of an application has no height, so to the checker all lies outside of it.
OPEN = "html, body { height: 100vh; overflow: visible !important; }"
HEIGHT = """() => {
  const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
  const [first, last] = [cells[0], cells.at(-1)].map(cell => cell.getBoundingClientRect());
  return Math.ceil(last.bottom - first.top);
}"""
# The colour of a text, and all colours of what it stands on: of a gradient, or of a plain ground.
COLOURS = """node => {
  const { color } = getComputedStyle(node);
  for (let box = node; box; box = box.parentElement) {
    const { backgroundImage, backgroundColor } = getComputedStyle(box);
    const plain = [backgroundColor].filter(ground => !ground.endsWith(", 0)"));
    const found = backgroundImage.match(/rgba?\\([^)]+\\)/g) ?? plain;
    if (found.length) return [color, found];
  }
}"""
# Rules that must have judged a lesson in which there is something of ours like that.
MUST = {
    "color-contrast": ".jp-RenderedMarkdown p",
    "target-size": ".wl-options input",
    "label": ".wl-options input",
    "select-name": ".wl-awake select",
    "button-name": ".wl-press",
    "image-alt": "img.wl-picture",
    "th-has-data-cells": ".wl-table th",
    "heading-order": ".jp-RenderedMarkdown h2",
}


def checked(page: Any, theme: str, tags: list[str]) -> tuple[list[str], set[str]]:
    """Return what is wrong with all that is ours, and the rules that have judged something."""
    page.evaluate(THEME, theme)
    page.wait_for_function(IS_ON, arg=theme)
    page.evaluate(DRAWN)
    options = {"runOnly": tags}
    context = {"include": [[part] for part in OURS], "exclude": [[part] for part in FRAME]}
    found = Axe().run(page, context, options).response
    wrong = [f"{theme}: {says}" for says in told(found["violations"])]
    for rule in found["incomplete"]:  # the checker leaves it to people, as it does signs and lists
        if rule["id"] != "color-contrast":
            wrong += told([rule])
            continue
        for node in rule["nodes"]:
            ink, grounds = page.locator(node["target"][0]).evaluate(COLOURS)
            if min(contrast(ink, ground) for ground in grounds) < 4.5:
                wrong.append(f"{theme}: {node['html'][:300]} {ink} {grounds}")
    judged = {rule["id"] for kind in ("passes", "violations") for rule in found[kind]}
    return wrong, judged


def told(found: list[Any]) -> list[str]:
    return [f"{rule['id']}: {node['html'][:300]}" for rule in found for node in rule["nodes"]]


@pytest.fixture
def high(lesson: Lesson) -> Iterator[Any]:
    """A lesson in a window as high as it is."""
    yield from stretched(lesson.page)


def stretched(page: Any) -> Iterator[Any]:
    for _ in range(2):  # what comes into the window may be higher than it was said to be
        page.set_viewport_size({**WIDE, "height": page.evaluate(HEIGHT) + 400})
        page.evaluate(DRAWN)
    style = page.add_style_tag(content=OPEN)
    yield page
    page.evaluate(THEME, LIGHT)
    style.evaluate("style => style.remove()")
    page.set_viewport_size(WIDE)


def test_nothing_is_wrong_in_any_theme(high: Any) -> None:
    found = {theme: checked(high, theme, tags) for theme, tags in THEMES.items()}
    assert [says for wrong, _ in found.values() for says in wrong] == []
    there = {rule for rule, selector in MUST.items() if high.locator(selector).count()}
    assert len(there) > 5 and there <= found[LIGHT][1], "a rule is silent for want of seeing anything"


def test_every_link_in_a_text_is_underlined(lesson: Lesson) -> None:
    """The checker asks it only of links between many other words."""
    links = lesson.page.locator(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)")
    lines = links.evaluate_all("all => all.map(link => getComputedStyle(link).textDecorationLine)")
    assert set(lines) == {"underline"}


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("name", LESSONS[4:6])
def test_nothing_is_wrong_with_a_lesson_asleep(
    server: Server, context: Any, app: str, name: str
) -> None:
    lesson = Lesson(context, server, app, name)
    for page in stretched(lesson.page):
        for trusted in (False, True):
            page.evaluate(TRUST, trusted)
            assert not page.locator(".wl-awake").count()
            assert checked(page, DARK, TAGS)[0] == []
    lesson.close()


def contrast(*colours: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    dark, light = sorted(map(luminance, colours))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
