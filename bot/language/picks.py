"""Which of the choices that were offered a message names: by number, or in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.numbers import Score, ScoreProblem, Unclear, read_score
from bot.language.text import fold

_LONGEST = 400
_NUMBERS = re.compile(r"(?<![\w./])#?(\d{1,2})(?![\w/]|\.\d)")
_NOT_WORDS = re.compile(r"[^\w]+")
_ARTICLE = re.compile(r"^(?:an?|the|my|your) ")
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_PLACE = re.compile(
    rf"(?:(?:i think|probably|maybe|definitely) )?(?:the )?({'|'.join(_PLACES)}|last)(?: one)?(?: please| i think)?"
)
_ALL = re.compile(r"(?:all|all of (?:them|those|these|it|the above)|everything|every one|each of them|all \d+)")
_NONE = re.compile(r"^(?:none|nothing|no)\b")
_SAME_AS = {
    "yes": r"yes|yep|yeah|yea|yup|sure|of course|definitely|absolutely|it is|it was|it does|it did|i did|i do|correct",
    "no": r"no|nope|nah|not really|not at all|not yet|it isn t|it is not|it isnt|it wasn t|it was not|i didn t|i don t",
    "partly": r"partly|partially|in part|kind of|sort of|kinda|sorta|half|halfway|somewhat|a bit|more or less|mostly",
    "none of them": r"none|none of (?:them|those|these|it|the above)|nothing|not any|neither",
    "something else": r"something else|other|another thing|anything else|none of (?:them|those|these)",
}
"""Other words for choices that are often offered."""


def read_picks(text: str, choices: Sequence[str], *, several: bool) -> tuple[int, ...] | None:
    """The numbers, from 1, of the choices that are named; empty when none is, None when it is not clear which.

    Not clear: two where one was asked for, or a number that was not offered.
    """
    said = fold(text[:_LONGEST])
    numbers = _numbers(said, len(choices), several=several)
    if numbers is None:
        return None
    found = numbers or _counted(said, len(choices)) or _words(_plain(said), choices, several=several)
    return found if several or len(found) <= 1 else None


def _numbers(said: str, most: int, *, several: bool) -> tuple[int, ...] | None:
    if not several:
        match read_score(said, low=1, high=most):
            case Score(value=value):
                return (value,)
            case Unclear(reason=ScoreProblem.NO_NUMBER):
                return ()
        return None
    found = tuple(dict.fromkeys(int(number) for number in _NUMBERS.findall(said)))
    if not found:
        match read_score(said, low=1, high=most):
            case Score(value=value):
                return (value,)
        return ()
    return tuple(sorted(found)) if all(1 <= number <= most for number in found) else None


def _counted(said: str, most: int) -> tuple[int, ...]:
    """One choice by its place: "the second one"."""
    place = _PLACE.fullmatch(_plain(said))
    number = (_PLACES.index(place[1]) + 1 if place[1] in _PLACES else most) if place else 0
    return (number,) if 0 < number <= most else ()


def _words(said: str, choices: Sequence[str], *, several: bool) -> tuple[int, ...]:
    for number, choice in enumerate(choices, 1):
        if said == _plain(fold(choice)):
            return (number,)
    if several and _ALL.fullmatch(said):
        return tuple(n for n, choice in enumerate(choices, 1) if not _NONE.match(_plain(fold(choice))))
    exact = tuple(number for number, choice in enumerate(choices, 1) if _means(said, choice))
    if exact:
        return exact[:1]
    named, rest = [], said
    for number, choice in sorted(enumerate(choices, 1), key=lambda pair: -len(pair[1])):
        core = re.escape(_ARTICLE.sub("", _plain(fold(choice))))
        shorter = re.sub(rf"\b{core}(?:s|es)?\b", " ", rest)
        if shorter != rest:
            named.append(number)
            rest = shorter
    return tuple(sorted(named))


def _means(said: str, choice: str) -> bool:
    same = _SAME_AS.get(_plain(fold(choice)))
    return same is not None and re.fullmatch(rf"(?:{same})(?: (?:thanks|thank you|please|sorry))?", said) is not None


def _plain(said: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", said).split())
