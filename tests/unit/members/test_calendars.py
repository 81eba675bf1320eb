"""Absences from calendars as members' programs export them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.members.calendars import Busy, CalendarRefused, read_absences

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
FIRST, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)

GOOGLE = """
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:ana@example.org
X-WR-TIMEZONE:America/New_York
BEGIN:VTIMEZONE
TZID:America/New_York
X-LIC-LOCATION:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260306
DTEND;VALUE=DATE:20260310
DTSTAMP:20260201T101112Z
UID:2pq0vac@google.com
CREATED:20260201T101112Z
DESCRIPTION:
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Vacation 🏖
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
DTSTART:20260316T170000Z
DTEND:20260316T210000Z
DTSTAMP:20260201T101112Z
UID:ooo1@google.com
STATUS:CONFIRMED
SUMMARY:Out of office
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P0DT0H10M0S
DESCRIPTION:This is an event reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=America/New_York:20260302T090000
DTEND;TZID=America/New_York:20260302T093000
RRULE:FREQ=WEEKLY;UNTIL=20260331T035959Z;BYDAY=MO
EXDATE;TZID=America/New_York:20260316T090000
DTSTAMP:20260201T101112Z
UID:standup@google.com
STATUS:CONFIRMED
SUMMARY:Team stand-up
TRANSP:OPAQUE
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260420
DTEND;VALUE=DATE:20260421
DTSTAMP:20260201T101112Z
UID:birthday@google.com
RRULE:FREQ=YEARLY
STATUS:CONFIRMED
SUMMARY:Kim's birthday
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = """
BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:Eastern Standard Time
BEGIN:STANDARD
DTSTART:16011104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
DTSTAMP:20260201T101112Z
DTSTART;TZID="Eastern Standard Time":20260303T130000
DTEND;TZID="Eastern Standard Time":20260303T170000
RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU
PRIORITY:5
SEQUENCE:0
SUMMARY;LANGUAGE=en-us:Study
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E008
X-MICROSOFT-CDO-BUSYSTATUS:OOF
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-DISALLOW-COUNTER:FALSE
END:VEVENT
BEGIN:VEVENT
CLASS:PUBLIC
DTSTAMP:20260201T101112Z
DTSTART;TZID="Eastern Standard Time":20260311T130000
DTEND;TZID="Eastern Standard Time":20260311T170000
RECURRENCE-ID;TZID="Eastern Standard Time":20260310T130000
SEQUENCE:1
SUMMARY;LANGUAGE=en-us:Study
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E008
X-MICROSOFT-CDO-BUSYSTATUS:OOF
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID="Eastern Standard Time":20260330T000000
DTEND;TZID="Eastern Standard Time":20260401T000000
DTSTAMP:20260201T101112Z
SUMMARY:Conference
UID:conference
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260406
DTEND;VALUE=DATE:20260407
DTSTAMP:20260201T101112Z
SUMMARY:At my parents' place
UID:elsewhere
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE
END:VEVENT
BEGIN:VEVENT
DTSTART:20260408T130000Z
DTEND:20260408T140000Z
DTSTAMP:20260201T101112Z
SUMMARY:Review
UID:invited
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
X-MICROSOFT-CDO-INTENDEDSTATUS:OOF
END:VEVENT
END:VCALENDAR
"""

APPLE = """
BEGIN:VCALENDAR
CALSCALE:GREGORIAN
PRODID:-//Apple Inc.//macOS 15.3//EN
VERSION:2.0
X-APPLE-CALENDAR-COLOR:#1BADF8
X-WR-CALNAME:Home
BEGIN:VEVENT
CREATED:20260201T101112Z
DTSTAMP:20260201T101112Z
DTSTART;VALUE=DATE:20260327
DURATION:P1W
SEQUENCE:0
SUMMARY:Lake Dis
 trict
TRANSP:OPAQUE
UID:6A1C9E1E-7E2D-4E0B-8C53-0D5A6E9B0001
URL;VALUE=URI:
X-APPLE-CREATOR-IDENTITY:com.apple.calendar
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20260201T101112Z
DTSTART:20260409T090000
DURATION:PT3H30M
SUMMARY:Annual leave\\, morning
UID:6A1C9E1E-7E2D-4E0B-8C53-0D5A6E9B0002
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20260201T101112Z
DTSTART;VALUE=DATE:20260410
SUMMARY:Easter trip
STATUS:CANCELLED
UID:6A1C9E1E-7E2D-4E0B-8C53-0D5A6E9B0003
END:VEVENT
BEGIN:VEVENT
DTSTAMP:20260201T101112Z
DTSTART;VALUE=DATE:20260415
SUMMARY:Moving house
UID:6A1C9E1E-7E2D-4E0B-8C53-0D5A6E9B0004
END:VEVENT
END:VCALENDAR
"""


