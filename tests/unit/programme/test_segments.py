"""Rules over what is known of a member."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.programme.models import Condition, Rule, Segment
from bot.programme.segments import segment_of


@pytest.mark.parametrize(
    ("condition", "known", "holds"),
    [
        ({"op": "is", "value": "student"}, "Student ", True),
        ({"op": "is", "value": "student"}, "students", False),
        ({"op": "is", "value": 3}, "3", True),
        ({"op": "is", "value": "student"}, None, False),
        ({"op": "in", "value": ["uk", "Ireland"]}, "IRELAND", True),
        ({"op": "in", "value": ["uk", "ireland"]}, "france", False),
        ({"op": "at_least", "value": 10}, "9.9", False),
        ({"op": "at_least", "value": 10}, "10", True),
        ({"op": "at_least", "value": 10}, 11, True),
        ({"op": "at_least", "value": 10}, "many", False),
        ({"op": "at_least", "value": -1}, "", False),
        ({"op": "at_most", "value": 2}, "2", True),
        ({"op": "at_most", "value": 2}, "2.1", False),
        ({"op": "at_most", "value": 2}, None, False),
        ({"op": "exists"}, "anything", True),
        ({"op": "exists"}, "  ", False),
        ({"op": "exists", "value": True}, None, False),
        ({"op": "exists", "value": False}, None, True),
        ({"op": "exists", "value": False}, "something", False),
    ],
)
def test_condition(condition: dict[str, Any], known: str | int | None, holds: bool) -> None:
    assert Condition.model_validate({"trait": "t", **condition}).holds({"t": known}) is holds


@pytest.mark.parametrize(
    "condition",
    [
        {"op": "is"},
        {"op": "is", "value": ["a"]},
        {"op": "in", "value": "a"},
        {"op": "in", "value": []},
        {"op": "at_least", "value": "10"},
        {"op": "at_least", "value": True},
        {"op": "at_most"},
        {"op": "exists", "value": "yes"},
        {"op": "is", "value": {"a": 1}},
        {"op": "in", "value": [["a"]]},
    ],
)
def test_a_value_that_does_not_suit_its_operator_is_refused_once(condition: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Condition.model_validate({"trait": "t", **condition})
    assert refused.value.error_count() == 1


def _is(trait: str, value: str) -> Condition:
    return Condition(trait=trait, op="is", value=value)


@pytest.mark.parametrize(
    ("traits", "holds"),
    [
        ({"a": "1", "b": "1"}, True),
        ({"a": "1", "c": "1"}, True),
        ({"a": "1"}, False),
        ({"b": "1", "c": "1"}, False),
    ],
)
def test_a_rule_wants_all_of_all_and_one_of_any(traits: dict[str, str], holds: bool) -> None:
    rule = Rule(all=(_is("a", "1"),), any=(_is("b", "1"), _is("c", "1")))
    assert rule.holds(traits) is holds


def test_an_empty_rule_is_refused() -> None:
    with pytest.raises(ValidationError, match="no conditions"):
        Rule()


def test_the_first_segment_that_matches_wins_and_the_last_takes_the_rest() -> None:
    first = Segment(key="first", name="First", rule=Rule(all=(_is("a", "1"),)))
    second = Segment(key="second", name="Second", rule=Rule(any=(_is("a", "1"), _is("b", "1"))))
    rest = Segment(key="rest", name="Rest")
    segments = (first, second, rest)
    assert segment_of(segments, {"a": "1", "b": "1"}) is first
    assert segment_of(segments, {"b": "1"}) is second
    assert segment_of(segments, {}) is rest


def test_without_a_last_resort_nobody_is_guessed() -> None:
    with pytest.raises(LookupError):
        segment_of((Segment(key="a", name="A", rule=Rule(all=(_is("a", "1"),))),), {})
