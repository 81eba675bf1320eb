"""Absences from a member's own calendar: an iCalendar file (RFC 5545), as Google, Outlook and Apple export it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event

from bot.clock import check_aware
from bot.errors import Refused
from bot.members.fields import FieldRefused, check_time_zone
from bot.outreach.hours import at_local

MOST_BYTES = 5_000_000
MOST_ENTRIES = 5_000
# Dates and floating times have no zone of their own: the query is wider than any two zones are apart.
_MARGIN = timedelta(days=2)
_TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
_WORDS = re.compile(
    r"\b(?:out of (?:the )?office|ooo|vacations?|(?:annual|sick|parental|maternity|paternity|family) leave|on leave"
    r"|holidays?|away|pto|(?:days?|time) off|off sick|sick(?: day)?)\b",
    re.IGNORECASE,
)
# What the libraries let through when a value is not what it should be; they do not document it.
_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
_DAILY = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_OUT = "OOF"  # Microsoft's "out of facility"
_NOT_AWAY = frozenset({"FREE", "WORKINGELSEWHERE"})


class CalendarRefused(Refused):
    """The calendar can't be used, and nothing was taken from it."""


@dataclass(frozen=True)
class Busy:
    """One entry of a calendar, from `starts` until just before `ends` (aware, UTC).

    `uid` is the calendar's own name for the entry; one that recurs has the start behind it: ``id/20260302T090000Z``.
    """

    uid: str
    starts: datetime
    ends: datetime
    summary: str


@dataclass(frozen=True)
class _Span:
    """From `first` until just before `until`, in UTC."""

    first: datetime
    until: datetime

    def overlaps(self, busy: Busy) -> bool:
        return busy.starts < busy.ends and busy.starts < self.until and self.first < busy.ends


@dataclass(frozen=True)
class _Zones:
    """Where `days` begin, and what `floating` times (those without a zone) are counted in."""

    days: ZoneInfo
    floating: ZoneInfo

    def in_utc(self, event: Component, name: str) -> datetime:
        value = _day_or_time(event, name)
        if value is None:
            raise ValueError(f"there is no {name}")
        if not isinstance(value, datetime):
            return check_aware(at_local(value, time(), self.days))
        return (value if value.tzinfo else value.replace(tzinfo=self.floating)).astimezone(UTC)


def read_absences(
    data: bytes,
    *,
    zone: ZoneInfo,
    first: datetime,
    until: datetime,
    only_out_of_office: bool = True,
    patience_seconds: float = 20,
) -> list[Busy]:
    """What of a calendar overlaps the time from `first` until just before `until` (aware), by start.

    Recurrences are spelled out. What is cancelled, lasts no time or leaves its time free is left out. With
    `only_out_of_office` only what means absence is taken: an entry that Outlook marks so, one for whole days, or one
    whose title says so ("OOO", "annual leave"). Such a mark or title counts even when the time is shown as free, as
    Google does with whole days.

    Whole days begin at midnight in `zone`, whatever the calendar. Times without a zone are those of the calendar's
    X-WR-TIMEZONE, or else of `zone`. A rule that never comes true is searched for until the year 9999, so no further
    entry is begun after `patience_seconds`.

    Raises:
        CalendarRefused: it is not a calendar, too large, too full, takes too long, or an entry in question has no
            usable times.
    """
    deadline = monotonic() + patience_seconds
    span = _Span(check_aware(first), check_aware(until))
    found: dict[str, Busy] = {}
    for calendar in _calendars(data):
        for busy in _busy(calendar, zone, span, only_out_of_office, deadline):
            found[busy.uid] = busy
            if len(found) > MOST_ENTRIES:
                raise CalendarRefused(f"It has more than {MOST_ENTRIES:,} entries in this time.")
    return sorted(found.values(), key=lambda busy: (busy.starts, busy.ends, busy.uid))


def _calendars(data: bytes) -> Sequence[Component]:
    if len(data) > MOST_BYTES:
        raise CalendarRefused(f"It is larger than {MOST_BYTES // 1_000_000} MB: export a shorter time.")
    try:
        parts = Calendar.from_ical(data, multiple=True)
    except _FAULTS as error:
        raise CalendarRefused("It is not an iCalendar file (.ics).") from error
    calendars = [part for part in parts if part.name == "VCALENDAR"]
    if not calendars:  # an unfinished download has no END:VCALENDAR
        raise CalendarRefused("It is not a complete iCalendar file (.ics).")
    return calendars


