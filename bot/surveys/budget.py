"""How often a member may be asked: by survey, and over all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import RoundState, SurveyRound
from bot.programme.models import Programme

YEAR = timedelta(days=365)


class Reason(StrEnum):
    """Why a survey that is due waits, or is left out."""

    AGAIN_AFTER = "survey_again_after"
    EVERY = "survey_every"
    PER_YEAR = "surveys_per_year"


@dataclass(frozen=True)
class Had:
    """A survey that the member was asked."""

    survey: str
    at: datetime


@dataclass(frozen=True)
class Wait:
    """Not before `until` (UTC)."""

    reason: Reason
    until: datetime


def had(rounds: Iterable[SurveyRound]) -> list[Had]:
    """Of a member's rounds those that count: what never reached the member does not."""
    unasked = (RoundState.PLANNED, RoundState.SKIPPED)
    return [Had(one.survey, one.asked_at) for one in rounds if one.asked_at is not None and one.state not in unasked]


def wait_for(programme: Programme, survey: str, before: Iterable[Had], now: datetime) -> Wait | None:
    """What the survey has to wait for at `now`, the longest of all; None when it may be asked."""
    asked = sorted(before, key=lambda one: one.at)
    caps, waits = programme.caps, []
    same = [one.at for one in asked if one.survey == survey]
    if same:
        waits.append(Wait(Reason.AGAIN_AFTER, same[-1] + programme.surveys[survey].again_after))
    if asked:
        waits.append(Wait(Reason.EVERY, asked[-1].at + caps.survey_every))
    recent = [one.at for one in asked if one.at > now - YEAR]
    if len(recent) >= caps.surveys_per_year:
        waits.append(Wait(Reason.PER_YEAR, recent[-caps.surveys_per_year] + YEAR))
    longest = max(waits, key=lambda wait: wait.until, default=None)
    return longest if longest is not None and longest.until > now else None
