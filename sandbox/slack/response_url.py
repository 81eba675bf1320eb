"""The response_url of an interaction: five uses within half an hour."""

from __future__ import annotations

import secrets
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sandbox.slack.api import read_args
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.methods_chat import content
from sandbox.slack.posting import change_message, delete_message, post_ephemeral, post_message
from sandbox.slack.workspace import BOT_USER, Json
from sandbox.world import World, WorldDep

router = APIRouter(include_in_schema=False)
USES = 5
LIFE = timedelta(minutes=30)


def issue(world: World, channel: str, ts: str, user: str) -> str:
    token = f"{user}-{secrets.token_hex(12)}"
    world.slack.response_urls[token] = (channel, ts, world.clock.wall(), 0)
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
    channel, ts, issued, uses = known
    if uses >= USES or world.clock.wall() - issued > LIFE:
        return PlainTextResponse("expired_url", 404)
    world.slack.response_urls[token] = (channel, ts, issued, uses + 1)
    try:
        _apply(world, channel, ts, token.partition("-")[0], await read_args(request))
    except SlackRefusal as refusal:
        return JSONResponse(refusal.body(), 400)
    return PlainTextResponse("ok")


def _apply(world: World, channel_id: str, ts: str, user: str, args: Json) -> None:
    channel = world.slack.channel(channel_id)
    if args.get("delete_original"):
        delete_message(world, channel, ts)
        return
    text, blocks = content(args)
    if args.get("replace_original"):
        change_message(world, channel, ts, {"text": text, "blocks": blocks})
    elif args.get("response_type") == "in_channel":
        post_message(world, channel, BOT_USER, text, blocks=blocks, thread_ts=args.get("thread_ts"))
    else:
        post_ephemeral(world, channel, user, text, blocks)
