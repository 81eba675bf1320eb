"""Socket Mode over a real connection, with Slack's own client."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection
from websockets.sync.server import serve as serve_websocket

from bot.model import Base, InboxState
from channels.slack.socket import service
from inbox import socket_mode
from slackkit.socket import Socket
from tests.channels.provider import Answer, serve
from tests.channels.slack import command, event, press
from tests.channels.world import World, make_settings

SECONDS = 20


class SlackSocket:
    """Slack's end of the connection: sends envelopes, remembers acknowledgements."""

    def __init__(self) -> None:
        self.outgoing: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.acknowledged: queue.Queue[str] = queue.Queue()

    def talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        reader = threading.Thread(target=self._read, args=(connection,), daemon=True)
        reader.start()
        while (envelope := self.outgoing.get()) is not None:
            connection.send(json.dumps(envelope))

    def _read(self, connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):  # the client leaves without a word
            for message in connection:
                self.acknowledged.put(json.loads(message)["envelope_id"])

    def send(self, envelope_id: str, text: str) -> None:
        event = {"type": "message", "channel_type": "im", "channel": "D0DM", "user": "U0MEMBER", "ts": envelope_id}
        self.put(
            envelope_id, "events_api", {"type": "event_callback", "team_id": "T0TEAM", "event": {**event, "text": text}}
        )

    def put(self, envelope_id: str, kind: str, payload: dict[str, Any]) -> None:
        self.outgoing.put({"envelope_id": envelope_id, "type": kind, "payload": payload})


@pytest.fixture
def slack() -> Iterator[tuple[SlackSocket, str]]:
    ours = SlackSocket()
    with serve_websocket(ours.talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.socket.getsockname()[1]
        with serve(Answer.json({"ok": True, "url": f"ws://127.0.0.1:{port}/link"})) as api:
            yield ours, api.url
        ours.outgoing.put(None)
        server.shutdown()
        thread.join(SECONDS)


def test_a_message_is_stored_and_then_acknowledged(world: World, slack: tuple[SlackSocket, str]) -> None:
    theirs, url = slack
    world.settings = make_settings(slack_member_app_token=SecretStr("app-token"), slack_member_api_base=url)
    socket = service(world)
    assert isinstance(socket, Socket)
    socket.start()
    try:
        theirs.send("1", "hello")
        assert theirs.acknowledged.get(timeout=SECONDS) == "1"
        assert [row.text for row in world.inbox()] == ["hello"]
        theirs.send("1", "hello")
        assert theirs.acknowledged.get(timeout=SECONDS) == "1"
        assert len(world.inbox()) == 1
    finally:
        socket.stop()
    assert not socket.thread.is_alive()


@pytest.fixture
def staff_socket(world: World, slack: tuple[SlackSocket, str]) -> Iterator[SlackSocket]:
    """The socket of the staff's app, open; Slack's end of it."""
    theirs, url = slack
    world.settings = make_settings(slack_app_token=SecretStr("app-token"), slack_api_base=url)
    socket = socket_mode.service(world)
    assert socket is not None
    socket.start()
    yield theirs
    socket.stop()
    assert not socket.thread.is_alive()


STAFF_DOES = {
    "events_api": event("a note"),
    "interactive": press("claim", 1),
    "slash_commands": command("/member Ana"),
}


@pytest.mark.parametrize("kind", STAFF_DOES)
def test_what_staff_do_is_stored_once_and_acknowledged(world: World, staff_socket: SlackSocket, kind: str) -> None:
    for envelope in ("1", "2"):
        staff_socket.put(envelope, kind, STAFF_DOES[kind])
        assert staff_socket.acknowledged.get(timeout=SECONDS) == envelope
    [row] = world.inbox()
    assert (row.channel, row.state) == ("slack", InboxState.PENDING)


def test_what_can_not_be_stored_is_not_acknowledged(world: World, staff_socket: SlackSocket) -> None:
    Base.metadata.drop_all(world.db.engine)
    staff_socket.put("1", "events_api", event("a note"))
    with pytest.raises(queue.Empty):
        staff_socket.acknowledged.get(timeout=1)
    Base.metadata.create_all(world.db.engine)
    staff_socket.put("1", "events_api", event("a note"))
    assert staff_socket.acknowledged.get(timeout=SECONDS) == "1"
    assert len(world.inbox()) == 1


def test_what_makes_no_sense_is_acknowledged_and_forgotten(world: World, staff_socket: SlackSocket) -> None:
    staff_socket.put("1", "interactive", {"type": "block_actions"})
    assert staff_socket.acknowledged.get(timeout=SECONDS) == "1"
    assert world.inbox() == []


def test_without_a_token_for_it_there_is_no_socket(world: World) -> None:
    assert socket_mode.service(world) is None
