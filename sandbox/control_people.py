"""The control API for what people do: members on their phones, staff in Slack."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.control_world import clock_json, contacts_json
from sandbox.slack import interactions
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.posting import post_message
from sandbox.slack.typed import as_typed
from sandbox.slack.workspace import BOT_USER, Channel, replies
from sandbox.twilio import phone
from sandbox.twilio.rules import is_number
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox", tags=["people"])


class TextBody(BaseModel):
    text: Annotated[str, Field(max_length=1600)]


class ClickBody(BaseModel):
    """`channel` may be left out for the main channel; `value` is for menus only."""

    user: str
    ts: str
    action_id: str
    channel: str | None = None
    value: str | None = None


class SubmitBody(BaseModel):
    user: str
    view_id: str
    values: dict[str, Any] = {}


class CloseBody(BaseModel):
    user: str
    view_id: str


class SayBody(BaseModel):
    user: str
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    channel: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False


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


@router.get("/slack/channel")
async def read_channel(world: WorldDep, channel: str | None = None) -> dict[str, Any]:
    return channel_json(_channel(world, channel))


@router.get("/slack/users")
async def read_users(world: WorldDep) -> dict[str, Any]:
    return {"users": users_json(world)}


@router.get("/slack/views/{user}")
async def read_views(user: str, world: WorldDep) -> dict[str, Any]:
    """The dialog the user sees, or null; and the home tab."""
    stack = world.slack.views.get(user, [])
    return {"view": stack[-1] if stack else None, "open": len(stack), "home": world.slack.homes.get(user)}


@router.post("/slack/click")
async def press(body: ClickBody, world: WorldDep) -> dict[str, Any]:
    try:
        channel = body.channel or world.slack.main.id
        return await interactions.click(world, body.user, channel, body.ts, body.action_id, body.value)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None


@router.post("/slack/submit")
async def submit(body: SubmitBody, world: WorldDep) -> dict[str, Any]:
    try:
        return await interactions.submit(world, body.user, body.view_id, body.values)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None


@router.post("/slack/close")
async def close(body: CloseBody, world: WorldDep) -> dict[str, Any]:
    try:
        return await interactions.close(world, body.user, body.view_id)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None


@router.post("/slack/say", status_code=202)
async def say(body: SayBody, world: WorldDep) -> dict[str, Any]:
    """A person writes in the channel or in a thread; the event follows."""
    try:
        if world.slack.person(body.user).is_bot:
            raise HTTPException(422, "The bot writes through the Web API.")
        channel = _channel(world, body.channel)
        message = post_message(
            world, channel, body.user, as_typed(body.text), thread_ts=body.thread_ts, broadcast=body.broadcast
        )
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


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
        "faults": world.faults.as_json(),
    }


def phones_json(world: World) -> list[dict[str, Any]]:
    numbers = list(dict.fromkeys([*world.contacts, *world.twilio.phones()]))
    return [phone_json(world, number) for number in numbers]


def phone_json(world: World, number: str) -> dict[str, Any]:
    blocked = (world.settings.twilio_from, number) in world.twilio.blocked
    messages = [sms.as_json() for sms in world.twilio.of_phone(number)]
    return {"number": number, "name": world.contacts.get(number), "blocked": blocked, "messages": messages}


def channel_json(channel: Channel) -> dict[str, Any]:
    """Messages oldest first, each first message with its thread."""
    top = [
        {**message, "replies": replies(channel, ts)}
        for ts, message in sorted(channel.messages.items())
        if message.get("thread_ts", ts) == ts
    ]
    return {
        "id": channel.id,
        "name": channel.name,
        "partner": channel.partner,
        "messages": top,
        "ephemeral": list(channel.ephemeral),
    }


def users_json(world: World) -> list[dict[str, Any]]:
    return [
        {"id": person.id, "name": person.real_name, "email": person.email, "is_bot": person.id == BOT_USER}
        for person in world.slack.people.values()
    ]


def _channel(world: World, identifier: str | None) -> Channel:
    try:
        return world.slack.channel(identifier) if identifier else world.slack.main
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None
