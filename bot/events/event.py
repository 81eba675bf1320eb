"""One event as another system tells it: every value checked and in its one form, or what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

from bot.events import reserved
from bot.members import fields
from bot.members.fields import FieldRefused

WHO: dict[str, Callable[[str], str]] = {
    "member_number": fields.check_name,
    "email": fields.check_email,
    "phone": fields.check_phone,
}
"""How a member is named: by one of these."""
FIELDS = ("id", *WHO, "name", "at", "properties")
AHEAD = timedelta(minutes=5)
"""By so much another system's clock may be ahead of ours."""
PROPERTIES_BYTES = 4096
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}")

T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """`id` is the other system's own; `named` says who it is about (``member_number:FI-2001``); `at` is in UTC."""

    id: str
    named: str
    name: str
    at: datetime
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Wrong:
    """Why an event is refused. `field` is None when it is about the whole event."""

    field: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{f'{self.field}: ' if self.field else ''}{self.problem}. {self.remedy}"


def read(values: Mapping[str, Any], now: datetime) -> Event | list[Wrong]:
    """The event, or everything that is wrong with it."""
    return _Reader(values, now).read()


class _Reader:
    def __init__(self, values: Mapping[str, Any], now: datetime) -> None:
        self.values, self.now = values, now
        self.wrong: list[Wrong] = []

    def read(self) -> Event | list[Wrong]:
        self._check_fields()
        event_id, named, name = self._must("id", _check_id), self._who(), self._must("name", _check_name)
        at = self._must("at", self._check_moment)
        properties = self._take("properties", self.values.get("properties") or {}, _check_properties)
        if name is not None and properties is not None:
            self._check_reserved(name, properties)
        if self.wrong or event_id is None or named is None or name is None or at is None or properties is None:
            return self.wrong
        return Event(event_id, named, name, at, properties)

    def _check_reserved(self, name: str, properties: Mapping[str, Any]) -> None:
        self._take("name", name, lambda known: reserved.check(known, properties))

    def _check_fields(self) -> None:
        for field in sorted(self.values.keys() - set(FIELDS), key=str):
            near = get_close_matches(str(field), FIELDS, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "Put what else you know into properties."
            self.wrong.append(Wrong(str(field)[:64], "the field is not known", remedy))

    def _who(self) -> str | None:
        given = [field for field in WHO if self.values.get(field) not in (None, "")]
        if len(given) != 1:
            problem = (
                "the event names no member" if not given else f"the event names its member by {' and '.join(given)}"
            )
            self.wrong.append(Wrong(None, problem, f"Give one of {', '.join(WHO)}."))
            return None
        value = self._must(given[0], WHO[given[0]])
        return f"{given[0]}:{value}" if value is not None else None

    def _must(self, field: str, check: Callable[[str], T]) -> T | None:
        value = self.values.get(field)
        if value is not None and not isinstance(value, str):
            self.wrong.append(Wrong(field, "it is not text", "Put it between quotation marks."))
            return None
        if not value or not value.strip():
            self.wrong.append(Wrong(field, "it is empty", "Give a value."))
            return None
        return self._take(field, value.strip(), check)

    def _take(self, field: str, value: Any, check: Callable[[Any], T]) -> T | None:
        try:
            return check(value)
        except FieldRefused as refused:
            self.wrong.append(Wrong(field, refused.problem, refused.remedy))
            return None

    def _check_moment(self, text: str) -> datetime:
        remedy = "Write day, time and zone: 2026-03-31T14:05:00Z, or 2026-03-31T14:05:00-05:00."
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise FieldRefused(f'"{text}" is not a moment', remedy) from None
        if moment.tzinfo is None:
            raise FieldRefused(f'"{text}" has no time zone', remedy)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise FieldRefused(f'"{text}" is not of our time', remedy)
        if moment > self.now + AHEAD:
            raise FieldRefused(f'"{text}" is in the future', "Tell of it when it has happened; check your clock.")
        return moment.astimezone(UTC)


def _check_id(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise FieldRefused("it is not an id of up to 200 characters", "Give the id that your system keeps it under.")
    return text


def _check_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        remedy = "Write small letters, digits, dots and underscores, a letter first: course.completed."
        raise FieldRefused(f'"{text[:80]}" is not the name of an event', remedy)
    return text


def _check_properties(value: object) -> Mapping[str, Any]:
    """A JSON object that both kinds of database can keep."""
    if not isinstance(value, dict):
        raise FieldRefused("it is not an object", 'Write names and values: {"course": "ethics"}.')
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError):  # not a number, half a character, or nested beyond all measure
        raise FieldRefused("there is a value in it that can't be kept", "Use texts, plain numbers and lists.") from None
    if size > PROPERTIES_BYTES:
        raise FieldRefused(f"it has {size} bytes", f"Give at most {PROPERTIES_BYTES}; leave out what nobody asks for.")
    if "\0" in "".join(_texts(value)):
        raise FieldRefused("there is a zero character in it", "Remove it.")
    return value


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*map(str, value), *(text for inner in value.values() for text in _texts(inner))]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
