"""One measure: its value, how it went, its groups, and how it is computed."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui

from bot.insights.measures import chart, measure, store, wording
from bot.insights.measures.catalogue import MEASURES
from bot.insights.measures.figures import Value, Verdict
from bot.insights.measures.kinds import COHORT, Kind
from bot.insights.measures.measure import Breakdown, Measure
from console import shell, tables
from console.measures import choice, drawn, look
from console.measures.choice import Chosen
from console.visit import Visit


async def build(visit: Visit) -> None:
    """Draws the page."""
    kind = MEASURES.get(visit.path["name"])
    if kind is None:
        shell.heading("There is no such measure")
        ui.link("All measures", f"{shell.base(visit)}/measures")
        return
    look.begin()
    chosen = choice.of(visit)
    one = await load(visit, kind, chosen)
    ui.link("All measures", f"{shell.base(visit)}/measures{chosen.to_query()}").classes("text-caption")
    shell.heading(kind.title)
    ui.label(kind.definition).classes("mm-how")
    choice.draw(visit, chosen, f"/measures/{kind.name}")
    look.as_of(one.counted_at)
    if one.verdict is Verdict.NO_DATA:
        _nothing(one)
    else:
        _figures(one)
        _months(visit, one, chosen)
        _breakdowns(one)
    _how(kind)


async def load(visit: Visit, kind: Kind, chosen: Chosen) -> Measure:
    """The measure as it was counted last."""
    now = visit.console.clock.now()
    counted = await visit.read(lambda session: store.read(session, kind, now, chosen.months))
    return measure.of(kind, visit.console.programme, counted, chosen.segment)


def _nothing(one: Measure) -> None:
    look.verdict(one)
    ui.label(f"Needed: {one.kind.needs}").classes("msb-muted")
    _waiting(one)


def _figures(one: Measure) -> None:
    kind, found = one.kind, one.found
    with ui.row().classes("items-start gap-8 q-my-sm"):
        with ui.column().classes("gap-0"):
            ui.label(wording.value_in(kind, found)).classes("mm-value" if not found.is_hidden else "text-body1")
            if kind.unit != "share":
                ui.label(wording.NAMED[kind.unit]).classes("msb-muted text-caption")
            look.verdict(one)
        _figure("n", wording.number(found.n), kind.things)
        _figure("95 % interval", wording.margin(kind, found),
                "holds the target: chance may decide" if one.is_within_margin else "")  # fmt: skip
        if kind.timed and found.median is not None:
            _figure(f"{kind.timed}: median", wording.span(found.median), "half took no longer")
            _figure(f"{kind.timed}: 90th percentile", wording.span(found.p90), "nine of ten took no longer")
    _waiting(one)


def _figure(name: str, value: str, about: str) -> None:
    with ui.column().classes("gap-0"):
        ui.label(name).classes("msb-muted text-caption")
        ui.label(value).classes("text-subtitle1")
        ui.label(about or " ").classes("msb-muted text-caption")


def _waiting(one: Measure) -> None:
    if one.waiting:
        ui.label(f"Not counted yet: {wording.number(one.waiting)} {one.kind.waiting}.").classes("msb-muted")


def _months(visit: Visit, one: Measure, chosen: Chosen) -> None:
    look.section("Month by month")
    organisation = visit.console.programme.organisation.name
    with ui.element("div").classes("mm-two"):
        with ui.column().classes("w-full"):
            drawn.chart(chart.of(one, organisation, chosen.whom(visit.console.programme)))
            _downloads(visit, one, chosen)
        rows = [[wording.month(name), *_cells(one.kind, found)] for name, found in one.months]
        with ui.column().classes("w-full"):
            tables.table("Month by month", _columns("Month", one.kind), rows, shows_caption=False)


def _downloads(visit: Visit, one: Measure, chosen: Chosen) -> None:
    at = f"{shell.base(visit)}/measures/{one.kind.name}"
    with ui.row().classes("gap-4"):
        ui.link("Download as CSV", f"{at}/table.csv{chosen.to_query()}")
        if visit.console.lent.measure_png is not None:
            ui.link("Download as PNG", f"{at}/chart.png{chosen.to_query()}")


def _breakdowns(one: Measure) -> None:
    with ui.element("div").classes("mm-columns"):
        for breakdown in one.breakdowns:
            with ui.element("div"):
                look.section(breakdown.title)
                _table(one.kind, breakdown)


def _table(kind: Kind, breakdown: Breakdown) -> None:
    name = breakdown.title.removeprefix("By ").partition(" (")[0].capitalize()
    is_timed = any(row.found.median is not None for row in breakdown.rows)
    kind = kind if is_timed else replace(kind, timed="")
    rows: list[list[tables.Cell]] = []
    most = max((float(row.found.value or 0) for row in breakdown.rows), default=0.0)
    for row in breakdown.rows:
        named = wording.month(row.name) if breakdown.key == COHORT else row.name
        if breakdown.is_share:
            rows.append([named, wording.number(row.found.k), _share(kind, row.found, most)])
        else:
            rows.append([named, *_cells(kind, row.found)])
    if not breakdown.is_share:
        tables.table(breakdown.title, _columns(name, kind), rows, shows_caption=False)
        return
    last = "Per 100 members and month" if kind.unit == "per_100" else "Share of the whole"
    tables.table(breakdown.title, ((name, False), ("Number", True), (last, True)), rows, shows_caption=False)


def _share(kind: Kind, found: Value, most: float) -> tables.Cell:
    """A group's part, with a bar that is full for the largest."""
    value = found.value if found.value is not None else 0
    size = float(value) / most if most else 0.0
    if kind.unit == "per_100":
        return look.with_bar(wording.rounded(value, 2), size)
    return look.with_bar(f"{wording.rounded(value * 100, 2 if value < 0.01 else 1)} %", size)


def _columns(name: str, kind: Kind) -> tuple[tuple[str, bool], ...]:
    timed = (("Median time", True),) if kind.timed else ()
    return ((name, False), ("n", True), ("Value", True), ("95 % interval", True), *timed)


def _cells(kind: Kind, found: Value) -> list[tables.Cell]:
    timed: list[tables.Cell] = [wording.span(found.median)] if kind.timed else []
    if found.is_hidden:
        return ["", wording.HIDDEN, "", *timed]
    margin = wording.margin(kind, found) if found.low is not None else ("too few" if found.n else wording.NOTHING)
    return [wording.number(found.n), wording.shown(kind.unit, found.value), margin, *timed]


def _how(kind: Kind) -> None:
    look.section("How it is computed")
    with ui.element("ul").classes("mm-how q-pl-md"):
        for sentence in kind.how:
            with ui.element("li"):
                ui.label(sentence)
        with ui.element("li"):
            ui.label(
                "Figures are exact until they are shown, and then rounded half away from zero. The interval holds the "
                "true value in 95 of 100 such cases (Wilson's for shares)."
            )
    ui.label("More: docs/how-to/measures.md").classes("msb-muted text-caption")
