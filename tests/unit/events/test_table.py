"""A file of events: the events that are good, and the line, column and remedy of what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.events.table import read_events

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HEAD = "id,member_number,email,phone,name,at,property_course,property_points"
ONE = "lms-1,no-Ana,,,course.completed,2026-11-20T10:00:00Z,ethics,4"
TWO = "lms-2,,ana@example.org,,signed_in,2026-11-21T10:00:00Z,,"


def errors(*lines: str) -> list[str]:
    return [str(error) for error in read_events("\n".join(lines), now=NOW).errors]


def test_a_good_file_is_read() -> None:
    parsed = read_events(f"{HEAD}\n{ONE}\n\n{TWO}\n", now=NOW)
    assert parsed.errors == []
    (first_line, first), (second_line, second) = parsed.events
    assert (first_line, second_line) == (2, 4)
    assert (first.id, first.named, first.name) == ("lms-1", "member_number:no-Ana", "course.completed")
    assert (first.properties, second.properties) == ({"course": "ethics", "points": "4"}, {})
    assert (second.named, second.at) == ("email:ana@example.org", datetime(2026, 11, 21, 10, tzinfo=UTC))


def test_one_column_that_names_the_member_is_enough() -> None:
    assert errors("id;phone;name;at", "1;+12025550143;signed_in;2026-11-21T10:00:00Z") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lms-1", "", "line 2, id: it is empty."),
        ("Z,ethics", ",ethics", 'line 2, at: "2026-11-20T10:00:00" has no time zone.'),
        ("2026-11-20", "2026-12-20", 'line 2, at: "2026-12-20T10:00:00Z" is in the future.'),
        ("course.completed", "Course", 'line 2, name: "Course" is not the name of an event.'),
        ("no-Ana", "", "line 2: the event names no member. Give one of member_number, email, phone."),
        ("no-Ana,", "no-Ana,ana@example.org", "line 2: the event names its member by member_number and email."),
        ("ethics,4", "ethics,4,5", "line 2: there are 9 values for 8 columns."),
        ("ethics", "e" * 5000, "line 2, properties: it has 50"),
        ("lms-1", "lms-2", 'line 3, id: "lms-2" is already on line 2.'),
        ("course.completed", "membership.renew", 'line 2, name: "membership.renew" is not known.'),
    ],
)
def test_one_mistake(old: str, new: str, said: str) -> None:
    [found] = errors(HEAD, ONE.replace(old, new, 1), TWO)
    assert found.startswith(said)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("at,", ""), "line 1, at: the column is missing. Add it to the first line and to each event."),
        (
            HEAD + ",course",
            "line 1, course: the column is not known. Remove it, or call it property_course to keep it.",
        ),
        (HEAD + ",naem", "line 1, naem: the column is not known. Did you mean name?"),
    ],
)
def test_wrong_columns_are_told_before_anything_is_read(head: str, said: str) -> None:
    assert errors(head, ONE) == [said]


def test_a_file_without_events_is_refused() -> None:
    assert errors(HEAD) == ["line 1: there are no events below the column names. Add a line each."]
