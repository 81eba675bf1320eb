"""What a person does in Messenger, and what staff do in the page's own inbox."""

from __future__ import annotations

from typing import Any

from sandbox.courier import Outcome
from sandbox.messenger import receipts, webhook
from sandbox.messenger.state import PAGE_INBOX_APP, Post, Thread, new_mid
from sandbox.world import World

Json = dict[str, Any]


def say(world: World, thread: Thread, text: str, copies: int = 1) -> Post:
    """The person writes. With `copies` the same event is several times in one notification, as Meta may do."""
    post = _post(world, thread, text)
    return _tell(world, thread, post, {"message": {"mid": post.mid, "text": text}}, copies)


def press(world: World, thread: Thread, title: str) -> Post:
    """Presses a quick reply of the last message; they vanish when anything else is written.

    Raises:
        LookupError: the last message has no such quick reply.
    """
    shown = [reply for post in thread.posts[-1:] for reply in post.quick_replies if reply["title"] == title]
    if not shown:
        raise LookupError(f"no quick reply {title!r} is shown")
    post = _post(world, thread, title)
    message = {"mid": post.mid, "text": title, "quick_reply": {"payload": shown[0]["payload"]}}
    return _tell(world, thread, post, {"message": message})


def postback(world: World, thread: Thread, title: str, payload: str) -> Post:
    """Presses a button of the menu or of a template. Who stands by is not told the payload."""
    post = _post(world, thread, title)
    event: Json = {"mid": post.mid, "title": title}
    if not thread.owned_by_inbox:
        event["payload"] = payload
    return _tell(world, thread, post, {"postback": event})


def open_link(world: World, thread: Thread, ref: str | None) -> Post:
    """Follows an m.me link: a new thread begins with Get Started, an old one is just opened."""
    referral = {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"} if ref else None
    new = thread.heard_at is None
    post = _post(world, thread, "Get Started" if new else "(opened the thread by a link)")
    if not new:
        return _tell(world, thread, post, {"referral": referral}) if referral else post
    payload = world.messenger.profile.get("get_started", {}).get("payload", "GET_STARTED")
    event: Json = {"mid": post.mid, "title": "Get Started", "payload": payload}
    return _tell(world, thread, post, {"postback": {**event, "referral": referral} if referral else event})


def attach(world: World, thread: Thread, kind: str, text: str | None, sticker_id: int | None) -> Post:
    """Sends a picture, a file, a sticker ..., with or without words."""
    post = _post(world, thread, text or f"({kind})")
    attachment: Json = {"type": kind}
    if kind != "fallback":
        attachment["payload"] = {"url": f"https://cdn.example.org/{post.mid}"}
        if sticker_id is not None:
            attachment["payload"]["sticker_id"] = sticker_id
    message: Json = {"mid": post.mid, "attachments": [attachment]}
    if text:
        message["text"] = text
    return _tell(world, thread, post, {"message": message})


def edit(world: World, thread: Thread, text: str) -> Post:
    """Changes the person's last message.

    Raises:
        LookupError: the person has written nothing.
    """
    written = [post for post in thread.posts if post.by == "person"]
    if not written:
        raise LookupError("nothing was written")
    written[-1].text = text
    return _tell(world, thread, written[-1], {"message_edit": {"mid": written[-1].mid, "text": text, "num_edit": 1}})


def write_as_staff(world: World, thread: Thread, text: str) -> Post:
    """A person writes from the page's own inbox; our app gets the echo."""
    post = thread.add(Post(new_mid(), "staff", text, world.clock.now(), webhook="pending"))
    world.feed.add("messenger.staff", f"Staff write to {thread.psid} from the page: {text}", mid=post.mid)
    payload = webhook.entry(world, receipts.echo(world, thread, post), standby=thread.owned_by_inbox)
    webhook.put(world, thread.psid, payload, lambda outcome: _heard(post, outcome))
    return post


def change_owner(world: World, thread: Thread, inbox: bool) -> None:
    """The page's inbox takes the thread, or passes it back to our app."""
    thread.owned_by_inbox = inbox
    ours = str(world.settings.messenger_app_id)
    before, after = (ours, str(PAGE_INBOX_APP)) if inbox else (str(PAGE_INBOX_APP), ours)
    change = {"previous_owner_app_id": before, "new_owner_app_id": after, "metadata": ""}
    event = _event(world, thread, {"take_thread_control" if inbox else "pass_thread_control": change})
    webhook.put(world, thread.psid, webhook.entry(world, event))


def _post(world: World, thread: Thread, text: str) -> Post:
    post = thread.add(Post(new_mid(), "person", text, world.clock.now(), webhook="pending"))
    world.feed.add("messenger.received", f"{thread.psid} on Messenger: {text}", mid=post.mid, psid=thread.psid)
    return post


def _tell(world: World, thread: Thread, post: Post, event: Json, copies: int = 1) -> Post:
    """Tells the gateway, and opens the 24 hours."""
    thread.heard_at = world.clock.now()
    events = [_event(world, thread, event)] * copies
    payload = webhook.entry(world, *events, standby=thread.owned_by_inbox)
    if not webhook.put(world, thread.psid, payload, lambda outcome: _heard(post, outcome)):
        post.webhook = "dropped"
    return post


def _heard(post: Post, outcome: Outcome) -> None:
    post.webhook = outcome.says


def _event(world: World, thread: Thread, event: Json) -> Json:
    return {
        "sender": {"id": thread.psid},
        "recipient": {"id": world.settings.messenger_page_id},
        "timestamp": webhook.milliseconds(world),
        **event,
    }
