"""The risk of losing a member: each sign, where it was seen, and what takes it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.handoff import risk
from bot.handoff.risk import Level, Risk, Sign
from bot.handoff.risk_facts import BlockedStep, Brought, Facts, OpenRun, Score, Unanswered
from bot.model import HandOff, HandOffReason, HandOffState, Member, MemberStatus, Priority, SurveyAnswer, Team
from tests.support.cast import NUMBERS
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def signs(found: Risk) -> dict[Sign, bool]:
    return {reason.sign: reason.is_serious for reason in found.reasons}


def assess(**changes: object) -> Risk:
    return risk.assess(Facts(ZONE, **changes), NOW)  # type: ignore[arg-type]


def test_a_member_of_whom_nothing_bad_is_known_is_at_low_risk() -> None:
    assert assess() == Risk(Level.LOW)


@pytest.mark.parametrize(
    ("asked", "heard", "expected"),
    [
        ([Unanswered(NOW - 9 * DAY, 1, is_over=False)], None, {}),
        ([Unanswered(NOW - 9 * DAY, 2, is_over=False)], None, {Sign.SILENT: False}),
        ([Unanswered(NOW - 9 * DAY, 1, is_over=True)], None, {Sign.SILENT: False}),
        ([Unanswered(NOW - 9 * DAY, 1, is_over=True)] * 2, None, {Sign.SILENT: True}),
        ([Unanswered(NOW - 9 * DAY, 3, is_over=True)] * 2, NOW - DAY, {}),
        ([Unanswered(NOW - 9 * DAY, 3, is_over=True)], NOW - 30 * DAY, {Sign.SILENT: False}),
    ],
)
def test_silence_is_what_was_asked_since_the_member_last_wrote(
    asked: list[Unanswered], heard: datetime | None, expected: dict[Sign, bool]
) -> None:
    assert signs(assess(unanswered=asked, last_heard=heard)) == expected


def test_silence_says_how_many_questions_and_messages_and_since_when() -> None:
    asked = [Unanswered(NOW - 9 * DAY, 3, is_over=True), Unanswered(NOW - 4 * DAY, 1, is_over=True)]
    [reason] = assess(unanswered=asked).reasons
    assert (reason.words, reason.since) == ("No answer to 2 questions in 4 messages", date(2026, 11, 15))


@pytest.mark.parametrize(
    ("days", "open_steps", "expected"),
    [
        (61, 3, {}),
        (60, 3, {Sign.RENEWAL_NEAR: False}),
        (14, 1, {Sign.RENEWAL_NEAR: True}),
        (0, 1, {Sign.RENEWAL_NEAR: True}),
        (-1, 1, {}),
        (14, 0, {}),
    ],
)
def test_a_renewal_that_is_near_counts_while_steps_are_open(
    days: int, open_steps: int, expected: dict[Sign, bool]
) -> None:
    renews_on = date(2026, 11, 24) + days * DAY
    assert signs(assess(renews_on=renews_on, runs=[OpenRun("Onboarding", open_steps)])) == expected


def test_the_day_of_renewal_is_counted_where_the_member_lives() -> None:
    facts = Facts(ZoneInfo("Pacific/Auckland"), renews_on=date(2026, 11, 26), runs=[OpenRun("Onboarding", 2)])
    [reason] = risk.assess(facts, NOW).reasons
    assert reason.words == "Renewal in 1 day, with 2 open steps"


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (Score("nps", "Your first 90 days", 6, 0, 10, "low", NOW), {Sign.DETRACTOR: True}),
        (Score("csat", "Your first week", 2, 1, 5, "low", NOW), {Sign.UNHAPPY: False}),
        (Score("nps", "Your first 90 days", 8, 0, 10, "middle", NOW), {}),
    ],
)
def test_a_low_score_counts_and_that_of_a_detractor_is_serious(score: Score, expected: dict[Sign, bool]) -> None:
    assert signs(assess(scores=[score])) == expected


def test_what_the_member_came_to_staff_with_counts() -> None:
    leaving = assess(cases={HandOffReason.LEAVING: Brought(7, NOW - DAY)})
    assert (leaving.level, signs(leaving)) == (Level.HIGH, {Sign.WANTS_TO_LEAVE: True})
    assert leaving.reasons[0].source == "case 7"
    assert signs(assess(cases={HandOffReason.COMPLAINT: Brought(7, NOW - DAY)})) == {Sign.COMPLAINED: False}


@pytest.mark.parametrize(("status", "sign"), [(MemberStatus.LAPSED, Sign.LAPSED), (MemberStatus.LEFT, Sign.LEFT)])
def test_a_membership_that_is_over_is_the_highest_risk(status: MemberStatus, sign: Sign) -> None:
    assert assess(status=status) == Risk(Level.HIGH, assess(status=status).reasons)
    assert signs(assess(status=status)) == {sign: True}


def test_three_lesser_signs_weigh_as_much_as_a_serious_one_and_serious_ones_come_first() -> None:
    stuck = OpenRun("Onboarding", 3, (BlockedStep("your hello", NOW - DAY), BlockedStep("a call", NOW - DAY)))
    assert assess(runs=[stuck]).level is Level.MEDIUM
    both = assess(runs=[stuck], is_reachable=False)
    assert both.level is Level.HIGH
    assert [reason.words for reason in both.reasons] == ["Stuck on your hello", "Stuck on a call",
                                                         "No address that may be used"]  # fmt: skip
    assert assess(runs=[stuck], status=MemberStatus.LAPSED).reasons[0].sign is Sign.LAPSED


def of(house: House, who: str = "Ana") -> Risk:
    with house.db.begin() as session:
        member = session.scalars(sa.select(Member).where(Member.first_name == who)).one()
        return risk.of(session, house.programme, member, house.clock.now())


def test_a_member_who_is_silent_until_the_end_of_the_ladder_is_seen_and_an_answer_takes_it_back(house: House) -> None:
    assert of(house).level is Level.LOW
    for _ in range(3):
        house.settle()
        house.clock.push(3 * DAY)
    house.settle()
    silent = of(house)
    assert (silent.level, signs(silent)) == (Level.MEDIUM, {Sign.SILENT: False})
    house.says("sorry, I was busy")
    assert of(house).level is Level.LOW


def test_a_step_where_the_member_is_stuck_is_named(house: House) -> None:
    house.settle()
    for _ in range(2):
        house.perform("action_report_blocked", "I can't")
    blocked = [reason for reason in of(house).reasons if reason.sign is Sign.BLOCKED]
    assert [(reason.source, reason.since) for reason in blocked] == [("journey First days", TUESDAY.date())]


def test_a_good_score_takes_back_the_bad_one_before_it(house: House) -> None:
    ana = house.member().id

    def scores(number: int, at: datetime) -> None:
        with house.db.begin() as session:
            session.add(SurveyAnswer(member_id=ana, survey="x", question="q", kind="nps", number=number, at=at))

    scores(3, TUESDAY - 9 * DAY)
    assert signs(of(house)) == {Sign.DETRACTOR: True}
    scores(9, TUESDAY - 2 * DAY)
    assert signs(of(house)) == {}


def test_an_old_score_and_an_old_case_are_forgotten(house: House) -> None:
    ana = house.member().id
    with house.db.begin() as session:
        session.add(SurveyAnswer(member_id=ana, survey="x", question="q", kind="nps", number=0, at=TUESDAY - 181 * DAY))
        session.add(
            HandOff(
                subject=f"member:{ana}", member_id=ana, channel="sms", address=NUMBERS["Ana"],
                reason=HandOffReason.LEAVING, summary="", priority=Priority.HIGH, team=Team.MEMBER_SUCCESS,
                state=HandOffState.RESOLVED, opened_at=TUESDAY - 121 * DAY,
            )
        )  # fmt: skip
    assert signs(of(house)) == {}


def test_who_said_stop_everywhere_can_not_be_reached(house: House) -> None:
    house.bring("Ben")
    assert signs(of(house, "Ben")) == {Sign.UNREACHABLE: False}


def test_many_members_cost_as_many_statements_as_one(house: House) -> None:
    house.bring("Ben", "Dee", "Hal", "Ida")
    house.settle()

    def statements(most: int) -> int:
        count = 0

        def add(*_: object) -> None:
            nonlocal count
            count += 1

        with house.db.begin() as session:
            members = session.scalars(sa.select(Member).order_by(Member.id).limit(most)).all()
            sa.event.listen(house.db.engine, "before_cursor_execute", add)
            try:
                assert len(risk.of_many(session, house.programme, members, house.clock.now())) == most
            finally:
                sa.event.remove(house.db.engine, "before_cursor_execute", add)
        return count

    assert statements(1) == statements(5) <= 9


def test_nobody_is_asked_about_nobody(house: House) -> None:
    with house.db.begin() as session:
        assert risk.of_many(session, house.programme, [], TUESDAY) == {}
