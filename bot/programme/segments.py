"""Who needs the same: rules over what is known of a member (the traits)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from bot.programme.base import Content, Key, Words
from bot.programme.unfit import Unfit

Operator = Literal["is", "in", "at_least", "at_most", "exists"]
TraitValue = str | int | float | bool
Traits = Mapping[str, TraitValue | None]


def _flat(value: object) -> object:
    """One clear refusal, where a union would give one for each of its members."""
    items = value if isinstance(value, list | tuple) else [value]
    if all(item is None or isinstance(item, str | int | float) for item in items):
        return value
    raise Unfit("the value is neither one value nor a list of values", "Write a word, a number, true, false or a list.")


class Condition(Content):
    """One thing that is known of a member, compared. Words are compared without regard to case."""

    trait: Key
    op: Operator
    """`is` and `in` compare words, `at_least` and `at_most` numbers; `exists` asks whether anything is known."""
    value: Annotated[TraitValue | tuple[TraitValue, ...] | None, BeforeValidator(_flat)] = None
    """A list for `in`, a number for `at_least` and `at_most`; for `exists` false means "not known"."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        fits = {
            "is": self.value is not None and not isinstance(self.value, tuple),
            "in": isinstance(self.value, tuple) and len(self.value) > 0,
            "at_least": number,
            "at_most": number,
            "exists": self.value is None or isinstance(self.value, bool),
        }
        if not fits[self.op]:
            wanted = {"is": "one value", "in": "a list of values", "exists": "true, false or nothing"}
            raise Unfit(f"the value does not suit `{self.op}`", f"Give {wanted.get(self.op, 'a number')} as `value`.")
        return self

    def holds(self, traits: Traits) -> bool:
        """Whether the trait compares so. What is unknown or blank only satisfies "does not exist"."""
        known = _word(traits.get(self.trait))
        if self.op == "exists":
            return bool(known) is (self.value is not False)
        if not known:
            return False
        if self.op == "is":
            return known == _word(self.value)
        if self.op == "in":
            return known in map(_word, self.value) if isinstance(self.value, tuple) else False
        return _compares(known, self.op, self.value)


def _word(value: object) -> str:
    return "" if value is None else str(value).strip().casefold()


def _compares(known: str, op: Operator, value: object) -> bool:
    try:
        number, limit = float(known), float(str(value))
    except ValueError:
        return False
    return number >= limit if op == "at_least" else number <= limit


class Rule(Content):
    """Holds when every condition of `all` holds and, where there are any, at least one of `any`."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.all and not self.any:
            raise Unfit("the rule has no conditions", "Add conditions under `all` or `any`, or remove `rule`.")
        return self

    def holds(self, traits: Traits) -> bool:
        always = [condition.holds(traits) for condition in self.all]
        one = [condition.holds(traits) for condition in self.any]
        return False not in always and (not one or True in one)


class Segment(Content):
    """A group of members who need the same; the first whose rule holds takes the member."""

    key: Key
    name: Words
    rule: Rule | None = None
    """Left out in the last segment only: it takes everybody else."""


def segment_of(segments: Sequence[Segment], traits: Traits) -> Segment:
    """The first segment that takes a member with these traits.

    Raises:
        LookupError: none does; the loader sees to it that the last segment takes everybody.
    """
    for segment in segments:
        if segment.rule is None or segment.rule.holds(traits):
            return segment
    raise LookupError("no segment takes this member")
