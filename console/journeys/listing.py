"""All journeys at a glance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo

from nicegui import ui

from bot.insights import funnel
from bot.insights.funnel import Chosen, RunFigures, Version
from bot.insights.steps import Steps
from bot.insights.tally import Counted
from bot.programme.models import Programme
from console import shell, tables
from console.journeys import choice, counts, look
from console.journeys.look import STAGES, days, number, percent
from console.look import muted, tag
from console.visit import Visit


async def build(visit: Visit) -> None:
    """Draws the list, and anew when it is narrowed."""
    look.begin(visit, "/journeys")
    muted("What members go through, and how far they come. Open a journey to see where they stop.")
    page = _Listing(visit)
    await page.load()
    page.draw()


class _Listing:
    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.chosen = choice.of_query(visit.query)
        self.tally = counts.tallies(visit.console).steps
        self.counted: Counted[Steps] | None = None
        self.known: dict[str, list[Version]] = {}
        self.zone: tzinfo = UTC

    async def load(self) -> None:
        """Reads everything before anything is drawn, so that the page does not flicker."""
        self.counted = await counts.latest(self.visit, self.tally)
        self.known = await self.visit.read(lambda session: funnel.versions(session, self.visit.console.programme))
        self.zone = await counts.zone_of(self.visit)

    async def again(self) -> None:
        await self.load()
        self.draw.refresh()

    @ui.refreshable_method
    def draw(self) -> None:
        if self.counted is None:
            counts.counting(self.tally, self.again)
            return
        steps = self.counted.value
        months = sorted({cell.joined for cell in steps.runs}, reverse=True)
        choice.draw(self.visit.console.programme, self.chosen, months, [], self.change)
        _table(self.visit, self.known, steps, self.chosen)
        if not steps.runs:
            muted("Nobody has entered a journey yet. Members enter by themselves once they are imported.")
        counts.as_of(self.counted, self.zone)

    async def change(self, **changes: str | None) -> None:
        self.chosen = Chosen(**{**vars(self.chosen), **changes})
        ui.navigate.history.replace(f"{shell.base(self.visit)}/journeys{choice.to_query(self.chosen)}")
        await self.again()


COLUMNS = (("Journey", False), ("Stage", False), ("For", False), ("How far", False), ("Entered", True),
           ("Under way", True), ("Finished", True), ("Left before the end", True), ("Typically finished after", True),
           ("Versions", True))  # fmt: skip


def _table(visit: Visit, known: dict[str, list[Version]], steps: Steps, chosen: Chosen) -> None:
    programme = visit.console.programme
    order = list(STAGES)
    newest = {key: funnel.newest(of_journey) for key, of_journey in known.items()}
    rows: list[list[tables.Cell]] = []
    for key in sorted(known, key=lambda one: order.index(newest[one].journey.stage)):
        figures = funnel.run_figures(steps, key, chosen)
        rows.append([
            _name(visit, newest[key], chosen), STAGES[newest[key].journey.stage], _for_whom(programme, newest[key]),
            _how_far(figures), number(figures.entered), number(figures.active), number(figures.completed),
            number(figures.ended), days(figures.days), str(len(known[key])),
        ])  # fmt: skip
    tables.table("All journeys", COLUMNS, rows)


def _name(visit: Visit, version: Version, chosen: Chosen) -> Callable[[], object]:
    def draw() -> None:
        journey = version.journey
        ui.link(journey.name, f"{shell.base(visit)}/journeys/{journey.key}{choice.to_query(chosen)}")
        if journey.key not in visit.console.programme.journeys:
            tag("no longer in the programme", "plain", "history")

    return draw


def _for_whom(programme: Programme, version: Version) -> str:
    names = {segment.key: segment.name for segment in programme.segments}
    return ", ".join(names.get(key, key) for key in version.journey.segments) or "Everybody"


def _how_far(figures: RunFigures) -> Callable[[], object]:
    def draw() -> None:
        done = figures.completed / figures.entered if figures.entered else 0.0
        told = f"{number(figures.completed)} of {number(figures.entered)} have finished"
        with ui.column().classes("gap-1").style("min-width: 8rem"):
            ui.label(percent(done) if figures.entered else "-").classes("text-weight-bold")
            parts = {"told": figures.completed, "open": figures.active, "left": figures.ended}
            look.bar(parts, figures.entered, told)

    return draw
