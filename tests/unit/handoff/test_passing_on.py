"""Cases that staff give to each other, let rest, call about, and open again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.model import (
    CallOutcome,
    CaseEntry,
    EntryKind,
    HandOff,
    HandOffReason,
    HandOffState,
    OutboxMessage,
    Staff,
    Team,
)
from tests.support.cast import JONAS, MARIA, NUMBERS
from tests.support.house import TUESDAY, House

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def opened(house: House) -> int:
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], house.member())
        return open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id


def claimed(house: House) -> int:
    case = opened(house)
    with house.db.begin() as session:
        acts.claim(session, house.act(case))
    return case


def person(house: House, email: str) -> Staff:
    return house.act(1, email).staff


def assign(house: House, case: int, to: str, by: str = MARIA) -> None:
    act, colleague = house.act(case, by), person(house, to)
    with house.db.begin() as session:
        acts.assign(session, act, act.staff if to == by else session.get_one(Staff, colleague.id))


def whose(house: House, case: int) -> tuple[str, str | None]:
    with house.db.begin() as session:
        found = session.get_one(HandOff, case)
        return str(found.state), found.assignee.name if found.assignee else None


def told(house: House) -> list[str]:
    return [row.body["text"] for row in house.rows(OutboxMessage, OutboxMessage.rule == "hand_off:event")]


def events(house: House) -> list[str]:
    return [entry.text for entry in house.rows(CaseEntry, CaseEntry.kind == EntryKind.EVENT)]


# Assigning


def test_an_open_case_that_is_given_to_a_colleague_stays_open(house: House) -> None:
    case = opened(house)
    assign(house, case, JONAS)
    assert whose(house, case) == ("open", "Jonas")
    assert told(house) == ["Maria gave the case to Jonas."]


def test_who_gives_an_open_case_to_themselves_has_claimed_it(house: House) -> None:
    case = opened(house)
    assign(house, case, MARIA)
    assert whose(house, case) == ("claimed", "Maria")
    assert told(house) == []


def test_a_conversation_goes_on_with_the_colleague_who_is_told(house: House) -> None:
    case = claimed(house)
    house.change(Staff, person(house, JONAS).id, lambda jonas: setattr(jonas, "slack_user", "U0JONAS"))
    house.clock.push(HOUR)
    assign(house, case, JONAS)
    assert whose(house, case) == ("claimed", "Jonas")
    assert house.get(HandOff, case).claimed_at == TUESDAY + HOUR
    row = house.one(OutboxMessage, OutboxMessage.rule == "hand_off:event")
    assert row.body["mention"] == "U0JONAS"
    with house.db.begin() as session, pytest.raises(Refused, match="Jonas has this case"):
        acts.reply(session, house.act(case), "me again")


def test_anybody_may_take_a_conversation_over_and_needs_no_telling(house: House) -> None:
    case = claimed(house)
    assign(house, case, JONAS, by=JONAS)
    assert whose(house, case) == ("claimed", "Jonas")
    assert told(house) == ["Jonas took the case over."]
    assert house.one(OutboxMessage, OutboxMessage.rule == "hand_off:event").body["mention"] is None


def test_giving_a_case_to_whoever_has_it_changes_nothing(house: House) -> None:
    case = claimed(house)
    before = house.get(HandOff, case).card_edition
    assign(house, case, MARIA, by=JONAS)
    assert (house.get(HandOff, case).card_edition, told(house)) == (before, [])


def test_a_claimed_case_that_goes_back_to_a_team_is_nobodys_and_the_bot_talks_again(house: House) -> None:
    case = claimed(house)
    with house.db.begin() as session:
        acts.give_to_team(session, house.act(case), Team.TECHNICAL_SUPPORT)
    found = house.get(HandOff, case)
    assert (found.state, found.assignee_id, found.team) == (HandOffState.OPEN, None, Team.TECHNICAL_SUPPORT)
    assert house.says("hello").outcome == "answered"


def test_a_resolved_case_is_given_to_nobody(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "", house.programme)
    with pytest.raises(Refused, match="resolved"):
        assign(house, case, JONAS)
    with house.db.begin() as session, pytest.raises(Refused, match="resolved"):
        acts.give_to_team(session, house.act(case), Team.MEMBER_SUCCESS)


# Snoozing


@pytest.mark.parametrize("until", [timedelta(), -HOUR, acts.LONGEST_SNOOZE + timedelta(seconds=1)])
def test_a_case_is_not_snoozed_into_the_past_or_for_ever(house: House, until: timedelta) -> None:
    case = opened(house)
    with house.db.begin() as session, pytest.raises(Refused, match="moment to come"):
        acts.snooze(session, house.act(case), house.clock.now() + until, house.programme)


def test_only_who_has_a_claimed_case_snoozes_it(house: House) -> None:
    case = claimed(house)
    with house.db.begin() as session, pytest.raises(Refused, match="Maria has this case"):
        acts.snooze(session, house.act(case, JONAS), house.clock.now() + DAY, house.programme)


def test_a_snooze_is_ended_by_hand_and_ending_it_twice_is_harmless(house: House) -> None:
    case = claimed(house)
    with house.db.begin() as session:
        acts.snooze(session, house.act(case), house.clock.now() + DAY, house.programme)
    assert house.get(HandOff, case).snoozed_until == TUESDAY + DAY
    house.clock.push(HOUR)
    edition = 0
    for _ in range(2):
        with house.db.begin() as session:
            acts.unsnooze(session, house.act(case))
        edition, before = house.get(HandOff, case).card_edition, edition
    assert house.get(HandOff, case).snoozed_until == TUESDAY + HOUR
    assert edition == before


# Calls


def test_a_talk_claims_the_case_and_ends_the_waiting(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.call_logged(session, house.act(case), CallOutcome.TALKED, " all clear ")
    found = house.get(HandOff, case)
    assert (found.state, found.waiting_since, found.first_reply_at) == (HandOffState.CLAIMED, None, TUESDAY)
    assert events(house)[-1] == "Maria called: they talked. all clear"
    assert house.outbox() == []


def test_a_call_that_nobody_took_is_no_word_of_staff(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session:
        acts.call_logged(session, house.act(case), CallOutcome.NO_ANSWER)
    found = house.get(HandOff, case)
    assert (found.waiting_since, found.first_reply_at, found.acted_at) == (TUESDAY, None, TUESDAY)


# Opening again


def test_a_case_is_opened_again_by_a_colleague_and_is_theirs(house: House) -> None:
    case = claimed(house)
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "done", house.programme)
    with house.db.begin() as session:
        acts.reopen(session, house.act(case, JONAS))
    found = house.get(HandOff, case)
    assert whose(house, case) == ("claimed", "Jonas")
    assert (found.resolved_at, found.outcome, found.reopened) == (None, None, 1)


def test_a_case_that_is_not_over_or_has_a_successor_is_not_opened_again(house: House) -> None:
    case = opened(house)
    with house.db.begin() as session, pytest.raises(Refused, match="not resolved"):
        acts.reopen(session, house.act(case))
    with house.db.begin() as session:
        acts.resolve(session, house.act(case), "", house.programme)
    newer = opened(house)
    with house.db.begin() as session, pytest.raises(Refused, match=f"Case {newer} about them is open"):
        acts.reopen(session, house.act(case))


def test_the_bot_says_that_it_is_back_after_each_end_of_a_case(house: House) -> None:
    case = claimed(house)
    for _ in range(2):
        with house.db.begin() as session:
            acts.resolve(session, house.act(case), "", house.programme)
        house.deliver()
        with house.db.begin() as session:
            acts.reopen(session, house.act(case))
    assert house.texts() == ["Compass is back, Ana."] * 2
