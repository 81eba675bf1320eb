"""Taking members in, again and again, and what a file may not undo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.db import Database
from bot.errors import Refused
from bot.members import consent
from bot.members.enrol import Enrolled, enrol, enrol_all
from bot.model import (
    Account,
    AuditEntry,
    CheckIn,
    ConsentEvent,
    ConsentKind,
    ContactPoint,
    JourneyRun,
    Member,
    MemberStatus,
    Staff,
)
from tests.support import cast
from tests.support.house import TUESDAY, House
from tests.support.small_programme import journey, make_programme

DAY = timedelta(days=1)


@pytest.fixture
def empty(db: Database) -> House:
    return House(db)


def take(house: House, name: str = "Ana", **changes: object) -> Enrolled:
    with house.db.begin() as session:
        row = cast.row(name, **changes)
        return enrol(session, house.programme, row, source="test", now=house.clock.now())


def test_a_new_member_enters_their_journey(empty: House) -> None:
    taken = take(empty)
    assert taken.is_new
    member = empty.member()
    assert (member.segment, member.number, member.created_at) == ("everybody", "no-Ana", TUESDAY)
    assert [run.occasion for run in empty.rows(JourneyRun)] == ["joined"]
    assert len(empty.rows(CheckIn)) == 1


def test_the_same_member_again_is_an_update(empty: House) -> None:
    first = take(empty)
    second = take(empty, first_name="Anna", time_zone="Europe/London", traits={"stage": "student"})
    assert second == Enrolled(first.member_id, is_new=False)
    member = empty.one(Member)
    assert (member.first_name, member.time_zone, member.segment) == ("Anna", "Europe/London", "student")
    assert len(empty.rows(ContactPoint)) == len(empty.rows(JourneyRun)) == len(empty.rows(CheckIn)) == 1
    assert [entry.action for entry in empty.rows(AuditEntry, AuditEntry.action.like("member.%"))] == [
        "member.enrolled",
        "member.updated",
    ]


def test_a_member_is_known_by_the_number_of_their_phone_too(empty: House) -> None:
    first = take(empty)
    assert take(empty, member_number="another") == Enrolled(first.member_id, is_new=False)
    assert empty.one(Member).number == "another"


def test_an_update_does_not_disturb_a_climb(empty: House) -> None:
    take(empty)
    empty.settle()
    take(empty)
    empty.settle()
    assert empty.texts() == ["Compass: Is your form done?"]


def test_consent_is_kept_with_its_source(empty: House) -> None:
    take(empty)
    [event] = empty.rows(ConsentEvent)
    assert (event.kind, event.source, event.wording) == (ConsentKind.GRANTED, "test", "form")
    take(empty)
    assert len(empty.rows(ConsentEvent)) == 1


def test_without_consent_there_is_none(empty: House) -> None:
    take(empty, "Eve")
    assert empty.one(ContactPoint).consented_at is None


def test_consent_can_be_given_later(empty: House) -> None:
    take(empty, "Eve")
    empty.clock.push(DAY)
    take(empty, "Eve", consent_sms=True)
    assert empty.one(ContactPoint).consented_at == TUESDAY + DAY


def test_a_file_that_says_yes_does_not_undo_a_stop(empty: House) -> None:
    take(empty)
    with empty.db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("keyword", "STOP"), TUESDAY)
    take(empty)
    assert empty.one(ContactPoint).opted_out_at == TUESDAY
    empty.settle()
    assert empty.sms.calls == []


def test_a_file_that_says_no_does_not_take_consent_back(empty: House) -> None:
    take(empty)
    take(empty, consent_sms=False)
    assert empty.one(ContactPoint).consented_at == TUESDAY


def test_a_new_number_does_not_undo_a_stop_either(empty: House) -> None:
    take(empty)
    with empty.db.begin() as session:
        consent.withdraw(session, cast.point(session, "Ana"), consent.Evidence("keyword", "STOP"), TUESDAY)
    take(empty, phone=cast.NUMBERS["Hal"])
    assert empty.one(ContactPoint, ContactPoint.address == cast.NUMBERS["Hal"]).consented_at is None


def test_an_e_mail_address_gets_no_consent_to_texts(empty: House) -> None:
    take(empty, email="ana@example.org")
    points = {point.channel: point.consented_at for point in empty.rows(ContactPoint)}
    assert points == {"sms": TUESDAY, "email": None}


def test_consent_is_by_channel_and_each_is_in_the_ledger(empty: House) -> None:
    take(empty, email="ana@example.org", consent_email=True, consent_voice=True)
    points = {point.channel: (point.address, point.consented_at) for point in empty.rows(ContactPoint)}
    phone = cast.NUMBERS["Ana"]
    assert points == {"sms": (phone, TUESDAY), "voice": (phone, TUESDAY), "email": ("ana@example.org", TUESDAY)}
    ledger = [(event.channel, event.kind, event.source, event.wording) for event in empty.rows(ConsentEvent)]
    assert ledger == [(channel, ConsentKind.GRANTED, "test", "form") for channel in ("sms", "voice", "email")]


def test_calls_may_be_agreed_to_without_texts(empty: House) -> None:
    take(empty, "Eve", consent_voice=True)
    assert {point.channel: point.consented_at for point in empty.rows(ContactPoint)} == {"sms": None, "voice": TUESDAY}


@pytest.mark.parametrize("channel", ["sms", "voice", "email"])
def test_no_file_undoes_what_a_member_stopped_on_a_channel(empty: House, channel: str) -> None:
    agreed: dict[str, Any] = {"email": "ana@example.org", "consent_email": True, "consent_voice": True}
    take(empty, **agreed)
    with empty.db.begin() as session:
        point = session.query(ContactPoint).filter_by(channel=channel).one()
        consent.withdraw(session, point, consent.Evidence("test", "no more"), TUESDAY)
    empty.clock.push(DAY)
    take(empty, **agreed)
    take(empty, **agreed, phone=cast.NUMBERS["Hal"])
    stopped = {point.channel for point in empty.rows(ContactPoint) if point.opted_out_at is not None}
    assert stopped == {channel}
    assert [event.kind for event in empty.rows(ConsentEvent, ConsentEvent.channel == channel)] == [
        ConsentKind.GRANTED,
        ConsentKind.WITHDRAWN,
    ]


def test_a_new_number_ends_calls_to_the_old_one_even_without_consent_to_call_it(empty: House) -> None:
    take(empty, consent_voice=True)
    take(empty, phone=cast.NUMBERS["Hal"])
    called = {point.address: point for point in empty.rows(ContactPoint, ContactPoint.channel == "voice")}
    assert called[cast.NUMBERS["Ana"]].unusable_reason == "replaced"
    assert called[cast.NUMBERS["Hal"]].consented_at is None


def test_a_wrong_number_is_not_called_either_and_no_file_brings_it_back(empty: House) -> None:
    take(empty, consent_voice=True)
    empty.says("wrong number", "Ana")
    empty.settle()
    assert empty.rows(ContactPoint) == []
    take(empty, consent_voice=True)
    assert empty.rows(ContactPoint) == []
    withdrawn = empty.rows(ConsentEvent, ConsentEvent.kind == ConsentKind.WITHDRAWN)
    assert [event.channel for event in withdrawn] == ["sms", "voice"]


def test_a_number_that_was_wrong_for_texts_is_not_added_for_calls(empty: House) -> None:
    take(empty)
    empty.says("wrong number", "Ana")
    empty.settle()
    take(empty, consent_voice=True)
    assert empty.rows(ContactPoint) == []


def test_a_number_that_belongs_to_somebody_else_is_refused(empty: House) -> None:
    take(empty, "Eve")
    take(empty, "Ana")
    with pytest.raises(Refused, match="another member"):
        take(empty, "Ana", phone=cast.NUMBERS["Eve"])
    assert empty.one(ContactPoint, ContactPoint.address == cast.NUMBERS["Eve"]).consented_at is None


def test_a_new_number_is_the_one_that_is_used(empty: House) -> None:
    take(empty)
    take(empty, phone=cast.NUMBERS["Hal"])
    empty.settle()
    assert empty.texts("Hal") == ["Compass: Is your form done?"]
    assert empty.texts("Ana") == []


def test_a_number_that_comes_back_is_used_again(empty: House) -> None:
    take(empty)
    take(empty, phone=cast.NUMBERS["Hal"])
    take(empty)
    empty.settle()
    assert empty.texts("Ana") == ["Compass: Is your form done?"]


def test_somebody_who_writes_from_their_old_number_is_still_known(empty: House) -> None:
    member = take(empty).member_id
    take(empty, phone=cast.NUMBERS["Hal"])
    assert empty.says("hello", "Ana").member_id == empty.says("hello", "Hal").member_id == member


def test_a_manager_and_an_account_are_met_once(empty: House) -> None:
    take(empty, account="Clinic")
    take(empty, "Ben", account="Clinic")
    assert [row.name for row in empty.rows(Account)] == ["Clinic"]
    assert [(row.email, row.name) for row in empty.rows(Staff)] == [(cast.MARIA, "Maria")]


def test_only_the_journeys_of_the_segment_and_of_the_beginning_are_entered(db: Database) -> None:
    journeys = {
        "onboarding": journey(segments=["student"]),
        "renewal": journey("renewal", stage="renewal", enters={"after": "renewal", "offset": "-90d"}),
        "general": journey("general"),
    }
    house = House(db, make_programme(journeys=journeys))
    take(house)
    assert [run.journey for run in house.rows(JourneyRun)] == ["general"]


def test_renewal_country_and_dates_stay_as_known_when_a_file_is_silent(empty: House) -> None:
    take(empty, renews_on=date(2027, 3, 1), country="US-WA", dates={"exam": date(2027, 5, 4)})
    take(empty, dates={"move": date(2027, 6, 1)})
    member = empty.member()
    assert (member.renews_on, member.country) == (date(2027, 3, 1), "US-WA")
    assert member.dates == {"exam": "2027-05-04", "move": "2027-06-01"}
    take(empty, renews_on=date(2027, 4, 1), country="US", dates={"exam": date(2027, 5, 5)})
    member = empty.member()
    assert (member.renews_on, member.country, member.dates["exam"]) == (date(2027, 4, 1), "US", "2027-05-05")


def test_a_renewal_date_to_come_ends_a_lapse_and_one_that_is_past_does_not(empty: House) -> None:
    number = take(empty, renews_on=date(2026, 11, 20)).member_id

    def lapse(member: Member) -> None:
        member.status, member.lapsed_on = MemberStatus.LAPSED, date(2026, 11, 21)

    empty.change(Member, number, lapse)
    take(empty, renews_on=date(2026, 11, 23))
    assert empty.member().status is MemberStatus.LAPSED
    take(empty, renews_on=date(2027, 11, 20))
    member = empty.member()
    assert (member.status, member.lapsed_on, member.renews_on) == (MemberStatus.ACTIVE, None, date(2027, 11, 20))


def test_a_segment_that_staff_name_wins_over_the_rules(empty: House) -> None:
    take(empty, traits={"segment": "Student"})
    assert empty.member().segment == "student"
    take(empty, traits={"segment": "everybody", "stage": "student"})
    assert empty.member().segment == "everybody"
    take(empty, traits={"stage": "student"})
    assert empty.member().segment == "student"


def test_a_segment_that_does_not_exist_is_refused(empty: House) -> None:
    with pytest.raises(Refused, match=r'"partners" is not a segment\. Write one of these, .*: student, everybody'):
        take(empty, traits={"segment": "partners"})
    assert empty.rows(Member) == []


def test_a_new_segment_brings_its_own_journey(db: Database) -> None:
    journeys = {"one": journey("one", segments=["everybody"]), "two": journey("two", segments=["student"])}
    house = House(db, make_programme(journeys=journeys))
    take(house)
    take(house, traits={"stage": "student"})
    assert [(run.journey, run.outcome) for run in house.rows(JourneyRun)] == [
        ("one", "segment_changed"),
        ("two", None),
    ]


def test_a_file_is_taken_in_whole_or_not_at_all(empty: House) -> None:
    rows = [cast.row("Ana"), cast.row("Ben", time_zone=None)]

    def import_all() -> None:
        with empty.db.begin() as session:
            enrol_all(session, empty.programme, rows, source="test", now=TUESDAY)

    with pytest.raises(IntegrityError):
        import_all()
    assert empty.rows(Member) == []
