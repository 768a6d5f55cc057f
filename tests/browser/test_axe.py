"""The reference checker of accessibility finds nothing wrong with ours, in any theme, or asleep."""

from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import WIDE
from tests.browser.driver import APPS, DRAWN, LESSONS, Lesson, Server

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OURS = (".jp-OutputArea-output", ".jp-RenderedMarkdown")
FRAME = (".jp-collapseHeadingButton", ".jp-InternalAnchorLink", ".dataframe")  # not ours
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
COLOURS = {"type": "rule", "values": ["color-contrast"]}
THEMES = {LIGHT: TAGS, DARK: COLOURS, f"{DARK} High Contrast": COLOURS}
THEME = "theme => { jupyterapp.commands.execute('apputils:change-theme', { theme }); }"
IS_ON = "theme => document.body.dataset.jpThemeName === theme"
CELLS = "jupyterapp.shell.currentWidget.content.widgets"
TRUST = f"trusted => {CELLS}.forEach(cell => {{ cell.model.trusted = trusted; }})"
# To the checker, all that lies outside of the window or of its page is not there.
OPEN = "html, body { height: 100vh; overflow: visible !important; }"
SEEN = """() => {
  document.querySelector(".jp-WindowedPanel-outer").scrollTop = 0;
  const edges = [...document.querySelectorAll(".wl-page")].map(one => one.getBoundingClientRect());
  return edges.every(({ top, bottom }) => top > 0 && bottom < innerHeight);
}"""
# The least contrast of a text with any colour of what it stands on, as WCAG defines it.
CONTRAST = """node => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0.05);
  const ink = light(getComputedStyle(node).color), plain = /rgb\\([^)]+\\)/g;
  let box = node, found = null;
  for (; !found; box = box.parentElement) {
    const { backgroundImage, backgroundColor } = getComputedStyle(box);
    found = backgroundImage.match(plain) ?? backgroundColor.match(plain);
  }
  return Math.min(...found.map(light).map(ground => Math.max(ink / ground, ground / ink)));
}"""


def wrong(page: Any, theme: str, rules: Any) -> list[str]:
    """Return what is wrong with all that is ours."""
    page.set_viewport_size({**WIDE, "height": 24000})
    style = page.add_style_tag(content=OPEN)
    page.evaluate(THEME, theme)
    page.wait_for_function(IS_ON, arg=theme)
    page.evaluate(DRAWN)
    assert page.evaluate(SEEN)
    context = {"include": [[part] for part in OURS], "exclude": [[part] for part in FRAME]}
    options = {"runOnly": rules, "resultTypes": ["violations", "incomplete"]}
    found = Axe().run(page, context, options).response
    for rule in found["incomplete"]:  # the checker leaves text on two colours to people
        if rule["id"] == "color-contrast":
            seen = [(node, page.locator(node["target"][0])) for node in rule["nodes"]]
            rule["nodes"] = [node for node, one in seen if one.evaluate(CONTRAST) < 4.5]
    style.evaluate("style => style.remove()")
    page.set_viewport_size(WIDE)
    page.evaluate(THEME, LIGHT)  # other tests, and other pages, find it as it was
    page.wait_for_function(IS_ON, arg=LIGHT)
    left = found["violations"] + found["incomplete"]
    return [f"{rule['id']}: {node['html'][:300]}" for rule in left for node in rule["nodes"]]


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_wrong_in_any_theme(lesson: Lesson, theme: str) -> None:
    assert wrong(lesson.page, theme, THEMES[theme]) == []


def test_every_link_in_a_text_is_underlined(lesson: Lesson) -> None:
    """The checker asks it only of links between many other words."""
    links = lesson.page.locator(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)")
    lines = links.evaluate_all("all => all.map(link => getComputedStyle(link).textDecorationLine)")
    assert set(lines) == {"underline"}


@pytest.mark.parametrize("app, name, trusted", [*product(APPS, LESSONS[4:6], (False, True))])
def test_a_lesson_asleep_says_so_and_nothing_is_wrong(
    server: Server, context: Any, app: str, name: str, trusted: bool
) -> None:
    lesson = Lesson(context, server, app, name)
    lesson.page.evaluate(TRUST, trusted)
    says = lesson.page.locator(".wl-asleep").all_inner_texts()
    assert len(says) == len(lesson.explorers()) and all("to wake it" in words for words in says)
    assert not lesson.page.locator(f":is({', '.join(OURS)}) :is(input, select, button)").count()
    assert wrong(lesson.page, DARK, TAGS) == []
    lesson.close()
