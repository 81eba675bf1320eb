"""The rules that a touch that was sent is held against, one function each; None: it kept the rule.

What was on its way when something happened broke no rule. So a rule counts only what was so when the attempt began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.auditor.days import DAY, WEEK, is_public_holiday, within
from bot.auditor.findings import Finding
from bot.auditor.kinds import Kind
from bot.auditor.past import Past
from bot.auditor.tools import ARRIVED, at
from bot.model import (
    CheckIn,
    CheckInKind,
    ConsentEvent,
    ConsentKind,
    HandOff,
    Member,
    MemberStatus,
    OutboxMessage,
    OutboxState,
    Touch,
    TouchState,
)
from bot.programme.models import Programme

SEND_TIMEOUT = timedelta(seconds=60)
"""What is forbidden is asked just before the provider is called, and `sent_at` is when its answer was written down. The
two are at most this far apart: no call takes longer, however slow the provider."""
APART = timedelta(minutes=1)


@dataclass(frozen=True)
class Judged:
    """A touch that was sent, with what is needed to judge it. `lag`: business time is ahead of elapsed time by this."""

    touch: Touch
    check_in: CheckIn
    member: Member
    past: Past
    lag: timedelta

    @property
    def subject(self) -> str:
        return f"touch:{self.touch.id}"

    @property
    def at(self) -> datetime:
        assert self.touch.sent_at is not None
        return self.touch.sent_at

    @property
    def began(self) -> datetime:
        """When the attempt began, as far as can be known, and rather too early than too late."""
        return began(self.touch, self.past.messages[self.touch.id], self.lag)

    @property
    def message(self) -> OutboxMessage | None:
        return _carrier(self.past.messages[self.touch.id])

    @property
    def what(self) -> str:
        return f"Rung {self.touch.rung + 1} about {self.check_in.step} ({self.touch.channel}) was sent {at(self.at)}"


def judge(programme: Programme, sent: Judged) -> list[Finding]:
    """Every rule that the touch broke."""
    broken = [(kind, rule(programme, sent)) for kind, rule in RULES.items()]
    return [
        Finding(kind, sent.subject, sent.member.id, f"{sent.what}: {why}.") for kind, why in broken if why is not None
    ]


def began(touch: Touch, messages: list[OutboxMessage], lag: timedelta) -> datetime:
    """When the attempt to send a touch began.

    The attempt is dated in elapsed time. Where business time was moved since, that says nothing; and only of an attempt
    that was interrupted may the answer have come later than `SEND_TIMEOUT`.
    """
    assert touch.sent_at is not None
    earliest = touch.sent_at - SEND_TIMEOUT
    message = _carrier(messages)
    if message is None or message.tried_at is None:
        return earliest
    tried = message.tried_at + lag
    unknown = message.state is OutboxState.UNKNOWN or touch.state is TouchState.UNKNOWN
    if tried > touch.sent_at or (tried < earliest and not unknown and not message.reconciled):
        return earliest
    return tried


def _carrier(messages: list[OutboxMessage]) -> OutboxMessage | None:
    """The message that carried the touch: the last that was not held back."""
    return next((one for one in reversed(messages) if one.state is not OutboxState.REFUSED), None)


def _hours(programme: Programme, sent: Judged) -> str | None:
    zone = sent.member.zone
    if any(within(programme.hours, moment, zone) for moment in (sent.began, sent.at)):
        return None
    return f"{sent.at.astimezone(zone):%a %H:%M} in {zone.key}"


def _holiday(programme: Programme, sent: Judged) -> str | None:
    zone, country = sent.member.zone, sent.member.country
    if programme.hours.on_holidays:
        return None
    is_holiday = all(is_public_holiday(moment, zone, country) for moment in (sent.began, sent.at))
    return f"a public holiday in {country or zone.key}" if is_holiday else None


def _consent(programme: Programme, sent: Judged) -> str | None:
    """By the ledger, which follows a person through merges."""
    message = sent.message
    if message is None:
        return None
    events = [
        event
        for member_id in sent.past.family(sent.member.id)
        for event in sent.past.consent[member_id]
        if event.message_class is None and (event.channel, event.address) == (message.channel, message.address)
    ]
    if _state(events, sent) is ConsentKind.GRANTED:
        return None
    withdrawn = [event.at for event in events if event.kind is ConsentKind.WITHDRAWN and event.at <= sent.at]
    return f"consent was withdrawn {at(withdrawn[-1])}" if withdrawn else "consent was never given"


def _class(programme: Programme, sent: Judged) -> str | None:
    names = [sent.check_in.message_class, *(["survey"] if sent.check_in.kind is CheckInKind.SURVEY else [])]
    return next(filter(None, (_declined(sent, name) for name in names)), None)


def _declined(sent: Judged, name: str) -> str | None:
    events = [one for one in sent.past.consent[sent.member.id] if one.message_class == name]
    rows = [one.at for one in sent.past.declined[sent.member.id] if one.message_class == name]
    by_ledger = _state(events, sent) is ConsentKind.WITHDRAWN
    by_row = not events and any(moment < sent.began for moment in rows)
    return f"messages that are {name} were declined" if by_ledger or by_row else None


def _state(events: list[ConsentEvent], sent: Judged) -> ConsentKind | None:
    """What the ledger said while the message was on its way: `granted` if it said so at any moment of that."""
    meanwhile = [event.kind for event in events if sent.began <= event.at <= sent.at]
    if ConsentKind.GRANTED in meanwhile:
        return ConsentKind.GRANTED
    before = (event for event in events if event.at < sent.began)
    last = max(before, key=lambda event: event.id, default=None)
    return last.kind if last is not None else None


def _absence(programme: Programme, sent: Judged) -> str | None:
    """By what the member had said by then, and by the absences on record unless those were changed afterwards."""
    until = _away_until(sent)
    if until is not None and sent.at.astimezone(sent.member.zone).date() < until:
        return f"they were away until {until}"
    if sent.past.changed_after(sent.member.id, "absence", sent.began):
        return None
    absences = sent.past.absences[sent.member.id]
    covers = [one for one in absences if one.starts_at <= sent.began and sent.at < one.ends_at]
    return f"they were absent until {at(covers[0].ends_at)}" if covers else None


def _away_until(sent: Judged) -> date | None:
    """The day of return that was known. What was taken back without another day is on record no more."""
    said = [entry for entry in sent.past.log[sent.member.id] if entry.action == "member.away"]
    known = [_day(entry.reason) for entry in said if entry.at < sent.began]
    was_replaced = len(known) < len(said)
    return known[-1] if known and (was_replaced or known[-1] == sent.member.away_until) else None


def _day(reason: str | None) -> date | None:
    try:
        return date.fromisoformat((reason or "").removeprefix("until "))
    except ValueError:
        return None


def _cap(programme: Programme, sent: Judged) -> str | None:
    """Every 24 hours and every 7 days that end with this touch; what failed after it was sent counts too."""
    owner = sent.past.owner(sent.touch)
    others = [
        before.touch.sent_at
        for before in sent.past.touches[sent.member.id]
        if before.touch.sent_at is not None
        and (before.touch.sent_at, before.touch.id) < (sent.at, sent.touch.id)
        and sent.past.owner(before.touch) == owner
    ]
    for span, most, words in ((DAY, programme.caps.per_day, "24 hours"), (WEEK, programme.caps.per_week, "7 days")):
        count = 1 + sum(moment > sent.at - span for moment in others)
        if count > most:
            return f"number {count} within {words}, of at most {most}"
    return None


def _left(programme: Programme, sent: Judged) -> str | None:
    status = sent.past.status(sent.member, sent.began)
    return "they were no member any more" if status == MemberStatus.LEFT else None


def _case(programme: Programme, sent: Judged) -> str | None:
    for case in sent.past.cases[sent.member.id]:
        since = _theirs_since(sent, case)
        if since is not None and since < sent.began and (case.resolved_at is None or case.resolved_at > sent.at):
            return f"case {case.id} was open since {at(case.opened_at)}"
    return None


def _theirs_since(sent: Judged, case: HandOff) -> datetime | None:
    """Since when the case was this member's: it may have been a stranger's, or of a record that was merged."""
    named = [entry.at for entry in sent.past.log[sent.member.id] if entry.subject == f"case:{case.id}"]
    if named:
        return max(case.opened_at, min(named))
    return None if case.id in sent.past.storied else case.opened_at


def _answered(programme: Programme, sent: Judged) -> str | None:
    closed = sent.check_in.closed_at
    if closed is None or sent.began <= closed:
        return None
    return f"the question was {str(sent.check_in.state).replace('_', ' ')} {at(closed)}"


def _rung(programme: Programme, sent: Judged) -> str | None:
    for other in sent.past.rungs[sent.check_in.id]:
        if other.rung < sent.touch.rung and began(other, sent.past.messages[other.id], sent.lag) > sent.at:
            return f"rung {other.rung + 1} came only {at(other.sent_at)}"
    return None


def _delivered_twice(programme: Programme, sent: Judged) -> str | None:
    arrived = [message for message in sent.past.messages[sent.touch.id] if message.state in ARRIVED]
    return f"as {len(arrived)} messages" if len(arrived) > 1 else None


def _twice(programme: Programme, sent: Judged) -> str | None:
    """A rung after one that failed, or after a call that came to nothing, comes at once. So may a question after a
    celebration. Of what is unknown or was interrupted it isn't known when it was sent."""
    owner = sent.past.owner(sent.touch)
    for before in sent.past.touches[sent.member.id]:
        other = before.touch
        if other.sent_at is None or (other.sent_at, other.id) >= (sent.at, sent.touch.id):
            continue
        soon = sent.at - other.sent_at < APART and other.channel == sent.touch.channel
        if soon and _counts(other, sent) and _alike(before.kind, sent) and sent.past.owner(other) == owner:
            return f"less than a minute after touch {other.id}"
    return None


