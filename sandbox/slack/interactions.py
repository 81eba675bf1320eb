"""What staff press in Slack: buttons and menus of messages, dialogs and home tabs, and a message's shortcuts."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.slack import states
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_interaction
from sandbox.slack.response_url import issue
from sandbox.slack.views import find_view
from sandbox.slack.workspace import APP, TEAM, Channel, Json
from sandbox.world import World


async def click(world: World, user: str, channel_id: str, ts: str, action_id: str, value: Any) -> Json:
    """Presses the button (or picks `value` of the menu) `action_id` of a message; tells what the gateway answered."""
    channel = world.slack.channel(channel_id)
    message = _whispered(channel, user, ts)
    hidden = message is not None
    message = message or world.slack.message(channel.id, ts)
    block, element = _find_element(message.get("blocks", []), action_id, value)
    container = {"type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": hidden}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload = {
        **base(world, user, "block_actions"),
        "container": container,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": states.fresh(message["blocks"])},
        "response_url": issue(world, channel.id, ts, user),
        "actions": [_action(world, block, element, value)],
    }
    if not hidden:
        payload["message"] = _shown(message)
    return await _press(world, user, element, payload, ts=ts)


async def click_view(world: World, user: str, view_id: str, action_id: str, value: Any, values: Json) -> Json:
    """Presses something in a dialog or on the home tab. `values` is what stands in the dialog's fields so far."""
    view = find_view(world.slack, view_id, user=user)
    block, element = _find_element(view["blocks"], action_id, value)
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise SlackRefusal("no_such_action")
    picked = {} if element["type"] in states.STATELESS else {action_id: value}
    states.fill(view, {**values, **picked})
    payload = {
        **base(world, user, "block_actions"),
        "container": {"type": "view", "view_id": view["id"]},
        "view": copy.deepcopy(view),
        "actions": [_action(world, block, element, value)],
    }
    return await _press(world, user, element, payload, view_id=view_id)


async def shortcut(world: World, user: str, channel_id: str, ts: str, callback_id: str) -> Json:
    """Picks the app's shortcut `callback_id` in the menu of a message; tells what the gateway answered."""
    channel = world.slack.channel(channel_id)
    message = world.slack.message(channel.id, ts)
    if callback_id not in world.slack.app.shortcuts:
        raise SlackRefusal("no_such_shortcut")
    payload = {
        **base(world, user, "message_action"),
        "callback_id": callback_id,
        "action_ts": world.slack.next_ts(),
        "message_ts": ts,
        "message": _shown(message),
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "response_url": issue(world, channel.id, None, user),
    }
    name = world.slack.person(user).real_name
    world.feed.add("slack.shortcut", f"{name} picks the shortcut {callback_id}", user=user, ts=ts)
    outcome = await send_interaction(world, payload)
    return {"ok": outcome.ok, "result": outcome.says, "trigger_id": payload["trigger_id"]}


def base(world: World, user: str, kind: str) -> Json:
    """What every interaction says: who, where, and a trigger."""
    person = world.slack.person(user)
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "deprecated",
        "trigger_id": world.slack.issue_trigger(user),
        "team": {"id": TEAM, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def _press(world: World, user: str, element: Json, payload: Json, **where: str) -> Json:
    label = element.get("text", {}).get("text", element["action_id"])
    world.feed.add("slack.click", f"{world.slack.person(user).real_name} presses “{label}”", user=user, **where)
    outcome = await send_interaction(world, payload)
    return {"ok": outcome.ok, "result": outcome.says, "trigger_id": payload["trigger_id"]}


def _action(world: World, block: Json, element: Json, value: Any) -> Json:
    names = ("action_id", "type", "text", "value", "style", "placeholder")
    action: Json = {"block_id": block["block_id"], **{name: element[name] for name in names if name in element}}
    if value is not None:
        action |= states.entered(element, value)
    return {**action, "action_ts": world.slack.next_ts()}


def _whispered(channel: Channel, user: str, ts: str) -> Json | None:
    found = (message for message in channel.ephemeral if message["ts"] == ts and message["for_user"] == user)
    return next(found, None)


def _shown(message: Json) -> Json:
    return copy.deepcopy({name: part for name, part in message.items() if name != "metadata"})


def _find_element(blocks: list[Json], action_id: str, value: Any) -> tuple[Json, Json]:
    """The first element of this name; of several buttons that have it, the one with this value."""
    found = []
    for block in blocks:
        of_kind = {"actions": block.get("elements", []), "input": [block.get("element")]}
        elements = of_kind.get(block["type"], [block.get("accessory") or {}])
        found += [(block, element) for element in elements if element.get("action_id") == action_id]
    if not found:
        raise SlackRefusal("no_such_action")
    buttons = [pair for pair in found if pair[1]["type"] == "button" and pair[1].get("value") == value]
    return (buttons or found)[0]
