"""The passes: for each table of a class, which rows have had their time, and what is left of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.housekeeping import spared
from bot.housekeeping.keeping import Kind
from bot.model import (
    Absence,
    AuditEntry,
    AuditFinding,
    Base,
    Call,
    CaseEntry,
    CheckIn,
    ConsoleSession,
    HandOff,
    HandOffState,
    InboxMessage,
    LinkToken,
    MemberEvent,
    OutboxMessage,
    Receipt,
    SignInLink,
    SurveyAnswer,
    SurveyRound,
    Touch,
    TurnAction,
)

Condition = sa.ColumnElement[bool]
EMPTIED = "emptied"
"""Stands in a body whose contents are gone."""
KEPT_IN = ("accepted_wall", "event", "call")
KEPT_OUT = ("kind", "reply")
"""What of a body others still look for; none of it is anybody's words."""
CHOICES = ("single", "multiple")
"""Kinds of questions whose answers are the content's words, not the member's."""


@dataclass(frozen=True)
class Emptying:
    """What an emptied row gets instead of its contents, and which rows have been emptied."""

    columns: tuple[Any, ...]
    values: Callable[[Any], dict[str, Any]]
    is_done: Condition


@dataclass(frozen=True)
class Pass:
    """One table of a class.

    Rows are looked at in the order of `key`; `born` is about as old as that. `ripe` says which have had their time, and
    spares what something live refers to. What `stays` stays for good. An archive holds the columns of `archived`, and
    of each of the `parts`, rows that are deleted with it.
    """

    kind: Kind
    table: type[Base]
    born: Any
    ripe: Callable[[datetime], Condition]
    key: Any = None
    stays: Condition | None = None
    emptying: Emptying | None = None
    archived: tuple[str, ...] = ()
    parts: Mapping[type[Base], tuple[Any, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of its bookmark."""
        return f"tidy:{self.kind}:{self.table.__tablename__}"

    @property
    def id(self) -> Any:
        """The column by which rows are found."""
        return self.table.id if self.key is None else self.key  # type: ignore[attr-defined]


def _emptied_body(row: Any, kept: tuple[str, ...]) -> dict[str, Any]:
    return {**{name: row.body[name] for name in kept if name in row.body}, EMPTIED: True}


def _is_emptied(table: type[InboxMessage | OutboxMessage]) -> Condition:
    marked: Condition = table.body[EMPTIED].as_string().is_not(None)
    return marked


PASSES: tuple[Pass, ...] = (
    Pass(
        Kind.TURNS, TurnAction, TurnAction.at, key=TurnAction.inbox_id,
        ripe=lambda cutoff: sa.exists().where(
            InboxMessage.id == TurnAction.inbox_id, spared.IS_DEALT_WITH, InboxMessage.handled_at < cutoff
        ),
    ),
    Pass(Kind.CODES, LinkToken, LinkToken.created_at, ripe=lambda cutoff: LinkToken.expires_at < cutoff),
    Pass(Kind.SIGN_INS, SignInLink, SignInLink.created_at, ripe=lambda cutoff: SignInLink.expires_at < cutoff),
    Pass(
        Kind.SIGN_INS, ConsoleSession, ConsoleSession.created_at,
        ripe=lambda cutoff: ConsoleSession.expires_at < cutoff,
    ),
    Pass(
        Kind.RECEIPTS, Receipt, Receipt.at,
        ripe=lambda cutoff: sa.and_(Receipt.at < cutoff, ~spared.message_waits(Receipt.outbox_id)),
    ),
    Pass(
        Kind.CONTENTS, InboxMessage, InboxMessage.received_at,
        ripe=lambda cutoff: sa.and_(
            InboxMessage.received_at < cutoff, spared.IS_DEALT_WITH, ~spared.has_open_case(InboxMessage)
        ),
        stays=_is_emptied(InboxMessage),
        emptying=Emptying(
            (InboxMessage.body,),
            lambda row: {"text": "", "body": _emptied_body(row, KEPT_IN)},
            _is_emptied(InboxMessage),
        ),
    ),
    Pass(
        Kind.CONTENTS, OutboxMessage, OutboxMessage.created_at,
        ripe=lambda cutoff: sa.and_(
            OutboxMessage.created_at < cutoff, spared.IS_DELIVERED, ~spared.is_asked(OutboxMessage.touch_id),
            ~spared.has_open_case(OutboxMessage), ~spared.case_is_open(OutboxMessage.hand_off_id),
        ),
        stays=_is_emptied(OutboxMessage),
        emptying=Emptying(
            (OutboxMessage.body,), lambda row: {"body": _emptied_body(row, KEPT_OUT)}, _is_emptied(OutboxMessage)
        ),
    ),
    Pass(
        Kind.STRANGE_EVENTS, MemberEvent, MemberEvent.received_at, stays=MemberEvent.member_id.is_not(None),
        ripe=lambda cutoff: sa.and_(MemberEvent.received_at < cutoff, MemberEvent.member_id.is_(None)),
    ),
    Pass(
        Kind.FINDINGS, AuditFinding, AuditFinding.first_seen_at,
        ripe=lambda cutoff: AuditFinding.last_seen_at < cutoff,
    ),
    Pass(Kind.ABSENCES, Absence, Absence.starts_at, ripe=lambda cutoff: Absence.ends_at < cutoff),
    Pass(
        Kind.MESSAGES, OutboxMessage, OutboxMessage.created_at,
        ripe=lambda cutoff: sa.and_(
            OutboxMessage.created_at < cutoff, spared.IS_DELIVERED, ~spared.is_asked(OutboxMessage.touch_id),
            ~spared.case_is_open(OutboxMessage.hand_off_id), ~spared.is_on_the_phone(OutboxMessage.id),
        ),
        archived=(
            "id", "state", "channel", "purpose", "rule", "member_id", "reply_to_id", "touch_id", "hand_off_id",
            "provider_id", "attempts", "created_at", "sent_at",
        ),
        parts={
            Receipt: (Receipt.outbox_id, ("id", "status", "opted_out", "unusable", "at")),
            Call: (Call.outbox_id, ("id", "member_id", "msm_id", "state", "outcome", "answered_by", "created_at")),
        },
    ),
    Pass(
        Kind.MESSAGES, InboxMessage, InboxMessage.received_at,
        ripe=lambda cutoff: sa.and_(
            InboxMessage.received_at < cutoff, spared.IS_DEALT_WITH, ~spared.has_open_case(InboxMessage),
            ~spared.answer_waits(InboxMessage.id),
        ),
        archived=("id", "state", "channel", "member_id", "outcome", "intent", "received_at", "handled_at"),
    ),
    Pass(
        Kind.EVENTS, MemberEvent, MemberEvent.received_at,
        ripe=lambda cutoff: sa.and_(MemberEvent.received_at < cutoff, MemberEvent.member_id.is_not(None)),
        archived=("id", "member_id", "name", "source", "outcome", "at", "received_at"),
    ),
    Pass(
        Kind.SURVEY_WORDS, SurveyAnswer, SurveyAnswer.at,
        ripe=lambda cutoff: sa.and_(SurveyAnswer.at < cutoff, ~spared.is_surveyed(SurveyAnswer.round_id)),
        stays=sa.or_(SurveyAnswer.text.is_(None), SurveyAnswer.kind.in_(CHOICES)),
        emptying=Emptying((), lambda _row: {"text": None}, SurveyAnswer.text.is_(None)),
    ),
    Pass(
        Kind.CHECK_INS, CheckIn, CheckIn.created_at,
        ripe=lambda cutoff: sa.and_(spared.IS_CLOSED, cutoff > spared.CLOSED_AT, *spared.nothing_needs_check_in()),
        archived=(
            "id", "member_id", "run_id", "kind", "message_class", "step", "round", "state", "rung", "opened_at",
            "closed_at", "outcome", "created_at",
        ),
        parts={
            Touch: (
                Touch.check_in_id,
                ("id", "member_id", "rung", "channel", "state", "reason", "attempt", "sent_at", "changed_at"),
            )
        },
    ),
    Pass(
        Kind.CASES, HandOff, HandOff.opened_at,
        ripe=lambda cutoff: sa.and_(HandOff.state == HandOffState.RESOLVED, HandOff.resolved_at < cutoff),
        archived=(
            "id", "member_id", "channel", "reason", "priority", "team", "check_in_id", "assignee_id", "opened_at",
            "claimed_at", "first_reply_at", "resolved_at", "outcome", "reopened",
        ),
        parts={CaseEntry: (CaseEntry.hand_off_id, ("id", "kind", "at"))},
    ),
    Pass(
        Kind.AUDIT, AuditEntry, AuditEntry.at, ripe=lambda cutoff: AuditEntry.at < cutoff,
        stays=AuditEntry.action.like("membership.%"),
        archived=("id", "at", "actor", "action", "member_id", "subject", "reason"),
    ),
    Pass(
        Kind.SURVEYS, SurveyAnswer, SurveyAnswer.at,
        ripe=lambda cutoff: sa.and_(SurveyAnswer.at < cutoff, ~spared.is_surveyed(SurveyAnswer.round_id)),
        archived=("id", "member_id", "round_id", "survey", "question", "kind", "number", "channel", "asked_at", "at"),
    ),
    Pass(
        Kind.SURVEYS, SurveyRound, SurveyRound.due_at,
        ripe=lambda cutoff: sa.and_(spared.IS_SURVEYED_OVER, cutoff > spared.SURVEYED_AT),
        archived=(
            "id", "member_id", "survey", "state", "reason", "segment", "due_at", "asked_at", "started_at",
            "finished_at", "channel", "hand_off_id", "referral_at",
        ),
    ),
)  # fmt: skip
