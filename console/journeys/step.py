"""One step of a journey: how far members are with it, who stands at it, and what they are sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from nicegui import ui

from bot.insights import funnel, ladders, whereabouts
from bot.insights.funnel import StepFigures, Version
from bot.insights.ladders import RungFigures
from bot.insights.steps import Place, Steps
from bot.insights.whereabouts import Standing
from bot.programme import navigate
from bot.programme.models import Step
from console import shell, tables
from console.journeys import choice, counts, look, map_card, step_texts
from console.journeys.look import capital, days, figure, hours, number, percent
from console.look import banner, moment, muted
from console.visit import Visit

MOST = 50
PLACES = {
    Place.OVERDUE: "Overdue", Place.STUCK: "Stuck", Place.OPEN: "Open", Place.COMING: "Not asked yet",
}  # fmt: skip


async def build(visit: Visit) -> None:
    """Draws the page of the step that the address names."""
    key, step = visit.path["key"], visit.path["step"]
    known = (await visit.read(lambda session: funnel.versions(session, visit.console.programme))).get(key, [])
    look.begin(visit, "/journeys")
    having = [one for one in known if step in {own.key for own in navigate.steps(one.journey)}]
    if not having:
        shell.missing("There is no such step.", "All journeys", f"{shell.base(visit)}/journeys")
        return
    await _Page(visit, known, having, step).draw()


class _Page:
    def __init__(self, visit: Visit, known: list[Version], having: list[Version], step: str) -> None:
        self.visit, self.known = visit, known
        chosen = choice.of_query(visit.query)
        named = {one.digest: one for one in having}
        self.chosen = chosen if chosen.version in named else replace(chosen, version=None)
        self.version = named.get(self.chosen.version or "") or funnel.newest(having)
        self.step: Step = navigate.step_of(self.version.journey, step)
        self.place: Place | None = None
        self.people: list[Standing] = []
        self.figures: StepFigures | None = None

    async def draw(self) -> None:
        journey, base = self.version.journey, shell.base(self.visit)
        with ui.row().classes("items-center gap-2"):
            ui.link(journey.name, f"{base}/journeys/{journey.key}{choice.to_query(self.chosen)}")
            ui.icon("chevron_right").props("aria-hidden=true")
            ui.label(navigate.milestone_of(journey, self.step.key).name).classes("msb-muted")
        shell.heading(capital(self.step.name))
        if not self.version.is_current:
            banner("Only earlier versions of the journey have this step.", "info", "history")
        await self.numbers()
        step_texts.draw(self.visit, self.version.journey, self.step)

    async def again(self) -> None:
        self.numbers.refresh()

    @ui.refreshable_method
    async def numbers(self) -> None:
        """How far members are with the step."""
        tallies = counts.tallies(self.visit.console)
        steps = await counts.latest(self.visit, tallies.steps)
        touches = await counts.latest(self.visit, tallies.touches)
        if steps is None:
            counts.counting(tallies.steps, self.again)
            return
        if touches is None:
            counts.counting(tallies.touches, self.again)
            return
        self.figures = self._figures(steps.value)
        zone = await counts.zone_of(self.visit)
        _told(self.figures, ladders.of_step(touches.value, self._versions(), self.step.key))
        counts.as_of(steps, zone)
        places = [one for one in PLACES if self.figures.here.get(one)]
        self.place = self.place if self.place in places else next(iter(places), None)
        await self._look()
        self.who(places, zone)

    def _versions(self) -> list[Version]:
        return [one for one in self.known if self.chosen.version in (None, one.digest)]

    def _figures(self, steps: Steps) -> StepFigures:
        found = funnel.funnel(steps, self.known, replace(self.chosen, version=None))
        if self.chosen.version is not None:
            found = funnel.funnel(steps, self.known, self.chosen)
        gone = {one.key: one for one in found.gone}
        none = StepFigures(self.step.key, 0, {}, 0, {}, 0, None)
        return found.steps.get(self.step.key) or gone.get(self.step.key) or none

    async def _look(self) -> None:
        place = self.place
        if place is None:
            self.people = []
            return
        journey, now = self.version.journey.key, self.visit.console.clock.now()
        self.people = await self.visit.read(
            lambda session: whereabouts.at_step(
                session, journey, self.step.key, [place], now, chosen=self.chosen, most=MOST
            )
        )

    @ui.refreshable_method
    def who(self, places: list[Place], zone: tzinfo) -> None:
        """Who stands here now, by how it stands."""
        ui.label("Who is here now").classes("text-h6 q-mt-md").props("role=heading aria-level=2")
        if self.figures is None or self.place is None:
            muted("Nobody stands at this step at the moment.")
            return
        here = self.figures.here
        named = {str(one): f"{PLACES[one]} ({number(here[one])})" for one in places}

        async def choose(value: str) -> None:
            self.place = Place(value)
            await self._look()
            self.who.refresh()

        ui.toggle(named, value=str(self.place), on_change=lambda event: choose(event.value)).props(
            'no-caps unelevated toggle-color=primary aria-label="Who"'
        )
        self._people(zone)
        if len(self.people) >= MOST:
            muted(f"The first {MOST}, those first who have waited longest.")

    def _people(self, zone: tzinfo) -> None:
        names = {segment.key: segment.name for segment in self.visit.console.programme.segments}
        now, base = self.visit.console.clock.now(), shell.base(self.visit)

        def link(one: Standing) -> tables.Cell:
            return lambda: ui.link(one.name, f"{base}/members/{one.member_id}").classes("msb-wrap")

        rows: list[list[tables.Cell]] = [
            [
                link(one),
                names.get(one.segment, one.segment),
                moment(one.since, zone, now) if one.since is not None else "-",
                moment(one.next_at, zone, now) if one.next_at is not None else "a person looks after it",
            ]
            for one in self.people
        ]
        columns = (("Member", False), ("Segment", False), ("Since", False), ("Next look", False))
        tables.table(f"Times are those of {zone}", columns, rows)


def _told(one: StepFigures, asked: RungFigures) -> None:
    look.bar(map_card.parts_of(one), one.entered, map_card.told(one))
    with ui.row().classes("gap-x-8 gap-y-2 q-py-sm"):
        figure(number(one.reached), f"of {number(one.entered)} came to it")
        figure(number(one.all_done), f"have done it ({percent(one.share(one.all_done))})")
        figure(number(one.here.get(Place.OVERDUE, 0)), "overdue")
        figure(number(one.here.get(Place.STUCK, 0)), "stuck")
        figure(number(one.skipped), "passed over")
        figure(number(one.stopped), "journey ended here")
        figure(days(one.days), "typically, after entering")
        rate = percent(asked.rate) if asked.rate is not None else "-"
        figure(rate, f"of {number(asked.judged)} messages answered")
        figure(hours(asked.median_hours), "typically, to answer")
