"""An organisation of many members for the console's pages: a year of it, with messages, consent, events and the log."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from benchmarks import year
from benchmarks.crowd import settle
from benchmarks.planning import StillClock
from bot.db import Database
from bot.handoff import risk_rounds
from bot.model import (
    Account,
    AuditEntry,
    Base,
    CheckIn,
    ConsentEvent,
    ContactPoint,
    Conversation,
    InboxMessage,
    JourneyRun,
    Member,
    MemberEvent,
    OutboxMessage,
    StepProgress,
    Touch,
)
from bot.programme import navigate
from bot.programme.models import Programme

ACCOUNTS = 200


def fill(db: Database, programme: Programme, members: int) -> None:
    """A year of the organisation, and what its measures do not need: messages, consent, events, the log."""
    year.fill(db, programme, members, touches=3)
    with db.engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(sa.text("set local statement_timeout = 0"))
        _people(connection)
        _steps(connection, programme)
        _messages(connection)
        _facts(connection)
    settle(db, Account)
    clock = StillClock()
    started = time.perf_counter()
    changed = 1
    while changed:
        changed = risk_rounds.look(db, programme, clock)
    print(f"a round of risk took {time.perf_counter() - started:.1f} s", flush=True)


def _people(connection: sa.Connection) -> None:
    number = sa.cast(Member.id, sa.Text)
    accounts = [{"id": at, "name": f"Account {at}"} for at in range(1, ACCOUNTS + 1)]
    connection.execute(sa.insert(Account), accounts)
    names = sa.literal(" made up ").concat(number).concat(" ").concat(sa.func.lower(Member.first_name))
    account = sa.case((Member.id % 10 == 0, Member.id % ACCOUNTS + 1), else_=None)
    found = names.concat(" fi ").concat(number)
    connection.execute(sa.update(Member).values(search=found, account_id=account))
    phone = sa.literal("+1555").concat(sa.cast(Member.id + 10_000_000, sa.Text))
    _from(connection, ContactPoint, sa.select(Member.id, sa.literal("sms"), phone, Member.created_at),
          "member_id", "channel", "address", "consented_at")  # fmt: skip
    points = sa.select(ContactPoint.member_id, ContactPoint.channel, ContactPoint.address, sa.literal("granted"),
                       sa.literal("import"), sa.literal("web form"), ContactPoint.consented_at)  # fmt: skip
    _from(connection, ConsentEvent, points, "member_id", "channel", "address", "kind", "source", "wording", "at")
    empty_json = sa.literal({}, Conversation.data.type)
    _from(connection, Conversation, sa.select(Member.id, sa.literal("none"), empty_json, sa.literal("sms"), phone,
                                              Member.created_at), "member_id", "question", "data", "channel", "address",
          "last_message_at")  # fmt: skip


def _steps(connection: sa.Connection, programme: Programme) -> None:
    """Each run has a row for each of its steps."""
    for journey in programme.journeys.values():
        for step in navigate.steps(journey):
            here = sa.exists().where(StepProgress.run_id == JourneyRun.id, StepProgress.step == step.key)
            rows = sa.select(JourneyRun.id, sa.literal(step.key), sa.literal("pending"), JourneyRun.entered_at)
            rows = rows.where(JourneyRun.journey == journey.key, ~here)
            _from(connection, StepProgress, rows, "run_id", "step", "state", "changed_at")


def _messages(connection: sa.Connection) -> None:
    """A message for each touch, and an answer to each question that has one."""
    number = sa.cast(Touch.id, sa.Text)
    address = sa.literal("+1555").concat(sa.cast(Touch.member_id + 10_000_000, sa.Text))
    body = sa.literal({"text": "Have you filled in your profile form?"}, OutboxMessage.body.type)
    _from(
        connection, OutboxMessage,
        sa.select(sa.literal("out:sms:").concat(address), sa.literal("touch:").concat(number), sa.literal("sent"),
                  sa.literal("sms"), address, sa.literal("touch"), sa.literal("check_in:profile_form:rung 1"), body,
                  Touch.member_id, Touch.id, Touch.changed_at, Touch.sent_at, sa.literal(1), sa.literal(0)),
        "lane", "dedupe", "state", "channel", "address", "purpose", "rule", "body", "member_id", "touch_id",
        "created_at", "sent_at", "attempts", "reconciled",
    )  # fmt: skip
    number = sa.cast(CheckIn.id, sa.Text)
    address = sa.literal("+1555").concat(sa.cast(CheckIn.member_id + 10_000_000, sa.Text))
    nothing, said = sa.literal({}, InboxMessage.body.type), sa.literal("yes, done")
    _from(
        connection, InboxMessage,
        sa.select(sa.literal("in:").concat(sa.cast(CheckIn.member_id, sa.Text)), sa.literal("in:").concat(number),
                  sa.literal("done"), sa.literal("sms"), address, CheckIn.member_id, said, nothing,
                  CheckIn.closed_at, CheckIn.closed_at, sa.literal("affirm"), sa.literal(1),
                  ).where(CheckIn.state == "answered"),
        "lane", "dedupe", "state", "channel", "address", "member_id", "text", "body", "received_at", "handled_at",
        "intent", "attempts",
    )  # fmt: skip


def _facts(connection: sa.Connection) -> None:
    empty_json = sa.literal({}, AuditEntry.details.type)
    for action in ("member.enrolled", "journey.entered", "step.done"):
        _from(connection, AuditEntry, sa.select(Member.created_at, sa.literal("bot"), sa.literal(action), Member.id,
                                                sa.literal("onboarding:profile_form"), empty_json),
              "at", "actor", "action", "member_id", "subject", "details")  # fmt: skip
    named = sa.literal("member_number:FI-").concat(sa.cast(Member.id, sa.Text))
    _from(connection, MemberEvent,
          sa.select(named, Member.id, named, sa.literal("sign_in"), sa.literal({}, MemberEvent.properties.type),
                    sa.literal("portal"), Member.created_at, Member.created_at, sa.literal("recorded")),
          "dedupe", "member_id", "named", "name", "properties", "source", "at", "received_at", "outcome")  # fmt: skip


def _from(connection: sa.Connection, model: type[Base], rows: Any, *columns: str) -> None:
    connection.execute(sa.insert(model).from_select(columns, rows))
