"""The first page: what needs a person, what the bot did, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from nicegui import ui
from sqlalchemy.orm import Session

from bot.handoff import away
from bot.insights import funnel, today
from bot.insights.today import Begun, Coming, Done, Needs, People
from bot.model import Staff
from bot.programme import navigate
from console import home_parts, look, shell
from console.home_parts import STYLE
from console.journeys import counts
from console.journeys import look as journeys_look
from console.pages import Area, Page
from console.visit import Visit

SECONDS = 5.0


@dataclass(frozen=True)
class Glance:
    """Everything that the page shows; drawn anew when it differs."""

    needs: Needs
    done: Done
    coming: Coming
    stages: dict[str, str]
    begun: Begun
    zone: tzinfo
    names: dict[tuple[str | None, str], str]


async def build(visit: Visit) -> None:
    """Draws it, and keeps it as things are."""
    ui.add_css(look.STYLE + journeys_look.STYLE + STYLE)
    page = _Home(visit, await visit.read(lambda session: glance(session, visit)), await _people(visit))
    page.draw()
    ui.timer(SECONDS, page.look)


def glance(session: Session, visit: Visit) -> Glance:
    """In a fixed number of statements."""
    console, times = visit.console, visit.console.times()
    known = funnel.versions(session, console.programme)
    journeys = {key: funnel.newest(of_journey).journey for key, of_journey in known.items()}
    names: dict[tuple[str | None, str], str] = {(None, key): one.name for key, one in console.programme.surveys.items()}
    for of_journey in known.values():
        for version in of_journey:
            key = version.journey.key
            names |= {(key, step.key): step.name for step in navigate.steps(version.journey)}
            names |= {(key, one.key): one.name for one in version.journey.milestones}
    staff = session.get_one(Staff, visit.visitor.staff_id)
    return Glance(
        needs=today.needs(session, console.programme, console.reach.channels, times),
        done=today.done(session, times.now - today.DAY),
        coming=today.coming(session, times.now),
        stages={key: one.stage for key, one in journeys.items()},
        begun=today.begun(session, staff.id),
        zone=away.zone_of(console.programme.inbox, staff),
        names=names,
    )


async def _people(visit: Visit) -> People | None:
    """None while they are counted for the first time."""
    counted = await counts.latest(visit, counts.tallies(visit.console).people)
    return counted.value if counted is not None else None


class _Home:
    def __init__(self, visit: Visit, found: Glance, people: People | None) -> None:
        self.visit, self.found, self.people = visit, found, people

    async def look(self) -> None:
        """Redraws when anything is not as it was."""
        found = await self.visit.read(lambda session: glance(session, self.visit))
        people = await _people(self.visit)
        if (found, people) != (self.found, self.people):
            self.found, self.people = found, people
            self.draw.refresh()

    @ui.refreshable_method
    def draw(self) -> None:
        found, base, now = self.found, shell.base(self.visit), self.visit.console.clock.now()
        if not found.begun.is_complete:
            home_parts.first_steps(found.begun, tuple(self.visit.console.reach.channels), base)
        with ui.element("div").classes("h-grid"):
            home_parts.needs(found.needs, base, now, found.zone)
            home_parts.next_up(found.coming, found.names, base, now, found.zone)
            home_parts.last_day(found.done, base)
            home_parts.people(self.people, found.stages, base)
        home_parts.footer(now, found.zone)


AREA = Area([Page("/", "Overview", build, icon="home")])
