"""The response_url of an interaction or a command: five uses within half an hour."""

from __future__ import annotations

import secrets
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.api import read_args
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.methods_chat import content
from sandbox.slack.posting import (
    change_ephemeral,
    change_message,
    delete_ephemeral,
    delete_message,
    post_ephemeral,
    post_message,
)
from sandbox.slack.schema import flag
from sandbox.slack.workspace import BOT_USER, Json, ResponseUrl
from sandbox.world import World, WorldDep

router = APIRouter(include_in_schema=False)
USES = 5
LIFE = timedelta(minutes=30)


def issue(world: World, channel: str, ts: str | None, user: str) -> str:
    """An address for answers to `user`. `ts` is the message that was acted on; a command has none."""
    token = secrets.token_hex(12)
    world.slack.response_urls[token] = ResponseUrl(channel, ts, user, world.clock.wall())
    return f"{world.settings.base_url}{world.slack_site.api}/actions/{token}"


@router.post("/slack/actions/{token}")
async def respond(token: str, request: Request, world: WorldDep) -> Response:
    return await _respond(token, request, world)


@router.post("/slack-members/actions/{token}")
async def respond_to_members(token: str, request: Request, world: WorldDep) -> Response:
    return await _respond(token, request, world.of_members())


async def _respond(token: str, request: Request, world: World) -> Response:
    known = world.slack.response_urls.get(token)
    if known is None:
        return PlainTextResponse("invalid_url", 404)
    if known.uses >= USES or world.clock.wall() - known.issued > LIFE:
        return PlainTextResponse("expired_url", 404)
    known.uses += 1
    try:
        _apply(world, known, await read_args(request))
    except SlackRefusal as refusal:
        return JSONResponse(refusal.body(), 400)
    return PlainTextResponse("ok")


def _apply(world: World, known: ResponseUrl, args: Json) -> None:
    """Answers of a command have nothing to replace or delete until the first was shown."""
    channel, ts = world.slack.channel(known.channel), known.ts
    hidden = any(message["ts"] == ts for message in channel.ephemeral)
    if flag(args, "delete_original"):
        if ts is not None:
            (delete_ephemeral if hidden else delete_message)(world, channel, ts)
        return
    text, blocks = content(args)
    thread = args.get("thread_ts") or None
    if flag(args, "replace_original") and ts is not None:
        (change_ephemeral if hidden else change_message)(world, channel, ts, {"text": text, "blocks": blocks})
    elif args.get("response_type") == "in_channel":
        shown = post_message(world, channel, BOT_USER, text, blocks=blocks, thread_ts=thread)["ts"]
        known.ts = known.ts or shown
    else:
        shown = post_ephemeral(world, channel, known.user, text, blocks, thread_ts=thread)
        known.ts = known.ts or shown
