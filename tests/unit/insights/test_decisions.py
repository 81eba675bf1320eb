"""The feed of what the system decides, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insights.decisions import Decision, Seen, newest
from bot.ports import Failed
from tests.support.house import House


def told(house: House, seen: Seen | None = None, member_id: int | None = None) -> tuple[list[Decision], Seen]:
    with house.db.begin() as session:
        return newest(session, house.programme, seen or Seen(), member_id=member_id)


def whats(house: House) -> list[str]:
    return [one.what for one in told(house)[0]]


def test_a_message_is_told_with_its_words_and_the_rule_that_sent_it(house: House) -> None:
    house.settle()
    [sent] = [one for one in told(house)[0] if one.kind == "sent"]
    assert sent.what.startswith("The programme writes to Ana by text message: ")
    assert "Rule: check_in:" in sent.why
    assert sent.member == "Ana Smith"


def test_what_a_member_wrote_is_told_with_what_it_was_understood_as(house: House) -> None:
    house.settle()
    house.hear("hello there")
    [waiting] = [one for one in told(house)[0] if one.kind == "said"]
    assert waiting.why == "Accepted, and not yet read."
    house.settle()
    [heard] = [one for one in told(house)[0] if one.kind == "said"]
    assert heard.what == 'Ana writes by text message: "hello there"'
    assert heard.key == waiting.key
    assert heard.why != waiting.why


def test_what_is_held_is_told_with_its_reason_and_until_when_in_the_members_time(house: House) -> None:
    house.clock.push(timedelta(hours=14))  # past midnight in New York
    house.settle()
    [held] = [one for one in told(house)[0] if one.kind == "held"]
    assert held.what.startswith("Held until Wed 25 Nov, ")
    assert " their time: the question about " in held.what
    assert held.why == "It is outside of contact hours where Ana lives."


def test_stop_is_told_as_a_word_and_as_a_withdrawn_consent(house: House) -> None:
    house.settle()
    house.says("STOP")
    found = whats(house)
    assert "Ana says STOP" in found
    assert "Ana wants no more text messages" in found


def test_a_case_says_that_a_person_is_asked_and_why(house: House) -> None:
    house.settle()
    for _ in range(12):
        house.clock.push(timedelta(days=1))
        house.settle()
    assert house.cases()
    [case] = [one for one in told(house)[0] if one.what == "A person is asked to help Ana"]
    assert case.kind == "case"
    assert case.why.startswith("No answer to our messages")


def test_a_second_look_tells_only_what_is_new(house: House) -> None:
    house.settle()
    first, seen = told(house)
    assert first
    assert told(house, seen) == ([], seen)
    house.says("hello")
    house.settle()
    later, _ = told(house, seen)
    assert later
    assert not {one.key for one in later} & {one.key for one in first}


def test_what_is_under_way_is_told_again_when_it_is_over(house: House) -> None:
    house.settle()
    _, seen = told(house)
    house.hear("hello")
    [waiting], after = told(house, seen)
    house.settle()
    assert waiting.key in {one.key for one in told(house, after)[0]}


def test_the_feed_can_be_of_one_member_alone(house: House) -> None:
    ben = house.bring("Ben")
    house.settle()
    found, _ = told(house, member_id=ben)
    assert found
    assert {one.member_id for one in found} == {ben}


def test_the_newest_is_told_first_and_no_more_than_asked_for(house: House) -> None:
    house.settle()
    with house.db.begin() as session:
        found, _ = newest(session, house.programme, Seen(), most=1)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert len(found) <= 4


@pytest.mark.parametrize("name", ["{name}", "<script>alert(1)</script>"])
def test_names_are_told_as_they_are(house: House, name: str) -> None:
    member = house.member()
    house.change(type(member), member.id, lambda row: setattr(row, "first_name", name))
    house.settle()
    assert any(name in what for what in whats(house))


def test_what_the_provider_refuses_is_told_as_not_sent(house: House) -> None:
    house.settle()
    house.sms.answers(Failed("no such number"))
    house.says("hello")
    house.settle()
    assert any(one.kind == "not_sent" for one in told(house)[0])
