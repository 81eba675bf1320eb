"""Slack's webhooks through the real application, into a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from httpx import Response

from bot.model import Base, Lane
from inbox.routes import router
from tests.channels.slack import (
    COMMANDS,
    EVENTS,
    INTERACTIONS,
    ROOT_TS,
    command,
    deletion,
    edit,
    event,
    home_opened,
    post,
    post_command,
    post_event,
    post_interaction,
    press,
    shortcut,
    submission,
)
from tests.channels.world import STAFF_CHANNEL, World, cases, with_channel
from tests.support.asgi_client import AsgiClient
from tests.support.sandbox_clock import StillClock

# In which of Slack's requests there is something for us; the others are answered and forgotten.
KEPT = {"staff_reply_in_handoff_thread", "block_actions_claim", "block_actions_in_app_home", "view_submission"}
KEPT |= {"app_home_opened_home"}


@pytest.fixture
def client(world: World) -> AsgiClient:
    app = FastAPI()
    app.include_router(router(world))
    return AsgiClient(app)


@pytest.mark.parametrize("case", cases("slack_inbound"), ids=lambda case: case["name"])
def test_a_recorded_request_is_kept_once_or_answered_and_forgotten(
    world: World, client: AsgiClient, case: dict[str, Any]
) -> None:
    sent_at = datetime.fromtimestamp(int(case["headers"]["X-Slack-Request-Timestamp"]), UTC)
    world.clock.push(sent_at - world.clock.now())
    path = EVENTS if "json" in case["headers"]["Content-Type"] else INTERACTIONS
    for _ in range(2):
        answer = client.post(path, content=case["raw"], headers=case["headers"])
        assert answer.status_code == 200
    assert len(world.inbox()) == (1 if case["name"] in KEPT else 0)
    if case["expect"]["kind"] == "challenge":
        assert answer.json() == {"challenge": case["json"]["challenge"]}
    else:
        assert answer.content == b""


def test_a_message_of_staff_waits_in_the_lane_of_its_thread(world: World, client: AsgiClient) -> None:
    envelope = event("hello")
    assert post_event(client, world.clock, envelope).status_code == 200
    [row] = world.inbox()
    assert (row.channel, row.address, row.member_id, row.text) == ("slack", f"{STAFF_CHANNEL}:{ROOT_TS}", None, "")
    assert row.body["kind"] == "event"
    assert row.body["payload"] == envelope
    [lane] = world.rows(Lane)
    assert (lane.key, lane.kind) == (f"in:slack:{STAFF_CHANNEL}:{ROOT_TS}", "staff")


def test_everything_that_is_done_in_one_case_has_one_lane(world: World, client: AsgiClient) -> None:
    metadata = json.dumps({"case": 1, "channel": STAFF_CHANNEL, "thread": ROOT_TS})
    post_event(client, world.clock, event("hello"))
    post_interaction(client, world.clock, press("claim", 1))
    post_interaction(client, world.clock, submission({"callback_id": "reply", "private_metadata": metadata}, {}))
    assert len(world.inbox()) == 3
    assert len(world.rows(Lane)) == 1


def test_a_mention_of_the_bot_in_a_thread_is_one_message(world: World, client: AsgiClient) -> None:
    message = event("<@U0BOT> hi")
    mention = {**message, "event_id": "Ev2", "event": {**message["event"], "type": "app_mention"}}
    post_event(client, world.clock, mention)
    post_event(client, world.clock, message)
    post_event(client, world.clock, {**message, "event_id": "Ev3"})
    assert len(world.inbox()) == 1


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_what_people_write_is_kept_though_it_has_a_subtype(world: World, client: AsgiClient, subtype: str) -> None:
    post_event(client, world.clock, event("hello", subtype=subtype))
    assert len(world.inbox()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B0BOT"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"hidden": True},
        {"channel": "C0ELSEWHERE"},
        {"thread_ts": None},
    ],
    ids=str,
)
def test_what_is_not_for_us_is_acknowledged_and_not_kept(
    world: World, client: AsgiClient, changes: dict[str, Any]
) -> None:
    assert post_event(client, world.clock, event("hello", **changes)).status_code == 200
    assert world.inbox() == []


@pytest.mark.parametrize("kind", ["tokens_revoked", "app_uninstalled"])
def test_when_the_app_is_thrown_out_somebody_is_called(
    world: World, client: AsgiClient, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    envelope = {"type": "event_callback", "event_id": "Ev1", "event": {"type": kind}}
    assert post_event(client, world.clock, envelope).status_code == 200
    assert [record.levelname for record in caplog.records if record.name == "slackkit.door"] == ["ERROR"]


def test_when_slack_withholds_events_it_still_gets_its_200(world: World, client: AsgiClient) -> None:
    assert post_event(client, world.clock, {"type": "app_rate_limited", "minute_rate_limited": 1}).status_code == 200


def unsigned(client: AsgiClient, world: World) -> Response:
    return client.post(EVENTS, json=event("hi"))


def old(client: AsgiClient, world: World) -> Response:
    return post_event(client, StillClock(world.clock.now() - timedelta(seconds=301)), event("hi"))


def odd_timestamp(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, EVENTS, "{}", **{"X-Slack-Request-Timestamp": "abc"})


def not_utf_8(client: AsgiClient, world: World) -> Response:
    return client.post(EVENTS, content=b"\xff\xfe")


def huge(client: AsgiClient, world: World) -> Response:
    return client.post(EVENTS, content=b"x" * 300_000)


def no_json(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, EVENTS, "this is no JSON")


def no_object(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, EVENTS, "[1]")


def not_a_number(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, EVENTS, '{"type": NaN}')


def nested(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, EVENTS, "[" * 100_000)


def message_without_author(client: AsgiClient, world: World) -> Response:
    return post_event(client, world.clock, event("hi", user=None))


def no_payload(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, INTERACTIONS, "a=b")


def two_payloads(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, INTERACTIONS, "payload=%7B%7D&payload=%7B%7D")


def odd_percent(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, INTERACTIONS, "payload=%ff")


def press_without_trigger(client: AsgiClient, world: World) -> Response:
    return post_interaction(client, world.clock, {"type": "block_actions", "actions": []})


def command_without_trigger(client: AsgiClient, world: World) -> Response:
    return post_command(client, world.clock, command("/member Ana", trigger=""))


def command_twice_in_one(client: AsgiClient, world: World) -> Response:
    return post(client, world.clock, COMMANDS, urlencode(command("/member Ana")) + "&command=%2Fhandoff")


def home_of_nobody(client: AsgiClient, world: World) -> Response:
    envelope = home_opened()
    del envelope["event"]["user"]
    return post_event(client, world.clock, envelope)


def submission_without_hash(client: AsgiClient, world: World) -> Response:
    return post_interaction(client, world.clock, {"type": "view_submission", "view": {"id": "V1"}})


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (unsigned, 401),
        (old, 401),
        (odd_timestamp, 401),
        (not_utf_8, 400),
        (huge, 413),
        (no_json, 400),
        (no_object, 400),
        (not_a_number, 400),
        (nested, 400),
        (message_without_author, 400),
        (no_payload, 400),
        (two_payloads, 400),
        (odd_percent, 400),
        (press_without_trigger, 400),
        (submission_without_hash, 400),
        (command_without_trigger, 400),
        (command_twice_in_one, 400),
        (home_of_nobody, 400),
    ],
)
def test_what_is_not_slacks_is_refused_and_leaves_no_row(
    world: World, client: AsgiClient, attack: Callable[[AsgiClient, World], Response], status: int
) -> None:
    assert attack(client, world).status_code == status
    assert world.inbox() == []


def test_the_channel_of_a_team_is_heard_too(world: World) -> None:
    world.programme = with_channel(world.programme, "technical_support", "C0TECH")
    app = FastAPI()
    app.include_router(router(world))
    for number, channel in enumerate((STAFF_CHANNEL, "C0TECH", "C0OTHER")):
        post_event(AsgiClient(app), world.clock, event("hi", ts=f"179529003{number}.000100", channel=channel))
    assert [row.address for row in world.inbox()] == [f"{STAFF_CHANNEL}:{ROOT_TS}", f"C0TECH:{ROOT_TS}"]


def test_a_command_is_kept_once_and_answered_with_nothing(world: World, client: AsgiClient) -> None:
    for _ in range(2):  # Slack doesn't repeat it; a socket may
        answer = post_command(client, world.clock, command("/member Ana Díaz & co"))
        assert (answer.status_code, answer.content) == (200, b"")
    [row] = world.inbox()
    assert (row.address, row.body["kind"], row.body["payload"]["text"]) == ("U0STAFF", "command", "Ana Díaz & co")


def test_a_command_without_words_is_kept_too(world: World, client: AsgiClient) -> None:
    form = command("/away")
    del form["text"]  # as a form's empty fields are read
    assert post_command(client, world.clock, form).status_code == 200
    assert world.inbox()[0].body["payload"]["text"] == ""


def test_what_one_colleague_does_outside_of_threads_has_one_lane(world: World, client: AsgiClient) -> None:
    post_event(client, world.clock, home_opened())
    post_command(client, world.clock, command("/away"))
    assert [lane.key for lane in world.rows(Lane)] == ["in:slack:U0STAFF"]


def test_an_unsigned_command_is_refused(world: World, client: AsgiClient) -> None:
    answer = client.post(COMMANDS, data=command("/member Ana"))
    assert (answer.status_code, world.inbox()) == (401, [])


def test_what_no_database_can_store_is_replaced(world: World, client: AsgiClient) -> None:
    envelope = json.dumps(event("x")).replace('"text": "x"', '"text": "a\\u0000b\\ud83dc"')
    assert post(client, world.clock, EVENTS, envelope).status_code == 200
    assert world.inbox()[0].body["payload"]["event"]["text"] == "ab\ufffdc"


def test_what_people_change_and_delete_in_a_thread_is_kept_in_its_lane(world: World, client: AsgiClient) -> None:
    for envelope in (event("hi"), edit("hi", "ho"), edit("hi", "ho"), deletion("ho"), deletion("ho")):
        assert post_event(client, world.clock, envelope).status_code == 200
    name = f"slack:{STAFF_CHANNEL}:1795290030.000100"
    kept = [row.dedupe for row in world.inbox()]
    assert kept == [name, f"{name}:edited:1795290060.000100", f"{name}:deleted"]
    assert [lane.key for lane in world.rows(Lane)] == [f"in:slack:{STAFF_CHANNEL}:{ROOT_TS}"]


@pytest.mark.parametrize(
    "envelope",
    [
        edit("see https://x.example", "see https://x.example"),  # Slack added a preview
        edit("a", "b", bot_id="B0"),
        edit("a", "b", thread_ts=None),
        edit("a", "b", ts=ROOT_TS),
        deletion("a", bot_id="B0"),
        deletion("a", ts=ROOT_TS),
        {**edit("a", "b"), "event": {"type": "message", "subtype": "message_changed", "channel": STAFF_CHANNEL}},
    ],
)
def test_what_slack_or_the_bot_changes_is_not_kept(world: World, client: AsgiClient, envelope: Any) -> None:
    assert post_event(client, world.clock, envelope).status_code == 200
    assert world.inbox() == []


def test_a_shortcut_waits_in_the_lane_of_its_messages_thread(world: World, client: AsgiClient) -> None:
    message = event("hi")["event"]
    for _ in range(2):
        assert post_interaction(client, world.clock, shortcut(message)).status_code == 200
    (row,) = world.inbox()
    assert (row.address, row.dedupe) == (f"{STAFF_CHANNEL}:{ROOT_TS}", "slack:111.444.abc:send_as_reply")
    broken = {**shortcut(message), "message": {}}
    assert post_interaction(client, world.clock, broken).status_code == 400


def test_an_interaction_outside_of_any_thread_has_the_lane_of_its_author(world: World, client: AsgiClient) -> None:
    home = {**press("home_refresh", 1), "container": {"type": "view", "view_id": "V0HOME"}, "view": {"id": "V0HOME"}}
    post_interaction(client, world.clock, home)
    assert world.inbox()[0].address == "U0STAFF"


@pytest.mark.parametrize("metadata", ["", "no JSON", "[]", '{"case": 1}'])
def test_a_dialog_that_is_not_ours_is_kept_all_the_same(world: World, client: AsgiClient, metadata: str) -> None:
    view = {"callback_id": "x", "private_metadata": metadata}
    assert post_interaction(client, world.clock, submission(view, {})).status_code == 200
    assert len(world.inbox()) == 1


def test_when_the_database_fails_slack_is_asked_to_come_again(world: World, client: AsgiClient) -> None:
    Base.metadata.drop_all(world.db.engine)
    assert post_event(client, world.clock, event("hi")).status_code == 503
    body = urlencode({"payload": json.dumps(press("claim", 1))})
    assert post(client, world.clock, INTERACTIONS, body).status_code == 503
