"""Time is an argument."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.sources import Module, modules, product_modules, report

CLOCK_READINGS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("timezone", "localtime"),
}
EXEMPT_PACKAGES = {"engine", "scripts", "benchmarks"}


def clock_readings(module: Module) -> Iterator[int]:
    """The lines on which `module` reads the calendar clock; monotonic clocks measure elapsed time and are free."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if (name, node.attr) in CLOCK_READINGS:
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if ("time", alias.name) in CLOCK_READINGS)


def test_only_the_clock_module_reads_the_clock() -> None:
    offences = [
        f"{module.path}:{line}"
        for module in product_modules()
        if module.path != "bot/clock.py" and module.package not in EXEMPT_PACKAGES
        for line in clock_readings(module)
    ]
    assert not offences, report(
        "Take `now` as an argument; at the edges, ask the wired clock (bot/clock.py):", offences
    )


def test_the_rule_sees_each_way_of_reading_the_clock() -> None:
    text = "import datetime, time\nfrom time import time_ns\ndatetime.datetime.now(datetime.UTC)\ntime.time()\n"
    sample = Module("bot/sample.py", text, ast.parse(text))
    assert sorted(clock_readings(sample)) == [2, 3, 4]


def sleeps(module: Module) -> set[int]:
    """The lines on which `module` sleeps, but for the pause of a loop that waits for a condition."""
    waits = {id(inner) for loop in ast.walk(module.tree) if isinstance(loop, ast.While) for inner in ast.walk(loop)}
    return {
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep") and id(node) not in waits
    }


def test_tests_do_not_sleep() -> None:
    offences = [f"{module.path}:{line}" for module in modules() if module.is_test for line in sorted(sleeps(module))]
    assert not offences, report(
        "Tests push a clock, or wait for a condition with a deadline; they don't sleep:", offences
    )
