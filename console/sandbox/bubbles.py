"""What members see on their phones, from what the sandbox tells of each channel. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

TICKS: dict[str, str] = {"queued": "·", "accepted": "·", "sent": "✓", "delivered": "✓✓", "read": "✓✓ read"}
TAKEN = ("", "pending", "200", "202", "204", "250")
"""What the gateway answers when it has taken a message, or not yet."""


@dataclass(frozen=True)
class Press:
    """A button under a message: what pressing it posts, and to where."""

    title: str
    path: str
    body: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Bubble:
    """One message. `mine`: the member wrote it. `subject` and `sender` are of e-mails, `by` names an odd author."""

    key: str
    mine: bool
    text: str
    at: str
    marks: str = ""
    bad: bool = False
    by: str = ""
    subject: str = ""
    sender: str = ""
    buttons: tuple[Press, ...] = ()
    may_leave: bool = False
    """An e-mail with the mail program's own button to unsubscribe."""


def texts(phone: Json) -> list[Bubble]:
    """Text messages."""
    return [_text(one) for one in phone.get("messages", [])]


def _text(one: Json) -> Bubble:
    mine = one["direction"] == "from_phone"
    parts = [f"{one['segments']} parts"] if one["segments"] > 1 else []
    bad = one["webhook"] not in TAKEN if mine else one["status"] in ("undelivered", "failed")
    if mine:
        parts += [f"not received ({one['webhook']})"] if bad else []
    else:
        parts.insert(0, f"{one['status']} ({one['error_code']})" if bad else _tick(one))
    by = "Twilio itself" if one["by_twilio"] else ""
    return Bubble(one["sid"], mine, one["text"], one["at"], " · ".join(parts), bad, by)


def _tick(one: Json) -> str:
    return TICKS.get(one["status"], str(one["status"]))


def mails(box: Json) -> list[Bubble]:
    """E-mails."""
    return [_mail(one) for one in box.get("messages", [])]


def _mail(one: Json) -> Bubble:
    mine = one["direction"] == "from_member"
    bad = mine and one["result"] not in TAKEN
    marks = f"not received ({one['result']})" if bad else ""
    kind = {"away": "Automatic reply", "bounce": "The mail host sends it back"}.get(one["kind"], "")
    text = str(one["text"] or "")
    said = text.split("\n\nOn ")[0] if mine else text
    return Bubble(
        one["id"], mine, said.strip(), one["at"], marks, bad, kind, one["subject"], "" if mine else one["from"],
        may_leave=bool(one.get("can_unsubscribe")) and not mine,
    )  # fmt: skip


def telegrams(chat: Json) -> list[Bubble]:
    """A Telegram chat, with the buttons under its messages and those in place of the keyboard."""
    messages = chat.get("messages", [])
    last = messages[-1]["message_id"] if messages else None
    return [_telegram(chat["user"], one, is_last=one["message_id"] == last) for one in messages]


def _telegram(user: object, one: Json, *, is_last: bool) -> Bubble:
    mine = one["direction"] == "from_member"
    path = f"telegram/chats/{user}"
    inline = [
        Press(str(button["text"]), f"{path}/press", {"message_id": one["message_id"], "title": button["text"]})
        for button in one["buttons"]
    ]
    keys = [button for row in (one["markup"] or {}).get("keyboard", []) for button in row] if is_last else []
    typed = [Press(_title(key), f"{path}/say", {"text": _title(key)}) for key in keys if not _shares(key)]
    text = str(one["text"]) or _thing(one["content"])
    return Bubble(
        str(one["message_id"]), mine, text, one["at"], "edited" if one["edited"] else "", buttons=(*inline, *typed)
    )


def _title(key: Any) -> str:
    return str(key["text"] if isinstance(key, dict) else key)


def _shares(key: Any) -> bool:
    return isinstance(key, dict) and bool(key.get("request_contact"))


def _thing(content: Json) -> str:
    return "(shared a contact)" if "contact" in content else "(a picture)" if "photo" in content else ""


def posts(thread: Json) -> list[Bubble]:
    """A Messenger thread. Quick replies vanish as soon as anything is written after them."""
    messages: Sequence[Json] = thread.get("messages", [])
    return [_post(thread["psid"], one, is_last=one is messages[-1]) for one in messages]


def _post(psid: str, one: Json, *, is_last: bool) -> Bubble:
    mine, bad = one["by"] == "person", one["by"] == "person" and one["webhook"] not in TAKEN
    buttons = tuple(
        Press(title, f"messenger/people/{psid}/press", {"title": title})
        for title in (one["quick_replies"] if is_last else ())
    )
    by = "A colleague, from the page's inbox" if one["by"] == "staff" else ""
    mark = f"not received ({one['webhook']})" if bad else "" if mine else _tick(one)
    return Bubble(one["mid"], mine, one["text"], one["at"], mark, bad, by, buttons=buttons)


def directs(chat: Json) -> list[Bubble]:
    """Direct messages in the members' workspace of Slack."""
    return [_direct(chat["user"], one) for one in chat.get("messages", [])]


def _direct(user: str, one: Json) -> Bubble:
    buttons = tuple(
        Press(
            str(element["text"]["text"]),
            f"slack-members/{user}/press",
            {"ts": one["ts"], "action_id": element["action_id"]},
        )
        for block in one.get("blocks", [])
        if block.get("type") == "actions"
        for element in block.get("elements", [])
        if element.get("type") == "button"
    )
    mark = "edited" if one.get("edited") else ""
    return Bubble(one["ts"], one.get("user") == user, one.get("text", ""), one["ts"], mark, buttons=buttons)


def calls(legs: Sequence[Json]) -> list[Bubble]:
    """Calls that are over, and what was heard in them."""
    return [_call(leg) for leg in legs if not is_live(leg)]


def is_live(leg: Json) -> bool:
    return leg["status"] in ("queued", "ringing", "in-progress")


ENDED = {"completed": "Call", "busy": "Busy or declined", "no-answer": "Not answered", "failed": "Could not be placed"}


def _call(leg: Json) -> Bubble:
    answered = " (answering machine)" if str(leg["answered_by"] or "").startswith("machine") else ""
    lasted = f", {leg['seconds']} s" if leg["seconds"] else ""
    heard = "\n".join(f"“{line}”" for line in leg["heard"])
    what = f"{ENDED.get(leg['status'], leg['status'])}{answered}{lasted}"
    return Bubble(leg["sid"], False, f"{what}\n{heard}".strip(), leg["at"], by=f"Call from {leg['from']}")
