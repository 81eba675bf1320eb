"""Telling the application how a call gets on: also late, twice, or in the wrong order when a fault says so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime

from sandbox.twilio.voice.resource import form
from sandbox.twilio.voice.state import PhoneCall
from sandbox.twilio.webhook import post_form
from sandbox.world import World


def tell(world: World, leg: PhoneCall, event: str, status: str) -> None:
    """Notes the event, and reports it if it was asked for. The form is that of the moment, whenever it arrives."""
    leg.said.append(status)
    world.feed.add("call.status", f"Call to {world.contacts.get(leg.to, leg.to)}: {status}", sid=leg.sid, status=status)
    number = leg.sequence
    leg.sequence += 1
    if leg.listener.url is None or event not in leg.listener.events:
        return
    content = form(
        leg,
        world.settings.twilio_account_sid,
        CallStatus=status,
        Timestamp=format_datetime(world.clock.now()),
        CallbackSource="call-progress-events",
        SequenceNumber=str(number),
        **_length(leg, event),
    )
    url = leg.listener.url

    async def report() -> None:
        await asyncio.sleep(world.settings.sandbox_receipt_delay)
        await post_form(world, url, content, f"call to {leg.to} is {status}")

    lane = f"call status {leg.sid}"
    fault = world.faults.take("twilio", receipts=True)
    if fault is not None and fault.mode == "late":
        due = world.clock.now() + timedelta(seconds=world.settings.sandbox_late_seconds)
        world.courier.hold(lane, report, due)
    elif world.settings.sandbox_receipts == "manual":
        world.courier.hold(lane, report, None)
    elif fault is not None and fault.mode == "out_of_order" and not leg.late and event != "completed":
        leg.late.append(report)
    else:
        for job in (report, *leg.late, *([report] if fault is not None and fault.mode == "doubled" else [])):
            world.courier.put(lane, job)
        leg.late.clear()


def _length(leg: PhoneCall, event: str) -> dict[str, str]:
    """`Duration` is in minutes that have begun, `CallDuration` in seconds."""
    if event != "completed":
        return {}
    seconds = leg.seconds()
    code = {"SipResponseCode": str(leg.sip_code)} if leg.sip_code else {}
    return {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60)), **code}
