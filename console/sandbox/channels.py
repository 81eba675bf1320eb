"""The channels that a phone has, and what a member can do on each beside reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from console.sandbox import bubbles
from console.sandbox.bubbles import Bubble, Press

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Channel:
    """One channel as a page shows it. `say` is where what is typed goes, with the address in place of ``{}``."""

    key: str
    title: str
    icon: str
    field: str
    say: str
    read: Callable[[Json], list[Bubble]]
    more: Callable[[str, Json], list[Press]]
    """What else can be done, from the address and what the sandbox tells of the conversation."""

    def path(self, address: str) -> str:
        return self.say.format(quote(_local(self.key, address), safe="+@"))


def _local(channel: str, address: str) -> str:
    """A member of Slack is named with the workspace, which the sandbox's paths leave out."""
    return address.rpartition(":")[2] if channel == "slack" else address


def _text_acts(number: str, _: Json) -> list[Press]:
    path = f"phones/{quote(number, safe='+')}"
    return [Press(word, path, {"text": word}) for word in ("STOP", "START", "HELP")]


FATES = {
    "ok": "Mail arrives",
    "unknown": "The address does not exist",
    "full": "The mailbox is full",
    "greylist": "The first attempt is put off",
    "bounce": "Taken, then sent back for good",
    "bounce_soft": "Taken, then sent back for now",
}


def _mail_acts(address: str, box: Json) -> list[Press]:
    path, got = f"mail/{quote(address, safe='@+')}", any(one["direction"] == "to_member" for one in box["messages"])
    answers = [
        Press("Send an automatic reply (away)", f"{path}/away"),
        Press("Send the last one back as undeliverable", f"{path}/bounce"),
    ]
    fates = [Press(f"From now on: {told}", f"{path}/fate", {"fate": fate}) for fate, told in FATES.items()]
    return [*(answers if got else []), *[one for one in fates if one.body["fate"] != box["fate"]]]


def _telegram_acts(user: str, chat: Json) -> list[Press]:
    path = f"telegram/chats/{user}"
    blocked = chat.get("blocked")
    return [
        Press("Unblock the bot" if blocked else "Block the bot", f"{path}/{'unblock' if blocked else 'block'}"),
        Press("Send a picture", f"{path}/photo", {"caption": ""}),
        Press("Press Start", f"{path}/start", {"payload": ""}),
        Press("Delete the account", f"{path}/deactivate"),
    ]


def _messenger_acts(psid: str, thread: Json) -> list[Press]:
    path, blocked, inbox = f"messenger/people/{psid}", thread.get("blocked"), thread.get("owned_by_inbox")
    return [
        Press("Read all messages", f"{path}/read"),
        Press("Send a picture", f"{path}/attach", {"kind": "image"}),
        Press("Unblock the page" if blocked else "Block the page", f"{path}/block", {"blocked": not blocked}),
        Press(
            "Staff give the thread back" if inbox else "Staff take the thread in the page's inbox",
            f"{path}/owner",
            {"inbox": not inbox},
        ),
    ]


def _slack_acts(address: str, _: Json) -> list[Press]:
    return [Press("Open the app's home", f"slack-members/{_local('slack', address)}/open", {"tab": "home"})]


def _no_acts(_: str, __: Json) -> list[Press]:
    return []


def _no_bubbles(_: Json) -> list[Bubble]:
    return []


CHANNELS = {
    channel.key: channel
    for channel in (
        Channel("sms", "SMS", "sms", "Text message", "phones/{}", bubbles.texts, _text_acts),
        Channel("email", "Mail", "mail", "Reply by e-mail", "mail/{}/reply", bubbles.mails, _mail_acts),
        Channel("telegram", "Telegram", "send", "Message on Telegram", "telegram/chats/{}/say", bubbles.telegrams,
                _telegram_acts),
        Channel("messenger", "Messenger", "forum", "Message on Messenger", "messenger/people/{}/say", bubbles.posts,
                _messenger_acts),
        Channel("slack", "Slack", "tag", "Direct message in Slack", "slack-members/{}/say", bubbles.directs,
                _slack_acts),
        Channel("voice", "Calls", "call", "", "", _no_bubbles, _no_acts),
    )
}  # fmt: skip
"""In the order of their tabs."""

EMPTY: Mapping[str, Json] = {
    "sms": {"messages": [], "blocked": False},
    "email": {"messages": [], "fate": "ok"},
    "telegram": {"messages": [], "user": ""},
    "messenger": {"messages": [], "psid": ""},
    "slack": {"messages": [], "user": ""},
    "voice": {},
}


def conversation(state: Json, channel: str, address: str) -> Json:
    """What the sandbox tells of the conversation at this address."""
    known: Mapping[str, Json] = state.get(channel, {})
    return known.get(address.lower() if channel == "email" else address, EMPTY[channel])


def legs(state: Json, number: str) -> list[Json]:
    """The legs of calls to this number, oldest first."""
    return [leg for leg in state.get("calls", []) if leg["to"] == number]


def news(state: Json, channel: str, address: str) -> int:
    """How much has come to this address, by which pages know what is unread."""
    if channel == "voice":
        return len(legs(state, address))
    found = CHANNELS[channel].read(conversation(state, channel, address))
    return sum(not bubble.mine for bubble in found)