def _busy(
    calendar: Component, zone: ZoneInfo, span: _Span, only_out_of_office: bool, deadline: float
) -> Iterator[Busy]:
    zones = _Zones(days=zone, floating=_own_zone(calendar) or zone)
    for series in _series([part for part in calendar.subcomponents if isinstance(part, Event)]):
        if any(_counts(event, only_out_of_office) for event in series):
            if monotonic() >= deadline:
                raise CalendarRefused("Its recurring entries take too long to spell out.")
            _check_rules(series)
            yield from (busy for busy, event in _occurrences(series, zones, span) if _counts(event, only_out_of_office))


def _own_zone(calendar: Component) -> ZoneInfo | None:
    try:
        return ZoneInfo(check_time_zone(_text(calendar, "X-WR-TIMEZONE")))
    except FieldRefused:
        return None


def _series(events: Sequence[Event]) -> Iterator[list[Event]]:
    """The events that belong together: one that recurs and its exceptions share their UID."""
    named: dict[str, list[Event]] = {}
    for at, event in enumerate(events):
        named.setdefault(_text(event, "UID") or f"without a name: {at}", []).append(event)
    yield from named.values()


def _counts(event: Component, only_out_of_office: bool) -> bool:
    """Whether the entry stands, takes the member's time and, if that is asked for, means absence."""
    if _text(event, "STATUS").upper() == "CANCELLED":
        return False
    shown, meant = (_text(event, f"X-MICROSOFT-CDO-{name}").upper() for name in ("BUSYSTATUS", "INTENDEDSTATUS"))
    if _OUT in (shown, meant) or _WORDS.search(_text(event, "SUMMARY")):
        return True
    if _text(event, "TRANSP").upper() == "TRANSPARENT" or (shown or meant) in _NOT_AWAY:
        return False
    return not only_out_of_office or _is_whole_days(event)


def _is_whole_days(event: Component) -> bool:
    is_marked = _text(event, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    return is_marked or not isinstance(_day_or_time(event, "DTSTART"), datetime)


def _check_rules(series: Sequence[Event]) -> None:
    """Refuses what the library would drop or never finish: unreadable times, rules that fire all day long."""
    for event in series:
        if _TIMES & {name for name, _ in event.errors} or "DTSTART" not in event:
            raise CalendarRefused(f"{_title(event)} has times that can't be read.")
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if min(rule.get("INTERVAL", [1]), default=1) < 1:  # the library would count for ever
                raise CalendarRefused(f"{_title(event)} has times that can't be read.")
            within_a_day = any(len(rule.get(part, [])) > 1 for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
            if within_a_day or not _DAILY.issuperset(rule.get("FREQ", [])):
                raise CalendarRefused(f"{_title(event)} comes more than once a day: that is no absence.")


def _occurrences(series: Sequence[Event], zones: _Zones, span: _Span) -> list[tuple[Busy, Component]]:
    """Every occurrence that overlaps the span and lasts some time."""
    recurs = any({"RRULE", "RDATE", "RECURRENCE-ID"} & event.keys() for event in series)
    alone = Calendar()
    for event in series:
        alone.add_component(event.copy())  # without its alarms
    try:
        events = recurring_ical_events.of(alone).between(span.first - _MARGIN, span.until + _MARGIN)
        found = [(_entry(event, zones, recurs), event) for event in events]
    except _FAULTS as error:
        raise CalendarRefused(f"{_title(series[0])} has times that can't be read.") from error
    return [(busy, event) for busy, event in found if span.overlaps(busy)]


def _entry(event: Component, zones: _Zones, recurs: bool) -> Busy:
    starts, ends = zones.in_utc(event, "DTSTART"), zones.in_utc(event, "DTEND")
    summary, uid = _text(event, "SUMMARY"), _text(event, "UID")
    name = f"{uid or summary}/{starts:%Y%m%dT%H%M%SZ}" if recurs or not uid else uid
    return Busy(name, starts, ends, summary)


def _day_or_time(event: Component, name: str) -> date | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) else None  # a datetime is a date


def _text(component: Component, name: str) -> str:
    """The property on one line, or "" without it; the first of several."""
    value = component.get(name, "")
    return " ".join(str(value[0] if isinstance(value, list) else value).split())


def _title(event: Component) -> str:
    return f'"{_text(event, "SUMMARY") or _text(event, "UID")}"'
