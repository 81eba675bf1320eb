"""Made-up providers: what is in the outbox is checked once more and carried, in batches, without lanes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.simulate.agenda import Agenda
from app.simulate.habits import Habits
from app.simulate.people import rng_of
from app.simulate.replies import Replies
from bot.calls import book
from bot.clock import Times
from bot.errors import Refused
from bot.handoff.desk import CHANNEL as STAFF
from bot.model import CheckIn, Conversation, OutboxMessage, OutboxState, Purpose, Touch
from bot.outbox import checks, consequences
from bot.ports import Failed
from bot.programme.models import Programme


@dataclass
class Post:
    """Carries what is new in the outbox, and what was delayed."""

    programme: Programme
    habits: Habits
    agenda: Agenda
    replies: Replies
    seed: int
    carried: int = 0
    """The last row of the outbox that was looked at."""

    def carry_new(self, session: Session, times: Times) -> None:
        """Everything since the last look; some of it is late."""
        new = sa.select(OutboxMessage).where(OutboxMessage.id > self.carried, OutboxMessage.channel != STAFF)
        last = session.execute(sa.select(sa.func.max(OutboxMessage.id))).scalar()
        if last is None or last <= self.carried:
            return
        messages = session.scalars(new.order_by(OutboxMessage.id)).all()
        if len(messages) < last - self.carried:
            _show_staff(session, self.carried, times.now)
        self.carried = last
        self._carry(session, [one for one in messages if not self._is_late(one, times.now)], times)

    def _is_late(self, message: OutboxMessage, now: datetime) -> bool:
        likely = self.habits.deliveries.late
        if not likely or rng_of(self.seed, "late", message.id).random() >= likely:
            return False
        at = now + timedelta(hours=self.habits.deliveries.late_hours)
        self.agenda.put(at, partial(self._carry_late, message.id))
        return True

    def _carry_late(self, message_id: int, session: Session, times: Times) -> None:
        self._carry(session, [session.get_one(OutboxMessage, message_id)], times)

    def _carry(self, session: Session, messages: Sequence[OutboxMessage], times: Times) -> None:
        """Of one member one touch at a time: the second is decided when the first has been sent."""
        waiting = [one for one in messages if one.purpose is Purpose.TOUCH]
        for message in messages:
            if message.purpose is not Purpose.TOUCH:
                refusal = checks.check(session, self.programme, self.replies.reach, message, times.now)
                self._settle(session, message, refusal, times)
        while waiting:
            first = {one.member_id: one for one in reversed(waiting)}
            batch = [one for one in waiting if first[one.member_id] is one]
            waiting = [one for one in waiting if first[one.member_id] is not one]
            kept = (_touches(session, batch), _conversations(session, batch))
            refusals = checks.check_touches(session, self.programme, self.replies.reach, batch, times.now)
            with session.no_autoflush:  # each is about another member: none has to see what the others changed
                for message, refusal in zip(batch, refusals, strict=True):
                    self._settle(session, message, refusal, times)
            del kept  # until here, so that nothing of it is read again for each message

    def _settle(self, session: Session, message: OutboxMessage, refusal: checks.Refusal | None, times: Times) -> None:
        if refusal is not None:
            message.state, message.error = OutboxState.REFUSED, refusal.reason
            consequences.refused(session, message, refusal, times)
            return
        failure = self._failure(message)
        if failure is None and message.channel == "voice":
            failure = self._ring(session, message, times)
        if failure is not None:
            message.state, message.error = OutboxState.FAILED, failure.reason
            consequences.failed(session, message, failure, times)
            return
        message.state, message.provider_id = OutboxState.SENT, f"simulated-{message.id}"
        message.attempts, message.tried_at, message.sent_at = 1, times.wall, times.now
        consequences.sent(session, message, times)
        if message.touch_id is not None and message.channel != "voice":
            touch = session.get_one(Touch, message.touch_id)
            check_in = session.get_one(CheckIn, touch.check_in_id)
            self.replies.reached(session, message, touch, check_in, times.now)

    def _failure(self, message: OutboxMessage) -> Failed | None:
        likely = self.habits.deliveries.fails
        if not likely or rng_of(self.seed, "fails", message.id).random() >= likely:
            return None
        return Failed("the address does not work", unusable=True)

    def _ring(self, session: Session, message: OutboxMessage, times: Times) -> Failed | None:
        try:
            call = book.place(session, message, times.now)
        except Refused as problem:
            return Failed(str(problem))
        self.replies.rings(call, session.get_one(Touch, message.touch_id), times.now)
        return None


def _touches(session: Session, messages: Sequence[OutboxMessage]) -> list[Touch]:
    touches = sa.select(Touch).where(Touch.id.in_([one.touch_id for one in messages]))
    return list(session.scalars(touches.options(joinedload(Touch.check_in))))


def _conversations(session: Session, messages: Sequence[OutboxMessage]) -> list[Conversation]:
    known = sa.select(Conversation).where(Conversation.member_id.in_([one.member_id for one in messages]))
    return list(session.scalars(known))


def _show_staff(session: Session, after: int, now: datetime) -> None:
    new = sa.update(OutboxMessage).where(OutboxMessage.id > after, OutboxMessage.channel == STAFF)
    shown = new.where(OutboxMessage.state == OutboxState.PENDING).values(state=OutboxState.SENT, sent_at=now)
    session.execute(shown.execution_options(synchronize_session=False))
