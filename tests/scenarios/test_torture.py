"""The torture test in short: processes are killed under load, and nothing is lost, doubled or forbidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture.plan import MODES, Wish
from benchmarks.torture.run import torture
from benchmarks.torture.server import find_programs

QUICK = {"MSB_LEASE_SECONDS": "10", "MSB_SEND_TIMEOUT_SECONDS": "5", "MSB_ENGINE_TIMEOUT_SECONDS": "8"}
CHANNELS = ("sms", "messenger")
WITHOUT = {("messenger", mode) for mode in ("500", "down", "lost")}
WITHOUT |= {("mail", mode) for mode in ("429", "500", "down", "lost", "slow")}
"""Where nobody can look at the provider's records it takes minutes until a send without an answer is given up: Telegram
and these faults are for the long form."""


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_lost_doubled_or_forbidden_while_processes_are_killed(mode: str, tmp_path: Path) -> None:
    if mode == "postgresql" and find_programs() is None:
        pytest.skip("no PostgreSQL is installed here")
    wish = Wish(
        mode=mode, members=20, messages=150, kills=3, restarts=1, every=2.5, patience=150.0, channels=CHANNELS,
        settings=QUICK, without=frozenset(WITHOUT),
    )  # fmt: skip
    report = torture(wish, tmp_path / mode, print)
    assert report.is_clean, report.as_markdown()
    figures = report.figures()
    assert sum(figures["kills"].values()) + figures["database_restarts"] == wish.kills
    assert figures["written"] == wish.messages
    assert figures["accepted"] > wish.messages / 4
