"""Requests from Twilio to the gateway: a form, signed with the auth token."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from sandbox.courier import Outcome
from sandbox.world import World

ATTEMPTS = 2


async def post_form(world: World, url: str, form: dict[str, str], what: str) -> Outcome:
    """Posts `form` to `url`. Only a failed connection is tried again, once, with the same idempotency token."""
    target = url.partition("#")[0]
    validator = RequestValidator(world.settings.twilio_auth_token)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": validator.compute_signature(target, form),
        "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    outcome = Outcome(0, "", {}, "connect")
    for attempt in range(1, ATTEMPTS + 1):
        outcome = await world.courier.post(target, urlencode(form), headers, world.settings.sandbox_webhook_timeout)
        world.feed.add(
            "twilio.webhook",
            f"Twilio told the bot: {what} ({outcome.says})",
            url=target,
            attempt=attempt,
            result=outcome.says,
            sid=form.get("MessageSid") or form.get("CallSid"),
        )
        if outcome.failure != "connect":
            break
    return outcome
