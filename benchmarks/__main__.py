"""Runs the benchmarks: ``python -m benchmarks [--only NAME ...] [--quick]``; `docs/benchmarks.md` says what they mean.

Each prints its tables; then come the bars, and as the last line everything as JSON. PostgreSQL is measured where
TEST_DATABASE_URL or --database names a server; Rasa's default pipeline where --tensorflow names an interpreter.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from app.places import ROOT
from benchmarks import conversation, memory, outbox, pipeline, ticks, webhooks
from benchmarks.support import plots
from benchmarks.support.options import Options
from benchmarks.support.report import Bar, Found, as_text, bars_table, put_bars

PICTURES, PAGE = ROOT / "docs" / "images" / "benchmarks", ROOT / "docs" / "benchmarks.md"
BENCHMARKS: Mapping[str, Callable[[Options], Found]] = {
    "turns": pipeline.run,
    "conversation": conversation.run,
    "webhooks": webhooks.run,
    "ticks": ticks.run,
    "planning": ticks.plan,
    "outbox": outbox.run,
    "memory": memory.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    asked = read(arguments)
    with tempfile.TemporaryDirectory(prefix="msb-bench-") as temporary:
        options = Options(
            folder=Path(temporary),
            kept=asked.kept.resolve(),
            is_quick=asked.quick,
            server=asked.database,
            tensorflow=asked.tensorflow,
            per_intent=asked.per_intent,
        )
        tried = {name: run_one(name, options) for name in asked.only or BENCHMARKS}
    results = {name: found for name, found in tried.items() if found is not None}
    bars = [bar for found in results.values() for bar in found.bars]
    print(as_text(bars_table(bars)))
    folder = asked.plots or (None if asked.quick else PICTURES)
    if folder is not None:
        for picture in (one for found in results.values() for one in found.pictures):
            print(f"drawn: {plots.save(picture, folder)}")
    if asked.write:
        put_bars(asked.write, bars, described(options))
    failed = sorted(tried.keys() - results.keys())
    told = json.dumps({**as_json(results, options), "failed": failed}, default=float)
    if asked.json:
        asked.json.write_text(f"{told}\n", encoding="utf-8")
    print(told)
    return 1 if failed else 0


def read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--quick", action="store_true", help="seconds instead of minutes: whether it runs, not how fast"
    )
    parser.add_argument("--json", type=Path, help="write the last line to this file too")
    parser.add_argument("--plots", type=Path, help=f"draw into this folder (a whole run: into {PICTURES})")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=PAGE, help=f"put the bars of this run into a page ({PAGE})"
    )
    parser.add_argument("--database", default=os.environ.get("TEST_DATABASE_URL"), help="a PostgreSQL server's URL")
    parser.add_argument("--tensorflow", type=Path, help="the python of an environment with Rasa and TensorFlow")
    parser.add_argument("--per-intent", type=int, default=15, help="messages of each intent that Rasa's default learns")
    parser.add_argument("--kept", type=Path, default=ROOT / "var" / "benchmarks", help="for what a second run may use")
    return parser.parse_args(arguments)


def run_one(name: str, options: Options) -> Found | None:
    """Runs it and prints its tables. None when it failed: the others are worth having all the same."""
    print(f"== {name} ==", flush=True)
    started = time.perf_counter()
    try:
        found = BENCHMARKS[name](options)
    except Exception:  # noqa: BLE001 - told, and the run fails in the end
        traceback.print_exc()
        return None
    for table in found.tables:
        print(as_text(table))
    print(f"({time.perf_counter() - started:.0f} s)\n", flush=True)
    return found


def described(options: Options) -> str:
    """When and on what it was measured."""
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    kind = "A quick run" if options.is_quick else "A whole run"
    return f"{kind} on {datetime.now(UTC):%d %B %Y}: {machine}."


def as_json(results: Mapping[str, Found], options: Options) -> dict[str, Any]:
    bars: list[Bar] = [bar for found in results.values() for bar in found.bars]
    return {
        "run": described(options),
        "load_average": os.getloadavg(),
        "benchmarks": {name: found.figures for name, found in results.items()},
        "bars": [bar.as_json() for bar in bars],
        "all_met": all(bar.met for bar in bars if bar.met is not None),
    }


def stop(number: int, _frame: FrameType | None) -> None:
    """Whoever is told to stop stops first what it has started; being told again doesn't hurry it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
