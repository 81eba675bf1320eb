"""Turns through the whole pipeline, as real processes, beside the engine alone and Rasa as it comes.

The pipeline: a webhook request with Twilio's signature to the gateway, lanes, engine, action, outbox, and the request
to the provider. The engine alone: the same texts straight to its channel, with the same actions on the same database.
Rasa's default: the same through the REST channel. All systems stand side by side and take turns, a few seconds each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app.demo.plan import free_port
from benchmarks.support import load, plots, rasa_default
from benchmarks.support.figures import Sample, interleaved, ratio
from benchmarks.support.options import Options
from benchmarks.support.processes import Family, Process, answers, clean_environment
from benchmarks.support.report import Bar, Found, Picture, Table
from benchmarks.support.systems import SERVE, System, running, shapes
from benchmarks.support.ways import Bare, Pipeline, RasaDefault, Way

MEMBERS, MEMBERS_QUICK = 1000, 60
DEFAULT = "Rasa's default"
AT_LEAST_OF_BARE, AT_LEAST_OF_DEFAULT = 0.8, 3.0


@dataclass
class Field:
    """Everything that takes turns: ways by name, and whose processor seconds each uses."""

    ways: dict[str, Way] = field(default_factory=dict)
    users: dict[str, Callable[[], dict[str, float]]] = field(default_factory=dict)
    systems: list[System] = field(default_factory=list)

    def add(self, name: str, way: Way, cpu: Callable[[], dict[str, float]]) -> None:
        self.ways[name], self.users[name] = way, cpu


Samples = dict[tuple[str, int], Sample]
"""By way and number of writers."""


def run(options: Options) -> Found:
    writers = options.either((1, 4, 8), (2,))
    with lined_up(options) as everybody:
        samples = measure(everybody, writers, options.either(5, 1), options.either(4.0, 1.0), options.either(15, 3))
        names = [system.name for system in everybody.systems]
    return found(samples, list(everybody.ways), names, writers)


@contextmanager
def lined_up(options: Options) -> Iterator[Field]:
    """All systems with their members, and Rasa's default beside the first of them."""
    with ExitStack() as stack:
        everybody = Field()
        for shape in shapes(options.server, options.either((1, 2), (1,))):
            members = options.either(MEMBERS, MEMBERS_QUICK)
            system = stack.enter_context(running(shape, options.folder, members))
            everybody.systems.append(system)
            everybody.add(f"{system.name}: pipeline", Pipeline(system), system.cpu)
            everybody.add(f"{system.name}: engine alone", Bare(system), system.cpu)
        if options.tensorflow is not None:
            system = everybody.systems[0]
            process, url = stack.enter_context(running_default(options, options.tensorflow, system))
            everybody.add(DEFAULT, RasaDefault(system, url), lambda: {**system.cpu(), "rasa": process.cpu()})
        yield everybody


@contextmanager
def running_default(options: Options, python: Path, system: System) -> Iterator[tuple[Process, str]]:
    """Rasa's default pipeline, which calls the actions of the system."""
    folder = options.kept / "rasa-default"
    model = rasa_default.trained(python, folder, options.per_intent)
    rasa_default.write_endpoints(folder, f"{system.urls['actions']}/webhook", system.secrets["MSB_ACTIONS_TOKEN"])
    port = free_port(0)
    url = f"http://127.0.0.1:{port}"
    environment = {**clean_environment(), **rasa_default.QUIET}
    environment.pop("PYTHONPATH")
    family = Family(options.folder, environment)
    try:
        command = rasa_default.command(python, model, port)
        yield family.start("rasa-default", command, answers(f"{url}/webhooks/rest/", "ok"), cwd=folder), url
    finally:
        family.stop()


def measure(everybody: Field, writers: Sequence[int], rounds: int, seconds: float, warm_up: int) -> Samples:
    """All ways in turns, for each number of writers."""
    samples: Samples = {}
    for way in everybody.ways.values():
        way.get_ready()
        heated = load.repeated(way, warm_up)
        if len(heated.failures) > warm_up // 2:
            raise RuntimeError(f"no turns: {heated.failures[-1]}")
    for count in writers:
        turns = {name: partial(_round, everybody, samples, name, count, seconds) for name in everybody.ways}
        interleaved(turns, rounds)
    return samples


def _round(everybody: Field, samples: Samples, name: str, writers: int, seconds: float) -> None:
    way, cpu = everybody.ways[name], everybody.users[name]
    way.get_ready()
    before = cpu()
    done = load.closed_loop(way, writers, seconds)
    used = {process: after - before.get(process, 0.0) for process, after in cpu().items()}
    samples.setdefault((name, writers), Sample()).add(done.seconds, done.elapsed, done.failures, used)


