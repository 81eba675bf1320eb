"""What the system decides and why, as it happens, in words: from the log, what was heard, what goes out, and consents.

Each look costs what is new: rows are read by their ids, and what a look came to is where the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.handoff import names
from bot.insights.told import NAME, Told, tell
from bot.model import (
    AuditEntry,
    ConsentEvent,
    ConsentKind,
    InboxMessage,
    InboxState,
    Member,
    OutboxMessage,
    OutboxState,
    Purpose,
)
from bot.programme.models import Programme

MOST = 60
UNDER_WAY = (OutboxState.PENDING, OutboxState.SENDING)
NEWS = ("touch.queued",)
"""Entries of the log that something else tells too: a touch is told when its message is."""


@dataclass(frozen=True)
class Decision:
    """One line. `key` names it: what was under way is told again under the same key once it is over."""

    key: str
    at: datetime
    kind: str
    """``said`` and ``sent`` for messages, ``held``, ``not_sent``, ``case``, ``consent``; for all else ``log``."""
    what: str
    why: str
    member_id: int | None
    member: str


@dataclass(frozen=True)
class Seen:
    """The last ids up to which everything has been told for good."""

    log: int = 0
    heard: int = 0
    sent: int = 0
    consent: int = 0


def newest(
    session: Session, programme: Programme, seen: Seen, *, member_id: int | None = None, most: int = MOST
) -> tuple[list[Decision], Seen]:
    """What came after `seen`, the newest first and at most so much of each kind; and where the next look begins."""
    teller = _Teller(session, programme, member_id, most)
    found = [*teller.log(seen.log), *teller.heard(seen.heard), *teller.sent(seen.sent), *teller.consents(seen.consent)]
    found.sort(key=lambda one: (one.at, one.key), reverse=True)
    return teller.named(found), teller.seen(seen)


class _Teller:
    def __init__(self, session: Session, programme: Programme, member_id: int | None, most: int) -> None:
        self._session, self._programme, self._member_id, self._most = session, programme, member_id, most
        self._ends: dict[str, int] = {}

    def log(self, after: int) -> Iterator[Decision]:
        rows = self._rows(AuditEntry, AuditEntry.id, after, AuditEntry.member_id, AuditEntry.action.not_in(NEWS))
        self._ends["log"] = max((row.id for row in rows), default=after)
        for row, told in zip(rows, tell(self._session, self._programme, rows), strict=True):
            yield self._decision(f"log:{row.id}", row.at, told, row.member_id)

    def heard(self, after: int) -> Iterator[Decision]:
        rows = self._rows(InboxMessage, InboxMessage.id, after, InboxMessage.member_id, InboxMessage.channel != "staff")
        self._ends["heard"] = _told_up_to(rows, InboxState.PENDING, after)
        for row in rows:
            yield self._decision(f"heard:{row.id}", row.received_at, _heard(row), row.member_id)

    def sent(self, after: int) -> Iterator[Decision]:
        to_members = OutboxMessage.purpose != Purpose.STAFF
        rows = self._rows(OutboxMessage, OutboxMessage.id, after, OutboxMessage.member_id, to_members)
        self._ends["sent"] = _told_up_to(rows, UNDER_WAY, after)
        for row in rows:
            yield self._decision(f"sent:{row.id}", row.sent_at or row.created_at, _sent(row), row.member_id)

    def consents(self, after: int) -> Iterator[Decision]:
        rows = self._rows(ConsentEvent, ConsentEvent.id, after, ConsentEvent.member_id)
        self._ends["consent"] = max((row.id for row in rows), default=after)
        for row in rows:
            about = f"{row.message_class} messages" if row.message_class else f"{names.channel(row.channel)}s"
            verb = "agrees to" if row.kind is ConsentKind.GRANTED else "wants no more"
            told = Told("consent", f"{NAME} {verb} {about}", f"{row.source}: {row.wording}")
            yield self._decision(f"consent:{row.id}", row.at, told, row.member_id)

    def seen(self, before: Seen) -> Seen:
        return replace(before, **self._ends)

    def named(self, found: list[Decision]) -> list[Decision]:
        """With the members' names, read in one statement."""
        ids = {one.member_id for one in found if one.member_id is not None}
        rows = self._session.execute(
            sa.select(Member.id, Member.first_name, Member.last_name).where(Member.id.in_(ids))
        )
        known = {number: (first, f"{first} {last}".strip()) for number, first, last in rows}
        unknown = ("Somebody", "")
        return [_with_name(one, *known.get(one.member_id or 0, unknown)) for one in found]

    def _rows(
        self, model: type[Any], key: InstrumentedAttribute[int], after: int, whose: InstrumentedAttribute[Any],
        *where: sa.ColumnElement[bool],
    ) -> Sequence[Any]:  # fmt: skip
        """Oldest first."""
        of_member = [whose == self._member_id] if self._member_id is not None else []
        rows = sa.select(model).where(key > after, *where, *of_member).order_by(key.desc()).limit(self._most)
        return list(reversed(self._session.scalars(rows).all()))

    def _decision(self, key: str, at: datetime, told: Told, member_id: int | None) -> Decision:
        return Decision(key, at, told.kind, told.what, told.why, member_id, "")


