"""The control API for members' phones, and for all that the page shows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.control_slack import channel_json, users_json
from sandbox.control_world import clock_json, contacts_json
from sandbox.twilio import phone
from sandbox.twilio.rules import is_number
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox", tags=["people"])


class TextBody(BaseModel):
    text: Annotated[str, Field(max_length=1600)]


@router.get("/phones")
async def read_phones(world: WorldDep) -> dict[str, Any]:
    return {"phones": phones_json(world)}


@router.get("/phones/{number}")
async def read_phone(number: str, world: WorldDep) -> dict[str, Any]:
    return phone_json(world, number)


@router.post("/phones/{number}", status_code=202)
async def text_from_phone(number: str, body: TextBody, world: WorldDep) -> dict[str, Any]:
    """The phone texts the bot. Answers at once; the webhook follows (see /sandbox/idle)."""
    if not is_number(number):
        raise HTTPException(422, "The number must be in E.164 form, as +14155550123.")
    return phone.send(world, number, body.text).as_json()


@router.get("/state")
async def read_state(world: WorldDep) -> dict[str, Any]:
    """All that the page shows, in one answer."""
    return {
        "last": world.feed.last,
        "clock": clock_json(world),
        "contacts": contacts_json(world),
        "our_number": world.settings.twilio_from,
        "phones": phones_json(world),
        "users": users_json(world),
        "channels": [channel_json(channel) for channel in world.slack.channels.values()],
        "views": {user: stack[-1] for user, stack in world.slack.views.items() if stack},
        "homes": world.slack.homes,
        "shortcuts": sorted(world.slack.app.shortcuts),
        "faults": world.faults.as_json(),
    }


def phones_json(world: World) -> list[dict[str, Any]]:
    numbers = list(dict.fromkeys([*world.contacts, *world.twilio.phones()]))
    return [phone_json(world, number) for number in numbers]


def phone_json(world: World, number: str) -> dict[str, Any]:
    blocked = (world.settings.twilio_from, number) in world.twilio.blocked
    messages = [sms.as_json() for sms in world.twilio.of_phone(number)]
    return {"number": number, "name": world.contacts.get(number), "blocked": blocked, "messages": messages}
