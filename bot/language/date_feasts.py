"""Feasts by the names that members give them; those whose day moves are worked out in `bot.language.days`."""

from __future__ import annotations

import re

_FIXED: dict[tuple[int, int], tuple[str, ...]] = {
    (24, 12): ("christmas eve",),
    (25, 12): ("christmas day", "christmas"),
    (26, 12): ("boxing day", "st stephen's day", "st stephens day", "stephen's day", "stephens day"),
    (31, 12): ("new year's eve", "new years eve", "nye", "hogmanay"),
    (1, 1): ("new year's day", "new years day", "the new year", "new year's", "new years", "new year"),
    (6, 1): ("epiphany", "little christmas"),
    (25, 1): ("burns night",),
    (26, 1): ("australia day",),
    (14, 2): ("valentine's day", "valentines day", "valentines", "valentine's"),
    (17, 3): ("st patrick's day", "st patricks day", "paddy's day", "paddys day"),
    (25, 4): ("anzac day",),
    (19, 6): ("juneteenth",),
    (1, 7): ("canada day",),
    (4, 7): ("independence day", "the fourth of july", "the 4th of july"),
    (31, 10): ("halloween", "hallowe'en"),
    (5, 11): ("bonfire night", "guy fawkes night", "guy fawkes"),
    (11, 11): ("remembrance day", "veterans day"),
}
_DAYS = {name: day for day, names in _FIXED.items() for name in names}
_MOVING = (
    "palm sunday", "maundy thursday", "good friday", "easter sunday", "easter monday", "easter", "pentecost",
    "whit monday", "ash wednesday", "shrove tuesday", "pancake day", "pancake tuesday", "mothering sunday",
    "thanksgiving", "labor day", "memorial day",
)  # fmt: skip
_SAME = {"easter sunday": "easter", "pancake day": "shrove tuesday", "pancake tuesday": "shrove tuesday"}


def _any_of(names: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


FIXED_FEASTS = _any_of(tuple(_DAYS))
MOVING_FEASTS = _any_of(_MOVING)
"""Patterns of all the names, the longer ones first."""


def fixed_feast(name: str) -> tuple[int, int]:
    """Day and month."""
    return _DAYS[name]


def feast_name(name: str) -> str:
    """The one name under which a moving feast is worked out."""
    return _SAME.get(name, name)
