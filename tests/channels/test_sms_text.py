"""How a text travels: segments, plain typography, clean cuts, choices as numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compose.cut import shorten
from channels.sms.segments import economical, size
from channels.sms.send import MOST_CHARACTERS, render
from tests.channels.world import ROOT

SEGMENTS = json.loads((ROOT / "tests/fixtures/sms_segments.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", SEGMENTS, ids=lambda case: case["name"])
def test_segments_are_counted_as_carriers_bill_them(case: dict[str, Any]) -> None:
    counted = size(case["text"])
    assert (counted.encoding, counted.units, counted.segments) == (case["encoding"], case["units"], case["segments"])


def test_typography_that_would_double_the_price_becomes_plain() -> None:
    written = "\u201cDon\u2019t wait\u201d \u2013 it\u2026\u00a0ends\u200b soon \u2022 `now`"
    assert economical(written) == "\"Don't wait\" - it... ends soon - 'now'"


def test_typography_stays_when_the_text_needs_the_wide_alphabet_anyway() -> None:
    assert economical("\u201cHei\u201d \U0001f44d") == "\u201cHei\u201d \U0001f44d"


def test_letters_with_accents_are_kept_and_composed() -> None:
    assert economical("Rene\u0301e, voila\u0300") == "Ren\u00e9e, voil\u00e0"


@settings(deadline=None)
@given(st.text())
def test_nothing_gets_dearer_by_plain_typography(text: str) -> None:
    if size(text).encoding == "GSM-7":
        assert size(economical(text)).encoding == "GSM-7"


def test_a_long_text_ends_with_a_sentence() -> None:
    text = "This is one sentence. " * 100
    assert shorten(text, 1600).endswith("sentence.")
    assert 1500 < len(shorten(text, 1600)) <= 1600


def test_without_a_sentence_a_long_text_ends_with_a_word_and_without_a_word_anywhere() -> None:
    assert shorten("word " * 400, 100) == "word " * 18 + "word..."
    assert shorten("x" * 200, 100) == "x" * 97 + "..."


@settings(deadline=None)
@given(st.text(max_size=4000), st.lists(st.text(max_size=300), max_size=8))
def test_no_message_is_longer_than_twilio_takes(text: str, choices: list[str]) -> None:
    assert len(render({"text": text, "choices": choices})) <= MOST_CHARACTERS


def test_choices_are_offered_by_number_and_never_cut_off() -> None:
    assert render({"text": "How is it going?", "choices": ["done", "not yet"]}) == (
        "How is it going?\nReply 1 for done, 2 for not yet"
    )
    assert render({"text": "Long. " * 500, "choices": ["done", "not yet"]}).endswith("1 for done, 2 for not yet")
    assert render({"text": "", "choices": []}) == ""
