"""The inbox: who needs a person, the most urgent first. It shows what changes without being asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui
from sqlalchemy.orm import Session

from bot.handoff import away, colleagues, figures, listing, queues
from bot.handoff.figures import Figures
from bot.handoff.listing import NOBODY, Counts
from bot.handoff.queues import Queue
from bot.handoff.words import REASONS
from bot.model import HandOffReason, Role, Staff, Team
from console import look, shell
from console.cases import absence, ask_for, rows, words
from console.cases.rows import Seen
from console.cases.wanted import PER_PAGE, Choice, Tray
from console.live import MINUTE, SECONDS, keeping_focus
from console.visit import Visit

TRAYS = {
    Tray.MINE: "Needs me",
    Tray.TEAM: "My team",
    Tray.UNASSIGNED: "Unassigned",
    Tray.ALL: "All open",
    Tray.SNOOZED: "Snoozed",
    Tray.RESOLVED: "Resolved",
}
NOTHING = {
    Tray.MINE: "Nothing is waiting for you. The list of your team has what nobody has taken yet.",
    Tray.TEAM: "Nobody is waiting for your team.",
    Tray.UNASSIGNED: "Every case is somebody's.",
    Tray.ALL: "Nobody is waiting. Cases appear here when the assistant needs a person, or when you open one.",
    Tray.SNOOZED: "No case is resting.",
    Tray.RESOLVED: "No case has been resolved yet.",
}

Chosen = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Glance:
    """What the page shows at one moment."""

    at: datetime
    queue: Queue
    counts: Counts
    today: Figures
    edition: tuple[int, int]


@dataclass(frozen=True)
class Colleague:
    """Who looks: their zone, and whom cases may be given to, by address."""

    zone: ZoneInfo
    people: dict[str, str]


class Inbox:
    """The page, as one colleague looks at it."""

    def __init__(self, visit: Visit, choice: Choice, glance: Glance, person: Colleague) -> None:
        self.visit, self.choice, self.glance, self.person = visit, choice, glance, person

    async def draw(self) -> None:
        ui.add_css(look.STYLE + rows.STYLE)
        with ui.row().classes("w-full items-center justify-between gap-2"):
            self.figures()
            if self.visit.may(Role.MANAGER):
                with ui.row().classes("items-center gap-2"):
                    await absence.button(self.visit)
                    ask_for.button(self.visit)
        self.trays()
        self._filters()
        self.said = ui.label("").props("role=status aria-live=polite").classes("sr-only")
        self.rows()
        look.muted(f"Times are those of {self.person.zone.key}.")
        ui.timer(SECONDS, self.look)

    async def look(self) -> None:
        """Asks whether anything changed, and redraws what did: a case, or a minute that has passed."""
        edition = await self.visit.read(listing.edition)
        if edition != self.glance.edition or self.visit.console.clock.now() - self.glance.at >= MINUTE:
            await self.refresh()

    async def refresh(self) -> None:
        before, self.glance = (
            self.glance,
            await self.visit.read(lambda session: glance(session, self.visit, self.choice)),
        )
        await keeping_focus(self._redraw)
        new = self.glance.counts.everybody - before.counts.everybody
        if new > 0:
            self.said.set_text(f"{new} new case{'s' * (new != 1)}.")

    async def choose(self, **changes: object) -> None:
        """Narrows the list, and keeps that in the address."""
        self.choice = self.choice.but(**changes)
        ui.navigate.history.replace(self._address(self.choice))
        await self.refresh()

    def _redraw(self) -> None:
        self.figures.refresh()
        self.trays.refresh()
        self.rows.refresh()

    def _address(self, choice: Choice) -> str:
        return f"{shell.base(self.visit)}/cases{choice.query()}"

    @ui.refreshable_method
    def figures(self) -> None:
        """Today, for the colleague's teams."""
        today = self.glance.today
        first = words.short(today.first_reply) if today.first_reply is not None else "none yet"
        facts = [
            (str(today.opened), "opened today"), (str(today.answered), "answered"), (str(today.resolved), "resolved"),
            (first, "median first reply"), (str(today.overdue), "overdue now"),
        ]  # fmt: skip
        with ui.row().classes("gap-x-5 gap-y-1"):
            for value, name in facts:
                with ui.row().classes("items-baseline gap-1 no-wrap"):
                    is_bad = name == "overdue now" and today.overdue
                    ui.label(value).classes("text-weight-bold" + (" msb-bad" if is_bad else ""))
                    ui.label(name).classes("msb-muted text-caption")

    @ui.refreshable_method
    def trays(self) -> None:
        """The lists, with how many cases are in each."""
        counts = self.glance.counts
        many = {Tray.MINE: counts.mine, Tray.TEAM: counts.teams, Tray.UNASSIGNED: counts.unassigned,
                Tray.ALL: counts.everybody, Tray.SNOOZED: counts.snoozed}  # fmt: skip
        with ui.element("nav").props('aria-label="Lists of cases"').classes("w-full"), ui.row().classes("gap-1"):
            for tray, name in TRAYS.items():
                here = tray is self.choice.tray
                link = ui.link(target=self._address(self.choice.but(tray=tray, assignee=None, overdue=False)))
                link.classes("msb-tray no-underline" + (" msb-here" if here else "")).props(f"id=tray-{tray}")
                if here:
                    link.props("aria-current=page")
                with link:
                    ui.label(f"{name} ({many[tray]})" if tray in many else name)

    def _filters(self) -> None:
        """What the list is narrowed by; all of it stands in the address."""
        choice, inbox = self.choice, self.visit.console.programme.inbox
        teams = {"": "Any team"} | {str(one): words.team(inbox, one) for one in Team}
        reasons = {"": "Any reason"} | {str(one): REASONS[one] for one in HandOffReason}
        people = {"": "Anybody", NOBODY: "Nobody"} | self.person.people
        if choice.assignee is not None and choice.assignee not in people:
            people[choice.assignee] = choice.assignee
        with ui.row().classes("items-center gap-x-3 gap-y-1 w-full"):
            self._select("Team", teams, choice.team, lambda value: self.choose(team=Team(value) if value else None))
            if choice.tray in (Tray.TEAM, Tray.ALL, Tray.SNOOZED, Tray.RESOLVED):
                self._select("Assigned to", people, choice.assignee, lambda value: self.choose(assignee=value or None))
            self._select("Reason", reasons, choice.reason,
                         lambda value: self.choose(reason=HandOffReason(value) if value else None))  # fmt: skip
            if choice.tray not in (Tray.SNOOZED, Tray.RESOLVED):
                ui.switch("Only overdue", value=choice.overdue,
                          on_change=lambda event: self.choose(overdue=bool(event.value)))  # fmt: skip

    def _select(self, label: str, options: dict[str, str], value: str | None, chosen: Chosen) -> None:
        ui.select(options, label=label, value=str(value or ""), on_change=lambda event: chosen(event.value)).props(
            "dense outlined options-dense"
        ).classes("w-36 grow sm:grow-0 sm:w-48 max-w-full")

    @ui.refreshable_method
    def rows(self) -> None:
        """The cases of this page, or what to do where there are none."""
        queue, inbox = self.glance.queue, self.visit.console.programme.inbox
        if not queue.lines:
            narrowed = "No case fits. Choose less above." if self.choice.is_narrowed else NOTHING[self.choice.tray]
            with ui.card().props("flat bordered").classes("w-full items-center q-pa-lg"):
                ui.label(narrowed if queue.total == 0 else "There are no more pages.")
        else:
            seen = Seen(
                self.glance.at, self.person.zone, lambda key: words.team(inbox, key),
                lambda number: f"{shell.base(self.visit)}/cases/{number}",
            )  # fmt: skip
            with ui.card().props("flat bordered").classes("w-full p-0 gap-0"):
                rows.draw(queue.lines, seen)
        self._pages(queue)

    def _pages(self, queue: Queue) -> None:
        if queue.total <= PER_PAGE and self.choice.page == 1:
            return
        first, last = self.choice.skip + 1, self.choice.skip + len(queue.lines)
        with ui.row().classes("items-center gap-4"):
            ui.label(f"{first} to {last} of {queue.total}" if queue.lines else f"{queue.total} in all")
            if self.choice.page > 1:
                ui.link("Earlier page", self._address(self.choice.but(page=self.choice.page - 1)))
            if last < queue.total and queue.lines:
                ui.link("Next page", self._address(self.choice.but(page=self.choice.page + 1)))


