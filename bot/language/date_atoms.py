# ruff: noqa: E501 - a table of patterns reads best with one pattern a line
"""Finds the pieces that speak of time in a text: days, ranges of days, times of day and lengths."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta

from bot.language import days as d
from bot.language.date_words import Atom, Clock, Context, DayRange, Length, Meaning, Past

_MONTHS = (
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
_DAYS = (
    "mon(?:day)?",
    "tue(?:s(?:day)?)?",
    "wed(?:s|nesday|nsday)?",
    "thu(?:r(?:s(?:day)?)?)?",
    "fri(?:day)?",
    "sat(?:urday|erday)?",
    "sun(?:day)?",
)
_M = rf"(?:{'|'.join(_MONTHS)})(?![a-z])\.?"
_W = rf"(?:{'|'.join(_DAYS)})(?![a-z])"
_ORD = r"(?:st|nd|rd|th)"
_N = r"(\d{1,2})"
_TO = r"\s*(?:to|-|until|till|til|thru|through|and|/)\s*(?:the )?"
_Y = r"(?:,? ?(\d{4}))?(?!\d)"
_UNIT = r"(min(?:ute)?s?|mins?|h(?:ou)?rs?|h|days?|nights?|d|w(?:ee)?ks?|weeks?|months?|mths?|years?|yrs?|fortnights?)"


def _index(word: str, patterns: tuple[str, ...]) -> int:
    return next(i for i, p in enumerate(patterns) if re.fullmatch(p, word.rstrip(".")))


def _month(word: str) -> int:
    return _index(word, _MONTHS) + 1


def _weekday(word: str) -> int:
    return _index(word, _DAYS)


def _md(day: str, month: str | None = None, year: str | None = None) -> d.MonthDay | None:
    n = int(day)
    wanted = d.MonthDay(n, _month(month) if month else None, int(year) if year else None)
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


def _month_named(m: re.Match[str], c: Context) -> Meaning:
    """A month by itself is its span, next time it comes."""
    first = d.next_after(d.MonthDay(1, _month(m[1]), int(m[2]) if m[2] else None), c.today)
    return d.month_of(first) if first else Past()


def _edge(m: re.Match[str], c: Context) -> Meaning | None:
    """The end, middle or start of a week, month or year."""
    edge, whole = m[1], m[2]
    if whole.startswith(("week", "this week", "the week", "next week", "wk")):
        week = d.week_of(c.today + timedelta(days=7 if "next" in whole else 0))
        return d.Fixed(week.first + timedelta(days={"e": 4, "m": 2}.get(edge[0], 0)))
    if "year" in whole:
        year = c.today.year + ("next" in whole)
        return d.Fixed(date(year, 12, 31) if edge[0] == "e" and "ear" not in edge else date(year, 1, 1))
    if "month" in whole:
        base = d.add_months(c.today.replace(day=1), 1 if "next" in whole else 0)
        month = d.month_of(base)
        return d.Fixed(
            {"e": month.last, "m": base.replace(day=15)}.get("" if edge.startswith("ear") else edge[0], month.first)
        )
    day = {"e": 0, "m": 15}.get("" if edge.startswith("ear") else edge[0], 1)
    return d.MonthDay(day, _month(whole.split()[-1]))


def _weekend(m: re.Match[str], c: Context) -> Meaning:
    saturday = c.today + timedelta(days=(5 - c.today.weekday()) % 7 or (7 if c.today.weekday() == 5 else 0))
    if "next" in m[0] and c.today.weekday() < 5:
        saturday += timedelta(days=7)
    return d.Span(saturday, saturday + d.ONE_DAY)


def _next_unit(m: re.Match[str], c: Context) -> Meaning:
    unit, this, after = (
        m[2],
        m[1]
        in {
            "this",
            "all",
            "the rest of the",
            "rest of the",
            "all this",
            "the whole",
            "rest of this",
            "the rest of this",
        },
        bool(m[3]),
    )
    steps = 0 if this else 2 if after else 1
    if unit == "week":
        return d.week_of(c.today + timedelta(days=7 * steps)) if steps else d.Span(c.today, d.week_of(c.today).last)
    if unit == "month":
        month = d.month_of(d.add_months(c.today.replace(day=1), steps))
        return month if steps else d.Span(c.today, month.last)
    year = c.today.year + steps
    return d.Span(date(year, 1, 1) if steps else c.today, date(year, 12, 31))


def _in_week(m: re.Match[str], c: Context) -> Meaning:
    day = m["a"] or m["b"]
    return d.Fixed(d.week_of(c.today + timedelta(days=7)).first + timedelta(days=_weekday(day)))


def _weeks_on(m: re.Match[str], c: Context) -> Meaning:
    """``a week on Friday``, ``two weeks tomorrow``."""
    weeks = 1 if m[1] in {"a", "1", None} else int(m[1])
    if m[2] in {"today", "now"}:
        return d.Fixed(c.today + timedelta(weeks=weeks))
    if m[2] == "tomorrow":
        return d.Fixed(c.today + d.ONE_DAY + timedelta(weeks=weeks))
    return d.Weekday(_weekday(m[2]), weeks)


_FIXED_FEASTS = {"christmas eve": (24, 12), "christmas day": (25, 12), "christmas": (25, 12), "boxing day": (26, 12), "new year's eve": (31, 12), "new years eve": (31, 12), "nye": (31, 12), "new year's day": (1, 1), "new years day": (1, 1), "the new year": (1, 1), "new year": (1, 1), "new years": (1, 1), "halloween": (31, 10), "valentine's day": (14, 2), "valentines day": (14, 2), "valentines": (14, 2), "st patrick's day": (17, 3), "st patricks day": (17, 3), "paddy's day": (17, 3), "bonfire night": (5, 11)}  # fmt: skip
_MOVING = "good friday|easter monday|easter sunday|easter|thanksgiving|pentecost|ash wednesday"
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
_BEFORE_BARE = r"(?<=\bat )|(?<=\bafter )|(?<=\baround )|(?<=\babout )|(?<=\buntil )|(?<=\btill )|(?<=\btil )|(?<=\bby )|(?<=\bpast )|(?<=@)|(?<=@ )"

Build = Callable[[re.Match[str], Context], Meaning | None]


def _part(m: re.Match[str], _c: Context) -> Meaning:
    return Clock(time(_PARTS[m[1]]), part=True)


_TABLE: tuple[tuple[str, Build], ...] = (
    (r"\bgood (?:morning|afternoon|evening|night|day)\b|^(?:morning|afternoon|evening)(?=[ ]?[,!.] )|\bhave a \w+(?: \w+)? (?:day|evening|weekend|week|night)\b|\b24/7\b|\b(?:mon(?:day)?|all day|every|each)[ -]+(?:fri(?:day)?)?\b(?= blues)", lambda m, c: Past()),
    (rf"\blast (?:night|week|month|year|weekend|summer|{_W}|{_M})|\byesterday\b|\b(?:(?:\d+|a|an) )?{_UNIT}(?: or so)? ago\b|\b(?:since|last) [\w ]{{0,12}}?(?:{_W}|{_M}|week|month|year|\d+{_ORD}?)\b", lambda m, c: Past()),
    (r"\b(\d{4})-(\d{2})-(\d{2})\b", _iso),
    (rf"\b{_N}{_ORD}?(?: of)?{_TO}{_N}{_ORD}?(?: of)? ({_M}){_Y}", lambda m, c: _pair(_md(m[1], m[3], m[4]), _md(m[2], m[3], m[4]))),
    (rf"\b({_M}) (?:the )?{_N}{_ORD}?{_TO}{_N}{_ORD}?{_Y}(?! ?(?:{_M}|:))", lambda m, c: _pair(_md(m[2], m[1], m[4]), _md(m[3], m[1], m[4]))),
    (rf"(?:\b{_W},? )?(?:the )?\b{_N}{_ORD}?(?: day)?(?: of)? ?({_M}){_Y}", lambda m, c: _md(m[1], m[2], m[3])),
    (rf"(?:\b{_W},? )?\b({_M}) (?:the )?{_N}{_ORD}?\b(?!:\d| ?[ap]m\b){_Y}", lambda m, c: _md(m[2], m[1], m[3])),
    (r"(?<![\d/.])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?![\d/])", _numeric),
    (r"(?<![\d/.])(\d{1,2})/(\d{1,2})()?(?![\d/])", lambda m, c: _numeric(m, c)),
    (rf"\b(end|ends|mid|middle|start|beginning|early)(?: of|-| in)? ?(?:the )?((?:this |next )?(?:week|month|year)|(?:next )?{_M})", _edge),
    (rf"\b({_MOVING})\b(?: sunday)?", lambda m, c: d.Feast(m[1].replace("easter sunday", "easter"))),
    (rf"\b({'|'.join(sorted(map(re.escape, _FIXED_FEASTS), key=len, reverse=True))})\b(?! resolution)", lambda m, c: d.MonthDay(*_FIXED_FEASTS[m[1]])),
    (rf"(?<!for )(?<!\d )(?<!next )\b(?:(a|\d+) )?weeks?(?: on| from| after)? (today|tomorrow|now|{_W})", _weeks_on),
    (rf"\bfortnight (?:on|from|after) ({_W})", lambda m, c: d.Weekday(_weekday(m[1]), 2)),
    (rf"\b({_W}) week\b", lambda m, c: d.Weekday(_weekday(m[1]), 1)),
    (rf"\b({_W}) fortnight\b", lambda m, c: d.Weekday(_weekday(m[1]), 2)),
    (rf"\b(?:next week(?:,? on)?,? (?P<a>{_W})|(?P<b>{_W})(?: of| in)? next week)", _in_week),
    (rf"\b({_W}) after next\b", lambda m, c: d.Weekday(_weekday(m[1]), 1)),
    (r"\b(?:the )?day after (?:tomorrow)\b", lambda m, c: d.Fixed(c.today + timedelta(days=2))),
    (r"\btomorrow week\b", lambda m, c: d.Fixed(c.today + timedelta(days=8))),
    (r"\b(this|all this|all|the rest of the|rest of the|the rest of this|rest of this|the whole|next|the following|following|coming|the coming) (week|month|year)()\b(?!end)(?!'s)", _next_unit),
    (r"\b(the )?(week|month) (after next)\b", _next_unit),
    (r"\b(?:(?:this|next|the|at the|on the|coming) )?weekend\b|\bat the weekends?\b", _weekend),
    (r"\btonight\b|\b(?:this evening)\b", lambda m, c: Clock(time(18), part=True)),
    (r"\blater today\b|\btoday\b", lambda m, c: d.Fixed(c.today)),
    (r"\btomorrow\b", lambda m, c: d.Fixed(c.today + d.ONE_DAY)),
    (r"\b(an|1) hour and a half\b", lambda m, c: Length(elapsed=timedelta(minutes=90))),
    (r"\b(?:half an hour|1/2 an? hour|half hour)\b", lambda m, c: Length(elapsed=timedelta(minutes=30))),
    (r"\b(?:quarter of an hour)\b", lambda m, c: Length(elapsed=timedelta(minutes=15))),
    (rf"\b(a|an|another|\d+(?:\.\d+)?(?: more)?)(?:(?<=\d)|[ -]){_UNIT}( and a half)?(?:'s|s')?(?:\b|(?=ish))", _counted),
    (r"\b(\d{1,2})[:.h](\d{2}) ?(am|pm|a\.m\.|p\.m\.)?(?!\d)", lambda m, c: _clock(m[1], m[2], m[3])),
    (r"\b(\d{1,2})() ?(am|pm|a\.m\.|p\.m\.)(?![a-z])", lambda m, c: _clock(m[1], None, m[3])),
    (r"\b(half past|half|(?:a )?quarter past|(?:a )?quarter to) (\d{1,2}) ?(am|pm)?\b", _near_hour),
    (r"\b(\d{1,2}) ?o'?clock\b(?: in the (morning|afternoon|evening))?", lambda m, c: _clock(m[1], None, {"m": "am", None: None}.get(m[2] and m[2][0], "pm"))),
    (r"\b(\d{1,2}) (?:in the )(morning|afternoon|evening)\b", lambda m, c: _clock(m[1], None, "am" if m[2] == "morning" else "pm")),
    (r"\b(?:noon|midday|lunch ?time|lunch|12 noon)\b", lambda m, c: Clock(time(13) if re.search(r"after $", m.string[: m.start()]) else time(12))),
    (r"\bmidnight\b", lambda m, c: Clock(time(0))),
    (r"\b(?:after|finish) work\b", lambda m, c: Clock(time(18), part=True)),
    (rf"(?:\bthe |\b){_N}{_ORD}\b(?! (?:time|step|page|question|floor|one|thing|year|member|attempt))", lambda m, c: _md(m[1])),
    (rf"\b(?:on|until|till|til|by|after|from|to|before) the {_N}\b(?! ?[ap]m)", lambda m, c: _md(m[1])),
    (rf"(?:\b(?:this|next|coming|the) )?\b(mon|tues?|thu(?:rs?)?|fri|{'|'.join(p for p in ('monday', 'tuesday', 'wedn?e?sday', 'thursday', 'friday', 'saturday', 'sunday'))})\b", lambda m, c: d.Weekday(_weekday(m[1].replace("wedsday", "wednesday").replace("wednsday", "wednesday")))),
    (r"(?:(?<=\bon )|(?<=\btil )|(?<=\btill )|(?<=\buntil )|(?<=\bby )|(?<=\bthis )|(?<=\bnext )|(?<=\bback )|(?<=\bafter )|(?<=\bto )|(?<=\bfrom )|(?<=-)|(?<=- ))(sat|sun|weds?)\b", lambda m, c: d.Weekday(_weekday(m[1]))),
    (r"\b(sat|sun|weds?)(?= (?:morning|afternoon|evening|night|pls|please)\b|$)", lambda m, c: d.Weekday(_weekday(m[1]))),
    (rf"(?:(?<=\bin )|(?<=\buntil )|(?<=\btill )|(?<=\btil )|(?<=\bby )|(?<=\bof )|(?<=\bnext )|(?<=\bfrom )|(?<=\bto )|(?<=\bafter )|(?<=\bback )|(?<=\bbefore )|^(?={_M}(?: \d{{4}})?(?:\W*$| (?:pls|please|maybe|is|would|then)\b)))({_M})(?: (\d{{4}}))?(?! \w+ (?:i|be|we)\b)", _month_named),
    (r"\b(morning|mornin|afternoon|arvo|evening|night)\b(?! (?:shift|out|class|school))", _part),
    (rf"(?:{_BEFORE_BARE})(\d{{1,2}})()()(?![\d:/%]|{_ORD}| ?(?:{_UNIT})\b)", lambda m, c: _clock(m[1], None, None) if int(m[1]) <= 12 else _md(m[1])),
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
