"""Which segment a member belongs to: by the rules of the content, or as staff say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.errors import Refused
from bot.members.fields import FieldRefused
from bot.programme.models import Programme
from bot.programme.segments import segment_of

TRAIT = "segment"
"""With this trait staff name the segment themselves; the rules are not asked then."""


CHOSEN = "segment_by"
"""With this trait a colleague chose the segment in the console: a file that says nothing of it leaves it so."""


def keys(programme: Programme) -> tuple[str, ...]:
    return tuple(segment.key for segment in programme.segments)


def check(text: str, known: Collection[str]) -> str:
    """The key of a segment."""
    key = text.strip().casefold()
    if key not in known:
        raise FieldRefused(f'"{text}" is not a segment', f"Write one of these, or leave it out: {', '.join(known)}.")
    return key


def of(programme: Programme, traits: Mapping[str, str]) -> str:
    """The segment that the trait `segment` names, else the first whose rule takes somebody with these traits.

    Raises:
        Refused: the trait names no segment.
    """
    named = traits.get(TRAIT)
    if not named:
        return segment_of(programme.segments, traits).key
    try:
        return check(named, keys(programme))
    except FieldRefused as refused:
        raise Refused(f"{TRAIT}: {refused}") from refused


def chosen(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The traits by which a colleague chose the segment, if a record that comes in leaves that as it is."""
    if TRAIT in now or CHOSEN not in before:
        return {}
    return {name: before[name] for name in (TRAIT, CHOSEN) if name in before}
