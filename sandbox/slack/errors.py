"""Slack's refusals: HTTP 200 with ``ok: false``."""

from __future__ import annotations

from typing import Any


class SlackRefusal(Exception):
    """A call that Slack would refuse. `messages` are its explanations with JSON pointers; `more` are other fields."""

    def __init__(self, error: str, messages: list[str] | None = None, more: dict[str, str] | None = None) -> None:
        self.error = error
        self.messages, self.more = messages or [], more or {}
        super().__init__(error)

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            if self.error == "invalid_blocks":
                answer["errors"] = self.messages
            answer["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return answer
