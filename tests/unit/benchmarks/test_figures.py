"""Figures of the benchmarks: shares, ratios of neighbours, the most within a stretch of time."""

from __future__ import annotations

import pytest

from benchmarks.support.figures import Sample, interleaved, most_within, percentile, ratio


def test_half_of_the_values_are_at_most_the_median() -> None:
    assert percentile([4, 1, 3, 2, 5], 0.5) == 3
    assert percentile([1, 2], 0.5) == 1.5


def test_a_high_share_lies_between_the_last_values() -> None:
    values = [float(value) for value in range(101)]
    assert percentile(values, 0.99) == 99
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.99) == 7


def test_no_values_have_no_share() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_ratio_compares_each_round_with_its_neighbour() -> None:
    # The machine was slow in the second round, for both.
    assert ratio([100, 10, 100], [50, 5, 50]) == 2


def test_rounds_that_do_not_belong_together_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="belong together"):
        ratio([1, 2], [1])
    with pytest.raises(ValueError, match="belong together"):
        ratio([], [])


def test_ways_take_turns_and_none_always_comes_last() -> None:
    order: list[str] = []
    interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert "".join(order) == "abbaab"


@pytest.mark.parametrize(
    ("moments", "window", "most"),
    [
        ([], 1.0, 0),
        ([0.0, 0.5, 1.0, 1.5], 1.0, 2),
        ([1.0, 0.0, 0.9, 0.95], 1.0, 3),
        ([0.0, 5.0, 10.0], 1.0, 1),
    ],
)
def test_the_most_in_a_stretch_of_time_is_counted_wherever_it_begins(
    moments: list[float], window: float, most: int
) -> None:
    assert most_within(moments, window) == most


def test_a_sample_gathers_its_rounds() -> None:
    sample = Sample()
    sample.add([0.1, 0.2], elapsed=1.0, failures=[], cpu={"engine": 0.02})
    sample.add([0.3, 0.4], elapsed=0.5, failures=["no answer"], cpu={"engine": 0.02, "serve": 0.04})
    assert sample.rate == 3  # the middle of 2 and 4 a second
    assert sample.failures == ["no answer"]
    assert sample.milliseconds(0.5) == pytest.approx(250)
    assert sample.cpu_milliseconds() == pytest.approx({"engine": 10, "serve": 10})
