"""Slash commands: the form that the gateway gets, and what each kind of answer shows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.sandbox.conftest import MARIA, Town
from tests.sandbox.test_slack_api import CARD
from tests.sandbox.test_slack_webhooks import is_signed
from tests.support.sandbox_gateway import never

COMMANDS = "/webhooks/slack/commands"


def enter(town: Town, text: str = "/member Ana", **more: Any) -> Any:
    return town.post("slack/command", user=MARIA, text=text, **more)


def whispers(town: Town) -> list[str]:
    """What only Maria sees in the channel, oldest first."""
    shown = town.get("slack/channel")["ephemeral"]
    assert {message["for_user"] for message in shown} <= {MARIA}
    return [message["text"] for message in shown]


def test_a_command_is_posted_as_a_signed_form(town: Town) -> None:
    answer = enter(town, "/member  Ana & Ben ")
    (webhook,) = town.gateway.at(COMMANDS)
    assert is_signed(town, webhook)
    form = webhook.form
    assert (form["command"], form["text"]) == ("/member", "Ana &amp; Ben")
    assert (form["user_id"], form["user_name"]) == (MARIA, "maria")
    assert (form["channel_id"], form["channel_name"]) == (town.settings.slack_channel, "member-success")
    assert (form["trigger_id"], form["team_id"]) == (answer["trigger_id"], "T0SANDBOX")
    assert answer["ok"]
    assert whispers(town) == []


def test_a_command_typed_to_the_bot_names_no_channel(town: Town) -> None:
    enter(town, "/away back", channel=MARIA)
    form = town.gateway.at(COMMANDS)[0].form
    assert (form["channel_id"], form["channel_name"]) == ("D0MARIA", "directmessage")


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("Looking."),
        JSONResponse({"text": "Looking."}),
        JSONResponse({"response_type": "ephemeral", "text": "Looking.", "blocks": CARD}),
    ],
)
def test_an_answer_is_seen_by_the_person_alone(town: Town, answer: Response) -> None:
    town.gateway.answers.append(answer)
    enter(town)
    assert whispers(town) == ["Looking."]
    assert town.get("slack/channel")["messages"] == []


def test_an_answer_may_be_for_the_whole_channel(town: Town) -> None:
    town.gateway.answers.append(JSONResponse({"response_type": "in_channel", "text": "Hear!"}))
    enter(town)
    (message,) = town.get("slack/channel")["messages"]
    assert (message["text"], message["bot_id"]) == ("Hear!", "B0SUCCESSBOT")


@pytest.mark.parametrize("status", [404, 500])
def test_a_refused_command_says_so_to_the_person(town: Town, status: int) -> None:
    town.gateway.answers.append(Response(status_code=status))
    answer = enter(town)
    assert (answer["ok"], answer["result"]) == (False, str(status))
    assert whispers(town) == ['/member failed with the error "dispatch_failed"']
    assert len(town.gateway.at(COMMANDS)) == 1


def test_a_command_waits_three_seconds_for_its_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town.settings, "sandbox_slack_ack_seconds", 0.2)
    town.gateway.answers.append(never)
    assert enter(town)["result"] == "timeout"
    assert whispers(town) == ['/member failed with the error "operation_timeout"']


def test_the_response_url_of_a_command_adds_and_then_replaces(town: Town) -> None:
    enter(town)
    url = town.gateway.at(COMMANDS)[0].form["response_url"]
    assert httpx.post(url, json={"text": "Looking.", "replace_original": True}).status_code == 200
    assert whispers(town) == ["Looking."]
    assert httpx.post(url, json={"text": "Found Ana.", "blocks": CARD, "replace_original": True}).status_code == 200
    assert whispers(town) == ["Found Ana."]
    assert httpx.post(url, json={"delete_original": True}).status_code == 200
    assert whispers(town) == []


def test_its_response_url_can_speak_to_all(town: Town) -> None:
    enter(town)
    url = town.gateway.at(COMMANDS)[0].form["response_url"]
    assert httpx.post(url, json={"text": "Hear!", "response_type": "in_channel"}).status_code == 200
    assert [message["text"] for message in town.get("slack/channel")["messages"]] == ["Hear!"]
    assert httpx.post(url, json={"text": ""}).status_code == 400
    assert httpx.post(url + "x", json={"text": "Hear!"}).status_code == 404


def test_nobody_else_can_type_a_command(town: Town) -> None:
    body = {"user": "U0NOBODY", "text": "/member Ana"}
    assert town.http.post("/sandbox/slack/command", json=body).status_code == 404
    assert town.http.post("/sandbox/slack/command", json={"user": MARIA, "text": "member"}).status_code == 422


def test_slack_knows_only_the_commands_of_the_manifest(town: Town) -> None:
    answer = town.http.post("/sandbox/slack/command", json={"user": MARIA, "text": "/dance"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "no_such_command")
    town.grant("/dance")
    assert enter(town, "/dance")["ok"]
