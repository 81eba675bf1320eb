"""The dialogue engine over HTTP."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from bot import tracing
from bot.config import Settings
from bot.errors import DialogueUnavailable
from bot.ports import Answer, Turn, Utterance

OK = 200
KEPT = 20
"""Connections that are kept; more are made when more turns run at the same time."""
READY_SECONDS = 2.0


class EngineAway(DialogueUnavailable):
    """Nobody listens there, so the turn surely did not begin."""


class Engine:
    """Calls the engine's private turn channel; safe to use from several threads."""

    def __init__(self, settings: Settings, url: str | None = None) -> None:
        self.url = (url or settings.engine_url).rstrip("/")
        self._path = urllib3.util.parse_url(self.url).path or ""
        token = settings.engine_token.get_secret_value()
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        # Every turn goes this way: a pool of one host costs half a millisecond less of the processor than httpx.
        self._pool = urllib3.connection_from_url(
            self.url, maxsize=KEPT, retries=False, timeout=urllib3.Timeout(settings.engine_timeout_seconds)
        )

    def turn(self, turn: Turn) -> Answer:
        body = {
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            "kind": "intent" if turn.intent else "text",
            "text": turn.text,
            "channel": turn.channel,
            "slots": dict(turn.slots),
            # The engine hands it to the actions that it calls; headers it would not.
            "metadata": {**turn.metadata, **tracing.carried()},
        }
        if turn.intent:
            body |= {"intent": turn.intent, "entities": dict(turn.entities)}
        try:
            response = self._pool.urlopen(
                "POST",
                f"{self._path}/webhooks/gateway/turn",
                json.dumps(body).encode(),
                self._headers | tracing.carried(),
            )
        except urllib3.exceptions.NewConnectionError as error:
            raise EngineAway(type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise DialogueUnavailable(type(error).__name__) from error
        if response.status != OK:
            raise DialogueUnavailable(f"HTTP {response.status}")
        try:
            return read_answer(response.json())
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise DialogueUnavailable(f"its answer can't be read ({type(error).__name__})") from error

    def is_ready(self) -> bool:
        """Whether the engine is up with a model."""
        try:
            response = self._pool.urlopen("GET", f"{self._path}/webhooks/gateway/health", timeout=READY_SECONDS)
            return response.status == OK and bool(response.json().get("ready"))
        except (urllib3.exceptions.HTTPError, ValueError, AttributeError):
            return False

    def close(self) -> None:
        self._pool.close()


def read_answer(body: dict[str, Any]) -> Answer:
    """The engine's answer in our terms.

    Raises:
        DialogueUnavailable: the engine says that something failed in the turn.
    """
    if not body.get("ok"):
        raise DialogueUnavailable("the turn failed")
    intent = body.get("intent") or {}
    said = [
        Utterance(message.get("text") or "", tuple(button["title"] for button in message.get("buttons") or ()))
        for message in body.get("messages", [])
    ]
    return Answer(said, intent.get("name"), float(intent.get("confidence") or 0.0), bool(body.get("duplicate")))
