"""Messages that nobody has to answer, and those that the assistant answers best."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.small_talk import asks_assistant, is_small_talk


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!", "thank you so much Maria", "ok", "Okay, thanks a lot \U0001f64f", "\U0001f44d",
        "\u2764\ufe0f\u2764\ufe0f", "Great, thanks Maria!", "ok thanks bye", "Thanks for your help", "hello",
        "Good morning", "No worries, that's all. Have a nice day!", "got it", "Perfect", "cheers",
        "will do, thank you", "that helped!", "you too", "Merci beaucoup", "danke sch\u00f6n", "...",
    ],
)  # fmt: skip
def test_thanks_and_courtesies_are_small_talk(text: str) -> None:
    assert is_small_talk(text, "Maria")


@pytest.mark.parametrize(
    "text",
    [
        "thanks but it still doesn't work", "ok?", "???", "ok so when do I get the invoice", "thanks, one more thing",
        "it works now, but the invoice is wrong", "Thank you Jonas", "can you call me", "help",
        "great, where is the form?", "", "no thanks to you I missed it",
    ],
)  # fmt: skip
def test_whatever_says_or_asks_more_is_not(text: str) -> None:
    assert not is_small_talk(text, "Maria")


@pytest.mark.parametrize(
    "text", ["where am I?", "Done!", "what's next", "thanks, it's done", "hi, show me my progress"]
)
def test_plain_questions_are_the_assistants(text: str) -> None:
    assert asks_assistant(text)


@pytest.mark.parametrize("text", ["where am I supposed to log in?", "I'm done with this", "what's next week like?", ""])
def test_questions_that_only_begin_like_them_are_not(text: str) -> None:
    assert not asks_assistant(text)


@given(st.text(max_size=2000), st.text(max_size=30))
def test_any_text_is_read(text: str, name: str) -> None:
    assert is_small_talk(text, name) in (True, False)
    assert asks_assistant(text) in (True, False)


@pytest.mark.parametrize("word", ["thanks ", "ok so ", "that all ", "good morning ", "very much ", "no "])
def test_long_rows_of_courtesies_are_read_at_once(word: str) -> None:
    """A pattern that tried every way to part them would not end."""
    assert not is_small_talk(word * (119 // len(word)) + "x")
