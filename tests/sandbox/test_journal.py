"""The journal: everything that happened, kept for whoever counts it afterwards."""

from __future__ import annotations

import json
from pathlib import Path

from sandbox.feed import KEPT, Feed
from tests.support.sandbox_clock import StillClock


def test_a_journal_keeps_also_what_the_feed_has_forgotten(tmp_path: Path) -> None:
    feed = Feed(StillClock(), str(tmp_path / "journal.jsonl"))
    for number in range(KEPT + 5):
        feed.add("sms.sent", "A text", sid=f"SM{number}")
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, KEPT + 6))
    assert lines[0]["data"] == {"sid": "SM0"}
    assert len(feed.after(0)) == KEPT


def test_a_journal_tells_the_real_time_beside_that_of_the_shared_clock(tmp_path: Path) -> None:
    clock = StillClock()
    feed = Feed(clock, str(tmp_path / "journal.jsonl"))
    real = clock.wall()
    clock.set(real.replace(year=2030))
    feed.add("clock", "It is 2030")
    line = json.loads((tmp_path / "journal.jsonl").read_text())
    assert line["wall"] == real.isoformat()
    assert line["at"].startswith("2030-")
