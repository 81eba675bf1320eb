"""Ways to have a message answered: through the whole pipeline, by the engine alone, by Rasa as it comes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from itertools import count
from typing import Any, Protocol
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.support.systems import System
from benchmarks.support.web import Web
from bot.clock import SystemClock
from bot.model import InboxMessage, InboxState

TEXTS = ("what's next?", "how far am I", "not yet sorry", "hello", "still working on it", "thanks!")
PATIENCE = 30.0
ROWS_AHEAD = 2000


class NoAnswer(RuntimeError):
    """No answer came in time."""


class Way(Protocol):
    """One message and its answer, each time it is called. `get_ready` is done before the clock runs."""

    def get_ready(self) -> None: ...

    def __call__(self) -> None: ...


class Pipeline:
    """A member's message comes by webhook; it is answered when the provider is given the answer.

    Each member waits for their answer before they write again, and there are many, so that none writes fast.
    """

    def __init__(self, system: System) -> None:
        self.webhook, self._numbers = system.webhook(), count()
        self._free = deque(phone for _, phone in system.members)
        self._waiting: dict[str, threading.Event] = {}
        system.sink.taken = self._taken

    def get_ready(self) -> None: ...

    def __call__(self) -> None:
        phone = self._free.popleft()
        try:
            self.write(phone)
        finally:
            self._free.append(phone)

    def write(self, phone: str) -> None:
        """A message of this member, and its answer.

        Raises:
            NoAnswer: none came.
        """
        done = self._waiting[phone] = threading.Event()
        try:
            self.webhook.send(f"SM{uuid4().hex}", phone, TEXTS[next(self._numbers) % len(TEXTS)])
            if not done.wait(PATIENCE):
                raise NoAnswer
        finally:
            self._waiting.pop(phone, None)

    def _taken(self, to: str, _at: float) -> None:
        if (waits := self._waiting.get(to)) is not None:
            waits.set()


class _Direct:
    """Straight to a dialogue server. The message's row, which the actions look up, is written beforehand."""

    def __init__(self, system: System) -> None:
        self.system, self._numbers = system, count()
        self._rows: deque[tuple[int, int]] = deque()

    def get_ready(self) -> None:
        missing = ROWS_AHEAD - len(self._rows)
        members, now = self.system.members, SystemClock().now()
        rows = [
            {"lane": "bench", "dedupe": f"bare:{uuid4().hex}", "channel": "sms", "address": phone,
             "member_id": member_id, "text": TEXTS[n % len(TEXTS)], "state": InboxState.PENDING, "received_at": now,
             "attempts": 0, "body": {}}
            for n in range(missing) for member_id, phone in [members[n % len(members)]]
        ]  # fmt: skip
        if rows:
            with self.system.db.begin() as session:
                statement = sa.insert(InboxMessage).returning(InboxMessage.id, InboxMessage.member_id)
                self._rows.extend((row.id, row.member_id) for row in session.execute(statement, rows))

    def _next(self) -> tuple[int, int, str]:
        """A row, its member, and what is said."""
        try:
            row, member = self._rows.popleft()
        except IndexError:
            self.get_ready()
            row, member = self._rows.popleft()
        return row, member, TEXTS[next(self._numbers) % len(TEXTS)]


class Bare(_Direct):
    """The engine's own channel, with the same actions on the same database."""

    def __init__(self, system: System) -> None:
        super().__init__(system)
        self.web = Web(system.urls["engine"])
        self.headers = {"Authorization": f"Bearer {system.secrets['MSB_ENGINE_TOKEN']}"}

    def __call__(self) -> None:
        row, member, text = self._next()
        answer = self.web.post_json("/webhooks/gateway/turn", self._turn(row, member, text), self.headers)
        if not (answer.get("ok") and answer.get("messages")):
            raise NoAnswer(str(answer)[:200])

    def _turn(self, row: int, member: int, text: str) -> Mapping[str, Any]:
        slots = {"pending_question": "none", "member_id": str(member)}
        return {"conversation_id": f"bare-{member}", "message_id": f"bare-{row}", "kind": "text", "text": text,
                "channel": "sms", "slots": slots, "metadata": {"inbox_id": row}}  # fmt: skip


class RasaDefault(_Direct):
    """Rasa's REST channel in front of its default pipeline, with the same actions on the same database."""

    def __init__(self, system: System, url: str) -> None:
        super().__init__(system)
        self.web = Web(url)

    def __call__(self) -> None:
        row, member, text = self._next()
        self._send(f"default-{member}", text, row)

    def _send(self, sender: str, text: str, row: int) -> None:
        said = {"sender": sender, "message": text, "metadata": {"inbox_id": row}}
        if not self.web.post_json("/webhooks/rest/webhook", said):
            raise NoAnswer

    def say(self, number: int) -> None:
        """The next message of the conversation of this member."""
        row, _, text = self._next()
        self._send(f"grows-{number}", text, row)
