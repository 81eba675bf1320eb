"""Answers as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO

from bot.spreadsheet import cell
from bot.surveys.results import Row

COLUMNS = (
    "member_number", "segment", "survey", "question", "kind", "number", "text", "asked_at", "answered_at", "channel",
    "round",
)  # fmt: skip


def write(file: TextIO, rows: Iterable[Row]) -> int:
    """Writes one line an answer, times in UTC; returns how many. Open the file with ``newline=""``."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([_cell(getattr(row, column)) for column in COLUMNS])
        count += 1
    return count


def _cell(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else cell(value)
