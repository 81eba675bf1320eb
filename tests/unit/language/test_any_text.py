"""What holds for any text at all: no reader fails, case and width change nothing, and no wish lies in the past."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.language.dates import WhenKind, read_when
from bot.language.distress import is_distress
from bot.language.keywords import classify
from bot.language.numbers import Score, read_score
from bot.language.text import fold

# fmt: off
_WORDS = [
    "stop", "please", "texting", "me", "don't", "until", "till", "back", "on", "after", "before", "next",
    "week", "month", "monday", "fri", "friday", "sat", "the", "3rd", "14th", "31", "31st", "feb", "march",
    "august", "end", "of", "in", "two", "weeks", "3", "days", "an", "hour", "tomorrow", "today", "tonight",
    "morning", "at", "5", "pm", "noon", "away", "from", "to", "-", "for", "easter", "not", "yes", "no", "7",
    "8", "9/10", "out", "ten", "half", "cancel", "my", "seat", "list", "take", "off", "unsubscribe", "help",
    "start", "remind", "14:30", "12/5", "2027", "1st", "week", "fortnight",
]
# fmt: on
TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join))
ZONES = st.sampled_from(
    ["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2120, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS, st.booleans(), st.sampled_from(["en", "fr", "hi", "pt-BR", ""]))
def test_any_text_is_a_keyword_or_none(text: str, opted_out: bool, language: str) -> None:
    found = classify(text, opted_out=opted_out, language=language)
    again = classify(text, opted_out=opted_out, language=language)
    assert found == again


@given(st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join))
def test_width_and_case_change_no_keyword(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text.upper())
    one, two = classify(text, opted_out=False), classify(wide, opted_out=False)
    assert (one and one.keyword) == (two and two.keyword)
    assert is_distress(text) == is_distress(wide)


@given(TEXTS, st.sampled_from([(0, 10), (1, 5)]))
def test_a_score_is_on_its_scale(text: str, scale: tuple[int, int]) -> None:
    found = read_score(text, low=scale[0], high=scale[1])
    assert not isinstance(found, Score) or scale[0] <= found.value <= scale[1]


@given(TEXTS, MOMENTS, ZONES, st.sampled_from(["en-GB", "en-US"]))
def test_no_wish_lies_in_the_past(text: str, now: datetime, zone: ZoneInfo, locale: str) -> None:
    found = read_when(text, now=now, zone=zone, locale=locale)
    if found is None:
        return
    last = found.end if found.kind is WhenKind.RANGE else found.start
    assert last is not None
    if isinstance(last, datetime):
        assert last.tzinfo is not None
        assert last > now
    else:
        assert last >= now.astimezone(zone).date()
