"""The actions as rasa-sdk runs them: its tracker in, its dispatcher filled, one call into `bot/` between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import all_actions
from bot.conversation.perform import ACTIONS
from bot.errors import NotFound
from bot.model import Question, StepProgress, StepState
from tests.support.house import House

RANKING = [{"name": "report_blocked", "confidence": 0.4}, {"name": "away", "confidence": 0.3}]


def tracker(text: str, intent: str, inbox_id: int | None, ranking: list[dict[str, Any]] | None = None) -> Tracker:
    """What the engine hands over in the middle of a turn."""
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": ranking or [{"name": intent, "confidence": 0.9}],
        "entities": [],
        "metadata": {"inbox_id": inbox_id} if inbox_id is not None else {},
    }
    state = {
        "sender_id": "member-1", "slots": {"pending_question": "check_in"}, "latest_message": message, "events": [],
        "paused": False, "followup_action": None, "active_loop": {}, "latest_action_name": "action_listen",
    }  # fmt: skip
    return Tracker.from_dict(state)


def run(house: House, name: str, at: Tracker) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the action says, and the events that it returns."""
    [action] = [one for one in all_actions(house.performer) if one.name() == name]
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, at, {}))
    return dispatcher.messages, events


def test_there_is_one_for_every_name(house: House) -> None:
    assert [action.name() for action in all_actions(house.performer)] == list(ACTIONS)


def test_a_reply_is_a_response_with_its_values(house: House) -> None:
    house.settle()
    said, events = run(house, "action_report_done", tracker("done", "report_done", house.hear("done")))
    assert [(one["response"], one["step"]) for one in said] == [
        ("utter_step_done", "your form"),
        ("utter_next_step", "your hello"),
    ]
    assert events == []
    assert house.one(StepProgress, StepProgress.step == "form").state is StepState.DONE


def test_the_same_turn_again_says_the_same_and_does_nothing(house: House) -> None:
    house.settle()
    at = tracker("done", "report_done", house.hear("done"))
    assert run(house, "action_report_done", at) == run(house, "action_report_done", at)
    assert house.one(StepProgress, StepProgress.step == "hello").state is StepState.PENDING


def test_the_ranking_of_the_tracker_makes_the_choices(house: House) -> None:
    at = tracker("hm", "nlu_fallback", house.hear("hm"), RANKING)
    [said], _ = run(house, "action_clarify", at)
    assert [button["title"] for button in said["buttons"]] == ["I'm stuck", "I'm away", "Talk to a person"]
    assert house.conversation().question is Question.CLARIFY


def test_nothing_to_say_is_no_message(house: House) -> None:
    said, events = run(house, "action_reoffer", tracker("hello", "greet", house.hear("hello")))
    assert (said, events) == ([], [])


def test_a_turn_that_names_no_message_is_refused(house: House) -> None:
    with pytest.raises(KeyError):
        run(house, "action_report_done", tracker("done", "report_done", None))
    with pytest.raises(NotFound):
        run(house, "action_report_done", tracker("done", "report_done", 999))
