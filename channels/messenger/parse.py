"""Meta's notifications in our terms.

A signed notification is never refused for one event that makes no sense: Meta repeats the whole of it until the answer
is 200, and ends the subscription if that doesn't come. Such an event is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.intake.receive import Incoming
from bot.model import OutboxState
from channels.messenger.fields import Json, id_of, moment_of, named, object_of, objects_of, text_of
from channels.messenger.words import media, words
from channels.webhook import Unacceptable

CHANNEL = "messenger"
GET_STARTED = "GET_STARTED"
STARTED = "[opened the conversation]"
OUR_METADATA = re.compile(r"msb:(?P<outbox>[0-9]{1,18}):(?P<part>[0-9]{1,3})")


@dataclass(frozen=True)
class Echo:
    """Meta shows us a message of our own: the proof that it took part `part` of the row `outbox_id`, as `mid`."""

    outbox_id: int
    part: int
    mid: str
    address: str


@dataclass(frozen=True)
class Seen:
    """What was sent to `address` until `watermark` was delivered, or read; `mids` may name some of it."""

    state: OutboxState
    address: str
    mids: tuple[str, ...]
    watermark: datetime | None


@dataclass(frozen=True)
class Stopped:
    """Meta keeps the page from sending."""

    reason: str


Event = Incoming | Echo | Seen | Stopped


@dataclass
class Notification:
    """What one request tells, in its order."""

    incoming: list[Incoming] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    stopped: list[Stopped] = field(default_factory=list)

    def add(self, event: Event | None) -> None:
        match event:
            case Incoming():
                self.incoming.append(event)
            case Echo():
                self.echoes.append(event)
            case Seen():
                self.seen.append(event)
            case Stopped():
                self.stopped.append(event)

    @property
    def is_empty(self) -> bool:
        return not (self.incoming or self.echoes or self.seen or self.stopped)


def notification(payload: Json, page: str, app: str) -> Notification:
    """Every event of every entry about our page.

    Raises:
        Unacceptable: 400 when it isn't a notification about pages.
    """
    if payload.get("object") != "page" or not isinstance(payload.get("entry"), list):
        raise Unacceptable(400, "malformed")
    found = Notification()
    for entry in objects_of(payload, "entry"):
        if id_of(entry, "id") == page:
            for event, standby in _events(entry):
                found.add(_event(event, page, app, standby=standby))
    return found


def _events(entry: Json) -> Iterator[tuple[Json, bool]]:
    """The events of an entry, and whether we only stand by: another app owns the thread."""
    for event in objects_of(entry, "messaging"):
        yield event, False
    for event in objects_of(entry, "standby"):
        yield event, True
    for change in objects_of(entry, "changes"):
        if text_of(change, "field").startswith("messag"):
            yield object_of(change, "value"), False


def _event(event: Json, page: str, app: str, *, standby: bool) -> Event | None:
    """One event; None for what carries nothing for us. Echoes come first: in them the roles are swapped."""
    message = object_of(event, "message")
    if message.get("is_echo"):
        return _echo(event, message, app)
    if enforcement := object_of(event, "policy_enforcement"):
        reason = text_of(enforcement, "reason")
        return Stopped(reason) if enforcement.get("action") == "block" else None
    sender = id_of(object_of(event, "sender"), "id")
    if not sender or sender == page:
        return None
    if "delivery" in event or "read" in event:
        return _seen(event, sender)
    return _said(event, sender, app, standby=standby)


def _echo(event: Json, message: Json, app: str) -> Echo | Incoming | None:
    """Of our own app, proof of a send; of another app, words of a person at the page."""
    address, mid, author = id_of(object_of(event, "recipient"), "id"), id_of(message, "mid"), id_of(message, "app_id")
    if not address or not mid:
        return None
    ours = OUR_METADATA.fullmatch(text_of(message, "metadata"))
    if author == app if author and app else ours:
        return Echo(int(ours["outbox"]), int(ours["part"]), mid, address) if ours else None
    body = {"event": "staff_echo", "mid": mid, "app_id": author}
    return _incoming(event, address, words(message), named(mid), body)


def _seen(event: Json, sender: str) -> Seen | None:
    state = OutboxState.READ if "read" in event else OutboxState.DELIVERED
    told = object_of(event, "read" if "read" in event else "delivery")
    mids = told.get("mids")
    listed = [id_of({"mid": mid}, "mid") for mid in mids] if isinstance(mids, list) else []
    names, watermark = tuple(mid for mid in listed if mid), moment_of(told, "watermark")
    return Seen(state, sender, names, watermark) if names or watermark else None


def _said(event: Json, sender: str, app: str, *, standby: bool) -> Incoming | None:
    for name, reader in READERS.items():
        if isinstance(event.get(name), dict):
            found = reader(event, sender, event[name])
            if found is not None and standby:
                found.body["event"] = "standby"
            return found
    for name in ("pass_thread_control", "take_thread_control"):
        if told := object_of(event, name):
            return _thread_control(event, sender, told, app)
    return None


def _message(event: Json, sender: str, message: Json) -> Incoming | None:
    mid = id_of(message, "mid")
    if not mid or message.get("is_deleted"):
        return None
    body: Json = {"mid": mid}
    if files := media(message):
        body["media"] = files
    if answered := id_of(object_of(message, "reply_to"), "mid"):
        body["reply_to"] = answered
    if payload := text_of(object_of(message, "quick_reply"), "payload"):
        body |= {"event": "choice", "choice": payload}
    return _incoming(event, sender, words(message), named(mid), body)


def _edit(event: Json, sender: str, edit: Json) -> Incoming | None:
    mid, text = id_of(edit, "mid"), text_of(edit, "text").strip()
    if not mid or not text:
        return None
    name = named(mid, "edit", id_of(edit, "num_edit") or text)
    return _incoming(event, sender, text, name, {"event": "edited", "mid": mid, "of": named(mid)})


def _postback(event: Json, sender: str, postback: Json) -> Incoming | None:
    """A pressed button; the page's Get Started button and links to it begin a conversation."""
    title, payload = text_of(postback, "title").strip(), text_of(postback, "payload")
    token = text_of(object_of(postback, "referral"), "ref")
    mid = id_of(postback, "mid")
    dedupe = named(mid) if mid else named(sender, _stamp(event), "postback", payload)
    body: Json = {"mid": mid} if mid else {}
    if token or payload == GET_STARTED:
        return _start(event, sender, title or STARTED, token, dedupe, body)
    if payload:
        body |= {"event": "choice", "choice": payload}
    return _incoming(event, sender, title or payload or STARTED, dedupe, body)


