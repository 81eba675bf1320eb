"""A small validator that reports like Slack does: a sentence and a JSON pointer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]


def flag(args: Json, name: str) -> bool:
    """A boolean argument, which a form carries as text."""
    return str(args.get(name)).lower() in {"true", "1"}


class Report:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, text: str, pointer: str) -> None:
        message = f"{text} [json-pointer:{pointer}]"
        if message not in self.messages:
            self.messages.append(message)

    def fields(self, thing: Json, pointer: str, required: Iterable[str], optional: Iterable[str]) -> None:
        """Required fields are there; no others than the optional ones are."""
        required = tuple(required)
        for name in required:
            if thing.get(name) is None:
                self.add(f"missing required field: {name}", pointer)
        for name in thing:
            if name not in {*required, *optional, "type", "block_id"}:
                self.add(f"invalid additional property: {name}", pointer)

    def length(self, value: Any, pointer: str, limit: int, *, least: int = 0) -> None:
        """A text of `least` to `limit` characters; None is passed over."""
        if value is None:
            return
        if not isinstance(value, str):
            self.add("must be a string", pointer)
        elif len(value) > limit:
            self.add("failed to match all allowed schemas", pointer.rpartition("/")[0] or "/")
            self.add(f"must be less than {limit + 1} characters", pointer)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", pointer)

    def count(self, value: Any, pointer: str, limit: int, *, least: int = 1) -> list[Any]:
        """A list of `least` to `limit` items, which is returned (empty when it is no list)."""
        if not isinstance(value, list):
            self.add("must be an array", pointer)
            return []
        if len(value) > limit:
            self.add(f"no more than {limit} items allowed", pointer)
        if len(value) < least:
            self.add(f"no fewer than {least} items allowed", pointer)
        return value

    def text(self, value: Any, pointer: str, limit: int, *, plain: bool = False) -> None:
        """A text object; None is passed over."""
        if value is None:
            return
        if not isinstance(value, dict):
            self.add("must be an object", pointer)
            return
        allowed = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
        if value.get("type") not in allowed:
            self.add(f"must be one of: {', '.join(sorted(allowed))}", f"{pointer}/type")
        self.fields(value, pointer, ("text",), ("emoji",) if value.get("type") == "plain_text" else ("verbatim",))
        self.length(value.get("text"), f"{pointer}/text", limit, least=1)
