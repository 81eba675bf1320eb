"""The dialogue engine over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from bot import tracing
from bot.config import Settings
from bot.errors import DialogueUnavailable
from bot.ports import Answer, Turn, Utterance


class EngineAway(DialogueUnavailable):
    """Nobody listens there, so the turn surely did not begin."""


class Engine:
    """Calls the engine's private turn channel; safe to use from several threads."""

    def __init__(self, settings: Settings, url: str | None = None) -> None:
        self.url = url or settings.engine_url
        self._client = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {settings.engine_token.get_secret_value()}"},
            timeout=settings.engine_timeout_seconds,
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
            response = self._client.post("/webhooks/gateway/turn", json=body, headers=tracing.carried())
        except httpx.ConnectError as error:
            raise EngineAway(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise DialogueUnavailable(type(error).__name__) from error
        if response.status_code != httpx.codes.OK:
            raise DialogueUnavailable(f"HTTP {response.status_code}")
        try:
            return read_answer(response.json())
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise DialogueUnavailable(f"its answer can't be read ({type(error).__name__})") from error

    def is_ready(self) -> bool:
        """Whether the engine is up with a model."""
        try:
            response = self._client.get("/webhooks/gateway/health", timeout=2.0)
            return response.status_code == httpx.codes.OK and bool(response.json().get("ready"))
        except (httpx.HTTPError, ValueError, AttributeError):
            return False

    def close(self) -> None:
        self._client.close()


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
