"""The places of this Slack to look at: channels, the app's messages, its home; with marks of what is unread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from console.sandbox.slack.rows import Row, Rows
from console.sandbox.slack.tags import tag, text


@dataclass(frozen=True)
class Place:
    key: str
    name: str
    unread: int = 0


class Places:
    def __init__(self, go: Callable[[str], Awaitable[None]]) -> None:
        self.go = go
        self.rows = Rows(tag("div", "sk-places", role="group", aria_label="Channels"))

    def show(self, places: Sequence[Place], here: str) -> None:
        self.rows.show([Row(one.key, (one, one.key == here), self._drawer(one, here)) for one in places])

    def _drawer(self, place: Place, here: str) -> Callable[[], None]:
        is_here = place.key == here
        look = "sk-place" + (" sk-here" if is_here else "") + (" sk-unread" if place.unread else "")

        async def go() -> None:
            await self.go(place.key)

        def draw() -> None:
            with text(place.name, look, "button", type="button", aria_pressed=str(is_here).lower()) as button:
                if place.unread:
                    text(str(place.unread), "sk-count", "span")
                    text(" unread", "sk-unseen", "span")
            button.on("click", go)

        return draw
