"""Faults: what the client sees, and what really happened."""

from __future__ import annotations

import pytest
import requests
from slack_sdk.errors import SlackApiError
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from tests.sandbox.conftest import ANA, Town


def bodies(town: Town) -> list[str]:
    return [message["text"] for message in town.get(f"phones/{ANA}")["messages"]]


@pytest.mark.parametrize(("mode", "code"), [("429", 20429), ("500", 20500)])
def test_twilio_can_refuse(town: Town, mode: str, code: int) -> None:
    town.post("faults", provider="twilio", mode=mode, times=1)
    with pytest.raises(TwilioRestException) as caught:
        town.text_to(ANA, "hello")
    assert (caught.value.status, caught.value.code) == (int(mode), code)
    assert bodies(town) == []
    town.text_to(ANA, "again")
    assert bodies(town) == ["again"]


def test_twilio_can_be_down(town: Town) -> None:
    town.post("faults", provider="twilio", mode="down", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        town.text_to(ANA, "hello")
    assert bodies(town) == []


def test_a_lost_answer_leaves_the_message_to_be_found(town: Town) -> None:
    town.post("faults", provider="twilio", mode="lost", times=1)
    with pytest.raises(requests.exceptions.ConnectionError):
        town.text_to(ANA, "hello")
    assert [message.body for message in town.twilio.messages.list(to=ANA)] == ["hello"]


def test_twilio_can_be_slow(town: Town) -> None:
    town.post("faults", provider="twilio", mode="slow", seconds=1, times=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        town.twilio_client(town.settings.twilio_auth_token, timeout=0.3).messages.create(
            to=ANA, from_=town.settings.twilio_from, body="hello"
        )
    assert bodies(town) == ["hello"]


@pytest.mark.parametrize(("mode", "error"), [("429", "ratelimited"), ("500", "internal_error")])
def test_slack_can_refuse(town: Town, mode: str, error: str) -> None:
    town.post("faults", provider="slack", mode=mode, times=1)
    with pytest.raises(SlackApiError) as caught:
        town.slack.chat_postMessage(channel=town.settings.slack_channel, text="hello")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (int(mode), error)
    assert town.get("slack/channel")["messages"] == []


@pytest.mark.parametrize(("mode", "posted"), [("down", 0), ("lost", 1)])
def test_slack_can_drop_the_connection(town: Town, mode: str, posted: int) -> None:
    town.post("faults", provider="slack", mode=mode, times=1)
    with pytest.raises(OSError, match=r"reset|closed|Remote end"):
        town.slack.chat_postMessage(channel=town.settings.slack_channel, text="hello")
    assert len(town.get("slack/channel")["messages"]) == posted


def test_a_lost_answer_does_not_hit_the_look_up(town: Town) -> None:
    town.post("faults", provider="slack", mode="lost")
    assert town.slack.auth_test()["ok"]
    assert [fault["mode"] for fault in town.get("faults")["faults"]] == ["lost"]


def test_none_ends_every_fault_of_the_provider(town: Town) -> None:
    town.post("faults", provider="twilio", mode="down")
    town.post("faults", provider="twilio", mode="late")
    town.post("faults", provider="slack", mode="down")
    assert [fault["provider"] for fault in town.post("faults", provider="twilio", mode="none")["faults"]] == ["slack"]
    assert town.text_to(ANA, "hello").sid


def test_times_must_be_one_or_more(town: Town) -> None:
    body = {"provider": "twilio", "mode": "down", "times": 0}
    assert town.http.post("/sandbox/faults", json=body).status_code == 422
