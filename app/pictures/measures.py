"""A measure month by month as a picture: a line with its values, and the target as a dashed one."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise

import drawsvg

from app.pictures.fonts import FAMILY, fit, width
from app.pictures.svg import rasterised
from bot.insights.measures.chart import Chart, Point

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 64, 32, 112, 84
TITLE, SMALL = 22, 13
INK, MUTED, LINE, TARGET, GRID = "#111111", "#4a5562", "#1b6ca8", "#a3263f", "#e3e8ee"
STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with a line each `step`."""

    low: float
    high: float
    step: float

    def y(self, value: float) -> float:
        """Where a value stands."""
        room = HEIGHT - TOP - BOTTOM
        return TOP + room - room * (value - self.low) / (self.high - self.low)

    def marks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * at for at in range(count + 1)]


def png(chart: Chart) -> bytes:
    """The chart, at twice its size in pixels."""
    return rasterised(svg(chart))


def svg(chart: Chart) -> str:
    """One self-contained document; words of the content are escaped."""
    drawing = drawsvg.Drawing(WIDTH, HEIGHT, id_prefix="m", font_family=f"{FAMILY}, Arial, sans-serif")
    drawing.append_title(chart.title)
    drawing.append(drawsvg.Raw(f"<desc>{escape(chart.about)}</desc>"))
    drawing.append(drawsvg.Rectangle(0, 0, WIDTH, HEIGHT, fill="#ffffff"))
    room = WIDTH - LEFT - RIGHT
    _text(drawing, LEFT, 40, fit(chart.title, TITLE, room), TITLE, INK)
    _text(drawing, LEFT, 64, fit(chart.about, SMALL, room), SMALL, MUTED)
    _text(drawing, LEFT, 84, fit(f"In {chart.unit}.", SMALL, room), SMALL, MUTED)
    _text(drawing, LEFT, HEIGHT - 16, fit(f"Source: {chart.source}", SMALL, room), SMALL, MUTED)
    axis = axis_of(chart)
    _grid(drawing, axis)
    if chart.target is not None:
        _target(drawing, chart, axis)
    _points(drawing, chart.points, axis)
    return str(drawing.as_svg())


def axis_of(chart: Chart) -> Axis:
    """Holds every value and the target, with five lines or a few more."""
    values = [point.value for point in chart.points if point.value is not None]
    values += [chart.target] if chart.target is not None else []
    low = chart.lowest if chart.lowest is not None else min([0.0, *values])
    high = max([low + 1, *values]) if chart.highest is None else chart.highest
    step = next((one for one in STEPS if (high - low) / one <= 6), 200.0)
    low = low if chart.lowest is not None else step * (low // step)
    return Axis(low, low + step * -(-(high - low) // step), step)


def _grid(drawing: drawsvg.Drawing, axis: Axis) -> None:
    for mark in axis.marks():
        y = axis.y(mark)
        drawing.append(drawsvg.Line(LEFT, y, WIDTH - RIGHT, y, stroke=GRID, stroke_width=1))
        words = f"{mark:g}"
        _text(drawing, LEFT - 10 - width(words, SMALL), y + 4, words, SMALL, MUTED)


def _target(drawing: drawsvg.Drawing, chart: Chart, axis: Axis) -> None:
    assert chart.target is not None
    y, words = axis.y(chart.target), f"target: {chart.target_words}"
    drawing.append(drawsvg.Line(LEFT, y, WIDTH - RIGHT, y, stroke=TARGET, stroke_width=1.5, stroke_dasharray="6 4"))
    _text(drawing, WIDTH - RIGHT - width(words, SMALL), y - 6, words, SMALL, TARGET)


def _points(drawing: drawsvg.Drawing, points: tuple[Point, ...], axis: Axis) -> None:
    column = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    places = [(LEFT + (at + 0.5) * column, axis.y(one.value) if one.value is not None else None)
              for at, one in enumerate(points)]  # fmt: skip
    for (x1, y1), (x2, y2) in pairwise(places):
        if y1 is not None and y2 is not None:
            drawing.append(drawsvg.Line(x1, y1, x2, y2, stroke=LINE, stroke_width=2.5))
    sparse = -(-len(points) // 12)
    for at, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        if y is not None:
            drawing.append(drawsvg.Circle(x, y, 4, fill=LINE))
            _text(drawing, x - width(point.words, SMALL) / 2, y - 10, point.words, SMALL, INK) if sparse == 1 else None
        if at % sparse == 0:
            month, _, year = point.month.partition(" ")
            for line, words in enumerate((month, year)):
                _text(drawing, x - width(words, SMALL) / 2, HEIGHT - BOTTOM + 20 + 16 * line, words, SMALL, MUTED)


def _text(drawing: drawsvg.Drawing, x: float, y: float, words: str, size: float, colour: str) -> None:
    drawing.append(drawsvg.Text(words, size, x, y, fill=colour))