def ics(text: str) -> bytes:
    return text.strip().replace("\n", "\r\n").encode() + b"\r\n"


def calendar_of(*events: str) -> bytes:
    entries = "\n".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events)
    return ics(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n{entries}\nEND:VCALENDAR")


def read(data: bytes, zone: ZoneInfo = LONDON, *, everything: bool = False) -> list[Busy]:
    return read_absences(data, zone=zone, first=FIRST, until=UNTIL, only_out_of_office=not everything)


def times(found: list[Busy], zone: ZoneInfo) -> list[tuple[str, str, str]]:
    return [
        (busy.summary, f"{busy.starts.astimezone(zone):%m-%d %H:%M}", f"{busy.ends.astimezone(zone):%m-%d %H:%M}")
        for busy in found
    ]


def test_googles_absences_are_whole_days_and_out_of_office() -> None:
    found = read(ics(GOOGLE), NEW_YORK)
    assert times(found, NEW_YORK) == [
        ("Vacation 🏖", "03-06 00:00", "03-10 00:00"),  # over the night in which the clocks change
        ("Out of office", "03-16 13:00", "03-16 17:00"),
    ]
    assert found[0].ends - found[0].starts == timedelta(hours=4 * 24 - 1)
    assert [busy.uid for busy in found] == ["2pq0vac@google.com", "ooo1@google.com"]
    assert all(busy.starts.tzinfo is UTC and busy.ends.tzinfo is UTC for busy in found)


def test_everything_that_takes_time_is_taken_when_asked_for() -> None:
    found = [busy for busy in read(ics(GOOGLE), NEW_YORK, everything=True) if busy.summary == "Team stand-up"]
    assert times(found, NEW_YORK) == [
        ("Team stand-up", f"03-{day} 09:00", f"03-{day} 09:30") for day in ("02", "09", "23", "30")
    ]


def test_outlooks_absences_are_what_it_marks_so_and_whole_days() -> None:
    assert times(read(ics(OUTLOOK)), NEW_YORK) == [
        ("Study", "03-03 13:00", "03-03 17:00"),
        ("Study", "03-11 13:00", "03-11 17:00"),  # moved from the 10th
        ("Study", "03-17 13:00", "03-17 17:00"),
        ("Conference", "03-30 00:00", "04-01 00:00"),
        ("Review", "04-08 09:00", "04-08 10:00"),
    ]


def test_each_occurrence_has_a_name_of_its_own_that_stays_when_it_is_read_again() -> None:
    names = [busy.uid for busy in read(ics(OUTLOOK)) if busy.summary == "Study"]
    assert names == [f"040000008200E00074C5B7101A82E008/{start}" for start in
                     ("20260303T180000Z", "20260311T170000Z", "20260317T170000Z")]  # fmt: skip
    assert [busy.uid for busy in read(ics(OUTLOOK), NEW_YORK) if busy.summary == "Study"] == names


def test_apples_durations_and_times_without_a_zone_are_those_of_the_member() -> None:
    for zone in (LONDON, NEW_YORK):
        assert times(read(ics(APPLE), zone), zone) == [
            ("Lake District", "03-27 00:00", "04-03 00:00"),
            ("Annual leave, morning", "04-09 09:00", "04-09 12:30"),
            ("Moving house", "04-15 00:00", "04-16 00:00"),  # without an end, one day
        ]


def test_times_without_a_zone_are_those_of_the_calendars_own_zone_if_it_names_one() -> None:
    event = "UID:1\nDTSTART:20260302T090000\nDTEND:20260302T100000\nSUMMARY:PTO"
    named = calendar_of(event).replace(b"VERSION", b"X-WR-TIMEZONE:America/New_York\r\nVERSION")
    assert read(named)[0].starts == datetime(2026, 3, 2, 14, tzinfo=UTC)
    misnamed = calendar_of(event).replace(b"VERSION", b"X-WR-TIMEZONE:../../etc/passwd\r\nVERSION")
    assert read(misnamed)[0].starts == read(calendar_of(event))[0].starts == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "summary",
    ["OOO", "Out of the office", "out of office (Spain)", "annual leave", "Kim: holiday", "Away", "PTO - half day",
     "Sick", "day off", "On leave", "Summer Vacation!"],
)  # fmt: skip
@pytest.mark.parametrize("transp", ["OPAQUE", "TRANSPARENT"])
def test_a_title_can_mean_absence(summary: str, transp: str) -> None:
    event = f"UID:1\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSUMMARY:{summary}\nTRANSP:{transp}"
    assert len(read(calendar_of(event))) == 1


