"""From what the system kept of a request to the words of the recordings: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.model import Call, CallOutcome, CallState, OutboxState, Receipt


@dataclass(frozen=True)
class Kept:
    """One row of the inbox, as it was accepted, and what came of it."""

    id: int
    text: str
    body: dict[str, Any]
    for_staff: bool
    outcome: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """What staff did, as Slack told it."""
        found = self.body.get("payload") if self.for_staff else None
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Seen:
    """What came of one request: the answers, one word from each endpoint, and the rows that are new."""

    statuses: tuple[int, ...]
    answer: str
    results: frozenset[str]
    inbox: tuple[Kept, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    calls: tuple[Call, ...] = ()
    blocked: bool = False

    @property
    def is_ok(self) -> bool:
        return all(200 <= status < 300 for status in self.statuses)

    def event(self, name: str) -> bool:
        return any(row.body.get("event") == name for row in self.inbox)

    def outcome(self, *names: str) -> bool:
        return any(row.outcome.lower() in names for row in self.inbox)

    def staff(self, kind: str) -> bool:
        """Whether staff did something of this type in Slack."""
        return any(row.payload.get("type") == kind for row in self.inbox)

    def staff_event(self, kind: str) -> bool:
        """Whether Slack told of an event of this type that concerns staff."""
        return any((row.payload.get("event") or {}).get("type") == kind for row in self.inbox)


def _pressed(seen: Seen, *, at_home: bool) -> bool:
    presses = [row.payload for row in seen.inbox if row.payload.get("type") == "block_actions"]
    return any(("view" in payload) is at_home for payload in presses)


def _linked(seen: Seen) -> bool:
    return any(row.body.get("event") == "start" and row.body.get("token") for row in seen.inbox)


def _optin(seen: Seen) -> bool:
    return any(row.body.get("event") == "start" and row.body.get("via") == "optin" for row in seen.inbox)


# The first that holds is what the system made of it.
KINDS: tuple[tuple[str, Callable[[Seen], bool]], ...] = (
    ("refused", lambda seen: not seen.is_ok),
    ("challenge", lambda seen: "challenge" in seen.results),
    ("batch", lambda seen: len(seen.inbox) > 1),
    ("opt_out", lambda seen: seen.outcome("keyword:stop", "stranger:stop")),
    ("opt_in", lambda seen: seen.outcome("keyword:start")),
    ("help", lambda seen: seen.outcome("keyword:help")),
    ("home_opened", lambda seen: seen.staff_event("app_home_opened")),
    ("staff_reply", lambda seen: seen.staff("event_callback")),
    ("modal_submit", lambda seen: seen.staff("view_submission")),
    ("home_action", lambda seen: _pressed(seen, at_home=True)),
    ("claim", lambda seen: _pressed(seen, at_home=False)),
    ("edited", lambda seen: seen.event("edited")),
    ("button", lambda seen: seen.event("choice")),
    ("optin", _optin),
    ("link", _linked),
    ("start", lambda seen: seen.event("start")),
    ("contact", lambda seen: seen.event("contact")),
    ("blocked", lambda seen: seen.event("blocked")),
    ("unblocked", lambda seen: seen.event("unblocked")),
    ("staff_echo", lambda seen: seen.event("staff_echo")),
    ("standby", lambda seen: seen.event("standby")),
    ("thread_control", lambda seen: seen.event("thread_control")),
    ("message", lambda seen: any("event" not in row.body for row in seen.inbox)),
    ("voice", lambda seen: bool(seen.calls) and "<Response>" in seen.answer),
    ("call_status", lambda seen: bool(seen.calls)),
    ("status", lambda seen: bool(seen.receipts)),
    ("policy", lambda seen: seen.blocked),
    ("duplicate", lambda seen: "duplicate" in seen.results),
    ("ignore_bot", lambda seen: "bot" in seen.results),
    ("deleted", lambda seen: "deleted" in seen.results),
    ("staff_command", lambda seen: "mention" in seen.results),
    ("revoked", lambda seen: "revoked" in seen.results),
    ("uninstalled", lambda seen: "uninstalled" in seen.results),
    ("modal_closed", lambda seen: "closed" in seen.results),
    ("ignore", lambda seen: "ignored" in seen.results),
)

# What a recording calls by more precise names, and for us is the same: acknowledged, and nothing is kept.
SAME_AS_IGNORED = frozenset({"ignore", "ignore_echo_own", "ignore_or_marketing_optin", "deleted"})

# Of a receipt we keep how far the message came; three of Twilio's words say that it won't arrive.
STATUSES = {
    "sent": OutboxState.SENT,
    "delivered": OutboxState.DELIVERED,
    "read": OutboxState.READ,
    "undelivered": OutboxState.FAILED,
    "failed": OutboxState.FAILED,
    "canceled": OutboxState.FAILED,
}

# What a call does next, by what its answer tells Twilio to do and what is written about the call.
NEXT: dict[str, Callable[[str, Call], bool]] = {
    "gather": lambda xml, _call: "<Gather" in xml,
    "hangup or leave callback text": lambda xml, call: "<Hangup" in xml and call.outcome is CallOutcome.MACHINE,
    "leave voicemail": lambda xml, call: "<Say" in xml and call.outcome is CallOutcome.MACHINE,
    "dial MSM": lambda xml, _call: "<Dial" in xml,
    "mark bridged, hang up": lambda xml, call: "<Hangup" in xml and call.outcome is CallOutcome.TALKED,
    "try next MSM / voicemail": lambda _xml, call: call.outcome is CallOutcome.MSM_NOT_REACHED,
    "try next MSM": lambda _xml, call: call.outcome is CallOutcome.MSM_NOT_REACHED,
}

# What a failure says about the address; other actions of the recordings are advice to people.
ACTIONS: dict[str, Callable[[Receipt], bool]] = {
    "record opt-out": lambda receipt: receipt.opted_out,
    "mark number invalid": lambda receipt: receipt.unusable,
}

# The other things that a recording expects and that can be told from rows.
DETAILS: dict[str, Callable[[Any, Seen], bool]] = {
    "media": lambda many, seen: sum(len(row.body.get("media", [])) for row in seen.inbox) == many,
    "payload": lambda payload, seen: any(row.body.get("choice") == payload for row in seen.inbox),
    "ref": lambda ref, seen: any(row.body.get("token") == ref for row in seen.inbox),
    "owner": lambda owner, seen: any(row.body.get("owner") == owner for row in seen.inbox),
    "n": lambda many, seen: len(seen.inbox) == many,
    "status": lambda status, seen: any(row.status == STATUSES.get(status) for row in seen.receipts),
    "next": lambda step, seen: any(NEXT[step](seen.answer, call) for call in seen.calls) if step in NEXT else True,
    "terminal": lambda over, seen: any((call.state is CallState.OVER) is over for call in seen.calls),
    "action": lambda action, seen: all(ACTIONS[action](row) for row in seen.receipts) if action in ACTIONS else True,
}


def kind(seen: Seen) -> str:
    """What the system made of a request."""
    return next((name for name, holds in KINDS if holds(seen)), "nothing")


def differences(expect: dict[str, Any], seen: Seen) -> list[str]:
    """What is otherwise than expected, in words; empty when nothing is."""
    made, expected = kind(seen), str(expect.get("kind"))
    found = [] if made == expected or (made == "ignore" and expected in SAME_AS_IGNORED) else [f"kind is {made}"]
    for name, holds in DETAILS.items():
        if name in expect and not holds(expect[name], seen):
            found.append(f"{name} is not {expect[name]!r}")
    return found
