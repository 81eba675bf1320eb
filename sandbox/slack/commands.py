"""Slash commands: what a person types, how the gateway hears of it, and what its answer shows."""

from __future__ import annotations

import json
from typing import Any

from sandbox.courier import Outcome
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_command
from sandbox.slack.methods_chat import content
from sandbox.slack.posting import post_ephemeral, post_message
from sandbox.slack.response_url import issue
from sandbox.slack.typed import as_typed
from sandbox.slack.workspace import APP, BOT_USER, TEAM, Channel, Json
from sandbox.world import World

FAILED = {"timeout": "operation_timeout"}


async def enter(world: World, user: str, channel: Channel, line: str) -> Json:
    """Sends the command and shows the answer, or that there was none. Slack never repeats a command."""
    person = world.slack.person(user)
    command, _, text = line.strip().partition(" ")
    if command not in world.slack.app.commands:
        raise SlackRefusal("no_such_command")
    form = {
        "token": "deprecated",
        "team_id": TEAM,
        "team_domain": "sandbox",
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": as_typed(text.strip()),
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": issue(world, channel.id, None, user),
        "trigger_id": world.slack.issue_trigger(user),
    }
    world.feed.add("slack.command", f"{person.real_name} types: {line}", user=user, channel=channel.id)
    outcome = await send_command(world, form)
    if outcome.ok:
        _show(world, channel, user, outcome)
    else:
        error = FAILED.get(outcome.failure or "", "dispatch_failed")
        post_ephemeral(world, channel, user, f'{command} failed with the error "{error}"', None)
    return {"ok": outcome.ok, "result": outcome.says, "trigger_id": form["trigger_id"]}


def _show(world: World, channel: Channel, user: str, outcome: Outcome) -> None:
    """An answer's body is a message: JSON, or plain text. An empty one shows nothing."""
    answer = _message(outcome)
    if answer is None:
        return
    try:
        text, blocks = content(answer)
    except SlackRefusal as refusal:
        world.feed.add("slack.refused", f"Slack can't show the answer: {refusal.error}", messages=refusal.messages)
        return
    if answer.get("response_type") == "in_channel":
        post_message(world, channel, BOT_USER, text, blocks=blocks)
    else:
        post_ephemeral(world, channel, user, text, blocks)


def _message(outcome: Outcome) -> Json | None:
    if not outcome.body.strip():
        return None
    if not outcome.headers.get("content-type", "").startswith("application/json"):
        return {"text": outcome.body}
    try:
        answer: Any = json.loads(outcome.body)
    except ValueError:
        return {"text": outcome.body}
    return answer if isinstance(answer, dict) else None
