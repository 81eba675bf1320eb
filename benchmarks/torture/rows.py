"""Reading the database, when all processes have ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from benchmarks.torture.events import Calendar
from benchmarks.torture.records import Asked, Consent, Effect, Kept, Sending, Touched
from bot.model import (
    AuditEntry,
    CheckIn,
    ConsentEvent,
    InboxMessage,
    OutboxMessage,
    Touch,
    TurnAction,
)

FOLLOWS = "action_reoffer"
"""Runs after another action and offers its question again; it moves nobody on."""


class Rows:
    """The rows in our terms; moments of business time as those of the machine's clock."""

    def __init__(self, connection: sa.Connection, calendar: Calendar) -> None:
        self._connection, self._calendar = connection, calendar

    def kept(self) -> list[Kept]:
        """What members wrote; what colleagues did is none of it."""
        of = InboxMessage
        columns = (
            of.id,
            of.dedupe,
            of.channel,
            of.address,
            of.member_id,
            of.state,
            of.outcome,
            of.handled_at,
            of.error,
        )
        return [
            Kept(row.id, row.dedupe, row.channel, row.address, row.member_id, str(row.state), row.outcome,
                 self._wall(row.handled_at), row.error)
            for row in self._all(sa.select(*columns).order_by(of.id))
        ]  # fmt: skip

    def sendings(self) -> list[Sending]:
        of = OutboxMessage
        columns = (of.id, of.channel, of.address, of.purpose, of.rule, of.state, of.reply_to_id, of.touch_id,
                   of.provider_id, of.tried_at, of.error)  # fmt: skip
        return [
            Sending(row.id, row.channel, row.address, str(row.purpose), row.rule, str(row.state), row.reply_to_id,
                    row.touch_id, row.provider_id, row.tried_at, row.error)
            for row in self._all(sa.select(*columns).order_by(of.id))
        ]  # fmt: skip

    def touches(self) -> list[Touched]:
        of = Touch
        columns = (of.id, of.check_in_id, of.member_id, of.channel, of.state, of.reason)
        return [
            Touched(row.id, row.check_in_id, row.member_id, row.channel, str(row.state), row.reason)
            for row in self._all(sa.select(*columns).order_by(of.id))
        ]

    def asked(self) -> list[Asked]:
        of = CheckIn
        columns = (of.id, of.member_id, of.state, of.outcome, of.closed_at)
        return [
            Asked(row.id, row.member_id, str(row.state), row.outcome, self._wall(row.closed_at))
            for row in self._all(sa.select(*columns).order_by(of.id))
        ]

    def consents(self) -> list[Consent]:
        of = ConsentEvent
        columns = (of.channel, of.address, of.kind, of.at)
        about_all = of.message_class.is_(None)
        return [
            Consent(row.channel, row.address, str(row.kind), self._wall(row.at))
            for row in self._all(sa.select(*columns).where(about_all).order_by(of.id))
        ]

    def effects(self) -> list[Effect]:
        """What members said of their steps, and the actions that ran."""
        said = sa.select(AuditEntry.member_id, AuditEntry.at).where(
            AuditEntry.actor.like("member:%"), AuditEntry.action.like("step.%")
        )
        ran = (
            sa.select(InboxMessage.member_id, TurnAction.at, TurnAction.inbox_id)
            .join(InboxMessage, InboxMessage.id == TurnAction.inbox_id)
            .where(TurnAction.action != FOLLOWS)
        )
        steps = [Effect("step", row.member_id, row.at) for row in self._all(said)]
        return steps + [Effect("action", row.member_id, row.at, row.inbox_id) for row in self._all(ran)]

    def jobs(self) -> dict[str, int]:
        """What the task engine still has, by state; empty where there is none."""
        if not sa.inspect(self._connection).has_table("procrastinate_jobs"):
            return {}
        counted = sa.text("select status::text as state, count(*) as number from procrastinate_jobs group by status")
        return {row.state: row.number for row in self._all(counted)}

    def _all(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        return self._connection.execute(statement).all()

    def _wall(self, moment: Any) -> Any:
        return self._calendar.wall(moment) if moment is not None else None
