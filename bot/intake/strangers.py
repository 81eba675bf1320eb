"""Somebody we don't know writes: a polite word, rarely, a way to say who they are, and a note to staff."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.handoff.cases import Need, adopt, member_said, open_case, unresolved
from bot.intake import flood, limits
from bot.intake.say import answer
from bot.language.claims import read_claim, read_code
from bot.language.distress import is_distress
from bot.language.keywords import Keyword, classify
from bot.members import codes
from bot.members.linking import Linked
from bot.members.said import said_of
from bot.model import HandOff, HandOffReason, HandOffState, InboxMessage, Priority, Purpose
from bot.programme.models import Programme
from bot.programme.phrases import public_values
from bot.programme.template import render

RULE = "stranger"
PER_HOUR = 30
APOLOGY, QUIET_AFTER = "wrong_number", timedelta(days=30)


def meet(session: Session, programme: Programme, item: InboxMessage, times: Times, flood_limit: int) -> str:
    """Answers a stranger and opens a case for staff, who may answer too; returns the outcome of the message.

    What comes in a flood is kept, and neither answered nor put before staff.
    """
    if is_distress(item.text):
        return _distress(session, programme, item, times)
    match = classify(item.text, opted_out=False)
    if match is not None and match.keyword is Keyword.STOP:
        return "stranger:stop"
    code = read_code(item.text)
    if code is not None and codes.is_asked(session, item.channel, item.address, times.now):
        return _try_code(session, programme, item, code, times)
    if flood.is_flood(session, item, flood_limit):
        return f"stranger:{flood.OUTCOME}"
    case = _tell(
        session, programme, item, times, HandOffReason.STRANGER, Priority.LOW, f"We don't know who {item.address} is."
    )
    if case.state is HandOffState.CLAIMED:
        return "stranger:forwarded"
    claim = read_claim(item.text)
    if claim is not None and codes.may_ask(session, item.channel, item.address, times.now):
        codes.ask(session, programme, claim, item.channel, item.address, times)
        say(session, programme, item, programme.texts.code_sent, "identity:code_sent", times)
        return "identity:code_sent"
    if not limits.may_say(session, RULE, item, times.now, a_day=1, an_hour=PER_HOUR) or _had_apology(
        session, item, times
    ):
        return "stranger:silence"
    say(session, programme, item, programme.texts.stranger, RULE, times)
    return "stranger:answered"


def say(session: Session, programme: Programme, item: InboxMessage, text: str, rule: str, times: Times) -> None:
    """Answers with a text that tells nothing about any member."""
    words = render(text, **public_values(programme))
    answer(session, item, words, times, purpose=Purpose.NOTICE, rule=rule)


def welcome(session: Session, programme: Programme, item: InboxMessage, linked: Linked, times: Times) -> None:
    """The address that wrote is the member's now, and they hear it; so does whoever has the stranger's case."""
    item.member_id = linked.member.id
    adopt(session, f"{item.channel}:{item.address}", linked.member, now=times.now, wall=times.wall)
    words = render(programme.texts.linked, **said_of(programme, linked.member))
    answer(session, item, words, times, purpose=Purpose.NOTICE, rule="identity:linked")


def _try_code(session: Session, programme: Programme, item: InboxMessage, code: str, times: Times) -> str:
    tried = codes.enter(session, code, item.channel, item.address, times.now)
    if isinstance(tried, Linked):
        welcome(session, programme, item, tried, times)
        return "identity:linked"
    say(session, programme, item, programme.texts.code_refused, "identity:code_refused", times)
    return "identity:code_refused"


def _distress(session: Session, programme: Programme, item: InboxMessage, times: Times) -> str:
    summary = "Words of distress from somebody we don't know. Please look at once."
    _tell(session, programme, item, times, HandOffReason.DISTRESS, Priority.URGENT, summary)
    if limits.may_say(session, "stranger:distress", item, times.now, a_day=3, an_hour=2 * PER_HOUR):
        say(session, programme, item, programme.texts.stranger_distress, "stranger:distress", times)
    return "stranger:distress"


def _tell(
    session: Session,
    programme: Programme,
    item: InboxMessage,
    times: Times,
    reason: HandOffReason,
    priority: Priority,
    summary: str,
) -> HandOff:
    case = unresolved(session, f"{item.channel}:{item.address}")
    if case is None or reason is HandOffReason.DISTRESS:
        need = Need(reason=reason, summary=summary, channel=item.channel, address=item.address, priority=priority)
        case = open_case(session, need, programme, now=times.now, wall=times.wall)
    member_said(session, case, item, now=times.now, wall=times.wall)
    return case


def _had_apology(session: Session, item: InboxMessage, times: Times) -> bool:
    """Who was written to by mistake has had their one word from us."""
    return limits.said_since(session, APOLOGY, item, times.now - QUIET_AFTER)
