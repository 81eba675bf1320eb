"""Telling the bot what happened: updates by webhook, by the official server's rules, or handed to who polls.

The rules are those of the official server (tdlib/telegram-bot-api, WebhookActor.cpp): the updates of one chat in order;
2xx ends one; the first failure is tried again at once, then after 2, 4, 8 ... 60 seconds, or when Retry-After says; an
update is dropped after a day; a webhook that says 410 for 23 hours is removed; a method named in a 2xx is executed.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sandbox.courier import Outcome
from sandbox.telegram.errors import TelegramRefusal
from sandbox.telegram.methods import call
from sandbox.telegram.state import Json, Update, Webhook
from sandbox.world import World

KEPT = timedelta(hours=24)
GONE_AFTER = timedelta(hours=23)
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
NOT_EXECUTED = {"deletewebhook", "setwebhook", "close", "logout"}


def tell(world: World, chat: int, kind: str, body: Json) -> Update | None:
    """Queues an update; None when the bot did not subscribe to its kind."""
    state = world.telegram
    if kind not in state.allowed:
        return None
    update = Update(state.number(), chat, kind, world.clock.now(), body)
    state.pending.append(update)
    state.wake_pollers()
    deliver(world, chat)
    return update


def deliver_all(world: World) -> None:
    """Starts what waits, for a webhook that was just set."""
    for chat in dict.fromkeys(update.chat for update in world.telegram.pending):
        deliver(world, chat)


def deliver(world: World, chat: int) -> None:
    """Starts the delivery of a chat's updates, unless it is under way or there is no webhook."""
    state = world.telegram
    if state.webhook is None or chat in state.busy:
        return
    fault = world.faults.take("telegram", receipts=True)
    doubled = fault is not None and fault.mode == "doubled"
    late = fault is not None and fault.mode == "late"
    state.busy.add(chat)

    async def work() -> None:
        if world.telegram is state:
            await _drain(world, chat, doubled)

    due = world.clock.now() + timedelta(seconds=world.settings.sandbox_late_seconds)
    lane = f"telegram {chat}"
    taken = world.courier.hold(lane, work, due) if late else world.courier.put(lane, work)
    if not taken:
        state.busy.discard(chat)


async def _drain(world: World, chat: int, doubled: bool) -> None:
    """Sends a chat's updates one after the other, until none is left or one has to wait."""
    state = world.telegram
    while True:
        update = next((waiting for waiting in state.pending if waiting.chat == chat), None)
        webhook = state.webhook
        if update is None or webhook is None:
            state.busy.discard(chat)
            return
        outcome = await _post(world, webhook, update)
        if doubled and outcome.ok:
            await _post(world, webhook, update)
        if world.telegram is not state:
            return
        if outcome.ok:
            _forget(world, update)
            webhook.gone_since = None
            await _execute(world, outcome.body)
        elif _wait(world, webhook, update, outcome):
            return


def _wait(world: World, webhook: Webhook, update: Update, outcome: Outcome) -> bool:
    """Notes a failure; True when the chat now waits, False when it may go on at once."""
    now, state = world.clock.now(), world.telegram
    webhook.last_error, webhook.last_error_at = _words(outcome), now
    if _is_gone(world, webhook, outcome):
        state.webhook = None
        world.feed.add("telegram.webhook_removed", "Telegram removed the webhook: it said 410 for 23 hours.")
    after = _retry_after(outcome)
    if after == 0 and update.fails:
        update.delay = min(update.delay * 2, LONGEST_DELAY)
    delay = after or (update.delay if update.fails else 0)
    update.fails += 1
    if now + timedelta(seconds=delay) > update.at + KEPT:
        _forget(world, update)
        world.feed.add("telegram.update_dropped", f"Telegram dropped update {update.id}", update_id=update.id)
        return False
    if delay == 0:
        return False

    async def again() -> None:
        if world.telegram is state:
            await _drain(world, update.chat, False)

    held = world.courier.hold(f"telegram {update.chat}", again, now + timedelta(seconds=delay))
    if not held:
        state.busy.discard(update.chat)
    return True


def _is_gone(world: World, webhook: Webhook, outcome: Outcome) -> bool:
    if outcome.status != 410:
        webhook.gone_since = None
        return False
    now = world.clock.now()
    webhook.gone_since = webhook.gone_since or now
    return now > webhook.gone_since + GONE_AFTER


def _forget(world: World, update: Update) -> None:
    if update in world.telegram.pending:
        world.telegram.pending.remove(update)


def _words(outcome: Outcome) -> str:
    if outcome.failure is None:
        return f"Wrong response from the webhook: {outcome.status}"
    reasons = {"connect": "Connection refused", "timeout": "Read timeout expired"}
    return reasons.get(outcome.failure, "Webhook connection closed")


def _retry_after(outcome: Outcome) -> int:
    value = outcome.headers.get("retry-after", "")
    return min(int(value), LONGEST_RETRY_AFTER) if value.isascii() and value.isdigit() and len(value) < 10 else 0


async def _post(world: World, webhook: Webhook, update: Update) -> Outcome:
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip, deflate"}
    if webhook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
    body = json.dumps(update.as_json())
    outcome = await world.courier.post(webhook.url, body, headers, world.settings.sandbox_webhook_timeout)
    summary = f"Telegram told the bot: {update.kind} of {update.chat} ({outcome.says})"
    which = {"update_id": update.id, "chat": update.chat, "message_id": update.body.get("message_id")}
    world.feed.add("telegram.webhook", summary, url=webhook.url, result=outcome.says, **which)
    return outcome


async def _execute(world: World, body: str) -> None:
    """A method in the answer to a webhook is called like any other; nobody gets its result."""
    try:
        args: Any = json.loads(body)
    except ValueError:
        return
    method = str(args.get("method", "")).lower() if isinstance(args, dict) else ""
    if not method or method in NOT_EXECUTED or method.startswith("get"):
        return
    world.feed.add("telegram.executed", f"The answer to a webhook was executed: {method}", method=method)
    try:
        await call(world, method, args)
    except TelegramRefusal as refusal:
        world.feed.add("telegram.refused", f"Telegram refuses {method}: {refusal.description}", method=method)
