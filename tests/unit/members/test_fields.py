"""Single values of a member's record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members import fields
from bot.members.fields import FieldRefused

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+12025550123", "+12025550123"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 20 7946 0123", "+442079460123"),
    ],
)
def test_a_phone_number_has_one_form(written: str, number: str) -> None:
    assert fields.check_phone(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2025550123",
        "202-555-0123",
        "+1",
        "+1202555",
        "+120255501234",
        "+999123456789",
        "ana",
        "+12025550123 x5",
        "+4477009001234",
    ],
)
def test_a_number_that_cannot_be_called_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused, match=r"\+12025550123"):
        fields.check_phone(written)


@pytest.mark.parametrize(
    "written", ["ana@example.org", "A.B+c@Sub.Example.org", "o'neil@example.org", "zoë@exämple.org"]
)
def test_an_address_is_kept_in_lower_case(written: str) -> None:
    assert fields.check_email(written) == written.lower()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example",
        "a b@example.org",
        "a@b..org",
        "a@-b.org",
        "a@b.org, c@d.org",
        "Ana <ana@example.org>",
        "a@b.org\n",
        "x" * 250 + "@b.org",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused):
        fields.check_email(written)


@pytest.mark.parametrize("written", ["EST5", "New York", "america/new_york", "+02:00", "../etc/passwd", ""])
def test_what_is_no_time_zone_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused, match="Europe/London"):
        fields.check_time_zone(written)


@pytest.mark.parametrize(
    ("written", "place"),
    [("US", "US"), ("us-wa", "US-WA"), ("GB-ENG", "GB-ENG"), ("IN", "IN"), ("PT-01", "PT-01"), ("JP-13", "JP-13")],
)
def test_a_country_is_two_letters_with_a_region_if_it_matters(written: str, place: str) -> None:
    assert fields.check_country(written) == place


@pytest.mark.parametrize("written", ["", "USA", "UK", "United States", "XX", "US-", "-WA", "US WA", "US-WA-1"])
def test_what_is_no_country_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused, match="US-WA"):
        fields.check_country(written)


@pytest.mark.parametrize(("written", "remedy"), [("GB-XYZ", "Write GB, or .* GB-ENG"), ("US-ZZ", "US-AK")])
def test_a_region_that_does_not_exist_is_refused_where_regions_have_their_own_holidays(
    written: str, remedy: str
) -> None:
    with pytest.raises(FieldRefused, match=remedy):
        fields.check_country(written)


@pytest.mark.parametrize(
    ("written", "yes"), [("yes", True), ("Y", True), ("TRUE", True), ("1", True), ("No", False), ("0", False)]
)
def test_yes_and_no(written: str, yes: bool) -> None:
    assert fields.check_yes_no(written) is yes


@pytest.mark.parametrize("written", ["", "maybe", "2", "ja", "yes please"])
def test_neither_yes_nor_no_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused):
        fields.check_yes_no(written)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("today", TODAY),
        ("Today", TODAY),
        ("-3d", date(2026, 2, 27)),
        ("-0d", TODAY),
        ("+7d", date(2026, 3, 9)),
    ],
)
def test_a_day_is_a_date_or_counted_from_today(written: str, day: date) -> None:
    assert fields.check_day(written, today=TODAY) == day


@pytest.mark.parametrize(
    "written", ["", "2026-02-30", "28/02/2026", "20260228", "2026-W09-1", "3d", "-3", "-99999d", "0226-02-28"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused, match="-3d"):
        fields.check_day(written, today=TODAY)


@given(st.integers(min_value=-9999, max_value=9999))
def test_days_count_from_today(days: int) -> None:
    assert fields.check_day(f"{days:+}d", today=TODAY) == TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("written", "name"), [("  Ana   Maria ", "Ana Maria"), ("Zoë", "Zoë"), ("O'Connell", "O'Connell")]
)
def test_a_name_is_tidied(written: str, name: str) -> None:
    assert fields.check_name(written) == name


@pytest.mark.parametrize("written", ["", "   ", "a\x00b", "x" * 101])
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused):
        fields.check_name(written)


@pytest.mark.parametrize(("written", "tag"), [("en", "en"), ("pt-BR", "pt-br"), ("zh-Hant-TW", "zh-hant-tw")])
def test_a_language_is_a_tag(written: str, tag: str) -> None:
    assert fields.check_language(written) == tag


@pytest.mark.parametrize("written", ["", "English", "e", "en_GB", "en-"])
def test_what_is_no_language_is_refused(written: str) -> None:
    with pytest.raises(FieldRefused):
        fields.check_language(written)
