"""When a member wants to be contacted again, or how long they are away, read by rules in their own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.language import date_cues as cue
from bot.language import days as d
from bot.language.date_around import Around
from bot.language.date_atoms import find_atoms
from bot.language.date_words import Atom, Clock, Context, DayRange, Length, Past, tidy, within

_LONGEST = 500
_LAST_YEAR = 9000


class WhenKind(StrEnum):
    """`until`: no contact before the start. `at`: make contact then. `range`: away from the start to the end."""

    UNTIL = "until"
    AT = "at"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class When:
    """A local day (`date`) or an instant (aware `datetime`, in the member's zone).

    `end` is given for a range only, where it is the last day (or the instant) of the absence.
    """

    kind: WhenKind
    start: date | datetime
    end: date | datetime | None = None


def read_when(text: str, *, now: datetime, zone: ZoneInfo, locale: str = "en-GB") -> When | None:
    """The time of contact or of absence that `text` gives; None when it gives none, or an impossible one.

    `now` is aware; the member's `zone` decides what day it is. Hours and minutes are elapsed time, days and weeks are
    clock time: an absence of two weeks ends at the same hour two weeks later. `locale` decides whether 3/8 is in
    August (en-GB) or March (en-US). `until` and `at` are never past.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a time without a zone is refused")
    local = now.astimezone(zone)
    said = tidy(text[:_LONGEST])
    if local.year > _LAST_YEAR or not said:
        return None
    atoms = find_atoms(said, Context(local.date(), day_first=not locale.casefold().endswith("-us")))
    if any(atom.meaning is None for atom in atoms):
        return None
    try:
        found = _Reading(Around(said, atoms, local.date()), local, zone).read()
    except OverflowError:
        return None
    return found if found and _is_ahead(found, local) else None


def _is_ahead(found: When, local: datetime) -> bool:
    if found.kind is WhenKind.RANGE:
        end = found.end
        return end is not None and _day(end) >= local.date() and _order(found.start, end)
    return found.start > local if isinstance(found.start, datetime) else found.start >= local.date()


def _together(clocks: list[Atom]) -> Clock | None:
    """The time of day that is meant; "10 in the morning" may be told in two places."""
    found = [atom.meaning for atom in clocks if isinstance(atom.meaning, Clock)]
    if len(found) > 1 and found[0].part != found[1].part:
        return within(found[0], found[1])
    return found[0] if found else None


def _order(start: date | datetime, end: date | datetime) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start < end
    return _day(start) <= _day(end)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


class _Reading:
    """One text being read: its pieces of time, and what the words around them say."""

    def __init__(self, around: Around, local: datetime, zone: ZoneInfo) -> None:
        self.around, self.local, self.zone, self.today = around, local, zone, local.date()

    def read(self) -> When | None:
        atoms = self.around.atoms
        days = [a for a in atoms if isinstance(a.meaning, d.Fixed | d.Weekday | d.MonthDay | d.Feast | d.Span)]
        ranges = [a for a in atoms if isinstance(a.meaning, DayRange)]
        clocks = [a for a in atoms if isinstance(a.meaning, Clock)]
        lengths = [a for a in atoms if isinstance(a.meaning, Length)]
        if not (atoms and self.around.is_about_contact()):
            return None
        if ranges and isinstance(ranges[0].meaning, DayRange):
            return self._range(ranges[0].meaning.first, ranges[0].meaning.last)
        if len(days) > 1 and (both := self._two_days(days[0], days[1])):
            return both
        if days and lengths and (both := self._day_and_length(days[0], lengths[0])):
            return both
        if lengths and not days:
            return self._length(lengths[0], clocks)
        if days:
            return self._day(days[0] if len(days) == 1 else self.around.first_held(days), clocks)
        return self._clocks(clocks)

    # days

    def _resolve(self, atom: Atom) -> date | None:
        return (
            d.next_after(atom.meaning, self.today)
            if not isinstance(atom.meaning, Clock | Length | DayRange | Past | None)
            else None
        )

    def _two_days(self, one: Atom, two: Atom) -> When | None:
        between = self.around.rest[one.end : two.start]
        spans = cue.JOINS.match(between) or (
            cue.TO.match(between) and (self.around.away or cue.FROM.search(self.around.lead(one)))
        )
        returns = cue.BACK.search(self.around.lead(two)) and self.around.away and not self.around.holds(one)
        if not (spans or returns) or isinstance(one.meaning, Clock | Length | DayRange | Past | None):
            return None
        if isinstance(two.meaning, Clock | Length | DayRange | Past | None):
            return None
        found = self._range(one.meaning, two.meaning)
        if found and returns and not spans and isinstance(found.end, date):
            last = found.end - d.ONE_DAY
            return When(WhenKind.RANGE, found.start, last) if last >= _day(found.start) else None
        return found

    def _range(self, first: d.Day, last: d.Day) -> When | None:
        """Days of a month are the coming end with the start before it; weekdays and the like count from the start."""
        if isinstance(first, d.MonthDay) and isinstance(last, d.MonthDay):
            end = d.next_after(last, self.today)
            start = d.last_until(first, end) if end else None
            if end and first.year is not None and first.month is not None:
                start = d.make_date(first.year, first.month, first.day)
        else:
            start = d.next_after(first, self.today)
            end = d.next_after(last, start) if start else None
        if isinstance(last, d.Span):
            end = last.last
        return When(WhenKind.RANGE, start, end) if start and end else None

    def _day_and_length(self, day: Atom, length: Atom) -> When | None:
        meaning, start = length.meaning, self._resolve(day)
        if not isinstance(meaning, Length) or start is None or not (meaning.days or meaning.months):
            return None
        if self.around.holds(length) and self.around.away:
            return When(WhenKind.RANGE, start, d.add_months(start, meaning.months) + timedelta(days=meaning.days - 1))
        counts = self.around.away or cue.FOR.search(self.around.lead(length))
        if not counts or self.around.holds(day) or cue.IN.search(self.around.lead(length)):
            return None
        return When(WhenKind.RANGE, start, d.add_months(start, meaning.months) + timedelta(days=meaning.days - 1))

    def _day(self, atom: Atom, clocks: list[Atom]) -> When | None:
        lead, meaning, on = self.around.lead(atom), atom.meaning, self._resolve(atom)
        if on is None:
            return None
        after = bool(cue.AFTER.search(lead))
        held = self.around.holds(atom) or any(self.around.holds(other) for other in clocks[:1])
        if len(clocks) > 1 and not held and (hours := self._hours(clocks, on)):
            return hours
        clock = _together(clocks)
        if cue.THROUGH.search(lead) or (after and not (isinstance(clock, Clock) and atom.start > clocks[0].start)):
            on = (meaning.last if isinstance(meaning, d.Span) else on) + d.ONE_DAY
        elif cue.BEFORE.search(lead) and not held:
            on -= d.ONE_DAY
        kind = WhenKind.UNTIL if held or (self.around.away and after) else WhenKind.AT
        if clock is not None:
            return When(kind, self._instant(on, self._likely(clock)))
        if self.around.away and not held and not after and not cue.ASKS_ME.search(lead):
            if (
                cue.FROM.search(lead)
                and re.search(r"\b(?:from|as of|starting)\b", lead)
                and not isinstance(meaning, d.Span)
            ):
                return None
            return When(WhenKind.RANGE, on, meaning.last if isinstance(meaning, d.Span) else on)
        if kind is WhenKind.AT and not after and isinstance(meaning, d.Span):
            return self._span_at(meaning)
        return When(kind, on)

    def _span_at(self, span: d.Span) -> When | None:
        """``next week`` is Monday at nine; a month or a weekend is its first day; what has begun has no start."""
        if span.first == self.today:
            return None
        if (span.last - span.first).days == 6:
            return When(WhenKind.AT, self._instant(span.first, time(9)))
        return When(WhenKind.AT, span.first)

    # lengths and times of day

    def _length(self, atom: Atom, clocks: list[Atom]) -> When | None:
        meaning, lead = atom.meaning, self.around.lead(atom)
        if not isinstance(meaning, Length):
            return None
        if cue.LASTED.search(lead):
            return None
        held = (
            self.around.away
            or self.around.holds(atom)
            or (cue.FOR.search(lead) and not cue.IN.search(lead) and not cue.ASKS_LENGTH.search(lead))
        )
        kind = WhenKind.UNTIL if held else WhenKind.AT
        if meaning.elapsed:
            return When(kind, (self.local.astimezone(UTC) + meaning.elapsed).astimezone(self.zone))
        on = d.add_months(self.today, meaning.months) + timedelta(days=meaning.days)
        clock = clocks[0].meaning if clocks else None
        if isinstance(clock, Clock):
            return When(kind, self._instant(on, self._likely(clock)))
        # An absence of days ends at the hour at which it was said to begin; a day to ask on has no hour.
        return When(kind, self._instant(on, self.local.time()) if held else on)

    def _clocks(self, atoms: list[Atom]) -> When | None:
        atom = atoms[0]
        clock = atom.meaning
        if not isinstance(clock, Clock):
            return None
        if hours := self._hours(atoms, self.today):
            last = hours.end or hours.start
            return hours if isinstance(last, datetime) and self.local < last else None
        if len(atoms) > 1 and isinstance(atoms[1].meaning, Clock) and atoms[1].meaning.part != clock.part:
            clock = within(clock, atoms[1].meaning)
            return self._at_clock(atom, clock, sticks=True)
        this_one = bool(re.search(r"\bthis (?:\w+)$|\btonight\b", self.around.said[: atom.end]))
        return self._at_clock(atom, clock, sticks=this_one and clock.part)

    def _hours(self, clocks: list[Atom], on: date) -> When | None:
        """``from 2pm to 4pm``: an absence, or the first of the two where contact is asked for between them."""
        one, two = clocks[0], clocks[1] if len(clocks) > 1 else clocks[0]
        if one is two or not (isinstance(one.meaning, Clock) and isinstance(two.meaning, Clock)):
            return None
        between, lead = self.around.rest[one.end : two.start], self.around.lead(one)
        if not (cue.JOINS.match(between) or (cue.TO.match(between) and cue.FROM.search(lead))):
            return None
        first, last = (self._instant(on, self._likely(clock)) for clock in (one.meaning, two.meaning))
        if first >= last:
            return None
        asked = not self.around.away and cue.ASKS_ME.search(self.around.rest[: one.start])
        return When(WhenKind.AT, first) if asked else When(WhenKind.RANGE, first, last)

    def _at_clock(self, atom: Atom, clock: Clock, *, sticks: bool) -> When | None:
        kind = WhenKind.UNTIL if self.around.holds(atom) else WhenKind.AT
        start = self._instant(self.today, self._likely(clock))
        if start <= self.local and clock.loose and 7 <= clock.at.hour < 12:
            start = self._instant(self.today, time(clock.at.hour + 12, clock.at.minute))
        if start <= self.local:
            if sticks:
                return None
            start = self._instant(self.today + d.ONE_DAY, self._likely(clock))
        return When(kind, start)

    def _likely(self, clock: Clock) -> time:
        """Without am or pm, one to seven are after noon and the others as they stand."""
        if clock.loose and 1 <= clock.at.hour <= 7:
            return time(clock.at.hour + 12, clock.at.minute)
        return clock.at

    def _instant(self, on: date, at: time) -> datetime:
        """Local clock time; one that the change to summer time leaves out moves on by the hour."""
        return datetime.combine(on, at, tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)
