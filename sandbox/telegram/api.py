"""The Bot API under /telegram/bot{token}/{method}, as any client library calls it."""

from __future__ import annotations

import hmac
import json
import re

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.telegram.delivery import deliver_all
from sandbox.telegram.errors import FloodRefusal, TelegramRefusal
from sandbox.telegram.methods import call
from sandbox.telegram.state import Json
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/telegram", include_in_schema=False)
TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")


@router.api_route("/bot{token}/{method}", methods=["GET", "POST"])
async def handle(token: str, method: str, request: Request, world: WorldDep) -> JSONResponse:
    try:
        _authenticate(world, token)
        args = await read_args(request)
        if method.lower() == "sendmessage" and world.telegram.refusals:
            ordered = world.telegram.refusals.popleft()
            return JSONResponse(ordered, ordered["error_code"])
        if method.lower() == "sendmessage" and not world.telegram_limit.takes(str(args.get("chat_id"))):
            raise FloodRefusal
        result = await call(world, method, args)
    except TelegramRefusal as refusal:
        world.feed.add("telegram.refused", f"Telegram refuses {method}: {refusal.description}", method=method)
        headers = {"Retry-After": str(refusal.parameters["retry_after"])} if refusal.code == 429 else {}
        return JSONResponse(refusal.body(), refusal.code, headers)
    deliver_all(world)
    return JSONResponse({"ok": True, "result": result})


async def read_args(request: Request) -> Json:
    """Arguments from the query and from a form or JSON body; structured ones may be JSON texts."""
    args: Json = dict(request.query_params)
    if request.headers.get("Content-Type", "").startswith("application/json"):
        try:
            content = json.loads(await request.body() or b"{}")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise TelegramRefusal(400, "can't parse JSON object")
        return {**args, **content}
    return {**args, **dict(await request.form())}


def _authenticate(world: World, token: str) -> None:
    """A token that can't be one is not found; a wrong one is not authorized."""
    if not TOKEN.fullmatch(token):
        raise TelegramRefusal(404)
    if not hmac.compare_digest(token.encode(), world.settings.telegram_bot_token.encode()):
        raise TelegramRefusal(401)
