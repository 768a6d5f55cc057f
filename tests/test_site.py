"""The front page of the site lists the lessons in their own words, and can be read at the grade of the lessons."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.store_outputs import LESSONS
from tests.test_prose import MOST, grade
from web import notebooks
from web.landing import landing

WEB = Path(__file__).parents[1] / "web"
NOTEBOOKS = notebooks(WEB.parent / "notebooks")
PAGE = BeautifulSoup(landing((WEB / "index.html").read_text(encoding="utf-8"), LESSONS), "html.parser")
LINKS = [link["href"] for link in PAGE("a")]
BLOCKS = [" ".join(block.get_text().split()) for block in PAGE(["p", "li", "h1", "h2"])]


def lesson(folder: Path, *lines: str) -> Path:
    path = folder / "09-new.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "\n".join(lines)}]}), encoding="utf-8")
    return path


def test_each_lesson_is_linked_with_its_question_and_minutes() -> None:
    entries = [block for block in BLOCKS if "minutes" in block]
    for path, entry in zip(LESSONS, entries, strict=True):
        head = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        title, minutes = re.search(r"# (.+)", head), re.search(r"\*\*Minutes:\*\* (\d+)", head)
        assert title and title[1] in entry and minutes and f"{minutes[1]} minutes" in entry
        assert f"notebooks/index.html?path={path.name}" in LINKS
        assert re.findall(r"\*\*The question:\*\* (.+)", head)[0] in BLOCKS


def test_every_link_stays_on_the_site_and_every_mark_is_there() -> None:
    assert not [link for link in LINKS if re.match(r"\w+:|/", link)]
    named = {link[1:] for link in LINKS if link[0] == "#"} | {one["aria-labelledby"] for one in PAGE("section")}
    assert named <= {one["id"] for one in PAGE(id=True)}
    assert {link.partition("path=")[2] for link in LINKS if "path=" in link} == {path.name for path in NOTEBOOKS}


def test_no_page_loads_anything_from_another_host() -> None:
    for path in (*WEB.glob("*.html"), *WEB.glob("*.css"), *WEB.glob("*.js")):
        assert not re.findall(r"""(?:https?|wss?)://\S+|["'(]//\w\S*""", path.read_text(encoding="utf-8")), path


def test_headings_go_down_one_step_at_a_time() -> None:
    headings = [heading.name for heading in PAGE(re.compile(r"^h\d$"))]
    assert headings[0] == "h1" and headings.count("h1") == 1 and set(headings) == {"h1", "h2"}


def test_the_notebook_pages_find_their_settings() -> None:
    told = PAGE.find("script", id="jupyter-config-data")
    assert (told["type"], told["data-jupyter-lite-root"], told.string) == ("application/json", ".", "{}")


def test_the_front_page_can_be_read_at_grade_ten() -> None:
    for block in BLOCKS:
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
