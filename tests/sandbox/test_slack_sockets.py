"""Socket Mode, with the official client at the other end."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.sandbox.conftest import MARIA, Town, emptied
from tests.sandbox.test_slack_api import error_of
from tests.sandbox.test_slack_blocks import modal
from tests.sandbox.test_slack_webhooks import post_card, press

SECONDS = 10


class Ear:
    """An app at its end of a socket: it keeps what it hears, and acknowledges unless it is told not to."""

    def __init__(self, town: Town) -> None:
        self.heard: queue.Queue[SocketModeRequest] = queue.Queue()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.deaf_for = 0
        self.client = SocketModeClient(town.settings.slack_app_token, web_client=town.slack, ping_interval=0.5)
        self.client.socket_mode_request_listeners.append(self.hear)
        self.client.connect()

    def hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if self.deaf_for:
            self.deaf_for -= 1
        else:
            answer = None if self.answers.empty() else self.answers.get()
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=answer))
        self.heard.put(request)

    def next(self) -> SocketModeRequest:
        return self.heard.get(timeout=SECONDS)


@pytest.fixture
def ear(town: Town) -> Iterator[Ear]:
    ear = Ear(town)
    yield ear
    leave(town, ear)
    emptied(town)


def leave(town: Town, ear: Ear) -> None:
    """The client's own way out takes as long as its read of the socket, so that is ended for it."""
    ear.client.auto_reconnect_enabled = False
    town.post("slack/disconnect", reason="")
    with contextlib.suppress(AttributeError):  # its reader may have put the socket away meanwhile
        ear.client.close()
    connected(town, 0)


def connected(town: Town, count: int) -> None:
    """Waits until the sandbox knows of so many connections."""
    last = 0
    for _ in range(SECONDS):
        if town.get("slack/sockets")["connections"] == count:
            return
        last = town.get("feed", after=last, wait=1)["last"]
    raise AssertionError(f"there never were {count} connections")


def test_an_event_comes_over_the_socket_and_no_longer_as_a_webhook(town: Town, ear: Ear) -> None:
    town.post("slack/say", user=MARIA, text="hello")
    request = ear.next()
    assert (request.type, request.retry_attempt, request.accepts_response_payload) == ("events_api", 0, False)
    assert request.payload["event"]["text"] == "hello"
    town.settle()
    assert ear.heard.empty()
    assert town.gateway.received == []


def test_an_event_that_is_not_acknowledged_comes_again(town: Town, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town.settings, "sandbox_slack_ack_seconds", 0.2)
    ear.deaf_for = 1
    town.post("slack/say", user=MARIA, text="hello")
    first, second = ear.next(), ear.next()
    assert (second.retry_attempt, second.retry_reason) == (1, "timeout")
    assert first.payload["event_id"] == second.payload["event_id"]
    assert first.envelope_id != second.envelope_id


def test_a_press_and_a_dialog_go_over_the_socket(town: Town, ear: Ear) -> None:
    ts = post_card(town)
    ear.next()
    trigger = press(town, ts)["trigger_id"]
    request = ear.next()
    assert (request.type, request.payload["actions"][0]["action_id"]) == ("interactive", "claim")
    view = town.slack.views_open(trigger_id=trigger, view=modal())["view"]
    ear.answers.put({"response_action": "errors", "errors": {"b": "Too short."}})
    answer = town.post("slack/submit", user=MARIA, view_id=view["id"], values={"t": "x"})
    assert answer["errors"] == {"b": "Too short."}
    assert town.post("slack/submit", user=MARIA, view_id=view["id"], values={"t": "longer"})["closed"]


def test_a_command_is_answered_over_the_socket(town: Town, ear: Ear) -> None:
    ear.answers.put({"text": "Looking."})
    assert town.post("slack/command", user=MARIA, text="/member Ana")["ok"]
    request = ear.next()
    assert (request.type, request.payload["command"], request.payload["text"]) == ("slash_commands", "/member", "Ana")
    assert [message["text"] for message in town.get("slack/channel")["ephemeral"]] == ["Looking."]


@pytest.mark.parametrize("reason", ["", "refresh_requested"])
def test_the_client_comes_back_when_slack_ends_the_connection(town: Town, ear: Ear, reason: str) -> None:
    assert town.post("slack/disconnect", reason=reason)["connections"] == 1
    connected(town, 1)
    town.post("slack/say", user=MARIA, text="hello")
    assert ear.next().payload["event"]["text"] == "hello"


def test_while_nobody_is_connected_events_wait_and_presses_fail(town: Town, ear: Ear) -> None:
    ts = post_card(town)
    ear.next()
    leave(town, ear)
    assert press(town, ts)["result"] == "connect"
    town.post("slack/say", user=MARIA, text="hello")
    town.settle()
    assert town.gateway.received == []


def test_only_the_app_level_token_opens_a_socket(town: Town) -> None:
    opened = town.slack.apps_connections_open
    assert error_of(lambda: opened(app_token=town.settings.slack_bot_token)) == "not_allowed_token_type"
    assert error_of(lambda: opened(app_token="xapp-wrong")) == "invalid_auth"
    assert error_of(town.slack_client(town.settings.slack_app_token).auth_test) == "not_allowed_token_type"
