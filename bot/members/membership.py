"""What happens to a membership: renewed, lapsed, ended, joined again. What is outdated by now changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.model import LIVE, AuditEntry, CheckIn, CheckInState, Member, MemberStatus
from bot.programme.models import Programme
from bot.progress import entries, steps

RENEWED, LAPSED, ENDED, JOINED_AGAIN = (f"membership.{what}" for what in ("renewed", "lapsed", "ended", "joined_again"))
DATED = "membership.dated"
"""The record of the organisation names the renewal date itself."""


@dataclass(frozen=True)
class Fact:
    """Who says so (`event:api:crm`, `staff:Maria`), when it happened (aware), and in which words."""

    source: str
    at: datetime
    words: str | None = None


class Unchanged(StrEnum):
    """Why a fact changed nothing."""

    NEWER_IS_KNOWN = "something newer is known of this membership"
    BEFORE_JOINING = "it was before the member joined"
    HAS_LEFT = "the member has left; only membership.joined_again brings them back"
    IS_SO = "it is so already"


def renew(
    session: Session, programme: Programme, member: Member, fact: Fact, now: datetime, *, renews_on: date | None = None
) -> Unchanged | None:
    """The membership goes on until `renews_on`: without a day, for a year; it has not lapsed any more."""

    def change(day: date) -> Unchanged | None:
        if member.status is MemberStatus.LEFT:
            return Unchanged.HAS_LEFT
        _goes_on(member, renews_on or _next_renewal(member.renews_on, day))
        return None

    return _tell(session, programme, member, RENEWED, fact, now, change)


def lapse(session: Session, programme: Programme, member: Member, fact: Fact, now: datetime) -> Unchanged | None:
    """The membership ran out and wasn't renewed; the member may still be won back."""

    def change(day: date) -> Unchanged | None:
        if member.status is not MemberStatus.ACTIVE:
            return Unchanged.IS_SO if member.status is MemberStatus.LAPSED else Unchanged.HAS_LEFT
        member.status, member.lapsed_on = MemberStatus.LAPSED, day
        return None

    return _tell(session, programme, member, LAPSED, fact, now, change)


def end(session: Session, programme: Programme, member: Member, fact: Fact, now: datetime) -> Unchanged | None:
    """The member has left: nothing is asked of them any more."""

    def change(_day: date) -> Unchanged | None:
        if member.status is MemberStatus.LEFT:
            return Unchanged.IS_SO
        member.status = MemberStatus.LEFT
        live = sa.select(CheckIn).where(CheckIn.member_id == member.id, CheckIn.state.in_(LIVE))
        for check_in in session.scalars(live.with_for_update()):
            steps.close(check_in, CheckInState.CANCELLED, "member_left", now)
        return None

    return _tell(session, programme, member, ENDED, fact, now, change)


def rejoin(
    session: Session, programme: Programme, member: Member, fact: Fact, now: datetime, *, renews_on: date | None = None
) -> Unchanged | None:
    """Somebody who had left or lapsed is a member again from that day, until `renews_on`: without a day, for a year."""

    def change(day: date) -> Unchanged | None:
        if member.status is MemberStatus.ACTIVE:
            return Unchanged.IS_SO
        member.status, member.joined_on = MemberStatus.ACTIVE, day
        _goes_on(member, renews_on or _next_renewal(None, day))
        return None

    return _tell(session, programme, member, JOINED_AGAIN, fact, now, change)


def note_renewal_date(session: Session, member: Member, renews_on: date, source: str, now: datetime) -> None:
    """The organisation's record names the date. What happened before now is in it, so older facts don't move it.

    The caller calls `entries.replan`.
    """
    if member.renews_on == renews_on:
        return
    before = _state(member)
    if renews_on > now.astimezone(member.zone).date():
        _goes_on(member, renews_on)
    member.renews_on = renews_on
    session.flush()
    _write(session, member, DATED, Fact(source, now), now, None, before)


def _goes_on(member: Member, renews_on: date) -> None:
    member.renews_on = renews_on
    if member.status is MemberStatus.LAPSED:
        member.status = MemberStatus.ACTIVE
    if member.status is MemberStatus.ACTIVE:
        member.lapsed_on = None


def _next_renewal(known: date | None, day: date) -> date:
    """A year after the renewal date, or after `day` when the date is not known or more than a year ago."""
    following = _year_after(known) if known is not None else day
    return following if following > day else _year_after(day)


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)


def _tell(
    session: Session, programme: Programme, member: Member, action: str, fact: Fact, now: datetime,
    change: Callable[[date], Unchanged | None],
) -> Unchanged | None:  # fmt: skip
    day, before = fact.at.astimezone(member.zone).date(), _state(member)
    unchanged = _outdated(session, member, fact, day) or change(day)
    _write(session, member, action, fact, now, unchanged, before)
    if unchanged is None:
        entries.replan(session, programme, member, now)
    return unchanged


def _outdated(session: Session, member: Member, fact: Fact, day: date) -> Unchanged | None:
    if max(day, fact.at.astimezone(UTC).date()) < member.joined_on:
        return Unchanged.BEFORE_JOINING
    told = sa.select(AuditEntry.details).where(
        AuditEntry.member_id == member.id,
        AuditEntry.action.in_((RENEWED, LAPSED, ENDED, JOINED_AGAIN, DATED)),
    )
    known = (datetime.fromisoformat(details["happened_at"]) for details in session.scalars(told))
    return Unchanged.NEWER_IS_KNOWN if any(at > fact.at for at in known) else None


def _write(
    session: Session, member: Member, action: str, fact: Fact, now: datetime, unchanged: Unchanged | None,
    before: dict[str, str],
) -> None:  # fmt: skip
    """Facts that changed nothing are written too: a fact between them and what is known is outdated as well."""
    audit.write(session, now, fact.source, action, member_id=member.id, subject=fact.words,
                reason=str(unchanged) if unchanged else None, happened_at=fact.at.isoformat(),
                before=before, after=_state(member))  # fmt: skip


def _state(member: Member) -> dict[str, str]:
    return {"status": str(member.status), "renews_on": str(member.renews_on or ""), "joined_on": str(member.joined_on)}
