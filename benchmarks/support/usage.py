"""What processes use: processor seconds and memory, from /proc. Where there is no /proc (not Linux), None."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
IS_KNOWN = (PROC / "self" / "stat").exists()
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Megabytes: resident, and what is left of it when shared pages are divided by those who share them."""

    rss: float
    pss: float


def cpu_seconds(pid: int) -> float | None:
    """Of a process and all that it has started, ended ones included. None once it is gone."""
    family = _family(pid)
    return sum(sum(map(int, stat[11:15])) for stat in family) / TICK if family else None


def memory(pid: int) -> Memory | None:
    """Of a process and all that it has started."""
    found = [_memory(int(stat[-1])) for stat in _family(pid)]
    kept = [one for one in found if one is not None]
    return Memory(sum(one.rss for one in kept), sum(one.pss for one in kept)) if kept else None


def _family(pid: int) -> list[list[str]]:
    """The states of a process and its descendants; each ends with the process's own number."""
    everybody = {one.name: _stat(one) for one in PROC.glob("[0-9]*")} if IS_KNOWN else {}
    family, grows = {str(pid)}, True
    while grows:
        children = {name for name, stat in everybody.items() if stat and stat[1] in family} - family
        family |= children
        grows = bool(children)
    return [[*everybody[name], name] for name in family if everybody.get(name)]


def _stat(process: Path) -> list[str]:
    """What follows the name in a process's state (state, parent, ...); nothing once it has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _memory(pid: int) -> Memory | None:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    kilobytes = {line.partition(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
    return Memory(int(kilobytes.get("Rss", 0)) / 1024, int(kilobytes.get("Pss", 0)) / 1024)


def parent(pid: int) -> int | None:
    """Who started a process."""
    stat = _stat(PROC / str(pid))
    return int(stat[1]) if stat else None
