"""Whether everything runs: processes, the engine, channels, what we hold back ourselves, what needs a look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from nicegui import ui
from sqlalchemy.orm import Session

from bot.auditor import reading
from bot.clock import Times
from bot.outbox import aside
from bot.queues import alive
from bot.queues.alive import Process
from bot.queues.channels import Channel, channels
from bot.queues.view import View
from bot.queues.view import look as look_at_queues
from console import shell
from console.live import keeping_focus
from console.look import card, muted, tag
from console.operations import look
from console.operations.wording import CHANNELS, held_back, role
from console.visit import Visit

SECONDS = 10.0
PATIENCE = 5.0


@dataclass(frozen=True)
class Health:
    """As things stand at `times`."""

    times: Times
    processes: list[Process]
    channels: list[Channel]
    view: View
    aside: int
    unread: int
    findings: int


def read(session: Session, visit: Visit) -> Health:
    times, console = visit.console.times(), visit.console
    return Health(
        times=times,
        processes=alive.processes(session, times.wall),
        channels=channels(session, sorted(console.reach.channels)),
        view=look_at_queues(session, times),
        aside=sum(one.count for one in aside.groups(session)),
        unread=aside.unread(session, most=1)[1],
        findings=sum(one.count for one in reading.counts(session)),
    )


class Page:
    """It keeps itself up to date."""

    def __init__(self, visit: Visit, health: Health) -> None:
        self.visit, self.health, self.engine = visit, health, "is being asked \u2026"

    async def draw(self) -> None:
        self.parts()
        ui.timer(0.1, self.ask_engine, once=True)
        ui.timer(SECONDS, self.keep_up)

    async def ask_engine(self) -> None:
        """Outside of the database, and not longer than anybody waits."""
        ready = self.visit.console.lent.engine_is_ready
        if ready is None:
            self.engine = "is not asked by this process"
        else:
            try:
                is_ready = await asyncio.wait_for(asyncio.to_thread(ready), PATIENCE)
                self.engine = "answers" if is_ready else "does not answer"
            except TimeoutError:
                self.engine = "does not answer"
        self.parts.refresh()

    async def keep_up(self) -> None:
        self.health = await self.visit.read(lambda session: read(session, self.visit))
        await keeping_focus(self.parts.refresh)

    @ui.refreshable_method
    def parts(self) -> None:
        with ui.element("div").classes("grid grid-cols-1 lg:grid-cols-2 gap-4 w-full"):
            self._processes()
            self._attention()
        self._channels()
        muted(f"As of {look.moment(self.health.times.now)}. {look.ZONE}")

    def _processes(self) -> None:
        found, wall = self.health.processes, self.health.times.wall
        with card("Processes"):
            with look.table("Processes", ("Process", "State", "Last sign")):
                for one in found:
                    with look.row():
                        look.cells(f"{role(one.role)} ({one.host}, {one.number})")
                        with look.cell():
                            tag("Silent", "bad", "warning") if one.is_silent else tag("Alive", "good", "check")
                        look.cells(look.ago(one.seen_at, wall))
                with look.row():
                    look.cells("Dialogue engine")
                    with look.cell():
                        _engine(self.engine)
                    look.cells("")
            if not found:
                muted("No process has given a sign of life: start msb serve.")

    def _attention(self) -> None:
        """What somebody should look at, or that there is nothing."""
        base, health = shell.base(self.visit), self.health
        told = [
            (health.aside, "messages set aside", "/operations/letters"),
            (health.unread, "messages of members that could not be dealt with", "/operations/letters"),
            (health.findings, "findings of the auditor", "/operations/auditor"),
        ]
        with card("To look at"):
            for one in health.view.paused:
                tag(f"{held_back(one)} since {look.moment(one.since)}", "warn", "pause")
            for count, what, path in told:
                if count:
                    ui.link(f"{count} {what}", f"{base}{path}")
            if not health.view.paused and not any(count for count, _, _ in told):
                tag("Nothing", "good", "check")
            waiting = sum(one.count for one in health.view.outbox)
            ui.link(f"{waiting} messages wait to be sent", f"{base}/operations/queues")

    def _channels(self) -> None:
        now = self.health.times.now
        columns = ("Channel", "State", "Last heard", "Last sent", "Last receipt", "Last failure", "Waiting")
        with card("Channels"):
            with look.table("Channels", columns, ("Waiting",)):
                for one in self.health.channels:
                    with look.row():
                        look.cells(CHANNELS.get(one.name, one.name))
                        with look.cell():
                            _state(one)
                        look.cells(look.ago(one.heard_at, now), look.ago(one.sent_at, now), look.ago(one.told_at, now))
                        with look.cell():
                            ui.label(look.ago(one.lost_at, now))
                            if one.lost_because:
                                muted(_masked(self.visit, one.lost_because))
                        look.cells(str(one.waiting), numbers=(0,))
            muted("Of the last 20,000 messages. \u201cLast heard\u201d is the last webhook with a message.")


def _engine(said: str) -> None:
    if said == "answers":
        tag("Answers", "good", "check")
    elif said == "does not answer":
        tag("Does not answer", "bad", "warning")
    else:
        ui.label(said[:1].upper() + said[1:])


def _state(one: Channel) -> None:
    if one.is_failing:
        tag("Fails", "bad", "warning")
    elif one.sent_at is None and one.heard_at is None:
        tag("Not used yet", "plain")
    else:
        tag("Works", "good", "check")


def _masked(visit: Visit, text: str) -> str:
    mask = visit.console.lent.mask
    return (mask(text) if mask is not None else text)[:200]


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations")
    await Page(visit, await visit.read(lambda session: read(session, visit))).draw()
