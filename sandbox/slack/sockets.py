"""Socket Mode: connections that the app opens, and the envelopes that go over them instead of webhooks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import uuid
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from sandbox.courier import Outcome
from sandbox.slack.errors import SlackRefusal
from sandbox.slack.links import Link
from sandbox.slack.workspace import APP, Json
from sandbox.world import World

router = APIRouter(include_in_schema=False)
MOST_LINKS = 10
HOST = "applink-sandbox"
JSON_HEADERS = {"content-type": "application/json"}


def open_connection(world: World) -> Json:
    """``apps.connections.open``: an address that takes one connection."""
    sockets = world.sockets
    if len(sockets.links) >= MOST_LINKS:
        raise SlackRefusal("too_many_websockets")
    sockets.on = True
    ticket = secrets.token_hex(16)
    sockets.tickets.add(ticket)
    site = world.settings.base_url.replace("http", "ws", 1)
    return {"url": f"{site}{world.slack_site.api}/link/?ticket={ticket}&app_id={APP}"}


@router.websocket("/slack/link/")
async def link(socket: WebSocket, ticket: str = "") -> None:
    await _serve(socket.app.state.world, socket, ticket)


@router.websocket("/slack-members/link/")
async def link_of_members(socket: WebSocket, ticket: str = "") -> None:
    await _serve(socket.app.state.world.of_members(), socket, ticket)


async def deliver(world: World, kind: str, payload: Any, **more: Any) -> Outcome:
    """Sends an envelope and waits for its acknowledgement, as `Courier.post` waits for an answer."""
    link = world.sockets.next()
    if link is None:
        return Outcome(0, "", {}, "connect")
    envelope_id = str(uuid.uuid4())
    answer = link.waiting[envelope_id] = asyncio.get_running_loop().create_future()
    replies = kind != "events_api"
    envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": replies}
    try:
        async with asyncio.timeout(world.settings.sandbox_slack_ack_seconds):
            await link.socket.send_json({**envelope, **more})
            said = (await answer).get("payload")
    except TimeoutError:
        return Outcome(0, "", {}, "timeout")
    except (ConnectionError, RuntimeError, WebSocketDisconnect):
        return Outcome(0, "", {}, "broken")
    finally:
        link.waiting.pop(envelope_id, None)
    return Outcome(200, json.dumps(said), JSON_HEADERS) if said and replies else Outcome(200, "", {})


async def disconnect(world: World, reason: str) -> int:
    """Slack closes all connections, after it said so with `reason`; returns how many there were.

    ``warning`` only announces it; ``""`` says nothing, as when a cable breaks.
    """
    links = list(world.sockets.links)
    if reason != "warning":
        world.sockets.links.clear()
    for link in links:
        with contextlib.suppress(ConnectionError, RuntimeError, WebSocketDisconnect):
            if reason:
                await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}})
            if reason != "warning":
                await link.socket.close(1000 if reason else 1011)
    return len(links)


async def _serve(world: World, socket: WebSocket, ticket: str) -> None:
    sockets = world.sockets
    if ticket not in sockets.tickets:
        await socket.close(1008)
        return
    sockets.tickets.discard(ticket)
    await socket.accept()
    link = Link(socket)
    sockets.links.append(link)
    world.feed.add("slack.socket", f"The bot has {len(sockets.links)} sockets to Slack", url=world.slack_site.api)
    try:
        await socket.send_json(_hello(len(sockets.links)))
        await _listen(link)
    finally:
        if link in sockets.links:
            sockets.links.remove(link)
        for answer in link.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError())
        world.feed.add("slack.socket", f"The bot has {len(sockets.links)} sockets to Slack", url=world.slack_site.api)


async def _listen(link: Link) -> None:
    """Takes acknowledgements until the connection ends; anything else is not heeded, nor are late ones."""
    while True:
        try:
            said = json.loads(await link.socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            return
        except ValueError:
            continue
        answer = link.waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if answer is not None and not answer.done():
            answer.set_result(said)


def _hello(count: int) -> Json:
    debug = {"host": HOST, "build_number": 1, "approximate_connection_time": 18060}
    return {"type": "hello", "num_connections": count, "connection_info": {"app_id": APP}, "debug_info": debug}
