"""When and where one member answers, learned from when and where they have answered.

The numbers below are choices of ours, not results. A member answers a handful of times a year, so anything finer than
an hour would be noise, and three answers are the fewest of which two can agree against one. Habits change with jobs and
seasons: after 90 days (a season) an answer counts half, so that a new habit wins within months and an old one is
not forgotten over a holiday. Recency is counted from the member's newest answer, not from now: silence changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import fsum
from zoneinfo import ZoneInfo

from bot.clock import check_aware
from bot.outreach.hours import WEEKDAYS, at_local
from bot.programme.models import ContactHours

HALF_LIFE = timedelta(days=90)
NEAR_MINUTES = 60
CLEAR_SHARE = 0.6
EARLIER = timedelta(hours=4)
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Answered:
    """The member wrote to us at `at` (aware, UTC) on `channel`."""

    at: datetime
    channel: str


def best_hour(answers: Sequence[Answered], zone: ZoneInfo, hours: ContactHours, *, least: int = 3) -> time | None:
    """The whole hour, in the member's time zone and within the contact hours, around which most answers come.

    That is the hour with the most weight of answers up to an hour before or after it; of equal ones the earlier.
    Answers outside the hours and weekdays of contact don't count, because we could not write then. None while fewer
    than `least` count.
    """
    counted = [answer for answer in answers if _in_hours(answer, zone, hours)]
    if len(counted) < least or not counted:
        return None
    weights = _weights(counted)
    minutes = [_minute(answer.at.astimezone(zone).time()) for answer in counted]

    def weight_around(hour: time) -> float:
        near = [_apart(_minute(hour), minute) <= NEAR_MINUTES for minute in minutes]
        return fsum(weight for weight, is_near in zip(weights, near, strict=True) if is_near)

    return max(_whole_hours(hours), key=weight_around)  # the first, so the earlier, of equal ones


def best_channel(answers: Sequence[Answered], *, least: int = 3) -> str | None:
    """The channel on which the member clearly prefers to answer: it has at least 60 % of all weight.

    None while there are fewer than `least` answers, or when no channel stands out.
    """
    if len(answers) < least or not answers:
        return None
    weights: dict[str, list[float]] = {}
    for answer, weight in zip(answers, _weights(answers), strict=True):
        weights.setdefault(answer.channel, []).append(weight)
    shares = {channel: fsum(parts) for channel, parts in weights.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= CLEAR_SHARE * fsum(shares.values()) else None


def aim(moment: datetime, at: time | None, zone: ZoneInfo) -> datetime:
    """When to write (UTC) instead of `moment`: at the local time `at`; at `moment` itself without one.

    It is the first such time from four hours before `moment` on: a little early rather than most of a day late. So it
    is never more than 4 hours earlier and always less than 24 hours later than `moment` (20 hours; 21 when the
    clocks go back). Aiming again changes nothing. Where the clocks skip `at`, it is as long after midnight as named.

    The result may lie before now; whoever plans takes the later of the two.
    """
    moment = check_aware(moment)
    return moment if at is None else _aimed(moment, at, zone)


@lru_cache(maxsize=4096)
def _aimed(moment: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Of those who are asked in one look many get the same."""
    earliest = moment - EARLIER
    yesterday = earliest.astimezone(zone).date() - timedelta(days=1)  # a time that was skipped may land on the next day
    times = (at_local(yesterday + timedelta(days=ahead), at, zone) for ahead in range(4))
    return next(found for found in times if found >= earliest)


def _in_hours(answer: Answered, zone: ZoneInfo, hours: ContactHours) -> bool:
    local = check_aware(answer.at).astimezone(zone)
    return WEEKDAYS[local.weekday()] in hours.weekdays and hours.start <= local.time() < hours.end


def _weights(answers: Sequence[Answered]) -> list[float]:
    """1 for the newest answer, half of that for each half-life before it."""
    newest = max(check_aware(answer.at) for answer in answers)
    return [0.5 ** ((newest - answer.at) / HALF_LIFE) for answer in answers]


def _whole_hours(hours: ContactHours) -> list[time]:
    """In order, at least one: hours of contact that hold no whole hour have their start instead."""
    return [hour for hour in map(time, range(24)) if hours.start <= hour < hours.end] or [hours.start]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _apart(one: int, other: int) -> int:
    """Minutes between two minutes of the day, the short way round."""
    distance = abs(one - other)
    return min(distance, _DAY_MINUTES - distance)
