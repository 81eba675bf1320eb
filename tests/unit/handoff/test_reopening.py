"""Whose a member's message is after the end of a case: the same person's, or the assistant's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation.memory import conversation_of
from bot.errors import DialogueUnavailable
from bot.handoff import acts
from bot.handoff.cases import Need, open_case
from bot.model import CaseEntry, HandOff, HandOffReason, HandOffState, InboxMessage, OutboxMessage, Question
from bot.ports import Turn
from tests.support.cast import JONAS, MARIA, NUMBERS
from tests.support.house import House

HOUR = timedelta(hours=1)
WITHIN = timedelta(hours=24)
SAID = "it still doesn't work"


def ended(house: House, *, claimed: bool = True) -> int:
    """A case that Maria had, and has resolved just now."""
    with house.db.begin() as session:
        need = Need(HandOffReason.ASKED, "Asked.", "sms", NUMBERS["Ana"], house.member())
        case = open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall()).id
    for act in [acts.claim] * claimed + [lambda s, a: acts.resolve(s, a, "done", house.programme)]:
        with house.db.begin() as session:
            act(session, house.act(case, MARIA))
    return case


def test_what_the_member_writes_soon_after_the_end_reopens_the_case_for_the_same_person(house: House) -> None:
    case = ended(house)
    house.clock.push(WITHIN - timedelta(seconds=1))
    assert house.says(SAID).outcome == "forwarded"
    found = house.get(HandOff, case)
    assert (found.state, found.reopened) == (HandOffState.CLAIMED, 1)
    assert found.assignee_id == house.act(case, MARIA).staff.id
    assert (found.resolved_at, found.outcome, found.waiting_since) == (None, None, house.clock.now())
    assert [entry.text for entry in house.rows(CaseEntry)][-1] == SAID
    kinds = [row.body["kind"] for row in house.rows(OutboxMessage, OutboxMessage.channel == "staff")]
    assert kinds[-4:] == ["event", "card", "member_message", "card"]


def test_later_it_is_the_assistants(house: House) -> None:
    case = ended(house)
    house.clock.push(WITHIN)
    assert house.says(SAID).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


@pytest.mark.parametrize("text", ["Thanks Maria!", "ok", "\U0001f44d", "where am I?", "later", "bye"])
def test_what_nobody_has_to_answer_does_not_reopen_it(house: House, text: str) -> None:
    case = ended(house)
    assert house.says(text).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED
    assert house.says(SAID).outcome == "forwarded"  # it is not too late for what has to be


def test_stop_after_the_end_is_heard_and_reopens_nothing(house: House) -> None:
    case = ended(house)
    assert house.says("STOP").outcome == "keyword:STOP"
    assert house.says(SAID).outcome == "silence:opted_out"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


def test_what_the_bot_asked_since_is_answered_to_the_bot(house: House) -> None:
    case = ended(house)
    house.clock.push(HOUR)
    with house.db.begin() as session:
        conversation = conversation_of(session, 1)
        conversation.question, conversation.asked_at = Question.CHECK_IN, house.clock.now()
    assert house.says(SAID).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


def test_a_case_that_no_person_held_is_not_reopened(house: House) -> None:
    case = ended(house, claimed=False)
    assert house.says(SAID).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


def test_while_another_case_is_open_the_old_one_rests(house: House) -> None:
    case = ended(house)
    with house.db.begin() as session:
        need = Need(HandOffReason.STUCK, "Stuck.", "sms", NUMBERS["Ana"], house.member())
        open_case(session, need, house.programme, now=house.clock.now(), wall=house.clock.wall())
    assert house.says(SAID).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED


def test_of_two_cases_the_last_one_goes_on(house: House) -> None:
    first = ended(house)
    house.clock.push(HOUR)
    second = ended(house)
    assert house.says(SAID).outcome == "forwarded"
    assert [case.state for case in house.cases()] == [HandOffState.RESOLVED, HandOffState.CLAIMED]
    assert first != second


def test_who_took_the_case_over_gets_it_again(house: House) -> None:
    case = ended(house)
    with house.db.begin() as session:
        acts.reopen(session, house.act(case, JONAS))
    with house.db.begin() as session:
        acts.resolve(session, house.act(case, JONAS), "", house.programme)
    house.says(SAID)
    assert house.get(HandOff, case).assignee_id == house.act(case, JONAS).staff.id
    assert house.get(HandOff, case).reopened == 2


def test_an_answer_to_the_bot_stays_one_when_its_turn_is_repeated(house: House) -> None:
    """By then its action has closed the question, so the words alone would look like more of the old case."""
    case = ended(house)
    with house.db.begin() as session:
        conversation_of(session, 1).question = Question.GOAL

    def cut_off(turn: Turn) -> None:
        house.perform("action_tell_goal", turn.text, turn.metadata["inbox_id"])
        raise DialogueUnavailable("down")

    house.dialogue.meanwhile = cut_off
    item = house.says("meet people who build bridges")
    assert house.conversation().question is Question.NONE
    house.dialogue.meanwhile = None
    house.clock.pass_real(HOUR)
    while house.turns.run_one():
        pass
    assert house.get(InboxMessage, item.id).outcome == "answered"
    assert house.get(HandOff, case).state is HandOffState.RESOLVED
