"""The control API for phones that ring: picking up, pressing keys, hanging up; for members and for staff alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.twilio.voice import exchange
from sandbox.twilio.voice.exchange import BUSY_SIP, NO_NUMBER_SIP
from sandbox.twilio.voice.state import RINGING, TALKING, PhoneCall, newest
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox/calls", tags=["calls"])

ENDINGS: dict[str, tuple[str, int | None]] = {
    "busy": ("busy", BUSY_SIP),
    "decline": ("busy", 603),
    "no-answer": ("no-answer", None),
    "fail": ("failed", NO_NUMBER_SIP),
}


class AnswerBody(BaseModel):
    by: Literal["human", "machine", "fax", "unknown"] = "human"


class KeysBody(BaseModel):
    digits: Annotated[str, Field(pattern=r"^[0-9*#]{1,32}$")]


@router.get("")
async def read_calls(world: WorldDep, ringing: bool = False) -> dict[str, Any]:
    """All legs, oldest first, or only those that ring at the moment."""
    found = [leg for leg in world.twilio.calls.values() if leg.status == RINGING or not ringing]
    return {"calls": [leg.as_json() for leg in found]}


@router.get("/{call}")
async def read_call(call: str, world: WorldDep) -> dict[str, Any]:
    """`call` is a sid, or a number: then the newest leg to it, of those that are live if there are any."""
    return _leg(world, call).as_json()


@router.post("/{call}/answer")
async def answer(call: str, world: WorldDep, body: AnswerBody | None = None) -> dict[str, Any]:
    leg = _leg(world, call, RINGING)
    exchange.pick_up(world, leg, body.by if body else "human")
    return leg.as_json()


@router.post("/{call}/keys")
async def press(call: str, body: KeysBody, world: WorldDep) -> dict[str, Any]:
    """`heeded` says whether something waited for keys."""
    leg = _leg(world, call, TALKING)
    heeded = exchange.keys(world, leg, body.digits)
    return {**leg.as_json(), "heeded": heeded}


@router.post("/{call}/hangup")
async def hang_up(call: str, world: WorldDep) -> dict[str, Any]:
    leg = _leg(world, call, TALKING)
    exchange.end(world, leg, "completed")
    return leg.as_json()


@router.post("/{call}/timeout")
async def run_out(call: str, world: WorldDep) -> dict[str, Any]:
    """What the leg waits for does not come: nobody picks up, or no key is pressed."""
    leg = _leg(world, call)
    action: Callable[[], None] | None = leg.on_timeout
    if action is None:
        raise HTTPException(409, "It waits for nothing.")
    action()
    return leg.as_json()


@router.post("/{call}/{ending}")
async def do_not_answer(
    call: str, ending: Literal["busy", "decline", "no-answer", "fail"], world: WorldDep
) -> dict[str, Any]:
    leg = _leg(world, call, RINGING)
    exchange.end(world, leg, *ENDINGS[ending])
    return leg.as_json()


def _leg(world: World, name: str, status: str | None = None) -> PhoneCall:
    leg = newest(list(world.twilio.calls.values()), name)
    if leg is None:
        raise HTTPException(404, "There is no such call.")
    if status is not None and leg.status != status:
        raise HTTPException(409, f"The call is {leg.status}.")
    return leg
