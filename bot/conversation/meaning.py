"""What a message means beside the question that is open: an answer to it, or a plain wish about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.language.commands import Command, passes_over, read_command
from bot.language.numbers import Score, read_score
from bot.language.standing import Standing, leading_answer, plain_standing, read_standing

Ranking = Sequence[tuple[str, float]]
Open = Literal["check_in", "nps", "csat", "ces", "why"]

OTHER = "other"
ANSWER = "answer"
FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
SCALES: Mapping[str, tuple[int, int]] = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}

_STANDING = frozenset({"report_done", "report_in_progress", "report_not_done", "report_blocked"})
_OF_CHECK_IN = _STANDING | {"snooze", "away", "request_human", "opt_out"}
# What is broken holds the member back, and whether it is done is what a yes or no is about.
_AS = {"affirm": "report_done", "deny": "report_not_done", "report_technical_problem": "report_blocked"}
# What is asked of us, in words that may as well say that the member can't get on.
_ASKED_WHEN_STUCK = frozenset({"help", "ask_how_to", "repeat"})
_SAID_BESIDE_DONE = frozenset({"ask_next_step", "praise"})
# What the engine answers with words alone: no action is asked, so words that are less than plain can't change it.
_ANSWERED_BY_ENGINE = frozenset({"thank", "goodbye"})
# What a member has a right to, or may well regret: only plain words make an answer of it.
_WEIGHTY = frozenset({"erase_me", "ask_data", "cancel_membership", "wrong_number", "opt_in"})
# What is said in the words of a "later".
_OF_OTHER_TIMES = frozenset({"change_contact_time", "change_channel"})
_NEVER_GUESSED = frozenset({"report_done", "opt_out"})
_SURE = 0.85
"""From here on the model is right more often than the words when the two disagree about an answer."""
_CLEAR = 0.7
"""From here on a message that the model takes for no answer is none."""
_LEAST = 0.25
"""A meaning that the model gives less weight, all its intents together, is no better than none."""
_HINT = 0.12
"""So much weight for an answer is more, beside an open question, than an unsure guess at something else."""


def short_cut(question: Open, text: str) -> str | None:
    """What `text` means beside an open question, by its words alone; None when only the model can tell.

    For a check-in it is the name of an intent. For a score it is its number (``"9"``), ``skip``, ``snooze``,
    ``request_human``, ``opt_out`` or ``other``; for the reason of a score ``answer`` or one of these commands. For
    these two it is never None, so a survey needs no model.
    """
    command = read_command(text)
    if question == "check_in":
        return _check_in(command, text)
    if question == "why":
        command = command or (Command.SKIP if passes_over(text) else None)
        return _named(command) if command else ANSWER
    low, high = SCALES[question]
    score = read_score(text, low=low, high=high)
    if command is None and not isinstance(score, Score) and passes_over(text, whatever_else=True):
        command = Command.SKIP
    if command is not None:
        return _named(command)
    return str(score.value) if isinstance(score, Score) else OTHER


def in_check_in(text: str, intent: str | None, ranking: Ranking = ()) -> str:
    """What `text` answers to "have you done this step?": one of the intents of an answer, or ``other``.

    `intent` is what the model understood, `ranking` its guesses with their weights, which count when it was not sure:
    but no guess alone ticks off a step.
    """
    plain = short_cut("check_in", text)
    if plain is not None:
        return plain if plain in _OF_CHECK_IN else OTHER
    words = read_standing(text)
    if intent == OUT_OF_SCOPE and text.rstrip().endswith("?") and words in (None, Standing.LATER, Standing.AWAY):
        return OTHER  # "will it rain tomorrow?": whoever puts something off doesn't ask about it
    return _beside_yes_or_no(text, _guess(words, intent or FALLBACK, ranking))


def _guess(words: Standing | None, intent: str, ranking: Ranking) -> str:
    """What the words speak for and what the model understood, brought together."""
    sure = max((weight for name, weight in ranking if name == intent), default=1.0)
    understood = _AS.get(intent, intent)
    if intent == FALLBACK:
        return str(words) if words else _likeliest(ranking)
    if understood in _OF_CHECK_IN:
        return str(words) if words and sure < _SURE else understood
    if intent in _ANSWERED_BY_ENGINE | _WEIGHTY | _OF_OTHER_TIMES:
        return OTHER
    if words is None:
        return _likeliest(ranking, _HINT) if sure < _CLEAR else OTHER
    fits = (words is Standing.BLOCKED and intent in _ASKED_WHEN_STUCK) or (
        words is Standing.DONE and intent in _SAID_BESIDE_DONE
    )
    # What is about nothing of ours is what the model knows least.
    return str(words) if fits or sure < (_SURE if intent == OUT_OF_SCOPE else _CLEAR) else OTHER


def stands_for(meaning: str, intent: str | None) -> bool:
    """Whether `meaning` is what `intent` itself means beside a check-in: then its own action is the right one."""
    return _AS.get(intent or "", intent) == meaning


def _check_in(command: Command | None, text: str) -> str | None:
    if command is not None and command is not Command.SKIP:
        return _named(command)
    standing = plain_standing(text)
    if standing is not None:
        return str(standing)
    return _named(command) if command else None


def _named(command: Command) -> str:
    return "snooze" if command is Command.LATER else str(command)


def _likeliest(ranking: Ranking, least: float = _LEAST) -> str:
    """The answer that the model gives most weight, however many intents it is spread over."""
    weights: dict[str, float] = {}
    for name, weight in ranking:
        if name != FALLBACK:
            meaning = _AS.get(name, name)
            weights[meaning] = weights.get(meaning, 0.0) + weight
    answers = {name: weight for name, weight in weights.items() if name in _OF_CHECK_IN}
    best = max(answers, key=lambda name: answers[name], default=OTHER)
    return best if answers.get(best, 0.0) >= least and best not in _NEVER_GUESSED else OTHER


def _beside_yes_or_no(text: str, guess: str) -> str:
    """A yes or no at the beginning counts unless what follows says more."""
    leading = leading_answer(text)
    if leading is None:
        return guess
    says_more = guess in _OF_CHECK_IN and not (leading == "report_not_done" and guess == "report_done")
    return guess if says_more else str(leading)
