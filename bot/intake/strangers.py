"""Somebody we don't know writes: a polite word, rarely, and a note to staff."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.clock import Times
from bot.handoff.cases import Need, member_said, open_case, unresolved
from bot.intake.say import answer
from bot.language.keywords import Keyword, classify
from bot.model import HandOffReason, HandOffState, InboxMessage, OutboxMessage, Priority, Purpose
from bot.programme.models import Programme
from bot.programme.phrases import public_values
from bot.programme.template import render

RULE = "stranger"
PAUSE = timedelta(days=1)
PER_HOUR = 30


def meet(session: Session, programme: Programme, item: InboxMessage, times: Times) -> str:
    """Answers a stranger and opens a case for staff, who may answer too; returns the outcome of the message."""
    match = classify(item.text, opted_out=False)
    if match is not None and match.keyword is Keyword.STOP:
        return "stranger:stop"
    case = unresolved(session, f"{item.channel}:{item.address}")
    if case is None:
        need = Need(
            reason=HandOffReason.STRANGER,
            summary=f"{item.address} is not a number that we know.",
            channel=item.channel,
            address=item.address,
            priority=Priority.LOW,
        )
        case = open_case(session, need, now=times.now, wall=times.wall)
    member_said(session, case, item, now=times.now, wall=times.wall)
    if case.state is HandOffState.CLAIMED:
        return "stranger:forwarded"
    if not _may_answer(session, item, times):
        return "stranger:silence"
    answer(session, item, render(programme.texts.stranger, **public_values(programme)), times,
           purpose=Purpose.NOTICE, rule=RULE)  # fmt: skip
    return "stranger:answered"


def _may_answer(session: Session, item: InboxMessage, times: Times) -> bool:
    """Once a day for one address, thirty times an hour for all: two bots must not talk to each other for ever."""
    answered = sa.select(sa.func.count()).where(OutboxMessage.rule == RULE)
    here = answered.where(OutboxMessage.address == item.address, OutboxMessage.created_at > times.now - PAUSE)
    everywhere = answered.where(OutboxMessage.created_at > times.now - timedelta(hours=1))
    return session.execute(here).scalar_one() == 0 and session.execute(everywhere).scalar_one() < PER_HOUR
