"""The phrases that `quantities` looks for, as patterns over spaCy tokens. Plain data, no code that matches."""

from __future__ import annotations

from typing import Any

Token = dict[str, Any]
Pattern = list[Token]

UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

# Words a member may use for a channel, and the channel's name in the programme.
CHANNELS = {
    "sms": ["sms", "text message", "text messages", "by text", "via text", "texts", "text me", "txt"],
    "email": ["email", "e-mail", "emails", "mail me", "by mail", "via mail"],
    "telegram": ["telegram"],
    "messenger": ["messenger", "facebook"],
    "slack": ["slack"],
    "voice": ["call me", "phone me", "ring me", "phone call", "by phone", "a call", "give me a ring"],
}


def _is(pattern: str) -> Token:
    return {"LOWER": {"REGEX": rf"^(?:{pattern})$"}}


def _maybe(token: Token) -> Token:
    return {**token, "OP": "?"}


_NUMBER_WORDS = "|".join([*UNITS, *TENS])
_WEEKDAY = _is(
    "(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tue|tues|weds?|thu|thur|thurs|fri"
    # as they are mistyped most
    "|tuseday|tueday|wensday|wednsday|thrusday|thurday|firday|saterday"
)
_MONTHS = "january|february|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec"  # noqa: E501
_MONTH = _is(_MONTHS)
_ANY_MONTH = _is(f"{_MONTHS}|may|march|mar")
_AMBIGUOUS_MONTH = _is("may|march|mar")
_DAY = _is(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?")
_ORDINAL = _is(r"(?:[1-9]|[12]\d|3[01])(?:st|nd|rd|th)")
# "the 14th" is a date, "the 1st step" is not: only after a word that asks for a date, or with a day of this kind.
_LATE_ORDINAL = _is(r"(?:[4-9]|[12]\d|3[01])(?:st|nd|rd|th)")
_YEAR = _is(r"20\d\d")
_COUNT = _is(rf"\d{{1,3}}|an?|few|couple|several|{_NUMBER_WORDS}")
_UNIT = _is("min|mins|minutes?|hours?|hrs?|days?|weeks?|wks?|weekends?|fortnights?|months?|mths?|years?")
_PERIOD = _is("week|weekend|month|year|fortnight|quarter|term|summer|winter|spring|autumn")
_UNTIL = "until|till|til|untill|unitl"
_PREFIX = _is(f"{_UNTIL}|by|before|after|from|since|on|around|to")
_AFTER_A_WORD = _is(f"{_UNTIL}|by|before|after|since|from")
_THE = _is("the|my|our")
_WHICH = _is("next|nxt|this|coming|following|last")
_DAY_PART = _is("morning|mornin|afternoon|evening|eve|night|lunch|lunchtime|noon|midnight|midday|breakfast|dinner|work")
_FEAST = _is("easter|christmas|xmas|thanksgiving|ramadan|eid|diwali|hanukkah|halloween")
_SEASON = _is("summer|winter|spring|autumn|holidays?|hols|vacation|leave|exams?|half-term")
_TOMORROW = "tomorrow|tomorow|tommorow|tommorrow|tomorro|tomoz|tmrw|tmr|tmrow|2moro|2morrow"
_TODAY = _is(f"today|tonight|{_TOMORROW}")
_CLOCK = _is(r"(?:[01]?\d|2[0-3])(?::|\.)[0-5]\d(?:am|pm)?|(?:1[0-2]|0?[1-9])(?:am|pm)|noon|midnight|midday")
_HOUR = _is("(?:1[0-2]|0?[1-9])")
_AM_PM = _is(r"am|pm|a\.m\.|p\.m\.|a\.m|p\.m|o'clock|oclock")
_AT = _is(f"at|after|before|around|about|by|from|{_UNTIL}")
_EDGE = _is("end|start|beginning|middle")
_FULL_DATE = _is(r"(?:0?[1-9]|[12]\d|3[01])[/.](?:0?[1-9]|1[0-2])[/.](?:20)?\d\d")
# "12/10" is a score or a date: a date only where a word before it says so.
_SHORT_DATE = _is(r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])")
_HYPHEN = _is("-|\u2013")
_ISO_DATE = [_YEAR, _HYPHEN, _is(r"\d\d?"), _HYPHEN, _is(r"\d\d?")]

