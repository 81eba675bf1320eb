"""The life of a leg: it rings, is picked up, hears what the application says, dials another, and ends.

Everything that one call does to the application stays in order, in a lane of its own; reports have another one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urljoin

from sandbox.twilio.rules import is_number
from sandbox.twilio.state import new_sid
from sandbox.twilio.voice import twiml
from sandbox.twilio.voice.reports import tell
from sandbox.twilio.voice.resource import form
from sandbox.twilio.voice.state import RINGING, TALKING, Listener, PhoneCall, Waiting
from sandbox.twilio.voice.twiml import BadTwiml, Verb
from sandbox.twilio.webhook import post_form
from sandbox.world import World

GATHER_SECONDS, DIAL_SECONDS = 5, 30
CANT_DIAL = {"+15005550003": 13227, "+15005550004": 13225}
APPLICATION_ERROR = "An application error has occurred."
BUSY_SIP, NO_NUMBER_SIP = 486, 404


def place(world: World, leg: PhoneCall) -> None:
    """Takes a call; it begins to ring a moment later."""
    world.twilio.calls[leg.sid] = leg

    async def ring() -> None:
        if leg.status != "queued":
            return
        tell(world, leg, "initiated", "initiated")
        leg.status = RINGING
        tell(world, leg, "ringing", RINGING)
        _timer(world, leg, leg.ring_seconds, lambda: end(world, leg, "no-answer"))

    world.courier.put(leg.lane, ring)


def pick_up(world: World, leg: PhoneCall, by: str) -> None:
    """`by` is human, machine, fax or unknown; what the application is told depends on the detection it asked for."""
    leg.status, leg.started = TALKING, world.clock.now()
    leg.turn, leg.on_timeout = leg.turn + 1, None
    if leg.detection:
        machine = "machine_end_beep" if leg.detection == "DetectMessageEnd" else "machine_start"
        leg.answered_by = machine if by == "machine" else by
    tell(world, leg, "answered", TALKING)
    limit = leg.started + timedelta(seconds=leg.time_limit)
    _at(world, leg, limit, lambda: leg.live, lambda: end(world, leg, "completed"))
    if leg.url is None:
        _bridge(world, leg)
        return
    answered = {"AnsweredBy": leg.answered_by, "MachineDetectionDuration": "1820"} if leg.answered_by else {}
    _go(world, leg, leg.url, answered)


def keys(world: World, leg: PhoneCall, digits: str) -> bool:
    """Presses keys; False when nothing listens for them."""
    for key in digits:
        waiting = leg.waiting
        if leg.status != TALKING or waiting is None or waiting.verb.name != "Gather":
            return False
        if key == waiting.verb.attributes.get("finishOnKey", "#"):
            _submit(world, leg, key)
            continue
        waiting.keys += key
        if len(waiting.keys) == waiting.verb.number("numDigits", -1):
            _submit(world, leg)
    return True


def redirect(world: World, leg: PhoneCall, url: str) -> None:
    """Leaves what it is doing for another document."""
    leg.waiting = None
    leg.turn, leg.on_timeout = leg.turn + 1, None
    _go(world, leg, url, {})


def end(world: World, leg: PhoneCall, status: str, sip_code: int | None = None) -> None:
    """The leg is over, and with it the legs that it dialled."""
    if not leg.live:
        return
    leg.status, leg.ended, leg.sip_code = status, world.clock.now(), sip_code
    leg.turn, leg.on_timeout = leg.turn + 1, None
    leg.program.clear()
    if leg.waiting is not None and leg.waiting.verb.name == "Dial":
        for child in leg.waiting.legs:
            end(world, child, "completed" if child.status == TALKING else "canceled")
    tell(world, leg, "completed", status)
    if leg.parent is not None:
        _leg_over(world, leg.parent, leg)


def _go(world: World, leg: PhoneCall, url: str, more: dict[str, str]) -> None:
    async def fetch() -> None:
        if leg.live:
            await _fetch(world, leg, url, more)

    world.courier.put(leg.lane, fetch)


async def _fetch(world: World, leg: PhoneCall, url: str, more: dict[str, str]) -> None:
    """Asks for a document and executes it; when that fails, asks the fallback address once."""
    error = await _try(world, leg, url, more)
    if error and leg.fallback_url and leg.live:
        error = await _try(world, leg, leg.fallback_url, {**more, "ErrorCode": str(error), "ErrorUrl": url})
    if error and leg.live:
        leg.heard.append(APPLICATION_ERROR)
        end(world, leg, "completed")


async def _try(world: World, leg: PhoneCall, url: str, more: dict[str, str]) -> int | None:
    """Twilio's error code, or None when the document is under way."""
    content = form(leg, world.settings.twilio_account_sid, **more)
    outcome = await post_form(world, url, content, f"call to {leg.to}")
    if not outcome.ok:
        return 11200
    if not leg.live:
        return None
    try:
        leg.program = twiml.parse(outcome.body, screening=leg.parent is not None)
    except BadTwiml as bad:
        world.feed.add("call.bad_twiml", f"Twilio can't execute {url}: {bad.why}", sid=leg.sid, code=bad.code)
        return bad.code
    leg.document_url = url
    _run(world, leg)
    return None


def _run(world: World, leg: PhoneCall) -> None:
    """Does one verb after the other until one of them waits."""
    while leg.live and leg.program:
        verb = leg.program.popleft()
        match verb.name:
            case "Gather":
                _listen(world, leg, verb)
                return
            case "Dial":
                _dial(world, leg, verb)
                return
            case "Redirect":
                _go(world, leg, urljoin(leg.document_url, verb.text), {})
                return
            case "Hangup":
                end(world, leg, "completed")
            case _:
                _sound(leg, verb)
    if leg.live:
        if leg.parent is None:
            end(world, leg, "completed")
        else:
            _bridge(world, leg)