def _with_name(one: Decision, first: str, whole: str) -> Decision:
    return replace(one, what=one.what.replace(NAME, first), why=one.why.replace(NAME, first), member=whole)


def _told_up_to(rows: Sequence[Any], open_states: Any, after: int) -> int:
    """The last id before the first row that is still under way."""
    states = open_states if isinstance(open_states, tuple) else (open_states,)
    for row in rows:
        if row.state in states:
            return after
        after = max(after, int(row.id))
    return after


def _heard(row: InboxMessage) -> Told:
    said = f'{NAME} writes by {names.channel(row.channel)}: "{row.text}"' if row.text else f"{NAME} did something"
    if row.state is InboxState.PENDING:
        return Told("said", said, "Accepted, and not yet read.")
    if row.intent:
        return Told("said", said, f"Understood as: {row.intent.replace('_', ' ')}.")
    return Told("said", said, f"Outcome: {(row.outcome or 'none').replace('_', ' ').replace(':', ', ')}.")


WRITERS = {
    Purpose.TOUCH: f"The programme writes to {NAME}",
    Purpose.REPLY: f"The assistant answers {NAME}",
    Purpose.STAFF_REPLY: f"A colleague writes to {NAME}",
    Purpose.NOTICE: f"The system tells {NAME}",
}
STATES = {
    OutboxState.PENDING: "It waits for its turn to be sent.",
    OutboxState.SENDING: "It is being sent.",
    OutboxState.SENT: "",
    OutboxState.DELIVERED: "",
    OutboxState.READ: "",
    OutboxState.REFUSED: "Not sent: the last check said no.",
    OutboxState.FAILED: "The provider refused it.",
    OutboxState.DEAD: "Given up after several attempts.",
    OutboxState.UNKNOWN: "Nobody knows whether it was sent, so it is not repeated.",
}


def _sent(row: OutboxMessage) -> Told:
    text = str(row.body.get("text") or "")
    by = f" by {names.channel(row.channel)}" if row.channel != "voice" else ""
    what = f'{WRITERS.get(row.purpose, "A message")}{by}: "{text}"' if row.channel != "voice" else f"{NAME} is called"
    state = STATES[row.state]
    parts = [f"Rule: {row.rule}.", state, f"({row.error})" if row.error and state else ""]
    bad = row.state in (OutboxState.REFUSED, OutboxState.FAILED, OutboxState.DEAD, OutboxState.UNKNOWN)
    waits = row.state in UNDER_WAY and row.attempts > 0
    return Told("not_sent" if bad else "held" if waits else "sent", what, " ".join(part for part in parts if part))
