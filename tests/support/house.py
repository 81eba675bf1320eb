"""The whole of `bot/` on a real database, with a channel, a staff channel and a dialogue that only remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.clock import Times
from bot.conversation.perform import Performer
from bot.conversation.scene import Heard, Say
from bot.db import Database
from bot.handoff.acts import Act
from bot.handoff.due import look_at_due
from bot.handoff.reminders import Means
from bot.intake.receive import Incoming, accept
from bot.intake.turn import TurnHandler
from bot.lanes.drain import Drainer
from bot.model import (
    Base,
    CheckIn,
    Conversation,
    HandOff,
    InboxMessage,
    InboxState,
    Member,
    OutboxMessage,
    Purpose,
    Touch,
)
from bot.outbox.deliver import DeliveryHandler
from bot.outbox.enqueue import Message, enqueue
from bot.outreach.due import touch_due
from bot.outreach.reach import Reach
from bot.ports import Capabilities, Channel
from bot.programme.models import Programme
from bot.progress.entries import enter_due
from bot.surveys.tick import ask_due
from tests.support import cast
from tests.support.fake_channel import FakeChannel
from tests.support.fake_dialogue import FakeDialogue
from tests.support.sandbox_clock import StillClock
from tests.support.small_programme import make_programme

TUESDAY = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""10:00 in New York, inside the hours of contact."""
LEASE = timedelta(seconds=30)

Row = TypeVar("Row", bound=Base)


