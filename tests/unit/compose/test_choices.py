"""Choices as numbers and as ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.choices import choice_id, is_choice_id, numbered, titles


def test_choices_are_offered_by_number_from_one() -> None:
    assert numbered(["done", "not yet"]) == "Reply 1 for done, 2 for not yet"
    assert numbered([]) == ""


def test_every_choice_keeps_its_place() -> None:
    assert titles({"choices": ["Yes", " ", "No "]}) == ["Yes", "\u2013", "No"]
    assert titles({"choices": None}) == titles({}) == []


@given(st.integers(min_value=0, max_value=10**18 - 1), st.integers(min_value=0, max_value=999))
def test_an_id_of_ours_is_recognised_and_fits_into_every_button(outbox: int, index: int) -> None:
    made = choice_id(outbox, index)
    assert is_choice_id(made)
    assert len(made.encode()) <= 64


@pytest.mark.parametrize(
    "odd", ["", "c:1", "c:1:2:3", "c:-1:0", "x", "conv_01HZX0", None, 5, ["c:1:0"], "c:1:0\n", "c:\u0661:0"]
)
def test_what_is_not_ours_is_not(odd: object) -> None:
    assert not is_choice_id(odd)
