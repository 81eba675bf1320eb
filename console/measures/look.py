"""What the pages of measures share: their style, tables, verdicts, and a line that says of when the figures are."""

from __future__ import annotations

from datetime import datetime

from nicegui import ui

from bot.insights.measures import wording
from bot.insights.measures.figures import Verdict
from bot.insights.measures.measure import Measure
from console import tables

ICONS = {
    Verdict.MET: ("check_circle", "mm-good"),
    Verdict.MISSED: ("error", "mm-bad"),
    Verdict.FEW: ("help", "msb-muted"),
    Verdict.NO_TARGET: ("remove", "msb-muted"),
    Verdict.NO_DATA: ("hourglass_empty", "msb-muted"),
}

STYLE = """
:root { --mm-line: #1b6ca8; --mm-target: #a3263f; --mm-rule: #cfd6de; --mm-fill: #cfe3ec; --mm-text: #4b5563; }
.body--dark { --mm-line: #5fb3d3; --mm-target: #ff9d94; --mm-rule: #3a444f; --mm-fill: #22495a; --mm-text: #c3cad3; }
.mm-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 290px), 1fr)); gap: 1rem; }
.mm-cards { width: 100%; }
.mm-value { font-size: 2rem; line-height: 1.1; font-weight: 600; font-variant-numeric: tabular-nums; }
.mm-good { color: #1e7a3c; } .body--dark .mm-good { color: #7ddb9b; }
.mm-bad { color: #b3261e; } .body--dark .mm-bad { color: #ffa79f; }
.mm-spark { width: 100%; height: 46px; display: block; }
.mm-spark polyline { fill: none; stroke: var(--mm-line); stroke-width: 2; vector-effect: non-scaling-stroke; }
.mm-spark circle { fill: var(--mm-line); }
.mm-spark line { stroke: var(--mm-target); stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.mm-bar { height: 8px; min-width: 70px; border-radius: 4px; background: var(--mm-rule); overflow: hidden; }
.mm-bar > div { height: 100%; background: var(--mm-line); }
.mm-chart { width: 100%; height: 320px; }
.mm-chart text { fill: var(--mm-text) !important; }
.mm-how { max-width: 75ch; }
.mm-how { list-style: disc; }
.mm-how li { margin-bottom: .4rem; }
.mm-share { display: flex; align-items: center; justify-content: flex-end; gap: .6rem; }
.mm-two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 1.5rem 2rem; }
.mm-two { width: 100%; }
.mm-columns { columns: 430px; column-gap: 2rem; width: 100%; }
.mm-columns > div { break-inside: avoid; padding-bottom: 1rem; }
"""


def begin() -> None:
    """The style of these pages."""
    ui.add_css(tables.STYLE + STYLE)


def section(title: str) -> ui.label:
    return ui.label(title).classes("text-h6 q-mt-md").props("role=heading aria-level=2")


def verdict(measure: Measure) -> None:
    """Whether the target is met: in words, with an icon."""
    icon, tone = ICONS[measure.verdict]
    words = wording.VERDICTS[measure.verdict]
    if measure.kind.target is not None and measure.verdict is not Verdict.NO_DATA:
        words += f" ({wording.target(measure.kind)})"
    with ui.row().classes("items-center gap-1 no-wrap"):
        ui.icon(icon, size="xs").classes(tone).props("aria-hidden=true")
        ui.label(words).classes(tone)


def as_of(moment: datetime | None) -> None:
    """Of when the figures are."""
    if moment is None:
        said = "Not counted yet: the scheduler counts within a minute of its start, then every few minutes."
    else:
        said = f"As of {moment:%d %b %Y, %H:%M} UTC. Months are calendar months in UTC."
    ui.label(said).classes("msb-muted text-caption")


def with_bar(words: str, share: float) -> tables.Cell:
    """A number, and beside it a bar for a share of 1."""

    def draw() -> None:
        with ui.element("div").classes("mm-share"):
            ui.label(words)
            _bar(share)

    return draw


def _bar(share: float) -> None:
    with ui.element("div").classes("mm-bar").props("aria-hidden=true"):
        ui.element("div").style(f"width: {100 * min(max(share, 0.0), 1.0):.1f}%")


def spark(measure: Measure) -> None:
    """The months as a small line, with the target; the same in words for who can't see it."""
    points = [(at, float(found.value)) for at, (_month, found) in enumerate(measure.months) if found.value is not None]
    target = float(measure.kind.target) if measure.kind.target is not None else None
    values = [value for _at, value in points] + ([target] if target is not None else [])
    if not points:
        ui.element("div").style("height: 46px")
        return
    low, high = min(values), max(values)
    room, last = (high - low) or 1.0, max(len(measure.months) - 1, 1)

    def y(value: float) -> float:
        return 42 - 38 * (value - low) / room

    drawn = [(100 * at / last * 0.96 + 2, y(value)) for at, value in points]
    with ui.element("svg").classes("mm-spark").props('viewBox="0 0 100 46" preserveAspectRatio="none" role=img') as svg:
        svg._props["aria-label"] = _in_words(measure)
        if target is not None:
            ui.element("line").props(f"x1=0 x2=100 y1={y(target):.1f} y2={y(target):.1f}")
        ui.element("polyline")._props["points"] = " ".join(f"{x:.1f},{at:.1f}" for x, at in drawn)


def _in_words(measure: Measure) -> str:
    known = [(name, found) for name, found in measure.months if found.value is not None]
    (first, one), (last, other) = known[0], known[-1]
    told = f"from {wording.value_in(measure.kind, one)} in {wording.month(first)}"
    return f"Month by month: {told} to {wording.value_in(measure.kind, other)} in {wording.month(last)}"
