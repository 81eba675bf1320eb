"""Values in words: rounded half away from zero, a share to one decimal of a percent, a score to two decimals."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from bot.insights.measures.figures import LEAST, SMALLEST_GROUP, Value, Verdict
from bot.insights.measures.kinds import Kind, Unit

NOTHING = "-"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HIDDEN = f"fewer than {SMALLEST_GROUP}, not shown"
VERDICTS = {
    Verdict.MET: "Target met",
    Verdict.MISSED: "Target not met",
    Verdict.FEW: "Too few to say",
    Verdict.NO_TARGET: "No target",
    Verdict.NO_DATA: "No data yet",
}
DECIMALS = {Unit.SHARE: 1, Unit.POINTS: 0, Unit.SCORE: 2, Unit.PER_100: 1}
UNITS = {Unit.SHARE: " %", Unit.POINTS: "", Unit.SCORE: "", Unit.PER_100: ""}
NAMED = {Unit.SHARE: "percent", Unit.POINTS: "points, from -100 to 100", Unit.SCORE: "mean, from 1 to 5",
         Unit.PER_100: "for 100 members and month"}  # fmt: skip


def rounded(value: Fraction | float, places: int) -> str:
    """With so many decimals, half a unit away from zero."""
    exact, unit = Fraction(value), 10**places
    size = int(abs(exact) * unit * 2 + 1) // 2
    sign = "-" if exact < 0 and size else ""
    whole = f"{sign}{size // unit:,}"
    return f"{whole}.{size % unit:0{places}}" if places else whole


def shown(unit: Unit, value: Fraction | float | None) -> str:
    """``79.3 %``, ``42``, ``3.68``."""
    if value is None:
        return NOTHING
    scaled = value * 100 if unit is Unit.SHARE else value
    return f"{rounded(scaled, DECIMALS[unit])}{UNITS[unit]}"


def value_in(kind: Kind, found: Value) -> str:
    """The value, or why there is none."""
    return HIDDEN if found.is_hidden else shown(kind.unit, found.value)


def target(kind: Kind) -> str:
    """``at least 80 %``, ``above 50``."""
    if kind.target is None:
        return ""
    places = {Unit.SHARE: 0, Unit.POINTS: 0, Unit.SCORE: 1, Unit.PER_100: 1}[kind.unit]
    scaled = kind.target * 100 if kind.unit is Unit.SHARE else kind.target
    return f"{'at least' if kind.reaches else 'above'} {rounded(scaled, places)}{UNITS[kind.unit]}"


def margin(kind: Kind, found: Value) -> str:
    """``73.7 % to 84.0 %``; when there are too few, that."""
    if found.value is None:
        return NOTHING
    if found.low is None or found.high is None:
        return f"too few to say (fewer than {LEAST})"
    return f"{shown(kind.unit, found.low)} to {shown(kind.unit, found.high)}"


def month(name: str) -> str:
    """``Nov 2026``; a year stays one."""
    if len(name) == 4:
        return name
    first = date.fromisoformat(f"{name}-01")
    return f"{MONTHS[first.month - 1]} {first.year}"


def span(minutes: int | None) -> str:
    """``45 min``, ``3 h 15 min``, ``2 days 12 h``."""
    if minutes is None:
        return NOTHING
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [f"{days} day{'s' * (days != 1)}" if days else "", f"{hours} h" if hours else "",
             f"{left} min" if left and not days else ""]  # fmt: skip
    return " ".join(filter(None, parts)) or "0 min"


def number(count: int) -> str:
    return f"{count:,}"
