"""Bars, tables, and the page that keeps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.support.report import END, START, Bar, Table, as_markdown, as_text, bars_table, number, put_bars


@pytest.mark.parametrize(
    ("bar", "verdict"),
    [
        (Bar("fast", 3, 3.0), "yes"),
        (Bar("fast", 3, 2.99), "no"),
        (Bar("quick", 50, 50.0, at_least=False, unit="ms"), "yes"),
        (Bar("quick", 50, 50.1, at_least=False, unit="ms"), "no"),
        (Bar("fast", 3, None, note="needs PostgreSQL"), "not measured"),
    ],
)
def test_a_bar_is_met_or_not_or_was_not_measured(bar: Bar, verdict: str) -> None:
    assert bar.verdict == verdict


def test_a_bar_tells_what_is_wanted_and_what_was_measured() -> None:
    bar = Bar("webhook p99", 50, 12.34, at_least=False, unit="ms", note="2 failed")
    assert bar.wanted == "<= 50 ms"
    assert bar.shown == "12.3 ms (2 failed)"
    assert Bar("ratio", 0.8, 0.94).wanted == ">= 0.80x"
    assert Bar("ratio", 0.8, None).shown == "-"


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.5, "1,234"), (99.99, "100.0"), (12.34, "12.3"), (0.5, "0.50"), (7, "7"), (None, "-")]
)
def test_a_number_has_as_many_digits_as_tell_something(value: object, shown: str) -> None:
    assert number(value) == shown


def test_a_table_is_aligned_for_a_terminal_and_marked_for_a_page() -> None:
    table = Table("Turns", ("way", "turns/s"), [("pipeline", 80.0), ("engine", 100.5)])
    assert as_text(table).splitlines() == ["Turns", "  way       turns/s", "  pipeline     80.0", "  engine        100"]
    assert as_markdown(table).splitlines()[1:] == ["|---|---|", "| pipeline | 80.0 |", "| engine | 100 |"]


def test_the_bars_of_a_page_are_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n\n{START}\nold\n{END}\n\nAfter\n", encoding="utf-8")
    put_bars(page, [Bar("fast", 3, 4.0)], "Today.")
    text = page.read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("Before\n")
    assert text.endswith("\n\nAfter\n")
    assert "Today." in text
    assert as_markdown(bars_table([Bar("fast", 3, 4.0)])) in text


def test_a_page_without_a_place_for_bars_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Nothing here", encoding="utf-8")
    with pytest.raises(ValueError, match="no markers"):
        put_bars(page, [], "")
