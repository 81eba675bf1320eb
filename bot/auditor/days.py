"""When contact was allowed, worked out apart from the contact policy: local hours, weekdays and public holidays."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays

from bot.programme.models import ContactHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def within(hours: ContactHours, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether `moment` is within the hours and on a weekday of contact, on the clock of `zone`."""
    local = moment.astimezone(zone)
    return WEEKDAYS[local.weekday()] in hours.weekdays and hours.start <= local.time() < hours.end


def is_public_holiday(moment: datetime, zone: ZoneInfo, country: str | None) -> bool:
    """Whether the local day is a public holiday; without `country` (``US`` or ``US-WA``) that of the zone counts."""
    place = country or _countries().get(zone.key)
    return place is not None and moment.astimezone(zone).date() in _holidays(place, moment.astimezone(zone).year)


@lru_cache(maxsize=1024)
def _holidays(place: str, year: int) -> frozenset[date]:
    country, _, region = place.partition("-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of years that a calendar of the moon doesn't reach
            return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:  # a place that the library does not know
        return _holidays(country, year) if region else frozenset()


@cache
def _countries() -> Mapping[str, str]:
    """The country of each zone of the time zone database; older names of zones are not among them."""
    rows = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    parts = [row.split("\t") for row in rows if row and not row.startswith("#")]
    return {part[2]: part[0] for part in parts}
