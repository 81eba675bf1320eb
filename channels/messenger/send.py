"""Sending to a member's thread: one request for each part, and an honest word on what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.orm import Session

from bot.config import Settings
from bot.errors import Refused, WindowClosed
from bot.model import OutboxMessage, OutboxState, Purpose
from bot.ports import Capabilities, Failed, NoTrace, RetryLater, SendResult, Sent, Unknown
from channels.messenger import codes, render, window
from channels.messenger.echoes import echoed
from channels.messenger.graph import FAILURES, NEVER_CONNECTED, Graph, content, error_codes, pause
from channels.messenger.window import Way

Json = dict[str, Any]


@dataclass(frozen=True)
class Parcel:
    """A rendered message. `ways` are the ways that are open for it, best first; `parts` its texts in order.

    `taken` are the ids of the parts that Meta has shown us as taken: an earlier attempt got that far.
    """

    outbox_id: int
    to: str
    ways: tuple[Way, ...]
    parts: tuple[Json, ...]
    template: Json | None
    taken: Mapping[int, str]
    at_most_once: bool

    @property
    def is_taken(self) -> bool:
        return len(self.taken) == len(self.parts)

    def messages(self, way: Way) -> tuple[Json, ...]:
        return (self.template,) if way is Way.UTILITY and self.template else self.parts


class Messenger:
    """The channel to members' threads with the page."""

    name = "messenger"
    capabilities = Capabilities(
        max_characters=render.MOST_CHARACTERS, modality="chat", buttons=True, receipts=True, in_parts=True
    )

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.per_second = settings.messenger_per_second

    def prepare(self, session: Session, message: OutboxMessage, now: datetime) -> Parcel:
        """Renders text and choices, and finds out in which ways they may go.

        Raises:
            Refused: there is nothing to say.
            WindowClosed: Meta lets nobody write to this member now.
        """
        parts = render.parts(message.id, message.body)
        if not parts:
            raise Refused("The message is empty.")
        heard = window.last_heard(session, message.address)
        has_template = bool(self.settings.messenger_utility_template)
        ways = window.ways(message.purpose, heard, now, has_template=has_template)
        taken = echoed(session, message.id, len(parts))
        # A message that is only looked for, or went already, was allowed to go when it went.
        if not ways and message.state is not OutboxState.SENDING and len(taken) < len(parts):
            raise WindowClosed(_closed(heard))
        return Parcel(
            outbox_id=message.id,
            to=message.address,
            ways=ways,
            parts=parts,
            template=self._template(message) if Way.UTILITY in ways else None,
            taken=taken,
            at_most_once=message.purpose is Purpose.TOUCH,
        )

    def send(self, payload: Parcel) -> SendResult:
        """Tries the ways in their order: the next one only when Meta says that the one before is closed."""
        if payload.is_taken:
            return Sent(payload.taken[0])
        result: SendResult = Failed("no way is open")
        with Graph(self.settings) as graph:
            for way in payload.ways:
                result = self._send_all(graph, payload, way)
                if not isinstance(result, codes.WindowClosed):
                    break
        return result

    def reconcile(self, payload: Parcel, since: datetime) -> Sent | NoTrace | None:
        """Whether Meta has shown us every part as taken. That it has not proves nothing, so there is never no trace."""
        return Sent(payload.taken[0]) if payload.is_taken else None

    def can_reach(self, session: Session, address: str, now: datetime, *, by_person: bool = False) -> str | None:
        """Why a rung, or a person's reply, can't reach this address at `now`; None when it can."""
        if self.settings.messenger_utility_template and not by_person:
            return None
        return window.can_reach(session, address, now, by_person=by_person)

    def _template(self, message: OutboxMessage) -> Json:
        settings = self.settings
        return render.template(settings.messenger_utility_template, settings.messenger_utility_language, message.body)

    def _send_all(self, graph: Graph, payload: Parcel, way: Way) -> SendResult:
        """Sends the parts that are not known to be taken. Once one is, what becomes of a later one can't undo it."""
        first, messages = payload.taken.get(0, ""), payload.messages(way)
        for number, message in enumerate(messages):
            if number in payload.taken:
                continue
            result = self._send_one(graph, payload, way, message)
            if not isinstance(result, Sent):
                return Unknown(f"part {number + 1} of {len(messages)}: {result.reason}") if first else result
            first = first or result.provider_id
        return Sent(first)

    def _send_one(self, graph: Graph, payload: Parcel, way: Way, message: Json) -> SendResult:
        request: Json = {"recipient": {"id": payload.to}, "messaging_type": way.value, "message": message}
        if way is Way.HUMAN_AGENT:
            request |= {"messaging_type": "MESSAGE_TAG", "tag": way.value}
        try:
            answer = graph.of_page("POST", "messages", request)
        except NEVER_CONNECTED as error:
            return RetryLater(f"no connection to Meta: {type(error).__name__}")
        except FAILURES as error:
            return Unknown(f"connection to Meta: {type(error).__name__}")
        return judge(answer, at_most_once=payload.at_most_once)


def make(settings: Settings) -> Messenger:
    """The channel for these settings."""
    return Messenger(settings)


def judge(answer: httpx.Response, *, at_most_once: bool) -> SendResult:
    """By what the answer says, whatever its status: an error by its codes, or the id of the message."""
    found = content(answer)
    if (error := error_codes(found)) is not None:
        return codes.refusal(*error, pause(answer), at_most_once=at_most_once)
    mid = found.get("message_id")
    if isinstance(mid, str) and mid and "error" not in found:
        return Sent(mid)
    return Unknown(f"Meta answered {answer.status_code} without an id")


def _closed(heard: datetime | None) -> str:
    if heard is None:
        return "window closed: the member has never written to the page"
    return f"window closed: the member last wrote on {heard:%d %B %Y at %H:%M} UTC"
