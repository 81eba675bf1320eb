"""The methods that say how the bot gets its updates: a webhook, or polling; never both."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import FloodRefusal, TelegramRefusal
from sandbox.telegram.state import UPDATE_KINDS, Json, Update, Webhook
from sandbox.world import World

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS = (443, 80, 88, 8443)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
POLL_LIMIT, LONGEST_POLL = 100, 50
ONE_A_SECOND = timedelta(seconds=1)
WEBHOOK_IS_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
ANOTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"


async def set_webhook(world: World, args: Json) -> bool:
    state, url = world.telegram, str(args.get("url") or "")
    if not url:
        return await delete_webhook(world, args)
    if state.webhook_set_at and world.clock.wall() - state.webhook_set_at < ONE_A_SECOND:
        raise FloodRefusal
    _check_url(url)
    secret = args.get("secret_token")
    if secret is not None and not SECRET.fullmatch(str(secret)):
        raise TelegramRefusal(400, "secret token contains unallowed characters")
    _subscribe(world, args)
    _drop(world, args)
    state.webhook = Webhook(url, str(secret or ""), _number(args.get("max_connections"), 40, 1, 100))
    state.webhook_set_at = world.clock.wall()
    _end_poll(world, BY_WEBHOOK)
    world.feed.add("telegram.webhook_set", f"Telegram's webhook is now {url}", url=url)
    return True


def _check_url(url: str) -> None:
    """Telegram wants HTTPS and one of four ports; the sandbox also calls this machine, where there is neither."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise TelegramRefusal(400, "invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TelegramRefusal(400, "invalid webhook URL specified")
    if parts.hostname in LOOPBACK:
        return
    if parts.scheme != "https":
        raise TelegramRefusal(400, "bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise TelegramRefusal(400, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


async def delete_webhook(world: World, args: Json) -> bool:
    _drop(world, args)
    world.telegram.webhook = None
    return True


async def webhook_info(world: World, args: Json) -> Json:
    state = world.telegram
    webhook = state.webhook or Webhook("")
    info: Json = {"url": webhook.url, "has_custom_certificate": False, "pending_update_count": len(state.pending)}
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error_at:
        info |= {"last_error_date": int(webhook.last_error_at.timestamp()), "last_error_message": webhook.last_error}
    if state.allowed != UPDATE_KINDS:
        info["allowed_updates"] = list(state.allowed)
    return info


async def get_updates(world: World, args: Json) -> list[Json]:
    """What waits from `offset` on; everything before is confirmed. Waits up to `timeout` real seconds for news."""
    state = world.telegram
    if state.webhook is not None:
        raise TelegramRefusal(409, WEBHOOK_IS_SET)
    _end_poll(world, ANOTHER)
    mine = state.poll
    _subscribe(world, args)
    offset = _number(args.get("offset"), 0, -POLL_LIMIT, 2**53)
    if offset < 0:
        state.pending[:] = state.pending[offset:]
    state.pending[:] = [update for update in state.pending if update.id >= offset]
    limit = _number(args.get("limit"), POLL_LIMIT, 1, POLL_LIMIT)
    if not state.pending and (seconds := _number(args.get("timeout"), 0, 0, LONGEST_POLL)):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await state.news.wait()
    if state.poll != mine:
        raise TelegramRefusal(409, state.poll_ended_by)
    found: list[Update] = state.pending[:limit]
    return [update.as_json() for update in found]


def _end_poll(world: World, reason: str) -> None:
    """Ends the call of getUpdates that waits, if there is one."""
    state = world.telegram
    state.poll += 1
    state.poll_ended_by = reason
    state.wake_pollers()


def _subscribe(world: World, args: Json) -> None:
    """What isn't given stays as it was; an empty list is the default."""
    given = args.get("allowed_updates")
    if given is None:
        return
    try:
        wanted = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise TelegramRefusal(400, "can't parse allowed updates list") from None
    if not isinstance(wanted, list):
        raise TelegramRefusal(400, "can't parse allowed updates list")
    known = tuple(kind for kind in UPDATE_KINDS if kind in wanted)
    world.telegram.allowed = known if wanted else UPDATE_KINDS


def _drop(world: World, args: Json) -> None:
    if str(args.get("drop_pending_updates")).lower() == "true":
        world.telegram.pending.clear()


def _number(value: Any, default: int, least: int, most: int) -> int:
    try:
        return min(max(int(str(value)), least), most)
    except ValueError:
        return default
