"""Collects what the assistant says in a turn, one entry a message, for the channel that the member uses."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

PARTS = ("text", "buttons", "custom", "image", "attachment")


class CollectedOutput(OutputChannel):  # type: ignore[misc]
    """`messages` holds, in order, the parts that each message has."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:
        """The member's channel, so that a response's variation for that channel is chosen."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps the message."""
        kept = {part: message[part] for part in PARTS if message.get(part)}
        if kept:
            self.messages.append({"text": "", **kept})
