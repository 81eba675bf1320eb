"""E-mails to staff about a case. They say who and why, and hold no word that a member wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Times
from bot.handoff import clocks, routing
from bot.handoff.words import words
from bot.model import HandOff, HandOffState, Purpose
from bot.outbox.enqueue import Message, enqueue
from bot.programme.models import Programme

CHANNEL = "email"
RULE = "hand_off:letter"


@dataclass(frozen=True)
class Letter:
    """What an e-mail says."""

    subject: str
    text: str


def reminder(programme: Programme, case: HandOff, now: datetime) -> Letter:
    """That a case waits, since when, and whose it is."""
    desk = routing.desk_of(programme.inbox, case.team)
    team = desk.name if desk is not None else words(case.team)
    lines = [
        f"{about(case)}: {words(case.reason)}, {case.priority} priority, for {team}.",
        late(programme, case, now),
        whose(case),
        f"Please look at case {case.id} in the inbox: what was written is not in this e-mail.",
        "Answers to this e-mail go to your colleagues.",
    ]
    return Letter(f"A case waits: {about(case)}, {words(case.reason)}", "\n\n".join(lines))


def send(
    session: Session,
    programme: Programme,
    case: HandOff,
    letter: Letter,
    *,
    to: str,
    occasion: str,
    times: Times,
    rule: str = RULE,
) -> None:
    """Puts the e-mail into the outbox, once for each `occasion`."""
    message = Message(
        channel=CHANNEL,
        address=to,
        purpose=Purpose.STAFF,
        rule=rule,
        dedupe=f"case:{case.id}:{occasion}:{to}",
        text=letter.text,
        body={"subject": letter.subject, "sender": programme.organisation.programme_name, "html": False},
        member_id=case.member_id,
        hand_off_id=case.id,
    )
    enqueue(session, message, now=times.now, wall=times.wall)


def late(programme: Programme, case: HandOff, now: datetime) -> str:
    """What is late, in the hours of the team: an answer to a member who waits, or the end of the case."""
    due, desk = clocks.deadlines(case, programme.inbox), routing.desk_of(programme.inbox, case.team)
    zone = desk.hours.zone if desk is not None else None

    def told(moment: datetime) -> str:
        local = moment.astimezone(zone) if zone is not None else moment
        return f"{local:%a} {local.day} {local:%b, %H:%M} {local.tzname()}"

    if due.first_reply is not None and case.waiting_since is not None and due.first_reply <= now:
        since, until = told(case.waiting_since), told(due.first_reply)
        return f"{about(case)} has been waiting since {since}; an answer was due {until}."
    if due.resolve is not None and due.resolve <= now:
        since, until = told(case.opened_at), told(due.resolve)
        return f"The case of {about(case)} is open since {since}; it was to be resolved by {until}."
    return f"The case of {about(case)} waits."


def about(case: HandOff) -> str:
    """Whom it is about, as far as is known."""
    return case.member.name if case.member is not None else "Somebody we don't know"


def whose(case: HandOff) -> str:
    """Who has it, or is to have it."""
    if case.assignee is None:
        return "Nobody has it."
    if case.state is HandOffState.CLAIMED:
        return f"{case.assignee.name} has it."
    return f"It was given to {case.assignee.name}, who has not claimed it."
