"""What waits and what is held, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nicegui import ui

from bot.handoff.words import words
from bot.outreach.policy import Reason
from bot.plan.wording import REASONS
from bot.queues.view import View, Waiting
from bot.queues.view import look as look_at_queues
from console.live import keeping_focus
from console.look import card, muted, tag
from console.operations import look
from console.operations.wording import CHANNELS, LANES, PURPOSES, URGENCIES, held_back
from console.visit import Visit

SECONDS = 5.0


@dataclass(frozen=True)
class Queues:
    at: datetime
    view: View
    jobs: Mapping[str, int]


async def read(visit: Visit) -> Queues:
    times, jobs = visit.console.times(), visit.console.lent.jobs
    view = await visit.read(lambda session: look_at_queues(session, times))
    return Queues(times.now, view, await asyncio.to_thread(jobs) if jobs is not None else {})


class Page:
    """It keeps itself up to date."""

    def __init__(self, visit: Visit, found: Queues) -> None:
        self.visit, self.found = visit, found

    async def keep_up(self) -> None:
        self.found = await read(self.visit)
        await keeping_focus(self.parts.refresh)

    @ui.refreshable_method
    def parts(self) -> None:
        view = self.found.view
        for one in view.paused:
            tag(f"{held_back(one)} since {look.moment(one.since)}", "warn", "pause")
        if not any((view.lanes, view.inbox, view.outbox, view.held, view.touches)):
            with ui.card().props("flat bordered").classes("w-full items-center q-pa-lg"):
                ui.label("Nothing waits.")
        _waiting("To be read", view.inbox)
        _waiting("To be sent", view.outbox)
        _held(view)
        _touches(view)
        _lanes(view)
        _places(view)
        _jobs(self.found.jobs)
        muted(f"As of {look.moment(self.found.at)}. {look.ZONE}")


def _waiting(title: str, found: list[Waiting]) -> None:
    if not found:
        return
    with card(title), look.table(title, ("Channel", "What", "Waiting", "The oldest for"), ("Waiting",)):
        for one in found:
            with look.row():
                look.cells(CHANNELS.get(one.channel, one.channel), PURPOSES.get(one.purpose, words(one.purpose)),
                           str(one.count), look.brief(one.oldest), numbers=(2,))  # fmt: skip


def _held(view: View) -> None:
    if not view.held:
        return
    with card("Why messages wait"), look.table("Why messages wait", ("Channel", "Why", "Messages"), ("Messages",)):
        for one in view.held:
            with look.row():
                look.cells(CHANNELS.get(one.channel, one.channel))
                with look.cell():
                    ui.label(str(one.why))
                    if one.error:
                        muted(one.error[:200])
                look.cells(str(one.count), numbers=(0,))


def _touches(view: View) -> None:
    """Questions that the contact policy holds back."""
    if not view.touches:
        return
    with card("Outreach held by the contact policy"), look.table("Outreach held", ("Why", "Held"), ("Held",)):
        for reason, count in view.touches.items():
            known = REASONS[Reason(reason)] if reason in set(Reason) else words(reason)
            with look.row():
                look.cells(known.replace("{name}", "The member"), str(count), numbers=(1,))


def _lanes(view: View) -> None:
    columns = ("Lanes", "For whom", "Ready", "In hand", "Parked", "The oldest for")
    if not view.lanes:
        return
    with card("Lanes"), look.table("Lanes", columns, columns[2:5]):
        for one in view.lanes:
            with look.row():
                look.cells(LANES.get(one.kind, one.kind), URGENCIES.get(one.urgency, words(one.urgency)),
                           str(one.ready), str(one.in_hand), str(one.parked),
                           look.brief(one.oldest) if one.oldest else "\u2013", numbers=(2, 3, 4))  # fmt: skip


def _places(view: View) -> None:
    if not view.places:
        return
    title = "Next places in the providers' limits"
    with card(title), look.table("Next places", ("Provider", "An answer", "Outreach")):
        for one in view.places:
            with look.row():
                look.cells(one.provider, _in(one.answer_in), _in(one.outreach_in))


def _in(wait: timedelta) -> str:
    return f"in {look.brief(wait)}" if wait >= timedelta(seconds=1) else "at once"


def _jobs(jobs: Mapping[str, int]) -> None:
    if not jobs:
        return
    with card("Jobs of the task engine"), look.table("Jobs", ("Queue and state", "Jobs"), ("Jobs",)):
        for name, count in jobs.items():
            with look.row():
                look.cells(name, str(count), numbers=(1,))


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/queues")
    page = Page(visit, await read(visit))
    page.parts()
    ui.timer(SECONDS, page.keep_up)
