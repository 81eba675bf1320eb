"""Telegram's refusals: the status, its words, and for some the parameters that say what to do."""

from __future__ import annotations

from typing import Any

PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class TelegramRefusal(Exception):
    """A call that Telegram would refuse. `words` come after the name of the status."""

    def __init__(self, code: int, words: str = "", **parameters: Any) -> None:
        self.code, self.parameters = code, parameters
        self.description = f"{PREFIXES[code]}: {words}" if words else PREFIXES[code]
        super().__init__(self.description)

    def body(self) -> dict[str, Any]:
        return answer(self.code, self.description, **self.parameters)


class FloodRefusal(TelegramRefusal):
    """Too many requests."""

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(400)
        self.code, self.parameters = 429, {"retry_after": seconds}
        self.description = f"Too Many Requests: retry after {seconds}"


def answer(code: int, description: str, **parameters: Any) -> dict[str, Any]:
    """The body of a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return {**body, "parameters": parameters} if parameters else body