def _counts(other: Touch, sent: Judged) -> bool:
    certain = TouchState.UNKNOWN not in (other.state, sent.touch.state) and sent.at - sent.began <= SEND_TIMEOUT
    is_over = other.state is TouchState.FAILED or (other.channel == "voice" and other.reason is not None)
    return certain and not is_over


def _alike(kind: str, sent: Judged) -> bool:
    return kind == sent.check_in.kind or CheckInKind.CELEBRATION not in (kind, sent.check_in.kind)


RULES: dict[Kind, Callable[[Programme, Judged], str | None]] = {
    Kind.DOUBLED_DELIVERY: _delivered_twice,
    Kind.DOUBLED_TOUCH: _twice,
    Kind.FORBIDDEN_HOURS: _hours,
    Kind.FORBIDDEN_HOLIDAY: _holiday,
    Kind.FORBIDDEN_CONSENT: _consent,
    Kind.FORBIDDEN_CLASS: _class,
    Kind.FORBIDDEN_ABSENCE: _absence,
    Kind.FORBIDDEN_CAP: _cap,
    Kind.FORBIDDEN_LEFT: _left,
    Kind.FORBIDDEN_CASE: _case,
    Kind.FORBIDDEN_ANSWERED: _answered,
    Kind.FORBIDDEN_RUNG: _rung,
}
