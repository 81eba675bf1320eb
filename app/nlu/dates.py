"""Examples of dates: what `bot.language.dates` makes of a text, at a moment and in a zone."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.nlu.scores import Judged
from app.nlu.table import FileRefused, Row, check_known, read_rows
from bot.language.dates import When, WhenKind, read_when

NONE = "none"
KINDS = frozenset({NONE, *WhenKind})
_LOCALE = re.compile(r"\[(en-GB|en-US)\] ?")
_NOW = re.compile(r"(.+)\[([^\]]+)\]")


def judge(file: Path) -> list[Judged]:
    """Each example with what was found; kind, start and end must all be right.

    Raises:
        FileRefused: the file is not one of examples.
    """
    rows = read_rows(file, ("now", "text", "kind", "start", "end"))
    check_known(file, rows, "kind", KINDS)
    return [_judged(file, row) for row in rows]


def _judged(file: Path, row: Row) -> Judged:
    now, zone = _moment(file, row)
    for column in ("start", "end"):
        _check_moment(file, row, column)
    locale, text = _locale(row["text"])
    found = read_when(text, now=now, zone=zone, locale=locale)
    return Judged(row.line, row["kind"], row["text"], _expected(row), _told(found), row["now"])


def _locale(text: str) -> tuple[str, str]:
    said = _LOCALE.match(text)
    return (said[1], text[said.end() :]) if said else ("en-GB", text)


def _moment(file: Path, row: Row) -> tuple[datetime, ZoneInfo]:
    parts = _NOW.fullmatch(row["now"])
    written, name = parts.groups() if parts else ("", "")
    try:
        now, zone = datetime.fromisoformat(written), ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise FileRefused(f"{file}, line {row.line}: now is no moment with its zone in brackets.") from error
    if now.tzinfo is None:
        raise FileRefused(f"{file}, line {row.line}: now has no offset.")
    return now, zone


def _check_moment(file: Path, row: Row, column: str) -> None:
    try:
        _read(row[column])
    except ValueError as error:
        raise FileRefused(f"{file}, line {row.line}: {column} is neither a date nor a moment.") from error


def _read(value: str) -> date | datetime | None:
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _expected(row: Row) -> str:
    return _words(row["kind"], _read(row["start"]), _read(row["end"]))


def _told(found: When | None) -> str:
    return _words(str(found.kind), found.start, found.end) if found else NONE


def _words(kind: str, start: date | datetime | None, end: date | datetime | None) -> str:
    """Moments are written in UTC, so that one instant has one spelling."""
    return " ".join([kind, *(_spelled(one) for one in (start, end) if one is not None)])


def _spelled(value: date | datetime) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ZoneInfo("UTC")).isoformat()
    return value.isoformat()
