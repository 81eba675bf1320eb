"""STOP, START and HELP as people text them, from the table in tests/dialogue/data/keywords.tsv."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.language.keywords import Keyword, Match, classify, is_provider_word

TABLE = Path(__file__).parents[2] / "dialogue" / "data" / "keywords.tsv"
_ESCAPES = {r"\n": "\n", r"\r": "\r", r"\x20": " ", r"\u00a0": "\u00a0", r"\u200b": "\u200b"}
_CONTEXT = re.compile(r"^\[(fr|es|pt|de|nl|hi|opted out|not opted out)\]\s*")


def _rows() -> list[tuple[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").split("\n")[1:]
    return [(text, expect) for line in lines if line for text, _, expect in [line.partition("\t")]]


@pytest.mark.parametrize(("text", "expect"), _rows())
def test_a_row_of_the_table(text: str, expect: str) -> None:
    language, opted_out = "en", False
    while context := _CONTEXT.match(text):
        opted_out = context[1] == "opted out" or opted_out
        language = context[1] if len(context[1]) == 2 else language
        text = text[context.end() :]
    for escape, char in _ESCAPES.items():
        text = text.replace(escape, char)
    found = classify(text, opted_out=opted_out, language=language)
    assert (found.keyword.value if found else "none") == expect


@pytest.mark.parametrize("text", ["stop", " STOP ", "Unsubscribe", "quit", "REVOKE", "optout", "cancel\n"])
def test_the_providers_own_words_are_exact(text: str) -> None:
    assert classify(text, opted_out=False) == Match(Keyword.STOP, exact=True)


@pytest.mark.parametrize("text", ["stop.", "opt out", "please stop", "stop texting me", "ＳＴＯＰ", "stop 🛑"])  # noqa: RUF001
def test_other_wishes_to_stop_are_not_exact(text: str) -> None:
    assert classify(text, opted_out=False) == Match(Keyword.STOP, exact=False)


def test_yes_is_start_only_for_somebody_who_has_stopped() -> None:
    assert classify("yes", opted_out=True) == Match(Keyword.START, exact=True)
    assert classify("yes", opted_out=False) is None
    assert is_provider_word("YES")


def test_stop_counts_after_stop_too() -> None:
    assert classify("stop", opted_out=True) == Match(Keyword.STOP, exact=True)


def test_a_quoted_instruction_below_a_reply_is_not_read() -> None:
    reply = "All done, thanks\n\nOn Mon, 2 Mar 2026 at 10:00, Anna wrote:\n> Reply STOP to unsubscribe"
    assert classify(reply, opted_out=False) is None
