"""What a turn costs as a conversation grows: turns about the 10th, the 100th and the 1,000th, in turns.

Some conversations are led through the whole pipeline until they are old. Then old and young ones take turns, the same
six messages at a time; a young one is used once, before it is middle-aged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

from benchmarks.pipeline import DEFAULT, running_default
from benchmarks.support import load, plots
from benchmarks.support.figures import Sample, interleaved, ratio
from benchmarks.support.options import Options
from benchmarks.support.report import Bar, Found, Picture, Table
from benchmarks.support.systems import System, running, shapes
from benchmarks.support.ways import TEXTS, Pipeline, RasaDefault

AGES, AGES_QUICK = (10, 100, 1000), (10, 20)
CONVERSATIONS = 3
"""Of each age that takes long to reach."""
BLOCK = len(TEXTS)
MOST = 1.2


@dataclass(frozen=True)
class Talker:
    """Somebody who leads conversations: `say` has the next message of conversation `number` answered."""

    name: str
    say: Callable[[int], None]
    cpu: Callable[[], dict[str, float]]
    conversations: int


def run(options: Options) -> Found:
    ages, rounds = options.either(AGES, AGES_QUICK), options.either(20, 2)
    with ExitStack() as stack:
        samples = {
            talker.name: measure(talker, ages, rounds)
            for talker in talkers(options, rounds + CONVERSATIONS * len(ages), stack)
        }
    return found(samples, ages)


def talkers(options: Options, members: int, stack: ExitStack) -> Iterator[Talker]:
    """The pipeline in each mode, one after the other, and Rasa's default if it is at hand."""
    for shape in shapes(options.server, (1,)):
        system = stack.enter_context(running(shape, options.folder, members))
        pipeline = Pipeline(system)
        yield Talker(system.name, partial(_write, pipeline, system), system.cpu, members)
        if shape.server is None and options.tensorflow is not None:
            process, url = stack.enter_context(running_default(options, options.tensorflow, system))
            default = RasaDefault(system, url)
            yield Talker(DEFAULT, default.say, lambda found=process: {"rasa": found.cpu()}, members)  # type: ignore[misc]


def measure(talker: Talker, ages: Sequence[int], rounds: int) -> dict[int, Sample]:
    """Leads conversations to each age, then measures the ages in turns."""
    fresh = iter(range(talker.conversations))
    grown = {age: cycle([next(fresh) for _ in range(CONVERSATIONS)]) for age in ages[1:]}
    starts = [(next(grown[age]), age - BLOCK) for age in ages[1:] for _ in range(CONVERSATIONS)]
    _grow(talker, starts)
    samples: dict[int, Sample] = {age: Sample() for age in ages}

    def block(age: int) -> None:
        if age == ages[0]:
            conversation = next(fresh)
            load.repeated(partial(talker.say, conversation), age - BLOCK // 2)
        else:
            conversation = next(grown[age])
        before = talker.cpu()
        done = load.repeated(partial(talker.say, conversation), BLOCK)
        used = {name: after - before.get(name, 0.0) for name, after in talker.cpu().items()}
        samples[age].add(done.seconds, done.elapsed, done.failures, used)

    interleaved({str(age): partial(block, age) for age in ages}, rounds)
    return samples


def _grow(talker: Talker, starts: Sequence[tuple[int, int]]) -> None:
    """All at the same time: each in a thread of its own, because messages of one conversation follow one another."""
    threads = [
        threading.Thread(target=load.repeated, args=(partial(talker.say, number), turns), daemon=True)
        for number, turns in starts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write(pipeline: Pipeline, system: System, number: int) -> None:
    pipeline.write(system.members[number][1])


def found(samples: dict[str, dict[int, Sample]], ages: Sequence[int]) -> Found:
    first, last = ages[0], ages[-1]
    grows = {name: _grows(by_age[first], by_age[last]) for name, by_age in samples.items()}
    rows = [
        (name, *(by_age[age].milliseconds(0.5) for age in ages), *(_cpu(by_age[age]) for age in ages), grows[name])
        for name, by_age in samples.items()
    ]
    header = ("conversation", *(f"turn {age}" for age in ages), *(f"CPU {age}" for age in ages), f"{last} to {first}")
    result = Found(
        {name: {str(age): {"p50_ms": round(one.milliseconds(0.5), 2), "cpu_ms": round(_cpu(one), 2),
                           "failures": len(one.failures)} for age, one in by_age.items()} | {"ratio": grows[name]}
         for name, by_age in samples.items()},
        [Table("Milliseconds of a turn (p50), and of processors", header, rows)],
    )  # fmt: skip
    result.bars = [
        Bar(f"Turn {last:,} to turn {first} of one conversation ({name})", MOST, value, at_least=False)
        for name, value in grows.items()
        if name != DEFAULT
    ]
    result.pictures = [Picture("conversation", partial(_draw, samples, ages, grows))]
    return result


def _grows(young: Sample, old: Sample) -> float:
    """How much longer an old conversation takes; `rates` are of blocks that belong together."""
    return round(ratio(young.rates, old.rates), 2)


def _cpu(sample: Sample) -> float:
    return sum(sample.cpu_milliseconds().values())


def _draw(samples: dict[str, dict[int, Sample]], ages: Sequence[int], grows: dict[str, float], axes: Any) -> None:
    points = {
        f"{name} ({grows[name]:.2f}x)": [(float(age), by_age[age].milliseconds(0.5)) for age in ages]
        for name, by_age in samples.items()
    }
    plots.lines(axes, points, logarithmic=True)
    worst = max(value for name, value in grows.items() if name != DEFAULT)
    title = f"Turn {ages[-1]:,} of a conversation costs {worst:.2f}x turn {ages[0]}"
    plots.label(axes, title, "turn of the conversation", "milliseconds (p50)")
