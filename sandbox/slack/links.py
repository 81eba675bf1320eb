"""The connections of an app in Socket Mode."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from fastapi import WebSocket


@dataclass
class Link:
    """One open connection; `waiting` are the envelopes that nobody acknowledged yet."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Sockets:
    """The connections of one app. From its first call for one, Slack uses them and no webhook any more."""

    on: bool = False
    tickets: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    turn: int = 0

    def next(self) -> Link | None:
        """Connections take turns."""
        if not self.links:
            return None
        self.turn += 1
        return self.links[self.turn % len(self.links)]

    def forget(self) -> None:
        """Connections outlive a reset; without any, webhooks are used again."""
        self.on = bool(self.links)
