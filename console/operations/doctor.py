"""What the doctor finds: it looks when somebody asks, and what it found stays, with its time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nicegui import ui

from bot.model import Role
from console.context import Checked
from console.look import Tone, card, muted, tag
from console.operations import look
from console.visit import Visit

PATIENCE = 60.0
STATES: dict[str, tuple[str, Tone, str]] = {
    "broken": ("Broken", "bad", "error"),
    "warning": ("Warning", "warn", "warning"),
    "ok": ("Well", "good", "check"),
    "skipped": ("Not looked at", "plain", "remove"),
}


@dataclass
class Practice:
    """What was found last over one database, and whether somebody is looking now."""

    found: Sequence[Checked] = ()
    at: datetime | None = None
    problem: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Page:
    """The last findings; whoever may, lets the doctor look anew."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.practice = visit.console.db.kept(Practice, Practice)

    def draw(self) -> None:
        if self.visit.console.lent.examine is None:
            ui.label("This process can't look: run msb doctor.")
            return
        if self.visit.may(Role.ADMIN):
            with ui.row().classes("items-center gap-3"):
                self.online = ui.checkbox("Ask the providers about our credentials, too")
                self.button = ui.button("Look now", icon="health_and_safety", on_click=self.examine)
                self.button.props("no-caps unelevated")
        self.parts()

    async def examine(self) -> None:
        """In a thread, and not longer than a minute; one look at a time."""
        if self.practice.lock.locked():
            ui.notify("Somebody is looking already.", type="info")
            return
        if await self.visit.act(Role.ADMIN, lambda _session: True) is None:
            return
        examine, online = self.visit.console.lent.examine, bool(self.online.value)
        assert examine is not None
        self.button.disable()
        async with self.practice.lock:
            try:
                found = await asyncio.wait_for(asyncio.to_thread(examine, online), PATIENCE)
                self.practice.found, self.practice.problem = found, ""
            except TimeoutError:
                self.practice.problem = "The doctor did not come back within a minute. Run msb doctor to see why."
            self.practice.at = self.visit.console.clock.wall()
        self.button.enable()
        self.parts.refresh()

    @ui.refreshable_method
    def parts(self) -> None:
        if self.practice.at is None:
            muted("Nobody has looked since this process began.")
            return
        if self.practice.problem:
            tag(self.practice.problem, "bad", "error")
        order = list(STATES)
        counts = Counter(one.state for one in self.practice.found)
        said = ", ".join(f"{counts[state]} {STATES[state][0].lower()}" for state in order if counts[state])
        with card(said[:1].upper() + said[1:] if said else "Nothing was found"):
            with look.table("Findings of the doctor", ("State", "What", "Finding")):
                for one in sorted(self.practice.found, key=lambda one: order.index(one.state)):
                    with look.row():
                        with look.cell():
                            text, tone, icon = STATES[one.state]
                            tag(text, tone, icon)
                        look.cells(one.check)
                        with look.cell():
                            ui.label(one.words).classes("msb-wrap")
                            if one.remedy:
                                muted(f"What to do: {one.remedy}")
            muted(f"Looked at {look.moment(self.practice.at)}. {look.ZONE}")


async def build(visit: Visit) -> None:
    look.begin(visit, "/operations/doctor")
    Page(visit).draw()
