"""One function for each kind of value in a member's record: it returns the value in its one form, or refuses it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from zoneinfo import available_timezones

import phonenumbers

from bot.outreach.holidays import regions

# HTML's own pattern for an address, which also wants a dot in the domain; letters of any script are allowed.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_DAYS = re.compile(r"([+-]\d{1,4})d", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
# Set aside by Ofcom for film and television: never anybody's number, and so "not valid" to the library.
_FICTION = ("+447700900",)


class FieldRefused(ValueError):
    """A value that can't be used: `problem` says why, `remedy` what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}. {remedy}")
        self.problem = problem
        self.remedy = remedy


def check_name(text: str) -> str:
    """One line of printable text, spaces tidied."""
    name = " ".join(text.split())
    if not name:
        raise FieldRefused("it is empty", "Write a value.")
    if len(name) > 100 or not name.isprintable():
        raise FieldRefused("it is not a name of up to 100 characters", "Remove what does not belong to it.")
    return name


def check_phone(text: str) -> str:
    """The number in E.164: ``+12025550123``."""
    remedy = "Write it with a plus sign and the country code: +12025550123."
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise FieldRefused(f'"{text}" is not an international phone number', remedy) from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    fiction = written.startswith(_FICTION) and phonenumbers.is_possible_number(number)
    if not (phonenumbers.is_valid_number(number) or fiction) or number.extension:
        raise FieldRefused(f'"{text}" is not a number that exists in its country', remedy)
    return written


def check_email(text: str) -> str:
    """The address in lower case."""
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        raise FieldRefused(f'"{text}" is not an e-mail address', "Write one address: ana@example.org.")
    return text.lower()


def check_time_zone(text: str) -> str:
    """The name of a zone of the IANA database."""
    if text not in _zones():
        raise FieldRefused(f'"{text}" is not a time zone', "Write an area and a city: America/New_York, Europe/London.")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads the whole database of zones, so once


def check_country(text: str) -> str:
    """A country, or a region of one, in capitals: ``US``, ``US-WA`` (ISO 3166).

    Where the regions have holidays of their own, an unknown one is refused: it would lose them unnoticed. Elsewhere
    any code is kept.
    """
    place = _PLACE.fullmatch(text.upper())
    if place is None or place[1] not in regions():
        remedy = "Write its two letters, and the region after a hyphen if it matters: US, US-WA, GB-ENG."
        raise FieldRefused(f'"{text}" is not a country', remedy)
    country, region = place.groups()
    known = sorted(regions()[country])
    if region and known and region not in known:
        examples = ", ".join(f"{country}-{name}" for name in known[:4])
        raise FieldRefused(
            f'"{text}" is not a region whose holidays are known', f"Write {country}, or one of its regions: {examples}."
        )
    return place[0]


def check_language(text: str) -> str:
    """A language tag in lower case: ``en``, ``pt-br``."""
    if not _LANGUAGE.fullmatch(text):
        raise FieldRefused(f'"{text}" is not a language', "Write its code: en, fr, pt-br.")
    return text.lower()


def check_yes_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise FieldRefused(f'"{text}" is neither yes nor no', "Write yes or no.")
    return word in _YES


def check_day(text: str, *, today: date) -> date:
    """A calendar day: ``2026-03-31``, ``today``, or days from today such as ``-3d``."""
    relative = _DAYS.fullmatch(text)
    if text.casefold() == "today":
        return today
    if relative:
        return today + timedelta(days=int(relative[1]))
    return check_calendar_day(text, "Write year-month-day (2026-03-31), today, or days from today (-3d, +200d).")


def check_calendar_day(text: str, remedy: str = "Write year-month-day: 2026-03-31.") -> date:
    """A day of the calendar and of our time: ``2026-03-31``."""
    try:
        day = date.fromisoformat(text if _ISO_DATE.fullmatch(text) else "")
    except ValueError:
        raise FieldRefused(f'"{text}" is not a day', remedy) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        side = f"before {_FIRST_YEAR}" if day.year < _FIRST_YEAR else f"after {_LAST_YEAR}"
        raise FieldRefused(f'"{text}" is {side}', remedy)
    return day
