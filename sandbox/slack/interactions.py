"""What staff do in Slack: press a button, submit or close a dialog, write a message."""

from __future__ import annotations

import copy
import json
from typing import Any

from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_interaction
from sandbox.slack.response_url import issue
from sandbox.slack.views import close_view, find_view, open_view, prepare_view, replace_view
from sandbox.slack.workspace import APP, TEAM, Json
from sandbox.world import World

VALUE_NAMES = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
}


async def click(world: World, user: str, channel_id: str, ts: str, action_id: str, value: str | None) -> Json:
    """Presses the button (or picks `value` of the menu) `action_id` of a message; tells what the gateway answered."""
    channel = world.slack.channel(channel_id)
    message = world.slack.message(channel.id, ts)
    block, element = _find_element(message.get("blocks", []), action_id)
    action: Json = {"action_id": action_id, "block_id": block["block_id"], "type": element["type"]}
    action |= {name: element[name] for name in ("text", "value", "style") if name in element}
    if value is not None:
        action |= _entered(element, value)
    action["action_ts"] = world.slack.next_ts()
    container = {"type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": False}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload = {
        **_base(world, user, "block_actions"),
        "container": container,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "message": copy.deepcopy({name: part for name, part in message.items() if name != "metadata"}),
        "state": {"values": {}},
        "response_url": issue(world, channel.id, ts, user),
        "actions": [action],
    }
    label = element.get("text", {}).get("text", action_id)
    world.feed.add("slack.click", f"{world.slack.person(user).real_name} presses “{label}”", user=user, ts=ts)
    outcome = await send_interaction(world, payload)
    return {"ok": outcome.ok, "result": outcome.says, "trigger_id": payload["trigger_id"]}


async def submit(world: World, user: str, view_id: str, values: dict[str, Any]) -> Json:
    """Submits a dialog. `values` is by action_id, or by block_id and then action_id."""
    view = find_view(world.slack, view_id)
    missing: dict[str, str] = {}
    view["state"] = {"values": _state(view, values, missing)}
    if missing:
        return {"ok": False, "closed": False, "errors": missing, "result": "not_sent"}
    payload = {**_base(world, user, "view_submission"), "view": copy.deepcopy(view), "response_urls": []}
    world.feed.add("slack.submit", f"{world.slack.person(user).real_name} submits a dialog", user=user, view_id=view_id)
    outcome = await send_interaction(world, payload)
    if not outcome.ok:
        return {"ok": False, "closed": False, "errors": {}, "result": outcome.says}
    answer = _parse(outcome.body)
    errors = _obey(world, user, view, answer)
    still_open = [shown["id"] for shown in world.slack.views.get(user, [])]
    action = answer.get("response_action")
    return {
        "ok": not errors,
        "closed": view_id not in still_open,
        "errors": errors,
        "response_action": action,
        "result": outcome.says,
    }


async def close(world: World, user: str, view_id: str) -> Json:
    """Closes a dialog without submitting; the gateway hears of it when the view asked for that."""
    view = find_view(world.slack, view_id)
    close_view(world.slack, user, view_id)
    world.feed.add("slack.closed", f"{world.slack.person(user).real_name} closes a dialog", user=user, view_id=view_id)
    if not view["notify_on_close"]:
        return {"ok": True, "result": "not_sent"}
    base = {name: value for name, value in _base(world, user, "view_closed").items() if name != "trigger_id"}
    outcome = await send_interaction(world, {**base, "view": view, "is_cleared": False})
    return {"ok": outcome.ok, "result": outcome.says}


def _base(world: World, user: str, kind: str) -> Json:
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


def _find_element(blocks: list[Json], action_id: str) -> tuple[Json, Json]:
    for block in blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory") or {}]
        for element in elements:
            if element.get("action_id") == action_id:
                return block, element
    raise SlackRefusal("no_such_action")


def _entered(element: Json, value: Any) -> Json:
    """A value as the payload has it for this kind of element."""
    kind = element["type"]
    if kind in {"static_select", "radio_buttons", "overflow"}:
        options = [option for option in element.get("options", []) if option["value"] == value]
        if not options:
            raise SlackRefusal("no_such_option")
        return {"selected_option": options[0]}
    if kind in {"multi_static_select", "checkboxes"}:
        wanted = value if isinstance(value, list) else [value]
        return {"selected_options": [option for option in element.get("options", []) if option["value"] in wanted]}
    return {VALUE_NAMES.get(kind, "value"): value}


def _state(view: Json, values: dict[str, Any], missing: dict[str, str]) -> Json:
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, block_id = block["element"], block["block_id"]
        nested = values.get(block_id)
        by_block = nested.get(element["action_id"]) if isinstance(nested, dict) else None
        value = by_block if by_block is not None else values.get(element["action_id"])
        if value in (None, "", []):
            if not block.get("optional"):
                missing[block_id] = "Please complete this required field."
            state[block_id] = {element["action_id"]: {"type": element["type"], "value": None}}
            continue
        if element["type"] == "plain_text_input" and len(str(value)) > element.get("max_length", 3000):
            missing[block_id] = f"Please use at most {element.get('max_length', 3000)} characters."
        state[block_id] = {element["action_id"]: {"type": element["type"], **_entered(element, value)}}
    return state


def _parse(body: str) -> Json:
    try:
        answer = json.loads(body) if body.strip() else {}
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _obey(world: World, user: str, view: Json, answer: Json) -> dict[str, str]:
    """Does what the gateway's answer says; returns the errors to show."""
    action = answer.get("response_action")
    if action == "errors":
        errors: dict[str, str] = answer.get("errors", {})
        return errors
    if action == "update":
        replace_view(world.slack, view, prepare_view(answer.get("view"), "modal"))
    elif action == "push":
        open_view(world.slack, user, prepare_view(answer.get("view"), "modal"), on_top=True)
    elif action == "clear":
        world.slack.views.pop(user, None)
    else:
        close_view(world.slack, user, view["id"])
    return {}
