"""A channel with a memory: it carries messages to nobody, and answers as it is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import Refused, WindowClosed
from bot.model import OutboxMessage
from bot.ports import Capabilities, NoTrace, RetryLater, SendResult, Sent

AWAY = RetryLater("no connection", whole_provider=True)


@dataclass(frozen=True)
class Carried:
    """One message as it was rendered."""

    message_id: int
    address: str
    text: str
    kind: str | None = None


class Killed(BaseException):
    """The process is gone at this instruction; nothing after it runs, as after SIGKILL."""


@dataclass
class FakeChannel:
    """Takes every message unless `answers` says otherwise; a scripted exception is raised after it was taken."""

    name: str = "sms"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(1600, "sms"))
    per_second: float = 1000.0
    calls: list[Carried] = field(default_factory=list)
    taken: dict[int, Carried] = field(default_factory=dict)
    unrenderable: str | None = None
    closed: str | None = None
    keeps_no_records: bool = False
    is_away: bool = False
    """Nothing connects: neither to send, nor to ask for its records."""
    meanwhile: Callable[[], object] | None = None
    reconciled: list[tuple[int, datetime]] = field(default_factory=list)
    _script: deque[SendResult | BaseException] = field(default_factory=deque)

    def answers(self, *results: SendResult | BaseException) -> None:
        """What the next sends come to, in order; after them everything is taken again."""
        self._script.extend(results)

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Carried:
        if self.unrenderable is not None:
            raise Refused(self.unrenderable)
        if self.closed is not None:
            raise WindowClosed(self.closed)
        return Carried(message.id, message.address, message.body["text"], message.body.get("kind"))

    def send(self, payload: Carried) -> SendResult:
        self.calls.append(payload)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        result = self._script.popleft() if self._script else self._answer(payload)
        if isinstance(result, Sent | BaseException):
            self.taken[payload.message_id] = payload
        if isinstance(result, BaseException):
            raise result
        return result

    def _answer(self, payload: Carried) -> SendResult:
        return AWAY if self.is_away else Sent(self.provider_id(payload))

    def reconcile(self, payload: Carried, since: datetime) -> Sent | NoTrace | RetryLater | None:
        self.reconciled.append((payload.message_id, since))
        if self.is_away:
            return AWAY
        if self.keeps_no_records:
            return None
        return Sent(self.provider_id(payload)) if payload.message_id in self.taken else NoTrace()

    def takes(self, message_id: int, text: str = "") -> None:
        """The provider took a message of which we heard nothing."""
        self.taken[message_id] = Carried(message_id, "", text)

    def provider_id(self, payload: Carried) -> str:
        return f"{self.name}-{payload.message_id}"

    def texts(self, address: str | None = None) -> list[str]:
        """What the provider took, in order."""
        return [carried.text for carried in self.taken.values() if address in (None, carried.address)]
