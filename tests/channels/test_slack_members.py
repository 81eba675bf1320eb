"""Members' direct messages in Slack through the real application, into a real database."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from httpx import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_bolt import BoltRequest

from bot.intake.receive import Desk
from bot.model import Base, ContactPoint
from channels import registry
from channels.slack import parse
from channels.slack.routes import make_door
from channels.slack.socket import service
from slackkit.socket import Socket, make_app
from slackkit.verify import Unacceptable
from tests.channels import slack
from tests.channels.provider import Answer, serve
from tests.channels.world import World, cases, make_settings
from tests.support.asgi_client import AsgiClient
from tests.support.sandbox_clock import StillClock

EVENTS, INTERACTIONS = "/webhooks/slack-members/events", "/webhooks/slack-members/interactions"
DM, USER, TS = "D0DM", "U0MEMBER", "1795290000.000100"
KEPT = {
    "message_im": ("I need help", None),
    "message_im_retry_1": ("I need help", None),
    "message_im_in_thread": ("and this", None),
    "message_changed": ("I need help today", "edited"),
}


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    for router in registry.routers(world):
        app.include_router(router)
    return AsgiClient(app)


def written(text: str = "hello", **changes: Any) -> dict[str, Any]:
    message = {"type": "message", "user": USER, "ts": TS, "text": text, "channel": DM, "channel_type": "im", **changes}
    return {"type": "event_callback", "team_id": "T0TEAM", "event_id": "Ev1", "event": message}


def edited(text: str, before: str = "hello", **changes: Any) -> dict[str, Any]:
    edition = {"user": USER, "ts": "1795290020.000000"}
    message = {"type": "message", "user": USER, "ts": TS, "text": text, "edited": edition, **changes}
    old = {"type": "message", "user": USER, "ts": TS, "text": before}
    return written(subtype="message_changed", hidden=True, user=None, message=message, previous_message=old)


def pressed(value: str = "c:7:1", **changes: Any) -> dict[str, Any]:
    action = {"action_id": "choice_1", "type": "button", "value": value, "text": {"type": "plain_text", "text": "No"}}
    return {
        "type": "block_actions",
        "trigger_id": "111.222.abc",
        "team": {"id": "T0TEAM"},
        "user": {"id": USER, "team_id": "T0TEAM"},
        "container": {"type": "message", "message_ts": TS, "channel_id": DM},
        "actions": [action],
        **changes,
    }


def post_event(client: AsgiClient, clock: StillClock, envelope: Any) -> Response:
    return slack.post(client, clock, EVENTS, json.dumps(envelope), **{"Content-Type": "application/json"})


def post_interaction(client: AsgiClient, clock: StillClock, payload: Any) -> Response:
    return slack.post(client, clock, INTERACTIONS, urlencode({"payload": json.dumps(payload)}))


@pytest.mark.parametrize("case", cases("slack_inbound"), ids=lambda case: case["name"])
def test_a_recorded_request_is_kept_once_or_answered_and_forgotten(
    world: World, client: AsgiClient, case: dict[str, Any]
) -> None:
    sent_at = datetime.fromtimestamp(int(case["headers"]["X-Slack-Request-Timestamp"]), UTC)
    world.clock.push(sent_at - world.clock.now())
    path = EVENTS if "json" in case["headers"]["Content-Type"] else INTERACTIONS
    for _ in range(2):
        assert client.post(path, content=case["raw"], headers=case["headers"]).status_code == 200
    if case["name"] not in KEPT:
        assert world.inbox() == []
        return
    [row] = world.inbox()
    assert (row.text, row.body.get("event")) == KEPT[case["name"]]
    assert (row.channel, row.address, row.lane) == ("slack", "T0TEAM:U0MEMBER", "in:slack:T0TEAM:U0MEMBER")


def test_the_member_behind_the_user_is_found(world: World, client: AsgiClient) -> None:
    member = world.new_member()
    with world.db.begin() as session:
        session.add(ContactPoint(member_id=member, channel="slack", address="T0TEAM:U0MEMBER"))
    post_event(client, world.clock, written())
    assert world.inbox()[0].member_id == member


def test_an_emoji_is_kept_as_the_character_that_the_member_saw(world: World, client: AsgiClient) -> None:
    thumb = {"type": "emoji", "name": "+1", "unicode": "1f44d"}
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [thumb]}]}]
    post_event(client, world.clock, written(":+1:", blocks=blocks))
    assert [row.text for row in world.inbox()] == ["\U0001f44d"]


def test_a_text_is_kept_as_the_member_saw_it(world: World, client: AsgiClient) -> None:
    post_event(client, world.clock, written("&lt;3 <@U0BOT> see <https://example.org|the page> &amp; <#C1|general>"))
    assert world.inbox()[0].text == "<3 somebody see the page (https://example.org) & #general"


@pytest.mark.parametrize(
    ("kind", "note"),
    [("image/png", "[picture]"), ("video/mp4", "[video]"), ("audio/ogg", "[voice message]"), ("", "[file]")],
)
def test_a_shared_file_is_a_message(world: World, client: AsgiClient, kind: str, note: str) -> None:
    files = [{"url_private": "https://files.slack.com/f", "mimetype": kind}]
    post_event(client, world.clock, written("", subtype="file_share", files=files))
    [row] = world.inbox()
    assert (row.text, row.body["media"]) == (note, [{"url": "https://files.slack.com/f", "type": kind}])


def test_a_message_without_words_is_a_message(world: World, client: AsgiClient) -> None:
    post_event(client, world.clock, written(""))
    assert world.inbox()[0].text == "[empty message]"


def test_an_edit_names_the_message_that_it_changed(world: World, client: AsgiClient) -> None:
    post_event(client, world.clock, written())
    post_event(client, world.clock, edited("hello again"))
    first, second = world.inbox()
    assert (second.text, second.body["event"], second.body["of"]) == ("hello again", "edited", first.dedupe)
    assert second.lane == first.lane


@pytest.mark.parametrize(
    "envelope",
    [
        edited("hello"),
        edited("Hello Ana", bot_id="B0BOT"),
        edited("previewed", edited=None),
        written(bot_id="B0BOT"),
        written(subtype="bot_message"),
        written(subtype="message_deleted", hidden=True),
        written(subtype=["odd"]),
        written(channel_type="channel"),
        written(channel_type="mpim"),
        written(type="reaction_added"),
        {"type": "event_callback", "event": {"type": "app_home_opened", "user": USER, "tab": "messages"}},
        {"type": "app_rate_limited"},
        {"type": "event_callback", "event": "odd"},
    ],
    ids=lambda envelope: json.dumps(envelope)[-60:],
)
def test_what_is_not_for_us_is_acknowledged_and_not_kept(
    world: World, client: AsgiClient, envelope: dict[str, Any]
) -> None:
    assert post_event(client, world.clock, envelope).status_code == 200
    assert world.inbox() == []


def test_a_pressed_button_is_a_choice(world: World, client: AsgiClient) -> None:
    for _ in range(2):
        assert post_interaction(client, world.clock, pressed()).status_code == 200
    [row] = world.inbox()
    assert (row.address, row.text, row.lane) == ("T0TEAM:U0MEMBER", "No", "in:slack:T0TEAM:U0MEMBER")
    assert (row.body["event"], row.body["choice"]) == ("choice", "c:7:1")


def test_a_button_that_is_pressed_again_is_another_choice(world: World, client: AsgiClient) -> None:
    post_interaction(client, world.clock, pressed())
    post_interaction(client, world.clock, pressed(trigger_id="333.444.def"))
    assert len(world.inbox()) == 2


@pytest.mark.parametrize(
    "payload",
    [pressed("conv_1"), pressed(actions=[]), pressed(actions="odd"), pressed(actions=["odd"]), {"type": "view_closed"}],
    ids=str,
)
def test_a_press_that_is_none_of_our_choices_is_not_kept(
    world: World, client: AsgiClient, payload: dict[str, Any]
) -> None:
    assert post_interaction(client, world.clock, payload).status_code == 200
    assert world.inbox() == []


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (lambda client, world: client.post(EVENTS, json=written()), 401),
        (
            lambda client, world: post_event(client, StillClock(world.clock.now() - timedelta(seconds=301)), written()),
            401,
        ),
        (lambda client, world: client.post(EVENTS, content=b"\xff\xfe"), 400),
        (lambda client, world: client.post(EVENTS, content=b"x" * 1_000_000), 413),
        (lambda client, world: slack.post(client, world.clock, EVENTS, "no JSON"), 400),
        (lambda client, world: post_event(client, world.clock, written(user=None)), 400),
        (lambda client, world: post_event(client, world.clock, written(ts=5)), 400),
        (lambda client, world: post_event(client, world.clock, {**written(), "team_id": None}), 400),
        (lambda client, world: post_event(client, world.clock, {**edited("x"), "team_id": None}), 400),
        (lambda client, world: post_event(client, world.clock, written(subtype="message_changed")), 400),
        (lambda client, world: post_interaction(client, world.clock, pressed(trigger_id=None)), 400),
        (lambda client, world: post_interaction(client, world.clock, pressed(user=None)), 400),
        (lambda client, world: slack.post(client, world.clock, INTERACTIONS, "a=b"), 400),
    ],
)
def test_what_is_not_slacks_is_refused_and_leaves_no_row(
    world: World, client: AsgiClient, attack: Callable[[AsgiClient, World], Response], status: int
) -> None:
    assert attack(client, world).status_code == status
    assert world.inbox() == []


def test_when_the_database_fails_slack_is_asked_to_come_again(world: World, client: AsgiClient) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert post_event(client, world.clock, written()).status_code == 503


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["message", "im", "c:1:0", TS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(written()["event"])), inner),
    max_leaves=10,
)
CHANGES = st.dictionaries(st.sampled_from([*written()["event"], "subtype", "message", "files", "bot_id"]), JSON)


@settings(deadline=None)
@given(CHANGES, CHANGES)
def test_whatever_comes_is_read_or_refused(event: dict[str, Any], outer: dict[str, Any]) -> None:
    envelope = {**written(**event), **outer}
    press = {**pressed(**outer), "actions": [{**pressed()["actions"][0], **event}]}
    for read, payload in ((parse.from_event, envelope), (parse.from_interaction, press)):
        try:
            incoming = read(payload)
        except Unacceptable:
            continue
        assert incoming is None or (incoming.desk is Desk.MEMBER and ":" in incoming.address)


def over_socket(world: World, payload: dict[str, Any]) -> int:
    return make_app(world, make_door(world.settings)).dispatch(BoltRequest(body=payload, mode="socket_mode")).status


def test_over_the_socket_the_same_is_stored_and_then_acknowledged(world: World) -> None:
    assert over_socket(world, written("a\x00b")) == 200
    assert over_socket(world, written("a\x00b")) == 200
    assert over_socket(world, pressed()) == 200
    assert [(row.text, row.body.get("event")) for row in world.inbox()] == [("ab", None), ("No", "choice")]


def test_what_makes_no_sense_is_acknowledged_over_the_socket_and_not_kept(world: World) -> None:
    assert over_socket(world, written(user=None)) == 200
    assert world.inbox() == []


def test_what_could_not_be_stored_is_not_acknowledged_over_the_socket(world: World) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert over_socket(world, written()) == 503


def test_there_is_a_socket_only_where_the_settings_name_its_token(world: World) -> None:
    assert service(world) is None
    world.settings = make_settings(slack_member_app_token=SecretStr("app-token"))
    socket = service(world)
    assert isinstance(socket, Socket)
    socket.stop()


def test_the_socket_asks_again_until_slack_lets_us_in_and_stops_when_it_is_told_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slackkit.socket.PAUSES", (0.0,))
    asked = threading.Event()
    with serve(Answer.json({"ok": False, "error": "invalid_auth"})) as slack_api:
        world.settings = make_settings(
            slack_member_app_token=SecretStr("app-token"), slack_member_api_base=f"{slack_api.url}/api"
        )
        socket = service(world)
        assert isinstance(socket, Socket)
        connect = socket.handler.connect

        def counted() -> None:
            if len(slack_api.at("apps.connections.open")) >= 3:
                asked.set()
            connect()  # type: ignore[no-untyped-call]

        monkeypatch.setattr(socket.handler, "connect", counted)
        socket.start()
        assert asked.wait(20)
        socket.stop()
        assert not socket.thread.is_alive()
    assert slack_api.received[0].headers["authorization"] == "Bearer app-token"
