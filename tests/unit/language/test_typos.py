"""Slips of the finger in a few words that matter, and words that only look like one."""

from __future__ import annotations

import pytest

from bot.language.date_names import mend
from bot.language.numbers import Score, read_score
from bot.language.typos import meant

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.mark.parametrize(
    ("word", "name"),
    [("wendesday", "wednesday"), ("firday", "friday"), ("satuday", "saturday"), ("munday", "monday"),
     ("thurdsay", "thursday"), ("tuseday", "tuesday")],
)  # fmt: skip
def test_a_mistyped_day_is_the_day_that_was_meant(word: str, name: str) -> None:
    assert meant(word, DAYS) == name


@pytest.mark.parametrize("word", ["monday", "holiday", "money", "someday", "day", "", "s"])
def test_other_words_stand_for_no_day(word: str) -> None:
    assert meant(word, DAYS) is None


def test_a_word_that_could_be_two_names_is_neither() -> None:
    assert meant("abdc", ("abcd", "acbd")) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("until the 3rd of ocotber", "until the 3rd of october"),
        ("away 3-17 agust", "away 3-17 august"),
        ("in 2 wekes", "in 2 weeks"),
        ("back in jnue", "back in june"),
        ("tommorow mornign", "tomorrow morning"),
        ("untill firday", "until friday"),
    ],
)
def test_dates_are_mended(text: str, read: str) -> None:
    assert mend(text) == read


@pytest.mark.parametrize(
    "text",
    ["the marsh is wet", "a tune for jane", "i may march on sunny days", "no money for the even numbers", "mondays",
     "the charm of it", "my warning about august"],
)  # fmt: skip
def test_real_words_stay(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize(
    ("text", "score"), [("eihgt", 8), ("fuor", 4), ("sevven", 7), ("tne!", 10), ("zeor", 0), ("a nien from me", 9)]
)
def test_a_mistyped_number_is_a_score(text: str, score: int) -> None:
    assert read_score(text, low=0, high=10) == Score(score)


@pytest.mark.parametrize(
    "text",
    ["none of them", "there was no one", "too far for our team", "then what?", "an even better tent", "the fourth"],
)
def test_words_like_numbers_are_no_score(text: str) -> None:
    assert not isinstance(read_score(text, low=0, high=10), Score)
