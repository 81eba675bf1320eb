"""The Graph API under /graph, as far as a page's messages need it."""

from __future__ import annotations

import hmac
import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.messenger import receipts, rules, webhook
from sandbox.messenger.errors import GraphRefusal, bad_token, invalid, no_such_object, too_fast
from sandbox.messenger.state import Post, new_mid
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/graph", include_in_schema=False)
VERSION = re.compile(r"v\d{1,2}\.\d")
ACTIONS = frozenset({"typing_on", "typing_off", "mark_seen"})
Json = dict[str, Any]


async def answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    """The exception handler for GraphRefusal."""
    if not isinstance(refusal, GraphRefusal):
        raise refusal
    headers = {"Retry-After": "1"} if refusal.code == 613 else {}
    return JSONResponse(refusal.body(), refusal.status, headers)


@router.post("/{version}/{node}/messages")
async def send(version: str, node: str, request: Request, world: WorldDep) -> Json:
    body = await _authorised(version, node, request, world)
    if not world.messenger_limit.takes(node):
        raise too_fast()
    if "sender_action" in body:
        return _act(world, body)
    try:
        draft = rules.check(body, world.messenger, world.clock.now())
    except GraphRefusal as refusal:
        codes = {"code": refusal.code, "subcode": refusal.subcode}
        world.feed.add("messenger.refused", f"Messenger refuses a message: {refusal.text}", request=body, **codes)
        raise
    post = draft.thread.add(
        Post(
            mid=new_mid(),
            by="bot",
            text=draft.text,
            at=world.clock.now(),
            quick_replies=draft.quick_replies,
            messaging_type=draft.messaging_type,
            tag=draft.tag,
            template=draft.template,
            metadata=draft.metadata,
        )
    )
    world.feed.add(
        "messenger.sent",
        f"To {draft.thread.psid} on Messenger: {draft.text}",
        mid=post.mid,
        psid=draft.thread.psid,
        text=draft.text,
    )
    receipts.schedule(world, draft.thread, post)
    return {"recipient_id": draft.thread.psid, "message_id": post.mid}


@router.get("/{version}/{node}")
async def read_node(version: str, node: str, request: Request, world: WorldDep) -> Json:
    await _authorised(version, node, request, world)
    return {"id": world.settings.messenger_page_id, "name": "Member Success (sandbox)"}


@router.get("/{version}/{node}/subscribed_apps")
async def read_subscription(version: str, node: str, request: Request, world: WorldDep) -> Json:
    await _authorised(version, node, request, world)
    fields = world.messenger.page_fields
    app = {"id": world.settings.messenger_app_id, "name": "Member Success", "subscribed_fields": fields}
    return {"data": [app] if fields else []}


@router.post("/{version}/{node}/subscribed_apps")
async def subscribe_page(version: str, node: str, request: Request, world: WorldDep) -> Json:
    body = await _authorised(version, node, request, world)
    given = body.get("subscribed_fields", "")
    fields = given if isinstance(given, list) else [field for field in str(given).split(",") if field]
    if not fields:
        raise invalid("The parameter subscribed_fields is required.")
    world.messenger.page_fields = fields
    return {"success": True}


@router.post("/{version}/{node}/messenger_profile")
async def set_profile(version: str, node: str, request: Request, world: WorldDep) -> Json:
    body = await _authorised(version, node, request, world)
    given = body.get("get_started")
    if not isinstance(given, dict) or not given.get("payload"):
        raise invalid("param get_started must have a payload.")
    world.messenger.profile["get_started"] = given
    return {"result": "success"}


@router.get("/{version}/{node}/message_templates")
async def list_templates(version: str, node: str, request: Request, world: WorldDep) -> Json:
    await _authorised(version, node, request, world)
    return {
        "data": [
            {"name": template.name, "language": template.language, "status": "APPROVED", "category": "UTILITY"}
            for template in world.messenger.templates.values()
        ]
    }


@router.post("/{version}/{app}/subscriptions")
async def subscribe_app(version: str, app: str, request: Request, world: WorldDep) -> Json:
    """Sets the app's callback after the handshake with it, for which Meta calls it by GET."""
    args = await read_args(request)
    wanted = f"{world.settings.messenger_app_id}|{world.settings.messenger_app_secret}"
    _check_version(version)
    if app != world.settings.messenger_app_id or not _same(_token(request, args), wanted):
        raise bad_token()
    url = str(args.get("callback_url", ""))
    challenge = new_mid()
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": str(args.get("verify_token", ""))}
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            answer = await client.get(f"{url}?{urlencode(asked)}")
        except (httpx.HTTPError, httpx.InvalidURL):
            raise GraphRefusal(2200, "(#2200) The callback URL could not be reached.") from None
    if answer.status_code != 200 or answer.text != challenge:
        raise GraphRefusal(2200, "(#2200) Callback verification failed.")
    world.messenger.callback = {"url": url, "object": args.get("object"), "fields": args.get("fields")}
    return {"success": True}


async def read_args(request: Request) -> Json:
    """Parameters from the query and from a form or JSON body.

    Raises:
        GraphRefusal: the body is neither.
    """
    args: Json = dict(request.query_params)
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return args | dict(await request.form())
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise invalid("The request's body is not JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The request's body is not an object.")
    return args | body


async def _authorised(version: str, node: str, request: Request, world: World) -> Json:
    """The parameters of a call for our page, by its token."""
    args = await read_args(request)
    _check_version(version)
    token, given = _token(request, args), args.get("appsecret_proof")
    if not _same(token, world.settings.messenger_page_token):
        raise bad_token()
    if given is not None and not _same(str(given), webhook.proof(world.settings.messenger_app_secret, token)):
        raise invalid("Invalid appsecret_proof provided in the API argument")
    if node not in ("me", world.settings.messenger_page_id):
        raise no_such_object(node)
    return args


def _check_version(version: str) -> None:
    if not VERSION.fullmatch(version):
        raise GraphRefusal(2500, f"Unknown path components: /{version}")


def _token(request: Request, args: Json) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else str(args.get("access_token", ""))


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _act(world: World, body: Json) -> Json:
    thread = rules.recipient(body, world.messenger)
    if body["sender_action"] not in ACTIONS:
        raise invalid("param sender_action must be one of {typing_on, typing_off, mark_seen}")
    return {"recipient_id": thread.psid}
