"""Read an SVG drawing back: its words and its lines, each with where it stands and how it looks."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Words:
    """Words with the place where their line begins, ends or has its middle."""

    says: str
    x: float
    y: float
    style: dict[str, str]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom, in the font that the drawing asks for first."""
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import TextToPath

        size = float(self.style.get("font-size", "9.5px").removesuffix("px"))
        font = FontProperties(family="DejaVu Sans", size=size, weight=self.style.get("font-weight", "normal"))
        width, height, below = TextToPath().get_text_width_height_descent(self.says, font, False)
        left = self.x - width * {"middle": 0.5, "end": 1.0}.get(self.style.get("text-anchor", ""), 0)
        return left, left + width, self.y + below - height, self.y + below


@dataclass(frozen=True)
class Line:
    """A line from point to point."""

    points: tuple[Point, ...]
    style: dict[str, str]


def read(svg: str) -> tuple[list[Words], list[Line]]:
    """Return the words and the lines of a drawing; the first line, its paper, is left out."""
    words, lines = [], []
    for one in ET.fromstring(svg):
        style = dict(re.findall(r"([\w-]+):([^;]+)", one.get("style", "")))
        if one.tag.endswith("text"):
            words.append(Words(one.text or "", float(one.get("x", "")), float(one.get("y", "")), style))
        else:
            points = (tuple(map(float, point.split())) for point in one.get("d", "")[1:].split("L"))
            lines.append(Line(tuple((x, y) for x, y in points), style))
    return words, lines[1:]