def glance(session: Session, visit: Visit, choice: Choice) -> Glance:
    """Reads what the page shows."""
    inbox, now = visit.console.programme.inbox, visit.console.clock.now()
    person = session.get_one(Staff, visit.visitor.staff_id)
    teams = queues.teams_of(inbox, person)
    return Glance(
        at=now,
        queue=listing.find(session, inbox, choice.wanted(person.email, teams), now, skip=choice.skip, most=PER_PAGE),
        counts=listing.counts(session, inbox, person, now),
        today=figures.of(session, inbox, teams, figures.day_of(now, away.zone_of(inbox, person)), now),
        edition=listing.edition(session),
    )


def colleague(session: Session, visit: Visit) -> Colleague:
    inbox = visit.console.programme.inbox
    zone = away.zone_of(inbox, session.get_one(Staff, visit.visitor.staff_id))
    found = colleagues.who_may_have(session, inbox, visit.console.clock.now())
    return Colleague(zone, {session.get_one(Staff, one.staff_id).email: one.name for one in found})


async def build(visit: Visit) -> None:
    choice = Choice.read(visit.query)
    seen = await visit.read(lambda session: glance(session, visit, choice))
    person = await visit.read(lambda session: colleague(session, visit))
    await Inbox(visit, choice, seen, person).draw()
