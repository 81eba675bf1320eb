"""Scores as members write them."""

from __future__ import annotations

import pytest

from bot.language.numbers import Score, ScoreProblem, Unclear, read_score

ZERO_TO_TEN: tuple[tuple[str, int | str], ...] = (
    ("9", 9),
    ("nine", 9),
    ("9/10", 9),
    ("ten out of ten", 10),
    ("a 7 I guess", 7),
    ("7 no wait 8", 8),
    ("★★★★", 4),
    ("⭐⭐⭐⭐", 4),
    ("between 6 and 7", "several_numbers"),
    ("7 or 8", "several_numbers"),
    ("7 or 8, say 8", 8),
    ("11", "off_scale"),
    ("-1", "off_scale"),
    ("7.5", "not_whole"),
    ("great", "no_number"),
    ("👍", "no_number"),
    ("6-7", "several_numbers"),
    ("6 to 7", "several_numbers"),
    ("4, maybe 5, no 5", 5),
    ("9 not 8", 9),
    ("not 7, 8", 8),
    ("on a scale of 0 to 10 id say 8", 8),
    ("0-10: 6", 6),
    ("10/10!!", 10),
    ("8ish", 8),
    ("9️⃣", 9),
    ("\uff18", 8),
    ("took me 5 minutes, 8", 8),
    ("8 because of the 3 events", 8),
    ("no one asked", "no_number"),
    ("a good one", "no_number"),
    ("one", 1),
    ("seven and a half", "not_whole"),
    ("7½", "not_whole"),
    ("100%", "no_number"),
    ("minus 1", "off_scale"),
    ("4/5", "off_scale"),
    ("9 would be 10 if shorter", 9),
    ("sorry i meant 9 not 8", 9),
    ("change from 6 to 9", 9),
    ("10 10 10", 10),
    ("", "no_number"),
    ("gr8", "no_number"),
    ("8.0", 8),
    ("score:7", 7),
    ("8, would have been a 9 but for the form", 8),
    ("0", 0),
    ("7 sorry 8", 8),
    ("7... 8", "several_numbers"),
    ("an eight from me", 8),
    ("8 out of 10 from me", 8),
    ("6 on second thoughts 7", 7),
    ("7->8", 8),
    ("8 / 10", 8),
    ("20", "off_scale"),
    ("9 thanks", 9),
    ("7\n*8", 8),
    ("eight!", 8),
    ("10 out of 5", "off_scale"),
    ("£5", "no_number"),
    ("1st", "no_number"),
    ("maybe 6 or maybe 7", "several_numbers"),
    ("I was going to say 6 but make it 8", 8),
    ("7 or 8. 8", 8),
    ("3 stars", 3),
    ("10 of 10", 10),
    ("9 or 10", "several_numbers"),
    ("1 or 2", "several_numbers"),
    ("9 - great", 9),
    ("my score - 8", 8),
    ("i'd give it a 9 or so", 9),
    ("5 out of ten", 5),
)

ONE_TO_FIVE: tuple[tuple[str, int | str], ...] = (
    ("5", 5),
    ("0", "off_scale"),
    ("5 stars", 5),
    ("★★★☆☆", 3),
    ("4/5", 4),
    ("9/10", "off_scale"),
    ("6", "off_scale"),
    ("5*", 5),
    ("⭐⭐⭐⭐⭐⭐", "off_scale"),
    ("1 to 5, 4", 4),
    ("four out of five", 4),
)


def _shown(result: Score | Unclear) -> int | str:
    return result.value if isinstance(result, Score) else result.reason.value


@pytest.mark.parametrize(("text", "expected"), ZERO_TO_TEN)
def test_a_score_from_zero_to_ten(text: str, expected: int | str) -> None:
    assert _shown(read_score(text, low=0, high=10)) == expected


@pytest.mark.parametrize(("text", "expected"), ONE_TO_FIVE)
def test_a_score_from_one_to_five(text: str, expected: int | str) -> None:
    assert _shown(read_score(text, low=1, high=5)) == expected


def test_two_numbers_are_both_shown_for_the_question_back() -> None:
    assert read_score("6 or 7", low=0, high=10) == Unclear(ScoreProblem.SEVERAL_NUMBERS, (6.0, 7.0))
