"""What staff do with a dialog: submit or close it."""

from __future__ import annotations

import copy
import json
from typing import Any

from sandbox.slack import states
from sandbox.slack.events import send_interaction
from sandbox.slack.interactions import base
from sandbox.slack.views import close_view, find_view, open_view, prepare_view, replace_view
from sandbox.slack.workspace import Json
from sandbox.world import World


async def submit(world: World, user: str, view_id: str, values: dict[str, Any]) -> Json:
    """Submits a dialog. `values` is by action_id, or by block_id and then action_id."""
    view = find_view(world.slack, view_id)
    missing = states.fill(view, values)
    if missing:
        return {"ok": False, "closed": False, "errors": missing, "result": "not_sent"}
    payload = {**base(world, user, "view_submission"), "view": copy.deepcopy(view), "response_urls": []}
    world.feed.add("slack.submit", f"{world.slack.person(user).real_name} submits a dialog", user=user, view_id=view_id)
    outcome = await send_interaction(world, payload)
    if not outcome.ok:
        return {"ok": False, "closed": False, "errors": {}, "result": outcome.says}
    answer = _parse(outcome.body)
    errors = _obey(world, user, view, answer)
    still_open = [shown["id"] for shown in world.slack.views.get(user, [])]
    return {
        "ok": not errors,
        "closed": view_id not in still_open,
        "errors": errors,
        "response_action": answer.get("response_action"),
        "result": outcome.says,
    }


async def close(world: World, user: str, view_id: str) -> Json:
    """Closes a dialog without submitting; the gateway hears of it when the view asked for that."""
    view = find_view(world.slack, view_id)
    close_view(world.slack, user, view_id)
    world.feed.add("slack.closed", f"{world.slack.person(user).real_name} closes a dialog", user=user, view_id=view_id)
    if not view["notify_on_close"]:
        return {"ok": True, "result": "not_sent"}
    said = {name: value for name, value in base(world, user, "view_closed").items() if name != "trigger_id"}
    outcome = await send_interaction(world, {**said, "view": view, "is_cleared": False})
    return {"ok": outcome.ok, "result": outcome.says}


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
