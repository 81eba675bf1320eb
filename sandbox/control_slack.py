"""The control API for what staff do in Slack."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from sandbox.slack import commands, dialogs, interactions
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.events import send_home_opened
from sandbox.slack.posting import change_message, delete_message, post_message, unfurl_message
from sandbox.slack.typed import as_typed
from sandbox.slack.workspace import BOT_USER, Channel, replies
from sandbox.world import World, WorldDep

router = APIRouter(prefix="/sandbox/slack", tags=["slack"])
Text = Annotated[str, Field(min_length=1, max_length=4000)]


class ClickBody(BaseModel):
    """Of the message `ts` (`channel` may be left out for the main channel), or of the dialog or home tab `view_id`.

    `value` is for menus and fields, and tells buttons of one name apart; `values` is what stands in the dialog's other
    fields.
    """

    user: str
    action_id: str
    ts: str = ""
    channel: str | None = None
    view_id: str | None = None
    value: Any = None
    values: dict[str, Any] = {}


class SubmitBody(BaseModel):
    user: str
    view_id: str
    values: dict[str, Any] = {}


class CloseBody(BaseModel):
    user: str
    view_id: str


class SayBody(BaseModel):
    user: str
    text: Text
    channel: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False


class EditBody(BaseModel):
    user: str
    ts: str
    text: Text
    channel: str | None = None


class DeleteBody(BaseModel):
    user: str
    ts: str
    channel: str | None = None


class UnfurlBody(BaseModel):
    ts: str
    url: str = "https://example.org/"
    channel: str | None = None


class ShortcutBody(BaseModel):
    user: str
    ts: str
    callback_id: str
    channel: str | None = None


class HomeBody(BaseModel):
    user: str
    tab: Literal["home", "messages"] = "home"


class CommandBody(BaseModel):
    """`text` is the whole line, as ``/member Ana Diaz``."""

    user: str
    text: Annotated[str, Field(pattern=r"^/\S", max_length=4000)]
    channel: str | None = None


async def answer_refusal(_: Request, refusal: Exception) -> Response:
    """A person can't do that: there is no such message, button or colleague."""
    return JSONResponse({"detail": str(refusal)}, 404)


@router.get("/channel")
async def read_channel(world: WorldDep, channel: str | None = None) -> dict[str, Any]:
    return channel_json(_channel(world, channel))


@router.get("/users")
async def read_users(world: WorldDep) -> dict[str, Any]:
    return {"users": users_json(world)}


@router.get("/views/{user}")
async def read_views(user: str, world: WorldDep) -> dict[str, Any]:
    """The dialog the user sees, or null; and the home tab."""
    stack = world.slack.views.get(user, [])
    return {"view": stack[-1] if stack else None, "open": len(stack), "home": world.slack.homes.get(user)}


@router.post("/click")
async def press(body: ClickBody, world: WorldDep) -> dict[str, Any]:
    if body.view_id is not None:
        return await interactions.click_view(world, body.user, body.view_id, body.action_id, body.value, body.values)
    channel = _channel(world, body.channel)
    return await interactions.click(world, body.user, channel.id, body.ts, body.action_id, body.value)


@router.post("/submit")
async def submit(body: SubmitBody, world: WorldDep) -> dict[str, Any]:
    return await dialogs.submit(world, body.user, body.view_id, body.values)


@router.post("/close")
async def close(body: CloseBody, world: WorldDep) -> dict[str, Any]:
    return await dialogs.close(world, body.user, body.view_id)


@router.post("/shortcut")
async def pick_shortcut(body: ShortcutBody, world: WorldDep) -> dict[str, Any]:
    """A person picks a shortcut in a message's menu; tells what the gateway answered."""
    channel = _channel(world, body.channel)
    return await interactions.shortcut(world, body.user, channel.id, body.ts, body.callback_id)


@router.post("/home", status_code=202)
async def open_home(body: HomeBody, world: WorldDep) -> dict[str, Any]:
    """A person opens the app's home tab, or its messages; the event follows."""
    return {"event_id": send_home_opened(world, world.slack.direct(body.user), body.tab)}


@router.post("/command")
async def type_command(body: CommandBody, world: WorldDep) -> dict[str, Any]:
    """A person types a slash command; tells what the gateway answered. What it shows is in the channel."""
    return await commands.enter(world, body.user, _channel(world, body.channel), body.text)


@router.post("/say", status_code=202)
async def say(body: SayBody, world: WorldDep) -> dict[str, Any]:
    """A person writes in the channel or in a thread; the event follows."""
    if world.slack.person(body.user).is_bot:
        raise HTTPException(422, "The bot writes through the Web API.")
    channel, text = _channel(world, body.channel), as_typed(body.text)
    message = post_message(world, channel, body.user, text, thread_ts=body.thread_ts, broadcast=body.broadcast)
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


@router.post("/edit", status_code=202)
async def edit(body: EditBody, world: WorldDep) -> dict[str, Any]:
    """A person changes a message of theirs; the event follows."""
    channel = _own(world, body.user, body.channel, body.ts)
    change_message(world, channel, body.ts, {"text": as_typed(body.text)})
    return {"ok": True, "channel": channel.id, "ts": body.ts}


@router.post("/delete", status_code=202)
async def delete(body: DeleteBody, world: WorldDep) -> dict[str, Any]:
    """A person takes a message of theirs back; the event follows."""
    channel = _own(world, body.user, body.channel, body.ts)
    delete_message(world, channel, body.ts)
    return {"ok": True, "channel": channel.id, "ts": body.ts}


@router.post("/unfurl", status_code=202)
async def unfurl(body: UnfurlBody, world: WorldDep) -> dict[str, Any]:
    """Slack adds the preview of a link to a message; the event follows."""
    channel = _channel(world, body.channel)
    unfurl_message(world, channel, body.ts, body.url)
    return {"ok": True, "channel": channel.id, "ts": body.ts}


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
    return world.slack.channel(identifier) if identifier else world.slack.main


def _own(world: World, user: str, identifier: str | None, ts: str) -> Channel:
    """The channel of a message that `user` wrote."""
    channel = _channel(world, identifier)
    if world.slack.message(channel.id, ts)["user"] != world.slack.person(user).id:
        raise SlackRefusal("message_not_found")
    return channel
