"""What each process takes: seconds until it is ready, and megabytes before and after some load."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.pipeline import DEFAULT, running_default
from benchmarks.support import load, plots
from benchmarks.support.options import Options
from benchmarks.support.processes import Process
from benchmarks.support.report import Found, Picture, Table
from benchmarks.support.systems import System, running, shapes
from benchmarks.support.usage import Memory
from benchmarks.support.ways import Pipeline, RasaDefault, Way

MEMBERS, WRITERS, WARM_UP = 200, 4, 3


@dataclass(frozen=True)
class Taken:
    """Of one process."""

    system: str
    process: str
    ready_after: float
    before: Memory
    after: Memory


def run(options: Options) -> Found:
    taken: list[Taken] = []
    for shape in shapes(options.server, (1,)):
        with ExitStack() as stack:
            system = stack.enter_context(running(shape, options.folder, options.either(MEMBERS, 20)))
            taken += loaded(system.name, system.family.members, Pipeline(system), options)
            if shape.server is None and options.tensorflow is not None:
                taken += _default(system, stack, options)
    return found(taken)


def _default(system: System, stack: ExitStack, options: Options) -> list[Taken]:
    assert options.tensorflow is not None
    process, url = stack.enter_context(running_default(options, options.tensorflow, system))
    return loaded(DEFAULT, {"rasa": process}, RasaDefault(system, url), options)


def loaded(system: str, processes: Mapping[str, Process], way: Way, options: Options) -> list[Taken]:
    """Memory before and after writers have kept it busy."""
    before = {name: process.memory() for name, process in processes.items()}
    way.get_ready()
    load.repeated(way, WARM_UP)
    load.closed_loop(way, WRITERS, options.either(30.0, 2.0))
    after = {name: process.memory() for name, process in processes.items()}
    return [
        Taken(system, name, process.ready_after, first, last)
        for name, process in processes.items()
        if (first := before[name]) is not None and (last := after[name]) is not None
    ]


def found(taken: list[Taken]) -> Found:
    header = ("process", "ready after s", "RSS MB at the start", "RSS MB after load", "PSS MB after load")
    rows = [
        (f"{one.system}: {one.process}", one.ready_after, one.before.rss, one.after.rss, one.after.pss) for one in taken
    ]
    figures = {
        f"{one.system}: {one.process}": {
            "ready_after_seconds": round(one.ready_after, 2), "rss_mb_at_start": round(one.before.rss, 1),
            "rss_mb": round(one.after.rss, 1), "pss_mb": round(one.after.pss, 1),
        }
        for one in taken
    }  # fmt: skip
    return Found(figures, [Table("Memory and start", header, rows)], [], [Picture("memory", partial(_draw, taken))])


def _draw(taken: list[Taken], axes: Any) -> None:
    names = [f"{one.process}\n({one.system})" for one in taken]
    plots.bars(axes, names, {"PSS": [one.after.pss for one in taken]})
    axes.tick_params(axis="x", labelsize=7)
    sums: dict[str, float] = {}
    for one in taken:
        sums[one.system] = sums.get(one.system, 0.0) + one.after.pss
    told = ", ".join(f"{system} {total:,.0f} MB" for system, total in sums.items())
    plots.label(axes, f"Memory after load: {told}", "process", "PSS, MB")
