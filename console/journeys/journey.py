"""A journey as a map: its steps in their order, with how far members come and where they stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo

from nicegui import ui

from bot.insights import funnel
from bot.insights.funnel import Chosen, Funnel, Version
from bot.insights.steps import Steps
from bot.insights.tally import Counted
from bot.programme import words
from console import shell
from console.journeys import choice, counts, look, map_card, map_flow, map_table
from console.journeys.look import days, figure, number, percent
from console.journeys.map_style import STYLE
from console.look import banner, muted
from console.visit import Visit

OUTCOMES = {
    "lapsed": "time was over", "left": "left the organisation", "membership_lapsed": "membership lapsed",
    "segment_changed": "changed segment", "next_round": "began anew", "returned": "came back",
    "renewal_moved": "renewal date moved", "ended": "ended",
}  # fmt: skip


async def build(visit: Visit) -> None:
    """Draws the map of the journey that the address names."""
    key = visit.path["key"]
    known = await visit.read(lambda session: funnel.versions(session, visit.console.programme))
    ui.add_css(STYLE)
    look.begin(visit, "/journeys")
    if key not in known:
        shell.missing("There is no such journey.", "All journeys", f"{shell.base(visit)}/journeys")
        return
    page = _Map(visit, known[key])
    await page.load()
    page.draw()


class _Map:
    def __init__(self, visit: Visit, versions: list[Version]) -> None:
        self.visit, self.versions = visit, versions
        self.key = versions[0].journey.key
        chosen = choice.of_query(visit.query)
        there = {one.digest for one in versions}
        self.chosen = chosen if chosen.version in there else replace(chosen, version=None)
        self.tally = counts.tallies(visit.console).steps
        self.counted: Counted[Steps] | None = None
        self.zone: tzinfo = UTC

    async def load(self) -> None:
        """Reads everything before anything is drawn, so that the page does not flicker."""
        self.counted = await counts.latest(self.visit, self.tally)
        self.zone = await counts.zone_of(self.visit)

    async def again(self) -> None:
        await self.load()
        self.draw.refresh()

    @ui.refreshable_method
    def draw(self) -> None:
        version = self._version()
        shell.heading(version.journey.name)
        self._about(version)
        if self.counted is None:
            counts.counting(self.tally, self.again)
            map_card.draw(self.visit, funnel.funnel(Steps(), self.versions, self.chosen), self.chosen)
            return
        months = funnel.months(self.counted.value, self.key)
        choice.draw(self.visit.console.programme, self.chosen, months, self.versions, self.change)
        found = funnel.funnel(self.counted.value, self.versions, self.chosen)
        _figures(found)
        if found.runs.entered:
            map_flow.draw(found)
        else:
            muted("Nobody of these has entered it yet: the map shows the way that they would go.")
        map_card.draw(self.visit, found, self.chosen)
        map_table.draw(found)
        counts.as_of(self.counted, self.zone)

    async def change(self, **changes: str | None) -> None:
        self.chosen = Chosen(**{**vars(self.chosen), **changes})
        query = choice.to_query(self.chosen)
        ui.navigate.history.replace(f"{shell.base(self.visit)}/journeys/{self.key}{query}")
        await self.again()

    def _version(self) -> Version:
        return next((one for one in self.versions if one.digest == self.chosen.version), funnel.newest(self.versions))

    def _about(self, version: Version) -> None:
        journey, programme = version.journey, self.visit.console.programme
        for_whom = words.for_whom(programme, journey)
        muted(f"{look.STAGES[journey.stage]}, for {for_whom}. {words.entry(journey)}")
        if self.key not in programme.journeys:
            banner("This journey is no longer in the programme. Nobody enters it; its past is kept.", "info", "history")
        elif not version.is_current:
            banner("This is an earlier version. Members who entered it go on with it.", "info", "history")


def _figures(found: Funnel) -> None:
    runs = found.runs
    left = ", ".join(f"{number(count)} {OUTCOMES.get(why, why.replace('_', ' '))}" for why, count in runs.left.items())
    with ui.row().classes("gap-x-8 gap-y-2 q-py-sm"):
        figure(number(runs.entered), "entered")
        figure(number(runs.active), "under way")
        share = f" ({percent(runs.completed / runs.entered)})" if runs.entered else ""
        figure(number(runs.completed), f"finished{share}")
        figure(number(runs.ended), f"left before the end{f': {left}' if left else ''}")
        figure(days(runs.days), "typically, to finish")
