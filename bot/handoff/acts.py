"""What staff do with a case, in Slack, through the interface and in the console alike.

Each act says in a named error why it is refused. Slack, the interface and the console find all of them here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.handoff import cases, clocks, desk, reopening
from bot.handoff.act import Act, check_not_anothers, check_unresolved, follow, happened
from bot.handoff.replies import reply
from bot.handoff.spoken import call_logged
from bot.handoff.strangers import check_may_match, match, unmatch
from bot.model import EntryKind, HandOff, HandOffState, Staff, Team
from bot.outreach import resume
from bot.programme.models import Programme

__all__ = [
    "LONGEST_SNOOZE",
    "Act",
    "assign",
    "call_logged",
    "check_may_match",
    "claim",
    "give_to_team",
    "match",
    "note",
    "reopen",
    "reply",
    "resolve",
    "snooze",
    "unmatch",
    "unsnooze",
]

LONGEST_SNOOZE = timedelta(days=90)
LATEST_FOLLOW_UP = timedelta(days=365)


def claim(session: Session, act: Act) -> HandOff:
    """The conversation is this person's from here on, whomever the open case was given to.

    Raises:
        Refused: somebody else has it, or it is resolved.
    """
    case = cases.get(session, act.case_id)
    check_not_anothers(case, act.staff)
    if case.state is HandOffState.CLAIMED:
        return case
    follow(session, case, act)
    case.state, case.assignee, case.claimed_at = HandOffState.CLAIMED, act.staff, act.now
    clocks.acted(case, act.now)
    happened(session, case, act, "claimed", f"{act.staff.name} claimed the case.")
    return case


def note(session: Session, act: Act, text: str) -> None:
    """Keeps a private note. It never leaves the house."""
    case = cases.get(session, act.case_id)
    if cases.add_entry(session, case, EntryKind.NOTE, act.staff.name, text, act.now, dedupe=act.dedupe):
        if case.state is not HandOffState.RESOLVED:
            clocks.acted(case, act.now)
        desk.show(session, case, now=act.now, wall=act.wall)


def assign(session: Session, act: Act, to: Staff) -> HandOff:
    """Gives the case to a colleague, who is told. A conversation that a person holds goes on with the colleague; an
    open case stays open, unless somebody takes it themselves.

    Raises:
        Refused: it is resolved.
    """
    case = cases.get(session, act.case_id)
    check_unresolved(case)
    if case.assignee_id == to.id and (case.state is HandOffState.CLAIMED or to.id != act.staff.id):
        return case
    if case.state is HandOffState.OPEN and to.id == act.staff.id:
        return claim(session, act)
    case.assignee = to
    if case.state is HandOffState.CLAIMED:
        case.claimed_at = act.now
    clocks.acted(case, act.now)
    takes = to.id == act.staff.id
    said = f"{to.name} took the case over." if takes else f"{act.staff.name} gave the case to {to.name}."
    happened(session, case, act, "assigned", said)
    mention = to.slack_user  # who takes it over is mentioned too: see `follow`
    desk.tell(session, case, "event", f"assigned:{act.dedupe}", now=act.now, wall=act.wall, text=said, mention=mention)
    return case


def give_to_team(session: Session, act: Act, team: Team) -> HandOff:
    """Puts the case back among a team's open ones, from where it is given to whoever is there.

    Raises:
        Refused: it is resolved.
    """
    case = cases.get(session, act.case_id)
    check_unresolved(case)
    case.team, case.state, case.assignee, case.claimed_at = team, HandOffState.OPEN, None, None
    clocks.acted(case, act.now)
    said = f"{act.staff.name} gave the case back to the team {team.replace('_', ' ')}."
    happened(session, case, act, "given_back", said)
    desk.tell(session, case, "event", f"given_back:{act.dedupe}", now=act.now, wall=act.wall, text=said)
    return case


def snooze(session: Session, act: Act, until: datetime, programme: Programme) -> HandOff:
    """The case rests until then (UTC), or until the member writes.

    Raises:
        Refused: somebody else has it, it is resolved, or the moment is past or too far ahead.
    """
    case = cases.get(session, act.case_id)
    check_not_anothers(case, act.staff)
    if not act.now < until <= act.now + LONGEST_SNOOZE:
        raise Refused(f"A case is snoozed until a moment to come, at most {LONGEST_SNOOZE.days} days ahead.")
    clocks.snooze(case, until, programme.inbox, act.now)
    happened(session, case, act, "snoozed", f"{act.staff.name} snoozed the case until {until:%d %b %Y, %H:%M} UTC.")
    return case


def unsnooze(session: Session, act: Act) -> HandOff:
    """The case rests no longer.

    Raises:
        Refused: somebody else has it, or it is resolved.
    """
    case = cases.get(session, act.case_id)
    check_not_anothers(case, act.staff)
    if clocks.is_snoozed(case, act.now):
        clocks.unsnooze(case, act.now)
        happened(session, case, act, "unsnoozed", f"{act.staff.name} ended the snooze.")
    return case


def resolve(
    session: Session,
    act: Act,
    outcome: str,
    programme: Programme,
    *,
    step_done: bool = False,
    follow_up_on: date | None = None,
) -> HandOff:
    """Closes the case, gives the conversation back to the bot, which says so once, and lets the journey go on: with the
    next step when `step_done`, and not before `follow_up_on`, a day in the member's own calendar.

    Raises:
        Refused: it is resolved already, or the day is past or too far ahead.
    """
    case = cases.get(session, act.case_id)
    check_unresolved(case)
    _check_ahead(case, follow_up_on, act.now)
    was_claimed = case.state is HandOffState.CLAIMED
    clocks.resolved(case, act.now)
    case.state, case.resolved_at, case.outcome = HandOffState.RESOLVED, act.now, outcome.strip() or None
    case.assignee, case.follow_up_on = case.assignee or act.staff, follow_up_on
    said = f"{act.staff.name} resolved the case." + (f" Outcome: {case.outcome}" if case.outcome else "")
    happened(session, case, act, "resolved", said)
    if case.member is not None:
        resume.after_case(session, case, programme, was_claimed=was_claimed, step_done=step_done,
                          by=act.staff.name, now=act.now, wall=act.wall)  # fmt: skip
    return case


def reopen(session: Session, act: Act) -> HandOff:
    """The case goes on, and is this person's.

    Raises:
        Refused: it is not resolved, or a newer case about the same person is.
    """
    case = cases.get(session, act.case_id)
    if case.state is not HandOffState.RESOLVED:
        raise Refused("This case is not resolved.")
    newer = cases.unresolved(session, case.subject)
    if newer is not None:
        raise Refused(f"Case {newer.id} about them is open.")
    reopening.reopen(case, act.staff, act.now)
    clocks.acted(case, act.now)
    happened(session, case, act, "reopened", f"{act.staff.name} opened the case again.")
    return case


def _check_ahead(case: HandOff, day: date | None, now: datetime) -> None:
    if day is None:
        return
    today = now.astimezone(case.member.zone).date() if case.member else now.date()
    if not today < day <= today + LATEST_FOLLOW_UP:
        raise Refused("The next date has to be a day to come, within a year.")
