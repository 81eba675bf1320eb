"""Events are stored once, belong to whom they name, and are kept for somebody who is not known yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from bot.db import Database
from bot.events.take import Outcome, Taken
from bot.members import merge
from bot.model import (
    CheckIn,
    CheckInState,
    ContactPoint,
    JourneyRun,
    Member,
    MemberEvent,
    MemberStatus,
    StepProgress,
    StepState,
)
from tests.support import cast
from tests.support.house import TUESDAY, House
from tests.unit.events.telling import observing, tell

DAY = timedelta(days=1)
RECORDED, UNKNOWN = Taken(Outcome.RECORDED), Taken(Outcome.UNKNOWN_MEMBER)


@pytest.fixture
def empty(db: Database) -> House:
    return House(db, observing())


@pytest.fixture
def house(empty: House) -> House:
    empty.bring("Ana", email="ana@example.org")
    return empty


def state(house: House, step: str) -> StepState:
    return house.one(StepProgress, StepProgress.step == step).state


def test_an_event_is_stored_with_whom_it_is_about_and_who_tells(house: House) -> None:
    assert tell(house, "signed_in", TUESDAY - DAY, id="lms-1", properties={"page": ["a", 1]}) == RECORDED
    row = house.one(MemberEvent)
    assert (row.member_id, row.named, row.dedupe) == (house.member().id, "member_number:no-Ana", "lms-1")
    assert (row.name, row.properties, row.source) == ("signed_in", {"page": ["a", 1]}, "api:lms")
    assert (row.at, row.received_at, row.outcome) == (TUESDAY - DAY, TUESDAY, "recorded")


def test_the_same_event_again_is_a_duplicate_and_nothing_happens_again(house: House) -> None:
    tell(house, "membership.renewed", id="pay-1")
    renewal = house.member().renews_on
    assert tell(house, "membership.renewed", id="pay-1") == Taken(Outcome.DUPLICATE)
    assert house.member().renews_on == renewal
    assert len(house.rows(MemberEvent)) == 1


def test_an_id_that_belongs_to_another_event_is_refused(house: House) -> None:
    tell(house, "signed_in", id="1")
    taken = tell(house, "course.completed", id="1", source="api:shop")
    assert taken.outcome is Outcome.REFUSED
    assert taken.why == (
        "id: it is the id of another event (signed_in on 2026-11-24 15:00 UTC). Put your system's name before the id."
    )
    assert house.one(MemberEvent).name == "signed_in"


@pytest.mark.parametrize("who", [{"email": "ANA@example.org"}, {"phone": "+1 202 555 0100"}])
def test_a_member_is_known_by_address(house: House, who: dict[str, Any]) -> None:
    assert tell(house, "signed_in", **who) == RECORDED
    assert house.one(MemberEvent).member_id == house.member().id


def test_a_phone_that_is_only_called_names_its_member_too(house: House) -> None:
    with house.db.begin() as session:
        session.add(ContactPoint(member_id=house.member().id, channel="voice", address="+12025550177"))
    assert tell(house, "signed_in", phone="+12025550177") == RECORDED


def test_an_address_that_somebody_only_claims_names_nobody(house: House) -> None:
    [point] = house.rows(ContactPoint, ContactPoint.channel == "email")
    house.change(ContactPoint, point.id, lambda row: setattr(row, "unconfirmed_at", TUESDAY))
    assert tell(house, "form.sent", email="ana@example.org") == UNKNOWN
    assert state(house, "form") is StepState.PENDING


@pytest.mark.parametrize("who", [{}, {"email": "ana@example.org"}, {"phone": "+12025550100"}])
def test_an_event_of_somebody_unknown_takes_effect_when_they_are_enrolled(empty: House, who: dict[str, Any]) -> None:
    assert tell(empty, "form.sent", TUESDAY - DAY, **who) == UNKNOWN
    assert (empty.one(MemberEvent).member_id, empty.one(MemberEvent).outcome) == (None, "unknown_member")
    empty.clock.push(DAY)
    empty.bring("Ana", email="ana@example.org")
    row = empty.one(MemberEvent)
    assert (row.member_id, row.outcome) == (empty.member().id, "recorded")
    assert state(empty, "form") is StepState.DONE
    assert [check_in.step for check_in in empty.rows(CheckIn)] == ["hello"]


def test_what_became_of_the_membership_before_the_member_was_known_is_told_in_its_order(empty: House) -> None:
    tell(empty, "membership.renewed", TUESDAY - DAY / 2, properties={"renews_on": "2027-11-01"})
    tell(empty, "membership.lapsed", TUESDAY - DAY)
    empty.clock.push(DAY)
    empty.bring("Ana")
    member = empty.member()
    assert (member.status, str(member.renews_on)) == (MemberStatus.ACTIVE, "2027-11-01")


def test_events_kept_for_others_stay_where_they_are(empty: House) -> None:
    tell(empty, "form.sent", email="ben@example.org")
    empty.bring("Ana", email="ana@example.org")
    assert empty.one(MemberEvent).member_id is None


def test_a_member_whose_address_comes_later_gets_the_events_that_name_it(empty: House) -> None:
    empty.bring("Ana")
    assert tell(empty, "form.sent", email="ana@example.org") == UNKNOWN
    empty.bring("Ana", email="ana@example.org")
    assert state(empty, "form") is StepState.DONE
    live = empty.one(CheckIn, CheckIn.state == CheckInState.SCHEDULED)
    assert live.step == "hello"


def join(house: House, keep: str, other: str) -> int:
    first, second = house.member(keep).id, house.member(other).id
    with house.db.begin() as session:
        kept, ended = session.get_one(Member, first), session.get_one(Member, second)
        return merge.merge(session, kept, ended, cast.colleague(session), house.clock.now()).id


def test_an_event_of_a_merged_record_goes_to_the_one_that_lives_on(house: House) -> None:
    house.bring("Hal", "Ida")
    join(house, "Hal", "Ida")
    join(house, "Ana", "Hal")
    assert tell(house, "form.sent", member_number="no-Ida") == RECORDED
    ana = house.member().id
    assert house.one(MemberEvent).member_id == ana
    done = house.one(StepProgress, StepProgress.state == StepState.DONE)
    assert (done.step, house.get(JourneyRun, done.run_id).member_id) == ("form", ana)


def test_events_go_over_with_a_merge_and_back_with_its_end(house: House) -> None:
    hal = house.bring("Hal")
    tell(house, "signed_in", member_number="no-Hal")
    number = join(house, "Ana", "Hal")
    assert house.one(MemberEvent).member_id == house.member().id
    with house.db.begin() as session:
        merge.undo(session, number, cast.colleague(session), TUESDAY)
    assert house.one(MemberEvent).member_id == hal


def test_two_renewals_at_once_take_effect_one_after_the_other(house: House) -> None:
    ready = Barrier(2)

    def renew(number: int) -> Taken:
        ready.wait(timeout=10)
        return tell(house, "membership.renewed", id=f"pay-{number}")

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(renew, (1, 2))) == [RECORDED, RECORDED]
    assert house.member().renews_on == date(2028, 11, 24)


def test_one_event_told_twice_at_once_is_recorded_once(house: House) -> None:
    ready = Barrier(2)

    def post(_: int) -> str:
        ready.wait(timeout=10)
        return tell(house, "form.sent", id="web-1").outcome

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(post, (1, 2))) == ["duplicate", "recorded"]
    assert len(house.rows(MemberEvent)) == 1
