"""The scheduler's look at what is due, with many members and few, and with more and more that is due.

Databases of each size stand side by side, all with the same number of check-ins due, and plan a batch each, by turns
(`benchmarks.crowd` fills them). APScheduler has one job a check-in in its store, on the same kind of database, and its
jobs do nothing: its figures are the bookkeeping alone, ours are everything up to the message in the outbox. Its jobs
are written straight into its table, because added one by one 100,000 take minutes; it is left out above that.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app.simulate.carriers import CHANNELS
from benchmarks import planning
from benchmarks.crowd import crowd
from benchmarks.planning import NO_LIMIT, PROGRAMME, Cost, StillClock, cost_of
from benchmarks.support import apscheduler_jobs, plots
from benchmarks.support.figures import interleaved, ratio
from benchmarks.support.options import Options
from benchmarks.support.report import Bar, Found, Picture, Table
from bot.db import Database
from bot.outreach.due import touch_due
from bot.outreach.reach import Reach
from bot.programme.loader import load_programme
from bot.programme.models import Programme

SIZES, SIZES_QUICK = (10_000, 100_000, 1_000_000), (500, 1000)
DUE, DUE_QUICK = 10_000, 100
GROWING, GROWING_QUICK = (1_000, 10_000, 50_000), (100, 200)
WARM_UP = (100, 50)
BEARABLE = 100_000
MOST, AT_LEAST_A_SECOND = 1.3, 3000.0
SQLITE, POSTGRESQL, APSCHEDULER = "SQLite", "PostgreSQL", "APScheduler"


@dataclass
class Looks:
    """The look at one database, a batch at a time."""

    due: int
    moved: int = 0
    costs: list[Cost] = field(default_factory=list)
    each: list[float] = field(default_factory=list)
    """Seconds of a check-in, in each batch."""

    def add(self, cost: Cost, moved: int) -> None:
        if moved:
            self.costs.append(cost)
            self.each.append(cost.seconds / moved)
            self.moved += moved

    @property
    def microseconds_each(self) -> float:
        """Of a check-in, in the middle one of the batches."""
        return statistics.median(self.each) * 1e6

    @property
    def seconds(self) -> float:
        """Of all that was due, at the pace of the middle one of the batches."""
        return self.microseconds_each * self.moved / 1e6

    @property
    def cpu_seconds(self) -> float:
        return sum(cost.cpu_seconds + (cost.server_cpu_seconds or 0.0) for cost in self.costs)


Sizes = dict[str, dict[int, Looks]]
"""By database and number of members, or of what is due."""


def run(options: Options) -> Found:
    programme = load_programme(PROGRAMME)
    by_size: Sizes = {}
    growing: Sizes = {}
    theirs: Sizes = {}
    sizes, due = options.either(SIZES, SIZES_QUICK), options.either(DUE, DUE_QUICK)
    for name, server in databases(options).items():
        by_size[name] = side_by_side(options, server, programme, {size: (size, due) for size in sizes})
        most = options.either(GROWING, GROWING_QUICK)
        growing[name] = side_by_side(options, server, programme, {one: (sizes[1], one) for one in most})
        bearable = [size for size in sizes if size <= BEARABLE]
        theirs[f"{APSCHEDULER}, {name}"] = {size: _of_apscheduler(options, server, size, due) for size in bearable}
    return found(by_size, growing, theirs)


def plan(options: Options) -> Found:
    """Touches planned a second."""
    members, due = options.either((10_000, 5_000), (500, 100))
    programme = load_programme(PROGRAMME)
    planned = {name: planning.run(server, programme, members, due) for name, server in databases(options).items()}
    header = ("database", "touches/s", "CPU us of a touch", "of the server", "statements of a touch", "empty look ms")
    rows = [
        (name, one.touches_per_second, one.cpu_microseconds_per_touch, one.server_cpu_microseconds_per_touch,
         one.statements_per_touch, one.empty_tick_milliseconds)
        for name, one in planned.items()
    ]  # fmt: skip
    postgresql = planned.get(POSTGRESQL)
    bar = Bar("Touches planned a second on PostgreSQL", AT_LEAST_A_SECOND,
              postgresql.touches_per_second if postgresql else None, unit="/s",
              note="" if postgresql else "needs a PostgreSQL server")  # fmt: skip
    figures = {name: vars(one) for name, one in planned.items()}
    picture = Picture("planning", partial(_draw_plan, {name: one.touches_per_second for name, one in planned.items()}))
    return Found(figures, [Table("Touches planned", header, rows)], [bar], [picture])


def databases(options: Options) -> Mapping[str, str | None]:
    return {SQLITE: None, **({POSTGRESQL: options.server} if options.server else {})}


def side_by_side(
    options: Options, server: str | None, programme: Programme, wanted: Mapping[int, tuple[int, int]]
) -> dict[int, Looks]:
    """Fills a database for each number of members and of what is due, and plans a batch of each by turns."""
    warm_up(options, server, programme)
    looks = {name: Looks(due) for name, (_, due) in wanted.items()}
    with ExitStack() as stack:
        turns = {}
        for name, (members, due) in wanted.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.folder)))
            db = stack.enter_context(crowd(server, folder, programme, members, due))
            turns[str(name)] = partial(_batch, looks[name], db, programme)
        while any(one.moved < one.due for one in looks.values()):
            before = sum(one.moved for one in looks.values())
            interleaved(turns, 2)
            if sum(one.moved for one in looks.values()) == before:
                raise RuntimeError(f"not all that is due is planned: {looks}")
    return looks


def warm_up(options: Options, server: str | None, programme: Programme) -> None:
    """Statements are built the first time; that is no part of what is compared."""
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        crowd(server, Path(folder), programme, *WARM_UP) as db,
    ):
        planning.look(db, programme)


def _batch(looks: Looks, db: Database, programme: Programme) -> None:
    if looks.moved >= looks.due:
        return
    moved: list[int] = []
    look = partial(touch_due, db, programme, Reach(CHANNELS), StillClock(), outbox_limit=NO_LIMIT, batches=1)
    cost = cost_of(db, lambda: moved.append(look()))
    looks.add(cost, moved[0])


def _of_apscheduler(options: Options, server: str | None, jobs: int, due: int) -> Looks:
    with _empty(options, server) as db:
        apscheduler_jobs.fill(db, jobs, due)
        looks = Looks(due)
        looks.add(cost_of(db, lambda: apscheduler_jobs.run_due(db, due)), due)
        return looks


@contextmanager
def _empty(options: Options, server: str | None) -> Iterator[Database]:
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        apscheduler_jobs.database(server, Path(folder)) as db,
    ):
        yield db


def found(by_size: Sizes, growing: Sizes, theirs: Sizes) -> Found:
    rows = [
        (name, f"{members:,}", f"{looks.due:,}", looks.seconds, looks.cpu_seconds, looks.microseconds_each)
        for name, by_members in [*by_size.items(), *theirs.items()]
        for members, looks in by_members.items()
    ]
    more = [
        (name, f"{due:,}", looks.seconds, looks.cpu_seconds, looks.microseconds_each)
        for name, by_due in growing.items()
        for due, looks in by_due.items()
    ]
    result = Found(
        {"by_members": _figures(by_size), "by_due": _figures(growing), "apscheduler": _figures(theirs)},
        [
            Table("A look, by members", ("database", "members", "due", "s", "CPU s", "us of a check-in"), rows),
            Table("A look, by what is due", ("database", "due", "s", "CPU s", "us of a check-in"), more),
        ],
    )
    result.bars = [_bar(name, by_members) for name, by_members in by_size.items()]
    result.pictures = [
        Picture("ticks", partial(_draw, {**by_size, **theirs}, [bar.measured or 0.0 for bar in result.bars])),
        Picture("ticks-due", partial(_draw_due, growing)),
    ]
    return result


def _bar(name: str, by_members: Mapping[int, Looks]) -> Bar:
    few, many = min(by_members), max(by_members)
    rounds = min(len(by_members[few].each), len(by_members[many].each))
    slower = ratio(by_members[many].each[:rounds], by_members[few].each[:rounds])
    cpu = by_members[many].cpu_seconds / by_members[few].cpu_seconds
    text = f"A look at {many:,} members to one at {few:,}, as many due ({name})"
    return Bar(text, MOST, round(slower, 2), at_least=False, note=f"processors {cpu:.2f}x")


def _figures(found: Sizes) -> dict[str, Any]:
    return {
        name: {str(number): {"seconds": round(looks.seconds, 3), "cpu_seconds": round(looks.cpu_seconds, 3),
                             "microseconds_each": round(looks.microseconds_each, 1)}
               for number, looks in by_number.items()}
        for name, by_number in found.items()
    }  # fmt: skip


def _draw(looks: Sizes, ratios: Sequence[float], axes: Any) -> None:
    plots.lines(axes, {name: [(float(members), one.seconds) for members, one in by_members.items()]
                       for name, by_members in looks.items()}, logarithmic=True)  # fmt: skip
    title = f"A look costs what is due: at most {max(ratios):.2f}x with the most members"
    plots.label(axes, title, "members (check-ins)", "seconds for what is due")


def _draw_due(looks: Sizes, axes: Any) -> None:
    plots.lines(axes, {name: [(float(due), one.microseconds_each) for due, one in by_due.items()]
                       for name, by_due in looks.items()}, logarithmic=True)  # fmt: skip
    least, most = ([by_due[which(by_due)].microseconds_each for by_due in looks.values()] for which in (min, max))
    worst = max(last / first for first, last in zip(least, most, strict=True))
    plots.label(axes, f"A check-in costs {worst:.2f}x when the most are due", "check-ins due", "microseconds of each")


def _draw_plan(per_second: Mapping[str, float], axes: Any) -> None:
    plots.bars(axes, list(per_second), {"touches": list(per_second.values())})
    axes.axhline(AT_LEAST_A_SECOND, color="#b03030", linewidth=1, linestyle="--")
    told = ", ".join(f"{name} {value / AT_LEAST_A_SECOND:.2f}x the bar" for name, value in per_second.items())
    plots.label(axes, f"Touches planned: {told}", "database", "touches/s")