@pytest.mark.parametrize("summary", ["Giveaway", "Zoo", "Optometrist", "Office hours", "Homesickness talk", ""])
def test_a_word_within_another_does_not_mean_absence(summary: str) -> None:
    event = f"UID:1\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSUMMARY:{summary}"
    assert read(calendar_of(event)) == []
    assert len(read(calendar_of(event), everything=True)) == 1


@pytest.mark.parametrize(
    "line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "DURATION:PT0S"]
)
def test_what_is_cancelled_or_free_or_takes_no_time_is_left_out(line: str) -> None:
    event = "UID:1\nDTSTART:20260302T090000Z\nSUMMARY:Lunch\n"
    length = "" if line.startswith("DURATION") else "\nDURATION:PT1H"
    assert read(calendar_of(event + line + length), everything=True) == []


def test_one_cancelled_occurrence_is_left_out_of_its_series() -> None:
    series = "UID:1\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Away"
    cancelled = "UID:1\nDTSTART;VALUE=DATE:20260303\nRECURRENCE-ID;VALUE=DATE:20260303\nSTATUS:CANCELLED\nSUMMARY:Away"
    assert [busy.starts.day for busy in read(calendar_of(series, cancelled))] == [2, 4]


def test_only_what_overlaps_the_time_is_taken() -> None:
    events = [
        f"UID:{start}\nDTSTART:{start}\nDTEND:{end}\nSUMMARY:Away"
        for start, end in [
            ("20260228T100000Z", "20260301T000000Z"),  # ends as it begins
            ("20260228T110000Z", "20260301T000001Z"),
            ("20260430T235959Z", "20260502T000000Z"),
            ("20260501T000000Z", "20260502T000000Z"),
        ]
    ]
    assert [busy.uid for busy in read(calendar_of(*events))] == ["20260228T110000Z", "20260430T235959Z"]


def test_a_recurrence_keeps_its_local_time_when_the_clocks_change() -> None:
    event = (
        "UID:1\nDTSTART;TZID=Europe/London:20260323T090000\nDTEND;TZID=Europe/London:20260323T170000\n"
        "RRULE:FREQ=WEEKLY;COUNT=2\nSUMMARY:Away"
    )
    assert [busy.starts.hour for busy in read(calendar_of(event))] == [9, 8]


def test_an_old_endless_series_is_spelled_out_for_the_time_only() -> None:
    event = "UID:1\nDTSTART;VALUE=DATE:19700105\nRRULE:FREQ=WEEKLY;BYDAY=FR\nSUMMARY:Day off"
    assert len(read(calendar_of(event))) == 9  # Fridays; the 1st of May begins in London while April still lasts in UTC


def test_entries_that_overlap_stay_apart() -> None:
    series = "UID:1\nDTSTART;VALUE=DATE:20260302\nDURATION:P2D\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Away"
    found = read(calendar_of(series, series.replace("UID:1", "UID:2")))
    assert len(found) == len({busy.uid for busy in found}) == 6


def test_entries_without_a_name_are_kept_and_named_after_their_title() -> None:
    events = [f"DTSTART;VALUE=DATE:202603{day}\nSUMMARY:Away" for day in ("02", "03")]
    assert [busy.uid for busy in read(calendar_of(*events))] == ["Away/20260302T000000Z", "Away/20260303T000000Z"]


def test_several_calendars_in_one_file_are_all_read() -> None:
    assert len(read(ics(APPLE) + ics(GOOGLE))) == len(read(ics(APPLE))) + len(read(ics(GOOGLE)))


