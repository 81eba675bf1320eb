"""Cases in words: how long somebody waits, what is due, whose it is. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from bot.handoff.queues import CaseLine
from bot.handoff.words import sentence, words
from bot.plan.wording import span
from bot.programme.inbox import Inbox
from console.look import moment


def short(length: timedelta) -> str:
    """Its largest unit: ``3 hours``."""
    return span(length).partition(" and ")[0] if length >= timedelta(minutes=1) else "less than a minute"


def team(inbox: Inbox, key: str) -> str:
    """A team as the content names it."""
    named = {str(name): desk.name for name, desk in inbox.teams.items()}
    return named.get(key) or sentence(words(key))


def whose(line: CaseLine) -> str:
    """Like ``Claimed by Dana Reyes``."""
    if line.assignee is None:
        return "Nobody's yet"
    by = {"claimed": "Claimed by", "resolved": "Was with"}.get(line.state, "For")
    return f"{by} {line.assignee}"


def waits(line: CaseLine, now: datetime) -> str:
    """Since when the member waits for a word of a person."""
    if line.state == "resolved":
        return "Over"
    if line.waiting_since is None:
        return "Nobody waits for a reply"
    return f"Waiting for {short(now - line.waiting_since)}"


def due(line: CaseLine, now: datetime, zone: tzinfo) -> str:
    """The target that was missed, or else the next; until when it rests."""
    if line.snoozed_until is not None:
        return f"Snoozed until {moment(line.snoozed_until, zone, now)}"
    if line.due is None:
        return ""
    if line.is_overdue:
        return f"Overdue for {short(now - line.due)}"
    return f"Due in {short(line.due - now)} ({moment(line.due, zone, now)})"
