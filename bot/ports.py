"""What the bot asks of the outside: channels that carry messages, and a dialogue engine that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from sqlalchemy.orm import Session

from bot.model import OutboxMessage
from bot.programme.base import Modality


@dataclass(frozen=True)
class Sent:
    """The provider took the message and named it."""

    provider_id: str


@dataclass(frozen=True)
class RetryLater:
    """The provider surely did not take it, and may later. `after` is its own wish, if it had one."""

    reason: str
    after: timedelta | None = None
    whole_provider: bool = False


@dataclass(frozen=True)
class Failed:
    """The provider surely did not take it and never will. The flags say what that tells about the address."""

    reason: str
    opted_out: bool = False
    unusable: bool = False


@dataclass(frozen=True)
class Unknown:
    """Nobody can say whether the provider took it, so it is not sent again. `whole_provider`: it doesn't answer."""

    reason: str
    whole_provider: bool = False


@dataclass(frozen=True)
class NoTrace:
    """A look at the provider's own records shows that it did not take it."""


SendResult = Sent | RetryLater | Failed | Unknown


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do; nothing asks which channel it is."""

    max_characters: int
    modality: Modality | None = None
    """The kind of rung that it carries; None: it reaches no members."""
    buttons: bool = False
    receipts: bool = False
    answers_keywords: bool = False
    """The provider itself confirms an exact STOP, START or HELP."""
    in_parts: bool = False
    """A text that is longer than a message may be goes in several; otherwise it is cut."""
    keeps_records: bool = True
    """What became of a message can be found out later. Otherwise nobody waits to ask: those behind it come next."""
    patient: bool = False
    """What its provider can't take waits until it can, for days if need be; nothing is given up for many tries."""


@runtime_checkable
class Windowed(Protocol):
    """A channel on which a member can't be written to at any time, however willing they are."""

    def can_reach(self, session: Session, address: str, now: datetime, *, by_person: bool = False) -> str | None:
        """The name of what is in the way of writing first to this address at `now`; None when nothing is.

        Some channels let a person of the organisation write when the programme may not (`by_person`).
        """


class Channel(Protocol):
    """Carries messages to one kind of address. `name` is also the value of the `channel` columns."""

    name: str
    capabilities: Capabilities
    per_second: float

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Any:
        """Renders a message for `send`; may read the database, calls nobody.

        Raises:
            Refused: it can't be rendered; the message becomes a dead letter with that reason.
        """

    def send(self, payload: Any) -> SendResult:
        """Calls the provider once, with a timeout, outside any transaction. Doesn't raise for provider errors."""

    def reconcile(self, payload: Any, since: datetime) -> Sent | NoTrace | RetryLater | None:
        """Looks for a payload whose send was interrupted after `since` (elapsed time).

        None: it can't be told. RetryLater: it can, when the provider is back; such a look is repeated without end.
        """


@dataclass(frozen=True)
class Turn:
    """One message for the dialogue engine. `message_id` makes a repetition harmless."""

    conversation_id: str
    message_id: str
    channel: str
    text: str
    intent: str | None = None
    entities: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Utterance:
    """One thing that the assistant says, with the choices it offers."""

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the engine made of a turn."""

    utterances: Sequence[Utterance]
    intent: str | None
    confidence: float
    duplicate: bool = False


class Dialogue(Protocol):
    """The dialogue engine."""

    def turn(self, turn: Turn) -> Answer:
        """Answers one message.

        Raises:
            DialogueUnavailable: no answer; the same turn may be tried again with the same `message_id`.
        """
