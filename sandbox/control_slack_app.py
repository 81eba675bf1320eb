"""The control API for what Slack itself does with the app of staff: where it is, what it may do, and what it hears."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox.slack import sockets
from sandbox.slack.events import repeat_event
from sandbox.slack.workspace import Channel
from sandbox.world import WorldDep

router = APIRouter(prefix="/sandbox/slack", tags=["slack"])


class RepeatBody(BaseModel):
    """Without an `event_id` the last event."""

    event_id: str | None = None


class DisconnectBody(BaseModel):
    """Without a `reason` the connections just break; ``warning`` leaves them open."""

    reason: Literal["", "warning", "refresh_requested", "link_disabled"] = "refresh_requested"


class ChannelBody(BaseModel):
    """`invited` says whether the app is in it."""

    id: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,80}$")]
    private: bool = False
    invited: bool = True


class AppBody(BaseModel):
    """Names of scopes, events, commands, shortcuts and tabs of the app's manifest."""

    without: list[str] = []
    more: list[str] = []


@router.post("/channels", status_code=201)
async def put_channel(body: ChannelBody, world: WorldDep) -> dict[str, Any]:
    """A new channel; one that is there gets the name, and the app comes or goes."""
    channel = world.slack.channels.setdefault(body.id, Channel(body.id, body.name))
    channel.name, channel.private, channel.invited = body.name, body.private, body.invited
    return {"id": channel.id}


@router.post("/app")
async def change_app(body: AppBody, world: WorldDep) -> dict[str, Any]:
    """The workspace has another edition of the app installed, until a reset."""
    world.slack.app = world.slack.app.changed(body.without, body.more)
    return {"scopes": sorted(world.slack.app.scopes), "events": sorted(world.slack.app.events)}


@router.get("/sockets")
async def read_sockets(world: WorldDep) -> dict[str, Any]:
    """Whether the app is in Socket Mode, and how many connections it has."""
    return {"on": world.sockets.on, "connections": len(world.sockets.links)}


@router.post("/disconnect")
async def disconnect(body: DisconnectBody, world: WorldDep) -> dict[str, Any]:
    """Slack ends the connections of the app, as it does every few hours."""
    return {"connections": await sockets.disconnect(world, body.reason)}


@router.post("/repeat", status_code=202)
async def repeat(body: RepeatBody, world: WorldDep) -> dict[str, Any]:
    """Slack tells of an event again that it had told of: it never saw the answer."""
    return {"event_id": repeat_event(world, body.event_id)}
