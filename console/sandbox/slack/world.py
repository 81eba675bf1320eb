"""What the pane asks of the sandbox: the page's client gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class SandboxSaysNo(Exception):
    """The sandbox refused, or did not answer; the text is for the person who looks."""


@dataclass(frozen=True)
class Held:
    """A file that the emulator keeps."""

    mime: str
    body: bytes


class SlackWorld(Protocol):
    """The sandbox's control interface. All of it raises `SandboxSaysNo`."""

    async def get(self, path: str) -> Any:
        """The JSON at `path`, relative to ``/sandbox/``, such as ``slack/channel``."""

    async def post(self, path: str, **body: Any) -> Any:
        """Sends JSON to `path`, relative to ``/sandbox/``; returns the JSON that came back."""

    async def file(self, identifier: str) -> Held:
        """A file that was shared in Slack: ``/slack/files/{identifier}`` of the sandbox's root."""
