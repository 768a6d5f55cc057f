"""What a screen reader is told: names, roles and states, as `python -m tests.browser.store_aria` stored them."""

import re

from tests.browser import store_aria
from tests.browser.driver import Lesson

NAMELESS = re.compile(r"^ *- (?:slider|radiogroup|radio|checkbox|combobox|textbox|button|link|img)\b(?! \")", re.M)


def test_a_screen_reader_is_told_what_is_stored(lesson: Lesson) -> None:
    assert store_aria.told(lesson) == store_aria.path(lesson.name).read_text(encoding="utf-8")


def test_each_control_and_picture_has_a_name_and_each_explorer_a_live_region(lesson: Lesson) -> None:
    told = store_aria.told(lesson)
    assert NAMELESS.findall(told) == []
    assert len(re.findall("^ *- status", told, re.M)) == len(lesson.explorers())
