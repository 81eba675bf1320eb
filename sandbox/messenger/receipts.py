"""What Meta tells about a message after it took it: the echo, the delivery, and that it was read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from sandbox.courier import Job
from sandbox.messenger import webhook
from sandbox.messenger.state import PAGE_INBOX_APP, Post, Thread
from sandbox.world import World

PLANS = {
    "doubled": ["echo", "echo", "delivery", "delivery"],
    "out_of_order": ["delivery", "echo"],
    "undelivered": ["echo"],
    "failed": ["echo"],
}
"""Messenger has no report of a failure: what does not arrive is never reported as delivered."""


def schedule(world: World, thread: Thread, post: Post) -> None:
    """Queues, or holds, what is told about a message of ours."""
    fault = world.faults.take("messenger", receipts=True)
    lane = f"receipts {thread.psid}"
    due = world.clock.now() + timedelta(seconds=world.settings.sandbox_late_seconds)
    for what in PLANS.get(fault.mode if fault else "", ["echo", "delivery"]):
        told = _job(world, thread, post, what)
        if world.settings.sandbox_receipts == "manual":
            world.courier.hold(f"messenger {lane}", told, None)
        elif fault is not None and fault.mode == "late":
            world.courier.hold(f"messenger {lane}", told, due)
        else:
            world.courier.put(f"messenger {lane}", told)


def read(world: World, thread: Thread) -> None:
    """The person has opened the thread: everything in it up to now is read."""
    for post in thread.posts:
        if post.by != "person":
            post.status = "read"
    event = {"read": {"watermark": webhook.milliseconds(world)}}
    webhook.put(world, f"receipts {thread.psid}", webhook.entry(world, _to_page(world, thread, event)))


def echo(world: World, thread: Thread, post: Post) -> dict[str, Any]:
    """The event by which Meta tells of a message of the page, ours or another app's."""
    ours = post.by == "bot"
    message: dict[str, Any] = {
        "mid": post.mid,
        "is_echo": True,
        "app_id": int(world.settings.messenger_app_id) if ours else PAGE_INBOX_APP,
    }
    if post.metadata:
        message["metadata"] = post.metadata
    return {
        "sender": {"id": world.settings.messenger_page_id},
        "recipient": {"id": thread.psid},
        "timestamp": int(post.at.timestamp() * 1000),
        "message": {**message, "text": post.text},
    }


def _job(world: World, thread: Thread, post: Post, what: str) -> Job:
    async def report() -> None:
        await asyncio.sleep(world.settings.sandbox_receipt_delay)
        event = echo(world, thread, post) if what == "echo" else _delivery(world, thread, post)
        payload = webhook.entry(world, event, standby=what == "echo" and thread.owned_by_inbox)
        await webhook.job(world, f"receipts {thread.psid}", payload)()

    return report


def _delivery(world: World, thread: Thread, post: Post) -> dict[str, Any]:
    if post.status == "sent":
        post.status = "delivered"
        world.feed.add("messenger.delivered", f"A message reached {thread.psid}", mid=post.mid)
    watermark = int(post.at.timestamp() * 1000)
    return _to_page(world, thread, {"delivery": {"mids": [post.mid], "watermark": watermark}})


def _to_page(world: World, thread: Thread, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender": {"id": thread.psid},
        "recipient": {"id": world.settings.messenger_page_id},
        "timestamp": webhook.milliseconds(world),
        **event,
    }
