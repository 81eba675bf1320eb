"""The weekly digest in words, for those who can't see the chart and for when it can't be shown. Pure."""

from __future__ import annotations

from datetime import timedelta

from bot.handoff.digests import Digest, Members
from inbox.blocks import Block, header, safe, section
from inbox.text import day, within
from slackkit.text import clip, mark

ALT = 900


def text(digest: Digest) -> str:
    """What introduces the chart: formatted, with names marked."""
    return "\n".join([f"*{mark(title(digest))}*", *lines(digest)])


def blocks(digest: Digest) -> list[Block]:
    """The same without a chart."""
    return [header(title(digest)), section("\n".join(lines(digest)), 2900)]


def title(digest: Digest) -> str:
    """Whose week it is, in plain words."""
    return f"{clip(digest.name, 80)}: week {digest.week.partition('W')[2]}, {day(digest.first)} to {day(digest.last)}"


def file_name(digest: Digest) -> str:
    """By which the message is found again: one team has one for a week."""
    return f"digest-{digest.team}-{digest.week}.png"


def alt_text(digest: Digest) -> str:
    """What the chart shows, day by day."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    told = [
        f"{name}: {opened} opened, {done} resolved" for name, (opened, done) in zip(names, digest.days, strict=True)
    ]
    return clip(f"Cases of {clip(digest.name, 80)} in the week from {day(digest.first)}. " + "; ".join(told) + ".", ALT)


def lines(digest: Digest) -> list[str]:
    """The figures, each with that of the week before."""
    reply, before = _span(digest.first_reply), _span(digest.first_reply_before)
    found = [
        f"Cases opened: *{digest.opened}* (the week before {digest.opened_before})",
        f"Cases resolved: *{digest.resolved}* (the week before {digest.resolved_before})",
        f"Median first reply, in working time: *{reply}* (the week before {before})",
        f"Not resolved now: *{digest.unresolved}*, {digest.unclaimed} of them unclaimed, {digest.overdue} overdue",
    ]
    return found + (_members(digest.members) if digest.members is not None else [])


def _members(members: Members) -> list[str]:
    at_least = "" if members.is_all else "at least "
    found = [
        f"Progress of members: *{members.steps}* steps done, *{members.journeys}* journeys completed",
        f"Members at risk: {at_least}*{members.high}* high, *{members.medium}* medium",
    ]
    if members.named:
        found.append("First to look at: " + ", ".join(safe(name, 60) for name in members.named))
    return found


def _span(seconds: float | None) -> str:
    return within(timedelta(seconds=seconds) if seconds is not None else None)
