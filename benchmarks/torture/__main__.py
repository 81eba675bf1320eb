"""``python -m benchmarks.torture``: kills, restarts and faults under load, and then the counts.

The exit code is 1 when anything was found. Without `--folder` what a run leaves is removed when nothing was found.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from benchmarks.torture.plan import MODES, Wish
from benchmarks.torture.report import Report
from benchmarks.torture.run import torture
from bot.clock import SystemClock


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="msb-torture-"))
    modes = MODES if options.mode == "both" else (options.mode,)
    reports = [torture(_wish(options, mode), folder / mode, _say) for mode in modes]
    words = "\n".join(report.as_markdown() for report in reports)
    figures = json.dumps([report.figures() for report in reports], ensure_ascii=False)
    if options.report:
        options.report.write_text(f"{_title(options)}\n\n{words}", encoding="utf-8")
    if options.json:
        options.json.write_text(figures + "\n", encoding="utf-8")
    _say(words)
    _say(_verdict(reports, folder))
    _say(figures)
    is_clean = all(report.is_clean for report in reports)
    if is_clean and options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if is_clean else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__.splitlines()[0])
    parser.add_argument("--mode", choices=(*MODES, "both"), default="both")
    parser.add_argument("--members", type=int, default=400)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=40, help="restarts of the database among them")
    parser.add_argument("--restarts", type=int, default=5, help="of the database, where it is a process of its own")
    parser.add_argument(
        "--every", type=float, default=10.0, help="mean seconds from one kill, and the recovery, to the next"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="write the report there, as Markdown")
    parser.add_argument("--json", type=Path, help="write the figures there")
    parser.add_argument("--folder", type=Path, help="keep databases, logs and the journal there; must not exist")
    return parser.parse_args(arguments)


def _wish(options: argparse.Namespace, mode: str) -> Wish:
    names = ("members", "messages", "kills", "restarts", "every", "seed")
    return Wish(mode=mode, **{name: getattr(options, name) for name in names})


def _title(options: argparse.Namespace) -> str:
    return (
        f"# Report of the torture test\n\nMade on {SystemClock().now():%d %B %Y} with seed {options.seed} on a machine"
        f" with {os.cpu_count()} processors. What is counted is explained in [torture.md](torture.md)."
    )


def _verdict(reports: Sequence[Report], folder: Path) -> str:
    if all(report.is_clean for report in reports):
        return "Nothing was lost, doubled, out of order, forbidden or stuck."
    return f"Something was found. Logs, the journal and the records are in {folder}."


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
