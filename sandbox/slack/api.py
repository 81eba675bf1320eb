"""Slack's Web API under /slack/api for staff and /slack-members/api for members, as the official client calls it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.slack import files, methods_chat, methods_read, methods_views, scopes, sockets
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.workspace import Json
from sandbox.world import World, WorldDep

router = APIRouter(include_in_schema=False)
APP_METHODS: dict[str, Callable[[World], Json]] = {"apps.connections.open": sockets.open_connection}
"""These take the app-level token."""
METHODS: dict[str, Callable[[World, Json], Json]] = {
    "auth.test": methods_read.auth_test,
    "chat.postMessage": methods_chat.chat_post_message,
    "chat.update": methods_chat.chat_update,
    "chat.delete": methods_chat.chat_delete,
    "chat.postEphemeral": methods_chat.chat_post_ephemeral,
    "chat.getPermalink": methods_chat.chat_get_permalink,
    "conversations.history": methods_read.conversations_history,
    "conversations.replies": methods_read.conversations_replies,
    "conversations.info": methods_read.conversations_info,
    "conversations.open": methods_read.conversations_open,
    "conversations.list": methods_read.conversations_list,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.completeUploadExternal": files.complete_upload,
    "reactions.add": methods_chat.reactions_add,
    "users.info": methods_read.users_info,
    "users.conversations": methods_read.users_conversations,
    "users.list": methods_read.users_list,
    "users.lookupByEmail": methods_read.users_lookup_by_email,
    "views.open": methods_views.views_open,
    "views.push": methods_views.views_push,
    "views.publish": methods_views.views_publish,
    "views.update": methods_views.views_update,
}
STRUCTURED = ("blocks", "metadata", "view", "attachments")


@router.api_route("/slack/api/{method}", methods=["GET", "POST"])
async def call(method: str, request: Request, world: WorldDep) -> JSONResponse:
    return await _call(method, request, world)


@router.api_route("/slack-members/api/{method}", methods=["GET", "POST"])
async def call_of_members(method: str, request: Request, world: WorldDep) -> JSONResponse:
    return await _call(method, request, world.of_members())


async def _call(method: str, request: Request, world: World) -> JSONResponse:
    try:
        args = await read_args(request)
        if method in APP_METHODS:
            _authenticate(world, request, args, world.settings.slack_app_token)
            return JSONResponse({"ok": True, **APP_METHODS[method](world)})
        _authenticate(world, request, args, world.settings.slack_bot_token)
        scopes.check(world, method, args)
        if method == "chat.postMessage" and not world.slack_limit.takes(str(args.get("channel"))):
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"})
        answer = {"ok": True, **METHODS.get(method, _unknown)(world, args)}
        return JSONResponse(answer, headers={"X-OAuth-Scopes": world.slack.app.granted})
    except SlackRefusal as refusal:
        summary = f"Slack refuses {method}: {refusal.error}"
        world.feed.add("slack.refused", summary, method=method, error=refusal.error, messages=refusal.messages)
        return JSONResponse(refusal.body())


def _unknown(world: World, args: Json) -> Json:
    raise SlackRefusal("unknown_method")


async def read_args(request: Request) -> Json:
    """Arguments from the query and from a form or JSON body; structured ones may be JSON texts."""
    args: Json = dict(request.query_params)
    if request.headers.get("Content-Type", "").startswith("application/json"):
        args |= _parse_object(await request.body())
    else:
        args |= dict(await request.form())
    for name in STRUCTURED:
        if isinstance(args.get(name), str):
            args[name] = _parse(args[name], f"invalid_{name}" if name == "blocks" else "invalid_arguments")
    return args


def _parse(text: str | bytes, error: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SlackRefusal(error) from None


def _parse_object(body: bytes) -> Json:
    value = _parse(body or b"{}", "invalid_json")
    if not isinstance(value, dict):
        raise SlackRefusal("json_not_object")
    return value


def _authenticate(world: World, request: Request, args: Json, token: str) -> None:
    """The call must carry `token`; another one of the app is of the wrong type."""
    kind, _, carried = request.headers.get("Authorization", "").partition(" ")
    given = carried if kind.lower() == "bearer" else str(args.get("token", ""))
    if not given:
        raise SlackRefusal("not_authed")
    if hmac.compare_digest(given.encode(), token.encode()):
        return
    ours = (world.settings.slack_bot_token, world.settings.slack_app_token)
    known = any(hmac.compare_digest(given.encode(), other.encode()) for other in ours)
    raise SlackRefusal("not_allowed_token_type" if known else "invalid_auth")