def _referral(event: Json, sender: str, referral: Json) -> Incoming:
    """A link to an old thread; it has no id of its own."""
    token = text_of(referral, "ref")
    return _start(event, sender, STARTED, token, named(sender, _stamp(event), "referral", token), {})


def _optin(event: Json, sender: str, optin: Json) -> Incoming | None:
    """The plugin on a web site. What it asks for beyond a reference, marketing messages, is not ours to use."""
    token = text_of(optin, "ref")
    if not token or optin.get("type"):
        return None
    return _start(event, sender, STARTED, token, named(sender, _stamp(event), "optin", token), {"via": "optin"})


READERS = {
    "message": _message,
    "message_edit": _edit,
    "postback": _postback,
    "referral": _referral,
    "optin": _optin,
}


def _thread_control(event: Json, sender: str, told: Json, app: str) -> Incoming:
    owner = "bot" if id_of(told, "new_owner_app_id") == app else "other"
    body = {"event": "thread_control", "owner": owner}
    return _incoming(event, sender, "", named(sender, _stamp(event), "owner", owner), body)


def _start(event: Json, sender: str, text: str, token: str, dedupe: str, body: Json) -> Incoming:
    return _incoming(event, sender, text, dedupe, {**body, "event": "start", **({"token": token} if token else {})})


def _incoming(event: Json, address: str, text: str, dedupe: str, body: Json) -> Incoming:
    at = moment_of(event, "timestamp")
    return Incoming(CHANNEL, address, text, dedupe, body={**body, **({"at": at.isoformat()} if at else {})})


def _stamp(event: Json) -> str:
    """The event's time, to tell it from the next of its kind; the same in seconds and in milliseconds."""
    at = moment_of(event, "timestamp")
    return at.isoformat() if at else ""
