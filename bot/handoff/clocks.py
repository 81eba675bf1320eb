"""The clocks of a case: by when somebody is to answer, and by when it is to be done.

What happens to a case only asks for a look at it; the tick then finds out when the next look is due. So whoever acts
needs to know nothing of targets and ladders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handoff import routing
from bot.handoff.working_time import WorkingTime
from bot.model import HandOff, HandOffState
from bot.programme.inbox import Inbox

WHILE_NOBODY = timedelta(minutes=15)
"""Between two looks for somebody who is there to take a case."""


@dataclass(frozen=True)
class Deadlines:
    """By when (UTC) the member is to have a word of a person, and the case its end; None: there is nothing to miss.

    While the case is snoozed they are as if the snooze lasted until its end.
    """

    first_reply: datetime | None
    resolve: datetime | None

    def missed_since(self, now: datetime) -> datetime | None:
        """Since when a target has been missed: the earlier one of those that are past."""
        return min((due for due in (self.first_reply, self.resolve) if due is not None and due <= now), default=None)

    def next_after(self, now: datetime) -> datetime | None:
        """The next deadline to come."""
        return min((due for due in (self.first_reply, self.resolve) if due is not None and due > now), default=None)


def deadlines(case: HandOff, inbox: Inbox) -> Deadlines:
    """The deadlines of an unresolved case, in working time of its team; none of one that is resolved."""
    target = inbox.targets.get(case.priority.value)
    if target is None or case.state is HandOffState.RESOLVED:
        return Deadlines(None, None)
    time = routing.time_of(inbox, case.team, case.priority)
    reply = None
    if case.waiting_since is not None:
        reply = time.after(case.waiting_since, target.first_reply + _snoozed(case, time, case.waiting_since))
    earlier = timedelta(seconds=case.paused_seconds)
    return Deadlines(reply, time.after(case.opened_at, target.resolve + earlier + _snoozed(case, time, case.opened_at)))


def next_reminder(case: HandOff, inbox: Inbox) -> datetime | None:
    """When the next rung of the ladder is due (UTC), in the hours of the team; None: there is nothing to remind of.

    The first is due when a target is missed. After an act of staff it is due anew: as long after the act as the ladder
    waits for the first one reminded, or, if the member has had an answer, as long as a member waits for one.
    """
    due, target = deadlines(case, inbox), inbox.targets.get(case.priority.value)
    missed = min((at for at in (due.first_reply, due.resolve) if at is not None), default=None)
    if missed is None or target is None or case.rung >= len(inbox.ladder):
        return None
    time = routing.time_of(inbox, case.team, case.priority)
    if case.rung > 0 and case.reminded_at is not None:
        at = time.after(case.reminded_at, inbox.ladder[case.rung - 1].wait)
    else:
        anew = max((at for at in (case.acted_at, case.reminded_at) if at is not None), default=missed)
        patience = inbox.ladder[0].wait if case.waiting_since is not None else target.first_reply
        at = time.after(anew, patience) if anew > missed else missed
    return time.opens(at)


def claim_ends(case: HandOff, inbox: Inbox) -> datetime | None:
    """When the case is open again (UTC), because the member waits and whoever has it is silent; None: it isn't."""
    if inbox.claim_expires is None or case.state is not HandOffState.CLAIMED or case.waiting_since is None:
        return None
    time = routing.time_of(inbox, case.team, case.priority)
    since = max(at for at in (case.waiting_since, case.claimed_at, case.acted_at) if at is not None)
    return time.opens(time.after(since, inbox.claim_expires + _snoozed(case, time, since)))


def next_look(case: HandOff, inbox: Inbox, now: datetime) -> datetime | None:
    """When there may be something to do for the case next (UTC, after `now`), as long as nobody acts.

    What is due at `now` has to be done before: it is not looked at again. None for one that is unresolved: everybody
    was reminded, and nobody has acted.
    """
    if case.state is HandOffState.RESOLVED:
        return None
    if is_snoozed(case, now):
        return case.snoozed_until
    due = deadlines(case, inbox)
    moments = [due.first_reply, due.resolve, next_reminder(case, inbox), claim_ends(case, inbox)]
    time = routing.time_of(inbox, case.team, case.priority)
    if inbox.ladder and case.rung >= len(inbox.ladder) and case.reminded_at is not None:
        moments.append(time.after(case.reminded_at, inbox.ladder[-1].wait))
    if case.state is HandOffState.OPEN and case.assignee is None and routing.desk_of(inbox, case.team) is not None:
        moments.append(time.opens(now + WHILE_NOBODY))
    return min((at for at in moments if at is not None and at > now), default=None)


def is_snoozed(case: HandOff, now: datetime) -> bool:
    return case.snoozed_until is not None and case.snoozed_until > now


def opened(case: HandOff, now: datetime) -> None:
    """Somebody is needed: the member waits from now on, unless they do already."""
    case.waiting_since = case.waiting_since or now
    case.look_at = now


def member_wrote(case: HandOff, now: datetime) -> None:
    """The member waits for a word, written or not: they may have picked up a call. That ends a snooze."""
    if is_snoozed(case, now):
        case.snoozed_until = now
    opened(case, now)


def acted(case: HandOff, now: datetime) -> None:
    """A colleague did something about the case: reminders begin anew."""
    case.acted_at, case.rung, case.reminded_at, case.look_at = now, 0, None, now


def replied(case: HandOff, now: datetime) -> None:
    """The member has a word of a person, written or spoken."""
    acted(case, now)
    case.first_reply_at, case.waiting_since = case.first_reply_at or now, None


def not_arrived(case: HandOff, since: datetime, now: datetime, *, was_first: bool) -> None:
    """The member does not get a word that somebody wrote: they have been waiting since `since`, as if it had not been
    written. `was_first`: there was no word of a person before."""
    case.waiting_since = min(case.waiting_since or since, since)
    case.first_reply_at = None if was_first else case.first_reply_at
    case.look_at = now


def snooze(case: HandOff, until: datetime, inbox: Inbox, now: datetime) -> None:
    """The clocks stand still until `until`; a snooze that lasts is only made longer or shorter."""
    if not is_snoozed(case, now):
        time = routing.time_of(inbox, case.team, case.priority)
        case.paused_seconds += round(_snoozed(case, time, case.opened_at).total_seconds())
        case.snoozed_at = now
    case.snoozed_until = until
    acted(case, now)


def unsnooze(case: HandOff, now: datetime) -> None:
    """Ends a snooze before its time; harmless if there is none."""
    if is_snoozed(case, now):
        case.snoozed_until = now
    acted(case, now)


def expired(case: HandOff, now: datetime) -> None:
    """Whoever had the case is silent: the next one has as long as after an act before reminders begin anew."""
    case.rung, case.reminded_at = 0, now


def resolved(case: HandOff, now: datetime) -> None:
    """Nobody waits, and nobody looks."""
    acted(case, now)
    case.waiting_since = case.look_at = None
    if is_snoozed(case, now):
        case.snoozed_until = now


def _snoozed(case: HandOff, time: WorkingTime, since: datetime) -> timedelta:
    """How much working time the last snooze takes from what began at `since`."""
    if case.snoozed_at is None or case.snoozed_until is None:
        return timedelta()
    return time.between(max(case.snoozed_at, since), case.snoozed_until)
