"""The control API for the members' side of Slack: their direct messages with the bot, in a workspace of their own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from sandbox.slack import interactions
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_home_opened
from sandbox.slack.posting import change_message, delete_message, post_message
from sandbox.slack.typed import as_typed
from sandbox.slack.workspace import TEAM, Channel, Person
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox/slack-members", tags=["slack members"])
Text = Annotated[str, Field(min_length=1, max_length=4000)]


class PersonBody(BaseModel):
    id: Annotated[str, Field(pattern=r"^U[A-Z0-9]{2,20}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: str | None = None


class SayBody(BaseModel):
    text: Text
    thread_ts: str | None = None


class PressBody(BaseModel):
    """Either `action_id` or `title` says which button of the message `ts`."""

    ts: str
    action_id: str = ""
    title: str = ""


class EditBody(BaseModel):
    ts: str
    text: Text


class DeleteBody(BaseModel):
    ts: str


class HomeBody(BaseModel):
    tab: Annotated[str, Field(pattern="^(home|messages)$")] = "home"


@router.get("")
async def read_people(world: WorldDep) -> dict[str, Any]:
    people = world.slack_members.people.values()
    members = [
        {"id": person.id, "name": person.real_name, "email": person.email} for person in people if not person.is_bot
    ]
    return {"team": TEAM, "people": members}


@router.post("", status_code=201)
async def add_person(body: PersonBody, world: WorldDep) -> dict[str, Any]:
    """Somebody joins the workspace."""
    world.slack_members.people[body.id] = Person(body.id, body.id.lower(), body.name, body.email)
    return {"id": body.id, "address": f"{TEAM}:{body.id}"}


@router.get("/{user}")
async def read_messages(user: str, world: WorldDep) -> dict[str, Any]:
    """The direct messages with a member, oldest first."""
    channel = _direct(world.of_members(), user)
    return {"channel": channel.id, "messages": [message for _, message in sorted(channel.messages.items())]}


@router.post("/{user}/say", status_code=202)
async def say(user: str, body: SayBody, world: WorldDep) -> dict[str, Any]:
    """The member writes; the event follows."""
    side = world.of_members()
    channel = _direct(side, user)
    try:
        message = post_message(side, channel, user, as_typed(body.text), thread_ts=body.thread_ts)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None
    return {"channel": channel.id, "ts": message["ts"]}


@router.post("/{user}/press")
async def press(user: str, body: PressBody, world: WorldDep) -> dict[str, Any]:
    """The member presses a button; tells what the gateway answered."""
    side = world.of_members()
    channel = _direct(side, user)
    try:
        action = body.action_id or _titled(side.slack.message(channel.id, body.ts), body.title)
        return await interactions.click(side, user, channel.id, body.ts, action, None)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None


@router.post("/{user}/edit", status_code=202)
async def edit(user: str, body: EditBody, world: WorldDep) -> dict[str, Any]:
    """The member changes a message of theirs."""
    side = world.of_members()
    channel = _own(side, user, body.ts)
    change_message(side, channel, body.ts, {"text": as_typed(body.text)})
    return {"channel": channel.id, "ts": body.ts}


@router.post("/{user}/delete", status_code=202)
async def delete(user: str, body: DeleteBody, world: WorldDep) -> dict[str, Any]:
    """The member takes a message of theirs back."""
    side = world.of_members()
    channel = _own(side, user, body.ts)
    delete_message(side, channel, body.ts)
    return {"channel": channel.id, "ts": body.ts}


@router.post("/{user}/open", status_code=202)
async def open_home(user: str, body: HomeBody, world: WorldDep) -> dict[str, Any]:
    """The member opens the app."""
    side = world.of_members()
    channel = _direct(side, user)
    return {"event_id": send_home_opened(side, channel, body.tab)}


def _direct(side: World, user: str) -> Channel:
    try:
        return side.slack.direct(user)
    except SlackRefusal as refusal:
        raise HTTPException(404, refusal.error) from None


def _own(side: World, user: str, ts: str) -> Channel:
    channel = _direct(side, user)
    if channel.messages.get(ts, {}).get("user") != user:
        raise HTTPException(404, "message_not_found")
    return channel


def _titled(message: dict[str, Any], title: str) -> str:
    buttons = [element for block in message.get("blocks", []) for element in block.get("elements", [])]
    found = [element for element in buttons if element.get("text", {}).get("text") == title]
    if not found:
        raise SlackRefusal("no_such_action")
    return str(found[0]["action_id"])
