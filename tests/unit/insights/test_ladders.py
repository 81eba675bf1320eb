"""What each rung brings: each number is known beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.db import Database
from bot.insights import funnel, ladders, rungs
from bot.insights.ladders import LadderFigures, Wanted
from bot.insights.spans import median
from bot.insights.tally import Slice
from bot.model import CheckInKind, CheckInState, TouchState
from bot.programme.models import Programme
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, ladder, make_programme, rung, step
from tests.unit.insights.histories import DAY, HOUR, asked, done, member, run, touch

PROGRAMME = make_programme(
    ladders={
        "standard": ladder(rung(), rung("email")),
        "light": {**ladder(rung("chat")), "by_segment": {"student": ladder(rung("chat"), rung())}},
    }
)
FIRST = PROGRAMME.journeys["onboarding"]
THEN = TUESDAY - 10 * DAY


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    with db.begin() as opened:
        yield opened


def told(session: Session, programme: Programme = PROGRAMME, **wanted: Any) -> ladders.Told:
    touches = rungs.look(session, Slice(0, 10**6), TUESDAY)
    return ladders.ladders(programme, funnel.versions(session, programme), touches, Wanted(**wanted))


def standard(session: Session, **wanted: Any) -> LadderFigures:
    return told(session, **wanted).ladders[0]


def climb(
    session: Session, state: CheckInState, *sent: datetime, closed: datetime | None = None, segment: str = "everybody",
    **steps: Any,
) -> None:  # fmt: skip
    """A question about the form, by a text and then by an e-mail."""
    question = asked(session, run(session, FIRST, member(session, segment), steps), "form", state, THEN,
                     closed_at=closed)  # fmt: skip
    for number, at in enumerate(sent):
        touch(session, question, number, at, channel=("sms", "email")[number])


def test_nothing_was_sent(session: Session) -> None:
    [variant] = standard(session).variants
    assert [(one.sent, one.rate, one.median_hours) for one in variant.rungs] == [(0, None, None)] * 2
    assert variant.climbs.began == 0


def test_an_answer_belongs_to_the_last_message_before_it(session: Session) -> None:
    climb(session, CheckInState.ANSWERED, THEN, closed=THEN + 2 * HOUR)
    climb(session, CheckInState.ANSWERED, THEN, closed=THEN + 4 * HOUR)
    climb(session, CheckInState.ANSWERED, THEN, THEN + 2 * DAY, closed=THEN + 2 * DAY + timedelta(minutes=90))
    climb(session, CheckInState.HANDED_OFF, THEN, THEN + 2 * DAY, closed=THEN + 4 * DAY)
    climb(session, CheckInState.OPEN, THEN, THEN + 2 * DAY)
    climb(session, CheckInState.CANCELLED, THEN, closed=THEN + DAY)
    [variant] = standard(session).variants
    text, email = variant.rungs
    assert (text.sent, text.answered, text.waiting, text.rate, text.median_hours) == (6, 2, 0, 2 / 6, 2)
    assert (email.sent, email.answered, email.waiting, email.judged, email.rate) == (3, 1, 1, 2, 0.5)
    assert (email.handed_off, email.median_hours) == (1, 1)
    climbs = variant.climbs
    assert (climbs.began, climbs.answered, climbs.handed_off, climbs.under_way, climbs.ended) == (6, 3, 1, 1, 1)


def test_what_another_system_saw_is_no_answer(session: Session) -> None:
    climb(session, CheckInState.ANSWERED, THEN, closed=THEN + HOUR, form=done("event:crm"))
    [text, _] = standard(session).variants[0].rungs
    assert (text.sent, text.seen, text.answered, text.rate) == (1, 1, 0, 0.0)


def test_rungs_that_reach_nobody_are_told_by_their_reasons(session: Session) -> None:
    for reason in ("no_consent", "no_consent", "no_address"):
        question = asked(session, run(session, FIRST, member(session)), "form")
        touch(session, question, 0, None, TouchState.SKIPPED, reason=reason)
        touch(session, question, 1, None, TouchState.HELD, "email", "quiet_hours")
    text, email = standard(session).variants[0].rungs
    assert (text.sent, dict(text.skipped), email.held) == (0, {"no_consent": 2, "no_address": 1}, 3)


def test_what_went_out_by_another_way_is_of_an_earlier_edition(session: Session) -> None:
    question = asked(session, run(session, FIRST, member(session)), "form")
    touch(session, question, 0, THEN, channel="telegram")
    touch(session, question, 5, THEN, channel="sms")
    variant = standard(session).variants[0]
    assert variant.rungs[0].sent == 0
    assert {place: one.sent for place, one in variant.earlier.items()} == {(0, "chat"): 1, (5, "sms"): 1}


def test_a_segment_has_rungs_of_its_own(session: Session) -> None:
    programme = make_programme(
        ladders=PROGRAMME.model_dump()["ladders"],
        journeys={"onboarding": journey(milestones={"one": [step("form", "joined", ladder="light")]})},
    )
    for segment in ("student", "everybody", "everybody"):
        of = run(session, programme.journeys["onboarding"], member(session, segment))
        touch(session, asked(session, of, "form"), 0, THEN, channel="slack")
    light = told(session, programme).ladders[1]
    assert [(one.segment, one.rungs[0].sent) for one in light.variants] == [("", 2), ("student", 1)]
    light = told(session, programme, segment="student").ladders[1]
    assert [(one.segment, one.rungs[0].sent) for one in light.variants] == [("student", 1)]
    light = told(session, programme, segment="everybody").ladders[1]
    assert [(one.segment, one.rungs[0].sent) for one in light.variants] == [("", 2)]
    assert light.used_by == ("First days: your form",)


def test_attempts_are_chosen_by_their_age_and_their_journey(session: Session) -> None:
    climb(session, CheckInState.OPEN, TUESDAY - 40 * DAY)
    climb(session, CheckInState.OPEN, TUESDAY - 4 * DAY)
    assert [standard(session, days=days).variants[0].rungs[0].sent for days in (30, 90, None)] == [1, 2, 2]
    assert standard(session, journey="onboarding").variants[0].rungs[0].sent == 2
    assert standard(session, journey="other").variants[0].rungs[0].sent == 0


def test_a_ladder_that_is_gone_is_counted_apart(session: Session) -> None:
    programme = make_programme(
        journeys={"onboarding": journey(milestones={"one": [step("form", "joined", ladder="removed")]})}
    )
    question = asked(session, run(session, programme.journeys["onboarding"], member(session)), "form")
    touch(session, question, 0, THEN)
    assert told(session).gone == {"removed": 1}


def test_one_step_is_told_over_all_rungs(session: Session) -> None:
    climb(session, CheckInState.ANSWERED, THEN, THEN + DAY, closed=THEN + 2 * DAY)
    touches = rungs.look(session, Slice(0, 10**6), TUESDAY)
    found = ladders.of_step(touches, funnel.versions(session, PROGRAMME)["onboarding"], "form")
    assert (found.sent, found.answered, found.median_hours) == (2, 1, 24)


def test_a_celebration_and_a_survey_are_counted_by_their_own_ladders(session: Session) -> None:
    asked_by = {"key": "form", "kind": CheckInKind.CELEBRATION}
    of = run(session, FIRST, member(session))
    question = asked(session, of, "settled", CheckInState.EXPIRED, kind=asked_by["kind"])
    touch(session, question, 0, THEN)
    assert standard(session).variants[0].climbs.began == 0


def test_the_rows_that_real_work_leaves_are_counted(house: House) -> None:
    house.settle()
    house.says("yes")
    house.settle()
    with house.db.begin() as session:
        touches = rungs.look(session, Slice(0, 10**6), house.clock.now())
        known = funnel.versions(session, house.programme)
    found = ladders.ladders(house.programme, known, touches, Wanted()).ladders[0].variants[0]
    assert (found.rungs[0].sent, found.rungs[0].answered + found.rungs[0].waiting) == (1, 1)


def test_the_median_is_the_lower_middle_one() -> None:
    assert median({}) is None
    assert median({5: 1}) == 5
    assert median({1: 1, 9: 1}) == 1
    assert median({1: 2, 3: 1, 100: 2}) == 3
