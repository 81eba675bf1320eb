"""One event as it is told: what is taken, and the field, problem and remedy of what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import event
from bot.events.event import Event

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "id": "lms-1",
    "member_number": "no-Ana",
    "name": "course.completed",
    "at": "2026-11-24T09:30:00-05:00",
    "properties": {"course": "ethics", "points": 4},
}


def wrong(**changes: Any) -> list[str]:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    found = event.read(values, NOW)
    assert isinstance(found, list)
    return [str(one) for one in found]


def read(**changes: Any) -> Event:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    found = event.read(values, NOW)
    assert isinstance(found, Event), found
    return found


def test_a_good_event_is_read_in_its_one_form() -> None:
    assert read() == Event(
        "lms-1",
        "member_number:no-Ana",
        "course.completed",
        datetime(2026, 11, 24, 14, 30, tzinfo=UTC),
        {"course": "ethics", "points": 4},
    )


@pytest.mark.parametrize(
    ("who", "named"),
    [
        ({"email": "Ana@Example.org"}, "email:ana@example.org"),
        ({"phone": "+1 202 555 0143"}, "phone:+12025550143"),
        ({"member_number": " FI  2001 "}, "member_number:FI 2001"),
        ({"member_number": "", "phone": None, "email": "ana@example.org"}, "email:ana@example.org"),
    ],
)
def test_a_member_is_named_by_number_email_or_phone(who: dict[str, Any], named: str) -> None:
    assert read(**{"member_number": ..., **who}).named == named


@pytest.mark.parametrize("at", ["2026-11-24T15:00:00Z", "2026-11-24 16:00+01:00", "20261124T150000Z"])
def test_a_moment_has_a_zone_and_is_kept_in_utc(at: str) -> None:
    assert read(at=at).at == NOW


def test_another_systems_clock_may_be_five_minutes_ahead() -> None:
    assert read(at=(NOW + timedelta(minutes=5)).isoformat()).at > NOW
    [said] = wrong(at=(NOW + timedelta(minutes=5, seconds=1)).isoformat())
    assert "is in the future" in said


def test_an_old_event_is_no_mistake() -> None:
    assert read(at="1999-12-31T23:59:59Z").at.year == 1999


def test_without_properties_there_are_none() -> None:
    assert read(properties=...).properties == read(properties=None).properties == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": ...}, "id: it is empty. Give a value."),
        ({"id": "  "}, "id: it is empty."),
        ({"id": 17}, "id: it is not text. Put it between quotation marks."),
        ({"id": "x" * 201}, "id: it is not an id of up to 200 characters."),
        ({"id": "a\0b"}, "id: it is not an id"),
        ({"name": ...}, "name: it is empty."),
        ({"name": "Course completed"}, 'name: "Course completed" is not the name of an event. Write small letters'),
        ({"at": ...}, "at: it is empty."),
        ({"at": 1764000000}, "at: it is not text."),
        ({"at": "yesterday"}, 'at: "yesterday" is not a moment. Write day, time and zone: 2026-03-31T14:05:00Z'),
        ({"at": "2026-11-24T09:30:00"}, 'at: "2026-11-24T09:30:00" has no time zone.'),
        ({"at": "2026-11-24"}, 'at: "2026-11-24" has no time zone.'),
        ({"at": "0001-01-01T00:00:00+14:00"}, 'at: "0001-01-01T00:00:00+14:00" is not of our time.'),
        ({"at": "9999-12-31T23:59:59-14:00"}, 'at: "9999-12-31T23:59:59-14:00" is not of our time.'),
        ({"member_number": ...}, "the event names no member. Give one of member_number, email, phone."),
        ({"email": "a@b.org"}, "the event names its member by member_number and email. Give one of"),
        ({"member_number": ..., "phone": "0143"}, 'phone: "0143" is not an international phone number.'),
        ({"member_number": ..., "email": ["a@b.org"]}, "email: it is not text."),
        ({"propertys": {}}, "propertys: the field is not known. Did you mean properties?"),
        ({"colour": 1}, "colour: the field is not known. Put what else you know into properties."),
        ({"properties": ["ethics"]}, "properties: it is not an object."),
        ({"properties": {"x": float("nan")}}, "properties: there is a value in it that can't be kept."),
        ({"properties": {"x": "\ud800"}}, "properties: there is a value in it that can't be kept."),
        ({"properties": {"x": ["a", {"b": "\0"}]}}, "properties: there is a zero character in it."),
        ({"properties": {"\0": 1}}, "properties: there is a zero character in it."),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_remedy(changes: dict[str, Any], said: str) -> None:
    [found] = wrong(**changes)
    assert found.startswith(said)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert [said.split(":")[0] for said in wrong(id=..., at="soon", properties=[1])] == ["id", "at", "properties"]


def test_properties_have_four_kilobytes() -> None:
    assert read(properties={"x": "é" * 2043}).properties
    [said] = wrong(properties={"x": "é" * 2044})
    assert said == "properties: it has 4097 bytes. Give at most 4096; leave out what nobody asks for."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "membership.renew"}, 'name: "membership.renew" is not known. Did you mean membership.renewed?'),
        ({"name": "membership.x"}, 'name: "membership.x" is not known. Did you mean'),
        ({"properties": {"renews_on": "next year"}}, 'name: "next year" is not a day.'),
        ({"properties": {"renews_on": 20270301}}, "name: renews_on is not a day."),
        ({"properties": {"renews_on": "9999-12-31"}}, 'name: "9999-12-31" is after 2200.'),
    ],
)
def test_events_of_the_membership_are_checked_for_what_they_do(changes: dict[str, Any], said: str) -> None:
    [found] = wrong(**{"name": "membership.renewed", **changes})
    assert found.startswith(said)


def test_a_renewal_may_leave_its_date_out() -> None:
    assert read(name="membership.renewed", properties={"renews_on": ""}).name == "membership.renewed"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(event.FIELDS) | st.text(max_size=8), JSON, max_size=6))
def test_any_object_is_answered_and_never_raises(values: dict[str, Any]) -> None:
    found = event.read(values, NOW)
    assert isinstance(found, Event) or found


@given(st.text(max_size=40))
def test_any_moment_is_answered_and_never_raises(at: str) -> None:
    assert isinstance(event.read({**GOOD, "at": at}, NOW), Event | list)
