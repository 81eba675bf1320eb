"""What the groups of a breakdown are called, and in which order they stand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.insights.measures.counts import Tally
from bot.programme.models import Programme
from bot.progress.runs import STAGES

NO_SEGMENT = "No segment"
CHANNELS = {"sms": "SMS", "email": "E-mail", "voice": "Phone call", "messenger": "Messenger", "telegram": "Telegram",
            "slack": "Slack"}  # fmt: skip
GROUPS = {
    "stage": {"onboarding": "Onboarding", "renewal": "Renewal", "winback": "Win-back", "engagement": "Engagement",
              "none": "In no journey"},
    "way": {"all": "Every step done", "some": "Some steps passed over", "lapsed": "Lapsed", "left": "Left"},
    "about": {"step": "Steps of journeys", "survey": "Surveys"},
    "channel": CHANNELS,
}  # fmt: skip
IN_ORDER = {"stage": (*STAGES, "none"), "priority": ("urgent", "high", "normal", "low")}
BY_NAME = ("cohort", "hour")
BY_NUMBER = ("rung", "score")


def segment(programme: Programme, key: str) -> str:
    """The name of a segment; of one that the content has no more, its key."""
    known = {one.key: one.name for one in programme.segments}
    return known.get(key, key) or NO_SEGMENT


def group(programme: Programme, breakdown: str, label: str) -> str:
    """What a group is called."""
    if breakdown == "team":
        teams: dict[str, str] = {key: desk.name for key, desk in programme.inbox.teams.items()}
        return teams.get(label, label.replace("_", " ").capitalize())
    if breakdown == "hour":
        return f"{label}:00"
    if breakdown == "rung":
        return f"Rung {label}"
    known = GROUPS.get(breakdown, {}).get(label)
    return known if known is not None else label.replace("_", " ").capitalize() or "None"


def ordered(breakdown: str, groups: Mapping[str, Tally]) -> list[str]:
    """By what they are where that has an order, else the largest first."""
    if breakdown in BY_NAME:
        return sorted(groups)
    if breakdown in BY_NUMBER:
        return sorted(groups, key=lambda label: (not label.isdecimal(), int(label) if label.isdecimal() else 0, label))
    if (order := IN_ORDER.get(breakdown)) is not None:
        return sorted(groups, key=lambda label: (order.index(label) if label in order else len(order), label))
    return sorted(groups, key=lambda label: (-max(groups[label].n, groups[label].k), label))