# Each is tried with and without a word such as "until" before it.
_DATES: list[Pattern] = [
    [_TODAY, _maybe(_DAY_PART)],
    [_maybe(_THE), _is("day"), _is("after|before"), _is(_TOMORROW)],
    [_maybe(_WHICH), _WEEKDAY, _maybe(_DAY_PART)],
    [_WEEKDAY, _is("week")],
    [_is("an?"), _is("week|fortnight|month"), _is("on|from"), _maybe(_WEEKDAY), _maybe(_TODAY)],
    [_is("next|nxt|this|coming|following"), _PERIOD],
    [_maybe(_THE), _is("week|month|weekend"), _is("after"), _is("next")],
    [_is("this"), _DAY_PART],
    [_maybe(_THE), _EDGE, _is("of"), _maybe(_THE), _maybe(_WHICH), _is("day|week|month|year|term|summer")],
    [_maybe(_THE), _EDGE, _is("of"), _ANY_MONTH],
    [
        _is("in"),
        _maybe(_is("about|like|another")),
        _maybe(_is("an?")),
        _COUNT,
        _maybe(_is("of|more")),
        _UNIT,
        _maybe(_is("time")),
    ],
    [_COUNT, _maybe(_is("of|more")), _UNIT, _is("from"), _is("now|today|tomorrow")],
    [_is("for"), _maybe(_is("about|another")), _maybe(_is("an?|the|next")), _COUNT, _maybe(_is("of|more")), _UNIT],
    [_is("for"), _THE, _maybe(_WHICH), _maybe(_COUNT), _UNIT],
    [_maybe(_is("an?")), _COUNT, _maybe(_is("of|more")), _UNIT],
    [_maybe(_THE), _DAY, _maybe(_is("of")), _ANY_MONTH, _maybe(_YEAR)],
    [_MONTH, _maybe(_THE), _DAY, _maybe(_YEAR)],
    [_AMBIGUOUS_MONTH, _maybe(_THE), _ORDINAL, _maybe(_YEAR)],
    [_maybe(_is("early|mid|late|next|this|last")), _MONTH, _maybe(_YEAR)],
    [_is("early|mid|late"), _maybe(_HYPHEN), _ANY_MONTH],
    [_is("the"), _LATE_ORDINAL],
    [_maybe(_is("after|before")), _maybe(_THE), _FEAST],
    [_is("new"), _is("year|years|year's")],
    [_FULL_DATE],
    _ISO_DATE,
    [_CLOCK],
]
# These are dates only after such a word: "after lunch", "until the holidays", "in may", "by 5".
_DATES_AFTER_A_WORD: list[Pattern] = [
    [_AFTER_A_WORD, _maybe(_is("the|my|our|this|next|a")), _maybe(_is("bank|school|summer|christmas|easter")), _SEASON],
    [_AFTER_A_WORD, _maybe(_THE), _is("weekend|week|month|year|term")],
    [_AFTER_A_WORD, _DAY_PART],
    [_AFTER_A_WORD, _maybe(_THE), _ORDINAL],
    [_is("on"), _is("the"), _ORDINAL],
    [_AFTER_A_WORD, _is("around|about"), _maybe(_THE), _ORDINAL],
    [_AFTER_A_WORD, _SHORT_DATE],
    [_is("on"), _SHORT_DATE],
    [_is("in|at|over"), _is("the"), _is("morning|afternoon|evening|weekend")],
    [_is(f"in|{_UNTIL}|by|before|after|since|from|next"), _AMBIGUOUS_MONTH],
    [_is("in|over|during"), _maybe(_THE), _is("summer|winter|spring|autumn|holidays|new"), _maybe(_is("year"))],
    [_is("in"), _MONTH, _maybe(_YEAR)],
    [_AT, _HOUR, _maybe(_AM_PM)],
    [_is("half|quarter"), _is("past|to"), _HOUR],
    [_HOUR, _AM_PM],
]

DATE_TIME: list[Pattern] = [
    *_DATES,
    *([_PREFIX, *pattern] for pattern in _DATES),
    *([_PREFIX, _is("around|about|at"), *pattern] for pattern in _DATES),
    *_DATES_AFTER_A_WORD,
]

_SCALE = [_is("out"), _is("of"), _is(rf"\d{{1,3}}|{_NUMBER_WORDS}")]
_DIGITS = _is(r"\d{1,6}(?:[.,]\d+)?%?")
_FRACTION = _is(r"\d{1,3}(?:[.,]\d+)?/\d{1,3}")
_UNIT_WORD = _is("|".join(UNITS))
_TENS_WORD = _is("|".join(TENS))

NUMBER: list[Pattern] = [
    [_FRACTION],
    [_DIGITS],
    [_DIGITS, _is("/"), _DIGITS],
    [_DIGITS, *_SCALE],
    [_UNIT_WORD],
    [_UNIT_WORD, *_SCALE],
    [_TENS_WORD],
    [_TENS_WORD, _maybe(_is("-")), _UNIT_WORD],
    [_TENS_WORD, *_SCALE],
]

# A name is told by what stands before it and by its capital letters: "my name is Ana Souza", "my colleague Ben".
_NAMED: list[Pattern] = [
    [_is("my|her|his|the|their"), _maybe(_is("new|full|married|maiden|correct|real|first|last")), _is("name|surname"),
     _is("is|'s|was|will")],
    [_is("called|named")],
    [_is("this|it"), _is("is|'s"), _maybe(_is("not"))],
    [_is("not|no|any|mr|mrs|ms|miss|dr|prof")],
    [_is("my|a|our|her|his"), _maybe(_is("old|new|good|best|dear|former")),
     _is("colleague|friend|boss|manager|mentor|assistant|wife|husband|partner|sister|brother|daughter|son|cousin")],
    [_is("talk|speak|spoke|write|wrote|reach"), _is("to|with")],
    [_is("heard|know|for"), _maybe(_is("of|any|a"))],
]  # fmt: skip
_NAME: Pattern = [{"IS_TITLE": True, "IS_ALPHA": True}, {"IS_TITLE": True, "IS_ALPHA": True, "OP": "{0,2}"}]
PERSON_NAME: list[Pattern] = [[*cue, *_NAME] for cue in _NAMED]
NO_NAMES = frozenset(
    {*UNITS, *TENS, *CHANNELS, "i", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    | {*_MONTHS.split("|"), "may", "march", "easter", "christmas", "english", "dr", "mr", "mrs", "ms", "miss"}
    | {
        "yet",
        "true",
        "great",
        "one",
        "please",
        "sorry",
        "thanks",
        "stop",
        "yes",
        "no",
        "not",
        "you",
        "the",
        "it",
        "this",
        "facebook",
        "whatsapp",
    }
)
"""Words with a capital letter that are no names."""
