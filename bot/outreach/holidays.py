"""Public holidays where a member lives, from the rules of the `holidays` library (no network, no yearly upkeep)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from importlib.resources import files

import holidays

_ISO = re.compile(r"[A-Z]{2}")
# Names that the database only keeps as links to a zone of another country, because the clocks agree since 1970.
_ACROSS_BORDERS = {
    "Africa/Asmera": "ER",
    "Africa/Timbuktu": "ML",
    "America/Coral_Harbour": "CA",
    "America/Virgin": "VI",
    "Antarctica/South_Pole": "AQ",
    "Atlantic/Jan_Mayen": "SJ",
    "Iceland": "IS",
    "Pacific/Johnston": "UM",
    "Pacific/Ponape": "FM",
    "Pacific/Truk": "FM",
    "Pacific/Yap": "FM",
}
# Abbreviations that many countries share, though the database links each to a city.
_SHARED = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})


def country_of(zone: str) -> str | None:
    """The country (ISO 3166, two letters) of an IANA time zone or an older name of one; None for UTC and its like."""
    return _countries().get(zone)


def is_holiday(day: date, country: str | None, region: str | None = None) -> bool:
    """Whether `day` is a public holiday there, substitute days included.

    `country` has two letters, `region` is the part after the hyphen in ISO 3166-2 (``WA`` of ``US-WA``). A region that
    the library does not know counts as the country as a whole, which has only the holidays that all its regions share.
    In a country that it does not know, no day is a holiday.
    """
    return country is not None and day in _days(country, region, day.year)


def closed_days(place: str | None, zone: str) -> Callable[[date], bool]:
    """For `next_open`: whether a day is a holiday at `place` (``US`` or ``US-WA``); without one, where `zone` is."""
    country, _, region = (place or country_of(zone) or "").partition("-")
    return partial(is_holiday, country=country or None, region=region or None)


@cache
def regions() -> Mapping[str, frozenset[str]]:
    """Every country that has holidays, with those of its regions (ISO 3166-2) that have some of their own."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: frozenset(filter(_is_region, names)) for country, names in known.items()}


def _is_region(name: str) -> bool:
    return re.fullmatch(r"[A-Z0-9]{1,3}", name) is not None  # the library also knows cities and school zones


@lru_cache(maxsize=4096)
def _days(country: str, region: str | None, year: int) -> frozenset[date]:
    if not _ISO.fullmatch(country):
        return frozenset()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "available only until 2035": then the days that follow the sun remain
            return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:  # a country or region that the library does not know
        return _days(country, None, year) if region else frozenset()


@cache
def _countries() -> Mapping[str, str]:
    database = files("tzdata") / "zoneinfo"
    rows = [line.split("\t") for line in _lines((database / "zone.tab").read_text()) if not line.startswith("#")]
    found = {zone: country for country, _, zone, *_ in rows}
    links = [line.split() for line in _lines((database / "tzdata.zi").read_text()) if line.startswith("L ")]
    older = {alias: found[zone] for _, zone, alias in links if zone in found and alias not in _SHARED}
    return {**older, **found, **_ACROSS_BORDERS}


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]
