"""What a colleague does in the staff's Slack, told to the sandbox; what goes wrong is said on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from console.sandbox.slack.world import SandboxSaysNo, SlackWorld


class Hands:
    """`me` is the Slack id of the colleague; `acted` lets the page look for news at once.

    What is said goes to the page of `box`: what was pressed may be gone by then, drawn anew.
    """

    box: ui.element

    def __init__(self, world: SlackWorld, acted: Callable[[], Awaitable[None]]) -> None:
        self.world, self.acted = world, acted
        self.me = ""
        self._under_way: set[str] = set()

    async def do(self, path: str, **body: Any) -> Any:
        """Posts it as this colleague; None when it failed, or is under way already."""
        what = f"{path} {body}"
        if what in self._under_way:
            return None
        self._under_way.add(what)
        try:
            answer = await self.world.post(path, user=self.me, **body)
        except SandboxSaysNo as problem:
            self._say(f"That did not work: {problem}")
            return None
        finally:
            self._under_way.discard(what)
        await self.acted()
        return answer

    async def tell(self, path: str, **body: Any) -> Any:
        """Does what the bot is told of at once, and says when it did not take it."""
        answer = await self.do(path, **body)
        if isinstance(answer, dict) and answer.get("ok") is False and not answer.get("errors"):
            self._say(f"The bot did not take that ({answer.get('result')}).")
        return answer

    def _say(self, said: str) -> None:
        with self.box:
            ui.notify(said, type="warning", multi_line=True)
