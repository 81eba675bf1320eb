"""What a message says to the question in hand: a score, choices or words; or that it says nothing of the kind."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.numbers import Score, read_score
from bot.language.picks import read_picks
from bot.surveys.path import BETWEEN, Ask, Given

MOST = 2000


def read(ask: Ask, text: str) -> Given | None:
    """The answer to `ask`; None when there is none, or when it is not clear which."""
    if ask.kind == "text":
        return Given(None, text.strip()[:MOST]) if text.strip() else None
    if ask.choices:
        return _choice(ask.choices, text, several=ask.kind == "multiple")
    low, high = ask.scale
    score = read_score(text, low=low, high=high)
    return Given(score.value, text.strip()[:MOST]) if isinstance(score, Score) else None


def _choice(choices: Sequence[str], text: str, *, several: bool) -> Given | None:
    """Several choices have no one number; what was not offered is no answer."""
    picks = read_picks(text, choices, several=several)
    if not picks:
        return None
    return Given(picks[0] if not several else None, BETWEEN.join(choices[number - 1] for number in picks))
