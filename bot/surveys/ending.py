"""How a round ends, and what follows: a person who looks into a bad answer, a word to a promoter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import audit
from bot.clock import Times
from bot.conversation.memory import conversation_of, forget_question
from bot.handoff.cases import Need, open_case
from bot.language.trouble import is_stuck
from bot.model import (
    CheckIn,
    Declined,
    HandOffReason,
    Member,
    Priority,
    RoundState,
    SurveyRound,
)
from bot.programme.models import Programme, Survey
from bot.surveys import path, rounds
from bot.surveys.path import Given

DECLINED = "declined"
"""The outcome of a check-in whose survey the member wanted no more of."""
SAYS_NO = (DECLINED, "said_stop", "class_declined")
ONCE = timedelta(days=365)
REFERRAL = "refer_help"
"""The resource that a promoter is sent, where the content has one."""
MOST_WORDS = 500


@dataclass(frozen=True)
class Worry:
    """Why a person should look into the answers: the words of the case."""

    summary: str


def worry(survey: Survey, given: dict[str, Given]) -> Worry | None:
    """A low score, or words that say that the member is stuck; with what they wrote."""
    words = [answer.text for key, answer in given.items() if _kind(survey, key, given) == "text" and answer.text]
    quoted = f' In their words: "{" / ".join(words)[:MOST_WORDS]}"' if words else ""
    low = path.low_score(survey, given)
    if low is not None:
        ask, score = low
        return Worry(f'Gave {score} ({ask.scale[0]} to {ask.scale[1]}) in the survey "{survey.name}".{quoted}')
    if any(is_stuck(text) for text in words):
        return Worry(f'Seems stuck, by the survey "{survey.name}".{quoted}')
    return None


def _kind(survey: Survey, key: str, given: dict[str, Given]) -> str | None:
    ask = path.find(survey, key, given)
    return ask.kind if ask is not None else None


def bring_person(session: Session, programme: Programme, member: Member, row: SurveyRound, times: Times) -> bool:
    """Opens a case if the answers call for one, once a round; says whether it did."""
    survey = programme.surveys.get(row.survey)
    found = worry(survey, rounds.given(session, row)) if survey is not None and row.hand_off_id is None else None
    if found is None:
        return False
    conversation = conversation_of(session, member.id)
    need = Need(
        reason=HandOffReason.DETRACTOR,
        summary=found.summary,
        channel=conversation.channel or "none",
        address=conversation.address or f"member:{member.id}",
        member=member,
        priority=Priority.HIGH,
        check_in_id=row.check_in_id,
    )
    row.hand_off_id = open_case(session, need, programme, now=times.now, wall=times.wall).id
    return True


def settle(session: Session, programme: Programme, member: Member, row: SurveyRound, times: Times) -> bool:
    """Closes a round whose check-in is over; says whether a case was opened. What comes too late changes nothing."""
    if row.state is not RoundState.ASKED:
        return False
    check_in = session.get(CheckIn, row.check_in_id) if row.check_in_id is not None else None
    outcome = check_in.outcome if check_in is not None else None
    given = rounds.given(session, row)
    row.state = _state(row, outcome, bool(given))
    row.reason = None if row.state is RoundState.ANSWERED else outcome
    row.finished_at, row.look_at, row.question, row.kind = times.now, None, None, None
    _forget(session, row)
    audit.write(session, times.now, "bot", f"survey.{row.state}", member_id=member.id,
                subject=f"survey:{row.survey}", reason=row.reason)  # fmt: skip
    return bring_person(session, programme, member, row, times)


def _state(row: SurveyRound, outcome: str | None, has_answers: bool) -> RoundState:
    if has_answers:
        return RoundState.ANSWERED if outcome == RoundState.ANSWERED else RoundState.PARTLY
    if row.started_at is None:
        return RoundState.SKIPPED
    return RoundState.DECLINED if outcome in SAYS_NO or outcome == RoundState.ANSWERED else RoundState.EXPIRED


def _forget(session: Session, row: SurveyRound) -> None:
    """A "9" that comes later must not answer what is over."""
    if conversation_of(session, row.member_id).data.get("round") == row.id:
        forget_question(session, row.member_id)


def may_refer(session: Session, programme: Programme, row: SurveyRound, now: datetime) -> bool:
    """Whether this member would recommend us, and may be asked to: once a year, and not who wants no such messages."""
    survey = programme.surveys.get(row.survey)
    if survey is None or path.promoter_score(survey, rounds.given(session, row)) is None:
        return False
    asked = sa.select(SurveyRound.id).where(
        SurveyRound.member_id == row.member_id, SurveyRound.referral_at > now - ONCE
    )
    unwanted = sa.select(Declined.id).where(
        Declined.member_id == row.member_id, Declined.message_class == "promotional"
    )
    return not any(session.scalars(query.limit(1)).first() for query in (asked, unwanted))


def referral_link(programme: Programme) -> str:
    """Where a colleague of a member reads on."""
    resource = programme.resources.get(REFERRAL)
    return resource.url if resource is not None else programme.organisation.website
