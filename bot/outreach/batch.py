"""What the members of one look at the ladders share: what is read for all at once, and what is written for all at once.

A look at hundreds of check-ins costs as many statements as a look at one: decisions are kept here and written when all
have been made, or before anything else is done that counts on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit, bulk, metrics
from bot.bulk import among
from bot.clock import Times
from bot.model import LIVE, CheckIn, CheckInKind, Purpose, Touch, TouchState
from bot.outbox.enqueue import Message, enqueue_all
from bot.programme.models import Journey, Programme, Variant
from bot.progress import runs
from bot.surveys import rounds
from bot.surveys.path import Ask


@dataclass(slots=True)
class Attempted:
    """A touch, as it is or as it was just decided."""

    check_in_id: int
    member_id: int
    rung: int
    channel: str
    sender: str
    state: TouchState
    reason: str | None
    held_until: datetime | None
    attempt: int
    sent_at: datetime | None
    changed_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        return self.check_in_id, self.rung


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The message of a touch; the touch has no number yet."""

    touch: Attempted
    channel: str
    address: str
    rule: str
    body: dict[str, Any]


@dataclass
class Batch:
    """`expect` names the check-ins that will be looked at; others are read when somebody asks for them."""

    session: Session
    check_ins: dict[int, CheckIn] = field(default_factory=dict)
    ladders: dict[tuple[str | None, str], tuple[Variant, dict[str, Any]]] = field(default_factory=dict)
    """Ladders for the check-ins that begin to climb, by their key and the member's segment."""
    _touches: dict[int, dict[int, Attempted]] = field(default_factory=dict)
    _journeys: dict[int, Journey] = field(default_factory=dict)
    _live: dict[int, list[CheckIn]] | None = None
    _asks: dict[int, Ask] | None = None
    _decided: dict[tuple[int, int], Attempted] = field(default_factory=dict)
    _outgoing: list[Outgoing] = field(default_factory=list)
    _times: Times | None = None
    _entries: list[dict[str, Any]] = field(default_factory=list)
    _counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def expect(self, check_ins: Iterable[CheckIn]) -> None:
        """Reads what these check-ins need that is not known yet."""
        self.check_ins |= {one.id: one for one in check_ins}
        self._read_touches(self.check_ins.keys() - self._touches.keys())
        asked_in = {one.run_id for one in self.check_ins.values() if one.run_id is not None}
        self._journeys |= runs.journeys(self.session, asked_in - self._journeys.keys())

    def journey(self, run_id: int) -> Journey:
        """The journey of a run, as it was pinned."""
        if run_id not in self._journeys:
            self._journeys |= runs.journeys(self.session, [run_id])
        return self._journeys[run_id]

    def touches(self, check_in: CheckIn) -> Mapping[int, Attempted]:
        """What was tried so far, by rung."""
        if check_in.id not in self._touches:
            self._read_touches([check_in.id])
        return self._touches[check_in.id]

    def live(self, member_id: int) -> Sequence[CheckIn]:
        """The member's check-ins that are scheduled or open. Read when the first is looked at: most are asked alone."""
        if self._live is None or member_id not in self._live:
            self._live = self._read_live({member_id, *(one.member_id for one in self.check_ins.values())})
        return [one for one in self._live[member_id] if one.state in LIVE]

    def ask(self, programme: Programme, check_in: CheckIn) -> Ask:
        """The question that a survey's check-in asks now."""
        if self._asks is None or check_in.id not in self._asks:
            surveys = [one for one in self.check_ins.values() if _is_asked(programme, one)]
            self._asks = rounds.all_in_hand(self.session, programme, [*surveys, check_in])
        return self._asks[check_in.id]

    def decide(self, touch: Attempted) -> None:
        """Keeps a decision."""
        self._touches[touch.check_in_id][touch.rung] = touch
        self._decided[touch.key] = touch
        self._counted[touch.state, touch.reason or ""] += 1

    def send(self, message: Outgoing, times: Times) -> None:
        """Keeps a message for the outbox."""
        self._outgoing.append(message)
        self._times = times

    def tell(self, at: datetime, action: str, *, member_id: int, subject: str, reason: str | None) -> None:
        """Keeps a line for the log."""
        self._entries.append(audit.entry(at, "bot", action, member_id=member_id, subject=subject, reason=reason))

    def write(self) -> None:
        """Writes what was kept, because something else is done next that counts on it."""
        self.session.flush()
        self._write_kept()
        self._live = None

    def finish(self) -> None:
        """Writes what was kept, and how the expected check-ins stand now. Nothing is done with them afterwards."""
        changed = [one for one in self.check_ins.values() if sa.inspect(one).modified]
        bulk.update(self.session, CheckIn, [_values(one) for one in changed], document="ladder")
        if self.session.new or self.session.deleted or len(self.session.dirty) > len(changed):
            for one in changed:
                self.session.expunge(one)
        else:
            self.session.expunge_all()
        self.write()

    def _write_kept(self) -> None:
        touches, self._decided = self._decided, {}
        outgoing, self._outgoing = self._outgoing, []
        entries, self._entries = self._entries, []
        counted, self._counted = self._counted, Counter()
        ids = self._write_touches(touches.values())
        if self._times is not None:
            enqueue_all(self.session, [_message(one, ids[one.touch.key]) for one in outgoing], self._times)
        audit.write_all(self.session, entries)
        for (state, reason), count in counted.items():
            metrics.touches.labels(state, reason).inc(count)

    def _write_touches(self, touches: Iterable[Attempted]) -> dict[tuple[int, int], int]:
        rows = [{name: getattr(touch, name) for name in _TOUCH} for touch in touches]
        found = bulk.insert(self.session, Touch, rows, unique=_TOUCH_KEY, changes=_TOUCH_NEW,
                            returning=("id", *_TOUCH_KEY))  # fmt: skip
        return {(row.check_in_id, row.rung): row.id for row in found}

    def _read_touches(self, check_in_ids: Collection[int]) -> None:
        self._touches |= {one: {} for one in check_in_ids}
        if check_in_ids:
            for row in self.session.execute(_TOUCHES, {"ids": list(check_in_ids)}):
                self._touches[row.check_in_id][row.rung] = Attempted(*row)

    def _read_live(self, member_ids: Collection[int]) -> dict[int, list[CheckIn]]:
        found: dict[int, list[CheckIn]] = {one: [] for one in member_ids}
        with self.session.no_autoflush:  # what is changed in memory is not scheduled anew by that
            for check_in in self.session.scalars(_LIVE, {"ids": list(member_ids)}):
                found[check_in.member_id].append(check_in)
        return found


