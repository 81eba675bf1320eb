"""Hooks of pytest's: a run that breaks off says last why, and what had failed before; pytest prints no summary then."""

from __future__ import annotations

import pytest

LINES = 12
"""So much of each failure is printed: its end says most."""
_broken: list[str] = []


def pytest_internalerror(excrepr: object) -> None:
    """The first is the cause. A worker's comes first, then what its end means for the others."""
    _broken.append(str(excrepr))


def pytest_unconfigure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not _broken or reporter is None or hasattr(config, "workerinput"):
        return
    reporter.section("the run broke off")
    for report in [*reporter.stats.get("error", []), *reporter.stats.get("failed", [])]:
        reporter.line(f"{report.nodeid} ({getattr(report, 'when', 'collection')})", bold=True)
        reporter.line(_end(report.longreprtext))
    reporter.line(_end(_broken[0]))


def _end(text: str) -> str:
    return "\n".join(text.rstrip().splitlines()[-LINES:])
