"""Calls in Twilio's REST API: placing one, looking at it, ending it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from sandbox.twilio.api import authenticate
from sandbox.twilio.errors import TwilioRefusal
from sandbox.twilio.resource import API
from sandbox.twilio.state import new_sid
from sandbox.twilio.voice import exchange, resource, rules
from sandbox.twilio.voice.rules import text, whole
from sandbox.twilio.voice.state import TALKING, PhoneCall
from sandbox.world import World, WorldDep

router = APIRouter(prefix=f"/twilio/{API}/Accounts", include_in_schema=False)


@router.post("/{account}/Calls.json")
async def create_call(account: str, request: Request, world: WorldDep) -> JSONResponse:
    authenticate(world, account, request)
    if not world.twilio_limit.takes(account):
        raise TwilioRefusal(20429)
    form = await request.form()
    try:
        rules.check_new(form, world.settings.our_numbers)
    except TwilioRefusal as refusal:
        summary = f"Twilio refuses to call {text(form, 'To') or 'nobody'}: {refusal.code}"
        world.feed.add("call.refused", summary, to=text(form, "To"), code=refusal.code)
        raise
    leg = _accept(world, form)
    body = resource.call(leg, account)
    exchange.place(world, leg)
    return JSONResponse(body, 201)


@router.get("/{account}/Calls.json")
async def list_calls(account: str, request: Request, world: WorldDep) -> dict[str, Any]:
    authenticate(world, account, request)
    try:
        return resource.page(list(world.twilio.calls.values()), request.query_params, account)
    except ValueError:
        raise TwilioRefusal(20404, uri=request.url.path) from None


@router.get("/{account}/Calls/{sid}.json")
async def fetch_call(account: str, sid: str, request: Request, world: WorldDep) -> dict[str, Any]:
    authenticate(world, account, request)
    return resource.call(_find(world, sid, request), account)


@router.post("/{account}/Calls/{sid}.json")
async def change_call(account: str, sid: str, request: Request, world: WorldDep) -> dict[str, Any]:
    """``Status=canceled`` ends what rings, ``completed`` also what is picked up; ``Url`` leads to another document."""
    authenticate(world, account, request)
    leg, form = _find(world, sid, request), await request.form()
    status, url = text(form, "Status"), text(form, "Url")
    if status not in {"", "canceled", "completed"}:
        raise TwilioRefusal(20001, name="Status")
    if not leg.live or (url and not status and leg.status != TALKING):
        raise TwilioRefusal(21220)
    if status and leg.status != TALKING:
        exchange.end(world, leg, "canceled")
    elif status == "completed":
        exchange.end(world, leg, "completed")
    elif url and not status:
        exchange.redirect(world, leg, url)
    return resource.call(leg, account)


def _find(world: World, sid: str, request: Request) -> PhoneCall:
    leg = world.twilio.calls.get(sid)
    if leg is None:
        raise TwilioRefusal(20404, uri=request.url.path.removeprefix("/twilio"))
    return leg


def _accept(world: World, form: FormData) -> PhoneCall:
    leg = PhoneCall(
        sid=new_sid("CA"),
        direction="outbound-api",
        sender=text(form, "From"),
        to=text(form, "To"),
        created=world.clock.now(),
        listener=rules.listener(form),
        url=text(form, "Url"),
        fallback_url=text(form, "FallbackUrl") or None,
        ring_seconds=whole(form, "Timeout", rules.RING_DEFAULT),
        time_limit=whole(form, "TimeLimit", rules.TIME_LIMIT),
        detection=text(form, "MachineDetection"),
    )
    world.feed.add("call.placed", f"Call to {world.contacts.get(leg.to, leg.to)}", sid=leg.sid, number=leg.to)
    return leg
