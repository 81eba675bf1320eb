"""The control API for what concerns everything: clock, feed, faults, limits, contacts, reset."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from bot.clock import SharedClock
from sandbox.faults import Fault, Mode, Provider
from sandbox.world import PushableClock, World, WorldDep

router = APIRouter(prefix="/sandbox", tags=["world"])
DEFAULT_MATCH = {
    "twilio": "POST ",
    "slack": "/chat.post",
    "messenger": "/messages",
    "telegram": "/sendMessage",
    "mail": "",
}
"""A lost answer is meant for what sends messages, not for the look-up that follows."""


class FaultBody(BaseModel):
    provider: Provider
    mode: Mode
    times: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(gt=0, le=120)] = 5.0
    error_code: int = 30003
    match: str | None = None


class LimitsBody(BaseModel):
    """Requests per real second; null switches the limit off."""

    twilio: Annotated[int, Field(ge=1)] | None = None
    slack_channel: Annotated[int, Field(ge=1)] | None = None
    telegram_chat: Annotated[int, Field(ge=1)] | None = None
    messenger: Annotated[int, Field(ge=1)] | None = None


class ClockBody(BaseModel):
    """`push` in seconds, or `set` to a moment with a zone."""

    push: float | None = None
    set_to: AwareDatetime | None = Field(default=None, alias="set")

    @model_validator(mode="after")
    def one_of_both(self) -> ClockBody:
        if (self.push is None) == (self.set_to is None):
            raise ValueError("give either push or set")
        return self


class Contact(BaseModel):
    number: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]


class ContactsBody(BaseModel):
    contacts: Annotated[list[Contact], Field(max_length=1000)]


@router.get("/clock")
async def read_clock(world: WorldDep) -> dict[str, Any]:
    return clock_json(world)


@router.post("/clock")
async def move_clock(body: ClockBody, world: WorldDep) -> dict[str, Any]:
    clock = world.clock
    if not isinstance(clock, PushableClock):
        raise HTTPException(409, "MSB_CLOCK is the system clock, which cannot be pushed; give it a file.")
    now = clock.push(timedelta(seconds=body.push)) if body.push is not None else clock.set(_given(body.set_to))
    world.feed.add("clock", f"It is now {now:%A, %d %B %Y, %H:%M} UTC", now=now.isoformat())
    return clock_json(world)


@router.get("/feed")
async def read_feed(
    world: WorldDep,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=30)] = 0,
) -> dict[str, Any]:
    """What happened after sequence number `after`; waits up to `wait` real seconds for news."""
    happenings = await world.feed.wait_after(after, wait)
    return {"happenings": [happening.as_json() for happening in happenings], "last": world.feed.last}


@router.get("/faults")
async def read_faults(world: WorldDep) -> dict[str, Any]:
    return {"faults": world.faults.as_json()}


@router.post("/faults")
async def switch_fault(body: FaultBody, world: WorldDep) -> dict[str, Any]:
    match = body.match
    if match is None:
        match = DEFAULT_MATCH[body.provider] if body.mode == "lost" else ""
    world.faults.switch(Fault(body.provider, body.mode, body.times, body.seconds, body.error_code, match))
    return {"faults": world.faults.as_json()}


@router.post("/limits")
async def switch_limits(body: LimitsBody, world: WorldDep) -> dict[str, Any]:
    world.twilio_limit.per_second = body.twilio
    world.slack_limit.per_second = body.slack_channel
    world.telegram_limit.per_second = body.telegram_chat
    world.messenger_limit.per_second = body.messenger
    return body.model_dump()


@router.get("/contacts")
async def read_contacts(world: WorldDep) -> dict[str, Any]:
    return {"contacts": contacts_json(world)}


@router.post("/contacts")
async def add_contacts(body: ContactsBody, world: WorldDep) -> dict[str, Any]:
    """Adds or renames; the page shows the names."""
    world.contacts |= {contact.number: contact.name for contact in body.contacts}
    world.feed.add("contacts", f"{len(body.contacts)} contacts were added.")
    return {"contacts": contacts_json(world)}


@router.get("/idle")
async def read_idle(world: WorldDep, wait: Annotated[float, Query(ge=0, le=60)] = 0) -> dict[str, Any]:
    """Whether no webhook is queued or under way; waits up to `wait` real seconds for that."""
    idle = await world.courier.wait_idle(wait) if wait else world.courier.idle
    return {"idle": idle, "held": world.courier.held}


@router.post("/flush")
async def flush(world: WorldDep, wait: Annotated[float, Query(ge=0, le=60)] = 0) -> dict[str, Any]:
    """Lets held receipts and retries go now; with `wait`, returns when they arrived."""
    released = world.courier.flush()
    idle = await world.courier.wait_idle(wait) if wait else world.courier.idle
    return {"released": released, "idle": idle}


@router.post("/reset")
async def reset(world: WorldDep, contacts: bool = False) -> dict[str, Any]:
    """Empties phones, channel, feed, faults and limits; the contacts too with ``?contacts=true``. The clock stays."""
    world.reset(contacts=contacts)
    return {"ok": True, "last": world.feed.last}


def clock_json(world: World) -> dict[str, Any]:
    offset = world.clock.now() - world.clock.wall()
    pushable = isinstance(world.clock, PushableClock)
    path = str(world.clock.path) if isinstance(world.clock, SharedClock) else None
    now = world.clock.now().isoformat()
    return {"now": now, "offset_seconds": round(offset.total_seconds(), 3), "pushable": pushable, "file": path}


def contacts_json(world: World) -> list[dict[str, str]]:
    return [{"number": number, "name": name} for number, name in world.contacts.items()]


def _given(moment: datetime | None) -> datetime:
    if moment is None:
        raise HTTPException(422, "no moment was given")
    return moment
