"""A member's phone: what it sends goes to Twilio, which knows STOP, START and HELP itself."""

from __future__ import annotations

import phonenumbers

from sandbox.twilio.resource import API
from sandbox.twilio.state import Sms, new_sid
from sandbox.twilio.webhook import post_form
from sandbox.world import World

STOP = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
CONFIRMATIONS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def send(world: World, number: str, text: str) -> Sms:
    """The phone `number` texts our number. The webhook follows in the phone's order."""
    now, our_number = world.clock.now(), world.settings.twilio_from
    sms = world.twilio.add(
        Sms(new_sid(), "inbound", number, our_number, text, now, "received", now, sent=now, webhook="pending")
    )
    world.feed.add("sms.received", f"{_name(world, number)} texts: {text}", sid=sms.sid, number=number)
    keyword = keyword_of(text)
    _obey(world, keyword, (our_number, number))

    async def deliver() -> None:
        url = world.settings.public_base_url.rstrip("/") + "/webhooks/twilio/sms"
        outcome = await post_form(world, url, _form(world, sms, keyword), f"text from {number}")
        sms.webhook = outcome.says
        if "<Message" in outcome.body:
            world.feed.add("twilio.twiml_ignored", "The bot answered with TwiML; the sandbox sends none.", sid=sms.sid)

    if not world.courier.put(f"phone {number}", deliver):
        sms.webhook = "dropped"
    return sms


def keyword_of(text: str) -> str | None:
    """``STOP``, ``START`` or ``HELP`` when the whole message is one of Twilio's words, else None."""
    word = text.strip().upper()
    return next((name for name, words in (("STOP", STOP), ("START", START), ("HELP", HELP)) if word in words), None)


def _obey(world: World, keyword: str | None, pair: tuple[str, str]) -> None:
    """Blocks or unblocks the pair, and puts Twilio's own confirmation on the phone when something changed."""
    blocked = pair in world.twilio.blocked
    if keyword == "STOP" and not blocked:
        world.twilio.blocked.add(pair)
    elif keyword == "START" and blocked:
        world.twilio.blocked.discard(pair)
    elif keyword != "HELP":
        return
    our_number, number = pair
    now = world.clock.now()
    text = CONFIRMATIONS[str(keyword)]
    reply = Sms(new_sid(), "outbound-reply", our_number, number, text, now, "delivered", now, sent=now)
    world.twilio.add(reply)
    world.feed.add("sms.by_twilio", f"Twilio itself answers {keyword} of {number}", sid=reply.sid, keyword=keyword)


def _form(world: World, sms: Sms, keyword: str | None) -> dict[str, str]:
    form = {
        "ToCountry": region(sms.to),
        "ToState": "",
        "SmsMessageSid": sms.sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sms.sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": sms.body,
        "FromCountry": region(sms.sender),
        "To": sms.to,
        "ToZip": "",
        "NumSegments": str(max(sms.segments, 1)),
        "MessageSid": sms.sid,
        "AccountSid": world.settings.twilio_account_sid,
        "From": sms.sender,
        "ApiVersion": API,
    }
    if keyword and world.settings.sandbox_advanced_opt_out:
        form["OptOutType"] = keyword
    return form


def region(number: str) -> str:
    """ISO country of a number, or an empty text."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _name(world: World, number: str) -> str:
    return world.contacts.get(number, number)
