"""The life of an outgoing message after Twilio took it: statuses, and the callbacks that report them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sandbox.courier import Job
from sandbox.faults import Fault
from sandbox.twilio.resource import API
from sandbox.twilio.state import Sms
from sandbox.twilio.webhook import post_form
from sandbox.world import World

RANK = {"queued": 0, "accepted": 0, "sent": 1, "delivered": 2, "undelivered": 2, "failed": 2}


def plan(fault: Fault | None) -> list[str]:
    """The statuses in the order in which they are reported."""
    mode = fault.mode if fault else "none"
    return {
        "doubled": ["sent", "sent", "delivered", "delivered"],
        "out_of_order": ["delivered", "sent"],
        "undelivered": ["sent", "undelivered"],
        "failed": ["failed"],
    }.get(mode, ["sent", "delivered"])


def schedule(world: World, sms: Sms) -> None:
    """Queues, or holds, every receipt of `sms` in the order of its plan."""
    fault = world.faults.take("twilio", receipts=True)
    error = fault.error_code if fault and fault.mode in {"undelivered", "failed"} else None
    late = fault is not None and fault.mode == "late"
    lane = f"receipts {sms.to}"
    due = world.clock.now() + timedelta(seconds=world.settings.sandbox_late_seconds)
    for status in plan(fault):
        job = _job(world, sms, status, error if status in {"undelivered", "failed"} else None)
        if world.settings.sandbox_receipts == "manual":
            world.courier.hold(lane, job, None)
        elif late:
            world.courier.hold(lane, job, due)
        else:
            world.courier.put(lane, job)


def _job(world: World, sms: Sms, status: str, error: int | None) -> Job:
    async def report() -> None:
        await asyncio.sleep(world.settings.sandbox_receipt_delay)
        _advance(world, sms, status, error)
        if sms.status_callback:
            what = f"message to {sms.to} is {status}"
            await post_form(world, sms.status_callback, _form(world, sms, status, error), what)

    return report


def _advance(world: World, sms: Sms, status: str, error: int | None) -> None:
    if RANK[status] < RANK[sms.status] or status in sms.history:
        return
    sms.status, sms.updated, sms.error_code = status, world.clock.now(), error
    sms.history.append(status)
    world.feed.add("sms.status", f"Message to {sms.to}: {status}", sid=sms.sid, status=status, error_code=error)


def _form(world: World, sms: Sms, status: str, error: int | None) -> dict[str, str]:
    form = {
        "SmsSid": sms.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": sms.to,
        "MessageSid": sms.sid,
        "AccountSid": world.settings.twilio_account_sid,
        "From": sms.sender,
        "ApiVersion": API,
    }
    if sms.service_sid:
        form["MessagingServiceSid"] = sms.service_sid
    if status == "delivered":
        form["RawDlrDoneDate"] = f"{world.clock.now():%y%m%d%H%M}"
    if error:
        form["ErrorCode"] = str(error)
    return form
