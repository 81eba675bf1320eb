"""The files that were shared in this Slack. A browser may reach the console and not the sandbox: it gets them here."""

from __future__ import annotations

import base64
from typing import Any

from nicegui import ui

from console.sandbox.slack.world import SandboxSaysNo, SlackWorld

SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp"}
Json = dict[str, Any]


class Pictures:
    """`shown` are data addresses by file id; one that could not be had is empty, and asked for no more."""

    def __init__(self, world: SlackWorld) -> None:
        self.world = world
        self.shown: dict[str, str] = {}

    async def fetch(self, channels: list[Json]) -> None:
        """Those of new messages."""
        for channel in channels:
            for first in channel["messages"]:
                for message in (first, *first["replies"]):
                    for file in message.get("files") or []:
                        if file["id"] not in self.shown and file.get("mimetype") in SHOWN:
                            self.shown[file["id"]] = await self._address(file["id"])

    async def download(self, file: Json) -> None:
        """Gives any file to the browser."""
        try:
            held = await self.world.file(file["id"])
        except SandboxSaysNo as problem:
            ui.notify(f"That did not work: {problem}", type="warning")
            return
        ui.download.content(held.body, str(file.get("name") or "file"))

    async def _address(self, identifier: str) -> str:
        try:
            held = await self.world.file(identifier)
        except SandboxSaysNo:
            return ""
        mime = held.mime.partition(";")[0].strip()
        return f"data:{mime};base64,{base64.b64encode(held.body).decode()}" if mime in SHOWN else ""
