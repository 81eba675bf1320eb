# ruff: noqa: E501 - a table of patterns reads best with one pattern a line
"""Finds the pieces that speak of time in a text: days, ranges of days, times of day and lengths."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta

from bot.language import days as d
from bot.language.date_feasts import FIXED_FEASTS, MOVING_FEASTS, feast_name, fixed_feast
from bot.language.date_names import MONTH, NUMBER, ORDINAL, TO, WEEKDAY, YEAR, month_number, weekday_number
from bot.language.date_spans import edge, in_week, month_named, next_unit, nth_week, nth_weekday, weekend, weeks_on
from bot.language.date_words import Atom, Clock, Context, DayRange, Length, Meaning, Past

_UNIT = r"(min(?:ute)?s?|mins?|h(?:ou)?rs?|h|days?|nights?|d|w(?:ee)?ks?|weeks?|months?|mths?|years?|yrs?|fortnights?)"


def _md(day: str, month: str | None = None, year: str | None = None) -> d.MonthDay | None:
    n = int(day)
    wanted = d.MonthDay(n, month_number(month) if month else None, int(year) if year else None)
    longest = d.make_date(2024 if wanted.year is None else wanted.year, wanted.month or 1, n) if n >= 1 else None
    return wanted if longest else None


def _numeric(m: re.Match[str], c: Context) -> Meaning | None:
    first, second = int(m[1]), int(m[2])
    day, month = (first, second) if c.day_first else (second, first)
    year = None if not m[3] else int(m[3]) + (2000 if len(m[3]) == 2 else 0)
    found = d.make_date(year or 2024, month, day) if day else None
    return d.MonthDay(day, month, year) if found else None


def _iso(m: re.Match[str], _c: Context) -> Meaning | None:
    found = d.make_date(int(m[1]), int(m[2]), int(m[3])) if int(m[3]) else None
    return d.MonthDay(found.day, found.month, found.year) if found else None


def _pair(first: d.MonthDay | None, last: d.MonthDay | None) -> DayRange | None:
    return DayRange(first, last) if first and last else None


def _clock(hour: str, minute: str | None, half: str | None) -> Clock | None:
    h, m = int(hour), int(minute or 0)
    if half and h <= 12:
        h = h % 12 + (12 if half.startswith("p") else 0)
    if h > 24 or m > 59:
        return None
    return Clock(time(h % 24, m), loose=not half and h <= 12 and not hour.startswith("0"))


def _near_hour(m: re.Match[str], _c: Context) -> Meaning | None:
    minutes = {"half past": 30, "half": 30, "quarter past": 15, "quarter to": -15}[
        m[1].replace("a ", "").replace("-", " ")
    ]
    total = int(m[2]) * 60 + minutes
    return _clock(str(total // 60), str(total % 60), m[3])


def _length(count: float, unit: str) -> Length:
    if unit.startswith("mi"):
        return Length(elapsed=timedelta(minutes=count))
    if unit.startswith("h"):
        return Length(elapsed=timedelta(hours=count))
    if unit.startswith(("mo", "mt")):
        return Length(months=int(count), days=round((count % 1) * 30))
    if unit.startswith("y"):
        return Length(months=round(count * 12))
    each = 14 if unit.startswith("f") else 7 if unit.startswith("w") else 1
    return Length(days=round(count * each))


def _counted(m: re.Match[str], _c: Context) -> Meaning | None:
    count = 1.0 if m[1] in {"a", "an", "another", "1 more"} else float(re.sub(r" more$", "", m[1]))
    return _length(count + (0.5 if m[3] else 0), m[2]) if count < 2000 else None


_PARTS = {
    "morning": 9,
    "mornin": 9,
    "am": 9,
    "afternoon": 13,
    "arvo": 13,
    "evening": 18,
    "eve": 18,
    "night": 18,
    "tonight": 18,
}
_BEFORE_BARE = r"(?<=\bat )|(?<=\bafter )|(?<=\baround )|(?<=\babout )|(?<=\buntil )|(?<=\btill )|(?<=\btil )|(?<=\bby )|(?<=\bpast )|(?<=\bbefore )|(?<=@)|(?<=@ )"

Build = Callable[[re.Match[str], Context], Meaning | None]


def _part(m: re.Match[str], _c: Context) -> Meaning:
    return Clock(time(_PARTS[m[1]]), part=True)


_TABLE: tuple[tuple[str, Build], ...] = (
    (r"\bgood (?:morning|afternoon|evening|night|day)\b|^(?:morning|afternoon|evening)(?=[ ]?[,!.] )|\bhave a \w+(?: \w+)? (?:day|evening|weekend|week|night)\b|\b24/7\b|\b(?:mon(?:day)?|all day|every|each)[ -]+(?:fri(?:day)?)?\b(?= blues)", lambda m, c: Past()),
    (rf"\b(?:the )?(last|final|1st|2nd|3rd|4th) ({WEEKDAY}) (?:of|in) ((?:the |this |next )?month|{MONTH})", nth_weekday),
    (rf"\b(?:the )?(last|final|1st|2nd|3rd|4th) week (?:of|in) ((?:the |this |next )?month|{MONTH})", nth_week),
    (r"\b(?:the )?()((?:month|year))[ -]end\b", edge),
    (rf"(?<!since )(?<!since the )\b(last (?:working |business )?day|final day|1st day|back end|end|ends|mid|middle|start|beginning|early)(?: of|-| in)? ?(?:the )?((?:this |next )?(?:week|month|year)|(?:next )?{MONTH})", edge),
    (rf"\blast (?:night|week|month|year|weekend|summer|{WEEKDAY}|{MONTH})|\byesterday\b|\b(?:(?:\d+|a|an) )?{_UNIT}(?: or so)? ago\b|\b(?:since|last) [\w ]{{0,12}}?(?:{WEEKDAY}|{MONTH}|week|month|year|\d+{ORDINAL}?)\b", lambda m, c: Past()),
    (r"\b(\d{4})-(\d{2})-(\d{2})\b", _iso),
    (rf"\b{NUMBER}{ORDINAL}?(?: of)?{TO}{NUMBER}{ORDINAL}?(?: of)? ({MONTH}){YEAR}", lambda m, c: _pair(_md(m[1], m[3], m[4]), _md(m[2], m[3], m[4]))),
    (rf"\b({MONTH}) (?:the )?{NUMBER}{ORDINAL}?{TO}{NUMBER}{ORDINAL}?{YEAR}(?! ?(?:{MONTH}|:))", lambda m, c: _pair(_md(m[2], m[1], m[4]), _md(m[3], m[1], m[4]))),
    (rf"(?:\b{WEEKDAY},? )?(?:the )?\b{NUMBER}{ORDINAL}?(?: day)?(?: of)? ?({MONTH}){YEAR}", lambda m, c: _md(m[1], m[2], m[3])),
    (rf"(?:\b{WEEKDAY},? )?\b({MONTH}) (?:the )?{NUMBER}{ORDINAL}?\b(?!:\d| ?[ap]m\b){YEAR}", lambda m, c: _md(m[2], m[1], m[3])),
    (rf"\b{WEEKDAY},? (?:the )?{NUMBER}{ORDINAL}\b", lambda m, c: _md(m[1])),
    (r"(?<![\d/.])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?![\d/])", _numeric),
    (r"(?<![\d/.])(\d{1,2})/(\d{1,2})()?(?![\d/])", lambda m, c: _numeric(m, c)),
    (rf"\b({MOVING_FEASTS})\b(?: sunday)?", lambda m, c: d.Feast(feast_name(m[1]))),
    (rf"\b({FIXED_FEASTS})\b(?! resolution)", lambda m, c: d.MonthDay(*fixed_feast(m[1]))),
    (rf"(?<!for )(?<!\d )(?<!next )\b(?:(a|\d+) )?weeks?(?: on| from| after)? (today|tomorrow|now|{WEEKDAY})", weeks_on),
    (rf"\b(?:a )?fortnight(?: on| from| after)? ({WEEKDAY})", lambda m, c: d.Weekday(weekday_number(m[1]), 2)),
    (r"\b(?:a )?fortnight(?: from)? (today|tomorrow|now)\b", lambda m, c: d.Fixed(c.today + timedelta(days=14 + (m[1] == "tomorrow")))),
    (rf"\b({WEEKDAY}) week\b", lambda m, c: d.Weekday(weekday_number(m[1]), 1)),
    (rf"\b({WEEKDAY}) fortnight\b", lambda m, c: d.Weekday(weekday_number(m[1]), 2)),
    (rf"\b(?:next week(?:,? on)?,? (?P<a>{WEEKDAY})|(?P<b>{WEEKDAY})(?: of| in)? next week)", in_week),
    (rf"\b({WEEKDAY}) after next\b", lambda m, c: d.Weekday(weekday_number(m[1]), 1)),
    (r"\b(?:the )?day after (?:tomorrow)\b", lambda m, c: d.Fixed(c.today + timedelta(days=2))),
    (r"\b(tomorrow|today|this day) week\b", lambda m, c: d.Fixed(c.today + timedelta(days=7 + (m[1] == "tomorrow")))),
    (r"(?<=for the )(next|coming) (week|month|year|fortnight)\b", lambda m, c: _length(1, m[2])),
    (r"\b(this|all this|all|the rest of the|rest of the|the rest of this|rest of this|the whole|next|the following|following|coming|the coming) (week|month|year)()\b(?!end)(?!'s)", next_unit),
    (r"\b(the )?(week|month) (after next)\b", next_unit),
    (r"\b(?:(?:this|next|the|at the|on the|coming) )?weekend\b|\bat the weekends?\b", weekend),
    (r"\btonight\b|\b(?:this evening)\b", lambda m, c: Clock(time(18), part=True)),
    (r"\blater today\b|\btoday\b", lambda m, c: d.Fixed(c.today)),
    (r"\btomorrow\b", lambda m, c: d.Fixed(c.today + d.ONE_DAY)),
    (r"\b(an|1) hour and a half\b", lambda m, c: Length(elapsed=timedelta(minutes=90))),
    (r"\b(?:3|three)[ -]quarters of an hour\b", lambda m, c: Length(elapsed=timedelta(minutes=45))),
    (r"\b(?:half an hour|1/2 an? hour|half hour)\b", lambda m, c: Length(elapsed=timedelta(minutes=30))),
    (r"\b(?:quarter of an hour)\b", lambda m, c: Length(elapsed=timedelta(minutes=15))),
    (rf"\b(a|an|another|\d+(?:\.\d+)?(?: more)?)(?:(?<=\d)|[ -]){_UNIT}( and a half)?(?:'s|s')?(?:\b|(?=ish))", _counted),
    (r"\b(\d{1,2})[:.h](\d{2}) ?(am|pm|a\.m\.|p\.m\.)?(?!\d)", lambda m, c: _clock(m[1], m[2], m[3])),
    (r"\b(\d{1,2})() ?(am|pm|a\.m\.|p\.m\.)(?![a-z])", lambda m, c: _clock(m[1], None, m[3])),
    (r"\b(half past|half|(?:a )?quarter past|(?:a )?quarter to) (\d{1,2}) ?(am|pm)?\b", _near_hour),
    (r"\b(\d{1,2}) ?o'?clock\b(?: in the (morning|afternoon|evening))?", lambda m, c: _clock(m[1], None, {"m": "am", None: None}.get(m[2] and m[2][0], "pm"))),
    (r"\b(\d{1,2}) (?:in the )(morning|afternoon|evening)\b", lambda m, c: _clock(m[1], None, "am" if m[2] == "morning" else "pm")),
    (r"\b(?:noon|midday|lunch ?time|lunch|12 noon)\b", lambda m, c: Clock(time(13) if re.search(r"after $", m.string[: m.start()]) else time(12))),
    (r"\b1st thing(?: in the morning)?\b", lambda m, c: Clock(time(9), part=True)),
    (r"\bmidnight\b", lambda m, c: Clock(time(0))),
    (r"\b(?:after|finish) work\b", lambda m, c: Clock(time(18), part=True)),
    (rf"(?:\bthe |\b){NUMBER}{ORDINAL}\b(?! (?:time|step|page|question|floor|one|thing|year|member|attempt|day back))", lambda m, c: _md(m[1])),
    (rf"\b(?:on|until|till|til|by|after|from|to|before) the {NUMBER}\b(?! ?[ap]m)", lambda m, c: _md(m[1])),
    (rf"(?:\b(?:(?:this|the) )?(?:next|coming|following) |\b(?:this|the) )?\b(mon|tues?|thu(?:rs?)?|fri|{'|'.join(p for p in ('monday', 'tuesday', 'wedn?e?sday', 'thursday', 'friday', 'saturday', 'sunday'))})\b", lambda m, c: d.Weekday(weekday_number(m[1].replace("wedsday", "wednesday").replace("wednsday", "wednesday")))),
    (r"(?:(?<=\bon )|(?<=\btil )|(?<=\btill )|(?<=\buntil )|(?<=\bby )|(?<=\bthis )|(?<=\bnext )|(?<=\bback )|(?<=\bafter )|(?<=\bto )|(?<=\bfrom )|(?<=-)|(?<=- ))(sat|sun|weds?)\b", lambda m, c: d.Weekday(weekday_number(m[1]))),
    (r"\b(sat|sun|weds?)(?= (?:morning|afternoon|evening|night|pls|please)\b|$)", lambda m, c: d.Weekday(weekday_number(m[1]))),
    (rf"(?:(?<=\bin )|(?<=\buntil )|(?<=\btill )|(?<=\btil )|(?<=\bby )|(?<=\bof )|(?<=\bnext )|(?<=\bfrom )|(?<=\bto )|(?<=\bafter )|(?<=\bback )|(?<=\bbefore )|^(?={MONTH}(?: \d{{4}})?(?:\W*$| (?:pls|please|maybe|is|would|then)\b)))({MONTH})(?: (\d{{4}}))?(?! \w+ (?:i|be|we)\b)", month_named),
    (r"\b(morning|mornin|afternoon|arvo|evening|night)\b(?! (?:shift|out|class|school))", _part),
    (rf"(?:{_BEFORE_BARE})(\d{{1,2}})()()(?![\d:/%]|{ORDINAL}| ?(?:{_UNIT})\b)", lambda m, c: _clock(m[1], None, None) if int(m[1]) <= 12 else _md(m[1])),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), build) for pattern, build in _TABLE)


def find_atoms(said: str, context: Context) -> list[Atom]:
    """Every piece of the tidied text that speaks of time, in reading order; where two overlap the fuller one counts."""
    rest = said
    found: list[Atom] = []
    for pattern, build in _COMPILED:
        for match in pattern.finditer(rest):
            if match.end() == match.start():
                continue
            found.append(Atom(*match.span(), build(match, context)))
        for atom in found:
            rest = rest[: atom.start] + "\0" * (atom.end - atom.start) + rest[atom.end :]
    return sorted(found, key=lambda atom: atom.start)