@dataclass
class House:
    """`settle` does all work that is due now; time stands still unless a test moves `clock`."""

    db: Database
    programme: Programme = field(default_factory=make_programme)
    clock: StillClock = field(default_factory=lambda: StillClock(TUESDAY))
    sms: FakeChannel = field(default_factory=FakeChannel)
    staff: FakeChannel = field(default_factory=lambda: FakeChannel("staff", Capabilities(3000)))
    chat: FakeChannel = field(default_factory=lambda: FakeChannel("telegram", Capabilities(4096, "chat", buttons=True)))
    email: FakeChannel = field(default_factory=lambda: FakeChannel("email", Capabilities(50_000, "email")))
    dialogue: FakeDialogue = field(default_factory=FakeDialogue)
    provider_answers: bool = False
    _numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.performer = Performer(self.db, self.programme, self.clock, self.reach())
        handler = TurnHandler(
            self.dialogue,
            self.programme,
            attempts=3,
            answered_by_provider=frozenset({"sms"} if self.provider_answers else ()),
        )
        self.turns = Drainer(self.db, handler, self.clock, LEASE)
        self.deliveries = self.new_delivery_worker()

    def new_delivery_worker(self) -> Drainer:
        """Another worker of the same lanes."""
        return Drainer(self.db, DeliveryHandler(self.channels(), self.programme, attempts=3), self.clock, LEASE)

    def channels(self) -> dict[str, Channel]:
        return {channel.name: channel for channel in (self.sms, self.staff, self.chat, self.email)}

    def reach(self) -> Reach:
        return Reach(self.channels())

    def times(self) -> Times:
        return Times(self.clock.now(), self.clock.wall())

    # People

    def bring(self, *names: str, **changes: Any) -> int:
        """Enrols some of the cast; returns the id of the last."""
        with self.db.begin() as session:
            for name in names:
                member = cast.bring(session, self.programme, name, self.clock.now(), **changes)
        return member.id

    def act(self, case_id: int, email: str = cast.MARIA, dedupe: str | None = None) -> Act:
        with self.db.begin() as session:
            person = cast.colleague(session, email)
        return Act(case_id, person, dedupe or f"act-{next(self._numbers)}", self.clock.now(), self.clock.wall())

    # Work

    def tick(self, outbox_limit: int = 1000) -> int:
        entered = enter_due(self.db, self.programme, self.clock)
        entered += ask_due(self.db, self.programme, self.clock)
        entered += touch_due(self.db, self.programme, self.reach(), self.clock, outbox_limit=outbox_limit)
        return entered + self.look_at_cases()

    def look_at_cases(self) -> int:
        return look_at_due(self.db, self.programme, Means(slack=True, email=True), self.clock)

    def settle(self) -> None:
        """Ticks and drains until nothing is ready."""
        for _ in range(50):
            worked = self.tick() > 0
            for drainer in (self.turns, self.deliveries):
                while drainer.run_one():
                    worked = True
            if not worked:
                return
        raise AssertionError("there is no end to the work")

    def deliver(self) -> None:
        for _ in range(100):
            if not self.deliveries.run_one():
                return
        raise AssertionError("there is no end to the deliveries")

    def hear(self, text: str, who: str = "Ana", dedupe: str | None = None) -> int | None:
        """Accepts a text message, as the gateway does."""
        name = dedupe or f"SM{next(self._numbers)}"
        incoming = Incoming("sms", cast.NUMBERS.get(who, who), text, name)
        with self.db.begin() as session:
            return accept(session, incoming, now=self.clock.now(), wall=self.clock.wall())

    def says(self, text: str, who: str = "Ana") -> InboxMessage:
        """Accepts a text message and handles it; returns its row."""
        number = self.hear(text, who)
        while self.turns.run_one():
            pass
        assert number is not None
        return self.get(InboxMessage, number)

    def gets(self, channel: str, address: str, text: str = "", proven: bool = True, **body: Any) -> InboxMessage:
        """Accepts something on any channel and handles it; returns its row."""
        incoming = Incoming(channel, address, text, f"{channel}-{next(self._numbers)}", body=body, proven=proven)
        with self.db.begin() as session:
            row = accept(session, incoming, now=self.clock.now(), wall=self.clock.wall())
        while self.turns.run_one():
            pass
        assert row is not None
        return self.get(InboxMessage, row)

    def enqueue(self, text: str = "hello", who: str = "Ana", **changes: Any) -> int:
        """Puts a reply into the outbox."""
        address = cast.NUMBERS.get(who, who)
        values: dict[str, Any] = {
            "channel": "sms",
            "address": address,
            "purpose": Purpose.REPLY,
            "rule": "test",
            "dedupe": f"test-{next(self._numbers)}",
            "text": text,
            **changes,
        }
        with self.db.begin() as session:
            row = enqueue(session, Message(**values), now=self.clock.now(), wall=self.clock.wall())
        assert row is not None
        return row

    def perform(self, action: str, heard: Heard | str, inbox_id: int | None = None) -> list[Say]:
        """Runs an action for a message, as the engine does in a turn; without one, for a new one of Ana's alone."""
        heard = Heard(heard, None) if isinstance(heard, str) else heard
        if inbox_id is not None:
            return self.performer.perform(action, inbox_id, heard)
        number = self.hear(heard.text)
        assert number is not None
        replies = self.performer.perform(action, number, heard)
        self.change(InboxMessage, number, lambda row: setattr(row, "state", InboxState.DONE))
        return replies

    # Looking

    def rows(self, model: type[Row], *where: sa.ColumnElement[bool]) -> list[Row]:
        with self.db.begin() as session:
            return list(session.scalars(sa.select(model).where(*where).order_by(*sa.inspect(model).primary_key)))

    def one(self, model: type[Row], *where: sa.ColumnElement[bool]) -> Row:
        [row] = self.rows(model, *where)
        return row

    def get(self, model: type[Row], key: Any) -> Row:
        with self.db.begin() as session:
            return session.get_one(model, key)

    def change(self, model: type[Row], key: Any, change: Callable[[Row], object]) -> None:
        with self.db.begin() as session:
            change(session.get_one(model, key))

    def check_in(self) -> CheckIn:
        """The newest check-in."""
        return self.rows(CheckIn)[-1]

    def touches(self) -> list[tuple[int, str, str | None]]:
        """Rung, state and reason of every touch, in the order of their making."""
        return [(touch.rung, str(touch.state), touch.reason) for touch in self.rows(Touch)]

    def conversation(self, who: str = "Ana") -> Conversation:
        return self.get(Conversation, self.member(who).id)

    def member(self, who: str = "Ana") -> Member:
        return self.one(Member, Member.first_name == who)

    def cases(self) -> list[HandOff]:
        return self.rows(HandOff)

    def outbox(self, *where: sa.ColumnElement[bool]) -> list[OutboxMessage]:
        """Messages to members, in order."""
        return self.rows(OutboxMessage, OutboxMessage.channel != "staff", *where)

    def texts(self, who: str = "Ana") -> list[str]:
        """What the provider took for somebody, in order."""
        return self.sms.texts(cast.NUMBERS.get(who, who))
