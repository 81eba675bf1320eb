"""What each action of the dialogue says and does. Every action is asked for twice and takes effect once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.conversation.memory import conversation_of
from bot.conversation.perform import ACTIONS
from bot.conversation.scene import Heard, Say
from bot.errors import NotFound
from bot.model import (
    AuditEntry,
    CheckIn,
    CheckInState,
    ConsentEvent,
    ContactPoint,
    Conversation,
    HandOffReason,
    JourneyRun,
    OutboxMessage,
    Question,
    RunState,
    StepProgress,
    StepState,
    SurveyAnswer,
    Team,
)
from tests.support.house import TUESDAY, House

DAY = timedelta(days=1)
TABLES: tuple[Any, ...] = (CheckIn, StepProgress, ContactPoint, ConsentEvent, Conversation, JourneyRun, OutboxMessage,
                           SurveyAnswer, AuditEntry)  # fmt: skip


def snapshot(house: House) -> list[list[dict[str, Any]]]:
    """Everything that an action may change."""
    return [
        [{column.key: getattr(row, column.key) for column in table.__table__.columns} for row in house.rows(table)]
        for table in TABLES
    ]


def said(replies: list[Say]) -> list[str]:
    return [reply.response for reply in replies]


def asks(house: House, question: Question, **data: Any) -> None:
    """Puts a question into the conversation, as if it had just been asked."""
    with house.db.begin() as session:
        conversation = conversation_of(session, 1)
        conversation.question, conversation.data = question, data


def step_state(house: House, key: str = "form") -> StepState:
    return house.one(StepProgress, StepProgress.step == key).state


def live(house: House) -> CheckIn:
    return house.one(CheckIn, CheckIn.next_touch_at.is_not(None))


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("text", ["yes it is done", "until 5 December", "7"], ids=["words", "day", "number"])
def test_the_same_message_gets_the_same_replies_and_takes_effect_once(house: House, action: str, text: str) -> None:
    house.settle()
    number = house.hear(text)
    heard = Heard(text, "some_intent", 0.9, [("report_done", 0.4), ("away", 0.3)])
    first = house.perform(action, heard, number)
    before = snapshot(house)
    assert house.perform(action, heard, number) == first
    assert snapshot(house) == before


def test_there_is_no_such_action(house: House) -> None:
    with pytest.raises(NotFound, match="action_fly"):
        house.perform("action_fly", "hello")


def test_there_is_no_such_message(house: House) -> None:
    with pytest.raises(NotFound, match="message 999"):
        house.perform("action_report_done", "hello", 999)


def test_a_strangers_message_has_no_actions(house: House) -> None:
    number = house.hear("hello", "Chi")
    with pytest.raises(NotFound):
        house.perform("action_report_done", "hello", number)


# How it is going


def test_done_congratulates_and_guides_to_the_next_step(house: House) -> None:
    house.settle()
    replies = house.perform("action_report_done", "yep did it last nite")
    assert said(replies) == ["utter_step_done", "utter_next_step"]
    assert replies[0].values["step"] == "your form"
    assert replies[1].values == {"step": "your hello", "guide": "How to do your hello: https://example.org"}
    assert step_state(house) is StepState.DONE
    assert live(house).step == "hello"
    assert house.conversation().question is Question.NONE
    row = house.rows(StepProgress)[0]
    assert (row.source, row.evidence) == ("member:sms", "yep did it last nite")


def test_the_last_step_of_a_milestone_is_celebrated(house: House) -> None:
    house.perform("action_report_done", "done")
    replies = house.perform("action_report_done", "done again")
    assert said(replies) == ["utter_step_done", "utter_words", "utter_next_step"]
    assert replies[1].values == {"words": "Well done: settled!"}


def test_the_last_step_of_all_completes_the_journey(house: House) -> None:
    for _ in range(2):
        house.perform("action_report_done", "done")
    assert said(house.perform("action_report_done", "done"))[-1] == "utter_journey_complete"
    assert house.one(JourneyRun).state is RunState.COMPLETED
    for action in ("report_done", "report_in_progress", "report_not_done", "snooze", "next_step"):
        assert said(house.perform(f"action_{action}", "done")) == ["utter_nothing_open"]
    assert said(house.perform("action_progress", "how far am i")) == ["utter_journey_complete"]


def test_a_step_that_the_member_names_is_the_one_that_is_done(house: House) -> None:
    house.settle()
    house.perform("action_report_done", "I have said hello already")
    assert (step_state(house, "form"), step_state(house, "hello")) == (StepState.PENDING, StepState.DONE)
    assert live(house).step == "form"


@pytest.mark.parametrize(
    ("action", "words", "state", "outcome", "days"),
    [
        ("report_in_progress", "getting there", StepState.IN_PROGRESS, "in_progress", 3),
        ("report_not_done", "haven't looked at it", StepState.PENDING, "not_done", 2),
    ],
)
def test_a_step_under_way_is_asked_again_some_days_later(
    house: House, action: str, words: str, state: StepState, outcome: str, days: int
) -> None:
    house.settle()
    [reply] = house.perform(f"action_{action}", words)
    assert reply.values["step"] == "your form"
    assert reply.values["when"] == {3: "Friday", 2: "Thursday"}[days]
    assert step_state(house) is state
    first, second = house.rows(CheckIn)
    assert (first.state, first.outcome) == (CheckInState.ANSWERED, outcome)
    assert (second.round, second.step, second.next_touch_at) == (2, "form", TUESDAY + days * DAY)
    assert house.conversation().question is Question.CHECK_IN


def test_a_member_who_is_stuck_gets_the_resource_and_is_asked_again(house: House) -> None:
    house.settle()
    [reply] = house.perform("action_report_blocked", "stuck on the form")
    assert reply == Say("utter_blocked", {"step": "your form", "words": "Look here: https://example.org/form"})
    assert step_state(house) is StepState.BLOCKED
    assert live(house).next_touch_at == TUESDAY + 2 * DAY
    assert house.cases() == []


def test_a_member_who_is_still_stuck_gets_a_person(house: House) -> None:
    house.settle()
    house.perform("action_report_blocked", "stuck on the form")
    assert said(house.perform("action_report_blocked", "still stuck")) == ["utter_person_coming"]
    [case] = house.cases()
    assert (case.reason, case.summary, case.team) == (HandOffReason.STUCK, "Stuck on your form.", Team.MEMBER_SUCCESS)
    assert house.rows(CheckIn, CheckIn.next_touch_at.is_not(None)) == []
    assert case.check_in_id == house.check_in().id


@pytest.mark.parametrize(
    ("done", "step", "team"), [(1, "hello", Team.MEMBER_SUCCESS), (2, "plan", Team.PROFESSIONAL_SERVICES)]
)
def test_a_step_without_a_resource_goes_to_the_team_that_bridges_it(
    house: House, done: int, step: str, team: Team
) -> None:
    for _ in range(done):
        house.perform("action_report_done", "done")
    assert said(house.perform("action_report_blocked", "stuck")) == ["utter_person_coming"]
    assert (house.cases()[0].team, house.cases()[0].summary) == (team, f"Stuck on your {step}.")


def test_somebody_stuck_with_nothing_open_gets_a_person(house: House) -> None:
    for _ in range(3):
        house.perform("action_report_done", "done")
    house.perform("action_report_blocked", "I can't sign in")
    assert (house.cases()[0].reason, house.cases()[0].summary) == (HandOffReason.ASKED, "Needs help: I can't sign in")


# Where am I


def test_the_next_step_is_told_with_how_to_do_it(house: House) -> None:
    [reply] = house.perform("action_next_step", "what now")
    assert reply == Say(
        "utter_next_step", {"step": "your form", "guide": "How to do your form: https://example.org/form"}
    )


def test_progress_is_counted(house: House) -> None:
    house.perform("action_report_done", "done")
    [reply] = house.perform("action_progress", "how far am I")
    assert reply.values == {"done": "1", "total": "3", "milestone": "settled", "step": "your hello"}


def explained(house: House) -> tuple[Say, Say]:
    last, ahead = house.perform("action_explain_contact", "why do you text me")
    return last, ahead


def test_before_the_first_message_why_we_write_is_that_the_member_joined(house: House) -> None:
    last, ahead = explained(house)
    assert (last.response, last.values["joined"]) == ("utter_explain_contact", "22 November 2026")
    assert (ahead.response, ahead.values["step"]) == ("utter_explain_next", "your form")


def test_why_we_wrote_is_the_step_and_the_journey_and_what_comes_next_is_what_then_comes(house: House) -> None:
    house.settle()
    house.clock.push(timedelta(days=1))
    last, ahead = explained(house)
    assert last.response == "utter_explain_step"
    assert {key: last.values[key] for key in ("day", "step", "journey")} == {
        "day": "yesterday",
        "step": "your form",
        "journey": "First days",
    }
    assert ahead.response == "utter_explain_next"
    assert {key: ahead.values[key] for key in ("when", "way", "step")} == {
        "when": "tomorrow at 10:00",
        "way": "by text message",
        "step": "your form",
    }
    house.clock.push(timedelta(days=1))
    house.settle()
    assert house.texts()[-1] == "Maria: Is your form done?"


def test_when_a_person_comes_next_the_member_is_told_so(house: House) -> None:
    house.settle()
    house.clock.push(timedelta(days=2))
    house.settle()
    _, ahead = explained(house)
    assert (ahead.response, ahead.values["when"]) == ("utter_explain_person", "Saturday at 10:00")


def test_when_nothing_is_planned_the_member_is_told_so(house: House) -> None:
    house.perform("action_request_human", "a person please")
    assert explained(house)[1].response == "utter_explain_nothing"


def test_an_open_question_is_asked_again_after_a_digression(house: House) -> None:
    house.settle()
    assert house.perform("action_reoffer", "hi") == [Say("utter_reoffer", {"ask": "Is your form done?"})]


def test_without_an_open_question_nothing_is_asked_again(house: House) -> None:
    assert house.perform("action_reoffer", "hi") == []


# Not now


def test_snooze_without_a_time_is_two_days(house: House) -> None:
    house.settle()
    [reply] = house.perform("action_snooze", "ask me later")
    assert reply.values == {"step": "your form", "when": "Thursday at 10:00"}
    assert live(house).next_touch_at == TUESDAY + 2 * DAY
    assert house.rows(CheckIn)[0].outcome == "snoozed"


def test_snooze_until_a_named_day_asks_when_contact_may_begin(house: House) -> None:
    house.perform("action_snooze", "ask me again on Friday")
    assert live(house).next_touch_at == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_snooze_until_a_closed_day_asks_on_the_next_open_one(house: House) -> None:
    house.perform("action_snooze", "ask me again on Sunday")
    assert live(house).next_touch_at == datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def test_away_until_a_day(house: House) -> None:
    house.settle()
    [reply] = house.perform("action_away", "I'm away until 5 December")
    assert (reply.response, reply.values["when"]) == ("utter_away", "Saturday 5 December")
    assert house.member().away_until == date(2026, 12, 5)
    [entry] = house.rows(AuditEntry, AuditEntry.action == "member.away")
    assert entry.reason == "until 2026-12-05"


def test_away_without_a_day_asks_for_it_and_takes_the_answer(house: House) -> None:
    house.settle()
    assert said(house.perform("action_away", "I'm on holiday")) == ["utter_ask_until_when"]
    assert house.member().away_until is None
    assert house.conversation().question is Question.CONFIRM_AWAY
    assert said(house.perform("action_clarify", "until 5 December")) == ["utter_away"]
    assert house.member().away_until == date(2026, 12, 5)


def test_no_to_the_day_of_return_takes_another_day(house: House) -> None:
    house.perform("action_away", "I'm away until 5 December")
    assert said(house.perform("action_deny", "no, until 7 December")) == ["utter_away"]
    assert house.member().away_until == date(2026, 12, 7)


def test_yes_to_the_day_of_return_is_all_there_is(house: House) -> None:
    house.perform("action_away", "I'm away until 5 December")
    assert said(house.perform("action_affirm", "yes")) == ["utter_ok"]
    assert house.conversation().question is Question.NONE
    assert house.member().away_until == date(2026, 12, 5)


def test_the_ladder_waits_for_the_return_and_resumes(house: House) -> None:
    house.settle()
    house.perform("action_away", "I'm away until 5 December")
    house.says("thanks")
    house.settle()
    house.clock.set(datetime(2026, 12, 5, 13, 59, tzinfo=UTC))
    house.settle()
    texts = len(house.texts())
    house.clock.push(timedelta(minutes=1))
    house.settle()
    assert house.texts()[texts:] == ["Maria: Is your form done?"]


def test_a_question_that_is_due_after_the_return_is_not_brought_forward(house: House) -> None:
    house.perform("action_snooze", "ask me again on 10 December")
    due = live(house).next_touch_at
    house.perform("action_away", "I'm away until 2 December")
    house.settle()
    assert live(house).next_touch_at == due


def test_somebody_who_goes_away_after_the_last_rung_is_not_called_silent(house: House) -> None:
    house.settle()
    house.clock.push(2 * DAY)
    house.settle()
    number = house.hear("I'm away until 5 December")
    house.perform("action_away", "I'm away until 5 December", number)
    while house.turns.run_one():
        pass
    house.settle()
    assert house.cases() == []


# Stop


def test_a_clear_wish_to_stop_is_carried_out_at_once(house: House) -> None:
    house.settle()
    assert said(house.perform("action_opt_out", Heard("leave me out of this", "opt_out", 0.7))) == ["utter_opted_out"]
    assert house.one(ContactPoint).opted_out_at == TUESDAY
    event = house.rows(ConsentEvent)[-1]
    assert (event.source, event.wording) == ("conversation", "leave me out of this")
    assert house.check_in().state is CheckInState.CANCELLED


def test_an_unclear_wish_to_stop_is_asked_about(house: House) -> None:
    replies = house.perform("action_opt_out", Heard("not sure about these", "opt_out", 0.69))
    assert said(replies) == ["utter_confirm_opt_out"]
    assert house.one(ContactPoint).opted_out_at is None
    assert said(house.perform("action_affirm", "yes")) == ["utter_opted_out"]
    assert house.one(ContactPoint).opted_out_at == TUESDAY


def test_no_to_stopping_leaves_everything_as_it_was(house: House) -> None:
    house.perform("action_opt_out", Heard("not sure about these", "opt_out", 0.4))
    assert said(house.perform("action_deny", "no")) == ["utter_stays_in"]
    assert house.one(ContactPoint).opted_out_at is None
    assert house.conversation().question is Question.NONE


def test_saying_it_again_while_asked_is_clear_enough(house: House) -> None:
    house.perform("action_opt_out", Heard("not sure about these", "opt_out", 0.4))
    assert said(house.perform("action_opt_out", Heard("end", "opt_out", 0.4))) == ["utter_opted_out"]


def test_a_wish_for_a_person_opens_a_case(house: House) -> None:
    assert said(house.perform("action_request_human", "let me talk to somebody")) == ["utter_person_coming"]
    assert house.cases()[0].summary == "Asked for a person: let me talk to somebody"


# Yes, no, a number, and what was not understood


@pytest.mark.parametrize(
    ("question", "action", "response"),
    [
        (Question.NONE, "action_affirm", "utter_ok"),
        (Question.NONE, "action_deny", "utter_ok"),
        (Question.CHECK_IN, "action_affirm", "utter_step_done"),
        (Question.CHECK_IN, "action_deny", "utter_not_done"),
        (Question.OFFER_PERSON, "action_affirm", "utter_person_coming"),
        (Question.OFFER_PERSON, "action_deny", "utter_ok"),
        (Question.CONFIRM_OPT_OUT, "action_affirm", "utter_opted_out"),
        (Question.CONFIRM_OPT_OUT, "action_deny", "utter_stays_in"),
        (Question.CONFIRM_AWAY, "action_affirm", "utter_ok"),
        (Question.CONFIRM_AWAY, "action_deny", "utter_ask_until_when"),
        (Question.CLARIFY, "action_affirm", "utter_next_step"),
        (Question.CLARIFY, "action_deny", "utter_offer_person"),
    ],
)
def test_yes_and_no_mean_what_was_asked(house: House, question: Question, action: str, response: str) -> None:
    asks(house, question, options=["ask_next_step", "request_human"])
    assert said(house.perform(action, "yes" if action.endswith("affirm") else "no"))[0] == response


RANKING = [("nlu_fallback", 0.3), ("ask_progress", 0.25), ("greet", 0.2), ("report_blocked", 0.1)]


def test_what_is_not_understood_is_asked_about_with_its_likely_meanings(house: House) -> None:
    [reply] = house.perform("action_clarify", Heard("bla", "nlu_fallback", 0.3, RANKING))
    assert reply.choices == ("How far am I?", "I'm stuck", "Talk to a person")
    assert house.conversation().data["options"] == ["ask_progress", "report_blocked", "request_human"]


def test_without_likely_meanings_the_usual_ones_are_offered(house: House) -> None:
    [reply] = house.perform("action_clarify", Heard("bla", "nlu_fallback", 0.3))
    assert reply.choices == ("I've done it", "I'm stuck", "Talk to a person")


@pytest.mark.parametrize(
    ("number", "response"),
    [("1", "utter_progress"), ("2", "utter_blocked"), ("3", "utter_person_coming"), ("4", "utter_offer_person")],
)
def test_a_number_picks_a_meaning(house: House, number: str, response: str) -> None:
    house.perform("action_clarify", Heard("bla", "nlu_fallback", 0.3, RANKING))
    assert said(house.perform("action_rate", number))[0] == response
    assert house.rows(SurveyAnswer) == []


def test_not_understood_twice_offers_a_person_and_yes_brings_one(house: House) -> None:
    assert said(house.perform("action_clarify", "bla")) == ["utter_clarify"]
    assert said(house.perform("action_clarify", "bla bla")) == ["utter_offer_person"]
    assert said(house.perform("action_clarify", "bla bla bla")) == ["utter_offer_person"]
    assert house.cases() == []
    assert said(house.perform("action_affirm", "yes please")) == ["utter_person_coming"]
    assert len(house.cases()) == 1


def test_a_score_that_nobody_asked_for_is_kept(house: House) -> None:
    number = house.hear("9/10 so far")
    assert house.perform("action_rate", "9/10 so far", number) == [Say("utter_score_kept", {"score": "9"})]
    answer = house.one(SurveyAnswer)
    assert (answer.number, answer.text, answer.inbox_id, answer.survey) == (9, "9/10 so far", number, "unasked")


def test_a_rating_without_a_number_is_asked_about(house: House) -> None:
    assert said(house.perform("action_rate", "pretty good")) == ["utter_clarify"]
    assert house.rows(SurveyAnswer) == []
