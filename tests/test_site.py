"""The front page of the site lists the lessons in their own words, and can be read at the grade of the lessons."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.store_outputs import LESSONS
from tests.test_prose import MOST, grade
from web.landing import landing

WEB = Path(__file__).parents[1] / "web"
PAGE = landing((WEB / "index.html").read_text(encoding="utf-8"), LESSONS)


class Page(HTMLParser):
    """Collects links, ids, headings, and the words of the blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.headings: list[int] = []
        self.blocks = [""]

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        self.links += [str(known["href"])] if name == "a" else []
        self.ids += [str(known["id"])] if "id" in known else []
        self.labels += [str(known["aria-labelledby"])] if "aria-labelledby" in known else []
        self.headings += [int(name[1])] if re.fullmatch(r"h\d", name) else []
        if name in ("p", "li", "h1", "h2"):
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        self.blocks[-1] += data


@pytest.fixture(scope="module")
def page() -> Page:
    found = Page()
    found.feed(PAGE)
    found.blocks = [" ".join(block.split()) for block in found.blocks]
    return found


def lesson(folder: Path, *lines: str) -> Path:
    path = folder / "09-new.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "\n".join(lines)}]}), encoding="utf-8")
    return path


def test_each_lesson_is_linked_with_its_question_and_minutes(page: Page) -> None:
    entries = [block for block in page.blocks if "minutes" in block]
    for path, entry in zip(LESSONS, entries, strict=True):
        head = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        title, minutes = re.search(r"# (.+)", head), re.search(r"\*\*Minutes:\*\* (\d+)", head)
        assert title and title[1] in entry and minutes and f"{minutes[1]} minutes" in entry
        assert f"notebooks/index.html?path={path.name}" in page.links
        assert re.findall(r"\*\*The question:\*\* (.+)", head)[0] in page.blocks


def test_every_link_stays_on_the_site_and_every_mark_is_there(page: Page) -> None:
    assert not [link for link in page.links if re.match(r"\w+:|/", link)]
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside | set(page.labels) <= set(page.ids)
    paths = [link.partition("path=")[2] for link in page.links if "path=" in link]
    assert set(paths) == {path.name for path in LESSONS}


@pytest.mark.parametrize(
    "path", [*WEB.glob("*.html"), *WEB.glob("*.css"), *WEB.glob("*.js")], ids=lambda path: path.name
)
def test_no_page_loads_anything_from_another_host(path: Path) -> None:
    assert not re.findall(r"""(?:https?|wss?)://\S+|["'(]//\w\S*""", path.read_text(encoding="utf-8"))


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    assert page.headings[0] == 1 and page.headings.count(1) == 1 and set(page.headings) == {1, 2}


def test_the_notebook_pages_find_their_settings() -> None:
    assert '<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{}</script>' in PAGE


def test_the_front_page_can_be_read_at_grade_ten(page: Page) -> None:
    for block in page.blocks:
        if len(block.split()) >= 25:
            assert grade(block) <= MOST, block


def test_what_a_lesson_says_of_itself_is_text_and_not_markup(tmp_path: Path) -> None:
    path = lesson(tmp_path, "# <b>Loud</b>", "", "**The question:** A & B?", "", "**Minutes:** 5")
    made = landing("<!-- lessons -->", [path])
    assert "&lt;b&gt;Loud&lt;/b&gt;" in made and "A &amp; B?" in made and "5 minutes" in made


def test_a_lesson_without_its_head_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="09-new.ipynb: its first cell has no question and no minutes"):
        landing("<!-- lessons -->", [lesson(tmp_path, "# Only a title")])
    with pytest.raises(ValueError, match="needs one <!-- lessons -->"):
        landing("nothing", [])
