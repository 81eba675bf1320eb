"""Twilio's REST API under /twilio, as the official client calls it.

The client is pointed here by ``client.api.base_url = "http://127.0.0.1:8080/twilio"``. That is sturdier than an
HTTP client that rewrites the host, because the library joins this base with the addresses of the next pages too.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from sandbox.twilio import listing, receipts, resource
from sandbox.twilio.errors import TwilioRefusal
from sandbox.twilio.rules import Draft, check
from sandbox.twilio.state import Sms, new_sid
from sandbox.world import World, WorldDep

router = APIRouter(prefix=f"/twilio/{resource.API}/Accounts", include_in_schema=False)


def authenticate(world: World, account: str, request: Request) -> None:
    """Basic auth with the account's sid and token.

    Raises:
        TwilioRefusal: 20003, or 20404 for another account's path.
    """
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True) if kind.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    wanted = f"{world.settings.twilio_account_sid}:{world.settings.twilio_auth_token}".encode()
    if not hmac.compare_digest(given, wanted):
        raise TwilioRefusal(20003)
    if account != world.settings.twilio_account_sid:
        raise TwilioRefusal(20404, uri=request.url.path)


async def answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    """The exception handler for TwilioRefusal."""
    if not isinstance(refusal, TwilioRefusal):
        raise refusal
    headers = {"Retry-After": "1"} if refusal.status == 429 else {}
    return JSONResponse(refusal.body(), refusal.status, headers)


@router.post("/{account}/Messages.json")
async def create_message(account: str, request: Request, world: WorldDep) -> JSONResponse:
    authenticate(world, account, request)
    if not world.twilio_limit.takes(account):
        raise TwilioRefusal(20429)
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    try:
        draft = check(form, world.settings.twilio_from, world.twilio)
    except TwilioRefusal as refusal:
        summary = f"Twilio refuses a message to {form.get('To', 'nobody')}: {refusal.code}"
        world.feed.add("sms.refused", summary, to=form.get("To"), code=refusal.code, text=form.get("Body"))
        raise
    sms = _accept(world, draft)
    body = resource.message(sms, account, just_created=True)
    receipts.schedule(world, sms)
    return JSONResponse(body, 201)


@router.get("/{account}/Messages.json")
async def list_messages(account: str, request: Request, world: WorldDep) -> dict[str, Any]:
    authenticate(world, account, request)
    try:
        return listing.page(request.query_params, list(world.twilio.messages.values()), account)
    except ValueError:
        raise TwilioRefusal(20404, uri=request.url.path) from None


@router.get("/{account}/Messages/{sid}.json")
async def fetch_message(account: str, sid: str, request: Request, world: WorldDep) -> dict[str, Any]:
    authenticate(world, account, request)
    sms = world.twilio.messages.get(sid)
    if sms is None:
        raise TwilioRefusal(20404, uri=request.url.path.removeprefix("/twilio"))
    return resource.message(sms, account)


@router.get("/{account}.json")
async def fetch_account(account: str, request: Request, world: WorldDep) -> dict[str, Any]:
    authenticate(world, account, request)
    return resource.account(account, world.settings.twilio_auth_token, world.clock.now())


def _accept(world: World, draft: Draft) -> Sms:
    now = world.clock.now()
    sms = world.twilio.add(
        Sms(
            sid=new_sid(),
            direction="outbound-api",
            sender=draft.sender,
            to=draft.to,
            body=draft.body,
            created=now,
            status="accepted" if draft.service_sid else "queued",
            updated=now,
            sent=now,
            service_sid=draft.service_sid,
            status_callback=draft.status_callback,
        )
    )
    name = world.contacts.get(draft.to, draft.to)
    world.feed.add("sms.sent", f"Text to {name}: {draft.body}", sid=sms.sid, number=draft.to, text=draft.body)
    return sms
