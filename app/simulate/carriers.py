"""Made-up providers as the bot sees them: what each channel can do. What they do with messages is `post`'s."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.simulate.people import CHAT
from bot.model import OutboxMessage
from bot.ports import Capabilities, Channel, SendResult, Sent


@dataclass
class MadeUpChannel:
    """Stands for a provider where the bot asks what a channel can do."""

    name: str
    capabilities: Capabilities
    per_second: float = 1000.0

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Any:
        return message.id

    def send(self, payload: Any) -> SendResult:
        return Sent(f"{self.name}-{payload}")

    def reconcile(self, payload: Any, since: datetime) -> Sent | None:
        return None


CHANNELS: dict[str, Channel] = {
    "sms": MadeUpChannel("sms", Capabilities(1600, "sms")),
    "email": MadeUpChannel("email", Capabilities(50_000, "email")),
    CHAT: MadeUpChannel(CHAT, Capabilities(4096, "chat", buttons=True)),
    "voice": MadeUpChannel("voice", Capabilities(1000, "voice")),
}
