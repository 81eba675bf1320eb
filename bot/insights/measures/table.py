"""A measure as a CSV file: a line for each month, and for each group of each breakdown."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TextIO

from bot.insights.measures.figures import Value
from bot.insights.measures.kinds import Unit
from bot.insights.measures.measure import Measure
from bot.insights.measures.surveys import Results
from bot.spreadsheet import cell

COLUMNS = ("measure", "segment", "breakdown", "group", "n", "count", "value", "low_95", "high_95", "median_minutes",
           "p90_minutes", "hidden")  # fmt: skip
OF_SURVEYS = ("survey", "segment", "question", "kind", "answer", "count", "share", "asked", "responded", "hidden")


def write(file: TextIO, measure: Measure) -> None:
    """Shares are fractions of 1; what is too small to be shown has no value. Open the file with ``newline=""``."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    head = measure.kind.name, measure.segment or ""
    writer.writerow(_cells(*head, "whole", "", *_numbers(measure.kind.unit, measure.found)))
    for month, found in measure.months:
        writer.writerow(_cells(*head, "month", month, *_numbers(measure.kind.unit, found)))
    for breakdown in measure.breakdowns:
        for row in breakdown.rows:
            writer.writerow(_cells(*head, breakdown.key, row.key, *_numbers(measure.kind.unit, row.found)))


def write_survey(file: TextIO, results: Results) -> None:
    """A line for each answer that could be given, in all and by segment."""
    writer = csv.writer(file)
    writer.writerow(OF_SURVEYS)
    for row in _survey_rows(results):
        writer.writerow(_cells(*row))


def _survey_rows(results: Results) -> Iterator[Sequence[object]]:
    for group in (results.whole, *results.segments):
        whose = group.asked, group.responded
        head = results.key, group.segment if group.segment is not None else "all"
        for question in group.questions:
            if question.is_hidden or not question.counts:
                yield (*head, question.key, question.kind, "", "" if question.is_hidden else question.answers, "",
                       *whose, int(question.is_hidden))  # fmt: skip
            for label, many in question.counts:
                yield (*head, question.key, question.kind, label, many, _plain(Fraction(many, question.answers)),
                       *whose, 0)  # fmt: skip


def _numbers(unit: Unit, found: Value) -> tuple[object, ...]:
    if found.is_hidden:
        return ("", "", "", "", "", "", "", 1)
    value = _plain(found.value) if found.value is not None else ""
    low, high = (_plain(one) if one is not None else "" for one in (found.low, found.high))
    count = found.k if unit is not Unit.SCORE else ""
    median, p90 = (one if one is not None else "" for one in (found.median, found.p90))
    return (found.n, count, value, low, high, median, p90, 0)


def _plain(value: Fraction | float) -> str:
    return f"{float(value):.6g}"


def _cells(*values: object) -> list[str]:
    return [cell(value) for value in values]
