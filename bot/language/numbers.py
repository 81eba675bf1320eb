# ruff: noqa: E501 - patterns read best in one piece
"""A score in a message: digits, words or stars; a correction counts, not what it corrects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.language.text import clean
from bot.language.typos import meant


class ScoreProblem(StrEnum):
    """Why a message has no score that could be stored."""

    NO_NUMBER = "no_number"
    SEVERAL_NUMBERS = "several_numbers"
    OFF_SCALE = "off_scale"
    NOT_WHOLE = "not_whole"


@dataclass(frozen=True, slots=True)
class Score:
    """A whole number on the scale that was asked for."""

    value: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """No score; `found` has the numbers that were seen, for a question back."""

    reason: ScoreProblem
    found: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    start: int
    end: int
    scale: int | None = None


_LONGEST = 400
_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "zero nought naught nil zilch",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
} | {
    "thirteen": 13,
    "fifteen": 15,
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
}
_SPELT = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# Words of their own, and ordinals, that are one slip away from a number.
_REAL = re.compile(
    r"none|ones|tone|town|tow|too|tows|wot|twos|there|ether|tree|thee|these|here|for|our|fur|hour|fours|foul"
    r"|fourth|fifth|sixth|seventh|eighth|ninth|tenth|even|event|evens|eights|nines|tens|then|teen|tend|tent"
    r"|tents|net|tenor|neo|eon|zeros|eighty|ninety|sixty|fives|sixes|sevens|threes|fie|sic|sit|ties"
)
_FEW_WORDS = 8
_NUM = rf"(?:\d+(?:[.,]\d+)?|{'|'.join(_WORDS)})"
_OVER = re.compile(
    rf"(?<![\w.])(?P<a>{_NUM})\s*(?:stars?\s+)?(?:/|\\|(?:out|outta|outa|oota|over)(?:\s+of)?\s+(?:a\s+)?(?:possible\s+)?|of\s+)\s*(?P<b>{_NUM})(?![\w%])"
)
_PLAIN = re.compile(
    rf"(?P<minus>(?:(?<=\s)|^)-(?=\d)|\bminus\s+)?(?<![a-z\d.])(?P<a>{_NUM})(?P<half>\s+and\s+(?:a\s+)?half|\s+point\s+\w+)?(?=ish\b|[^\w]|_|x\b|$)"
)
_LETTERS = re.compile(r"\b[a-z]{3,}\b")
_STARS = re.compile(r"[★⭐🌟]")
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_UNITS = re.compile(
    r"^(?:\s*|-)(?:mins?|minutes?|secs?|seconds?|hrs?|hours?|days?|nights?|weeks?|wks?|months?|yrs?|years?|pm|am|o'?clock|st|nd|rd|th|times?|people|events?|steps?|emails?|texts?|members?"
    r"|colleagues?|questions?|things?|thumbs?|complaints?|problems?|issues?|reasons?|quid|pounds?|euros?|dollars?|p\b|k\b|km|miles?|%|percent)\b|^\s*%|^:\d"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LIMIT = re.compile(
    r"\b(?:above|over|below|under|(?:more|less|higher|lower|better|worse|bigger|fewer) than|not even)(?: (?:a|an))?\s*$"
)
_DENIED = re.compile(r"^\W*not(?: (?:a|an))?\s*$")
_MONEY = re.compile(r"[£$€]\s*$")
_ONE_AS_PRONOUN = re.compile(
    r"(?:this|that|no|any|every|some|which|each|another|the|second|third|last|other|same|right|wrong|loved|good|great|nice|bad|hard|tough|tricky|first|last|next|only|day)[ -]$"
)
_ONE_AS_WORD = re.compile(
    r"^\s+(?:of|thing|day|more|question|sec|min|moment|time|to|can|could|should|who|that|another|by)\b"
)
_NOT_THIS = re.compile(
    r"(?:\bnot|n't|\binstead of|\brather than|\b(?:chang\w+|went|gone|going|goes?|up|down|mov\w+|rais\w+|lower\w+|switch\w+|upgrad\w+|downgrad\w+|bump\w+|amend\w*|correct\w*|revis\w+|updat\w+|dropp?\w*|increas\w+|decreas\w+)(?: \w+){0,3} from|\b(?:ignore|forget|scrap|scratch|disregard|delete|cancel|drop)(?: (?:the|my|that))?)(?:\s+(?:quite|really|be|give|worth|say|even))*(?:\s+(?:a|an|my))?\s*$"
)
_IF_ONLY = re.compile(
    r"\b(?:(?:would|could|might|should|will)(?:'?ve| have)?|it'd|'d)(?:\s+(?:be|have|been|of|have been|said|given|put|easily))+(?:\s+(?:a|an))?\s*$"
    r"|\b(?:was|were) (?:going|about|tempted|thinking|planning) (?:to|of) (?:say|saying|give|giving|put|putting|go|going)(?: (?:it|for|with|you|a|an))*\s*$"
    r"|\b(?:used to be|it was|was|nearly|almost)(?: (?:say|said|gave|put|once|a|an))*\s*$|\blast (?:time|year|month)(?: (?:it was|i said|i gave|i put|was|a|an))*\s*$"
    r"|\b(?:he|she|they|(?:my |the |your )?(?:boss|manager|colleagues?|friends?|partner|wife|husband|team|others?|people|mates?))(?: (?:would|might|'d|will|probably|only))* (?:say|says|said|give|gives|gave|rate|rates|rated|put)(?: (?:it|you|a|an))*\s*$"
)
_MISTAKE = re.compile(
    r"\b(?:mistakes?|typo|(?:by|in) (?:accident|error)|accidentally|wrong|meant|misread|mistyped|oops|whoops|slip|slipped|fat fingers?|pressed|hit the|autocorrect)\b"
)
_WAS_MISTAKEN = re.compile(
    r"^\W*(?:(?:there|above|earlier|before|just now|first)\W+)*(?:(?:was|is|were)(?: \w+){0,2} |'s (?:a )?|by |in |as )?(?:mistaken?|typo|wrong|error|accident|accidentally|slip|not what i meant)\b"
)
_CORRECTS = re.compile(
    r"\b(?:should(?:'ve| have)? (?:be|been|read|say|have been)|supposed to be|intended|by (?:mistake|accident|error)|no|nope|nah|wait|sorry|oops|whoops|actually|i mean|meant|make (?:it|that)|change (?:it|that)? ?to|correction|scratch that|my (?:mistake|bad|error)|or rather|second thoughts?|hang on|hold on|let'?s (?:say|go)|go(?:ing)? (?:with|for)"
    r"|i'?ll (?:say|go)|id? say|i'd say|say|call it|settle|final|now|so|instead|to|typo|er|erm|um|but (?:more like|really)|better|rather|definitely|ok)\b|[*→]|->|=>"
)
_SCALE_WORDS = re.compile(r"\b(?:on a |a )?(?:scale )?(?:of |from )?(\d+|zero|one) ?(?:to|-) ?(\d+|ten|five)\b")


def read_score(text: str, *, low: int, high: int) -> Score | Unclear:
    """The whole number from `low` to `high` that `text` gives, or why there is none.

    ``9/10`` and ``nine out of ten`` count only on a scale that ends where they say. Stars alone are counted. Two
    numbers without a choice between them are no score; other emoji and praise never are.
    """
    said = clean(_with_fractions(text[:_LONGEST]).replace("🔟", "10")).casefold()
    if not _numbers(said) and len(said.split()) <= _FEW_WORDS:
        said = _LETTERS.sub(_spelt, said)
    numbers = _numbers(_without_scale(said, low, high))
    if not numbers:
        stars = len(_STARS.findall(said))
        return _on_scale(float(stars), None, low, high) if stars else Unclear(ScoreProblem.NO_NUMBER)
    chosen = _chosen(said if len(numbers) == 1 else _without_scale(said, low, high), numbers)
    values = tuple(dict.fromkeys(n.value for n in chosen))
    if len(values) != 1:
        return Unclear(ScoreProblem.SEVERAL_NUMBERS, values)
    scale = next((n.scale for n in chosen if n.scale is not None), None)
    return _on_scale(values[0], scale, low, high)


def _spelt(word: re.Match[str]) -> str:
    return word[0] if _REAL.fullmatch(word[0]) else meant(word[0], _SPELT) or word[0]


def _with_fractions(text: str) -> str:
    for sign, decimal in _FRACTIONS.items():
        text = text.replace(sign, decimal)
    return text


def _on_scale(value: float, scale: int | None, low: int, high: int) -> Score | Unclear:
    if (scale is not None and scale != high) or not low <= value <= high:
        return Unclear(ScoreProblem.OFF_SCALE, (value,))
    if value != int(value):
        return Unclear(ScoreProblem.NOT_WHOLE, (value,))
    return Score(int(value))


def _value(word: str) -> float:
    return float(_WORDS[word]) if word in _WORDS else float(word.replace(",", ".")[:12])


def _without_scale(said: str, low: int, high: int) -> str:
    """Blanks out a repeated scale (``from 0 to 10``) when something else is left to be the score."""

    def blank(match: re.Match[str]) -> str:
        ends = {_value(match[1]), _value(match[2])}
        is_scale = high in ends and bool(ends & {float(low), 0.0, 1.0})
        return " " * len(match[0]) if is_scale else match[0]

    blanked = _SCALE_WORDS.sub(blank, said)
    return blanked if _numbers(blanked) else said


def _numbers(said: str) -> list[_Number]:
    found: list[_Number] = []
    taken = list(said)
    for match in _OVER.finditer(said):
        scale = _value(match["b"])
        found.append(_Number(_value(match["a"]), *match.span(), int(scale)))
        taken[match.start() : match.end()] = "\0" * (match.end() - match.start())
    rest = "".join(taken)
    for match in _PLAIN.finditer(rest):
        if _is_a_score(rest, match):
            value = _value(match["a"]) + (0.5 if match["half"] else 0.0)
            found.append(_Number(-value if match["minus"] else value, *match.span()))
    return sorted(found, key=lambda n: n.start)


def _is_a_score(said: str, match: re.Match[str]) -> bool:
    before, after = said[: match.start()], said[match.end() :]
    if _UNITS.match(after) or _MONEY.search(before) or _YEAR.fullmatch(match["a"]):
        return False
    if _LIMIT.search(before) or (_DENIED.match(before) and not re.search(r"\d", after)):
        return False
    return match["a"] != "one" or not (_ONE_AS_PRONOUN.search(before) or _ONE_AS_WORD.match(after))


def _chosen(said: str, numbers: list[_Number]) -> list[_Number]:
    """The numbers that are left once refusals, mere wishes and what was corrected are set aside."""
    if len(numbers) == 1:
        return numbers
    kept = [
        n for n in numbers if not (_NOT_THIS.search(said[: n.start]) or _WAS_MISTAKEN.match(said[n.end :]))
    ] or numbers
    # "It should be 5" is a wish beside a score, and the score beside a slip.
    slip = _MISTAKE.search(said)
    sure = kept if slip else [n for n in kept if not _IF_ONLY.search(said[: n.start])] or kept
    last = 0
    for index, (one, two) in enumerate(pairwise(sure), start=1):
        between = said[one.end : two.start]
        earlier = {n.value for n in sure[:index]}
        repeats = len(earlier) > 1 and two.value in earlier
        if repeats or (_CORRECTS.search(between) and not _is_a_range(between)):
            last = index
    return sure[last:]


def _is_a_range(between: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:to|-|or|and|/)\s*(?:a|an|maybe a|maybe)?\s*", between))
