"""The private action endpoint, called as Rasa calls it."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from actions import all_actions
from actions.member import heard
from app.actions_api import create_actions_app
from bot.conversation.perform import ACTIONS
from bot.conversation.scene import Heard
from tests.support.asgi_client import AsgiClient
from tests.support.house import House

TOKEN = {"Authorization": "Bearer secret"}


@pytest.fixture
def endpoint(house: House) -> AsgiClient:
    return AsgiClient(create_actions_app(house.performer, "secret"))


def call(
    endpoint: AsgiClient, action: str, text: str = "done", headers: dict[str, str] = TOKEN, **more: Any
) -> Response:
    """Rasa's call, cut down to what is read."""
    message = {
        "text": text,
        "intent": {"name": "report_done", "confidence": 0.93},
        "intent_ranking": [{"name": "report_done", "confidence": 0.93}, {"name": "affirm", "confidence": 0.05}],
        "entities": [],
        "metadata": {"inbox_id": 1},
        **more,
    }
    tracker = {
        "sender_id": "member-1", "slots": {}, "latest_message": message, "events": [], "paused": False,
        "followup_action": None, "active_loop": {}, "latest_action_name": "action_listen", "latest_event_time": 0,
    }  # fmt: skip
    body = {"next_action": action, "sender_id": "member-1", "tracker": tracker, "domain": {}, "version": "3.6.21"}
    return endpoint.post("/webhook", json=body, headers=headers)


def test_an_action_answers_with_responses_of_the_domain(house: House, endpoint: AsgiClient) -> None:
    house.hear("done")
    answer = call(endpoint, "action_report_done")
    assert answer.status_code == 200
    assert answer.json()["events"] == []
    first, second = answer.json()["responses"]
    assert (first["response"], first["step"]) == ("utter_step_done", "your form")
    assert (second["response"], second["step"]) == ("utter_next_step", "your hello")


def test_choices_become_buttons(house: House, endpoint: AsgiClient) -> None:
    house.hear("bla")
    [reply] = call(endpoint, "action_clarify", "bla").json()["responses"]
    assert reply["buttons"][0] == {"title": "I've done it", "payload": "I've done it"}


def test_the_same_turn_again_is_the_same_answer(house: House, endpoint: AsgiClient) -> None:
    house.hear("done")
    assert call(endpoint, "action_report_done").json() == call(endpoint, "action_report_done").json()
    assert house.check_in().step == "hello"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret"}], ids=str)
def test_a_caller_without_the_token_gets_nothing(house: House, endpoint: AsgiClient, headers: dict[str, str]) -> None:
    house.hear("done")
    assert call(endpoint, "action_report_done", headers=headers).status_code == 401
    assert house.check_in().step == "form"


def test_without_a_token_of_our_own_nobody_gets_in(house: House) -> None:
    client = AsgiClient(create_actions_app(house.performer, ""))
    assert call(client, "action_report_done", headers={"Authorization": "Bearer "}).status_code == 401


def test_an_unknown_action_is_not_found(endpoint: AsgiClient) -> None:
    answer = call(endpoint, "action_fly")
    assert (answer.status_code, answer.json()["action_name"]) == (404, "action_fly")


def test_an_action_that_fails_says_so_and_never_echoes_the_member(endpoint: AsgiClient) -> None:
    answer = call(endpoint, "action_report_done", "my secret words")  # there is no message 1
    assert (answer.status_code, answer.json()) == (500, {"error": "NotFound"})
    assert "secret words" not in answer.text


def test_a_turn_without_its_message_fails(house: House, endpoint: AsgiClient) -> None:
    house.hear("done")
    assert call(endpoint, "action_report_done", metadata={}).json() == {"error": "KeyError"}
    assert house.check_in().step == "form"


def test_every_action_is_served(house: House) -> None:
    assert {action.name() for action in all_actions(house.performer)} == set(ACTIONS)


def test_what_was_heard_is_read_with_care() -> None:
    assert heard({}) == Heard("", None, 0.0, [])
    assert heard({"text": None, "intent": None, "intent_ranking": None}) == Heard("", None, 0.0, [])
