"""Everybody's clock: what time it is, and how it is moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from nicegui import background_tasks, ui

from console.sandbox import times
from console.sandbox.busy import Busy, complain
from console.sandbox.town import Town
from console.sandbox.world import Broken

MORNING = time(9)
BEAT = 2.0
"""Real seconds from one step of a clock that plays to the next."""
SPEEDS = {1: "1 hour each 2 s", 6: "6 hours each 2 s", 24: "1 day each 2 s"}


def next_morning(now: datetime, zone: str) -> datetime:
    """9:00 of the next day where that zone is."""
    there = ZoneInfo(zone)
    return datetime.combine(now.astimezone(there).date() + timedelta(days=1), MORNING, there)


class ClockBar:
    """Drawn where it is made. `zone` tells where the member lives whose phone is shown first."""

    def __init__(
        self, town: Town, busy: Busy, zone: Callable[[], str], acted: Callable[[], Awaitable[None]]
    ) -> None:  # fmt: skip
        self._town, self._busy, self._zone, self._acted = town, busy, zone, acted
        self.is_playing = False
        self._build()

    def _build(self) -> None:
        with ui.row().classes("items-center gap-2 grow").props('role=group aria-label="Clock"') as box:
            self._box = box
            ui.icon("schedule", size="sm").props("aria-hidden=true")
            with ui.column().classes("gap-0"):
                self._now = ui.label("...").classes("sb-now").props("role=timer")
                self._there = ui.label("").classes("sb-small msb-muted")
            moves = [
                self._move("+1 hour", lambda: self._town.push(timedelta(hours=1))),
                self._move("+1 day", lambda: self._town.push(timedelta(days=1))),
                self._move("Tomorrow 9:00", self._to_morning),
                self._move("Next event", self._to_next),
            ]
            moves[2].tooltip("Where the first member lives")
            moves[3].tooltip("To whatever the system does next by itself")
            self._speed = ui.select(SPEEDS, value=1, label="Speed").props("dense options-dense outlined")
            self._speed.classes("w-36")
            self._play = ui.button("Play", icon="play_arrow", on_click=self._toggle).props("dense no-caps outline")
            self._under_way = ui.row().classes("items-center gap-1")
            with self._under_way:
                ui.spinner(size="sm")
                self._what = ui.label("").classes("sb-small").props("role=status")
            self._moves = moves

    def show(self, now: datetime) -> None:
        """Draws the time, and what is under way."""
        zone = self._zone()
        self._now.text = f"{times.local(now, 'UTC')} UTC"
        self._there.text = f"{times.local(now, zone)} in {times.city(zone)}"
        self._under_way.set_visibility(self._busy.is_on)
        self._what.text = self._busy.now
        for move in self._moves:
            move.set_enabled(not self._busy.is_on and not self.is_playing)

    def stop(self) -> None:
        """Nobody looks any more, or something else begins."""
        self.is_playing = False
        self._play.text = "Play"
        self._play.icon = "play_arrow"

    def _move(self, title: str, work: Callable[[], object]) -> ui.button:
        async def moves() -> None:
            await self._do("The work that is due is done", work)

        return ui.button(title, on_click=moves).props("dense no-caps unelevated size=md").classes("q-px-sm")

    async def _do(self, what: str, work: Callable[[], object]) -> bool:
        try:
            await self._busy.do(what, work)
        except Broken as problem:
            complain(self._box, problem)
            return False
        finally:
            await self._acted()
        return True

    def _to_morning(self) -> None:
        self._town.push_to(next_morning(self._town.now(), self._zone()))

    def _to_next(self) -> None:
        if self._town.to_next_event() is None:
            raise Broken("Nothing is to come by itself.")

    async def _toggle(self) -> None:
        if self.is_playing:
            self.stop()
            return
        self.is_playing = True
        self._play.text = "Pause"
        self._play.icon = "pause"
        background_tasks.create(self._plays(), name="clock of the sandbox")

    async def _plays(self) -> None:
        """Each step waits until the one before has come to rest, however long that takes."""
        loop = asyncio.get_running_loop()
        while self.is_playing:
            begun, by = loop.time(), timedelta(hours=int(self._speed.value or 1))
            if not await self._do("The clock plays", lambda by=by: self._town.push(by)):  # type: ignore[misc]
                self.stop()
            await asyncio.sleep(max(0.0, BEAT - (loop.time() - begun)))