def _is_asked(programme: Programme, check_in: CheckIn) -> bool:
    return check_in.kind is CheckInKind.SURVEY and check_in.step in programme.surveys


def _message(outgoing: Outgoing, touch_id: int) -> Message:
    touch = outgoing.touch
    return Message(
        channel=outgoing.channel,
        address=outgoing.address,
        purpose=Purpose.TOUCH,
        rule=outgoing.rule,
        dedupe=f"touch:{touch_id}:{touch.attempt}",
        body=outgoing.body,
        member_id=touch.member_id,
        touch_id=touch_id,
    )


def _values(check_in: CheckIn) -> dict[str, Any]:
    """What outreach changes of a check-in; the ladder never changes once it is there."""
    return {name: getattr(check_in, name) for name in _CHANGED}


_TOUCH = tuple(one.name for one in fields(Attempted))
_TOUCH_KEY = ("check_in_id", "rung")
_TOUCH_NEW = ("channel", "sender", "state", "reason", "held_until", "attempt", "changed_at")
_CHANGED = (
    "id",
    "state",
    "ladder",
    "rung",
    "next_touch_at",
    "opened_at",
    "closed_at",
    "outcome",
    "bundled_with_id",
)
# Built once: building a statement costs more than running it.
_TOUCHES = sa.select(*(sa.inspect(Touch).columns[name] for name in _TOUCH)).where(among(Touch.check_in_id))
_LIVE = sa.select(CheckIn).where(among(CheckIn.member_id), CheckIn.state.in_(LIVE))
