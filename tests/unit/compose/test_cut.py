"""Texts in parts: nothing gets lost, nothing is too long, and no sentence, word or link is torn without need."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compose.cut import LINK, shorten, split, utf16

WORDS = st.lists(
    st.sampled_from(["Yes.", "no", "Done!", "https://example.org/a_b?c=d.e", "\U0001f44d\U0001f3fd", "e\u0301"])
)
TEXTS = st.one_of(st.text(max_size=600), WORDS.map(" ".join), WORDS.map("\n".join))
LIMITS = st.integers(min_value=1, max_value=80)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(TEXTS, LIMITS)
def test_parts_fit_and_together_are_the_text(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert bare("".join(parts)) == bare(text)


@given(TEXTS, st.integers(min_value=2, max_value=80))
def test_parts_fit_by_any_measure(text: str, limit: int) -> None:
    assert all(0 < utf16(part) <= limit for part in split(text, limit, utf16))


@given(TEXTS, LIMITS)
def test_what_is_shortened_fits_and_is_the_beginning(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text.strip() or text.strip().startswith(short.removesuffix("...").rstrip())


@given(WORDS.map(" ".join), st.integers(min_value=33, max_value=80))
def test_links_stay_whole(text: str, limit: int) -> None:
    links = LINK.findall(text)
    assert [link for part in split(text, limit) for link in LINK.findall(part)] == links
    assert set(LINK.findall(shorten(text, limit).removesuffix("..."))) <= set(links)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_halves_of_a_character_stay_together_where_there_is_room(limit: int) -> None:
    for part in split("e\u0301\ud83d\ude00" * 20, limit):
        assert limit == 1 or not re.match("[\u0301\ude00]", part)


def test_a_part_ends_with_a_paragraph_or_a_sentence() -> None:
    assert split("One two. Three four! Five?", 12) == ["One two.", "Three four!", "Five?"]
    assert split("First\n\nSecond and more", 15) == ["First", "Second and more"]
    assert split("He said \u201cGo.\u201d Then he left.", 18) == ["He said \u201cGo.\u201d", "Then he left."]


def test_a_sentence_that_fills_little_of_a_part_does_not_end_it() -> None:
    assert split("No. " + "word " * 8, 30) == ["No. word word word word word", "word word word"]


def test_without_a_sentence_a_part_ends_with_a_word_and_without_a_word_anywhere() -> None:
    assert split("aaa bbb ccc", 8) == ["aaa bbb", "ccc"]
    assert split("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_a_link_that_would_be_torn_begins_the_next_part() -> None:
    assert split("see:https://example.org/abc", 23) == ["see:", "https://example.org/abc"]


def test_nothing_has_no_parts() -> None:
    assert split(" \n ", 10) == []


def test_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        split("\U0001f44d", 1, utf16)


def test_without_room_for_an_ellipsis_the_text_just_ends() -> None:
    assert shorten("abcdef", 3) == "abc"
