"""A house with a past: rows that are as old as a test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from bot.clock import Times
from bot.housekeeping import batch, tidy
from bot.housekeeping.keeping import Kind, read_keeping
from bot.housekeeping.passes import PASSES
from bot.housekeeping.tidy import Report
from bot.model import (
    Base,
    CheckIn,
    CheckInState,
    HandOff,
    HandOffReason,
    HandOffState,
    InboxMessage,
    InboxState,
    JourneyRun,
    OutboxMessage,
    OutboxState,
    Priority,
    Purpose,
    RunState,
    Team,
    Touch,
    TouchState,
    TurnAction,
)
from tests.support.cast import NUMBERS
from tests.support.house import House

Row = TypeVar("Row", bound=Base)


@dataclass
class Past:
    """`days` is how long ago something was; `run` tidies up now."""

    house: House
    _numbers: Any = field(default_factory=lambda: count(1))

    def ago(self, days: float) -> datetime:
        return self.house.clock.now() - timedelta(days=days)

    def times(self) -> Times:
        return self.house.times()

    def run(self, archive: Path | str = "", *, most: int = 1000, **keep: str) -> Report:
        return tidy.run(self.house.db, read_keeping(keep), self.times(), str(archive), most=most)

    def removed(self, kind: Kind) -> int:
        return self.run().removed[kind]

    def add(self, row: Row) -> Row:
        with self.house.db.begin() as session:
            session.add(row)
        return row

    def left(self, row: Base) -> bool:
        with self.house.db.begin() as session:
            return session.get(type(row), row.id) is not None  # type: ignore[attr-defined]

    def add_action(self, row: InboxMessage, action: str) -> TurnAction:
        return self.add(TurnAction(inbox_id=row.id, action=action, replies=[], at=row.received_at))

    def mark(self, name: str) -> str:
        """Makes the bookmarks, and returns this name."""
        batch.begin(self.house.db, PASSES, self.house.clock.now())
        return name

    @property
    def member_id(self) -> int:
        return self.house.member().id

    def heard(self, days: float, **changes: Any) -> InboxMessage:
        """A message of Ana's that was dealt with."""
        number = next(self._numbers)
        values = {
            "lane": f"in:{self.member_id}", "dedupe": f"old-in-{number}", "channel": "sms", "address": NUMBERS["Ana"],
            "member_id": self.member_id, "text": "I am unwell", "state": InboxState.DONE, "received_at": self.ago(days),
            "body": {"accepted_wall": self.ago(days).isoformat(), "media": "x"}, "handled_at": self.ago(days),
            "outcome": "answered", "intent": "report_done",
        }  # fmt: skip
        return self.add(InboxMessage(**{**values, **changes}))

    def said(self, days: float, **changes: Any) -> OutboxMessage:
        """A message to Ana that she got."""
        number = next(self._numbers)
        values = {
            "lane": f"out:sms:{NUMBERS['Ana']}", "dedupe": f"old-out-{number}", "channel": "sms",
            "address": NUMBERS["Ana"], "purpose": Purpose.REPLY, "rule": "reply:greet", "member_id": self.member_id,
            "body": {"text": "Get well soon", "kind": "words"}, "state": OutboxState.DELIVERED,
            "provider_id": f"SM-old-{number}", "created_at": self.ago(days), "sent_at": self.ago(days),
        }  # fmt: skip
        return self.add(OutboxMessage(**{**values, **changes}))

    def asked(self, days: float, run: RunState = RunState.COMPLETED, **changes: Any) -> CheckIn:
        """A question that was closed, with one touch, of a journey in this state."""
        kept = self.house.rows(JourneyRun)[0]
        journey = self.add(
            JourneyRun(
                member_id=self.member_id, journey="old", occasion=f"old-{next(self._numbers)}", version=kept.version,
                state=run, entered_at=self.ago(days),
            )
        )  # fmt: skip
        values = {
            "member_id": self.member_id, "run_id": journey.id, "step": "form", "state": CheckInState.ANSWERED,
            "opened_at": self.ago(days), "closed_at": self.ago(days), "created_at": self.ago(days),
        }  # fmt: skip
        check_in = self.add(CheckIn(**{**values, **changes}))
        self.add(
            Touch(
                check_in_id=check_in.id, member_id=self.member_id, rung=0, channel="sms", sender="programme",
                state=TouchState.SENT, sent_at=self.ago(days), changed_at=self.ago(days),
            )
        )  # fmt: skip
        return check_in

    def touch_of(self, check_in: CheckIn) -> Touch:
        return self.house.one(Touch, Touch.check_in_id == check_in.id)

    def case(self, days: float, state: HandOffState = HandOffState.RESOLVED, **changes: Any) -> HandOff:
        values = {
            "member_id": self.member_id, "subject": f"member:{self.member_id}", "channel": "sms",
            "address": NUMBERS["Ana"], "reason": HandOffReason.ASKED, "summary": "Has a question about her dues",
            "priority": Priority.NORMAL, "team": Team.MEMBER_SUCCESS, "state": state, "opened_at": self.ago(days),
            "resolved_at": self.ago(days) if state is HandOffState.RESOLVED else None,
        }  # fmt: skip
        return self.add(HandOff(**{**values, **changes}))
