"""The sandbox as whoever pushes its clock and tells its stories uses it, from within the console's process.

It blocks, so pages call it in threads.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa

from bot.insights.upcoming import Upcoming, is_at_rest, next_event
from bot.members.enrol import enrol
from bot.members.table import MemberRow
from bot.model import ContactPoint
from console.context import Console
from console.sandbox.world import Broken, World

PATIENCE = 120.0
REST = 60.0
"""Longest wait for the work to come to rest (seconds): a provider that is down must not hold up the clock."""
CALM = 0.3
"""So long nothing may be under way: what one part has done, another may just be about to see."""


class Town(World):
    """Whatever comes besides what a story expects is passed over: the reader may write, too."""

    def __init__(self, console: Console) -> None:
        super().__init__(
            console.settings.sandbox_url, "", "", self._note, httpx.Client(timeout=30, trust_env=False),
            patience=PATIENCE, quiet=0, strict=False,
        )  # fmt: skip
        self._console = console
        self.told: list[str] = []

    def _note(self, line: str) -> None:
        self.told.append(line.strip())

    def rest(self) -> None:
        """Waits until all that is due has been done. Gives up after a while: a provider may be down."""
        give_up = time.monotonic() + REST
        calm_since: float | None = None
        while time.monotonic() < give_up:
            if not self._is_calm():
                calm_since = None
            elif calm_since is None:
                calm_since = time.monotonic()
            elif time.monotonic() - calm_since >= CALM:
                return
            time.sleep(0.1)
        self.tell("Some work is still under way; the clock goes on.")

    def _is_calm(self) -> bool:
        if not self.get("idle")["idle"]:
            return False
        return self._console.within(lambda session: is_at_rest(session, self._console.times()))

    def push(self, by: timedelta) -> None:
        super().push(by)
        self.rest()

    def push_to(self, moment: datetime) -> None:
        super().push_to(moment)
        self.rest()

    def to_next_event(self) -> Upcoming | None:
        """Moves the clock to what happens next by itself; None when nothing does."""
        self.rest()
        found = self._console.within(lambda session: next_event(session, self._console.clock.now()))
        if found is not None:
            self.push_to(found.at)
        return found

    def register(self, member: dict[str, Any]) -> None:
        row = MemberRow(
            line=1, email=None, language="en", account=None, traits={}, **{
                **member, "joined_on": date.fromisoformat(member["joined_on"])
            },
        )  # fmt: skip
        console = self._console
        console.within(
            lambda session: enrol(session, console.programme, row, source="sandbox", now=console.clock.now())
        )

    def numbers_taken(self) -> set[str]:
        """Numbers of members, and those of which the sandbox has heard."""
        known = super().numbers_taken()
        numbers = self._console.within(
            lambda session: list(session.scalars(sa.select(ContactPoint.address).where(ContactPoint.channel == "sms")))
        )
        return known | set(numbers)

    def start_over(self) -> None:
        """Everything as it was in the beginning.

        Raises:
            Broken: there is none to go back to.
        """
        if self._console.lent.start_over is None:
            raise Broken("There is no beginning to go back to: MSB_SANDBOX_START is not set.")
        self.rest()
        self._console.lent.start_over()
        self.phones.clear()