def _sound(leg: PhoneCall, verb: Verb) -> None:
    if verb.name == "Say":
        leg.heard.append(verb.text)
    elif verb.name == "Play":
        leg.heard.append(f"[{verb.text}]")


def _listen(world: World, leg: PhoneCall, verb: Verb) -> None:
    for child in verb.children:
        _sound(leg, child)
    leg.waiting = Waiting(verb)
    _timer(world, leg, verb.number("timeout", GATHER_SECONDS), lambda: _silence(world, leg))


def _silence(world: World, leg: PhoneCall) -> None:
    if leg.waiting is None:
        return
    if leg.waiting.keys or leg.waiting.verb.flag("actionOnEmptyResult"):
        _submit(world, leg)
    else:
        leg.waiting = None
        _run(world, leg)


def _submit(world: World, leg: PhoneCall, finished_on: str = "") -> None:
    if leg.waiting is None:
        return
    digits, action = leg.waiting.keys, leg.waiting.verb.attributes.get("action", "")
    leg.waiting = None
    leg.turn, leg.on_timeout = leg.turn + 1, None
    url = urljoin(leg.document_url, action)
    _go(world, leg, url, {"Digits": digits, "FinishedOnKey": finished_on, "msg": "Gather End"})


def _dial(world: World, leg: PhoneCall, verb: Verb) -> None:
    waiting = leg.waiting = Waiting(verb)
    caller = verb.attributes.get("callerId", leg.sender)
    waiting.legs = [_child(world, leg, verb, number, caller) for number in verb.children]
    for child in waiting.legs:
        error = _why_not(world, child)
        if error is None:
            place(world, child)
        else:
            world.twilio.calls[child.sid] = child
            world.feed.add("call.refused", f"Twilio does not dial {child.to}: {error}", sid=child.sid, code=error)
            end(world, child, "failed", NO_NUMBER_SIP)


def _child(world: World, leg: PhoneCall, verb: Verb, number: Verb, caller: str) -> PhoneCall:
    url, callback = number.attributes.get("url"), number.attributes.get("statusCallback")
    events = number.attributes.get("statusCallbackEvent", "completed").split()
    return PhoneCall(
        sid=new_sid("CA"),
        direction="outbound-dial",
        sender=caller,
        to=number.text,
        created=world.clock.now(),
        listener=Listener(urljoin(leg.document_url, callback) if callback else None, frozenset(events)),
        url=urljoin(leg.document_url, url) if url else None,
        ring_seconds=verb.number("timeout", DIAL_SECONDS),
        time_limit=verb.number("timeLimit", leg.time_limit),
        parent=leg,
    )


def _why_not(world: World, child: PhoneCall) -> int | None:
    if child.sender not in world.settings.our_numbers:
        return 13214
    return CANT_DIAL.get(child.to) or (None if is_number(child.to) else 13224)


def _bridge(world: World, child: PhoneCall) -> None:
    """The first leg whose document has ended is connected; the others stop ringing."""
    waiting = child.parent.waiting if child.parent else None
    if child.parent is None or waiting is None or waiting.bridged is not None or not child.parent.live:
        end(world, child, "completed")
        return
    waiting.bridged, waiting.bridged_at = child, world.clock.now()
    world.feed.add("call.connected", f"{child.parent.to} and {child.to} talk", sid=child.parent.sid)
    for other in waiting.legs:
        if other is not child:
            end(world, other, "completed" if other.status == TALKING else "canceled")


def _leg_over(world: World, parent: PhoneCall, child: PhoneCall) -> None:
    waiting = parent.waiting
    if waiting is None or child not in waiting.legs:
        return
    if waiting.bridged not in (None, child) or any(leg.live for leg in waiting.legs):
        return
    parent.waiting = None
    _dial_over(world, parent, waiting, child)


def _dial_over(world: World, parent: PhoneCall, waiting: Waiting, child: PhoneCall) -> None:
    """A leg that was picked up counts as completed, bridged or not: that is what `DialBridged` is for."""
    more = {"DialCallStatus": child.status, "DialCallSid": child.sid}
    if child.status != "failed":
        more["DialBridged"] = "true" if waiting.bridged is not None else "false"
    if waiting.bridged_at is not None:
        more["DialCallDuration"] = str(int((world.clock.now() - waiting.bridged_at).total_seconds()))
    action = waiting.verb.attributes.get("action")
    if action is None:
        _run(world, parent)
        return
    url = urljoin(parent.document_url, action)
    if parent.live:
        _go(world, parent, url, more)
        return

    async def tell_only() -> None:
        content = form(parent, world.settings.twilio_account_sid, **more)
        await post_form(world, url, content, f"call to {parent.to}")

    world.courier.put(parent.lane, tell_only)


def _timer(world: World, leg: PhoneCall, seconds: int, action: Callable[[], None]) -> None:
    """`action` after so many seconds of the shared clock, or when the control API says that they are over."""
    leg.turn, leg.on_timeout = leg.turn + 1, action
    turn, due = leg.turn, world.clock.now() + timedelta(seconds=seconds)
    _at(world, leg, due, lambda: leg.turn == turn, action)


def _at(world: World, leg: PhoneCall, due: datetime, still: Callable[[], bool], action: Callable[[], None]) -> None:
    async def job() -> None:
        if still():
            action()

    world.courier.hold(leg.lane, job, due, firm=True)