def test_a_calendar_without_entries_has_no_absences() -> None:
    assert read(calendar_of()) == []
    assert read(b"\xef\xbb\xbf" + calendar_of()) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<html><body>Sign in</body></html>", b"PK\x03\x04" * 20, b"\xff\xfe\x00", ics(GOOGLE)[:-30],
     b"BEGIN:VCARD\nFN:Ana\nEND:VCARD\n", b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(CalendarRefused, match=r"iCalendar file \(\.ics\)"):
        read(data)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Refused, match="larger than 5 MB"):
        read(b"x" * 5_000_001)


def test_a_calendar_that_is_too_full_is_refused() -> None:
    daily = "DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY\nSUMMARY:Away"
    assert len(read(calendar_of(*(f"UID:{number}\n{daily}" for number in range(10))))) == 10 * 62
    with pytest.raises(CalendarRefused, match="more than 5,000 entries"):
        read(calendar_of(*(f"UID:{number}\n{daily}" for number in range(90))))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=3", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,12", "FREQ=DAILY;BYSECOND=1,2"],
)
def test_what_comes_more_than_once_a_day_is_refused_as_absence_and_harmless_otherwise(rule: str) -> None:
    event = f"UID:1\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:{rule}\nSUMMARY:"
    with pytest.raises(CalendarRefused, match='"Away" comes more than once a day'):
        read(calendar_of(event + "Away"))
    assert read(calendar_of(event + "Drink water")) == []


@pytest.mark.parametrize(
    "lines",
    ["DTSTART:soon", "DTEND:20260302T100000Z", "DTSTART:20260302T090000Z\nDTEND:later",
     "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=NEVER", "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;INTERVAL=0",
     "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;INTERVAL=-1",
     "DTSTART;VALUE=DATE:20260302\nDTSTART;VALUE=DATE:20260303"],
)  # fmt: skip
def test_an_absence_whose_times_cannot_be_read_is_refused_by_name_and_another_entry_is_not_missed(lines: str) -> None:
    with pytest.raises(CalendarRefused, match='"Away" has times'):
        read(calendar_of(f"UID:1\nSUMMARY:Away\n{lines}"))
    assert read(calendar_of(f"UID:1\nSUMMARY:Lunch\nTRANSP:TRANSPARENT\n{lines}")) == []


def test_a_calendar_that_takes_too_long_is_refused() -> None:
    with pytest.raises(CalendarRefused, match="too long"):
        read_absences(ics(APPLE), zone=LONDON, first=FIRST, until=UNTIL, patience_seconds=0)


def test_a_calendar_in_which_nothing_is_spelled_out_takes_no_time() -> None:
    meeting = calendar_of("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nSUMMARY:Review")
    assert read_absences(meeting, zone=LONDON, first=FIRST, until=UNTIL, patience_seconds=0) == []


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        read_absences(calendar_of(), zone=LONDON, first=datetime(2026, 3, 1), until=UNTIL)  # noqa: DTZ001


LINES = sorted({line for text in (GOOGLE, OUTLOOK, APPLE) for line in text.split("\n") if "VALARM" not in line})


@given(st.sampled_from([GOOGLE, OUTLOOK, APPLE]), st.lists(st.tuples(st.integers(0, 90), st.sampled_from(LINES))))
def test_a_damaged_calendar_is_read_or_refused_and_nothing_else(text: str, strays: list[tuple[int, str]]) -> None:
    lines = text.strip().split("\n")
    for at, line in strays:
        lines[at % len(lines)] = line
    try:
        found = read(ics("\n".join(lines)), everything=True)
    except CalendarRefused:
        return
    assert all(busy.starts < busy.ends and busy.starts < UNTIL and busy.ends > FIRST for busy in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_hold_nothing(data: bytes) -> None:
    try:
        assert read(data) == []
    except CalendarRefused:
        return


@given(st.text(max_size=60))
def test_any_value_of_a_time_is_read_or_refused(value: str) -> None:
    text = value.replace("\r", "").replace("\n", "")
    for line in (
        f"DTSTART:{text}",
        f"DTSTART;VALUE=DATE:20260302\nRRULE:{text}",
        f"DTSTART:20260302T090000Z\nRDATE:{text}",
    ):
        try:
            read(calendar_of(f"UID:1\nSUMMARY:Away\n{line}"))
        except CalendarRefused:
            continue
