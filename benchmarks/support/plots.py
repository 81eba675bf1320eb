"""Plots as small PNG files: light, with labelled axes and the ratio that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.support.report import Picture

SIZE, DPI = (7.2, 4.0), 100
MOST_BYTES = 60_000
COLOURS = ("#3b6ea5", "#d98032", "#5a9a5a", "#a3507a", "#7a7a7a", "#b5a642")
PAIRED = ("#3b6ea5", "#a9c6e3", "#d98032", "#f2c9a1", "#5a9a5a", "#b9d9b9", "#7a7a7a", "#c4c4c4")
"""Two and two belong together: what is measured, and what it is held against."""
LEGEND_COLUMNS = 4
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "figure.facecolor": "white",
}


def save(picture: Picture, folder: Path) -> Path:
    """Draws and writes it.

    Raises:
        ValueError: the file is larger than it may be.
    """
    # Imported here: drawing is a tool's matter, and most runs of the tests don't need it.
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{picture.name}.png"
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=SIZE, dpi=DPI, layout="constrained")
        try:
            picture.draw(axes)
            # Without the versions of the libraries, so that the same figures give the same file.
            figure.savefig(file, metadata={"Software": None})
        finally:
            plt.close(figure)
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file.name} has {file.stat().st_size} bytes")
    return file


def bars(axes: Any, groups: Sequence[str], series: Mapping[str, Sequence[float]]) -> None:
    """Bars side by side in each group, each with its value above it."""
    width = 0.8 / max(1, len(series))
    for number, (name, values) in enumerate(series.items()):
        places = [at + (number - (len(series) - 1) / 2) * width for at in range(len(groups))]
        drawn = axes.bar(places, values, width * 0.92, label=name, color=PAIRED[number % len(PAIRED)])
        axes.bar_label(drawn, fmt=lambda value: f"{value:,.0f}" if value >= 10 else f"{value:.2g}", fontsize=7)
    axes.set_xticks(range(len(groups)), groups)
    if len(series) > 1:
        _legend(axes)


def lines(axes: Any, series: Mapping[str, Sequence[tuple[float, float]]], *, logarithmic: bool = False) -> None:
    """A line for each series of points."""
    for number, (name, points) in enumerate(series.items()):
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name,
                  color=COLOURS[number % len(COLOURS)])  # fmt: skip
    if logarithmic:
        axes.set_xscale("log")
    _legend(axes)
    axes.set_ylim(bottom=0)


def _legend(axes: Any) -> None:
    """Below everything, where it hides nothing."""
    axes.figure.legend(loc="outside lower center", ncols=LEGEND_COLUMNS, frameon=False, fontsize=7.5)


def label(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
