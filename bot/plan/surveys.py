"""Surveys to come: what `bot.surveys.tick` does with rows, done with copies, and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.model import CheckInState, RoundState, SurveyRound
from bot.plan.model import Asking
from bot.plan.wording import reason_words, survey_words
from bot.plan.world import World, surveys_to_come
from bot.surveys import budget, path, rounds, tick
from bot.surveys.planning import LAPSED

NEVER_SENT = (CheckInState.EXPIRED, CheckInState.CANCELLED, CheckInState.HANDED_OFF)


def planned(world: World) -> list[SurveyRound]:
    """The rounds to come; the look ahead changes them."""
    return surveys_to_come(world.rounds)


def pass_time(world: World) -> None:
    """The tick of the surveys: what is due is asked, waits or is left out."""
    _forget_unsent(world)
    for row in surveys_to_come(world.rounds):
        if row.look_at is not None and row.look_at <= world.now:
            _decide(world, row)


def _decide(world: World, row: SurveyRound) -> None:
    survey, now = world.programme.surveys.get(row.survey), world.now
    why_not = tick.unfit(survey, world.member)
    if survey is None or why_not is not None:
        row.state, row.reason = RoundState.SKIPPED, why_not
        return
    wait = budget.wait_for(world.programme, row.survey, budget.had(world.rounds), now)
    expires = row.due_at + survey.lapses
    if now >= expires or (wait is not None and wait.until >= expires):
        row.state, row.reason = RoundState.SKIPPED, wait.reason if wait is not None else row.reason or LAPSED
    elif wait is not None:
        row.look_at, row.reason = wait.until, wait.reason
    else:
        check_in = tick.new_check_in(world.member, row, survey, now, expires, now)
        check_in.id = row.check_in_id = next(world.numbers)
        world.check_ins[check_in.id] = check_in
        row.state, row.asked_at = RoundState.ASKED, now
        rounds.take_in_hand(row, path.first(survey))


def _forget_unsent(world: World) -> None:
    """A survey that ended before it reached the member doesn't count for the next."""
    for row in world.rounds:
        check_in = world.check_ins.get(row.check_in_id or 0)
        if check_in is None or row.state is not RoundState.ASKED or check_in.state not in NEVER_SENT:
            continue
        if not any(touch.sent_at for touch in check_in.touches):
            row.state = RoundState.SKIPPED


def to_come(world: World, before: Sequence[SurveyRound]) -> Iterator[Asking]:
    """What becomes of the rounds that were planned, as far as was looked ahead, in order of time."""
    told = [(_moment(row), row) for row in before]
    for at, row in sorted(told, key=lambda pair: (pair[0], pair[1].id)):
        survey = world.programme.surveys.get(row.survey)
        if survey is None:
            continue
        is_asked = row.state is not RoundState.SKIPPED
        due = f"It is due {survey_words(survey.when)}."
        why = f"{due} {reason_words(row.reason, world.member.first_name)}" if row.reason else due
        yield Asking(at, survey.name, why, is_asked, row.reason)


def _moment(row: SurveyRound) -> datetime:
    """When it is asked or looked at; of one that is left out, when it would have been due."""
    if row.state is RoundState.ASKED and row.asked_at is not None:
        return row.asked_at
    return row.look_at if row.state is RoundState.PLANNED and row.look_at is not None else row.due_at