def found(samples: Samples, ways: Sequence[str], systems: Sequence[str], writers: Sequence[int]) -> Found:
    figures = {f"{name}, {count} writers": _figures(samples[name, count]) for name in ways for count in writers}
    rates = Table(
        "Turns a second, and milliseconds of a turn (p50 / p95)",
        ("way", *(f"{count} writer{'s' * (count > 1)}" for count in writers)),
        [(name, *(_cell(samples[name, count]) for count in writers)) for name in ways],
    )
    busiest = max(writers)
    result = Found({"ways": figures}, [rates, _costs(samples, ways, busiest)])
    result.bars = [*_bars_of_bare(samples, systems, writers), _bar_of_default(samples, writers)]
    if len(systems) > 2:
        result.figures["two_workers_to_one"] = round(
            ratio(samples["roles-2: pipeline", busiest].rates, samples["roles-1: pipeline", busiest].rates), 2
        )
    result.pictures = [Picture("turns", partial(_draw, samples, ways, writers, result.bars))]
    return result


def _figures(sample: Sample) -> Mapping[str, Any]:
    return {
        "turns_per_second": round(sample.rate, 1),
        "p50_ms": round(sample.milliseconds(0.5), 1),
        "p95_ms": round(sample.milliseconds(0.95), 1),
        "turns": len(sample.seconds),
        "failures": len(sample.failures),
        "first_failure": next(iter(sample.failures), None),
        "cpu_ms_per_turn": {name: round(used, 2) for name, used in sample.cpu_milliseconds().items()},
    }


def _cell(sample: Sample) -> str:
    failed = f", {len(sample.failures)} failed" if sample.failures else ""
    return f"{sample.rate:.1f} ({sample.milliseconds(0.5):.0f} / {sample.milliseconds(0.95):.0f}{failed})"


def _costs(samples: Samples, ways: Sequence[str], writers: int) -> Table:
    used = {name: samples[name, writers].cpu_milliseconds() for name in ways}
    processes = list(dict.fromkeys(process for costs in used.values() for process in costs))
    rows = [(name, *(costs.get(process) for process in processes), sum(costs.values())) for name, costs in used.items()]
    return Table(f"Processor milliseconds of a turn, {writers} writers", ("way", *processes, "all"), rows)


def _bars_of_bare(samples: Samples, systems: Sequence[str], writers: Sequence[int]) -> Iterator[Bar]:
    """Of each mode, at the number of writers where it fares worst."""
    for name in systems:
        ratios = {
            count: ratio(samples[f"{name}: pipeline", count].rates, samples[f"{name}: engine alone", count].rates)
            for count in writers
        }
        worst = min(ratios, key=lambda count: ratios[count])
        text = f"Turns a second, whole pipeline ({name}) to the engine alone"
        note = ", ".join(f"{count} writers {ratios[count]:.2f}" for count in writers)
        yield Bar(text, AT_LEAST_OF_BARE, round(ratios[worst], 2), note=note)


def _bar_of_default(samples: Samples, writers: Sequence[int]) -> Bar:
    text = f"Turns a second, whole pipeline ({SERVE}) to Rasa's default pipeline"
    if (DEFAULT, writers[0]) not in samples:
        return Bar(text, AT_LEAST_OF_DEFAULT, None, note="needs --tensorflow")
    ratios = {
        count: ratio(samples[f"{SERVE}: pipeline", count].rates, samples[DEFAULT, count].rates) for count in writers
    }
    note = ", ".join(f"{count} writers {value:.2f}" for count, value in ratios.items())
    return Bar(text, AT_LEAST_OF_DEFAULT, round(min(ratios.values()), 2), note=note)


def _draw(samples: Samples, ways: Sequence[str], writers: Sequence[int], bars: Sequence[Bar], axes: Any) -> None:
    groups = [f"{count} writer{'s' * (count > 1)}" for count in writers]
    plots.bars(axes, groups, {name: [samples[name, count].rate for count in writers] for name in ways})
    to_bare = next(bar for bar in bars if bar.measured is not None)
    told = f"at the worst {to_bare.measured:.2f}x the engine alone"
    if bars[-1].measured is not None:
        told += f", {bars[-1].measured:.1f}x Rasa's default"
    plots.label(axes, f"Turns a second ({SERVE}): {told}", "members who write at the same time", "turns/s")
