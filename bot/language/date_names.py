# ruff: noqa: E501 - patterns read best in one piece
"""The names of months and weekdays: as patterns, as numbers, and as they are mistyped."""

from __future__ import annotations

import re

from bot.language.typos import meant as word_meant

MONTHS = (
    "jan(?:uary)?",
    "feb(?:ruary|uary)?",
    "mar(?:ch)?",
    "apr(?:il)?",
    "may",
    "june?",
    "july?",
    "aug(?:ust)?",
    "sept?(?:ember)?",
    "oct(?:ober)?",
    "nov(?:ember)?",
    "dec(?:ember)?",
)
DAYS = (
    "mon(?:day)?",
    "tue(?:s(?:day)?)?",
    "wed(?:s|nesday|nsday)?",
    "thu(?:r(?:s(?:day)?)?)?",
    "fri(?:day)?",
    "sat(?:urday|erday)?",
    "sun(?:day)?",
)
MONTH = rf"(?:{'|'.join(MONTHS)})(?![a-z])\.?"
WEEKDAY = rf"(?:{'|'.join(DAYS)})(?![a-z])"
ORDINAL = r"(?:st|nd|rd|th)"
NUMBER = r"(\d{1,2})"
TO = r"\s*(?:to|-|until|till|til|thru|through|and|/)\s*(?:the )?"
YEAR = r"(?:,? ?(\d{4}))?(?!\d)"


def _index(word: str, patterns: tuple[str, ...]) -> int:
    return next(i for i, p in enumerate(patterns) if re.fullmatch(p, word.rstrip(".")))


def month_number(word: str) -> int:
    return _index(word, MONTHS) + 1


def weekday_number(word: str) -> int:
    return _index(word, DAYS)


_FULL_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OTHERS = (
    "tomorrow",
    "tonight",
    "christmas",
    "halloween",
    "fortnight",
    "afternoon",
    "weekend",
    "morning",
    "evening",
    "until",
)
_UNITS = ("days", "weeks", "months", "hours", "minutes")
# Words of their own, and what is said of more than one day.
_REAL = re.compile(
    r"march|may|match|marsh|jury|jane|tune|duly|mayday|sunny|sundry|money|friary|faraday|augusta|augment|moving"
    r"|mourning|warning|meaning|morning|afternoon|evening|weekend|weekends|mornings|evenings|afternoons|mondays"
    r"|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|fortnights|fortnightly|until|unite|united|units"
    r"|unit|unity|charm|juniper|junior|jolly|julie|juliet|juno|juneau|janet|janitor|workend|weekday"
    r"|weekdays|weekender|even|event|events|eventing|evented|adding|morn"
)
_WORD = re.compile(r"[a-z]{3,}")
_BEFORE_SHORT = re.compile(
    r"(?:\d(?:st|nd|rd|th)?(?: of)?|\b(?:in|until|till|til|by|before|after|since|from|to|next|this|of|late|early|mid|end|back|the \d\w*)) $"
)
_AFTER_SHORT = re.compile(r"^ (?:the )?\d")
_COUNT = re.compile(r"\d $")


def mend(said: str) -> str:
    """`said` with mistyped names of days and months written right; the short ones only where a date may stand."""
    return _WORD.sub(lambda m: _mended(m[0], said[: m.start()], said[m.end() :]), said)


def _mended(word: str, before: str, after: str) -> str:
    if (
        _COUNT.search(before)
        and (unit := word_meant(word, _UNITS))
        and word not in {"day", "week", "month", "hour", "minute", "monday"}
    ):
        return unit
    if _REAL.fullmatch(word) or re.fullmatch(f"{MONTH}|{WEEKDAY}", word):
        return word
    name = word_meant(word, (*_FULL_DAYS, *_FULL_MONTHS, *_OTHERS))
    if name is None:
        return word
    short = name in {"march", "april", "june", "july", "until"}
    return (
        word if short and name != "until" and not (_BEFORE_SHORT.search(before) or _AFTER_SHORT.match(after)) else name
    )
