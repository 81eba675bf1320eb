"""Staff say who a stranger is, and take it back."""

from __future__ import annotations

import pytest

from bot.errors import Refused
from bot.handoff import acts
from bot.members import addresses
from bot.model import CheckIn, ContactPoint, HandOff, HandOffState, InboxMessage, Member, OutboxMessage
from tests.support.cast import CHI, NUMBERS, point
from tests.support.house import House


def stranger(house: House, text: str = "I changed my number") -> int:
    """Chi writes; returns the case."""
    house.says(text, "Chi")
    return house.cases()[-1].id


def match(house: House, case: int, number: str = "no-Ana") -> int:
    with house.db.begin() as session:
        return acts.match(session, house.act(case), number).id


def unmatch(house: House, case: int) -> int:
    with house.db.begin() as session:
        return acts.unmatch(session, house.act(case)).id


def test_a_matched_stranger_is_the_member_with_all_that_was_said(house: House) -> None:
    case = stranger(house)
    assert match(house, case, " no-Ana ") == case
    found = house.get(HandOff, case)
    assert (found.member_id, found.subject, found.state) == (1, "member:1", HandOffState.OPEN)
    assert house.one(InboxMessage).member_id == 1
    assert house.says("hello", "Chi").outcome == "answered"
    assert house.dialogue.turns[-1].conversation_id == "member-1"


def test_a_match_is_no_consent_to_outreach(house: House) -> None:
    match(house, stranger(house))
    made = house.one(ContactPoint, ContactPoint.address == CHI)
    assert (made.consented_at, made.unconfirmed_at) == (None, None)


def test_the_case_that_the_member_has_takes_the_strangers_over(house: House) -> None:
    house.perform("action_request_human", "a person please")
    own = house.cases()[0].id
    assert match(house, stranger(house)) == own
    assert [case.state for case in house.cases()] == [HandOffState.OPEN, HandOffState.RESOLVED]
    assert house.cases()[1].outcome == f"Goes on in case {own}."


@pytest.mark.parametrize("has_own", [False, True])
def test_a_match_is_taken_back(house: House, has_own: bool) -> None:
    if has_own:
        house.perform("action_request_human", "a person please")
    case = stranger(house)
    goes_on = match(house, case)
    assert unmatch(house, goes_on) == case
    found = house.get(HandOff, case)
    assert (found.member_id, found.subject, found.state) == (None, f"sms:{CHI}", HandOffState.OPEN)
    assert house.rows(ContactPoint, ContactPoint.address == CHI) == []
    told = [row for row in house.rows(InboxMessage) if row.address == CHI]
    assert [row.member_id for row in told] == [None]
    assert all(row.member_id is None for row in house.rows(OutboxMessage, OutboxMessage.address == CHI))
    assert house.says("hello", "Chi").member_id is None
    with pytest.raises(Refused, match="No address was matched"):
        unmatch(house, goes_on)


@pytest.mark.parametrize("has_phone", [True, False])
def test_after_a_match_is_taken_back_the_members_case_does_not_answer_the_stranger(
    house: House, has_phone: bool
) -> None:
    house.perform("action_request_human", "a person please")
    goes_on = match(house, stranger(house))
    house.says("it is me again", "Chi")
    house.settle()
    assert house.get(HandOff, goes_on).address == CHI
    if not has_phone:
        with house.db.begin() as session:
            point(session, "Ana").unusable_at = house.clock.now()
    unmatch(house, goes_on)
    found = house.get(HandOff, goes_on)
    there = ("sms", NUMBERS["Ana"]) if has_phone else ("none", f"member:{found.member_id}")
    assert (found.channel, found.address) == there


def test_what_can_not_be_matched(house: House) -> None:
    case = stranger(house)
    with pytest.raises(Refused, match="no active member with the number no-such"):
        match(house, case, "no-such")
    house.bring("Hal")
    with house.db.begin() as session:
        hal = session.get_one(Member, house.member("Hal").id)
        addresses.attach(session, hal, "sms", CHI, house.clock.now(), confirmed=True)
    with pytest.raises(Refused, match="address of another member"):
        match(house, case)
    house.perform("action_request_human", "a person please")
    with pytest.raises(Refused, match="about a member already"):
        match(house, house.cases()[-1].id)


def test_a_resolved_case_is_not_matched(house: House) -> None:
    case = stranger(house)
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "", house.programme)
    with pytest.raises(Refused, match="resolved"):
        match(house, case)


def test_who_claimed_the_stranger_keeps_the_conversation(house: House) -> None:
    case = stranger(house)
    with house.db.begin() as session:
        acts.claim(session, house.act(case))
    match(house, case)
    assert house.says("thanks", "Ana").outcome == "forwarded"
    assert house.get(CheckIn, 1).state == "scheduled"
    with house.db.begin() as session:
        acts.reply(session, house.act(case), "You're welcome.")
    house.deliver()
    assert house.texts("Ana") == ["You're welcome."]
    assert NUMBERS["Ana"] == house.get(HandOff, case).address
