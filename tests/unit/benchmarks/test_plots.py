"""Plots are small, labelled, and the same for the same figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.support import plots
from benchmarks.support.report import Picture


def draw_bars(axes: Any) -> None:
    plots.bars(axes, ["1 writer", "4 writers"], {"pipeline": [40, 80], "engine alone": [50, 100]})
    plots.label(axes, "0.8x", "writers", "turns/s")


def draw_lines(axes: Any) -> None:
    plots.lines(axes, {"SQLite": [(10, 1.0), (1000, 1.1)]}, logarithmic=True)
    plots.label(axes, "1.1x", "members", "seconds")


@pytest.mark.parametrize("draw", [draw_bars, draw_lines])
def test_a_plot_is_a_small_png(draw: Any, tmp_path: Path) -> None:
    file = plots.save(Picture("turns", draw), tmp_path / "new")
    assert file.name == "turns.png"
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size <= plots.MOST_BYTES


def test_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    one, other = (plots.save(Picture("turns", draw_bars), tmp_path / name).read_bytes() for name in ("a", "b"))
    assert one == other


def test_axes_are_labelled_and_the_title_tells_the_ratio(tmp_path: Path) -> None:
    seen: list[str] = []

    def draw(axes: Any) -> None:
        draw_bars(axes)
        seen.extend([axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()])

    plots.save(Picture("turns", draw), tmp_path)
    assert seen == ["0.8x", "writers", "turns/s"]
