"""Lengths of time as staff write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.programme.duration import Duration, parse_duration
from bot.programme.unfit import Unfit


class Record(BaseModel):
    length: Duration


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2d", timedelta(days=2)),
        ("3h", timedelta(hours=3)),
        ("90m", timedelta(minutes=90)),
        ("1w", timedelta(weeks=1)),
        ("1d12h", timedelta(hours=36)),
        ("-90d", timedelta(days=-90)),
        ("+30d", timedelta(days=30)),
        (" 2d ", timedelta(days=2)),
        ("P2D", timedelta(days=2)),
        ("PT3H", timedelta(hours=3)),
        ("P1DT12H", timedelta(hours=36)),
        ("P2W", timedelta(weeks=2)),
        ("-P90D", timedelta(days=-90)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("0d", timedelta()),
    ],
)
def test_reads(written: str, expected: timedelta) -> None:
    assert parse_duration(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "d",
        "2",
        "-",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "P1DT",
        "2 days",
        "d2",
        "2h1d",
        "1.5d",
        "two days",
        "٢d",
        "9" * 30 + "d",
    ],
)
def test_refuses_what_is_no_length(written: str) -> None:
    with pytest.raises(Unfit) as refused:
        parse_duration(written)
    assert '"2d"' in refused.value.remedy


@pytest.mark.parametrize("value", [2, 1.5, True, None, ["2d"]])
def test_a_number_without_a_unit_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="has no unit"):
        Record.model_validate({"length": value})


@given(st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
@example(timedelta(days=365))
@example(timedelta(days=-1, microseconds=1))
def test_what_json_holds_is_read_back_exactly(length: timedelta) -> None:
    record = Record(length=length)
    assert Record.model_validate(record.model_dump(mode="json")) == record
