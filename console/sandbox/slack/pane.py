"""The staff's Slack as a pane of a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from console.sandbox.slack.world import SlackWorld


async def _nothing() -> None:
    """Nobody wants to know."""


class SlackPane:
    """Draws itself where it is made, in NiceGUI's current slot.

    `acted` is awaited after each thing that a person did here, so that the page can look for news at once.
    """

    def __init__(self, world: SlackWorld, acted: Callable[[], Awaitable[None]] = _nothing) -> None:
        self.world, self.acted = world, acted

    @property
    def me(self) -> str:
        """The Slack id of the colleague as whom one acts; empty until the first state came."""
        return ""

    async def show(self, state: dict[str, Any]) -> None:
        """Draws what changed. `state` is the answer of ``/sandbox/state``; only what concerns Slack is read."""

    async def act_as(self, name: str) -> None:
        """Becomes the colleague with this Slack id, or with this first name."""

    async def open_thread(self, ts: str, channel: str | None = None) -> None:
        """Opens the thread of the message `ts`, of the main channel unless told."""

    async def open_home(self) -> None:
        """Shows the home tab of the colleague as whom one acts."""
