"""Public holidays where a member lives."""

from __future__ import annotations

from datetime import date, timedelta
from timeit import timeit
from zoneinfo import available_timezones

import pytest

from bot.outreach.holidays import closed_days, country_of, is_holiday, regions

# Zones that are no place: offsets, abbreviations that several countries use, the machine's own.
ABBREVIATIONS = {"CET", "EET", "EST", "HST", "MET", "MST", "WET", "CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT"}
UNIVERSAL = {"UTC", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Universal", "Zulu", "Factory", "localtime"}


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("America/New_York", "US"),
        ("Europe/London", "GB"),
        ("Asia/Kolkata", "IN"),
        ("Europe/Jersey", "JE"),  # the same clock as London's, another country
        ("America/Puerto_Rico", "PR"),
        ("Australia/Lord_Howe", "AU"),
    ],
)
def test_a_zone_lies_in_one_country(zone: str, country: str) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("US/Eastern", "US"),
        ("Asia/Calcutta", "IN"),
        ("Europe/Kiev", "UA"),
        ("GB", "GB"),
        ("Singapore", "SG"),
        ("America/Buenos_Aires", "AR"),
        ("Iceland", "IS"),  # linked to Abidjan
        ("America/Coral_Harbour", "CA"),  # linked to Panama
        ("Pacific/Truk", "FM"),  # linked to Port Moresby
    ],
)
def test_an_older_name_of_a_zone_lies_where_it_says(zone: str, country: str) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(
    "zone", ["UTC", "Etc/GMT+5", "EST", "CET", "PST8PDT", "Factory", "", "us/eastern", "Mars/Base"]
)
def test_a_zone_that_is_no_place_has_no_country(zone: str) -> None:
    assert country_of(zone) is None


def test_every_other_zone_of_the_database_has_a_country_whose_holidays_are_known() -> None:
    places = {zone for zone in available_timezones() - ABBREVIATIONS - UNIVERSAL if not zone.startswith("Etc/")}
    assert {zone for zone in places if country_of(zone) not in regions()} == set()


@pytest.mark.parametrize(
    ("day", "country", "region"),
    [
        (date(2026, 7, 4), "US", None),
        (date(2026, 7, 3), "US", None),  # in place of the Saturday
        (date(2027, 12, 31), "US", None),  # in place of a Saturday in the next year
        (date(2026, 12, 28), "GB", None),  # in place of the Saturday
        (date(2026, 11, 27), "US", "WA"),
        (date(2026, 8, 31), "GB", "ENG"),
        (date(2026, 1, 26), "IN", None),
        (date(2040, 1, 26), "IN", None),  # beyond the years for which the moon is tabulated
    ],
)
def test_a_public_holiday(day: date, country: str, region: str | None) -> None:
    assert is_holiday(day, country, region)


@pytest.mark.parametrize(
    ("day", "country", "region"),
    [
        (date(2026, 7, 6), "US", None),
        (date(2026, 11, 27), "US", None),  # a holiday of some states
        (date(2026, 8, 31), "GB", "SCT"),
        (date(2026, 2, 14), "US", None),  # an unofficial one
        (date(2026, 7, 4), "GB", None),
    ],
)
def test_a_working_day(day: date, country: str, region: str | None) -> None:
    assert not is_holiday(day, country, region)


@pytest.mark.parametrize("region", ["ZZ", "", "wa", "Nowhere"])
def test_in_a_region_that_nobody_knows_the_countrys_holidays_count(region: str) -> None:
    assert is_holiday(date(2026, 7, 4), "US", region)
    assert not is_holiday(date(2026, 11, 27), "US", region)


@pytest.mark.parametrize("country", [None, "", "XX", "us", "USA", "HolidayBase", "NYSE", "__doc__"])
def test_in_a_country_that_nobody_knows_no_day_is_a_holiday(country: str | None) -> None:
    assert not any(is_holiday(date(2026, 1, 1) + timedelta(days=day), country, "WA") for day in range(365))


def test_the_holidays_are_those_of_the_place_on_record() -> None:
    assert closed_days("US-WA", "Europe/London")(date(2026, 11, 27))
    assert closed_days("US", "Europe/London")(date(2026, 7, 4))


def test_without_a_place_on_record_they_are_those_of_the_time_zone() -> None:
    assert closed_days(None, "Europe/London")(date(2026, 4, 3))
    assert not closed_days(None, "UTC")(date(2026, 1, 1))


def test_regions_are_codes() -> None:
    assert regions()["GB"] == {"ENG", "NIR", "SCT", "WLS"}
    assert regions()["NL"] == set()  # the library's names of its parts are no codes


def test_asking_again_costs_next_to_nothing() -> None:
    is_holiday(date(2026, 7, 4), "US", "WA")
    seconds = min(timeit(lambda: is_holiday(date(2026, 7, 4), "US", "WA"), number=1000) for _ in range(5)) / 1000
    assert seconds < 20e-6  # measured: under 1 µs; working out a year takes a millisecond
