"""Cells that a spreadsheet must not work out."""

from __future__ import annotations

import pytest

from bot.spreadsheet import cell


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\n-3"])
def test_words_that_begin_like_a_formula_are_quoted(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "told"),
    [("-3", "-3"), ("+4.5", "+4.5"), (-3, "-3"), (0.25, "0.25"), (None, ""), ("", ""), ("a = b", "a = b")],
)
def test_numbers_and_other_words_stay_as_they_are(value: object, told: str) -> None:
    assert cell(value) == told
