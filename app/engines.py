"""Several dialogue engines: each conversation has its own, and another one while that is away."""

from __future__ import annotations

import hashlib
import logging

from app.engine import Engine, EngineAway
from bot.config import Settings
from bot.ports import Answer, Turn

log = logging.getLogger(__name__)


class Engines:
    """Spreads conversations by rendezvous hashing: when an engine is added or gone, only its share moves.

    A turn goes to the next engine only when the first surely did not take it: two must not work on one conversation.
    """

    def __init__(self, settings: Settings, urls: list[str]) -> None:
        self.engines = [Engine(settings, url) for url in urls]

    def turn(self, turn: Turn) -> Answer:
        ranked = self.ranked(turn.conversation_id)
        for engine in ranked[:-1]:
            try:
                return engine.turn(turn)
            except EngineAway:
                log.warning("an engine is away, another one takes its conversation", extra={"engine": engine.url})
        return ranked[-1].turn(turn)

    def ranked(self, conversation_id: str) -> list[Engine]:
        """The engines in the order in which they are asked for this conversation."""
        return sorted(self.engines, key=lambda engine: _score(engine.url, conversation_id), reverse=True)

    def is_ready(self) -> bool:
        """Whether any of them is: one can take the conversations of all."""
        return any(engine.is_ready() for engine in self.engines)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()


def make_engine(settings: Settings) -> Engine | Engines:
    """The engine of the settings, or several."""
    urls = [url.strip() for url in settings.engine_url.split(",") if url.strip()]
    return Engine(settings) if len(urls) == 1 else Engines(settings, urls)


def _score(url: str, conversation_id: str) -> bytes:
    return hashlib.blake2b(f"{url} {conversation_id}".encode(), digest_size=8).digest()
