"""The body of a turn: read, checked, and nothing left to guess."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

LONGEST_ID = 255
LONGEST_TEXT = 5000
LONGEST_BODY = 1_000_000

_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_COMMAND = re.compile(r"^[\s/]+")
_KINDS = ("text", "intent")
# Rasa's own commands, which no button or rule of ours may give.
_COMMANDS = frozenset({"restart", "back", "session_start"})


class TurnRefused(ValueError):
    """The body is not a turn. `error` is its kind; the text says which field, and never quotes what a member wrote."""

    def __init__(self, detail: str, error: str = "bad_request") -> None:
        super().__init__(detail)
        self.error = error


@dataclass(frozen=True)
class TurnRequest:
    """One message of a member, or one meaning (`intent` with `entities`) that the application has worked out itself."""

    conversation_id: str
    message_id: str
    kind: str
    text: str = ""
    intent: str | None = None
    entities: dict[str, Any] = field(default_factory=dict)
    channel: str = "unknown"
    slots: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def plain_text(self) -> str:
        """The text to be understood: no command of Rasa's (which begin with a slash), and no longer than is useful."""
        return plain(self.text)


def plain(text: str) -> str:
    """What of a member's text is to be understood; empty when it is only spaces, dots and the like."""
    said = _COMMAND.sub("", text[:LONGEST_TEXT])
    return said if any(map(_says_something, said)) else ""


def _says_something(character: str) -> bool:
    return character == "?" or unicodedata.category(character)[0] not in "CPZ"


def read_turn(body: bytes) -> TurnRequest:
    """The turn in a JSON body.

    Raises:
        TurnRefused: it holds none.
    """
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise TurnRefused("the body is not JSON") from error
    if not isinstance(fields, dict):
        raise TurnRefused("the body is not an object")
    unknown = fields.keys() - TurnRequest.__dataclass_fields__.keys()
    if unknown:
        raise TurnRefused(f"unknown fields: {', '.join(sorted(unknown))}")
    for name in ("conversation_id", "message_id"):
        _check_id(fields, name)
    _check_meaning(fields)
    for name in ("entities", "slots", "metadata"):
        _check_object(fields, name)
    channel = fields.get("channel")
    if channel is not None and not (isinstance(channel, str) and _CHANNEL.fullmatch(channel)):
        raise TurnRefused("channel is not a name")
    return TurnRequest(**{"kind": "text", **{name: value for name, value in fields.items() if value is not None}})


def _check_id(fields: dict[str, Any], name: str) -> None:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_ID or "\x00" in value:
        raise TurnRefused(f"{name} is not a text of 1 to {LONGEST_ID} characters")


def _check_meaning(fields: dict[str, Any]) -> None:
    kind = fields.get("kind") or "text"
    if kind not in _KINDS:
        raise TurnRefused(f"kind is none of {', '.join(_KINDS)}")
    text, intent = fields.get("text"), fields.get("intent")
    if not isinstance(text, str) and (kind == "text" or text is not None):
        raise TurnRefused("text is not a text")
    if kind == "text" and (intent is not None or fields.get("entities")):
        raise TurnRefused("a turn of kind text has no intent and no entities: they are what is to be found out")
    if kind == "intent" and (not isinstance(intent, str) or not intent):
        raise TurnRefused("a turn of kind intent needs an intent")
    if intent in _COMMANDS:
        raise TurnRefused("the intent is a command of the engine", "unknown_intent")


def _check_object(fields: dict[str, Any], name: str) -> None:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise TurnRefused(f"{name} is not an object")
