"""The chart of a measure. Its table stands beside it; its colours follow light and dark by the style of the page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from bot.insights.measures.chart import Chart, Point

LINE, TARGET, MUTED, RULE = "#3d87a6", "#c2464d", "#7b8794", "rgba(128,140,152,.35)"


def chart(found: Chart) -> None:
    """Draws it. As SVG: so the texts take the colours of the page, whatever the browser's scheme."""
    shown = ui.echart(options(found), renderer="svg").classes("mm-chart").props("role=img")
    shown._props["aria-label"] = f"{found.title}, {found.about}. The table beside it has every value."


def options(found: Chart) -> dict[str, Any]:
    """What the chart is made from."""
    axis: dict[str, Any] = {
        "type": "value", "name": found.unit, "nameTextStyle": {"color": MUTED, "align": "left"},
        "axisLabel": {"color": MUTED}, "splitLine": {"lineStyle": {"color": RULE}}, "max": found.highest,
        "min": found.lowest,
    }  # fmt: skip
    line: dict[str, Any] = {
        "type": "line", "name": found.title, "data": [_datum(point) for point in found.points],
        "symbolSize": 7, "lineStyle": {"width": 2.5, "color": LINE}, "itemStyle": {"color": LINE},
    }  # fmt: skip
    if found.target is not None:
        if found.highest is None:
            axis["max"] = max([found.target, *(one.value for one in found.points if one.value is not None)])
        line["markLine"] = {
            "silent": True, "symbol": "none", "data": [{"yAxis": found.target}],
            "lineStyle": {"color": TARGET, "type": "dashed", "width": 1.5},
            "label": {"formatter": f"target: {found.target_words}", "position": "insideEndTop", "color": TARGET},
        }  # fmt: skip
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [point.month for point in found.points], "axisLabel": {"color": MUTED}},
        "yAxis": axis,
        "series": [line],
    }


def _datum(point: Point) -> dict[str, Any]:
    return {"value": point.value if point.value is not None else "-", "name": point.month}
