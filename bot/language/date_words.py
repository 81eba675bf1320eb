"""The pieces of time that a text may hold, and texts made ready for the search for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.language import days as d
from bot.language.date_names import WEEKDAY, mend
from bot.language.text import fold


@dataclass(frozen=True, slots=True)
class Context:
    """Where the member is: their local day, and whether 3/8 is in August (day first) or March."""

    today: date
    day_first: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `loose` when no am or pm was said; `part` for morning, afternoon, evening."""

    at: time
    loose: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Length:
    """How long: `elapsed` for hours and minutes, else whole days or months."""

    days: int = 0
    months: int = 0
    elapsed: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class DayRange:
    """Two days of which the text says that they belong together."""

    first: d.Day
    last: d.Day


@dataclass(frozen=True, slots=True)
class Past:
    """A moment that lies behind, or one that is not about time at all."""


Meaning = d.Fixed | d.Weekday | d.MonthDay | d.Feast | d.Span | Clock | Length | DayRange | Past


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of the text, where it stands, and what it means. `meaning` None: an impossible day."""

    start: int
    end: int
    meaning: Meaning | None


_CARDINALS = [
    "zero",
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
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_NUMBER_WORDS = (
    {w: str(n) for n, w in enumerate(_CARDINALS) if n}
    | {w: f"{n}th" for n, w in enumerate(_ORDINALS) if n > 2}
    | {
        "first": "1st",
        "twenty first": "21st",
        "twenty-first": "21st",
        "twenty second": "22nd",
        "twenty third": "23rd",
        "twenty fourth": "24th",
        "twenty fifth": "25th",
    }
    | {
        "twenty sixth": "26th",
        "twenty seventh": "27th",
        "twenty eighth": "28th",
        "twenty ninth": "29th",
        "thirtieth": "30th",
        "thirty first": "31st",
        "thirty": "30",
        "forty five": "45",
        "ninety": "90",
    }
)
_WORD_NUMBER = re.compile(rf"\b({'|'.join(sorted(map(re.escape, _NUMBER_WORDS), key=len, reverse=True))})\b")
_TIDY = (
    (re.compile(rf"\bsecond(?= (?:of|{WEEKDAY}|week))"), "2nd"),
    (re.compile(r"\b(?:an?|one|1) (day|week|month|hour) or (?:two|2|three|3)\b"), r"2 \1s"),
    (re.compile(r"\b(?:a |the next |another )?(?:couple|cpl)(?: of| more)*\b|\ba pair of\b"), "2"),
    (re.compile(r"\b(?:(?:a|another|the next) )?(?:few|several)(?: more)?(?= (?:min|h|d|w|mon|night))"), "3"),
    (
        re.compile(r"\b2(?:moro+w?|morrow)\b|\btom+or+ow\b|\btmr?o?r?w\b|\btomoz\b|\btmr\b|\btomorow\b|\btommorow\b"),
        "tomorrow",
    ),
    (re.compile(r"\b(?:2nite|tonite|2night)\b"), "tonight"),
    (re.compile(r"\bwk\b"), "week"),
    (re.compile(r"\bnxt\b"), "next"),
    (re.compile(r"(?<=\d) (?=(?:st|nd|rd|th)\b)"), ""),
    (re.compile(r"\b(?:xmas|crimbo)\b"), "christmas"),
    (re.compile(r"\bb4\b"), "before"),
    (re.compile(r"\b(?:wknd|wkend)\b"), "weekend"),
)
# "2-4pm", "from 2 to 4pm": the first hour is before noon only where it would else come after the second.
_HOURS = re.compile(
    r"(?<![\d/.:-])(\d{1,2})((?::\d\d)?)( ?(?:-|to|till|til|until|and) ?)(\d{1,2})((?::\d\d)?) ?([ap])m\b"
)


def tidy(text: str) -> str:
    """`text` folded to one line, with number words as digits and the texted forms of common words written out."""
    said = " ".join(fold(text).split())
    for pattern, plain in _TIDY[:4]:
        said = pattern.sub(plain, said)
    said = _WORD_NUMBER.sub(lambda m: _NUMBER_WORDS[m[1]], said)
    for pattern, plain in _TIDY[4:]:
        said = pattern.sub(plain, said)
    return mend(_HOURS.sub(_with_halves, said))


def _with_halves(m: re.Match[str]) -> str:
    first, last, half = int(m[1]), int(m[4]), m[6]
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return m[0]
    early = half == "a" or (first % 12 > last % 12)
    return f"{first}{m[2]}{'am' if early else 'pm'} {m[3].strip()} {last}{m[5]}{half}m"


def within(one: Clock, two: Clock) -> Clock:
    """``8 tonight``: the hour of one in the part of the day of the other."""
    hour, part = (two, one) if one.part else (one, two)
    later = hour.loose and hour.at.hour < 12 and part.at.hour >= 12
    return Clock(time(hour.at.hour + 12 if later else hour.at.hour, hour.at.minute))
