"""A membership is renewed, lapses, ends and begins again; what is outdated when it is told changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.db import Database
from bot.members import membership
from bot.members.membership import Fact, Unchanged
from bot.model import AuditEntry, CheckIn, CheckInState, JourneyRun, Member, MemberStatus, PlannedEntry, RunState
from tests.support.house import TUESDAY, House
from tests.unit.events.telling import observing, renewing

DAY = timedelta(days=1)
RENEWAL = date(2027, 1, 20)


@pytest.fixture
def house(db: Database) -> House:
    """Ana joined two days ago, and her membership is renewed on 20 January; the renewal journey has begun."""
    house = House(db, observing(renewal=renewing()))
    house.bring("Ana", renews_on=RENEWAL)
    return house


def happens(house: House, what: str, days: float = 1, **more: Any) -> Unchanged | None:
    """Tells what happened so many days after the test began; nobody tells of it before it has happened."""
    at = TUESDAY + days * DAY
    if house.clock.now() < at:
        house.clock.set(at)
    number = house.member().id
    with house.db.begin() as session:
        member = session.get_one(Member, number)
        fact = Fact("staff:Maria", at, "she called")
        found: Unchanged | None = getattr(membership, what)(
            session, house.programme, member, fact, house.clock.now(), **more
        )
        return found


def status(house: House) -> tuple[str, date | None, date | None]:
    member = house.member()
    return str(member.status), member.renews_on, member.lapsed_on


def test_a_renewal_is_for_a_year_after_the_date_that_was(house: House) -> None:
    assert happens(house, "renew") is None
    assert status(house) == ("active", date(2028, 1, 20), None)


def test_a_renewal_may_name_its_date(house: House) -> None:
    happens(house, "renew", renews_on=date(2027, 7, 1))
    assert house.member().renews_on == date(2027, 7, 1)


@pytest.mark.parametrize(
    ("known", "at", "following"),
    [
        (None, datetime(2026, 11, 24, 15, tzinfo=UTC), date(2027, 11, 24)),
        (None, datetime(2026, 11, 25, 3, tzinfo=UTC), date(2027, 11, 24)),  # still the 24th in New York
        (date(2024, 1, 1), datetime(2026, 11, 24, 15, tzinfo=UTC), date(2027, 11, 24)),
        (date(2025, 11, 24), datetime(2026, 11, 24, 15, tzinfo=UTC), date(2027, 11, 24)),
        (date(2025, 11, 25), datetime(2026, 11, 24, 15, tzinfo=UTC), date(2026, 11, 25)),
        (date(2028, 2, 29), datetime(2026, 11, 24, 15, tzinfo=UTC), date(2029, 2, 28)),
    ],
)
def test_without_a_date_a_renewal_ends_in_the_future(
    house: House, known: date | None, at: datetime, following: date
) -> None:
    house.change(Member, house.member().id, lambda row: setattr(row, "renews_on", known))
    house.change(AuditEntry, _dated(house).id, lambda row: setattr(row, "action", "forgotten"))
    happens(house, "renew", (at - TUESDAY) / DAY)
    assert house.member().renews_on == following


def _dated(house: House) -> AuditEntry:
    return house.one(AuditEntry, AuditEntry.action == "membership.dated")


def test_a_renewal_ends_the_journey_about_the_old_date_and_plans_the_next(house: House) -> None:
    run = house.one(JourneyRun, JourneyRun.journey == "renewal")
    assert run.state is RunState.ACTIVE
    happens(house, "renew")
    ended = house.get(JourneyRun, run.id)
    assert (ended.state, ended.outcome) == (RunState.ENDED, "renewal_moved")
    assert [row.occasion for row in house.rows(PlannedEntry)] == ["2028-01-20"]


def test_a_membership_lapses_and_its_questions_end(house: House) -> None:
    house.settle()
    assert happens(house, "lapse") is None
    assert status(house) == ("lapsed", RENEWAL, date(2026, 11, 25))
    assert {str(run.outcome) for run in house.rows(JourneyRun)} == {"membership_lapsed"}
    assert house.rows(CheckIn, CheckIn.state.in_([CheckInState.OPEN, CheckInState.SCHEDULED])) == []


def test_a_renewal_undoes_a_lapse(house: House) -> None:
    happens(house, "lapse", 1)
    happens(house, "renew", 2)
    assert status(house) == ("active", date(2028, 1, 20), None)


def test_a_second_lapse_keeps_the_day_of_the_first(house: House) -> None:
    happens(house, "lapse", 1)
    assert happens(house, "lapse", 2) is Unchanged.IS_SO
    assert house.member().lapsed_on == date(2026, 11, 25)


def test_who_has_left_is_asked_nothing_more(house: House) -> None:
    house.settle()
    assert happens(house, "end") is None
    assert house.member().status is MemberStatus.LEFT
    assert {check_in.state for check_in in house.rows(CheckIn)} == {CheckInState.CANCELLED}
    assert {(run.state, run.outcome) for run in house.rows(JourneyRun)} == {(RunState.ENDED, "left")}
    before = len(house.texts())
    house.clock.push(30 * DAY)
    house.settle()
    assert len(house.texts()) == before
    assert happens(house, "end", 40) is Unchanged.IS_SO


@pytest.mark.parametrize("what", ["renew", "lapse"])
def test_only_joining_again_brings_back_who_has_left(house: House, what: str) -> None:
    happens(house, "end", 1)
    assert happens(house, what, 2) is Unchanged.HAS_LEFT
    assert status(house) == ("left", RENEWAL, None)
    assert happens(house, "rejoin", 3) is None
    assert status(house) == ("active", date(2027, 11, 27), None)
    assert house.member().joined_on == date(2026, 11, 27)


def test_who_lapsed_may_join_again_until_a_day_that_is_named(house: House) -> None:
    happens(house, "lapse", 1)
    happens(house, "rejoin", 2, renews_on=date(2027, 6, 30))
    assert status(house) == ("active", date(2027, 6, 30), None)


def test_a_member_can_not_join_again(house: House) -> None:
    assert happens(house, "rejoin") is Unchanged.IS_SO
    assert house.member().joined_on == date(2026, 11, 22)


ORDERS = [
    ("renew", "lapse", "lapsed"),
    ("lapse", "renew", "active"),
    ("end", "rejoin", "active"),
    ("rejoin", "end", "left"),
    ("lapse", "end", "left"),
]


@pytest.mark.parametrize(("first", "second", "outcome"), ORDERS)
def test_what_is_told_late_does_not_undo_what_is_newer(house: House, first: str, second: str, outcome: str) -> None:
    happens(house, second, 2)
    known = status(house)
    assert happens(house, first, 1) is Unchanged.NEWER_IS_KNOWN
    assert status(house) == known
    assert str(house.member().status) == outcome


@pytest.mark.parametrize(("first", "second", "outcome"), ORDERS)
def test_in_order_the_last_word_counts(house: House, first: str, second: str, outcome: str) -> None:
    happens(house, first, 1)
    happens(house, second, 2)
    assert str(house.member().status) == outcome


def test_a_word_that_changed_nothing_counts_as_the_newest_too(house: House) -> None:
    happens(house, "lapse", 1)
    happens(house, "lapse", 3)
    assert happens(house, "renew", 2) is Unchanged.NEWER_IS_KNOWN
    assert house.member().status is MemberStatus.LAPSED


def test_two_words_of_one_moment_count_in_the_order_of_their_coming(house: House) -> None:
    happens(house, "lapse", 1)
    assert happens(house, "renew", 1) is None
    assert house.member().status is MemberStatus.ACTIVE


def test_what_was_before_joining_is_of_another_membership(house: House) -> None:
    assert happens(house, "lapse", -3) is Unchanged.BEFORE_JOINING
    assert house.member().status is MemberStatus.ACTIVE


def test_what_the_record_says_is_newer_than_what_happened_before(house: House) -> None:
    """The date came with Ana's row; the payment that led to it is told afterwards."""
    assert happens(house, "renew", -1) is Unchanged.NEWER_IS_KNOWN
    assert house.member().renews_on == RENEWAL


def test_every_word_is_in_the_audit_log_with_what_it_changed(house: House) -> None:
    happens(house, "lapse", 2)
    happens(house, "renew", 1)
    lapsed, renewed = house.rows(AuditEntry, AuditEntry.actor == "staff:Maria")
    assert (lapsed.action, lapsed.subject, lapsed.reason) == ("membership.lapsed", "she called", None)
    assert lapsed.details["happened_at"] == "2026-11-26T15:00:00+00:00"
    assert (lapsed.details["before"]["status"], lapsed.details["after"]["status"]) == ("active", "lapsed")
    assert (renewed.action, renewed.reason) == ("membership.renewed", str(Unchanged.NEWER_IS_KNOWN))
    assert renewed.details["before"] == renewed.details["after"]
