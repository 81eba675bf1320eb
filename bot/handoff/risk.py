"""Whether a member may be lost: named signs, each with where it was seen. No number: nobody has measured one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.handoff import risk_facts
from bot.handoff.risk_facts import Facts, OpenRun, Score
from bot.model import HandOffReason, Member, MemberStatus
from bot.programme.models import Programme

RENEWAL_NEAR = timedelta(days=60)
RENEWAL_VERY_NEAR = timedelta(days=14)
REMINDED = 2
"""So many messages about one question without a word are a silence, though the question is still open."""
OFTEN = 3
"""So many signs weigh as much as a serious one."""


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Sign(StrEnum):
    """What may announce a loss."""

    LEFT = "left"
    LAPSED = "lapsed"
    WANTS_TO_LEAVE = "wants_to_leave"
    COMPLAINED = "complained"
    SILENT = "silent"
    DETRACTOR = "detractor"
    UNHAPPY = "unhappy"
    RENEWAL_NEAR = "renewal_near"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Reason:
    """One sign, in words for staff; `source` says where it was seen, `since` (the member's local day) since when."""

    sign: Sign
    words: str
    source: str
    since: date | None = None
    is_serious: bool = False


@dataclass(frozen=True)
class Risk:
    """High with a serious sign or with three, medium with any, low without one. The serious reasons come first."""

    level: Level
    reasons: tuple[Reason, ...] = ()


def of(session: Session, programme: Programme, member: Member, now: datetime) -> Risk:
    """The member's risk at `now` (UTC), from what is known; reads only."""
    return of_many(session, programme, [member], now)[member.id]


def of_many(session: Session, programme: Programme, members: Collection[Member], now: datetime) -> dict[int, Risk]:
    """As `of`, of many members by id: in a fixed number of statements, however many they are."""
    return {number: assess(facts, now) for number, facts in risk_facts.load(session, programme, members, now).items()}


def assess(facts: Facts, now: datetime) -> Risk:
    """Pure: what these facts say at `now`."""
    found = [reason for reasons in (_membership, _words, _silence, _scores, _steps, _reach)
             for reason in reasons(facts, now)]  # fmt: skip
    found.sort(key=lambda reason: not reason.is_serious)
    if any(reason.is_serious for reason in found) or len(found) >= OFTEN:
        return Risk(Level.HIGH, tuple(found))
    return Risk(Level.MEDIUM if found else Level.LOW, tuple(found))


def _membership(facts: Facts, now: datetime) -> Iterable[Reason]:
    if facts.status is MemberStatus.LEFT:
        yield Reason(Sign.LEFT, "The membership has ended", "membership record", None, is_serious=True)
        return
    if facts.status is MemberStatus.LAPSED:
        yield Reason(
            Sign.LAPSED, "The membership was not renewed", "membership record", facts.lapsed_on, is_serious=True
        )
        return
    open_steps = sum(run.open_steps for run in facts.runs)
    if facts.renews_on is None or not open_steps:
        return
    ahead = facts.renews_on - facts.today(now)
    if timedelta() <= ahead <= RENEWAL_NEAR:
        when = "today" if not ahead else f"in {_count(ahead.days, 'day')}"
        is_serious = ahead <= RENEWAL_VERY_NEAR
        words = f"Renewal {when}, with {_count(open_steps, 'open step')}"
        yield Reason(Sign.RENEWAL_NEAR, words, "membership record", None, is_serious=is_serious)


def _words(facts: Facts, _now: datetime) -> Iterable[Reason]:
    """What the member came to staff with, by the cases of the last months."""
    for reason, sign, words in (
        (HandOffReason.LEAVING, Sign.WANTS_TO_LEAVE, "Said that they want to leave"),
        (HandOffReason.COMPLAINT, Sign.COMPLAINED, "Complained"),
    ):
        case = facts.cases.get(reason)
        if case is not None:
            is_serious = sign is Sign.WANTS_TO_LEAVE
            yield Reason(sign, words, f"case {case.case_id}", facts.day(case.opened_at), is_serious=is_serious)


def _silence(facts: Facts, _now: datetime) -> Iterable[Reason]:
    """Questions that nobody answered since the member last wrote."""
    silent = [one for one in facts.unanswered if facts.last_heard is None or one.asked_at > facts.last_heard]
    if silent and (len(silent) > 1 or silent[0].is_over or silent[0].messages >= REMINDED):
        asked, messages = len(silent), sum(one.messages for one in silent)
        words = f"No answer to {_count(asked, 'question')} in {_count(messages, 'message')}"
        since = facts.day(min(one.asked_at for one in silent))
        yield Reason(Sign.SILENT, words, "check-ins", since, is_serious=asked > 1)


def _scores(facts: Facts, _now: datetime) -> Iterable[Reason]:
    for score in facts.scores:
        if score.band == "low":
            yield _low(facts, score)


def _low(facts: Facts, score: Score) -> Reason:
    is_nps = score.kind == "nps"
    who = "A detractor: " if is_nps else "Not happy: "
    words = f"{who}{score.number} on the scale from {score.lowest} to {score.highest}"
    sign = Sign.DETRACTOR if is_nps else Sign.UNHAPPY
    return Reason(sign, words, f"survey {score.survey}", facts.day(score.at), is_serious=is_nps)


def _steps(facts: Facts, _now: datetime) -> Iterable[Reason]:
    for run in facts.runs:
        yield from _blocked(facts, run)


def _blocked(facts: Facts, run: OpenRun) -> Iterable[Reason]:
    for step in run.blocked:
        yield Reason(Sign.BLOCKED, f"Stuck on {step.name}", f"journey {run.journey}", facts.day(step.since))


def _reach(facts: Facts, _now: datetime) -> Iterable[Reason]:
    if not facts.is_reachable:
        yield Reason(Sign.UNREACHABLE, "No address that may be used", "contact record")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
